"""The index: what is found in the ledger, and where.

It is derived from the ledger with one pure function (:data:`search.Describe`) and never
trusted over it. It lives in memory, in shards of 65,536 entries, each an SQLite database; a
person finds what their keys open, and the envelope (kind, writer, time, case) of the rest.

While an index is made again it covers a beginning of the ledger only: :attr:`Index.complete`
and :attr:`search.Page.complete` tell.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import count, groupby, islice
from pathlib import Path
from threading import RLock
from typing import Protocol

from airseal.model.digest import Digest
from airseal.model.level import Level
from airseal.model.merkle import HASH_LENGTH, TILE
from airseal.store import search, shard
from airseal.store.cipher import Keys
from airseal.store.records import Entry, Head, Mark
from airseal.store.search import Describe, Page, Place, Query, Row
from airseal.store.shard import Extent, Shard
from airseal.store.snapshot import Image, Shelf

_BATCH = 512

PAGE = 50
"""Rows of a page, unless another number is asked for."""


class Following(Protocol):
    """The ledger, as far as the index needs it."""

    def onward(self, mark: Mark) -> Iterator[tuple[Entry, Mark]]:
        """The entries after ``mark`` up to the head, with the place after each."""

    def entries(self, after: int, near: Mark | None) -> Iterator[Entry]:
        """The entries after entry ``after``, which is not before ``near``."""

    def holds(self, mark: Mark) -> bool:
        """Whether ``mark`` is a place of the ledger."""

    @property
    def genesis(self) -> Mark:
        """The place before the first entry."""


class Index:
    """What is found in one ledger, as far as one person's keys reach.

    Safe to use from any thread; each answer is about one instant.
    """

    def __init__(self, home: Path, describe: Describe) -> None:
        name = f"{describe.__module__}.{describe.__qualname__}"
        self._shelf = Shelf(home, name)
        self._describe = describe
        self._shards: list[Shard] = []
        self._hidden: list[int] = []
        """Statements this person may read, and cannot yet find by their own words."""
        self._guard = RLock()
        self._head = Head(0, b"")
        self._unsaved = 0

    # What is asked

    @property
    def covered(self) -> int:
        """How many entries of the ledger, from the first on, are in the index."""
        with self._guard:
            return self._shards[-1].end.head.sequence

    @property
    def complete(self) -> bool:
        """Whether that is all of them."""
        with self._guard:
            return self._shards[-1].end.head == self._head and not self._hidden

    def page(self, query: Query, before: int | None = None, limit: int = PAGE) -> Page:
        """The newest entries that match, from those before entry ``before`` (None: the head)."""
        with self._guard:
            high = self.covered if before is None else before - 1
            expression = search.match(query)
            hits = (
                (part, sequence)
                for part in reversed(self._shards)
                for sequence in self._matching(part, query, expression, high)
            )
            found = list(islice(hits, limit + 1))
            rows = tuple(part.line(sequence) for part, sequence in found[:limit])
            following = rows[-1].sequence if len(found) > limit and rows else None
            return Page(rows, following, self.complete)

    def count(self, query: Query) -> int:
        """How many entries match."""
        with self._guard:
            expression = search.match(query)
            return sum(
                part.count(expression)
                if part.wholly(query)
                else sum(1 for _ in self._matching(part, query, expression, self.covered))
                for part in self._shards
            )

    def place(self, statement: Digest) -> Place | None:
        """Where a statement is in the ledger, the first time if twice; None when it is not."""
        with self._guard:
            expression = search.match(Query(statement=statement))
            for part in self._shards:
                if found := part.find(expression, 0, self.covered, shard.SIZE):
                    return part.place(found[-1])
            return None

    def statements_of(self, case: Digest) -> tuple[int, ...]:
        """The entries that hold statements of a case, oldest first; the request's own too."""
        return self._all(search.match(Query(case=case), statements=True))

    def statements_by_kind(self, kinds: Iterable[str]) -> tuple[int, ...]:
        """The entries that hold statements of any of these kinds, oldest first."""
        return self._all(search.match(Query(kinds=frozenset(kinds)), statements=True))

    def statements_naming(self, document: Digest) -> tuple[int, ...]:
        """The entries that hold statements in which a document is named, oldest first.

        Of those above the reader's clearance none.
        """
        return self._all(search.match(Query(document=document), statements=True))

    # The Merkle tree (RFC 6962) over the entries it covers

    def tile_roots(self) -> list[bytes]:
        """The root over each finished tile of 256 leaves (``merkle.TILE``)."""
        with self._guard:
            return [root for part in self._shards for root in part.roots()]

    def leaves(self, start: int, stop: int) -> list[bytes]:
        """The hashes of leaves ``start`` to ``stop`` - 1, counted from 0."""
        with self._guard:
            numbers = range(start // TILE, -(-stop // TILE))
            data = b"".join(self._shard_of(tile * TILE + 1).leaves(tile) for tile in numbers)
        first = start - start % TILE
        ends = range((start - first) * HASH_LENGTH, (stop - first) * HASH_LENGTH, HASH_LENGTH)
        return [data[at : at + HASH_LENGTH] for at in ends]

    # What the store does with it

    def mark(self, sequence: int) -> Mark | None:
        """A place of the ledger not after entry ``sequence``, or None before what is covered."""
        with self._guard:
            return self._shard_of(sequence).mark(sequence) if sequence <= self.covered else None

    def describe(self, entries: Iterable[Entry]) -> list[Row]:
        """What will be found of ``entries``, before they are written."""
        return [self._describe(entry) for entry in entries]

    def follow(self, entries: Sequence[Entry], rows: Sequence[Row], marks: Sequence[Mark]) -> None:
        """The next entries of the ledger; what is not next waits for :meth:`catch_up`."""
        with self._guard:
            if not entries:
                return
            self._head = max(self._head, marks[-1].head, key=_sequence)
            if entries[0].sequence != self.covered + 1:
                return
            triples = zip(entries, rows, marks, strict=True)
            for _, group in groupby(triples, key=lambda one: (one[0].sequence - 1) // shard.SIZE):
                self._add(list(group))

    @property
    def unsaved(self) -> int:
        """About how many entries would have to be read again if the index was lost now."""
        return self._unsaved

    def load(self, ledger: Following, keys: Keys) -> None:
        """Begin with what is on the disk, as far as it fits ``ledger``; raises ``OSError``."""
        with self._guard:
            self._shards = list(self._kept(ledger.genesis, keys))
            if not (self._shards and ledger.holds(self._shards[-1].end)):
                self.close()
                self._shards = [Shard(Extent(ledger.genesis, ledger.genesis))]
            self._hidden = [each for part in self._shards for each in part.hidden(keys.levels)]

    def save(self, keys: Keys) -> None:
        """Keep what is not on the disk yet; a disk that is full costs only time later."""
        self._shelf.tidy()
        with suppress(OSError):
            for number, part in enumerate(list(self._shards)):
                while (image := self._taken(part, keys)) is not None:
                    level, taken = image
                    self._shelf.write(keys, number, level, taken)
        self._unsaved = 0

    def save_all_again(self) -> None:
        """What is on the disk is under a key that is not the newest any more."""
        with self._guard:
            for part in self._shards:
                part.changed_wholly()
            self._unsaved = self.covered

    def lag(self, head: Head) -> int:
        """How many entries have to be read until the index is at ``head``."""
        with self._guard:
            self._head = head
            return head.sequence - self.covered + len(self._hidden)

    def catch_up(self, ledger: Following) -> Iterator[None]:
        """What the ledger holds and the index does not, some entries at each step.

        Raises as ``Store.entries``.
        """
        while self._hidden:
            for sequence in self._hidden[:_BATCH]:
                self._reveal(next(ledger.entries(sequence - 1, self.mark(sequence - 1))))
            yield
        with self._guard:
            walk = ledger.onward(self._shards[-1].end)
        while some := list(islice(walk, _BATCH)):
            entries = [entry for entry, _ in some]
            self.follow(entries, self.describe(entries), [mark for _, mark in some])
            yield

    def _reveal(self, entry: Entry) -> None:
        row = self._describe(entry)
        with self._guard:
            self._shard_of(entry.sequence).reveal(entry, row)
            self._hidden = [each for each in self._hidden if each != entry.sequence]

    def _kept(self, genesis: Mark, keys: Keys) -> Iterator[Shard]:
        """Shards from the disk, each a continuation of the one before."""
        start = genesis
        for number in count():
            base = self._shelf.read(keys, number, None)
            if base is None or base.extent.start != start:
                return
            images: dict[Level | None, bytes] = {None: base.data}
            for level in keys.levels:
                if (image := self._shelf.read(keys, number, level)) is not None:
                    images[level] = image.data
            part = Shard(base.extent, images)
            yield part
            if not part.full:
                return
            start = part.end

    def _taken(self, part: Shard, keys: Keys) -> tuple[Level | None, Image] | None:
        """A part that is not on the disk as it is, taken as if it was."""
        with self._guard:
            for level in (None, *keys.levels):
                if level in part.changed:
                    part.changed.discard(level)
                    return level, Image(part.extent(), part.image(level))
        return None

    def _add(self, group: Sequence[tuple[Entry, Row, Mark]]) -> None:
        if self._shards[-1].full:
            end = self._shards[-1].end
            self._shards.append(Shard(Extent(end, end)))
        self._unsaved += len(group)
        with self._shards[-1].gathering():
            for entry, row, mark in group:
                self._shards[-1].add(entry, row, mark)

    def close(self) -> None:
        """Forget everything."""
        with self._guard:
            for part in self._shards:
                part.close()

    def _matching(self, part: Shard, query: Query, expression: str, high: int) -> "Iterable[int]":
        """What a shard holds that matches, newest first, not after entry ``high``."""
        low, last = part.within(query)
        high = min(high, last)
        exact = part.wholly(query)
        while low <= high:
            some = part.find(expression, low, high, PAGE + 1 if exact else shard.SIZE)
            yield from (each for each in some if exact or part.in_time(query, each))
            if not some:
                return
            high = some[-1] - 1

    def _all(self, expression: str) -> tuple[int, ...]:
        with self._guard:
            return tuple(
                sequence
                for part in self._shards
                for sequence in reversed(part.find(expression, 0, self.covered, shard.SIZE))
            )

    def _shard_of(self, sequence: int) -> Shard:
        at = bisect_right(self._shards, sequence - 1, key=lambda each: each.start.head.sequence)
        return self._shards[max(at - 1, 0)]


def _sequence(head: Head) -> int:
    return head.sequence
