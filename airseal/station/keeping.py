"""What keeps a station's records: backups and their tests.

What :class:`airseal.station.Station` is for cases, this is for the home itself; every method
passes the same guard.
"""

from dataclasses import dataclass
from pathlib import Path

from airseal.duties import backing
from airseal.duties.backing import restore_home
from airseal.evidence.backups import backup_state
from airseal.model.backup import BackupState
from airseal.model.rights import Right
from airseal.station.guard import Guard
from airseal.store import Backup, Made, Report

__all__ = ["Backup", "Keeping", "Made", "Report", "restore_home"]


@dataclass(frozen=True, slots=True)
class Keeping:
    """See the module; the duties say what each method raises."""

    _guard: Guard

    def state(self) -> BackupState:
        """How the station is backed up; for everybody to see."""
        return backup_state(self._guard.desk)

    def back_up(self, medium: Path) -> Made:
        """Back the station up to a directory or a stick."""
        with self._guard.acting(Right.BACK_UP) as ports:
            return backing.back_up(ports, medium)

    def backups(self, medium: Path) -> list[Backup]:
        """The backups of this station there, newest first."""
        with self._guard.acting(Right.BACK_UP) as ports:
            return backing.listed(ports, medium)

    def try_restore(self, medium: Path, number: int | None = None) -> tuple[int, Report]:
        """Restore one for a test; None is the newest."""
        with self._guard.acting(Right.BACK_UP) as ports:
            return backing.try_restore(ports, medium, number)

    def prune(self, medium: Path, keep: int) -> tuple[list[int], int]:
        """Keep only the newest."""
        with self._guard.acting(Right.BACK_UP) as ports:
            return backing.prune(ports, medium, keep)
