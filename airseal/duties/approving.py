"""Approving: an officer decides requests offline, in one sitting (AP-02, E-11)."""

from contextlib import suppress
from dataclasses import dataclass

from airseal.evidence.records import DOCUMENT_READ
from airseal.evidence.signed import Signed, author, foresee
from airseal.keys.tokenhost import Signer
from airseal.model.approvals import climb_for, demand_by, demand_of, judge_decision, judge_request
from airseal.model.case import Facts, fold, judge
from airseal.model.current import Registry
from airseal.model.custody import stands
from airseal.model.delegation import Delegation
from airseal.model.digest import Digest
from airseal.model.flowacts import HALT_CODES, halted
from airseal.model.grant import AS_ASKED, Less
from airseal.model.matrix import union
from airseal.model.people import Post, Role
from airseal.model.problem import Problem
from airseal.model.registry import SealRecord
from airseal.model.request import Decision, Outcome
from airseal.model.statement import Statement
from airseal.ports import Ports


def record_reading(ports: Ports, case: Digest) -> None:
    """Put into the ledger that this person opened the documents of ``case`` (RE-03)."""
    ports.store.commit([ports.event(DOCUMENT_READ, case=case)])


@dataclass(frozen=True, slots=True)
class Turn:
    """As what a person decides: with which role, by whose leave, on top of which approvals."""

    facts: Facts
    role: Role
    delegation: Statement | None = None
    below: tuple[Digest, ...] = ()


def check(ports: Ports, case: Digest, outcome: Outcome, reason: str, less: Less = AS_ASKED) -> Turn:
    """Whether this person may decide ``case`` so, before any PIN is asked (AP-03, C-29).

    Raises ``Problem`` with the first reason why not: a decision out of turn too (AP-10).
    """
    if ports.account.post is not Post.OFFICER:
        raise Problem("POST_WRONG", post=ports.account.post)
    facts = fold(case, ports.evidence.case_statements(case))
    if facts is None:
        raise Problem("CASE_UNKNOWN")
    if outcome is not Outcome.APPROVE and not reason.strip():
        raise Problem("REASON_MISSING")
    if facts.sealings:
        raise Problem("CASE_ALREADY_SEALED")
    stopped = halted(facts, ports.evidence.context())
    if stopped is not None:
        raise Problem(HALT_CODES[stopped])
    if facts.request.by == ports.account.person:
        raise Problem("APPROVAL_OWN_REQUEST", person=ports.account.person)
    if outcome is Outcome.APPROVE:
        problem = judge_request(facts, ports.evidence.context())
        if problem is not None:
            raise problem
        until = less.of(facts.asked.grant).until
        if until is not None and ports.clock.now().date().isoformat() > until:
            raise Problem("APPROVAL_EXPIRED", until=until)
    ports.require_steady_clock()
    turn = _turn(ports, facts) if outcome is Outcome.APPROVE else Turn(facts, _own_role(ports))
    if outcome is Outcome.APPROVE:
        _judge_ahead(ports, turn, less)
    return turn


def _own_role(ports: Ports) -> Role:
    """The highest role this person has in the roster: to refuse, any will do."""
    held = ports.current_registry().people.get(ports.account.person)
    return max(held[1].roles if held else (), key=lambda role: role.rank, default=Role.OFFICER)


