"""The state of a case (用印事项): what its facts mean today (REQUIREMENTS §2.2).

``judge`` adds the registry and the clock to the facts (DESIGN §1). Nothing else decides
whether a document may be sealed (AP-02).
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from airseal.model.acts import (
    Context,
    judge_decision,
    judge_request,
    judge_sealing,
    required_by,
    strictest,
)
from airseal.model.facts import Facts, fold, outcome_of
from airseal.model.problem import Problem
from airseal.model.request import Outcome
from airseal.model.statement import Statement

__all__ = [
    "CaseState",
    "Context",
    "Facts",
    "Opinion",
    "Status",
    "fold",
    "judge",
    "judge_request",
    "judge_sealing",
]


class CaseState(StrEnum):
    """Where a case stands (REQUIREMENTS §2.2, as far as the first journey goes)."""

    IN_APPROVAL = "in-approval"
    APPROVED = "approved"
    DENIED = "denied"
    RETURNED = "returned"
    SEALED = "sealed"
    EXPIRED = "expired"
    CONFLICT = "conflict"
    UNAUTHORISED = "unauthorised"
    """Sealed, wholly or in part, but the held statements do not authorise it."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """One decision as judged: ``problem`` is None when it counts."""

    statement: Statement
    problem: Problem | None


@dataclass(frozen=True, slots=True)
class Status:
    """What a case is today: state, judged decisions, approvals still missing, reasons."""

    state: CaseState
    opinions: tuple[Opinion, ...]
    missing_approvals: int
    problems: tuple[Problem, ...]

    @property
    def approvals(self) -> tuple[Statement, ...]:
        """The approvals that count."""
        return tuple(
            opinion.statement
            for opinion in self.opinions
            if opinion.problem is None and outcome_of(opinion.statement) is Outcome.APPROVE
        )


def judge(facts: Facts, context: Context, now: datetime) -> Status:
    """The status of a case under the documents its own acts relied on, at ``now``.

    Every act is judged by the policy pack, the appointment and the lists that it names
    itself (SU-09). While seals are still to be applied, the current pack may ask for more
    approvals, and ``now`` decides whether an unused approval has run out (AP-11).
    """
    opinions = tuple(Opinion(s, judge_decision(s, facts, context)) for s in facts.decisions)
    counted = [opinion.statement for opinion in opinions if opinion.problem is None]
    approvals = [s for s in counted if outcome_of(s) is Outcome.APPROVE]
    missing = max(0, _required(facts, context) - len(approvals))
    unauthorised = [p for s in facts.sealings if (p := judge_sealing(s, facts, context))]
    stopped = [Problem(code) for code in facts.conflicts]
    if facts.frozen:
        stopped.append(Problem("CASE_FROZEN"))
    state = _state(facts, {outcome_of(s) for s in counted}, missing, bool(unauthorised), now)
    return Status(state, opinions, missing, tuple(stopped + unauthorised))


def _state(
    facts: Facts, outcomes: set[Outcome], missing: int, unauthorised: bool, now: datetime
) -> CaseState:
    if facts.conflicts:
        return CaseState.CONFLICT
    if unauthorised:
        return CaseState.UNAUTHORISED
    if facts.next_place is None:
        return CaseState.SEALED
    if Outcome.DENY in outcomes:
        return CaseState.DENIED
    if Outcome.RETURN in outcomes:
        return CaseState.RETURNED
    if facts.asked.grant.until is not None and now.date().isoformat() > facts.asked.grant.until:
        return CaseState.EXPIRED
    return CaseState.IN_APPROVAL if missing else CaseState.APPROVED


def _required(facts: Facts, context: Context) -> int:
    """Approvals the case needs: the strictest rule for its seals, then and now (AP-04)."""
    needed = required_by(facts.request, context)
    current = context.current(facts.request.unit)
    if facts.next_place is None or current is None or current.policy is None:
        return needed
    asked = {place.seal for document in facts.asked.grant.documents for place in document.seals}
    seals = [record for name, (_, record) in current.seals.items() if name in asked]
    return max(needed, strictest([current.policy[1]], seals))
