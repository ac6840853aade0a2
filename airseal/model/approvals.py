"""Approvals (审批意见): which of them count, in which order, and what is still missing.

A request and its decisions are judged by the policy packs they name themselves (SU-09). The
matrix says who is asked (``demand_by``); ``climb`` lets the approvals climb that ladder: one
person counts once, and a step counts only on top of the one before (AP-10).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from airseal.model.custody import CustodyState
from airseal.model.delegation import Delegation
from airseal.model.digest import Digest
from airseal.model.facts import Facts, outcome_of
from airseal.model.flow import Transfer, UseConfirmation
from airseal.model.grant import is_within
from airseal.model.level import Level
from airseal.model.matrix import Demand, union
from airseal.model.matter import WINDOWED, Matter
from airseal.model.people import Post, Role
from airseal.model.policy import PolicyPack
from airseal.model.problem import Problem
from airseal.model.registry import Appointment, SealRecord, UnitRecord
from airseal.model.request import Decision, Outcome
from airseal.model.standing import Context, judge_post, judge_signer, relied_on
from airseal.model.statement import Statement


@dataclass(frozen=True, slots=True)
class Approval:
    """An approval that counts. ``persons`` are who gave it and in whose place."""

    statement: Statement
    role: Role
    persons: frozenset[str]

    @property
    def personal(self) -> bool:
        """Whether nobody's place was taken."""
        return len(self.persons) == 1


@dataclass(frozen=True, slots=True)
class Rung:
    """One role that is asked: how often, who gave it. ``aside``: outside the order (AP-06)."""

    role: Role
    count: int
    aside: bool
    given: tuple[Statement, ...]

    @property
    def missing(self) -> int:
        """How many approvals of this role are still missing."""
        return max(0, self.count - len(self.given))


@dataclass(frozen=True, slots=True)
class Ladder:
    """What is asked and what is there.

    ``unfit`` are approvals that do not fit, with the reason, ``rows`` those of the matrix that
    ask (AP-03).
    """

    rungs: tuple[Rung, ...]
    persons: frozenset[str]
    unfit: tuple[tuple[Digest, Problem], ...] = ()
    rows: tuple[str, ...] = ()

    @property
    def missing(self) -> int:
        """How many approvals are missing altogether."""
        return sum(rung.missing for rung in self.rungs)

    @property
    def given(self) -> tuple[Statement, ...]:
        """Every approval that counts."""
        return tuple(statement for rung in self.rungs for statement in rung.given)

    @property
    def open(self) -> tuple[Rung, ...]:
        """The rungs whose turn it is: the first incomplete step, and what stands aside."""
        steps = [rung for rung in self.rungs if not rung.aside and rung.missing]
        return (*steps[:1], *(rung for rung in self.rungs if rung.aside and rung.missing))

    def turn_of(self, holds: Callable[[Role], bool]) -> Rung:
        """The rung on which somebody who holds these roles may approve now.

        Where all theirs are complete, one more approval does no harm. Raises
        ``Problem("APPROVAL_NOT_ASKED")`` and ``APPROVAL_OUT_OF_TURN`` (``role`` comes first).
        """
        own = [rung for rung in self.rungs if holds(rung.role)]
        if not own:
            raise Problem("APPROVAL_NOT_ASKED", role=self.rungs[0].role if self.rungs else "")
        ready = [rung for rung in self.open if rung in own]
        if not ready and any(rung.missing for rung in own):
            raise Problem("APPROVAL_OUT_OF_TURN", role=self.open[0].role)
        return (ready or own)[0]


def climb(
    demand: Demand, approvals: Iterable[Approval], knows: Callable[[Statement, Statement], bool]
) -> Ladder:
    """Let ``approvals`` climb what ``demand`` asks.

    ``knows(later, earlier)`` says whether one statement relied on another. Own approvals go
    before representatives', then ids decide, so the outcome is the same everywhere.
    """
    waiting = sorted(approvals, key=lambda one: (not one.personal, one.statement.id))
    persons: set[str] = set()
    unfit: list[tuple[Digest, Problem]] = []
    rungs: list[Rung] = []
    below: Rung | None = None
    steps = {step.role for step in demand.steps}
    for role, count in sorted(demand.asked.items(), key=lambda asked: asked[0].rank):
        given: list[Statement] = []
        for one in (one for one in waiting if one.role is role):
            if one.persons & persons:
                unfit.append((one.statement.id, Problem("APPROVAL_TWICE", role=role)))
            elif role in steps and below is not None and not _on_top(one, below, knows):
                unfit.append((one.statement.id, Problem("APPROVAL_OUT_OF_TURN", role=below.role)))
            else:
                given.append(one.statement)
                persons |= one.persons
        rung = Rung(role, count, role not in steps, tuple(given))
        rungs.append(rung)
        below = below if rung.aside else rung
    ordered = sorted(rungs, key=lambda rung: rung.aside)
    return Ladder(tuple(ordered), frozenset(persons), tuple(unfit), demand.rows)


