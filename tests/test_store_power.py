"""Power cuts: whatever the disk kept of what was not synced, every promise holds."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from store_disk import Disk, Files, Killed, Op, lay, quick, states
from store_kit import (
    PASSWORD,
    PERSON,
    blob,
    check,
    create,
    digest_of,
    event,
    numbers,
    reopen,
)

from airseal.model.problem import Problem
from airseal.model.secret import Secret
from airseal.store import Store, durable

Promise = tuple[int, tuple[int, ...], tuple[bytes, ...], tuple[str, ...]]
"""From this op on: these numbers, these documents, these people."""


class _Story:
    """One life of a home on a recorded disk, with what was promised when."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.home = root / "home"
        self.disk = Disk(root)
        self.promises: list[Promise] = []
        self._saved: tuple[int, ...] = ()
        self._documents: tuple[bytes, ...] = ()
        self._people: tuple[str, ...] = ()
        monkeypatch.setattr(durable, "_os", self.disk)

    def commit(self, store: Store, *entries: int, documents: tuple[bytes, ...] = ()) -> None:
        store.commit([event(number) for number in entries], [blob(data) for data in documents])
        self._documents += documents
        self.saved(*entries)

    def saved(self, *numbers: int) -> None:
        self._saved += numbers
        self._promise()

    def people(self, *people: str) -> None:
        self._people = people
        self._promise()

    def _promise(self) -> None:
        at = len(self.disk.ops)
        self.promises.append((at, self._saved, self._documents, self._people))

    def killed(self, store: Store, call: str, let: int | None = None, lose: bool = False) -> None:
        """Commit three entries; the process ends at ``call`` on the ledger's segment.

        ``let`` bytes of a write still pass; with ``lose`` an fsync fails before the end.
        """

        def before(called: str, name: str) -> int | None:
            if called != call or "ledger/" not in name:
                return None
            if lose:
                self.disk.lose()
            if let is None:
                raise Killed
            return let

        self.disk.before = before
        with pytest.raises(Killed):
            store.commit([event(number) for number in (101, 102, 103)])
        self.disk.before = lambda call, name: None
        store.close()


def _live(root: Path, monkeypatch: pytest.MonkeyPatch) -> _Story:
    """Everything that writes: creating, commits, people, and recovery from three kills."""
    story = _Story(root, monkeypatch)
    with create(story.home) as store:
        story.people(PERSON)
        story.commit(store, 1)
        story.commit(store, 2, 3, documents=(b"first", b"second"))
        story.commit(store, 4)
        store.add_person("li.na", Secret(PASSWORD))
        story.people(PERSON, "li.na")
        story.commit(store, 5)
    story.killed(reopen(story.home), "write", let=90)
    with reopen(story.home) as store:
        story.commit(store, 6)
        story.commit(store, 7)
    store = reopen(story.home)
    story.commit(store, 8)
    story.killed(store, "write", let=40)
    with reopen(story.home) as store:
        story.commit(store, 9)
    story.killed(reopen(story.home), "fsync")
    with reopen(story.home) as store:
        assert numbers(store)[-3:] == [101, 102, 103]
        story.saved(101, 102, 103)
        story.commit(store, 10)
    for fresh in (True, False):
        store = reopen(story.home)
        if not fresh:
            story.commit(store, 11)
        story.killed(store, "fsync", lose=True)
        with reopen(story.home) as store:
            story.saved(101, 102, 103)
    with reopen(story.home) as store:
        story.people(PERSON)
        store.remove_person("li.na")
        story.commit(store, 12)
    return story


class _Judge:
    """Opens what a power cut left and says whether every promise was kept; remembers answers."""

    def __init__(self, root: Path, story: _Story) -> None:
        self._root = root
        self._story = story
        self._seen: dict[tuple[Files, Promise | None], str] = {}

    def verdict(self, count: int, found: Files) -> str:
        """ "" when all is well, else what is wrong."""
        promise = next((each for each in reversed(self._story.promises) if each[0] <= count), None)
        key = (found, promise)
        if key not in self._seen:
            self._seen[key] = self._look(found, promise)
        return self._seen[key]

    @property
    def homes(self) -> int:
        return len(self._seen)

    def _look(self, found: Files, promise: Promise | None) -> str:
        shutil.rmtree(self._root, ignore_errors=True)
        self._root.mkdir()
        lay(self._root, found)
        home = self._root / "home"
        try:
            if promise is None:
                return self._unborn(home)
            return self._kept(home, promise)
        except Problem as problem:
            return repr(problem)

    def _unborn(self, home: Path) -> str:
        """A home whose creation never returned opens, or can be created again."""
        try:
            reopen(home).close()
        except Problem as problem:
            if problem.code != "HOME_MISSING":
                return repr(problem)
            create(home).close()
        return ""

    def _kept(self, home: Path, promise: Promise) -> str:
        _, saved, documents, people = promise
        with reopen(home, people[-1]) as store:
            held = tuple(numbers(store))
            if held[: len(saved)] != saved:
                return f"saved {saved}, found {held}"
            if not all(store.blob(digest_of(data)).read() == data for data in documents):
                return "a document is wrong"
            if store.desk.get("counts", "tick") != (len(held) or None):
                return "the desk is not the fold"
            store.commit([event(99)])
        codes = check(home)
        return ", ".join(codes)


@pytest.fixture
def story(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[_Story]:
    (tmp_path / "life").mkdir()
    story = _live(tmp_path / "life", monkeypatch)
    quick(monkeypatch)
    yield story


def test_a_power_cut_at_any_point_and_every_fsync_is_needed(tmp_path: Path, story: _Story) -> None:
    judge = _Judge(tmp_path / "judged", story)
    ops = story.disk.ops
    tried = 0
    for count, found in states(ops):
        tried += 1
        assert judge.verdict(count, found) == "", (count, ops[count - 1])
    assert tried >= 1000
    assert judge.homes >= 150
    sites = sorted({op.site for op in ops if op.site})
    assert len(sites) >= 13
    needless = [site for site in sites if not _turns_red(judge, ops, without=(site,))]
    assert needless == []
    trusting = [op for op in ops if op.call != "pwrite"]
    assert _turns_red(judge, trusting), "after a failed fsync the bytes must be written again"


def _turns_red(judge: "_Judge", ops: list[Op], without: tuple[str, ...] = ()) -> bool:
    return any(judge.verdict(count, found) for count, found in states(ops, without))


@pytest.mark.soak
def test_many_more_power_cuts(tmp_path: Path, story: _Story) -> None:
    judge = _Judge(tmp_path / "judged", story)
    for seed in range(2, 200):
        for count, found in states(story.disk.ops, seed=seed):
            assert judge.verdict(count, found) == "", (seed, count)
