"""Whether a flow act counts: the table, the post, and what the act knew (REQUIREMENTS §2.2).

An act counts if the table of ``airseal.model.machine`` allows it to its author's post from a
state that the case could have had in what the act knew. So no act is legal at one station
and illegal at another, whatever else they hold.
"""

from collections.abc import Iterable
from typing import Final, assert_never

from airseal.model.approvals import judge_approved, judge_decision, judge_use_confirmation
from airseal.model.digest import Digest
from airseal.model.facts import Facts, outcome_of
from airseal.model.flow import (
    Acknowledgement,
    Attendance,
    Ban,
    BlankAccount,
    Confirmation,
    DeletionRefusal,
    DeletionRequest,
    Fallback,
    FlowBody,
    Halt,
    Handout,
    PaperDelivery,
    Reconciliation,
    Resolution,
    Review,
    SendBack,
    TakeBack,
    Tombstone,
    Transfer,
    UseConfirmation,
    VoidConsent,
    Voiding,
    Withdrawal,
)
from airseal.model.lateracts import (
    judge_delivery,
    judge_forms,
    judge_paper,
    judge_special,
    judge_transfer,
    judge_voiding,
)
from airseal.model.machine import Act, CaseState, actors_of, sources_of
from airseal.model.people import Post, Role
from airseal.model.policy import PolicyPack
from airseal.model.problem import Problem
from airseal.model.registry import Appointment
from airseal.model.request import Outcome
from airseal.model.retention import NOTHING, Retention, retention_of
from airseal.model.standing import Context, judge_post, relied_on
from airseal.model.statement import Statement

Judged = dict[Digest, Problem | None]
"""What was found of flow acts already: each is judged once, however many know of it."""

HALT_CODES: Final = {
    CaseState.DELETED: "CASE_DELETED",
    CaseState.VOIDED: "CASE_VOIDED",
    CaseState.SUPERSEDED: "CASE_SUPERSEDED",
    CaseState.ON_PAPER: "CASE_ON_PAPER",
    CaseState.SENT_BACK: "CASE_SENT_BACK",
    CaseState.WITHDRAWN: "CASE_WITHDRAWN",
}
"""The states of a stopped case, the strongest first, and what is said of each."""

FINAL: Final = frozenset({CaseState.DELETED, CaseState.VOIDED})
"""What no conflict can shake."""

LEADERS: Final = (Role.DIVISION_LEADER, Role.UNIT_LEADER)
"""The leaders in charge (分管领导), without whose consent nothing is deleted (DC-11)."""

LASTING: Final = (CaseState.SUPERSEDED, CaseState.ON_PAPER, CaseState.SENT_BACK)
"""What outlasts a complete sealing; a withdrawal it did not know freezes it (DESIGN §4)."""

_OPEN: Final = frozenset(
    {
        CaseState.IN_APPROVAL,
        CaseState.APPROVED,
        CaseState.DRAFTER_CHECKED,
        CaseState.CLERK_VERIFIED,
        CaseState.EXPIRED,
    }
)
_DRAFTERS: Final = frozenset(
    {Act.CHECK, Act.WITHDRAW, Act.CORRECT, Act.ASK_DELETION, Act.DELIVER_PAPER}
)
"""Acts that a drafter does to the own request only."""

_ONCE: Final = frozenset({Act.REVIEW, Act.ACCOUNT_BLANKS, Act.RECONCILE})
"""Acts that close something (SE-14, DC-05, BK-07): nobody who knows of one closes it again."""


def act_of(body: FlowBody) -> Act:
    """The act that a statement with this body is."""
    match body:
        case Confirmation():
            return Act.CHECK
        case Withdrawal():
            return Act.WITHDRAW
        case SendBack():
            return Act.SEND_BACK
        case Ban():
            return Act.CORRECT
        case Voiding():
            return Act.VOID
        case Resolution():
            return Act.RESOLVE
        case Fallback():
            return Act.FALL_BACK
        case Reconciliation():
            return Act.RECONCILE
        case Review():
            return Act.REVIEW
        case BlankAccount():
            return Act.ACCOUNT_BLANKS
        case UseConfirmation():
            return Act.CONFIRM_USE
        case DeletionRequest():
            return Act.ASK_DELETION
        case DeletionRefusal():
            return Act.REFUSE_DELETION
        case Tombstone():
            return Act.DELETE
        case Acknowledgement():
            return Act.ACKNOWLEDGE
        case VoidConsent():
            return Act.CONSENT_VOID
        case Transfer():
            return Act.TRANSFER
        case Attendance():
            return Act.ATTEND
        case Handout():
            return Act.HAND_OUT
        case TakeBack():
            return Act.TAKE_BACK
        case PaperDelivery():
            return Act.DELIVER_PAPER
        case _:
            assert_never(body)


