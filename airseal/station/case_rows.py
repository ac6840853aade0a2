"""A pile of cases as lists show it: counted at once, read a page at a time, searched in memory."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property
from operator import attrgetter
from typing import Any, Final, TypeVar

from airseal.evidence.board import Line
from airseal.evidence.ordering import Lookups
from airseal.model.case import CaseState
from airseal.model.digest import Digest

_RUN: Final = 5_000
"""Lines sorted at a stretch: some milliseconds."""

_ENDLESS: Final = 1 << 62
"""Where a line without a term stands among the terms."""

_Value = TypeVar("_Value", str, int)
_Item = TypeVar("_Item")

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
    _tails: dict[tuple[str, str, tuple[str, ...]], str] = field(default_factory=dict, repr=False)
    _last: "list[tuple[str, Stack]]" = field(default_factory=list, repr=False)

    def __len__(self) -> int:
        return len(self.lines)

    def page(self, offset: int, limit: int) -> list[CaseRow]:
        """At most ``limit`` rows from ``offset`` on."""
        return [self._row(line) for line in self.lines[offset : offset + limit]]

    def keys(self, offset: int, limit: int) -> Sequence[str]:
        """The cases of at most ``limit`` rows from ``offset`` on, without their lines."""
        if isinstance(self.lines, Lookups):
            return self.lines.cases[offset : offset + limit]
        return [line.case for line in self.lines[offset : offset + limit]]

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
        names = self.names
        match by:
            case SortBy.TITLE:
                lines = _grouped(self._aged, lambda line: names.title(line).casefold(), down)
            case SortBy.STATE:
                lines = _grouped(self._aged, lambda line: line.state, down)
            case SortBy.LEVEL:
                lines = _grouped(self._aged, lambda line: line.level, down)
            case SortBy.DRAFTER:
                lines = _grouped(self._aged, lambda line: names.person(line.drafter), down)
            case SortBy.DUE:
                lines = _grouped(self._aged, _term, down)
            case SortBy.ASKED:
                lines = self._aged[::-1] if down else self._aged
        return self._of(lines)

    @cached_property
    def _aged(self) -> list[Line]:
        """The oldest first: what every other order begins with."""
        return _in_order(list(self.lines), attrgetter("at", "case"))

    def _of(self, lines: Sequence[Line]) -> "Stack":
        return Stack(lines, self.names, self.before, self.begun, self._texts, self._tails)

    def _text(self, line: Line) -> str:
        """What is looked through, kept while the pile is on a screen."""
        text = self._texts.get(line.case)
        if text is None:
            mine = f"{self.names.title(line)} {self.names.symbol(line)} ".casefold()
            text = self._texts[line.case] = mine + self._tail(line)
        return text

    def _tail(self, line: Line) -> str:
        """The end of that, which many lines share: drafter, seals, day."""
        at = line.at[:10]
        tail = self._tails.get((line.drafter, at, line.seals))
        if tail is None:
            day = f"{at[:4]}年{at[5:7].lstrip('0')}月{at[8:].lstrip('0')}日"
            seals = " ".join(map(self.names.seal, line.seals))
            tail = f"{self.names.person(line.drafter)} {seals} {at} {day}".casefold()
            self._tails[line.drafter, at, line.seals] = tail
        return tail

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


def _term(line: Line) -> int:
    return _ENDLESS if line.due is None else line.due


def _grouped(lines: Iterable[Line], value: Callable[[Line], _Value], down: bool) -> list[Line]:
    """In the order of their values; lines of the same value stay as they came, or turned round."""
    groups: dict[_Value, list[Line]] = {}
    for line in lines:
        groups.setdefault(value(line), []).append(line)
    values = _in_order(list(groups))
    if not down:
        return [line for one in values for line in groups[one]]
    return [line for one in reversed(values) for line in reversed(groups[one])]


def _in_order(items: list[_Item], key: Callable[[_Item], Any] | None = None) -> list[_Item]:
    """Sorted in runs, and those in pairs.

    One call that sorts 100,000 lines would hold the interpreter, and with it the screen, for as
    long as it takes; to sort two runs that are in order already is to merge them.
    """
    runs = [items[at : at + _RUN] for at in range(0, len(items), _RUN)]
    for run in runs:
        run.sort(key=key)
    while len(runs) > 1:
        pairs = [first + second for first, second in zip(runs[::2], runs[1::2], strict=False)]
        for pair in pairs:
            pair.sort(key=key)
        runs = pairs + (runs[-1:] if len(runs) % 2 else [])
    return runs[0] if runs else []
