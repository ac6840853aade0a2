"""A pile of cases as a list asks for it: a page at a time, filtered and sorted in memory."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from airseal.model.level import Level
from airseal.screens.widgets.records import Column, Record
from airseal.station.case_rows import CaseRow, SortBy, Stack
from airseal.text import Phrase, Shown, day, level_name, phrase, when
from airseal.words.cases import CASE_STATES

_SORTED_BY: Final = (
    SortBy.TITLE,
    SortBy.STATE,
    SortBy.LEVEL,
    SortBy.DRAFTER,
    SortBy.DUE,
    SortBy.ASKED,
)
"""What each column is sorted by; in the order of :func:`case_columns`."""


def case_columns() -> list[Column]:
    """The columns of a list of cases."""
    return [
        Column(phrase("Title")),
        Column(phrase("State"), 12),
        Column(phrase("Level"), 6, wide=True),
        Column(phrase("Drafter"), 10, wide=True),
        Column(phrase("Use until"), 16),
        Column(phrase("Requested at"), 20, wide=True),
    ]


@dataclass(frozen=True, slots=True)
class CaseQuery:
    """See the module; the keys are the ids of the cases."""

    stack: Stack

    def count(self) -> int:
        """How many cases there are."""
        return len(self.stack)

    def page(self, offset: int, limit: int) -> Sequence[Record]:
        """At most ``limit`` records from ``offset`` on."""
        return [case_record(row) for row in self.stack.page(offset, limit)]

    def keys(self, offset: int, limit: int) -> Sequence[str]:
        """The cases alone."""
        return self.stack.keys(offset, limit)

    def matching(self, words: str) -> "CaseQuery":
        """The cases in which every word occurs."""
        states = {state: str(Phrase(name)) for state, name in CASE_STATES.items()}
        return CaseQuery(self.stack.matching(words, states))

    def ordered(self, column: int, *, down: bool) -> "CaseQuery":
        """The same cases in the order of one column."""
        return CaseQuery(self.stack.ordered(_SORTED_BY[column], down=down))


def case_record(row: CaseRow) -> Record:
    """One line; a sign, not a colour alone, says that it presses."""
    state: Shown = Phrase(CASE_STATES[row.state])
    if row.unfinished:
        state = phrase("unfinished")
    level: Shown = row.level
    with suppress(ValueError):
        level = level_name(Level(row.level))
    due: Shown = ""
    if row.due is not None:
        due = phrase("! {day}", day=day(row.due)) if row.pressing else day(row.due)
    return Record(row.id, (row.title, state, level, row.name, due, when(row.at)))
