"""A pile of cases as lists show it: counted at once, read a page at a time, searched in memory."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property
from heapq import merge
from itertools import islice
from typing import Final

from airseal.evidence.board import Line
from airseal.evidence.ordering import Lookups
from airseal.model.case import CaseState
from airseal.model.digest import Digest

_RUN: Final = 2_000
"""Lines sorted at a stretch: some milliseconds."""

PRESSING_DAYS: Final = 3
"""A case presses when the term to seal it has ended, or has so many days left or fewer."""


def pressing_before(now: datetime) -> int:
    """The instant, in seconds of the epoch, up to which a term that ends presses."""
    last = now.date() + timedelta(days=PRESSING_DAYS + 1)
    return int(datetime.combine(last, time(), now.tzinfo).timestamp())


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One line of a list of cases.

    ``drafter`` is a person's id, ``name`` what the roster calls them, where that is known.
    ``due`` is the last day of the term to seal it, None when there is none or it is sealed;
    ``pressing`` says that this day is near or past.
    """

    id: Digest
    title: str
    state: CaseState
    level: str
    drafter: str
    at: str
    unfinished: bool
    name: str = ""
    due: date | None = None
    pressing: bool = False


@dataclass(frozen=True, slots=True)
class CaseCounts:
    """How many cases are in each state.

    ``unfinished``: sealings that were begun and not ended; ``to_delete``: deletions that were
    asked for and that nobody agreed to yet (DC-11).
    """

    by_state: Mapping[CaseState, int]
    unfinished: int
    to_delete: int = 0

    def of(self, states: frozenset[CaseState]) -> int:
        """How many are in one of ``states``, or in any when that is empty."""
        return sum(count for state, count in self.by_state.items() if not states or state in states)


@dataclass(frozen=True, slots=True)
class Names:
    """How a list names what its lines only know by id; ``title`` is for a reader who may."""

    title: Callable[[Line], str]
    symbol: Callable[[Line], str]
    person: Callable[[str], str]
    seal: Callable[[str], str]


class SortBy(StrEnum):
    """What a pile can be sorted by."""

    TITLE = "title"
    STATE = "state"
    LEVEL = "level"
    DRAFTER = "drafter"
    ASKED = "asked"
    DUE = "due"


@dataclass(frozen=True)
class Stack:
    """Lines of cases as of one moment, in one order; what is made of it never changes it.

    ``before`` is the instant before which a term that ends presses, ``begun`` the seal places
    at which a sealing was begun and not ended.
    """

    lines: Sequence[Line]
    names: Names
    before: int = 0
    begun: frozenset[str] = frozenset()
    _texts: dict[str, str] = field(default_factory=dict, repr=False)
    _last: "list[tuple[str, Stack]]" = field(default_factory=list, repr=False)

    def __len__(self) -> int:
        return len(self.lines)

    def page(self, offset: int, limit: int) -> list[CaseRow]:
        """At most ``limit`` rows from ``offset`` on."""
        return [self._row(line) for line in self.lines[offset : offset + limit]]

    @property
    def cases(self) -> tuple[Digest, ...]:
        """The cases in it, in their order."""
        return tuple(Digest(case) for case in self._ids())

    @cached_property
    def ids(self) -> frozenset[str]:
        """The cases in it."""
        return frozenset(self._ids())

    def _ids(self) -> Iterable[str]:
        return self.lines.cases if isinstance(self.lines, Lookups) else (x.case for x in self.lines)

    def level(self, case: str) -> str | None:
        """The level of a case in it."""
        return next((line.level for line in self.lines if line.case == case), None)

    def matching(self, words: str, state_words: Mapping[CaseState, str]) -> "Stack":
        """The lines in which each of ``words`` occurs, in any case (RE-13).

        Looked through are title, 文号, seal, drafter, the day it was asked for, and the state as
        ``state_words`` says it in the language of the moment.
        """
        found, seen = self, self._narrowed
        if seen and words.startswith(seen[0]):
            found = seen[1]  # whoever types on looks among what fitted so far
        for word in words.casefold().split():
            states = {state for state, text in state_words.items() if word in text.casefold()}
            lines = [
                line for line in found.lines if word in self._text(line) or line.state in states
            ]
            found = self._of(lines)
        self._last[:] = [(words, found)]
        return found

    @property
    def _narrowed(self) -> "tuple[str, Stack] | None":
        return self._last[0] if self._last else None

    def look_through(self) -> None:
        """Read every line once, so that the first letter of a filter is as quick as the others."""
        for line in self.lines:
            self._text(line)

    def ordered(self, by: SortBy, *, down: bool) -> "Stack":
        """The same lines sorted; those without a term stand last among the terms."""
        person = self.names.person
        keys: Mapping[SortBy, Callable[[Line], tuple[object, ...]]] = {
            SortBy.TITLE: lambda line: (self.names.title(line).casefold(), *line.key),
            SortBy.STATE: lambda line: (line.state, *line.key),
            SortBy.LEVEL: lambda line: (line.level, *line.key),
            SortBy.DRAFTER: lambda line: (person(line.drafter), *line.key),
            SortBy.ASKED: lambda line: line.key,
            SortBy.DUE: lambda line: (line.due is None, line.due or 0, *line.key),
        }
        return self._of(_sorted(self.lines, keys[by], down=down))

    def _of(self, lines: Sequence[Line]) -> "Stack":
        return Stack(lines, self.names, self.before, self.begun, self._texts)

    def _text(self, line: Line) -> str:
        """What is looked through, kept while the pile is on a screen."""
        text = self._texts.get(line.case)
        if text is None:
            names, at = self.names, line.at[:10]
            day = f"{at[:4]}年{at[5:7].lstrip('0')}月{at[8:].lstrip('0')}日"
            seals = " ".join(map(names.seal, line.seals))
            parts = (names.title(line), names.symbol(line), names.person(line.drafter), seals)
            text = self._texts[line.case] = " ".join((*parts, at, day)).casefold()
        return text

    def _row(self, line: Line) -> CaseRow:
        due = None if line.due is None else datetime.fromtimestamp(line.due - 1).date()
        return CaseRow(
            id=Digest(line.case),
            title=self.names.title(line),
            state=line.state,
            level=line.level,
            drafter=line.drafter,
            name=self.names.person(line.drafter),
            at=line.at,
            unfinished=line.place in self.begun,
            due=due,
            pressing=line.due is not None and line.due <= self.before,
        )


def _sorted(
    lines: Sequence[Line], key: Callable[[Line], tuple[object, ...]], *, down: bool
) -> list[Line]:
    """Sorted in runs that are then merged.

    One call that sorts 100,000 lines would hold the interpreter, and with it the screen, for as
    long as it takes. No two keys are equal, so lines themselves are never compared.
    """
    keyed = ((key(line), line) for line in lines)
    runs = []
    while run := list(islice(keyed, _RUN)):
        run.sort(reverse=down)
        runs.append(run)
    return [line for _, line in merge(*runs, reverse=down)]