def _on_top(one: Approval, below: Rung, knows: Callable[[Statement, Statement], bool]) -> bool:
    """Whether an approval relied on a complete step below (AP-10)."""
    return sum(knows(one.statement, earlier) for earlier in below.given) >= below.count


def climb_for(
    demand: Demand, decisions: Iterable[Statement], facts: Facts, context: Context
) -> Ladder:
    """``climb`` with the approvals among decisions of ``facts`` that were judged to count."""
    approvals = [
        Approval(one, one.body.role, persons_of(one, context))
        for one in decisions
        if isinstance(one.body, Decision) and outcome_of(one) is Outcome.APPROVE
    ]
    return climb(
        demand,
        approvals,
        lambda later, earlier: earlier.id in later.on or earlier in facts.known_to(later),
    )


def persons_of(decision: Statement, context: Context) -> frozenset[str]:
    """Who gave an approval, and in whose place (AP-05)."""
    body = decision.body
    assert isinstance(body, Decision)
    grant = context.lookup(body.delegation) if body.delegation else None
    return frozenset({decision.by} | ({grant.by} if grant else set()))


def demand_by(statement: Statement, facts: Facts, context: Context) -> Demand:
    """What the packs that ``statement`` names ask for the seals it names (AP-04).

    For the request's seals, where it names none itself. Raises the ``Problem`` of
    ``PolicyPack.route``.
    """
    seals = relied_on(statement, SealRecord, context) or relied_on(
        facts.request, SealRecord, context
    )
    return demand_of(facts, relied_on(statement, PolicyPack, context), seals)


def demand_of(facts: Facts, packs: Iterable[PolicyPack], seals: Sequence[SealRecord]) -> Demand:
    """What ``packs`` ask for this case and these seals; raises as ``PolicyPack.route``."""
    types = tuple(dict.fromkeys(seal.type for seal in seals))
    matter, level = facts.asked.matter, facts.request.level
    return union(_route(_Itself(pack), matter, level, types) for pack in packs)


@dataclass(frozen=True, slots=True, eq=False)
class _Itself:
    """A pack as a key: this very one, without comparing every row of it."""

    pack: PolicyPack

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Itself) and other.pack is self.pack

    def __hash__(self) -> int:
        return id(self.pack)


@lru_cache(maxsize=1_024)
def _route(pack: _Itself, matter: Matter, level: Level, types: tuple[str, ...]) -> Demand:
    """Ten thousand papers of one kind are asked about once."""
    return pack.pack.route(matter, level, types)


def judge_request(facts: Facts, context: Context) -> Problem | None:
    """Why nobody may approve this request, or None (AP-15, C-01, DC-08, SE-02, TX-16)."""
    statement = facts.request
    if (problem := judge_post(statement, Post.DRAFTER, facts, context)) is not None:
        return problem
    known = {row.unit for row in relied_on(statement, UnitRecord, context)}
    for recipient in facts.asked.grant.recipients:
        if recipient.unit not in known:
            return Problem("RECIPIENT_UNKNOWN", unit=recipient.unit)
    policies = relied_on(statement, PolicyPack, context)
    if not policies:
        return Problem("POLICY_NOT_NAMED")
    seals = {row.seal for row in relied_on(statement, SealRecord, context)}
    for document in facts.asked.grant.documents:
        for place in document.seals:
            if place.seal not in seals:
                return Problem("SEAL_NOT_NAMED", seal=place.seal)
            if any(place.tolerance_um > pack.settings.placement_tolerance_um for pack in policies):
                return Problem("PLACE_TOLERANCE_TOO_WIDE")
    if facts.asked.matter.special in WINDOWED and facts.asked.window is None:
        return Problem("WINDOW_MISSING")
    if facts.asked.lacks_source:
        return Problem("SOURCE_MISSING")
    if facts.asked.blanks is not None and not all(pack.allows_blanks for pack in policies):
        return Problem("BLANKS_FORBIDDEN")
    try:
        demand_by(statement, facts, context)
    except Problem as problem:
        return problem
    return None


def judge_decision(statement: Statement, facts: Facts, context: Context) -> Problem | None:
    """Why a decision does not count, or None (AP-02, AP-03, AP-04, E-11).

    To return or deny, the post is enough, and doubt about the signer is for the refusal: it
    must never be what lets a document be sealed.
    """
    decision = statement.body
    assert isinstance(decision, Decision)
    problem = judge_post(statement, Post.OFFICER, facts, context)
    if decision.outcome is not Outcome.APPROVE:
        return problem if problem and problem.code != "SIGNER_STATUS_UNKNOWN" else None
    if problem is not None:
        return problem
    if (problem := judge_request(facts, context)) is not None:
        return problem
    if passed_on(statement, decision.role, facts):
        return Problem("APPROVAL_PASSED_ON", role=decision.role)
    if statement.by == facts.request.by:
        return Problem("APPROVAL_OWN_REQUEST", person=statement.by)
    if decision.grant is None or not is_within(decision.grant, facts.asked.grant):
        return Problem("APPROVAL_OTHER_GRANT")
    if not relied_on(statement, PolicyPack, context):
        return Problem("POLICY_NOT_NAMED")
    try:
        demand = union([demand_by(s, facts, context) for s in (facts.request, statement)])
    except Problem as problem:
        return problem
    if decision.role not in demand.asked:
        return Problem("APPROVAL_NOT_ASKED", role=decision.role)
    if decision.delegation is not None:
        return _judge_delegated(statement, decision, demand, facts, context)
    own = relied_on(statement, Appointment, context)
    if not any(row.person == statement.by and row.approves_as(decision.role) for row in own):
        return Problem("APPROVAL_ROLE_NOT_HELD", person=statement.by, role=decision.role)
    return None


