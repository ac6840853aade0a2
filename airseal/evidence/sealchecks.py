"""The periodic checks of seals (定期检查) as the ledger of their station tells them (LC-24)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from airseal.model.policy import PolicyPack
from airseal.model.registry import SealRecord
from airseal.model.statement import Statement
from airseal.store import DeskView, DeskWrite, Entry

SEAL_CHECKED: Final = "seal-checked"

_TABLE: Final = "seal-checks"


@dataclass(frozen=True, slots=True)
class SealCheck:
    """The newest check of a seal that found nothing wrong: when (local time), and by whom."""

    at: str
    by: str


@dataclass(frozen=True, slots=True)
class Planned:
    """A seal kept here, its newest passed check, and the last day until which that holds."""

    record: SealRecord
    last: SealCheck | None
    until: str


def project_checks(entry: Entry) -> Iterable[DeskWrite]:
    """The newest passed check of each seal; one that did not pass stands in the ledger only."""
    if entry.kind == SEAL_CHECKED and not entry.facts["failed"]:
        yield DeskWrite(_TABLE, str(entry.facts["seal"]), {"at": entry.at, "by": entry.by})


def planned(desk: DeskView, pack: PolicyPack, entry: Statement, today: date) -> Planned:
    """When the seal of ``entry``, the one of the register in force, must be checked next.

    A check of a day to come, by a clock that was ahead, puts nothing off.
    """
    record = entry.body
    assert isinstance(record, SealRecord)
    last = _passed(desk, record.seal, today.isoformat())
    days = [entry.at[:10], *([last.at[:10]] if last else [])]
    return Planned(record, last, pack.checked_until(*days))


def plan(
    desk: DeskView, pack: PolicyPack, entries: Iterable[Statement | None], station: str, today: date
) -> Iterator[Planned]:
    """The checks of the seals in use that ``station`` keeps, among ``entries`` of the register."""
    for entry in entries:
        match entry:
            case Statement(body=SealRecord(enabled=True, station=kept)) if kept == station:
                yield planned(desk, pack, entry, today)
            case _:
                pass


def _passed(desk: DeskView, seal: str, today: str) -> SealCheck | None:
    row = desk.get(_TABLE, seal)
    if not isinstance(row, dict) or str(row["at"])[:10] > today:
        return None
    return SealCheck(str(row["at"]), str(row["by"]))
