"""What a list shows: a query that is asked for one page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from airseal.text import Phrase, Shown, shown

_MOST_DIGITS: Final = 18


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading and width in cells; 0 takes a share of what is left.

    A ``wide`` one is left out where the list is narrow.
    """

    heading: Phrase
    width: int = 0
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """One row: the key that the screen knows it by, and a cell for each column."""

    key: str
    cells: tuple[Shown, ...]


class Query(Protocol):
    """An ordered set of records, of which only pages are ever asked for."""

    def count(self) -> int:
        """How many records there are."""

    def page(self, offset: int, limit: int) -> Sequence[Record]:
        """At most ``limit`` records from ``offset`` on."""

    def keys(self, offset: int, limit: int) -> Sequence[str]:
        """Their keys alone, which may be had faster: for marking many."""

    def matching(self, words: str) -> "Query":
        """The records in which ``words`` occur; an empty string means all."""

    def ordered(self, column: int, *, down: bool) -> "Query":
        """The same records in the order of one cell, counted from 0; ``down``: last first."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A query over records already in memory: for short lists."""

    records: tuple[Record, ...]

    def count(self) -> int:
        """How many records there are."""
        return len(self.records)

    def page(self, offset: int, limit: int) -> Sequence[Record]:
        """At most ``limit`` records from ``offset`` on."""
        return self.records[offset : offset + limit]

    def keys(self, offset: int, limit: int) -> Sequence[str]:
        """Their keys."""
        return [record.key for record in self.page(offset, limit)]

    def matching(self, words: str) -> "Listed":
        """The records of which some cell contains each of ``words``, in any case."""
        sought = words.casefold().split()

        def fits(record: Record) -> bool:
            cells = [shown(cell).casefold() for cell in record.cells]
            return all(any(word in cell for cell in cells) for word in sought)

        return Listed(tuple(filter(fits, self.records)))

    def ordered(self, column: int, *, down: bool) -> "Listed":
        """Sorted by one cell as it is shown; whole numbers by their value."""

        def rank(record: Record) -> tuple[bool, int, str]:
            text = shown(record.cells[column]) if column < len(record.cells) else ""
            number = int(text) if text.isdecimal() and len(text) < _MOST_DIGITS else -1
            return number < 0, number, text.casefold()

        return Listed(tuple(sorted(self.records, key=rank, reverse=down)))
