"""The status of a case (用印事项): what its facts mean today (REQUIREMENTS §2.2).

``judge`` adds the registry and the clock to the facts (DESIGN §1). Nothing else decides
whether a document may be sealed (AP-02).
"""

from dataclasses import dataclass
from datetime import datetime

from airseal.model.approvals import (
    Ladder,
    climb_for,
    demand_by,
    demand_of,
    judge_decision,
    judge_request,
    unconfirmed,
)
from airseal.model.facts import Facts, fold, outcome_of
from airseal.model.flow import Resolution, Review
from airseal.model.flowacts import (
    FINAL,
    HALT_CODES,
    LASTING,
    Judged,
    halted,
    judge_flow,
    missing_checks,
)
from airseal.model.grant import grants_of, narrowest
from airseal.model.machine import CaseState
from airseal.model.matrix import Demand, union
from airseal.model.people import Post, Role
from airseal.model.policy import PolicyPack
from airseal.model.problem import Problem
from airseal.model.request import Grant, Outcome
from airseal.model.sealings import judge_sealing
from airseal.model.standing import Context, relied_on
from airseal.model.statement import Statement

__all__ = [
    "CaseState",
    "Context",
    "Facts",
    "Opinion",
    "Status",
    "fold",
    "judge",
    "judge_flow",
    "judge_request",
    "judge_sealing",
]


@dataclass(frozen=True, slots=True)
class Opinion:
    """One decision as judged: ``problem`` is None when it counts."""

    statement: Statement
    problem: Problem | None


@dataclass(frozen=True, slots=True)
class Status:
    """What a case is today: state, judged acts, what is still missing, reasons.

    ``opinions`` are the decisions, ``flows`` what else happened. ``missing_checks`` are the
    posts whose confirmation the policy pack asks for and that is not there (DC-12). ``grant``
    is the narrowest of what the approvals give. ``review_due``: an emergency use that nobody
    reviewed yet (SE-14). ``ladder`` is what the matrix asks and what is there (AP-10),
    ``unconfirmed`` who must still confirm a use they approved (AP-07).
    """

    state: CaseState
    opinions: tuple[Opinion, ...]
    missing_approvals: int
    problems: tuple[Problem, ...]
    flows: tuple[Opinion, ...]
    missing_checks: tuple[Post, ...]
    grant: Grant
    ladder: Ladder
    unconfirmed: tuple[Role, ...]
    review_due: bool

    @property
    def approvals(self) -> tuple[Statement, ...]:
        """The approvals that count."""
        return tuple(
            opinion.statement
            for opinion in self.opinions
            if opinion.problem is None and outcome_of(opinion.statement) is Outcome.APPROVE
        )

    @property
    def sealable(self) -> bool:
        """Whether approvals and confirmations are complete and nothing stands against it."""
        agreed = (CaseState.APPROVED, CaseState.DRAFTER_CHECKED, CaseState.CLERK_VERIFIED)
        return self.state in agreed and not self.missing_checks


