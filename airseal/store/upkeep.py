"""What a person asks for when a home is in trouble: check it, or make its desk again."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import Protocol

from airseal.model.digest import Digest, parse_digest
from airseal.model.problem import Problem
from airseal.store import durable, ledger, opening, slotfile, snapshot
from airseal.store.cipher import Keys
from airseal.store.desk import CONDEMNED, Anchor, Desk, DeskView, DeskWrite, Draft, Projection
from airseal.store.door import Now
from airseal.store.keyslots import Keyslots
from airseal.store.ledger import Ledger, Tail
from airseal.store.lock import HomeLock
from airseal.store.records import Entry, Head
from airseal.store.slots import Credential
from airseal.store.vault import Vault

_STEP = 1_024
"""Entries from one word about the progress to the next."""


@dataclass(frozen=True, slots=True)
class Lost:
    """A document that the ledger says is kept here, last in entry ``sequence``, and is not."""

    digest: Digest
    sequence: int


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found: how much was read well, and every problem.

    ``unfinished`` counts the documents whose destroying was interrupted: no damage, and gone
    with the next login. ``lost`` are those that should be here and are not.
    """

    entries: int
    blobs: int
    problems: tuple[Problem, ...]
    unfinished: int = 0
    lost: tuple[Lost, ...] = ()


CANCELLED = "CANCELLED"
"""The code with which whoever is told of the progress ends the work."""


class Progress(Protocol):
    """Who is told how far a check has come; an exception from here ends it, harming nothing."""

    def __call__(self, done: int, total: int, what: str, /) -> None:
        """``done`` of ``total`` steps of ``what``, which is "ledger", "desk" or "vault"."""


def silent(done: int, total: int, what: str, /) -> None:
    """A ``Progress`` that nobody watches."""


def check(
    home: Path,
    person: str,
    credential: Credential,
    project: Projection,
    now: Now,
    progress: Progress,
) -> Report:
    """Read everything this login reaches and change nothing (``airseal store check``).

    A ledger one commit ahead of the desk is what a crash leaves, and no problem. Problems in
    the report: ``DESK_MISSING``, ``DESK_DAMAGED``, ``DESK_OLDER``, ``DESK_DIFFERS`` (not the
    fold of the ledger), ``KEYSLOTS_OLDER``, ``LEDGER_DAMAGED``, ``LEDGER_SHORT``,
    ``BLOBS_DAMAGED`` (``count``), ``BLOBS_LOST`` (``count``; only a ledger that reads well says
    what should be here), ``STORE_READ_FAILED``. Raises what ``Store.open`` raises
    before it looks at the ledger.
    """
    opening.refuse_stranger(home)
    lock = HomeLock(home)
    try:
        keys, slots, _ = opening.unlock(home, person, credential, now)
        return inspect(home, keys, slots, project, progress)
    finally:
        lock.release()


def inspect(
    home: Path, keys: Keys, slots: Keyslots, project: Projection, progress: Progress = silent
) -> Report:
    """As :func:`check`, of a home that nobody else has open, with its ``keys``."""
    problems: list[Problem] = []
    desk, book, vault = Desk(home, keys), Ledger(home, keys), Vault(home, keys)
    entries = blobs = 0
    doomed: frozenset[str] = frozenset()
    expected = _Expected(project)
    lost: tuple[Lost, ...] = ()
    try:
        blank = Draft(Desk(home, keys))
        _check_ledger(book, desk, blank, slots, expected.watching, progress)
        entries = book.head.sequence
        if not _agree(desk, blank):
            problems.append(Problem("DESK_DIFFERS"))
    except Problem as problem:
        if problem.code == CANCELLED:
            raise
        expected.forget()
        problems.append(problem)
    try:
        progress(0, 1, "vault")
        doomed = vault.here(parse_digest(one) for one, _ in desk.items(CONDEMNED))
        damaged = sum(1 for name in vault.damaged() if name not in doomed)
        blobs = vault.count() - damaged - len(doomed)
        lost = expected.missing_from(vault)
        progress(1, 1, "vault")
        if damaged:
            problems.append(Problem("BLOBS_DAMAGED", count=damaged))
        if lost:
            problems.append(Problem("BLOBS_LOST", count=len(lost)))
    except Problem as problem:
        if problem.code == CANCELLED:
            raise
        problems.append(problem)
    return Report(entries, blobs, tuple(problems), len(doomed), lost)


class _Expected:
    """Which documents the ledger says are here: kept with an entry, and not destroyed since.

    What somebody else has, and this home never held, is not among them; nor is what was
    condemned, whether its destroying has ended or was interrupted.
    """

    def __init__(self, project: Projection) -> None:
        self._project = project
        self._kept: dict[Digest, int] = {}

    def watching(self, desk: DeskView, entry: Entry) -> Iterator[DeskWrite]:
        """The projection, which tells on its way what an entry keeps and what it condemns."""
        self._kept |= dict.fromkeys(entry.documents, entry.sequence)
        for write in self._project(desk, entry):
            if write.table == CONDEMNED:
                self._kept.pop(Digest(write.key), None)
            yield write

    def forget(self) -> None:
        """Expect nothing: a ledger that was not read to its end has not said what is here."""
        self._kept.clear()

    def missing_from(self, vault: Vault) -> tuple[Lost, ...]:
        """What is lost, in the order in which it was kept."""
        return tuple(Lost(one, self._kept[one]) for one in vault.missing(self._kept))


