"""A small station with the three administrators and a custodian; no unit, no tokens."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from airseal.duties.administering import create_station
from airseal.evidence.records import Account, StationFacts, project
from airseal.model.level import Level
from airseal.model.people import Post
from airseal.model.secret import Secret
from airseal.station import Station
from airseal.store import Entry, Instant, Store

START = datetime.fromisoformat("2026-11-22T20:00:00+08:00")
PASSWORDS = {
    "chen": "Run-Things-2026",
    "wu": "Watch-Doors-2026",
    "zheng": "Read-Ledgers-2026",
    "zhang": "Keep-Safe-2026",
}
POSTS = {
    "chen": Post.SYSTEM_ADMIN,
    "wu": Post.SECURITY_ADMIN,
    "zheng": Post.AUDITOR,
    "zhang": Post.CUSTODIAN,
}


@dataclass
class Machine:
    """A machine's two clocks, moved by hand."""

    passed: timedelta = field(default_factory=timedelta)

    def now(self) -> datetime:
        return START + self.passed

    def instant(self) -> Instant:
        seconds = int(self.passed.total_seconds())
        return Instant(int(START.timestamp()) + seconds, "boot", 100 + seconds)

    def wait(self, **by: int) -> None:
        self.passed += timedelta(**by)


@dataclass
class Office:
    """The home and its machine."""

    home: Path
    clock: Machine

    @contextmanager
    def at(self, person: str, password: str | None = None) -> Iterator[Station]:
        secret = Secret(password or PASSWORDS[person])
        with Station.open(self.home, person, secret, clock=self.clock) as station:
            yield station

    def ledger(self) -> list[Entry]:
        with Store.open(self.home, "zheng", Secret(PASSWORDS["zheng"]), project=project) as store:
            return list(store.entries())

    def faults(self) -> list[str]:
        report = Store.check(self.home, "zheng", Secret(PASSWORDS["zheng"]), project=project)
        return [problem.code for problem in report.problems]


@contextmanager
def office_in(
    home: Path, level: Level = Level.INTERNAL, *, place: str = "501室"
) -> Iterator[Office]:
    """A station in ``home``; while this is open, every store tells the time by its machine."""
    clock = Machine()
    with pytest.MonkeyPatch.context() as patch:
        for method in (Store.open, Store.create, Store.check):
            defaults = getattr(method, "__func__", method).__kwdefaults__
            patch.setitem(defaults, "now", clock.instant)
        create_station(
            home,
            StationFacts("k1", "用印工作站", "bureau", level, place=place, manager="chen"),
            [
                (Account(who, f"{who}某", post, level), Secret(PASSWORDS[who]))
                for who, post in POSTS.items()
            ],
            [],
            demo=True,
            at=clock.now(),
        )
        yield Office(home, clock)
