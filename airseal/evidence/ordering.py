"""In which order cases stand: by age in every state, and by the end of their term.

Kept sorted while lines come and go, so that a list of 100,000 opens without sorting anything.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain, islice
from typing import Final, Protocol, TypeVar, overload

from airseal.model.case import CaseState

Key = tuple[str, str]
"""Where a line stands among all: its time and its case."""

Term = tuple[int, Key]
"""When the term of a line ends, in seconds of the epoch."""

_MANY: Final = 1_000
"""So many cases are had sooner one after the other than each by its place."""

Item = TypeVar("Item", covariant=True)
Row = TypeVar("Row", Key, Term)


class Ordered(Protocol):
    """What is put in order: one case."""

    @property
    def case(self) -> str:
        """Its id."""

    @property
    def key(self) -> Key:
        """Its age."""

    @property
    def state(self) -> CaseState:
        """The pile it lies in."""

    @property
    def due(self) -> int | None:
        """When its term ends, in seconds of the epoch."""


@dataclass(slots=True)
class Ordering:
    """Oldest first in each state and in all; and those with a term, the earliest end first."""

    by_state: dict[CaseState, list[Key]] = field(
        default_factory=lambda: {state: [] for state in CaseState}
    )
    _all: list[Key] = field(default_factory=list)
    _due: dict[CaseState, list[Term]] = field(
        default_factory=lambda: {state: [] for state in CaseState}
    )
    _all_due: list[Term] = field(default_factory=list)

    def add(self, line: Ordered) -> None:
        """Put a line in."""
        insort(self.by_state[line.state], line.key)
        insort(self._all, line.key)
        if line.due is not None:
            insort(self._due[line.state], (line.due, line.key))
            insort(self._all_due, (line.due, line.key))

    def drop(self, line: Ordered) -> None:
        """Take a line out."""
        _remove(self.by_state[line.state], line.key)
        _remove(self._all, line.key)
        if line.due is not None:
            _remove(self._due[line.state], (line.due, line.key))
            _remove(self._all_due, (line.due, line.key))

    def fill(self, lines: Iterable[Ordered]) -> None:
        """Put many in at once."""
        for line in lines:
            self.by_state[line.state].append(line.key)
            self._all.append(line.key)
            if line.due is not None:
                self._due[line.state].append((line.due, line.key))
                self._all_due.append((line.due, line.key))
        for keys in (*self.by_state.values(), self._all):
            keys.sort()
        for terms in (*self._due.values(), self._all_due):
            terms.sort()

    def count(self, states: frozenset[CaseState]) -> int:
        """How many there are in ``states``, or in all when that is empty."""
        return sum(len(self.by_state[state]) for state in states or CaseState)

    def oldest(self, states: frozenset[CaseState]) -> str | None:
        """The time of the oldest."""
        piles = (self.by_state[state] for state in states or CaseState)
        return min((keys[0][0] for keys in piles if keys), default=None)

    def keys(self, states: frozenset[CaseState]) -> list[Key]:
        """The oldest first."""
        if not states:
            return list(self._all)
        piles = [self.by_state[state] for state in states]
        return list(piles[0]) if len(piles) == 1 else sorted(chain(*piles))

    def standing(self, states: frozenset[CaseState], before: int | None) -> "Standing":
        """What presses first, then the oldest; without ``before`` all by age."""
        first = [] if before is None else self._pressing(states, before)
        return Standing(self.keys(states), first)

    def newest(self, states: frozenset[CaseState]) -> "Standing":
        """The newest first."""
        return Standing(self.keys(states)[::-1], [])

    def _pressing(self, states: frozenset[CaseState], before: int) -> list[Term]:
        """The terms that end at ``before`` or earlier, the earliest first."""
        piles = [self._due[state] for state in states] or [self._all_due]
        found = [terms[: _up_to(terms, before)] for terms in piles]
        return found[0] if len(found) == 1 else sorted(chain(*found))

    def count_pressing(self, states: frozenset[CaseState], before: int) -> int:
        """How many those are."""
        return sum(_up_to(self._due[state], before) for state in states or CaseState)


@dataclass(frozen=True)
class Standing(Sequence[str]):
    """Cases in the order of a list: those of ``first``, then whoever else is in ``keys``.

    Only what is asked for is worked out, so that a list opens at once however long it is.
    ``first`` are some of ``keys``, which then are the oldest first.
    """

    keys: list[Key]
    first: list[Term]

    def __len__(self) -> int:
        return len(self.keys)

    @overload
    def __getitem__(self, at: int) -> str: ...

    @overload
    def __getitem__(self, at: slice) -> list[str]: ...

    def __getitem__(self, at: int | slice) -> str | list[str]:
        if isinstance(at, slice):
            places = range(*at.indices(len(self)))
            if places.step == 1 and len(places) > _MANY:
                return list(islice(self, places.start, places.stop))
            return [self._at(place) for place in places]
        return self._at(range(len(self))[at])

    def __iter__(self) -> Iterator[str]:
        taken = {key for _, key in self.first}
        yield from (case for _, (_, case) in self.first)
        yield from (key[1] for key in self.keys if key not in taken)

    def _at(self, place: int) -> str:
        if place < len(self.first):
            return self.first[place][1][1]
        rank = place - len(self.first)
        return self.keys[rank + bisect_right(self._passed, rank)][1]

    @cached_property
    def _passed(self) -> list[int]:
        """How many of the others stand before each of ``first`` in ``keys``, in their order."""
        places = sorted(bisect_left(self.keys, key) for _, key in self.first)
        return [place - earlier for earlier, place in enumerate(places)]


@dataclass(frozen=True, slots=True)
class Lookups(Sequence[Item]):
    """What ``look`` knows of each of ``cases``, asked for only when it is wanted."""

    cases: Sequence[str]
    look: Callable[[str], Item]

    def __len__(self) -> int:
        return len(self.cases)

    @overload
    def __getitem__(self, at: int) -> Item: ...

    @overload
    def __getitem__(self, at: slice) -> list[Item]: ...

    def __getitem__(self, at: int | slice) -> Item | list[Item]:
        if isinstance(at, slice):
            return [self.look(case) for case in self.cases[at]]
        return self.look(self.cases[at])

    def __iter__(self) -> Iterator[Item]:
        return map(self.look, self.cases)


def _up_to(terms: list[Term], before: int) -> int:
    return bisect_right(terms, before, key=lambda term: term[0])


def _remove(rows: list[Row], row: Row) -> None:
    del rows[bisect_left(rows, row)]
