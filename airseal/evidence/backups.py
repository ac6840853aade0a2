"""Backups and restores as the ledger tells them (BK-02, BK-03)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from airseal.model.backup import BackupState
from airseal.store import DeskView, DeskWrite, Entry, JsonValue

BACKUP_MADE: Final = "backup-made"
BACKUP_TESTED: Final = "backup-tested"
BACKUPS_PRUNED: Final = "backups-pruned"
RESTORED: Final = "restored"
MIGRATED: Final = "migrated"

_TABLE: Final = "backups"


def project_backups(entry: Entry) -> Iterable[DeskWrite]:
    """What one entry changes in the table ``backups``: the last one made, the last good test."""
    match entry.kind:
        case "backup-made":
            yield DeskWrite(_TABLE, "made", {**entry.facts, "at": entry.at})
        case "backup-tested" if not entry.facts["codes"]:
            yield DeskWrite(_TABLE, "tested", {**entry.facts, "at": entry.at})
        case _:
            return


def backup_state(desk: DeskView) -> BackupState:
    """How this home is backed up."""
    made, tested = (_row(desk, key) for key in ("made", "tested"))
    number = made.get("number", 0)
    assert isinstance(number, int)
    return BackupState(number, _at(made), _at(tested))


def _row(desk: DeskView, key: str) -> dict[str, JsonValue]:
    row = desk.get(_TABLE, key)
    return row if isinstance(row, dict) else {}


def _at(row: dict[str, JsonValue]) -> datetime | None:
    return datetime.fromisoformat(str(row["at"])) if row else None
