"""A disk that refuses while a password is changed: the person is told which one counts."""

import errno
import itertools
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from office_kit import PASSWORDS, Office, office_in
from store_disk import Disk

from airseal.founding.homes import change_password
from airseal.model.problem import Problem
from airseal.model.secret import Secret
from airseal.station import Station
from airseal.store import durable

FRESH = "Wide-River-88k"
WHO = "zhang"
OLD = PASSWORDS[WHO]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with office_in(tmp_path_factory.mktemp("office") / "home") as made:
        yield made


def at_the_page(office: Office, home: Path, begin: Callable[[], None]) -> None:
    """On the page of the own account, after login."""
    with Station.open(home, WHO, Secret(OLD), clock=office.clock) as station:
        begin()
        station.own.change_password(Secret(OLD), Secret(FRESH))


def at_the_door(office: Office, home: Path, begin: Callable[[], None]) -> None:
    """Before login, as with a password that has to be changed."""
    begin()
    change_password(home, WHO, Secret(OLD), Secret(FRESH), clock=office.clock)


def opens(office: Office, home: Path, password: str) -> bool:
    office.clock.wait(hours=2)
    try:
        with Station.open(home, WHO, Secret(password), clock=office.clock):
            return True
    except Problem as problem:
        assert problem.code == "LOGIN_REFUSED"
        return False


class Refuser:
    """Refuses the ``step``-th changing call, and all after it if ``lasting``."""

    def __init__(self, step: int, lasting: bool) -> None:
        self._step, self._lasting = step, lasting
        self._begun = False
        self.seen = 0

    def begin(self) -> None:
        self._begun = True

    def before(self, _call: str, _name: str) -> None:
        if not self._begun:
            return
        at, self.seen = self.seen, self.seen + 1
        if at == self._step or (self._lasting and at > self._step):
            raise OSError(errno.ENOSPC, "refused")


@pytest.mark.parametrize("lasting", [False, True])
@pytest.mark.parametrize("act", [at_the_page, at_the_door])
def test_whoever_is_refused_by_the_disk_is_told_which_password_counts(
    office: Office,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    act: Callable[[Office, Path, Callable[[], None]], None],
    lasting: bool,
) -> None:
    told: list[str | None] = []
    for step in itertools.count():
        home = Path(shutil.copytree(office.home, tmp_path / f"step{step}"))
        refuser = Refuser(step, lasting)
        said: Problem | None = None
        with monkeypatch.context() as patch:
            patch.setattr(durable, "_os", Disk(tmp_path, refuser.before))
            try:
                act(office, home, refuser.begin)
            except Problem as problem:
                said = problem
        told.append(said and said.code)
        match said and said.code:
            case "STORE_WRITE_FAILED":
                expected = (True, False)
            case "PASSWORD_UNRECORDED" | None:
                expected = (False, True)
            case other:
                raise AssertionError(other)
        found = (opens(office, home, OLD), opens(office, home, FRESH))
        assert found == expected, (step, said and (said.code, said.params))
        shutil.rmtree(home)
        if refuser.seen <= step:
            break
    assert {"STORE_WRITE_FAILED", "PASSWORD_UNRECORDED", None} == set(told)


def test_a_disk_that_does_not_even_say_is_told_too(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Taken away after the new password was written: nobody can say what it holds."""
    home = Path(shutil.copytree(office.home, tmp_path / "home"))
    away = tmp_path / "away"

    def before(call: str, name: str) -> None:
        if call == "rename" and name.endswith("desk"):
            home.rename(away)
            raise OSError(errno.EIO, "refused")

    with (
        Station.open(home, WHO, Secret(OLD), clock=office.clock) as station,
        monkeypatch.context() as patch,
    ):
        patch.setattr(durable, "_os", Disk(tmp_path, before))
        with pytest.raises(Problem) as problem:
            station.own.change_password(Secret(OLD), Secret(FRESH))
    assert problem.value.code == "PASSWORD_DOUBTFUL"
    away.rename(home)
    assert not opens(office, home, OLD)
    assert opens(office, home, FRESH)
