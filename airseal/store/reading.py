"""The half of an open home that reads it: entries, documents, the index, the desk."""

from collections.abc import Iterator
from threading import RLock
from typing import BinaryIO

from airseal.model.digest import Digest
from airseal.model.problem import Problem
from airseal.store import aside, durable, upkeep
from airseal.store.backlog import Backlog, Soundness
from airseal.store.desk import DeskView
from airseal.store.half import Half
from airseal.store.index import Index
from airseal.store.records import Entry, Head, JsonValue
from airseal.store.upkeep import Progress

_LOOK = 0.1
"""Seconds from one word about the progress to the next."""


class Reading(Half):
    """What a ``Store`` tells; none of it waits for the writer, and none changes the ledger."""

    _guard: RLock
    _index: Index
    _backlog: Backlog

    def entries(self, after: int = 0) -> Iterator[Entry]:
        """The entries after ``after`` up to the present head, oldest first, one at a time.

        Raises ``Problem`` ``LEDGER_DAMAGED``, ``LEDGER_SHORT`` or ``STORE_READ_FAILED`` when the
        disk went bad since opening, and ``STORE_CLOSED``.
        """
        book = self._open_parts().ledger
        with durable.reading("ledger"):
            yield from book.entries(after, self._index.mark(after))

    def entry(self, sequence: int) -> Entry:
        """One entry; raises ``Problem("ENTRY_UNKNOWN", sequence=…)`` and as :meth:`entries`."""
        found = next(self.entries(sequence - 1), None) if sequence > 0 else None
        if found is None:
            raise Problem("ENTRY_UNKNOWN", sequence=sequence)
        return found

    def blob(self, digest: Digest) -> BinaryIO:
        """The document in memory that nobody can change, seekable, with a ``fileno``.

        It was read and checked against ``digest`` before this returns. Raises ``Problem``
        ``BLOB_MISSING``, ``BLOB_DAMAGED``, ``CLEARANCE_LOW``, ``STORE_READ_FAILED``,
        ``DIGEST_FORM``.
        """
        return self._open_parts().vault.open(digest)

    def has_blob(self, digest: Digest) -> bool:
        """Whether the document is here; raises ``Problem("DIGEST_FORM")``."""
        return self._open_parts().vault.has(digest)

    @property
    def soundness(self) -> Soundness:
        """How far the ledger was verified since the opening; a problem stops all writing."""
        return self._backlog.soundness

    def wait(self, progress: Progress = upkeep.silent) -> Soundness:
        """Wait until the whole ledger is verified and in the index; ``progress`` may end it."""
        while not self._backlog.wait(_LOOK):
            progress(self._index.covered, self._parts.ledger.head.sequence, "index")
        return self._backlog.soundness

    @property
    def index(self) -> Index:
        """What is found in the ledger, and where; knows every commit that returned."""
        self._open_parts()
        return self._index

    def put_aside(self, name: str, data: bytes) -> None:
        """Keep derived data for the next session; see :mod:`airseal.store.aside`.

        Raises ``Problem("STORE_WRITE_FAILED")``, which harms nothing.
        """
        with self._guard, durable.writing("home"):
            aside.keep(self._home, self._open_parts().keys, name, data)

    def set_aside(self, name: str) -> bytes | None:
        """What an earlier session put aside, if it is there and whole."""
        with self._guard:
            return aside.find(self._home, self._open_parts().keys, name)

    @property
    def desk(self) -> DeskView:
        """The present picture; always that of the last commit that returned."""
        return _View(self)

    @property
    def head(self) -> Head:
        """The end of the ledger."""
        return self._open_parts().ledger.head

    @property
    def demo(self) -> bool:
        """Whether the home was created as a demonstration."""
        return self._open_parts().slots.demo


class _View:
    """The desk without its writing side; stays true when the store opens its parts anew."""

    def __init__(self, store: Reading) -> None:
        self._store = store

    def get(self, table: str, key: str) -> JsonValue:
        return self._store._open_parts().desk.get(table, key)

    def items(self, table: str) -> Iterator[tuple[str, JsonValue]]:
        return self._store._open_parts().desk.items(table)
