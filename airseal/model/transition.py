"""Tables of transitions: what a state machine of REQUIREMENTS Part 2 is here.

A machine is one table. What is not in it does not happen: the program asks it before an act,
judges with it what others did, and ``docs/state-machines.md`` is written from it.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Generic, TypeVar

from airseal.model.people import Post
from airseal.model.problem import Problem

State = TypeVar("State", bound=StrEnum)
Deed = TypeVar("Deed", bound=StrEnum)
Who = TypeVar("Who", bound=StrEnum)


class Party(StrEnum):
    """Who takes part in a machine without holding a post at a station."""

    UNIT_HEAD = "unit-head"
    """单位负责人, who approves as ``Role.UNIT_LEADER``."""
    MAKER = "maker"
    WITNESSES = "witnesses"


Actor = Post | Party


@dataclass(frozen=True, slots=True)
class Transition(Generic[State, Deed, Who]):
    """``act`` takes what is in one of ``sources`` to one of ``targets``.

    ``actors`` are the only ones who may act; none means that it follows of itself. No
    ``sources`` means a beginning. ``evidence`` must be there before, ``record`` is what the
    act leaves, ``clauses`` say where it comes from.
    """

    act: Deed
    sources: tuple[State, ...]
    targets: tuple[State, ...]
    actors: tuple[Who, ...]
    evidence: str
    record: str
    clauses: str


@dataclass(frozen=True, slots=True)
class Machine(Generic[State, Deed, Who]):
    """A table with its name and the requirement it is. ``states`` are all there are."""

    name: str
    title: str
    clauses: str
    states: tuple[State, ...]
    table: tuple[Transition[State, Deed, Who], ...]

    def targets(self, state: State | None, act: Deed, who: Who | None = None) -> frozenset[State]:
        """Where ``act`` of ``who`` leads from ``state``; nowhere for what is not in the table.

        ``state`` None asks for a beginning, ``who`` None for what follows of itself.
        """
        return frozenset(
            target
            for row in self.table
            if row.act is act
            and (state in row.sources if state is not None else not row.sources)
            and (who in row.actors if who is not None else not row.actors)
            for target in row.targets
        )

    def judge(self, state: State | None, act: Deed, who: Who | None = None) -> Problem | None:
        """``MOVE_ILLEGAL`` (``deed``, ``state``) for what is not in the table, or None."""
        if self.targets(state, act, who):
            return None
        return Problem("MOVE_ILLEGAL", deed=act, state=state or "")

    def after(self, state: State | None, act: Deed, who: Who | None = None) -> State:
        """The one state that ``act`` leads to; raises as :meth:`judge` says.

        Raises ``ValueError`` where the table leaves open which: then somebody must say it.
        """
        if (problem := self.judge(state, act, who)) is not None:
            raise problem
        (target,) = self.targets(state, act, who)
        return target

    def sources(self, act: Deed) -> frozenset[State]:
        """The states from which anybody may do ``act``."""
        return frozenset(state for row in self.table if row.act is act for state in row.sources)

    @property
    def final(self) -> frozenset[State]:
        """The states that nothing leaves."""
        left = {
            source for row in self.table for source in row.sources if set(row.targets) - {source}
        }
        return frozenset(self.states) - left


NOBODY: Final[tuple[Actor, ...]] = ()
"""The actors of what follows of itself (AUTO in REQUIREMENTS)."""
