"""One SQLite database in memory, of which nothing is ever on the disk in clear."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TypeAlias

Value: TypeAlias = "int | str | bytes | None"

_SEARCH = """
CREATE VIRTUAL TABLE found USING fts5(
    names, texts, content='', columnsize=0, tokenize='ascii'
);
CREATE TABLE held (sequence INTEGER PRIMARY KEY);
"""

_QUIET = "PRAGMA journal_mode = OFF; PRAGMA temp_store = MEMORY;"


class Part:
    """Which entries are found by which words; with ``schema``, further tables beside.

    Made anew, or again from :meth:`image`. Not safe to use from two threads at once.
    """

    def __init__(self, schema: str = "", image: bytes | None = None) -> None:
        self._database = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        if image is None:
            self._database.executescript(_QUIET + _SEARCH + schema)
        else:
            self._database.deserialize(image)
            self._database.executescript(_QUIET)

    @contextmanager
    def gathering(self) -> Iterator[None]:
        """Write what is added inside at once, which is many times faster."""
        self.execute("BEGIN")
        try:
            yield
        finally:
            self.execute("COMMIT")

    def add(self, sequence: int, names: str, texts: str) -> None:
        """The entry is found by these words from now on; a second time does nothing."""
        done = self.execute("INSERT OR IGNORE INTO held VALUES (?)", sequence)
        if done.rowcount:
            self.execute(
                "INSERT INTO found(rowid, names, texts) VALUES (?,?,?)", sequence, names, texts
            )

    def execute(self, statement: str, *values: Value) -> sqlite3.Cursor:
        """Any statement of our own making."""
        return self._database.execute(statement, values)

    def many(self, statement: str, rows: Iterable[tuple[Value, ...]]) -> None:
        """The same statement for each row."""
        self._database.executemany(statement, rows)

    def newest(self, match: str, low: int, high: int, limit: int) -> list[int]:
        """The last ``limit`` entries from ``low`` to ``high`` that match, newest first.

        ``match`` is an FTS5 expression, "" for all entries.
        """
        if match:
            select = "SELECT rowid FROM found WHERE found MATCH ? AND rowid BETWEEN ? AND ?"
            rows = self.execute(f"{select} ORDER BY rowid DESC LIMIT ?", match, low, high, limit)
        else:
            select = "SELECT sequence FROM held WHERE sequence BETWEEN ? AND ?"
            rows = self.execute(f"{select} ORDER BY sequence DESC LIMIT ?", low, high, limit)
        return [sequence for (sequence,) in rows]

    def matching(self, match: str) -> int:
        """How many entries match an FTS5 expression."""
        return int(
            self.execute("SELECT count(*) FROM found WHERE found MATCH ?", match).fetchone()[0]
        )

    def last(self) -> int:
        """The last entry that is held, 0 for none."""
        return int(self.execute("SELECT coalesce(max(sequence), 0) FROM held").fetchone()[0])

    def count(self) -> int:
        """How many entries are held."""
        return int(self.execute("SELECT count(*) FROM held").fetchone()[0])

    def image(self) -> bytes:
        """The database as bytes, to be encrypted."""
        return self._database.serialize()

    def compact(self) -> None:
        """Nothing will be added any more."""
        self.execute("INSERT INTO found(found) VALUES ('optimize')")

    def close(self) -> None:
        """Forget everything."""
        self._database.close()
