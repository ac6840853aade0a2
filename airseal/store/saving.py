"""The half of an open home that saves it: backups, their restore test, their retirement."""

import shutil
from contextlib import suppress
from pathlib import Path

from airseal.model.problem import Problem
from airseal.store import backup, durable, manifest, upkeep
from airseal.store.backup import Backup, Made, Progress
from airseal.store.half import Half
from airseal.store.keyslots import Keyslots
from airseal.store.upkeep import Report

SCRATCH = "scratch"
"""Where a backup is restored for a test; nothing in it is ever in the clear."""


class Saving(Half):
    """What a ``Store`` does about its backups. ``medium`` is a directory or a stick."""

    def back_up(self, medium: Path, about: tuple[int, str, str], report: Progress) -> Made:
        """A backup of this home as it is now; see :func:`airseal.store.backup.make`."""
        with self._writing():
            parts = self._parts
            return backup.make(self._home, parts.keys, parts.ledger.head, medium, about, report)

    def backups(self, medium: Path) -> list[Backup]:
        """The backups of this home on ``medium``, newest first; raises ``STORE_READ_FAILED``."""
        keys = self._open_parts().keys
        return backup.listed(backup.place_of(medium, keys.home), keys, self._home)

    def newest_backup(self, medium: Path) -> int:
        """The highest number there; raises ``Problem("BACKUP_NONE")``."""
        found = manifest.numbers(backup.place_of(medium, self._open_parts().keys.home))
        if not found:
            raise Problem("BACKUP_NONE")
        return found[-1]

    def test_backup(self, medium: Path, number: int, report: Progress) -> Report:
        """Restore a backup inside this home, verify all of it, and remove it again.

        The problems in the report are those of :func:`airseal.store.upkeep.check`. Raises
        ``Problem("BACKUP_MISSING")``, ``BACKUP_DAMAGED``, ``BACKUP_PIECE``,
        ``STORE_WRITE_FAILED``, ``STORE_READ_FAILED``.
        """
        with self._writing():
            scratch = self._home / SCRATCH
            keys = self._parts.keys
            place = backup.place_of(medium, keys.home)
            found = manifest.read(place, number, keys)
            try:
                shutil.rmtree(scratch, ignore_errors=True)
                with durable.writing("home"):
                    durable.make_directory(scratch)
                backup.lay_out(place, found, scratch, report)
                report(len(found.files), len(found.files), "backup-verify")
                slots = Keyslots.load(scratch)
                then = slots.as_of(keys)
                slots.prove(then)
                return upkeep.inspect(scratch, then, slots, self._project)
            finally:
                with suppress(OSError):
                    shutil.rmtree(scratch)

    def prune_backups(self, medium: Path, keep: int) -> tuple[list[int], int]:
        """Keep the newest ``keep``; see :func:`airseal.store.backup.prune`."""
        with self._writing():
            keys = self._parts.keys
            return backup.prune(backup.place_of(medium, keys.home), keys, keep)
