"""Opening verifies the end of a ledger; the rest is verified beside the work, as strictly."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from store_disk import quick
from store_kit import PERSON, check, create, event, numbers, refused, reopen

from airseal.model.problem import Problem
from airseal.store import Query, Soundness, Store, backlog, commit, ledger

ENTRIES = 40


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    quick(monkeypatch)
    monkeypatch.setattr(ledger, "MILESTONE", 8)
    monkeypatch.setattr(commit, "_AT_ONCE", 0)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Segments of ten entries, in commits of one to four."""
    home = tmp_path / "home"
    create(home).close()
    for first in range(0, ENTRIES, 10):
        with reopen(home) as store:
            for size, start in ((4, 0), (1, 4), (3, 5), (2, 8)):
                store.commit([event(first + start + each) for each in range(size)])
    return home


def test_a_long_ledger_is_verified_in_two_parts(home: Path) -> None:
    with reopen(home) as store:
        assert store.soundness.entries == 32, "the last milestone but one"
        store.commit([event(ENTRIES)])
        assert store.wait() == Soundness(32, 32)
        assert store.soundness.complete
        assert numbers(store) == list(range(ENTRIES + 1))
        assert store.entry(17).facts["n"] == 16
    assert check(home) == []


def _outcome(home: Path) -> str:
    """How the damage came to light; "" for not at all."""
    try:
        with reopen(home) as store:
            problem = store.wait().problem
            if problem is None:
                return ""
            with refused(problem.code):
                store.commit([event(99)])
            return f"later {problem.code} {problem.params['sequence']}"
    except Problem as problem:
        return f"at once {problem.code}"


def test_a_byte_of_an_old_segment_is_watched_wherever_it_is(home: Path) -> None:
    path = home / "ledger/000002"
    whole = path.read_bytes()
    border = [76]
    while border[-1] < len(whole):
        border.append(border[-1] + 4 + int.from_bytes(whole[border[-1] : border[-1] + 4]))
    for at in (*range(16, 100), *range(100, len(whole), 7)):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        entry = 11 + max(0, sum(edge <= at for edge in border) - 1)
        assert _outcome(home) in (
            f"later LEDGER_DAMAGED {entry}",
            f"later LEDGER_SHORT {entry}",
        ), at
    path.write_bytes(whole)
    assert _outcome(home) == ""


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def _cut_at_border(path: Path) -> None:
    data, at = path.read_bytes(), 76
    while (following := at + 4 + int.from_bytes(data[at : at + 4])) < len(data):
        at = following
    path.write_bytes(data[:at])


def _longer(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\0\0\0")


def _swapped(path: Path) -> None:
    shutil.copy(path.with_name("000001"), path)


@pytest.mark.parametrize("spoil", [_cut, _cut_at_border, _longer, _swapped, Path.unlink])
def test_an_old_segment_is_the_one_it_was(home: Path, spoil: Callable[[Path], None]) -> None:
    spoil(home / "ledger/000002")
    assert _outcome(home).startswith("later LEDGER_")
    assert check(home) != []


def test_damage_after_the_milestone_is_found_before_anything_is_written(home: Path) -> None:
    path = home / "ledger/000004"
    whole = path.read_bytes()
    for at in range(len(whole) - 300, len(whole), 7):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert _outcome(home).startswith("at once LEDGER_")


def test_a_commit_made_before_damage_was_found_stays(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = home / "ledger/000001"
    whole = path.read_bytes()
    path.write_bytes(whole[:100] + b"\0" + whole[101:])
    with monkeypatch.context() as patch:
        patch.setattr(backlog.Backlog, "start", lambda self: None)
        with reopen(home) as store:
            store.commit([event(ENTRIES)])
    assert _outcome(home).startswith("later LEDGER_DAMAGED")
    path.write_bytes(whole)
    with reopen(home) as store:
        assert store.wait().complete
        assert numbers(store) == list(range(ENTRIES + 1))


def test_closing_ends_the_work_at_once(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[int] = []
    store: Store

    def pause(self: backlog.Backlog) -> None:
        heard.append(self.soundness.verified)
        while not self._stop.is_set():
            self._stop.wait(1)
        raise backlog._Stopped

    monkeypatch.setattr(backlog.Backlog, "_pause", pause)
    store = reopen(home)
    assert not store.soundness.complete
    store.commit([event(ENTRIES)])
    store.close()
    assert len(heard) == 1
    assert not store.soundness.complete
    monkeypatch.undo()


def test_an_index_far_behind_catches_up_beside_the_work(home: Path) -> None:
    with reopen(home) as store:
        store.commit([event(ENTRIES)])
        store.wait()
        assert store.index.complete
        page = store.index.page(Query(person=PERSON), limit=3)
        assert ([row.sequence for row in page.rows], page.complete) == ([41, 40, 39], True)
        store.commit([event(ENTRIES + 1)])
        assert store.index.covered == ENTRIES + 2
