"""How long a record is kept: the longest of everything that applies (RE-09, C-22, X-20).

Years are counted as archives count them: from the first of January after the last act on the
case. A request that never led to a seal leaves no record of use, so nothing but consent stands
between it and its deletion (DC-11).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from airseal.model.policy import PolicyPack
from airseal.model.problem import Problem

USE_RECORD_YEARS: Final = 3
"""S3E-6.3: a record of the use of a seal is kept for at least so long."""


class Ground(StrEnum):
    """Why a record is kept."""

    USE_RECORD = "use-record"
    POLICY = "policy"
    ARCHIVE = "archive"


@dataclass(frozen=True, slots=True)
class Retention:
    """What is asked and until when. ``years`` None with grounds means for ever.

    ``last_day`` (``YYYY-MM-DD``) is the last day on which the record must be there.
    """

    grounds: tuple[tuple[Ground, int | None], ...]
    last_day: str | None

    @property
    def forever(self) -> bool:
        """Whether it must never be deleted (永久)."""
        return any(years is None for _, years in self.grounds)

    def judge(self, day: str) -> Problem | None:
        """Why the record may not be deleted on ``day``, or None (C-22)."""
        if self.forever:
            return Problem("RETENTION_FOREVER")
        if self.last_day is not None and day <= self.last_day:
            return Problem("RETENTION_RUNNING", until=self.last_day)
        return None


NOTHING: Final = Retention((), None)


def retention_of(last_act: str, kind: str, packs: Iterable[PolicyPack]) -> Retention:
    """The retention of a case in which a seal was used, by every pack that applies.

    ``last_act`` is the day of its last act, ``kind`` the kind of its paper.
    """
    grounds: dict[Ground, int | None] = {Ground.USE_RECORD: USE_RECORD_YEARS}
    for pack in packs:
        _longer(grounds, Ground.POLICY, pack.settings.retention_years)
        entry = pack.catalogue.kind(kind)
        if entry is not None and entry.archive is not None:
            _longer(grounds, Ground.ARCHIVE, entry.archive.years)
    asked = tuple(grounds.items())
    longest = [years for _, years in asked if years is not None]
    forever = len(longest) < len(asked)
    return Retention(asked, None if forever else f"{int(last_act[:4]) + max(longest)}-12-31")


def _longer(grounds: dict[Ground, int | None], ground: Ground, years: int | None) -> None:
    held = grounds.get(ground, 0)
    grounds[ground] = None if held is None or years is None else max(held, years)
