"""Whether a sealing is authorised by what it knew (AP-02, DC-12, SE-02, SE-08)."""

from airseal.model.approvals import judge_approved, named_approvals, persons_of
from airseal.model.facts import Facts
from airseal.model.flowacts import HALT_CODES, Judged, halted, judge_flow, missing_checks
from airseal.model.grant import grants_of, narrowest
from airseal.model.lateracts import judge_elsewhere
from airseal.model.matter import Way
from airseal.model.moment import parse_moment
from airseal.model.people import Post
from airseal.model.policy import PolicyPack
from airseal.model.problem import Problem
from airseal.model.registry import SealRecord
from airseal.model.request import Grant, Sealing, SealPlace, within
from airseal.model.standing import Context, judge_post, relied_on
from airseal.model.statement import Statement


def judge_sealing(statement: Statement, facts: Facts, context: Context) -> Problem | None:
    """Why a sealing is not authorised, or None (AP-02, C-28, LC-12, LC-20, SE-02, SE-08)."""
    sealing = statement.body
    assert isinstance(sealing, Sealing)
    if (problem := judge_post(statement, Post.CUSTODIAN, facts, context)) is not None:
        return problem
    if parse_moment(sealing.sealed_at) > statement.time:
        return Problem("SEALING_TIME")
    if facts.asked.matter.way is Way.TRADITIONAL:
        return Problem("CASE_TRADITIONAL")
    place = _granted_place(facts.asked.grant, sealing)
    if place is None:
        return Problem("SEALING_NOT_GRANTED")
    problem = _judge_authority(statement, sealing, facts, context)
    return problem or _judge_seal_use(statement, sealing, place, facts, context)


def _granted_place(grant: Grant, sealing: Sealing) -> SealPlace | None:
    """The approved place that a sealing fills, if it stays inside its rule."""
    for document in grant.documents:
        if document.digest == sealing.document:
            for place in document.seals:
                if (
                    place.order == sealing.order
                    and place.seal == sealing.seal
                    and within(place, sealing.page, sealing.x_um, sealing.y_um)
                ):
                    return place
    return None


def _judge_authority(
    statement: Statement, sealing: Sealing, facts: Facts, context: Context
) -> Problem | None:
    """Approvals, confirmations and term, by what the sealing knew; nothing known stops it."""
    if (problem := judge_approved(statement, facts, context)) is not None:
        return problem
    before = facts.before(statement)
    if (stopped := halted(facts, context, known=before)) is not None:
        return Problem(HALT_CODES[stopped])
    judged: Judged = {}
    elsewhere = judge_elsewhere(
        statement, before, lambda one: judge_flow(one, facts, context, judged) is None
    )
    if elsewhere is not None:
        return elsewhere
    approvals = named_approvals(statement, facts, context)
    try:
        until = narrowest(facts.asked.grant, grants_of(approvals)).until
    except Problem as problem:
        return problem
    if until is not None and max(_day(statement.at), _day(sealing.sealed_at)) > until:
        return Problem("APPROVAL_EXPIRED", until=until)
    policies = relied_on(statement, PolicyPack, context)
    if not policies:
        return Problem("POLICY_NOT_NAMED")
    if any(policy.settings.checks_before_sealing for policy in policies):
        missing = missing_checks(facts, context, known=before)
        if missing:
            return Problem("CHECKS_MISSING", post=missing[0])
    approvers = {person for approval in approvals for person in persons_of(approval, context)}
    apart = any(not policy.settings.approver_may_seal for policy in policies)
    if apart and statement.by in approvers:
        return Problem("SEALER_APPROVED", person=statement.by)
    return None


def _judge_seal_use(
    statement: Statement, sealing: Sealing, place: SealPlace, facts: Facts, context: Context
) -> Problem | None:
    """The seal must be enabled, the signer its custodian, the station its own, the input right."""
    records = relied_on(statement, SealRecord, context)
    seal = next((row for row in records if row.seal == place.seal), None)
    if seal is None:
        return Problem("SEAL_NOT_NAMED", seal=place.seal)
    for policy in relied_on(statement, PolicyPack, context):
        if policy.judge_enabling(seal.filing) is not None:
            return Problem("SEAL_NOT_FILED", seal=seal.name)
    if any(_is_of(one, place.seal) and context.unlawful(one) for one in context.parents(statement)):
        return Problem("SEAL_TRANSITION", seal=seal.name)
    if not (seal.valid_on(_day(statement.at)) and seal.valid_on(_day(sealing.sealed_at))):
        return Problem("SEAL_NOT_VALID", seal=seal.name)
    if statement.cert not in seal.custodians:
        return Problem("SEAL_NOT_CUSTODIAN", seal=seal.name)
    if statement.station != seal.station:
        return Problem("SEAL_OTHER_STATION", seal=seal.name)
    expected = sealing.document
    if sealing.order > 1:
        before = facts.sealing(sealing.document, sealing.order - 1)
        if before is None or not isinstance(before.body, Sealing) or before.id not in statement.on:
            return Problem("SEALING_OUT_OF_ORDER")
        expected = before.body.output
    return None if sealing.input == expected else Problem("SEALING_OTHER_INPUT")


def _is_of(statement: Statement, seal: str) -> bool:
    return isinstance(statement.body, SealRecord) and statement.body.seal == seal


def _day(moment: str) -> str:
    return parse_moment(moment).date().isoformat()
