"""The roots a station trusts: how two people accept one, and which there are (TX-16).

A root comes from outside as a file and counts only when two people read its fingerprint off
paper. Everything under it (roster, lists, seals) is believed by the signature of that unit's seal
department alone, whatever bundle brings it (ADR 29).
"""

import base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from airseal.evidence.enrolled import (
    Compared,
    Enrolled,
    ended_row,
    enrolled_row,
    require_compared,
    standing_of,
)
from airseal.evidence.paths import Anchor
from airseal.evidence.stamps import STAMPER_ENROLLED, STAMPER_REVOKED
from airseal.keys.roots import unit_of_root
from airseal.store import DeskView, DeskWrite, Entry, JsonValue

ANCHOR_ENROLLED = "anchor-enrolled"
ANCHOR_REVOKED = "anchor-revoked"
ROOT_BOOK: Final = frozenset({ANCHOR_ENROLLED, ANCHOR_REVOKED, STAMPER_ENROLLED, STAMPER_REVOKED})
"""The entries that change the register of trusted roots."""

_TABLE = "anchors"


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolledRoot(Enrolled):
    """The root of a unit that was enrolled here."""

    unit: str


def compared_root(data: bytes, compared: Sequence[Compared]) -> Anchor:
    """The root in ``data`` (PEM or DER), if two people typed its fingerprint.

    Raises ``Problem("ROOT_FORM")``, ``WITNESSES_TWO`` and ``ROOT_FINGERPRINT`` (``person``).
    """
    anchor = Anchor(*unit_of_root(data))
    require_compared(anchor.fingerprint, compared)
    return anchor


def enrolment(anchor: Anchor, compared_by: Sequence[str]) -> dict[str, JsonValue]:
    """The facts of the ledger entry that enrols a root."""
    return {
        "unit": anchor.unit,
        "root": base64.b64encode(anchor.root).decode(),
        "fingerprint": anchor.fingerprint,
        "compared_by": list(compared_by),
    }


def anchors(desk: DeskView) -> Iterator[Anchor]:
    """The roots that count now."""
    for unit, row in desk.items(_TABLE):
        assert isinstance(row, dict)
        if "ended" not in row:
            yield Anchor(unit, base64.b64decode(str(row["root"])))


def enrolled_roots(desk: DeskView) -> tuple[EnrolledRoot, ...]:
    """Every root that was ever enrolled here, the newest of each unit."""
    return tuple(
        EnrolledRoot(unit=unit, **standing_of(row))
        for unit, row in desk.items(_TABLE)
        if isinstance(row, dict)
    )


def enrolled_anchor(desk: DeskView, unit: str) -> Anchor | None:
    """The newest root of ``unit`` that was ever enrolled here, whether it counts now or not."""
    row = desk.get(_TABLE, unit)
    return Anchor(unit, base64.b64decode(str(row["root"]))) if isinstance(row, dict) else None


def project_roots(desk: DeskView, entry: Entry) -> Iterator[DeskWrite]:
    """What one entry changes in the table of roots."""
    unit = str(entry.facts.get("unit"))
    match entry.kind:
        case "anchor-enrolled":
            yield DeskWrite(_TABLE, unit, enrolled_row(entry))
        case "anchor-revoked":
            yield DeskWrite(_TABLE, unit, ended_row(desk.get(_TABLE, unit), entry))
        case _:
            return
