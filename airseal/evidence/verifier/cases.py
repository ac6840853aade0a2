"""Questions about a case: the seal at its time, the lists, and who was entitled (VF-03)."""

from collections.abc import Iterator

from airseal.evidence.stamps import check_timestamp, stamps_of
from airseal.evidence.verifier.policy import (
    Answer,
    fails,
    holds,
    limited,
    note,
    policy,
    unknown,
)
from airseal.evidence.verifier.subjects import CaseSubject, Ground, relied
from airseal.model import questions
from airseal.model.case import CaseState, judge_sealing
from airseal.model.digest import sha256
from airseal.model.moment import parse_moment
from airseal.model.problem import Problem
from airseal.model.registry import SealRecord
from airseal.model.request import Sealing
from airseal.model.stamp import Timestamp
from airseal.model.statement import Statement


@policy(questions.SEALED)
def sealed(subject: CaseSubject) -> Iterator[Answer]:
    """Said only while nothing is sealed."""
    if not subject.facts.sealings:
        yield unknown(Problem("NOTHING_SEALED"))


@policy(questions.SIGNER_STATUS)
def signers_still_good(subject: CaseSubject) -> Iterator[Answer]:
    """VF-11: the newest list held may know more of a signer than the list of that day."""
    for statement in subject.facts.sealings:
        since = subject.ground.context.revoked_since(statement)
        if since is None:
            yield holds(time=statement.at)
        elif statement.time >= since:
            yield fails(Problem("SIGNER_REVOKED", person=statement.by), since=since.isoformat())
        else:
            reason = Problem("SIGNER_REVOKED_SINCE", person=statement.by, since=since.isoformat())
            yield limited(reason, time=statement.at)


@policy(questions.SEAL_STATUS)
def seal_status(subject: CaseSubject) -> Iterator[Answer]:
    """The seal was in force on that day, held by the signer; and is it still (VF-11, X-08)."""
    context = subject.ground.context
    for statement in subject.facts.sealings:
        assert isinstance(statement.body, Sealing)
        seal = relied(statement, SealRecord, context)
        if seal is None:
            yield fails(Problem("SEAL_NOT_NAMED", seal=statement.body.seal))
            continue
        day = parse_moment(statement.body.sealed_at).date().isoformat()
        evidence: dict[str, str | int] = {
            "seal": seal.name,
            "number": seal.number,
            "time": statement.body.sealed_at,
        }
        entry = next((one for one in context.parents(statement) if one.body is seal), None)
        if entry is not None and context.unlawful(entry):
            yield fails(Problem("SEAL_TRANSITION", seal=seal.name), **evidence)
        elif not seal.valid_on(day) or _ended_before(seal, statement, day, subject.ground):
            yield fails(Problem("SEAL_NOT_VALID", seal=seal.name), **evidence)
        elif statement.cert not in seal.custodians:
            yield fails(Problem("SEAL_NOT_CUSTODIAN", seal=seal.name), **evidence)
        elif _ended_since(seal, statement, subject.ground):
            yield limited(Problem("SEAL_ENDED_SINCE", seal=seal.name), **evidence)
        else:
            yield holds(**evidence)


def _ended_before(seal: SealRecord, statement: Statement, day: str, ground: Ground) -> bool:
    """Whether the newest register, already out by then, had the seal no more in force.

    Who seals by an older register seals with a seal that was stopped.
    """
    registry = ground.context.current(statement.unit)
    current = registry.seals.get(seal.seal) if registry is not None else None
    if current is None or current[1].valid_on(day):
        return False
    told = ground.context.lookup(current[0])
    return told is not None and told.time <= statement.time


def _ended_since(seal: SealRecord, statement: Statement, ground: Ground) -> bool:
    """Whether the newest register held has the seal no more, or no more in force."""
    registry = ground.context.current(statement.unit)
    if registry is None or registry.snapshot is None:
        return False
    current = registry.seals.get(seal.seal)
    today = ground.now.date().isoformat()
    if current is None:
        return not any(head.series == seal.series for head in registry.missing)
    return not current[1].valid_on(today)