def rebuild(
    home: Path,
    person: str,
    credential: Credential,
    project: Projection,
    now: Now,
    progress: Progress,
) -> Head:
    """Make the desk again from the ledger (``airseal store rebuild``); returns its head.

    The index on the disk is thrown away: the next opening makes it again.

    A desk that can still be read binds the rebuilding: the ledger must reach its head. Without
    one, a ledger that was shortened by whole commits cannot be told from a whole one; the caller
    shows the head to a person who compares it. Raises what ``Store.open`` raises, save
    ``DESK_MISSING``, ``DESK_DAMAGED`` and ``DESK_OLDER``.
    """
    opening.refuse_stranger(home)
    lock = HomeLock(home)
    try:
        keys, slots, _ = opening.unlock(home, person, credential, now)
        anchor = _readable_anchor(home, keys)
        if anchor is not None and slots.generation < anchor.keyslots:
            raise Problem("KEYSLOTS_OLDER", behind=anchor.keyslots - slots.generation)
        book = Ledger(home, keys)
        with durable.reading("ledger"):
            tail = _verified(book, anchor, progress)
        if slots.generation < tail.keyslots:
            raise Problem("KEYSLOTS_OLDER", behind=tail.keyslots - slots.generation)
        with durable.writing("ledger"):
            book.settle(tail)
        return _fold(home, keys, slots, book, project, progress)
    finally:
        lock.release()


def fold_again(
    home: Path, keys: Keys, slots: Keyslots, project: Projection, progress: Progress
) -> Head:
    """The desk of a sound home made again from the whole ledger; raises as :func:`rebuild`."""
    book = Ledger(home, keys)
    try:
        with durable.reading("ledger"):
            tail = _verified(book, Desk(home, keys).load(), progress)
        with durable.writing("ledger"):
            book.settle(tail)
        return _fold(home, keys, slots, book, project, progress)
    finally:
        book.close()


def _fold(
    home: Path,
    keys: Keys,
    slots: Keyslots,
    book: Ledger,
    project: Projection,
    progress: Progress,
) -> Head:
    with durable.reading("ledger"):
        desk = Desk(home, keys)
        entries = _counted(book.entries(), book.head.sequence, progress)
        draft = Draft(desk).follow(project, entries)
    snapshot.throw_away(home)
    with durable.writing("desk"):
        desk.save(draft, Anchor(book.head, slots.generation, book.milestone))
    return book.head


def verify_hashes(home: Path, progress: Progress) -> Head:
    """The head the ledger's chain leads to; nobody has to log in for it.

    See :func:`ledger.verify_hashes`. Raises ``HOME_MISSING``, ``HOME_BUSY``, ``KEYSLOTS_MISSING``,
    ``KEYSLOTS_DAMAGED``, ``LEDGER_SHORT``, ``LEDGER_DAMAGED``, ``STORE_READ_FAILED``.
    """
    opening.refuse_stranger(home)
    lock = HomeLock(home)
    try:
        with durable.reading("ledger"):
            home_id = slotfile.load(home).home
            return ledger.verify_hashes(home, home_id, lambda done: progress(done, 0, "ledger"))
    finally:
        lock.release()


def _check_ledger(
    book: Ledger,
    desk: Desk,
    blank: Draft,
    slots: Keyslots,
    project: Projection,
    progress: Progress,
) -> None:
    """Read the whole ledger, as far as the desk knows it, into ``blank``."""
    anchor = desk.load()
    if slots.generation < anchor.keyslots:
        raise Problem("KEYSLOTS_OLDER", behind=anchor.keyslots - slots.generation)
    with durable.reading("ledger"):
        tail = _verified(book, anchor, progress)
        if slots.generation < tail.keyslots:
            raise Problem("KEYSLOTS_OLDER", behind=tail.keyslots - slots.generation)
        if tail.commits > 1:
            raise Problem("DESK_OLDER", behind=tail.commits)
        reach = anchor.head.sequence
        known = takewhile(lambda entry: entry.sequence <= reach, book.entries())
        blank.follow(project, _counted(known, reach, progress))


def _agree(desk: Desk, fold: Draft) -> bool:
    """Whether the desk is what the ledger makes of it."""
    held = {
        table: kept
        for table, rows in fold.changes.items()
        if (kept := {key: value for key, value in rows.items() if value is not None})
    }
    return held == desk.tables()


def _verified(book: Ledger, anchor: Anchor | None, progress: Progress) -> Tail:
    """The whole ledger, read from its first entry."""
    reach = 0 if anchor is None else anchor.head.sequence

    def watch(done: int) -> None:
        progress(done, max(done, reach), "ledger")

    return book.verify(None if anchor is None else anchor.head, watch=watch)


def _counted(entries: Iterable[Entry], total: int, progress: Progress) -> Iterator[Entry]:
    for entry in entries:
        if entry.sequence % _STEP == 0:
            progress(entry.sequence, total, "desk")
        yield entry


def _readable_anchor(home: Path, keys: Keys) -> Anchor | None:
    try:
        return Desk(home, keys).load()
    except Problem as problem:
        if problem.code in ("DESK_MISSING", "DESK_DAMAGED"):
            return None
        raise
