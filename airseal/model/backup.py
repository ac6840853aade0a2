"""How old a backup may become before a person is reminded (BK-02)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

BACKUP_EVERY: Final = timedelta(days=7)
"""After how long without a backup the next one is overdue."""

TEST_EVERY: Final = timedelta(days=90)
"""After how long without a restore test that succeeded the next one is overdue."""


@dataclass(frozen=True, slots=True)
class BackupState:
    """When the last backup was made and when one was last restored for a test; None: never.

    ``number`` is that of the last backup.
    """

    number: int
    made: datetime | None
    tested: datetime | None

    def backup_overdue(self, now: datetime) -> bool:
        """Whether a backup should have been made by now."""
        return self.made is None or now - self.made > BACKUP_EVERY

    def test_overdue(self, now: datetime) -> bool:
        """Whether a restore should have been tested by now."""
        return self.tested is None or now - self.tested > TEST_EVERY
