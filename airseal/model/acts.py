"""Whether a request or a decision counts (AP-02, AP-04, SU-09).

Every act is judged by the policy pack, the appointment and the lists that it names itself;
only revocation is judged by the newest lists held, because a thief can write any date.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from airseal.model.digest import Digest
from airseal.model.facts import Facts, outcome_of
from airseal.model.grant import is_within
from airseal.model.moment import parse_moment
from airseal.model.people import Post
from airseal.model.policy import PolicyPack
from airseal.model.problem import Problem
from airseal.model.registry import Appointment, Registry, SealRecord, Snapshot, UnitRecord
from airseal.model.request import Decision, Outcome
from airseal.model.statement import Statement

Body = TypeVar("Body")


@dataclass(frozen=True, slots=True)
class Context:
    """What judging may ask about the documents an act relied on.

    ``lookup`` returns the accepted statement of an id, or None. ``revoked_since`` says since
    when an accepted statement's signer is revoked, by the newest list held; None for not
    at all. ``current`` is the current registry of a unit, or None.
    """

    lookup: Callable[[Digest], Statement | None]
    revoked_since: Callable[[Statement], datetime | None]
    current: Callable[[str], Registry | None]


def relied_on(statement: Statement, body: type[Body], context: Context) -> list[Body]:
    """The documents of one kind that ``statement`` names in ``on`` and that are held."""
    found = (context.lookup(parent) for parent in statement.on)
    return [parent.body for parent in found if parent and isinstance(parent.body, body)]


def strictest(packs: Iterable[PolicyPack], seals: Iterable[SealRecord]) -> int:
    """Approvals that the strictest rule of these packs for these seals needs, at least one."""
    wanted = list(seals)
    rules = (pack.rule_for(seal.type) for pack in packs for seal in wanted)
    return max([1, *(rule.approvals for rule in rules if rule is not None)])


def required_by(statement: Statement, context: Context) -> int:
    """Approvals needed by the packs and for the seals that ``statement`` names (AP-04)."""
    packs = relied_on(statement, PolicyPack, context)
    return strictest(packs, relied_on(statement, SealRecord, context))


def judge_post(statement: Statement, post: Post, facts: Facts, context: Context) -> Problem | None:
    """Whether the signer held ``post`` by the appointment the act names, and still stands."""
    if statement.post is not post:
        return Problem("POST_WRONG", post=statement.post)
    held = relied_on(statement, Appointment, context)
    if not any(row.active and row.person == statement.by and post in row.posts for row in held):
        return Problem("POST_NOT_HELD", person=statement.by, post=post)
    for parent in map(context.lookup, statement.on):
        if parent is not None and isinstance(parent.body, Snapshot):
            if statement.time > parse_moment(parent.body.next_update):
                return Problem("REGISTRY_EXPIRED", unit=parent.unit)
            if (problem := _judge_signer(parent, facts, context)) is not None:
                return problem
    return _judge_signer(statement, facts, context)


def _judge_signer(statement: Statement, facts: Facts, context: Context) -> Problem | None:
    """DESIGN §4 Registry: what a revoked signer said before counts only if it is covered."""
    since = context.revoked_since(statement)
    if since is None:
        return None
    if statement.time >= since:
        return Problem("SIGNER_REVOKED", person=statement.by)
    if not any(_covers(other, statement, since, facts, context) for other in facts.statements):
        return Problem("SIGNER_STATUS_UNKNOWN", person=statement.by)
    return None


def _covers(
    other: Statement, statement: Statement, since: datetime, facts: Facts, context: Context
) -> bool:
    """Whether ``other`` proves that ``statement`` was there before ``since``."""
    return (
        other.by != statement.by
        and other.time < since
        and any(statement.id in relying.on for relying in (other, *facts.known_to(other)))
        and context.revoked_since(other) is None
    )


def judge_request(facts: Facts, context: Context) -> Problem | None:
    """Why nobody may approve this request, or None (AP-15, SE-02, TX-16)."""
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
            if any(place.tolerance_um > pack.placement_tolerance_um for pack in policies):
                return Problem("PLACE_TOLERANCE_TOO_WIDE")
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
    if statement.by == facts.request.by:
        return Problem("APPROVAL_OWN_REQUEST", person=statement.by)
    if decision.grant is None or not is_within(decision.grant, facts.asked.grant):
        return Problem("APPROVAL_OTHER_GRANT")
    policies = relied_on(statement, PolicyPack, context)
    if not policies:
        return Problem("POLICY_NOT_NAMED")
    for policy in policies:
        for seal in relied_on(facts.request, SealRecord, context):
            rule = policy.rule_for(seal.type)
            if rule is None:
                return Problem("POLICY_NO_RULE", type=seal.type)
            if rule.post is not statement.post:
                return Problem("APPROVAL_WRONG_POST", post=statement.post)
    return None


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
    approvers = {decision.by for decision in counted if decision.id in statement.on}
    required = max(required_by(facts.request, context), required_by(statement, context))
    if len(approvers) < required:
        return Problem("APPROVAL_MISSING", missing=required - len(approvers))
    return None


def named_approvals(statement: Statement, facts: Facts, context: Context) -> list[Statement]:
    """The approvals that ``statement`` names, as far as they count."""
    return [
        decision
        for decision in facts.before(statement).decisions
        if decision.id in statement.on
        and outcome_of(decision) is Outcome.APPROVE
        and judge_decision(decision, facts, context) is None
    ]