@policy(questions.AUTHORISATION)
def authorised(subject: CaseSubject) -> Iterator[Answer]:
    """Who asked, who approved, who sealed: each entitled then, and to this (VF-03)."""
    context = subject.ground.context
    for statement in subject.facts.sealings:
        match judge_sealing(statement, subject.facts, context):
            case None:
                approvers = ", ".join(sorted(one.by for one in subject.status.approvals))
                drafter = subject.facts.request.by
                yield holds(drafter=drafter, officers=approvers, custodian=statement.by)
            case Problem(code="SIGNER_STATUS_UNKNOWN") as problem:
                # 状态未知 is an answer of its own: neither valid nor false (DESIGN §4 Registry).
                yield unknown(problem)
            case problem:
                yield fails(problem)


@policy(questions.CASE)
def undisturbed(subject: CaseSubject) -> Iterator[Answer]:
    """No conflict and no refusal that came later."""
    for problem in subject.status.problems:
        if problem.code.startswith(("CONFLICT_", "CASE_")):
            yield fails(problem)
    if subject.status.state is CaseState.SEALED:
        yield holds()


@policy(questions.COMPLETE)
def complete(subject: CaseSubject) -> Iterator[Answer]:
    """Said only when a seal is missing beside another."""
    if subject.facts.sealings and subject.facts.next_place is not None:
        yield fails(Problem("SEALS_MISSING"))


@policy(questions.LISTS)
def lists(subject: CaseSubject) -> Iterator[Answer]:
    """E-05, E-12: how old the lists are; an expired registry leaves 状态未知."""
    unit = subject.facts.request.unit
    registry = subject.ground.trusted.registry(unit)
    if registry is None or registry.snapshot is None:
        yield unknown(Problem("REGISTRY_MISSING", unit=unit))
        return
    held: dict[str, str | int] = {
        "number": registry.snapshot.number,
        "until": registry.snapshot.next_update,
    }
    if registry.expired(subject.ground.now):
        yield unknown(Problem("REGISTRY_EXPIRED", unit=unit), **held)
    else:
        yield holds(Problem("LISTS_UNTIL", until=registry.snapshot.next_update), **held)


@policy(questions.LISTS)
def rooted(subject: CaseSubject) -> Iterator[Answer]:
    """Said only when the unit's registry does not count here: its root was never, or no more."""
    unit = subject.facts.request.unit
    if subject.ground.trusted.registry(unit) is None:
        yield unknown(Problem("REGISTRY_MISSING", unit=unit))


@policy(questions.LISTS)
def lists_then(subject: CaseSubject) -> Iterator[Answer]:
    """For an archive: lists that ran out since limit what can be said, but do not end it."""
    for answer in lists.rule(subject):
        reason = answer.reason
        if reason is not None and reason.code == "REGISTRY_EXPIRED":
            yield limited(reason, **answer.evidence)
        else:
            yield answer


@policy(questions.TIMESTAMP)
def stamped(subject: CaseSubject) -> Iterator[Answer]:
    """VF-10: a time stamp is verified and shown; its absence is stated, not a failure."""
    for sealing in subject.facts.sealings:
        reason: Problem | None = Problem("TIMESTAMP_ABSENT")
        for stamp in stamps_of(sealing.id, subject.facts.statements):
            if (reason := _stamp_problem(sealing, stamp, subject.ground)) is None:
                break
        yield note(reason, time=sealing.at) if reason else holds(statement=sealing.id)
    if not subject.facts.sealings:
        yield note(Problem("TIMESTAMP_ABSENT"))


def _stamp_problem(sealing: Statement, stamp: Timestamp, ground: Ground) -> Problem | None:
    if not ground.stampers:
        return Problem("TIMESTAMP_UNVERIFIED")
    signed = ground.trusted.get(sealing.id)
    assert signed is not None
    try:
        check_timestamp(stamp, sha256(signed.p7m), ground.stampers)
    except Problem as problem:
        return problem
    return None
