"""The door: refused logins cost time that nobody can win back, and all reach the ledger."""

import os
import signal
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import msgspec
import pytest
from forked import fork
from hypothesis import given, settings
from hypothesis import strategies as st
from store_disk import quick
from store_kit import AT, PASSWORD, PERSON, Clock, create, files, patient, project

from airseal.evidence import doorlog
from airseal.model.lockout import FREE_TRIES, LONGEST_WAIT, LOST_WAIT, wait_after
from airseal.model.problem import Problem
from airseal.model.secret import Secret
from airseal.store import DeskView, DeskWrite, Entry, EntryIn, Instant, JsonValue, Store, slotfile
from airseal.store.door import Door
from airseal.store.keyslots import Keyslots


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    quick(monkeypatch)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    with create(tmp_path / "home") as store:
        store.add_person("li.na", Secret("x"))
    return tmp_path / "home"


def attempt(home: Path, clock: Clock, person: str = PERSON, password: str = "wrong") -> str:
    """What comes of a login: a code, or "" when it succeeds."""
    try:
        Store.open(home, person, Secret(password), project=project, now=clock).close()
    except Problem as problem:
        return problem.code
    return ""


def seconds(home: Path, clock: Clock, person: str = PERSON) -> int:
    """How long the door says to wait."""
    with pytest.raises(Problem) as problem:
        Store.open(home, person, Secret(PASSWORD), project=project, now=clock)
    left = problem.value.params["seconds"]
    assert isinstance(left, int)
    return left


@given(st.integers(0, 10_000))
def test_waits_grow_and_have_an_end(refused: int) -> None:
    now, following = wait_after(refused), wait_after(refused + 1)
    assert (now.total_seconds() == 0) == (refused < FREE_TRIES)
    assert now <= following <= LONGEST_WAIT
    assert now == LONGEST_WAIT or following > now or following.total_seconds() == 0


def test_every_refusal_makes_the_next_wait_longer(home: Path) -> None:
    clock = Clock(step=0)
    for _ in range(FREE_TRIES):
        assert attempt(home, clock) == "LOGIN_REFUSED"
    for refused in range(FREE_TRIES, FREE_TRIES + 10):
        wait = int(wait_after(refused).total_seconds())
        assert seconds(home, clock) == wait
        clock.step = wait - 1
        clock()
        clock.step = 0
        assert attempt(home, clock, password=PASSWORD) == "LOGIN_LOCKED", "even the right one waits"
        clock.step = 1
        clock()
        clock.step = 0
        assert attempt(home, clock) == "LOGIN_REFUSED"
    assert attempt(home, clock, "li.na", "x") == "", "others need not wait"
    assert seconds(home, clock) == LONGEST_WAIT.total_seconds(), "and do not end the waiting"
    clock.step = int(LONGEST_WAIT.total_seconds())
    assert attempt(home, clock, password=PASSWORD) == ""
    clock.step = 0
    assert attempt(home, clock) == "LOGIN_REFUSED", "who got in starts from zero"


def test_people_who_do_not_exist_wait_alike(home: Path) -> None:
    clock = Clock(step=0)
    codes = [[attempt(home, clock, who) for _ in range(5)] for who in (PERSON, "nobody")]
    assert codes[0] == codes[1] == ["LOGIN_REFUSED"] * 3 + ["LOGIN_LOCKED"] * 2


def test_setting_the_clock_does_not_shorten_a_wait(home: Path) -> None:
    clock = Clock(step=0)
    for _ in range(FREE_TRIES):
        attempt(home, clock)
    at = clock.at
    for wall in (at.wall + 10_000_000, at.wall - 10_000_000):
        clock.at = Instant(wall, at.boot, at.up + 1)
        assert attempt(home, clock, password=PASSWORD) == "LOGIN_LOCKED"
    clock.at = Instant(at.wall - 100, "after a restart", 5)
    assert attempt(home, clock, password=PASSWORD) == "LOGIN_LOCKED"
    clock.at = Instant(at.wall + 31, "after a restart", 5)
    assert attempt(home, clock, password=PASSWORD) == ""


def killed_at_the_door(home: Path, clock: Clock) -> None:
    Door(home, Keyslots.load(home), clock).knock(PERSON, "password")
    os.kill(os.getpid(), signal.SIGKILL)


def test_killing_the_program_saves_nobody_a_try(home: Path) -> None:
    """Each child is killed after it knocked and before it learned whether it was right."""
    clock = Clock(step=0)
    for _ in range(FREE_TRIES):
        child = fork(lambda _: killed_at_the_door(home, clock))
        assert os.WIFSIGNALED(child.status())
    assert seconds(home, clock) == wait_after(FREE_TRIES).total_seconds()


def visit(home: Path, clock: Clock = patient) -> tuple[bool, list[str]]:
    """Whether the log was lost, and who tried, as the next login learns it."""
    with Store.open(home, PERSON, Secret(PASSWORD), project=project, now=clock) as store:
        store.forget_knocks()
        return store.visit.lost, [knock.person for knock in store.visit.knocks]


def test_the_next_login_reads_who_tried_and_nobody_else_can(home: Path) -> None:
    visit(home)
    attempt(home, patient, "李娜")
    attempt(home, patient, "x" * 500)
    attempt(home, patient, "li.na", "y")
    data = files(home)["door"]
    assert all(word.encode() not in data for word in ("李娜", "li.na", "xxxx", "password"))
    assert visit(home) == (False, ["李娜", "x" * 64, "li.na"])
    assert visit(home) == (False, [])