def _turn(ports: Ports, facts: Facts) -> Turn:
    """The rung this person may approve on now: by an own role first, then in another's place."""
    registry, person = ports.current_registry(), ports.account.person
    status = judge(facts, ports.evidence.context(), ports.clock.now())
    others = [one for one in status.approvals if one.by != person]
    assert registry.policy is not None
    context = ports.evidence.context()
    demand = union(
        [
            demand_by(facts.request, facts, context),
            demand_of(facts, [registry.policy[1]], _seals(registry, facts)),
        ]
    )
    ladder = climb_for(demand, others, facts, context)
    below = tuple(one.id for one in ladder.given)
    row = registry.people.get(person)
    try:
        rung = ladder.turn_of(lambda role: row is not None and row[1].approves_as(role))
        return Turn(facts, rung.role, None, below)
    except Problem as problem:
        leaves = {
            one.body.role: one
            for one in standing_delegations(ports)
            if isinstance(one.body, Delegation) and one.body.delegate == person
        }
        if not leaves:
            raise
        with suppress(Problem):
            rung = ladder.turn_of(lambda role: role in leaves)
            return Turn(facts, rung.role, leaves[rung.role], below)
        raise problem from None


def _seals(registry: Registry, facts: Facts) -> list[SealRecord]:
    names = {place.seal for one in facts.asked.grant.documents for place in one.seals}
    return [registry.seal(name)[1] for name in sorted(names)]


def standing_delegations(ports: Ports) -> list[Statement]:
    """The delegations that cover today and were not ended, ordered by id (AP-05)."""
    context, today = ports.evidence.context(), ports.clock.now().date().isoformat()
    return [
        one
        for one in ports.evidence.office
        if isinstance(one.body, Delegation)
        and stands(one.body.state_on(today, ended=context.ended_at(one.id) is not None))
    ]


def _judge_ahead(ports: Ports, turn: Turn, less: Less) -> None:
    """Judge the approval as it would be, so that nobody gives a PIN for one that fails."""
    facts = turn.facts
    at = ports.clock.now().replace(microsecond=0)
    statement = foresee(
        ports.author,
        ports.certificate,
        _body(ports, turn, Outcome.APPROVE, "", less),
        level=facts.request.level,
        at=at,
        case=facts.case,
        on=_basis(ports, turn),
    )
    problem = judge_decision(statement, facts, ports.evidence.context())
    if problem is not None:
        raise problem


def _earlier(ports: Ports, facts: Facts) -> Statement | None:
    """The own decision in force, which a new one replaces (DESIGN §4 Fold rules)."""
    earlier = [s for s in facts.decisions if s.by == ports.account.person]
    if len(earlier) > 1:
        raise Problem("CONFLICT_DECISIONS")
    return earlier[0] if earlier else None


def _body(ports: Ports, turn: Turn, outcome: Outcome, reason: str, less: Less) -> Decision:
    earlier = _earlier(ports, turn.facts)
    return Decision(
        outcome=outcome,
        reason=reason.strip(),
        grant=less.of(turn.facts.asked.grant) if outcome is Outcome.APPROVE else None,
        replaces=earlier.id if earlier else None,
        role=turn.role,
        delegation=turn.delegation.id if turn.delegation else None,
    )


def _basis(ports: Ports, turn: Turn) -> list[Digest]:
    """The case, the approvals below, the own earlier decision, and whose place is taken."""
    registry = ports.registry
    earlier = _earlier(ports, turn.facts)
    on = [turn.facts.case, *registry.basis(ports.account.person), *turn.below]
    if earlier is not None:
        on.append(earlier.id)
    if turn.delegation is not None:
        grantor = registry.people.get(turn.delegation.by)
        on += [turn.delegation.id, *([grantor[0]] if grantor else [])]
    return on


def decide(
    ports: Ports,
    signer: Signer,
    case: Digest,
    outcome: Outcome,
    reason: str,
    less: Less = AS_ASKED,
) -> Signed:
    """Sign one decision and commit it; an approval may take ``less`` off what was asked (E-11).

    A second decision of the same person names and replaces the first (DESIGN §4).
    """
    turn = check(ports, case, outcome, reason, less)
    at = ports.clock.now()
    signed = author(
        ports.author,
        signer,
        _body(ports, turn, outcome, reason, less),
        level=turn.facts.request.level,
        at=at,
        case=case,
        on=_basis(ports, turn),
    )
    ports.hold(signed, at)
    return signed
