"""The store of one home: commit is the only writer, everything else reads.

The order of a commit is vault → ledger → desk, each durable before the next begins; the
entries are saved, and may be called so, when :meth:`Store.commit` returns.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from types import TracebackType
from typing import Self

from airseal.model.digest import Digest
from airseal.model.level import Level
from airseal.model.problem import Problem
from airseal.model.secret import Secret
from airseal.store import durable, instant, opening, upkeep
from airseal.store.backlog import Backlog
from airseal.store.cipher import Keys
from airseal.store.desk import CONDEMNED, Anchor, Draft, Projection
from airseal.store.door import Now, Visit
from airseal.store.index import Index
from airseal.store.keyslots import Keyslots
from airseal.store.lock import HomeLock
from airseal.store.opening import Opened
from airseal.store.people import People
from airseal.store.reading import Reading
from airseal.store.records import EntryIn, Head
from airseal.store.saving import Saving
from airseal.store.search import Describe, plain
from airseal.store.slots import Credential
from airseal.store.upkeep import Progress, Report
from airseal.store.vault import BlobIn

_AT_ONCE = 4_096
"""Entries the index may be behind for it to catch up while the home is opened."""

_WORTH = 1_024
"""Entries that are not in the index on the disk, from which on it is written anew."""

_NAMED = 8_192
"""Documents that one entry names at most when an older home is brought up to date."""

_MUCH = 16_384
"""The same, while there is other work to do."""


class Store(People, Saving, Reading):
    """An open home, held by this process alone until :meth:`close`.

    Every method may be called from any thread. After a ``STORE_WRITE_FAILED`` nothing stored
    earlier is harmed and reading goes on; the next writing first verifies the home anew, as
    opening does, since a descriptor whose fsync failed proves nothing. The failed commit itself
    is: not saved at stage ``vault``; taken back at stage ``ledger`` as far as the disk allowed;
    in the ledger already at stage ``desk``, and completed by the next writing or opening.
    """

    def __init__(
        self,
        home: Path,
        lock: HomeLock,
        opened: Opened,
        project: Projection,
        describe: Describe,
        *,
        visit: Visit | None = None,
        now: Now = instant.now,
    ) -> None:
        self._home = home
        self._lock = lock
        self._parts = opened
        self._project = project
        self._visit = visit or Visit(0, 1, lost=False, knocks=())
        self._now = now
        self._guard = RLock()
        self._doubtful = False
        self._keys: tuple[Keys, ...] = (opened.keys,)
        self._closed = False
        self._index = Index(home, describe)
        with durable.reading("ledger"):
            self._index.load(opened.ledger, opened.keys)
        self._backlog = Backlog(opened.ledger, opened.since, self._chores)
        self._catch_up()
        if not self._backlog.soundness.complete:
            self._backlog.start()

    @classmethod
    def create(
        cls,
        home: Path,
        *,
        first: Mapping[str, Secret],
        demo: bool,
        project: Projection,
        describe: Describe = plain,
        level: Level = Level.TOP_SECRET,
        now: Now = instant.now,
    ) -> Self:
        """A new, empty home in ``home`` (made if missing), which the ``first`` people can open.

        It can hold what is of ``level`` or lower, and the ``first`` are cleared for all of that.
        ``demo`` makes passwords cheap to check, and so worthless; it is recorded in the home.
        Raises ``Problem("HOME_EXISTS")``, ``HOME_BUSY``, ``PERSON_LAST`` (nobody named) and
        ``STORE_WRITE_FAILED``; a creation that was interrupted can be repeated.
        """
        if not first:
            raise Problem("PERSON_LAST")
        with durable.writing("home"):
            opening.lay_out(home)
        lock = HomeLock(home)
        try:
            opening.refuse_existing(home)
            slots, keys = Keyslots.new(first, demo=demo, level=level)
            with durable.writing("home"):
                opening.furnish(home, keys, slots, now)
            parts = opening.settle(home, keys, slots, project)
            return cls(home, lock, parts, project, describe, now=now)
        except BaseException:
            lock.release()
            raise

    @classmethod
    def open(
        cls,
        home: Path,
        person: str,
        credential: Credential,
        *,
        project: Projection,
        describe: Describe = plain,
        now: Now = instant.now,
    ) -> Self:
        """The home with its end verified, and what a crash left completed or cut.

        The rest of the ledger is verified meanwhile: see :attr:`soundness`.

        A password slot that costs an attacker less than one made today is made anew, and a
        rotation that waited for somebody of this clearance is done. Raises ``Problem``
        ``HOME_MISSING``, ``HOME_BUSY``, ``HOME_NEWER``, ``HOME_OLDER`` (see ``migrate``),
        ``LOGIN_REFUSED``, ``LOGIN_LOCKED`` (``seconds``), ``DOOR_LOST`` (``seconds``),
        ``KEYSLOTS_MISSING``, ``KEYSLOTS_DAMAGED``, those of :func:`opening.settle` and those of
        the token.
        """
        opening.refuse_stranger(home)
        lock = HomeLock(home)
        try:
            keys, slots, visit = opening.unlock(home, person, credential, now)
            parts = opening.settle(home, keys, slots, project)
            store = cls(home, lock, parts, project, describe, visit=visit, now=now)
        except BaseException:
            lock.release()
            raise
        try:
            store._freshen(person, credential)
        except BaseException:
            store.close()
            raise
        return store

    @classmethod
    def recover(
        cls,
        home: Path,
        first: tuple[str, Credential],
        second: tuple[str, Credential],
        *,
        project: Projection,
        describe: Describe = plain,
        now: Now = instant.now,
    ) -> Self:
        """The home with every key, for two administrators together (see ``arrange_recovery``).

        Raises as :meth:`open`, and ``Problem("RECOVERY_MISSING")``.
        """
        opening.refuse_stranger(home)
        lock = HomeLock(home)
        try:
            keys, slots, visit = opening.recover(home, first, second, now)
            parts = opening.settle(home, keys, slots, project)
            return cls(home, lock, parts, project, describe, visit=visit, now=now)
        except BaseException:
            lock.release()
            raise

    @staticmethod
    def fitting_key(home: Path, person: str, public_keys: Sequence[bytes]) -> bytes | None:
        """Which of these tokens' keys (DER) opens ``home`` for ``person``; nothing is tried.

        Raises as :meth:`open` for a home that is missing or damaged.
        """
        opening.refuse_stranger(home)
        return Keyslots.load(home).fitting_key(person, public_keys)

    @staticmethod
    def rebuild(
        home: Path,
        person: str,
        credential: Credential,
        *,
        project: Projection,
        now: Now = instant.now,
        progress: Progress = upkeep.silent,
    ) -> Head:
        """See :func:`upkeep.rebuild`."""
        return upkeep.rebuild(home, person, credential, project, now, progress)

    @staticmethod
    def check(
        home: Path,
        person: str,
        credential: Credential,
        *,
        project: Projection,
        now: Now = instant.now,
        progress: Progress = upkeep.silent,
    ) -> Report:
        """See :func:`upkeep.check`."""
        return upkeep.check(home, person, credential, project, now, progress)

    @staticmethod
    def verify_hashes(home: Path, progress: Progress = upkeep.silent) -> Head:
        """See :func:`upkeep.verify_hashes`."""
        return upkeep.verify_hashes(home, progress)

    def commit(
        self,
        entries: Sequence[EntryIn],
        blobs: Sequence[BlobIn] = (),
        *,
        beside: Sequence[Digest] = (),
    ) -> Head:
        """Save ``blobs`` and then ``entries``, all of them or none; returns the new head.

        The entries name the documents in ``blobs``, and those ``beside`` that are here already.

        Raises ``Problem`` ``ENTRY_FORM``, ``ENTRY_TOO_LARGE``, ``DESK_FORM``, ``BLOB_MISMATCH``,
        ``BLOB_UNREADABLE`` and ``CLEARANCE_LOW`` (nothing is saved), ``STORE_WRITE_FAILED`` (see
        the class) and ``STORE_CLOSED``. Committing nothing writes nothing.
        """
        with self._writing():
            parts = self._parts
            if not entries and not blobs:
                return parts.ledger.head
            documents = [*beside, *(one.digest for one in blobs)]
            batch = parts.ledger.prepare(entries, parts.slots.generation, documents)
            draft = Draft(parts.desk).follow(self._project, batch.entries)
            rows = self._index.describe(batch.entries)
            with durable.writing("vault"):
                parts.vault.store(blobs)
            if not entries:
                return parts.ledger.head
            self._doubtful = True
            with durable.writing("ledger"):
                parts.ledger.append(batch)
            with durable.writing("desk"):
                parts.desk.save(
                    draft, Anchor(parts.ledger.head, parts.slots.generation, parts.ledger.milestone)
                )
            self._doubtful = False
            self._index.follow(batch.entries, rows, batch.marks)
            if self._index.unsaved >= _MUCH:
                self._backlog.start()
            return parts.ledger.head

    def unnamed(self) -> tuple[tuple[Digest, ...], int]:
        """Documents here that no entry names, and how many more there are (ADR 15).

        Those of an older format: nobody would miss one of them. More are those that these keys do
        not open, that are damaged, or that one entry has no room for.
        """
        parts = self._open_parts()
        named = {one for entry in self.entries() for one in entry.documents}
        doomed = {key for key, _ in parts.desk.items(CONDEMNED)}
        held = sorted(parts.vault.held())
        found = [one for one in held if one not in named and one not in doomed]
        return tuple(found[:_NAMED]), parts.vault.count() - len(held) + len(found[_NAMED:])

    def destroy_blob(self, digest: Digest) -> None:
        """The document can never be read again (DC-11); whoever calls this left a tombstone.

        Raises ``Problem("DIGEST_FORM")`` and ``STORE_WRITE_FAILED``.
        """
        with self._writing(), durable.writing("vault"):
            self._parts.vault.destroy(digest)

    def close(self) -> None:
        """Let go of the home and wipe its keys; a second call does nothing."""
        self._backlog.stop()
        with self._guard:
            if not self._closed:
                self._closed = True
                self._keep_index(_WORTH)
                self._index.close()
                self._parts.ledger.close()
                self._parts.keys.wipe()
                self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _open_parts(self) -> Opened:
        if self._closed:
            raise Problem("STORE_CLOSED")
        return self._parts

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """One writer at a time, on a home that is known to be in order."""
        with self._guard:
            parts = self._open_parts()
            if (problem := self._backlog.soundness.problem) is not None:
                raise Problem(problem.code, **problem.params)
            self._lock.require(self._home)
            if self._doubtful:
                parts.ledger.close()
                self._parts = opening.settle_again(self._home, self._keys, self._project)
                self._keys = (self._parts.keys,)
                self._doubtful = False
                self._catch_up()
                self._end_rotation()
            yield

    def _catch_up(self) -> None:
        """The index knows what the ledger holds, now or, when it is far behind, soon."""
        if self._index.lag(self._parts.ledger.head) > _AT_ONCE:
            self._backlog.start()
            return
        with durable.reading("ledger"):
            for _ in self._index.catch_up(self._parts.ledger):
                pass

    def _chores(self) -> Iterator[None]:
        """What the backlog does once the ledger is proven."""
        while not self._index.complete:
            for _ in self._index.catch_up(self._parts.ledger):
                yield
                self._keep_index(_MUCH)
        self._keep_index(_WORTH)

    def _keep_index(self, least: int) -> None:
        """The index is on the disk, if ``least`` entries would have to be read again without."""
        if self._index.unsaved >= least:
            with self._guard:
                self._index.save(self._parts.keys)