def test_a_door_that_is_gone_keeps_everybody_out_and_is_told(home: Path) -> None:
    for spoil in (
        lambda p: p.unlink(),
        lambda p: p.write_bytes(b""),
        lambda p: p.write_bytes(b"x"),
    ):
        visit(home)
        clock = Clock(step=0)
        spoil(home / "door")
        for code in ("DOOR_LOST", "LOGIN_LOCKED", "LOGIN_LOCKED"):
            assert attempt(home, clock, password=PASSWORD) == code
        clock.step = int(LOST_WAIT.total_seconds())
        assert visit(home, clock) == (True, [])
        assert visit(home) == (False, [])


def test_taking_tries_out_of_the_file_is_found(home: Path) -> None:
    """Someone with the file but no key makes it look as if fewer had been tried."""
    door = home / "door"
    visit(home)
    empty = door.read_bytes()
    for _ in range(2):
        attempt(home, patient)
    full = door.read_bytes()
    content = Door(home, Keyslots.load(home), patient)._load()
    assert content is not None
    replace = msgspec.structs.replace
    before = replace(content.start, counts=[], unread=[])
    for forged in (
        replace(content, knocks=content.knocks[:1]),
        replace(content, knocks=[]),
        replace(content, knocks=content.knocks[::-1]),
        replace(content, start=replace(before, serial=content.start.serial + 1)),
        replace(content, start=replace(before, serial=0), knocks=[], tag=b""),
    ):
        Door(home, Keyslots.load(home), patient)._save(forged)
        assert visit(home)[0], "lost"
    door.write_bytes(full)
    assert visit(home) == (False, [PERSON, PERSON])
    # A whole older file is genuine: only its serial number tells.
    door.write_bytes(empty)
    assert visit(home) == (False, [])


# --- the ledger -----------------------------------------------------------------------------


def _project(desk: DeskView, entry: Entry) -> Iterable[DeskWrite]:
    return doorlog.project_door(entry)


def _event(kind: str, /, **facts: JsonValue) -> EntryIn:
    return EntryIn(kind, PERSON, AT, facts)


def _login(home: Path, *, crash: bool = False) -> list[tuple[str, JsonValue]]:
    """Log in as a station does; what was written, each with whom it is about."""
    with Store.open(home, PERSON, Secret(PASSWORD), project=_project, now=patient) as store:
        head = store.head.sequence
        now = datetime.fromisoformat(AT)
        store.commit(doorlog.arrival(store.desk, store.visit, _event, now))
        if not crash:
            store.forget_knocks()
        return [(entry.kind, entry.facts.get("person")) for entry in store.entries(head)]


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    first = {PERSON: Secret(PASSWORD)}
    home = tmp_path / "empty"
    Store.create(home, first=first, demo=True, project=_project, now=patient).close()
    return home


def _refuse(home: Path, *people: str) -> None:
    for person in people:
        with pytest.raises(Problem):
            Store.open(home, person, Secret("wrong"), project=_project, now=patient)


def test_each_refused_login_is_in_the_ledger_once(empty: Path) -> None:
    assert _login(empty) == [("login", None)]
    _refuse(empty, "a", "b")
    both = [("login-refused", "a"), ("login-refused", "b"), ("login", None)]
    assert _login(empty, crash=True) == both
    assert _login(empty, crash=True) == [("login", None)]
    _refuse(empty, "c")
    assert _login(empty) == [("login-refused", "c"), ("login", None)]
    assert _login(empty) == [("login", None)]
    report = Store.check(empty, PERSON, Secret(PASSWORD), project=_project, now=patient)
    assert report.problems == ()


def test_an_older_door_is_found_by_the_ledger(empty: Path) -> None:
    _login(empty)
    older = (empty / "door").read_bytes()
    _login(empty)
    _refuse(empty, "a", "b", "c")
    (empty / "door").write_bytes(older)
    assert _login(empty) == [("door-lost", None), ("login", None)]
    (empty / "door").unlink()
    _refuse(empty, "a")
    assert _login(empty) == [("door-lost", None), ("login", None)]
    assert _login(empty) == [("login", None)]


@given(data=st.binary(max_size=200))
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_a_lost_door(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    home = tmp_path_factory.getbasetemp() / "doors"
    if not home.exists():
        create(home).close()
    head = (home / "door").read_bytes()[:16] + data
    (home / "door").write_bytes(head + slotfile.checksum(head))
    assert attempt(home, Clock(step=0), password=PASSWORD) == "DOOR_LOST"


def test_guessing_inside_an_open_home_counts_too(home: Path) -> None:
    clock = Clock(step=0)
    with Store.open(home, PERSON, Secret(PASSWORD), project=project, now=clock) as store:
        codes = []
        for _ in range(FREE_TRIES + 1):
            with pytest.raises(Problem) as problem:
                store.change_password("li.na", Secret("guess"), Secret("mine"))
            codes.append(problem.value.code)
        assert codes == ["LOGIN_REFUSED"] * FREE_TRIES + ["LOGIN_LOCKED"]
        store.change_password(PERSON, Secret(PASSWORD), Secret("new"))
    assert attempt(home, clock, "li.na", "x") == "LOGIN_LOCKED"
    with Store.open(home, PERSON, Secret("new"), project=project, now=clock) as store:
        assert [knock.means for knock in store.visit.knocks] == ["change"] * FREE_TRIES