def judge(facts: Facts, context: Context, now: datetime) -> Status:
    """The status of a case under the documents its own acts relied on, at ``now``.

    Every act is judged by the policy pack, the appointment and the lists that it names
    itself (SU-09). While seals are still to be applied, the current pack may ask for more
    approvals, and ``now`` decides whether an unused approval has run out (AP-11).
    """
    judged: Judged = {}
    opinions = tuple(Opinion(s, judge_decision(s, facts, context)) for s in facts.decisions)
    flows = tuple(Opinion(s, judge_flow(s, facts, context, judged)) for s in facts.flows)
    counted = [opinion.statement for opinion in opinions if opinion.problem is None]
    approvals = [s for s in counted if outcome_of(s) is Outcome.APPROVE]
    demand, unroutable = _demand(facts, context)
    ladder = climb_for(demand, approvals, facts, context)
    unfit = dict(ladder.unfit)
    opinions = tuple(Opinion(o.statement, o.problem or unfit.get(o.statement.id)) for o in opinions)
    missing = max(ladder.missing, len(unroutable))
    unauthorised = [p for s in facts.sealings if (p := judge_sealing(s, facts, context))]
    stopped = [Problem(code) for code in facts.conflicts]
    # A resolution takes effect in the fold; one that should not have must not open the way.
    stopped += [
        o.problem
        for o in flows
        if isinstance(o.statement.body, Resolution)
        and o.problem is not None
        and o.problem.code != "FLOW_NOT_NOW"
    ]
    conflict = bool(stopped)
    try:
        grant = narrowest(facts.asked.grant, grants_of(approvals))
    except Problem as problem:
        grant, conflict = facts.asked.grant, True
        stopped.append(problem)
    stopped += unroutable
    if facts.frozen:
        stopped.append(Problem("CASE_FROZEN"))
    halt = halted(facts, context, judged)
    if halt is not None and facts.sealings:
        stopped.append(Problem(HALT_CODES[halt]))
    checked = missing_checks(facts, context, judged)
    state = _state(
        facts,
        conflict=conflict,
        unauthorised=bool(unauthorised),
        halt=halt,
        outcomes={outcome_of(s) for s in counted},
        expired=grant.until is not None and now.date().isoformat() > grant.until,
        missing=missing,
        unchecked=checked,
    )
    reviewed = any(o.problem is None and isinstance(o.statement.body, Review) for o in flows)
    return Status(
        state=state,
        opinions=opinions,
        missing_approvals=missing,
        problems=tuple(stopped + unauthorised),
        flows=flows,
        missing_checks=checked if _asks_checks(facts, context) else (),
        grant=grant,
        ladder=ladder,
        unconfirmed=unconfirmed(facts, demand, [o.statement for o in flows if o.problem is None]),
        review_due=bool(facts.sealings) and facts.asked.emergency is not None and not reviewed,
    )


def _state(
    facts: Facts,
    *,
    conflict: bool,
    unauthorised: bool,
    halt: CaseState | None,
    outcomes: set[Outcome],
    expired: bool,
    missing: int,
    unchecked: tuple[Post, ...],
) -> CaseState:
    if halt is not None and halt in FINAL:
        return halt
    if conflict:
        return CaseState.CONFLICT
    if unauthorised:
        return CaseState.UNAUTHORISED
    if halt in LASTING:
        return halt
    if facts.next_place is None:
        return CaseState.SEALED
    if halt is not None:
        return halt
    if Outcome.DENY in outcomes:
        return CaseState.DENIED
    if Outcome.RETURN in outcomes:
        return CaseState.RETURNED
    if expired:
        return CaseState.EXPIRED
    if missing:
        return CaseState.IN_APPROVAL
    match unchecked:
        case ():
            return CaseState.CLERK_VERIFIED
        case (Post.CLERK,):
            return CaseState.DRAFTER_CHECKED
        case _:
            return CaseState.APPROVED


def _asks_checks(facts: Facts, context: Context) -> bool:
    """Whether a pack that the case relies on, or the current one, asks for DC-12."""
    packs = relied_on(facts.request, PolicyPack, context)
    current = context.current(facts.request.unit)
    if facts.next_place is not None and current is not None and current.policy is not None:
        packs = [*packs, current.policy[1]]
    return any(pack.settings.checks_before_sealing for pack in packs)


def _demand(facts: Facts, context: Context) -> tuple[Demand, list[Problem]]:
    """What the request's packs ask, and the current one while a seal is missing (AP-04).

    With the reason where a pack lets nobody approve this.
    """
    demands: list[Demand] = []
    problems: list[Problem] = []
    current = context.current(facts.request.unit)
    try:
        demands.append(demand_by(facts.request, facts, context))
        if facts.next_place is not None and current is not None and current.policy is not None:
            asked = {place.seal for one in facts.asked.grant.documents for place in one.seals}
            seals = [record for name, (_, record) in current.seals.items() if name in asked]
            demands.append(demand_of(facts, [current.policy[1]], seals))
    except Problem as problem:
        problems.append(problem)
    return union(demands), problems
