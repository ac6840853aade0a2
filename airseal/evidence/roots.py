"""The roots a station trusts: how two people accept one, and which there are (TX-16).

A root comes from outside as a file and counts only when two people read its fingerprint off
paper. Everything under it (roster, lists, seals) comes in signed registry bundles alone.
"""

import base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from airseal.evidence.trusted import Anchor
from airseal.keys.roots import unit_of_root
from airseal.model.digest import Digest
from airseal.model.people import is_person
from airseal.model.problem import Problem
from airseal.store import DeskView, DeskWrite, Entry, JsonValue

ANCHOR_ENROLLED = "anchor-enrolled"
ANCHOR_REVOKED = "anchor-revoked"
_TABLE = "anchors"


@dataclass(frozen=True, slots=True)
class Compared:
    """``person`` read ``fingerprint`` off a paper of the seal department, as they typed it."""

    person: str
    fingerprint: str

    def fits(self, root: Digest) -> bool:
        """Whether it is the fingerprint of ``root``; spaces, colons and case are typing habits."""
        typed = self.fingerprint.casefold().removeprefix("sha256:")
        return "".join(typed.split()).replace(":", "") == root.removeprefix("sha256:")


@dataclass(frozen=True, slots=True)
class EnrolledRoot:
    """A root that was enrolled here; ``ended`` (RFC 3339) and ``reason`` when it was revoked."""

    unit: str
    fingerprint: Digest
    since: str
    compared_by: tuple[str, ...]
    ended: str = ""
    reason: str = ""

    @property
    def trusted(self) -> bool:
        """Whether it counts now."""
        return not self.ended


def compared_root(data: bytes, compared: Sequence[Compared]) -> Anchor:
    """The root in ``data`` (PEM or DER), if two people typed its fingerprint.

    Raises ``Problem("ROOT_FORM")``, ``WITNESSES_TWO`` and ``ROOT_FINGERPRINT`` (``person``).
    """
    anchor = Anchor(*unit_of_root(data))
    if len({one.person for one in compared if is_person(one.person)}) != 2:
        raise Problem("WITNESSES_TWO")
    for one in compared:
        if not one.fits(anchor.fingerprint):
            raise Problem("ROOT_FINGERPRINT", person=one.person)
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
    return tuple(_root(unit, row) for unit, row in desk.items(_TABLE) if isinstance(row, dict))


def enrolled_anchor(desk: DeskView, unit: str) -> Anchor | None:
    """The newest root of ``unit`` that was ever enrolled here, whether it counts now or not."""
    row = desk.get(_TABLE, unit)
    return Anchor(unit, base64.b64decode(str(row["root"]))) if isinstance(row, dict) else None


def project_roots(desk: DeskView, entry: Entry) -> Iterator[DeskWrite]:
    """What one entry changes in the table of roots."""
    unit = str(entry.facts.get("unit"))
    match entry.kind:
        case "anchor-enrolled":
            yield DeskWrite(_TABLE, unit, {**entry.facts, "at": entry.at})
        case "anchor-revoked":
            row = desk.get(_TABLE, unit)
            assert isinstance(row, dict)
            ended = {"ended": entry.at, "reason": entry.facts["reason"]}
            yield DeskWrite(_TABLE, unit, {**row, **ended})
        case _:
            return


def _root(unit: str, row: dict[str, JsonValue]) -> EnrolledRoot:
    people = row["compared_by"]
    return EnrolledRoot(
        unit=unit,
        fingerprint=Digest(str(row["fingerprint"])),
        since=str(row["at"]),
        compared_by=tuple(str(one) for one in people) if isinstance(people, list) else (),
        ended=str(row.get("ended", "")),
        reason=str(row.get("reason", "")),
    )
