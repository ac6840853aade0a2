"""A disk that refuses, under every duty: said, nothing lost, and work goes on afterwards."""

import errno
import itertools
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from demo_unit import DemoUnit, copied
from duty_kit import Drive, Patience, Saved, Workplace, drive, heard, in_a_child, look, prepare
from duty_table import DUTIES
from station_kit import lasting_jail

from airseal.model.problem import Problem

SAMPLED = {
    "accounts-open": 3,
    "administering-create": 5,
    "approving-decide": 3,
    "backing-make": 12,
    "exporting-cases": 4,
    "importing-bundle": 4,
    "sealing-seal": 6,
}
"""Of whose calls one in so many is refused in the short run."""


@pytest.fixture(scope="module")
def unit(built_demo: DemoUnit, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoUnit]:
    with lasting_jail(), copied(built_demo, tmp_path_factory.mktemp("faults") / "unit") as unit:
        yield unit


CLEAR = {
    "STORE_WRITE_FAILED",
    "STORE_READ_FAILED",
    "BACKUP_UNREADABLE",
    "DESK_MISSING",
    "PASSWORD_UNRECORDED",
    "PASSWORD_DOUBTFUL",
}
"""What is said then; a backup that cannot be read back, a home that is gone, and a password that
counts although the disk refused, have their own."""


class Cause:
    """What is wrong with the disk from the ``step``-th changing call on, until it is ``gone``."""

    def __init__(self, home: Path, step: int, code: int, lasting: bool) -> None:
        self._home, self._step, self._code, self._lasting = home, step, code, lasting
        self._away = home.with_name("away")
        self._seen = -1
        self._there = True
        self.felt = False

    def before(self, _: str) -> None:
        self._seen += 1
        at = self._seen == self._step or (self._lasting and self._seen > self._step)
        if self._there and at:
            self.felt = True
            self._happen()

    def _happen(self) -> None:
        raise OSError(self._code, "refused")

    def gone(self) -> None:
        self._there = False


class Removed(Cause):
    """The directory that is written to is taken away."""

    def _happen(self) -> None:
        if self._home.exists():
            self._home.rename(self._away)

    def gone(self) -> None:
        super().gone()
        if self._away.exists():
            self._away.rename(self._home)


def refused(what: Drive, place: Workplace, cause: Cause) -> Saved:
    """The duty under the cause; then once more in the same session, when the cause is gone."""

    def twice(place: Workplace, station: object) -> None:
        try:
            what.act(place, station)  # type: ignore[arg-type]
        except Problem as problem:
            told.append(problem.code)
        assert cause.felt
        cause.gone()
        try:
            what.act(place, station)  # type: ignore[arg-type]
        except Problem as problem:
            if problem.code not in what.again:
                raise

    told: list[str] = []
    both = Drive(what.duty, what.name, what.post, twice, clock=what.clock, inside=what.inside)

    def work(tell: Callable[..., None]) -> None:
        drive(both, place, tell, cause.before)
        tell(codes=told)

    saved = heard(in_a_child(place, work))
    assert saved.done, (what.id, saved.problem, saved.codes)
    return saved


def calls_of(what: Drive, place: Workplace) -> int:
    """How many changing calls the duty makes."""

    def work(tell: Callable[..., None]) -> None:
        calls: list[str] = []
        drive(what, place, tell, calls.append)
        tell(calls=len(calls))

    saved = heard(in_a_child(place, work))
    assert saved.calls > 1
    return saved.calls


def campaign(
    what: Drive, unit: DemoUnit, folder: Path, every: int, codes: Sequence[tuple[int, bool]]
) -> None:
    """Refuse one call in ``every``, each with the next of ``codes``; 0 takes the home away."""
    ready = prepare(what, unit, folder / "ready")
    calls = calls_of(what, ready.copy(folder / "counted"))
    told: list[str] = []
    for step, (code, lasting) in zip(range(1, calls, every), itertools.cycle(codes), strict=False):
        place = ready.copy(folder / f"step{step}")
        home = place.folder / (f".{what.makes}.unfinished" if what.makes else "home")
        cause = (Cause if code else Removed)(home, step, code, lasting)
        saved = refused(what, place, cause)
        told += saved.codes
        look(what, place, saved, now=Patience())
        shutil.rmtree(place.folder)
    assert set(told) <= CLEAR
    assert told, (what.id, "nothing was refused")


ONCE = [(errno.ENOSPC, False), (errno.EIO, True), (0, False), (errno.EROFS, True)]


@pytest.mark.parametrize("name", SAMPLED)
def test_a_disk_that_refuses_under_a_duty(name: str, unit: DemoUnit, tmp_path: Path) -> None:
    what = next(one for one in DUTIES if one.id == name)
    campaign(what, unit, tmp_path, SAMPLED[name], ONCE)


@pytest.mark.soak
@pytest.mark.parametrize("lasting", [False, True])
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EROFS, 0])
@pytest.mark.parametrize("what", DUTIES, ids=lambda what: what.id)
def test_a_disk_that_refuses_every_call_of_every_duty(
    what: Drive, unit: DemoUnit, tmp_path: Path, code: int, lasting: bool
) -> None:
    campaign(what, unit, tmp_path, 1, [(code, lasting)])
