"""One person's time at a station: what every screen behind the login is given."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from airseal.model.people import Post
from airseal.screens.reception import Receptions
from airseal.screens.shell import Situation
from airseal.screens.work import Work
from airseal.station import Station


@dataclass(slots=True)
class Session:
    """An open station and the medium (a stick's directory) it exchanges bundles with.

    The station serves one duty at a time; a thread that outlives its screen keeps the next
    one waiting, never working beside it.
    """

    station: Station
    medium: Path
    practice: bool = False
    """Whether this is practice (SU-05)."""
    receptions: Receptions = field(default_factory=Receptions, repr=False)
    """What has been read of QR codes and is not complete yet."""
    _turn: Lock = field(default_factory=Lock, repr=False)

    @contextmanager
    def at_work(self, work: Work) -> Iterator[Station]:
        """The station for one duty that reports to ``work``."""
        with self._turn:
            self.station.report_to(work, work.no_return)
            yield self.station

    @property
    def medium_name(self) -> str:
        """The name the medium is mounted by; only whoever administers sees where (TK-09)."""
        if self.station.account.post is Post.SYSTEM_ADMIN:
            return str(self.medium)
        return self.medium.name

    @property
    def situation(self) -> Situation:
        """What the banner on every screen says."""
        return Situation(
            station=self.station.facts.name,
            level=self.station.facts.level,
            demo=self.station.demo,
            person=self.station.account.name,
            post=self.station.account.post,
            practice=self.practice,
        )

    def close(self) -> None:
        """Wait for the duty under way, then close the station (TK-06)."""
        with self._turn:
            self.receptions.close()
            self.station.close()