def judge_flow(
    statement: Statement, facts: Facts, context: Context, judged: Judged | None = None
) -> Problem | None:
    """Why a flow act does not count, or None.

    For what stops a case the post is enough, and doubt about the signer is for the stop, as
    with a denial: it must never be what lets a document be sealed.
    """
    judged = {} if judged is None else judged
    if statement.id not in judged:
        judged[statement.id] = _judge(statement, facts, context, judged)
    return judged[statement.id]


def _judge(statement: Statement, facts: Facts, context: Context, judged: Judged) -> Problem | None:
    body = statement.body
    assert isinstance(body, FlowBody)
    act = act_of(body)
    if statement.post not in actors_of(act):
        return Problem("POST_WRONG", post=statement.post)
    problem = judge_post(statement, statement.post, facts, context)
    if problem and not (isinstance(body, Halt) and problem.code == "SIGNER_STATUS_UNKNOWN"):
        return problem
    if act in _DRAFTERS and statement.post is Post.DRAFTER and statement.by != facts.request.by:
        return Problem("FLOW_OTHER_DRAFTER", person=statement.by)
    before = facts.before(statement)
    possible = _possible(before, facts, context, judged)
    if possible.isdisjoint(sources_of(act, statement.post)):
        return Problem("FLOW_NOT_NOW", act=act)

    def counts(other: Statement) -> bool:
        return judge_flow(other, facts, context, judged) is None

    if act in _ONCE and any(type(s.body) is type(body) and counts(s) for s in before.flows):
        return Problem("FLOW_TWICE", act=act)
    match body:
        case Withdrawal() if before.sealings:
            return Problem("FLOW_NOT_NOW", act=act)
        case Confirmation():
            return _judge_check(statement, body, facts, before, context, judged)
        case Review() if before.asked.emergency is None:
            return Problem("FLOW_NO_EMERGENCY")
        case Review() if statement.by in {s.by for s in (*before.sealings, *before.decisions)}:
            return Problem("FLOW_OWN_ACT", person=statement.by)
        case BlankAccount() if before.asked.blanks is None:
            return Problem("FLOW_NO_BLANKS")
        case UseConfirmation():
            return judge_use_confirmation(statement, body, before)
        case BlankAccount(forms=forms):
            return judge_forms(forms, before, facts, context)
        case Reconciliation(copies=copies):
            return judge_paper(copies, before, facts, context)
        case Voiding():
            return judge_voiding(statement, before, context, counts)
        case Transfer():
            return judge_transfer(statement, body, facts, context)
        case Attendance() | Handout() | TakeBack():
            return judge_special(statement, body, before, counts)
        case PaperDelivery():
            return judge_delivery(statement, body, before, facts, context, counts)
        case DeletionRefusal():
            return _judge_refusal(statement, body, facts, before, context, judged)
        case Tombstone():
            return _judge_tombstone(statement, body, facts, before, context, judged)
        case _:
            return None


def _judge_check(
    statement: Statement,
    body: Confirmation,
    facts: Facts,
    before: Facts,
    context: Context,
    judged: Judged,
) -> Problem | None:
    """DC-12: the very files, all approvals, two people, the drafter first."""
    if set(body.documents) != {d.digest for d in before.asked.grant.documents}:
        return Problem("CHECK_OTHER_DOCUMENTS")
    if (problem := judge_approved(statement, facts, context)) is not None:
        return problem
    if statement.post is Post.CLERK:
        if statement.by == before.request.by:
            return Problem("FLOW_OWN_ACT", person=statement.by)
        if Post.DRAFTER in missing_checks(facts, context, judged, before):
            return Problem("CHECKS_MISSING", post=Post.DRAFTER)
    return None


def _judge_tombstone(
    statement: Statement,
    body: Tombstone,
    facts: Facts,
    before: Facts,
    context: Context,
    judged: Judged,
) -> Problem | None:
    """DC-11: somebody else asked, a leader in charge agrees, and no retention runs (C-22)."""
    if not any(s.by != statement.by for s in open_deletions(before, facts, context, judged)):
        return Problem("DELETION_NOT_ASKED")
    if not _leads(statement, context):
        return Problem("DELETION_NOT_LEADER")
    if (body.title, body.documents) != (before.asked.title, before.forms):
        return Problem("DELETION_OTHER_CASE")
    return kept(before, [statement], context).judge(statement.at[:10])


def _judge_refusal(
    statement: Statement,
    body: DeletionRefusal,
    facts: Facts,
    before: Facts,
    context: Context,
    judged: Judged,
) -> Problem | None:
    """DC-11: what is refused was asked for and is open, and whoever refuses leads."""
    if not {s.id for s in open_deletions(before, facts, context, judged)}.issuperset(body.requests):
        return Problem("DELETION_NOT_ASKED")
    return None if _leads(statement, context) else Problem("DELETION_NOT_LEADER")


