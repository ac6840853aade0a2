"""Stations in process: opened as at home, except that they share one warm jail."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock
from weakref import WeakSet

import pytest
import time_machine
from demo_unit import DemoUnit

from airseal.evidence.described import describe
from airseal.evidence.records import project
from airseal.model.problem import Problem
from airseal.model.secret import Secret
from airseal.paper.jail import Jail
from airseal.station import Station
from airseal.store import Entry, Head, JsonValue, Store
from airseal.text import use_language
from transfer.errors import TransferError


class LastingJail(Jail):
    """A jail that outlives the stations using it, in forked children too."""

    def close(self) -> None:
        """Stay: the next station is about to need it."""

    def end(self) -> None:
        super().close()

    def settle(self) -> None:
        """Wait until it has started: a fork in the middle would wait for a thread it lacks."""
        with suppress(Problem):
            self._zygote()

    def renew(self) -> None:
        """In a forked child: a lock nobody holds, and a thread that can start the next zygote."""
        self._lock = Lock()
        self._keeper = ThreadPoolExecutor(1, thread_name_prefix="jail")


_LASTING: WeakSet[LastingJail] = WeakSet()
os.register_at_fork(
    before=lambda: [jail.settle() for jail in _LASTING],
    after_in_child=lambda: [jail.renew() for jail in _LASTING],
)


@contextmanager
def lasting_jail() -> Iterator[LastingJail]:
    """While this is open, every station of this process uses the one jail."""
    jail = LastingJail(formal=False)
    jail.start()
    _LASTING.add(jail)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("airseal.station.opened.Jail", lambda formal: jail)
        yield jail
    _LASTING.discard(jail)
    jail.end()


@pytest.fixture(scope="module")
def one_jail() -> Iterator[None]:
    """One jail for all stations of a module: starting it is another test's matter."""
    with lasting_jail():
        yield


@pytest.fixture
def in_english() -> Iterator[None]:
    use_language("en")
    yield
    use_language("zh_CN")


@contextmanager
def station_of(unit: DemoUnit, post: str, home: Path | None = None) -> Iterator[Station]:
    person = unit.person(post)
    password = Secret(person["password"])
    with Station.open(home or unit.home(post), person["id"], password) as station:
        yield station


@contextmanager
def days_on(unit: DemoUnit, post: str, days: int) -> Iterator[Station]:
    """The station of ``post`` so many days on, whose clock was explained."""
    with (
        time_machine.travel(datetime.now() + timedelta(days=days)),
        station_of(unit, post) as station,
    ):
        if station.clock_problem is not None:
            station.accept_clock("假期后启用")
        yield station


def pin_of(unit: DemoUnit, post: str) -> Secret:
    return Secret(unit.person(post)["pin"])


@dataclass(frozen=True)
class Held:
    """What a home holds, read from its store while nobody has it open."""

    head: Head
    entries: tuple[Entry, ...]
    tables: dict[str, dict[str, JsonValue]]

    @property
    def last(self) -> Entry:
        return self.entries[-1]


TABLES = (
    *("station", "anchors", "people", "cases", "imports", "exports", "quarantine", "read"),
    "intents",
)


@contextmanager
def store_of(unit: DemoUnit, post: str, home: Path | None = None) -> Iterator[Store]:
    person = unit.person(post)
    place, password = home or unit.home(post), Secret(person["password"])
    with Store.open(place, person["id"], password, project=project, describe=describe) as store:
        yield store


def held(unit: DemoUnit, post: str, home: Path | None = None) -> Held:
    with store_of(unit, post, home) as store:
        tables = {table: dict(store.desk.items(table)) for table in TABLES}
        return Held(store.head, tuple(store.entries()), tables)


def code_of(act: Callable[[], object]) -> str | None:
    """The code that ``act`` is refused with, or None."""
    try:
        act()
    except (Problem, TransferError) as refused:
        return refused.code
    return None


def faults(unit: DemoUnit, post: str, home: Path | None = None) -> list[str]:
    """What a check of the whole home finds: the ledger, the desk against its fold, the vault."""
    person = unit.person(post)
    place, password = home or unit.home(post), Secret(person["password"])
    report = Store.check(place, person["id"], password, project=project)
    return [problem.code for problem in report.problems]


def rebuild(unit: DemoUnit, post: str, home: Path) -> None:
    """Make the home's desk again from its ledger."""
    person = unit.person(post)
    Store.rebuild(home, person["id"], Secret(person["password"]), project=project)


def children(name: str) -> set[int]:
    """The children of this process, of any thread, whose command line holds ``name``."""
    found = set()
    for listing in Path("/proc/self/task").glob("*/children"):
        for pid in listing.read_text().split():
            with suppress(FileNotFoundError):
                if name in Path(f"/proc/{pid}/cmdline").read_text():
                    found.add(int(pid))
    return found