def passed_on(statement: Statement, role: Role, facts: Facts) -> bool:
    """Whether its author had passed on the decision as ``role`` when this was said (AP-03)."""
    return any(
        isinstance(one.body, Transfer) and one.by == statement.by and one.body.role is role
        for one in facts.flows
        if one in facts.known_to(statement)
    )


def _judge_delegated(
    statement: Statement, decision: Decision, demand: Demand, facts: Facts, context: Context
) -> Problem | None:
    """Whether a representative's approval stands on a delegation that covers it (AP-05, AP-07)."""
    assert decision.delegation is not None
    leave = context.lookup(decision.delegation)
    if leave is None or leave.id not in statement.on or not isinstance(leave.body, Delegation):
        return Problem("DELEGATION_MISSING")
    if not demand.delegable:
        return Problem("APPROVAL_PERSONAL", role=decision.role)
    if leave.body.delegate != statement.by or leave.body.role is not decision.role:
        return Problem("DELEGATION_OTHER", person=statement.by)
    if leave.by == facts.request.by:
        return Problem("APPROVAL_OWN_REQUEST", person=leave.by)
    # As granted, and as the grantor stands in the registry that the approval names.
    for basis in (leave, statement):
        held = relied_on(basis, Appointment, context)
        if not any(row.person == leave.by and row.approves_as(decision.role) for row in held):
            return Problem("APPROVAL_ROLE_NOT_HELD", person=leave.by, role=decision.role)
    ended = context.ended_at(leave.id)
    day = statement.time.date().isoformat()
    state = leave.body.state_on(day, ended=ended is not None and statement.time >= ended)
    if state is CustodyState.REVOKED:
        return Problem("DELEGATION_ENDED", person=leave.by)
    types = {seal.type for seal in relied_on(facts.request, SealRecord, context)}
    problem = leave.body.judge(types, facts.asked.matter.kind, facts.request.level, day)
    return problem or judge_signer(leave, facts, context)


def judge_approved(statement: Statement, facts: Facts, context: Context) -> Problem | None:
    """Whether what ``statement`` knew is a case approved as its packs ask, or why not.

    Judged by what it knew: a decision that came later freezes the case instead.
    """
    before = facts.before(statement)
    if before.conflicts:
        return Problem(before.conflicts[0])
    counted = [s for s in before.decisions if judge_decision(s, facts, context) is None]
    outcomes = {outcome_of(decision) for decision in counted}
    if Outcome.DENY in outcomes:
        return Problem("CASE_DENIED")
    if Outcome.RETURN in outcomes:
        return Problem("CASE_RETURNED")
    try:
        demand = union([demand_by(s, facts, context) for s in (facts.request, statement)])
    except Problem as problem:
        return problem
    named = [decision for decision in counted if decision.id in statement.on]
    ladder = climb_for(demand, named, facts, context)
    return Problem("APPROVAL_MISSING", missing=ladder.missing) if ladder.missing else None


def named_approvals(statement: Statement, facts: Facts, context: Context) -> list[Statement]:
    """The approvals that ``statement`` names, as far as they count."""
    return [
        decision
        for decision in facts.before(statement).decisions
        if decision.id in statement.on
        and outcome_of(decision) is Outcome.APPROVE
        and judge_decision(decision, facts, context) is None
    ]


def judge_use_confirmation(
    statement: Statement, body: UseConfirmation, before: Facts
) -> Problem | None:
    """Why a confirmation after use does not count, or None (AP-07, RE-16).

    It is the approver's own, of the role approved with, about sealings it relies on.
    """
    own = any(
        isinstance(s.body, Decision) and s.body.role is body.role and s.body.delegation is None
        for s in before.decisions
        if s.by == statement.by and outcome_of(s) is Outcome.APPROVE
    )
    return None if own else Problem("CONFIRMATION_NOT_APPROVER", person=statement.by)


def unconfirmed(facts: Facts, demand: Demand, given: Iterable[Statement]) -> tuple[Role, ...]:
    """Who must still confirm what was sealed (AP-07); nobody before the last seal is there.

    ``given`` are the confirmations that count.
    """
    if facts.next_place is not None:
        return ()
    held = {s.body.role for s in given if isinstance(s.body, UseConfirmation)}
    return tuple(role for role in demand.confirmers if role not in held)
