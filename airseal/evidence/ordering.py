"""In which order cases stand: by age in every state, and by the end of their term.

Kept sorted while lines come and go, so that a list of 100,000 opens without sorting anything.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Protocol, TypeVar, overload

from airseal.model.case import CaseState

Key = tuple[str, str]
"""Where a line stands among all: its time and its case."""

Item = TypeVar("Item", covariant=True)
Row = TypeVar("Row", Key, tuple[int, Key])


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
    _due: dict[CaseState, list[tuple[int, Key]]] = field(
        default_factory=lambda: {state: [] for state in CaseState}
    )

    def add(self, line: Ordered) -> None:
        """Put a line in."""
        insort(self.by_state[line.state], line.key)
        insort(self._all, line.key)
        if line.due is not None:
            insort(self._due[line.state], (line.due, line.key))

    def drop(self, line: Ordered) -> None:
        """Take a line out."""
        _remove(self.by_state[line.state], line.key)
        _remove(self._all, line.key)
        if line.due is not None:
            _remove(self._due[line.state], (line.due, line.key))

    def fill(self, lines: Iterable[Ordered]) -> None:
        """Put many in at once."""
        for line in lines:
            self.by_state[line.state].append(line.key)
            self._all.append(line.key)
            if line.due is not None:
                self._due[line.state].append((line.due, line.key))
        for keys in (*self.by_state.values(), self._all):
            keys.sort()
        for terms in self._due.values():
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

    def pressing(self, states: frozenset[CaseState], before: int) -> list[str]:
        """The cases whose term ends at ``before`` or earlier, the earliest first."""
        found: list[tuple[int, Key]] = []
        for state in states or CaseState:
            found += self._due[state][: _up_to(self._due[state], before)]
        return [case for _, (_, case) in sorted(found)]

    def count_pressing(self, states: frozenset[CaseState], before: int) -> int:
        """How many those are."""
        return sum(_up_to(self._due[state], before) for state in states or CaseState)


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


def _up_to(terms: list[tuple[int, Key]], before: int) -> int:
    return bisect_right(terms, before, key=lambda term: term[0])


def _remove(rows: list[Row], row: Row) -> None:
    del rows[bisect_left(rows, row)]
