"""A stretch of 65,536 entries in the index: what everybody may know, and what a level may.

The *open* part has a line for each entry, and finds it by what everybody at the station may
know. A statement of a level (密级) is found by its own words in the part of that level, which
is encrypted under another key and may be missing, because its reader was not cleared for it.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from heapq import merge
from itertools import groupby, islice
from math import ceil

from airseal.model.digest import Digest
from airseal.model.level import Level
from airseal.model.merkle import HASH_LENGTH, TILE, subtree_root
from airseal.store import search
from airseal.store.part import Part
from airseal.store.records import Entry, Head, Mark, leaf_of
from airseal.store.search import Found, Place, Query, Row

SIZE = 1 << 16
"""Entries in a shard that is full."""

MARK_EVERY = 64
"""Entries from one remembered place of the ledger to the next."""

_SCHEMA = """
CREATE TABLE rows (
    sequence INTEGER PRIMARY KEY, at INTEGER, zone INTEGER, kind INTEGER, entry INTEGER,
    by INTEGER, "case" INTEGER, level INTEGER, salt BLOB
);
CREATE TABLE words (id INTEGER PRIMARY KEY, word TEXT NOT NULL);
CREATE TABLE marks (sequence INTEGER PRIMARY KEY, hash BLOB, segment INTEGER, offset INTEGER);
CREATE TABLE tiles (number INTEGER PRIMARY KEY, leaves BLOB, root BLOB);
"""

_LINE = """
SELECT sequence, kinds.word, writers.word, at, zone, cases.word FROM rows
JOIN words AS kinds ON kinds.id = rows.kind
JOIN words AS writers ON writers.id = rows.by
LEFT JOIN words AS cases ON cases.id = rows."case"
WHERE sequence = ?
"""


@dataclass(frozen=True, slots=True)
class Extent:
    """From where to where a shard reaches, in the ledger and in time (s since 1970)."""

    start: Mark
    end: Mark
    earliest: int = 1 << 62
    latest: int = -(1 << 62)


class Shard:
    """The entries after ``start``; holds at most ``SIZE``. For one thread at a time."""

    def __init__(self, extent: Extent, images: Mapping[Level | None, bytes] | None = None) -> None:
        self.start, self.end = extent.start, extent.end
        self._earliest, self._latest = extent.earliest, extent.latest
        held = images or {}
        self._open = Part(_SCHEMA, held.get(None))
        self._levels = {
            level: Part(image=image) for level, image in held.items() if level is not None
        }
        for level in [level for level, part in self._levels.items() if part.last() > self.last]:
            # Older than its neighbour on the disk was the part that everybody reads.
            self._levels.pop(level).close()
        self._words: dict[str, int] | None = None
        self._leaves = self._unfinished()
        self.changed: set[Level | None] = set()
        """The parts that are not on the disk as they are here."""

    def changed_wholly(self) -> None:
        """No part is on the disk as it should be."""
        self.changed = {None, *self._levels}

    @property
    def full(self) -> bool:
        """Whether the next entry belongs to the next shard."""
        return self.end.head.sequence - self.start.head.sequence == SIZE

    @property
    def last(self) -> int:
        """The last entry."""
        return self.end.head.sequence

    @contextmanager
    def gathering(self) -> Iterator[None]:
        """Many entries are about to come."""
        with ExitStack() as stack:
            for part in (self._open, *self._levels.values()):
                stack.enter_context(part.gathering())
            yield

    def add(self, entry: Entry, row: Row, after: Mark) -> None:
        """The next entry; ``after`` is the place behind it."""
        level = entry.level if entry.statement_id is not None else None
        if level is not None:
            names = " ".join((*search.open_tokens(entry, row), _level_token(level)))
            self._open.add(entry.sequence, names, "")
            self.reveal(entry, row)
        else:
            every = " ".join(search.all_tokens(entry, row))
            self._open.add(entry.sequence, every, search.pairs(search.text_of(row)))
        at, zone = _moment(entry.at)
        self._earliest, self._latest = min(self._earliest, at), max(self._latest, at)
        self._open.execute(
            "INSERT INTO rows VALUES (?,?,?,?,?,?,?,?,?)",
            entry.sequence,
            at,
            zone,
            self._word(row.kind),
            self._word(entry.kind),
            self._word(entry.by),
            None if row.case is None else self._word(row.case),
            0 if level is None else level.rank + 1,
            entry.salt,
        )
        self._grow(leaf_of(entry.kind, entry.salt, entry.sequence, entry.statement_id))
        self.end = after
        if after.head.sequence % MARK_EVERY == 0:
            place = (after.head.sequence, after.head.hash, after.segment, after.offset)
            self._open.execute("INSERT INTO marks VALUES (?,?,?,?)", *place)
        self.changed.add(None)

    def reveal(self, entry: Entry, row: Row) -> None:
        """A statement of a level can be found by those who can read it; does nothing for others."""
        if entry.level is None or entry.statement is None:
            return
        part = self._levels.get(entry.level)
        if part is None:
            part = self._levels[entry.level] = Part()
        names = " ".join(search.all_tokens(entry, row))
        part.add(entry.sequence, names, search.pairs(search.text_of(row)))
        self.changed.add(entry.level)

    def hidden(self, levels: Iterable[Level]) -> list[int]:
        """The statements of these levels that nothing here reveals."""
        lacking: list[int] = []
        for level in levels:
            rows = self._open.execute("SELECT sequence FROM rows WHERE level = ?", level.rank + 1)
            wanted = {sequence for (sequence,) in rows}
            part = self._levels.get(level)
            if part is not None:
                wanted -= set(part.newest("", 0, self.end.head.sequence, SIZE))
            lacking += sorted(wanted)
        return lacking

    def find(self, match: str, low: int, high: int, limit: int) -> list[int]:
        """The last ``limit`` entries from ``low`` to ``high`` that match, newest first."""
        if not match:
            return self._open.newest(match, low, high, limit)
        parts = (self._open, *self._levels.values())
        lists = [part.newest(match, low, high, limit) for part in parts]
        return list(islice((each for each, _ in groupby(merge(*lists, reverse=True))), limit))

    def count(self, match: str) -> int:
        """How many entries match."""
        if not match:
            return self._open.count()
        known = " ".join(f'NOT names : "{_level_token(level)}"' for level in self._levels)
        counts = [part.matching(match) for part in self._levels.values()]
        return sum(counts) + self._open.matching(f"({match}) {known}")

    def within(self, query: Query) -> tuple[int, int]:
        """First and last entry of the time that is asked for; the first is greater for none.

        Clocks are set back: whoever needs to be exact asks :meth:`in_time` too, unless
        :meth:`wholly` says that all are in it.
        """
        if self.wholly(query):
            return self.start.head.sequence + 1, self.end.head.sequence
        low, high = _bounds(query)
        if self._latest < low or self._earliest >= high:
            return 1, 0
        first, last = self._open.execute(
            "SELECT min(sequence), max(sequence) FROM rows WHERE at >= ? AND at < ?", low, high
        ).fetchone()
        return (1, 0) if first is None else (first, last)

    def wholly(self, query: Query) -> bool:
        """Whether every entry here is of the time that is asked for."""
        low, high = _bounds(query)
        return low <= self._earliest and self._latest < high

    def in_time(self, query: Query, sequence: int) -> bool:
        """Whether the entry's time is the one that is asked for."""
        low, high = _bounds(query)
        (at,) = self._open.execute("SELECT at FROM rows WHERE sequence = ?", sequence).fetchone()
        return bool(low <= at < high)

    def line(self, sequence: int) -> Found:
        """One line of an answer."""
        row = self._open.execute(_LINE, sequence).fetchone()
        number, kind, by, at, zone, case = row
        moment = datetime.fromtimestamp(at, timezone(timedelta(minutes=zone)))
        return Found(number, kind, by, moment, None if case is None else Digest(case))

    def place(self, sequence: int) -> Place:
        """What the leaf of an entry needs."""
        row = self._open.execute(
            "SELECT words.word, salt FROM rows JOIN words ON words.id = entry WHERE sequence = ?",
            sequence,
        ).fetchone()
        return Place(sequence, *row)

    def mark(self, sequence: int) -> Mark:
        """The last remembered place at or before the end of entry ``sequence``."""
        row = self._open.execute(
            "SELECT * FROM marks WHERE sequence <= ? ORDER BY sequence DESC LIMIT 1", sequence
        ).fetchone()
        if row is None:
            return self.start
        number, hash_, segment, offset = row
        return Mark(Head(number, hash_), segment, offset)

    def leaves(self, number: int) -> bytes:
        """The leaf hashes of Merkle tile ``number`` (counted over the whole ledger)."""
        row = self._open.execute("SELECT leaves FROM tiles WHERE number = ?", number).fetchone()
        return b"".join(self._leaves) if row is None else bytes(row[0])

    def roots(self) -> list[bytes]:
        """The roots of the finished tiles."""
        return [root for (root,) in self._open.execute("SELECT root FROM tiles ORDER BY number")]

    def extent(self) -> Extent:
        """What an image of this shard has to be given back with."""
        return Extent(self.start, self.end, self._earliest, self._latest)

    def image(self, level: Level | None) -> bytes:
        """One part as bytes, to be encrypted under the key of its level."""
        if level is not None:
            return self._levels[level].image()
        if self.full:
            self._open.compact()
        number = self.end.head.sequence // TILE
        leaves = b"".join(self._leaves)
        self._open.execute("INSERT OR REPLACE INTO tiles VALUES (?,?,NULL)", number, leaves)
        image = self._open.image()
        self._open.execute("DELETE FROM tiles WHERE root IS NULL")
        return image

    def close(self) -> None:
        """Forget everything."""
        for part in (self._open, *self._levels.values()):
            part.close()

    def _grow(self, leaf: bytes) -> None:
        self._leaves.append(leaf)
        if len(self._leaves) == TILE:
            leaves, root = b"".join(self._leaves), subtree_root(self._leaves)
            number = (self.end.head.sequence + 1) // TILE - 1
            self._open.execute("INSERT INTO tiles VALUES (?,?,?)", number, leaves, root)
            self._leaves = []

    def _unfinished(self) -> list[bytes]:
        """The leaves after the last finished tile, as an image kept them."""
        row = self._open.execute("SELECT leaves FROM tiles WHERE root IS NULL").fetchone()
        self._open.execute("DELETE FROM tiles WHERE root IS NULL")
        data = b"" if row is None else row[0]
        return [data[at : at + HASH_LENGTH] for at in range(0, len(data), HASH_LENGTH)]

    def _word(self, word: str) -> int:
        if self._words is None:
            rows = self._open.execute("SELECT word, id FROM words")
            self._words = dict(rows.fetchall())
        number = self._words.get(word)
        if number is None:
            number = self._words[word] = len(self._words) + 1
            self._open.execute("INSERT INTO words VALUES (?,?)", number, word)
        return number


def _level_token(level: Level) -> str:
    return search.token("is", level.value)


def _moment(text: str) -> tuple[int, int]:
    """Seconds since 1970 and the offset in minutes; what is no time is 1970."""
    try:
        moment = datetime.fromisoformat(text)
        offset = moment.utcoffset()
        return int(moment.timestamp()), 0 if offset is None else offset // timedelta(minutes=1)
    except (ValueError, OverflowError):
        return 0, 0


def _bounds(query: Query) -> tuple[int, int]:
    low = -(1 << 62) if query.since is None else ceil(query.since.timestamp())
    high = 1 << 62 if query.until is None else ceil(query.until.timestamp())
    return low, high
