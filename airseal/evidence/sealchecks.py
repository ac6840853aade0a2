"""The periodic checks of seals (定期检查) as the ledger of their station tells them (LC-24)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from airseal.store import DeskView, DeskWrite, Entry

SEAL_CHECKED: Final = "seal-checked"

_TABLE: Final = "seal-checks"


@dataclass(frozen=True, slots=True)
class SealCheck:
    """The newest check of a seal that found nothing wrong, of entry ``number`` of the register."""

    seal: str
    number: int
    at: str
    by: str


def project_checks(entry: Entry) -> Iterable[DeskWrite]:
    """The newest passed check of each seal; one that did not pass stands in the ledger only."""
    if entry.kind == SEAL_CHECKED and not entry.facts["failed"]:
        told = {"number": entry.facts["number"], "at": entry.at, "by": entry.by}
        yield DeskWrite(_TABLE, str(entry.facts["seal"]), told)


def passed_checks(desk: DeskView) -> dict[str, SealCheck]:
    """The newest passed checks, by seal."""
    return {key: _check(key, row) for key, row in desk.items(_TABLE)}


def _check(seal: str, row: object) -> SealCheck:
    assert isinstance(row, dict)
    return SealCheck(seal, int(row["number"]), str(row["at"]), str(row["by"]))