def open_deletions(
    before: Facts, facts: Facts, context: Context, judged: Judged | None = None
) -> tuple[Statement, ...]:
    """The requests for deletion known in ``before`` that count and that no leader refused."""
    judged = {} if judged is None else judged
    counting = [
        s
        for s in before.flows
        if isinstance(s.body, DeletionRequest | DeletionRefusal)
        and judge_flow(s, facts, context, judged) is None
    ]
    refused = {
        one for s in counting if isinstance(s.body, DeletionRefusal) for one in s.body.requests
    }
    return tuple(s for s in counting if isinstance(s.body, DeletionRequest) and s.id not in refused)


def _leads(statement: Statement, context: Context) -> bool:
    """Whether its author is a leader in charge by the roster it relies on."""
    own = [row for row in relied_on(statement, Appointment, context) if row.person == statement.by]
    return any(row.approves_as(role) for row in own for role in LEADERS)


def kept(
    facts: Facts,
    acts: Iterable[Statement],
    context: Context,
    beside: Iterable[PolicyPack] = (),
) -> Retention:
    """How long the record of a case is kept: by its own packs, those of ``acts``, and ``beside``.

    Asking for a deletion, or answering that, does not lengthen it. A request that no seal was
    used for is kept by nothing.
    """
    if not (facts.sealings or _sealed_on_paper(facts, context)):
        return NOTHING
    asking = DeletionRequest | DeletionRefusal | Tombstone
    own = [s for s in facts.statements if not isinstance(s.body, asking)]
    packs = [pack for s in (*own, *acts) for pack in relied_on(s, PolicyPack, context)]
    last = max(s.time for s in own)
    return retention_of(last.date().isoformat(), facts.asked.matter.kind, [*packs, *beside])


def _sealed_on_paper(facts: Facts, context: Context) -> bool:
    """Whether it went over to paper, and nobody said that nothing was sealed there (BK-07)."""
    told = [
        s.body
        for s in facts.flows
        if isinstance(s.body, Fallback | Reconciliation) and judge_flow(s, facts, context) is None
    ]
    dropped = any(isinstance(body, Reconciliation) and not body.copies for body in told)
    return bool(told) and not dropped


def _possible(
    before: Facts, facts: Facts, context: Context, judged: Judged
) -> frozenset[CaseState]:
    """The states a case may have had that was known like this.

    Coarse where approvals and terms decide: those are judged by the act's own packs.
    """
    stopped = halted(facts, context, judged, before)
    if stopped in FINAL:
        return frozenset({stopped})
    if before.conflicts:
        return frozenset({CaseState.CONFLICT})
    wrong = frozenset({CaseState.UNAUTHORISED}) if before.sealings else frozenset()
    if stopped is not None and stopped in LASTING:
        return wrong | {stopped}
    if before.next_place is None:
        return wrong | {CaseState.SEALED}
    if stopped is not None:
        return wrong | {stopped}
    if before.sealings:
        return wrong | _OPEN - {CaseState.IN_APPROVAL}
    outcomes = {
        outcome_of(s) for s in before.decisions if judge_decision(s, facts, context) is None
    }
    if Outcome.DENY in outcomes:
        return frozenset({CaseState.DENIED})
    if Outcome.RETURN in outcomes:
        return frozenset({CaseState.RETURNED})
    return _OPEN


def halted(
    facts: Facts, context: Context, judged: Judged | None = None, known: Facts | None = None
) -> CaseState | None:
    """The strongest state in which something that counts has stopped the case, or None.

    ``known`` looks only at what some act knew of the case.
    """
    judged = {} if judged is None else judged
    found = {
        state
        for s in (known or facts).flows
        if (state := _halt_of(s)) is not None and judge_flow(s, facts, context, judged) is None
    }
    return next((state for state in HALT_CODES if state in found), None)


def _halt_of(statement: Statement) -> CaseState | None:
    match statement.body:
        case Tombstone():
            return CaseState.DELETED
        case Voiding():
            return CaseState.VOIDED
        case Ban():
            return CaseState.SUPERSEDED
        case Fallback():
            return CaseState.ON_PAPER
        case SendBack():
            return CaseState.SENT_BACK
        case Withdrawal():
            return CaseState.WITHDRAWN
        case _:
            return None


def missing_checks(
    facts: Facts, context: Context, judged: Judged | None = None, known: Facts | None = None
) -> tuple[Post, ...]:
    """Whose confirmation is not held or does not count, the drafter's first (DC-12)."""
    judged = {} if judged is None else judged
    held = {
        s.post
        for s in (known or facts).flows
        if isinstance(s.body, Confirmation) and judge_flow(s, facts, context, judged) is None
    }
    return tuple(post for post in (Post.DRAFTER, Post.CLERK) if post not in held)
