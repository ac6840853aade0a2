"""Power cuts while a home is backed up, restored and made: the stick is FAT, the home is not."""

import re
import shutil
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from store_disk import Disk, Files, Op, lay, quick, states
from store_kit import (
    AT,
    PASSWORD,
    PERSON,
    blob,
    check,
    create,
    digest_of,
    event,
    numbers,
    patient,
    project,
)
from store_kit import reopen as reopened

from airseal.model.problem import Problem
from airseal.model.secret import Secret
from airseal.store import DeskView, EntryIn, appearing, durable, restore
from airseal.store.manifest import Manifest

SECOND = "li.na"
STICK = "stick"
DOCUMENTS = (b"one", b"two")
TWICE = {
    ".: names, in life": "the stick's own name, by this test",
    ".: names, in lay_out": "a move to the home's name syncs them again",
    "home: names, in replace": "one commit more in the ledger than in the desk is completed",
    "backup: settle": "on FAT its reading back syncs it again; elsewhere this is needed",
    "stick/airseal-*: names, in replace": "on FAT, and so once more after its reading back",
    "stick/airseal-*: names, in write": "the same; without both it is red",
    "stick/airseal-*/pieces/*: names, in prune": "what was removed may come back unused",
    ".new.unfinished: names, in lay_out": "replacing the desk syncs them again",
    ".new.unfinished/ledger: names, in lay_out": "the next segment syncs them again",
}
"""Of which fsyncs each can be left out by itself, and why it is there."""

SAMPLED = 6
"""One state in so many is looked at in the short run."""


def silent(done: int, total: int, what: str) -> None:
    """Nobody watches."""


def told(desk: DeskView, backup: Manifest) -> EntryIn:
    return event(99, "restored", of=backup.number)


@dataclass(frozen=True)
class Promise:
    """From an op on: how much is in the home, which backups there are, which homes are made."""

    at: int = 0
    entries: int = 0
    backups: frozenset[int] = frozenset()
    homes: frozenset[str] = frozenset()


@dataclass
class Life:
    root: Path
    disk: Disk
    promises: list[Promise] = field(default_factory=lambda: [Promise()])

    def promise(self, **more: object) -> None:
        last = self.promises[-1]
        kept = {"entries": last.entries, "backups": last.backups, "homes": last.homes, **more}
        self.promises.append(Promise(len(self.disk.ops), **kept))  # type: ignore[arg-type]


def make(home: Path) -> None:
    """As a station is made: whole under its name, or not there."""
    with appearing(home) as beside, create(beside) as store:
        store.add_person(SECOND, Secret(PASSWORD))
        store.commit([event(1)], [blob(DOCUMENTS[0])])


def bring_back(root: Path) -> None:
    place = next((root / STICK).iterdir())
    people = ((PERSON, Secret(PASSWORD)), (SECOND, Secret(PASSWORD)))
    restore(
        place,
        2,
        root / "new",
        people,
        project=project,
        account=told,
        report=silent,
        now=patient,
    )


@pytest.fixture
def life(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Life]:
    """Made, backed up, worked at, backed up, an old backup retired, a home restored."""
    root = tmp_path / "life"
    root.mkdir()
    life = Life(root, Disk(root))
    monkeypatch.setattr(durable, "_os", life.disk)
    durable.make_directory(root / STICK)
    durable.sync_names(root)
    make(root / "home")
    life.promise(entries=1, homes=frozenset({"home"}))
    with reopened(root / "home") as store:
        store.back_up(root / STICK, (1, AT, PERSON), silent)
        life.promise(backups=frozenset({1}))
        store.commit([event(2)], [blob(DOCUMENTS[1])])
        life.promise(entries=2)
        store.back_up(root / STICK, (1, AT, PERSON), silent)
        life.promise(backups=frozenset({1, 2}))
        life.promise(backups=frozenset({2}))
        store.prune_backups(root / STICK, 1)
    bring_back(root)
    life.promise(homes=frozenset({"home", "new"}))
    quick(monkeypatch)
    yield life


class Judge:
    """Says of what a power cut left what is wrong with it; remembers its answers."""

    def __init__(self, root: Path, life: Life) -> None:
        self._root, self._life = root, life
        self.seen: dict[tuple[Files, Promise], str] = {}

    def red(
        self, ops: list[Op], without: Collection[str] = (), every: int = 1
    ) -> Iterator[tuple[int, str]]:
        for number, (count, found) in enumerate(states(ops, without, fat=STICK)):
            if number % every == 0 and (wrong := self.verdict(count, found)):
                yield count, wrong

    def verdict(self, count: int, found: Files) -> str:
        promise = next(each for each in reversed(self._life.promises) if each.at <= count)
        if (found, promise) not in self.seen:
            shutil.rmtree(self._root, ignore_errors=True)
            self._root.mkdir()
            lay(self._root, found)
            try:
                self.seen[found, promise] = self._look(promise)
            except Problem as problem:
                self.seen[found, promise] = repr(problem)
        return self.seen[found, promise]

    def _look(self, promise: Promise) -> str:
        if not self._is_there("home", promise):
            make(self._root / "home")
            return ""
        with reopened(self._root / "home") as store:
            if len(numbers(store)) < promise.entries:
                return "a saved entry is missing"
            for document in DOCUMENTS[: promise.entries]:
                store.blob(digest_of(document)).close()
            there = {one.number for one in store.backups(self._root / STICK)}
            if not promise.backups <= there:
                return f"backups {sorted(promise.backups)}, found {sorted(there)}"
            for number in there:
                if store.test_backup(self._root / STICK, number, silent).problems:
                    return f"backup {number} is damaged"
        if self._is_there("new", promise):
            with reopened(self._root / "new") as store:
                if numbers(store) != [1, 2, 99]:
                    return "half restored"
                for document in DOCUMENTS:
                    store.blob(digest_of(document)).close()
            return ", ".join(check(self._root / "new"))
        return ""

    def _is_there(self, name: str, promise: Promise) -> bool:
        """Whether the home is there; it must be, once its making has returned."""
        try:
            reopened(self._root / name).close()
        except Problem as problem:
            if problem.code != "HOME_MISSING" or name in promise.homes:
                raise
            return False
        return True


def test_power_cuts_while_backing_up_restoring_and_making(tmp_path: Path, life: Life) -> None:
    judge = Judge(tmp_path / "judged", life)
    assert next(judge.red(life.disk.ops, every=SAMPLED), None) is None
    assert len(judge.seen) > 50


@pytest.mark.soak
def test_every_power_cut_and_every_fsync_is_needed(tmp_path: Path, life: Life) -> None:
    judge, ops = Judge(tmp_path / "judged", life), life.disk.ops
    assert next(judge.red(ops), None) is None
    sites: dict[str, set[str]] = defaultdict(set)
    for op in ops:
        if op.site:
            sites[re.sub(r"[0-9a-f]{16,}|(?<=pieces/)[0-9a-f]{2}", "*", op.site)].add(op.site)
    assert len(sites) > 20
    needless = {name for name, every in sites.items() if next(judge.red(ops, every), None) is None}
    assert needless <= set(TWICE)
    assert len(judge.seen) > 1_000
