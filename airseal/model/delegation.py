"""Delegation (授权代表): an officer lets another approve in their place, for a time (AP-05).

The grantor signs it; only roles the grantor holds can be given, and nobody passes on what
was given to them. It ends on its last day, or by a statement of the grantor that ends it.
"""

from dataclasses import dataclass

from airseal.model.custody import CustodyState, delegation_state, stands
from airseal.model.digest import Digest
from airseal.model.level import Level
from airseal.model.matter import is_kind
from airseal.model.moment import parse_day
from airseal.model.people import Role, is_person
from airseal.model.problem import Problem

MAX_REASON = 2_000
"""Characters of the reason for giving or ending a delegation."""


@dataclass(frozen=True, slots=True)
class Delegation:
    """``delegate`` may approve as ``role`` from ``start`` to ``end`` (days, inclusive).

    For seals of ``seal_types`` and papers of ``kinds`` (empty means any), up to ``level``.
    """

    delegate: str
    role: Role
    seal_types: tuple[str, ...]
    kinds: tuple[str, ...]
    level: Level
    start: str
    end: str
    reason: str

    def __post_init__(self) -> None:
        if not is_person(self.delegate) or not all(map(is_kind, (*self.seal_types, *self.kinds))):
            raise ValueError("a delegation to or about something without a proper id")
        if parse_day(self.end) < parse_day(self.start) or len(self.reason) > MAX_REASON:
            raise ValueError("a delegation that ends before it starts, or a reason too long")

    def state_on(self, day: str, *, ended: bool = False) -> CustodyState:
        """Where it stands on ``day``; ``ended``: its grantor has said so by then."""
        return delegation_state(first=self.start, last=self.end, day=day, ended=ended)

    def judge(self, seal_types: set[str], kind: str, level: Level, day: str) -> Problem | None:
        """Why it does not cover an approval of this on ``day`` (``YYYY-MM-DD``), or None."""
        if not stands(self.state_on(day)):
            return Problem("DELEGATION_EXPIRED", start=self.start, end=self.end)
        inside = (
            (not self.seal_types or seal_types <= set(self.seal_types))
            and (not self.kinds or kind in self.kinds)
            and self.level.covers(level)
        )
        return None if inside else Problem("DELEGATION_SCOPE")


@dataclass(frozen=True, slots=True)
class DelegationEnd:
    """The grantor ends a delegation before its last day."""

    delegation: Digest
    reason: str

    def __post_init__(self) -> None:
        if len(self.reason) > MAX_REASON:
            raise ValueError("reason too long")


DelegationBody = Delegation | DelegationEnd
"""What officers say beside any case."""
