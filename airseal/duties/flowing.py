"""What people do to a case beside deciding and sealing: one door for all of it.

Who may, and from which state, is the table of ``airseal.model.machine`` (REQUIREMENTS §2.2);
a refusal comes before any PIN is asked.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from airseal.evidence.loans import loans
from airseal.evidence.signed import Signed, author, foresee
from airseal.evidence.tombstones import carry_out, sentence
from airseal.evidence.wire import FLOW_KINDS
from airseal.keys.tokenhost import Signer
from airseal.model.case import CaseState, Facts, Status, fold, judge, judge_flow
from airseal.model.digest import Digest
from airseal.model.facts import contentions
from airseal.model.flow import (
    Ban,
    Confirmation,
    DeletionRefusal,
    DeletionRequest,
    FlowBody,
    Handout,
    PaperDelivery,
    Resolution,
    Tombstone,
    Transfer,
    UseConfirmation,
)
from airseal.model.flowacts import HALT_CODES, act_of
from airseal.model.lateracts import undelivered
from airseal.model.machine import Act, actors_of, sources_of
from airseal.model.people import Post, Role
from airseal.model.problem import Problem
from airseal.model.request import Decision, PaperAttachment
from airseal.model.statement import Statement
from airseal.ports import Ports

Build = Callable[[Facts], FlowBody]
"""Makes the body of a flow from the facts of its case."""


@dataclass(frozen=True, slots=True)
class Foreseen:
    """An act that may be done: the facts it is about, what it says, the statement it will be."""

    facts: Facts
    body: FlowBody
    statement: Statement


def state_after(ports: Ports, ahead: Foreseen) -> CaseState:
    """What the case will be once that is signed."""
    after = fold(ahead.facts.case, [*ahead.facts.statements, ahead.statement])
    assert after is not None
    return judge(after, ports.evidence.context(), ports.clock.now()).state


def check(ports: Ports, case: Digest, build: Build) -> Foreseen:
    """Whether this person may do this to ``case`` now, before any PIN is asked.

    Raises ``Problem``: ``FLOW_FORM`` for what was filled in, ``POST_WRONG``, ``FLOW_NOT_NOW``
    (``act``), the code of what stopped the case, or whatever else every station would say of
    the statement.
    """
    facts = fold(case, ports.evidence.case_statements(case))
    if facts is None:
        raise Problem("CASE_UNKNOWN")
    try:
        body = build(facts)
    except ValueError:
        raise Problem("FLOW_FORM") from None
    act, post = act_of(body), ports.account.post
    if post not in actors_of(act):
        raise Problem("POST_WRONG", post=post)
    now = ports.clock.now()
    status = judge(facts, ports.evidence.context(), now)
    if status.state not in sources_of(act, post):
        raise _not_now(status, act, post)
    ports.require_steady_clock()
    ports.current_registry()
    if isinstance(body, Handout):
        _check_loan(ports, facts, body)
    statement = foresee(
        ports.author,
        ports.certificate,
        body,
        level=facts.request.level,
        at=now,
        case=case,
        on=_basis(ports, facts, body),
    )
    problem = judge_flow(statement, facts, ports.evidence.context())
    if problem is not None:
        raise problem
    return Foreseen(facts, body, statement)


def act(ports: Ports, signer: Signer, case: Digest, build: Build) -> Signed:
    """Sign one flow of a case and commit it; raises as :func:`check`."""
    ahead, at = check(ports, case, build), ports.clock.now()
    signed = _sign(ports, signer, ahead.facts, ahead.body, at)
    if not isinstance(ahead.body, Tombstone):
        ports.hold(signed, at)
        return signed
    after = ports.evidence.copy()
    ports.evidence.examine(signed)
    after.offer([signed])
    gone = sentence(ports.store, after, [case], ports.station.unit, at)
    ports.hold(signed, at, events=[ports.event(kind, **told) for kind, told in gone])
    carry_out(ports.store, ports.account.person, at)
    return signed


def check_ban(ports: Ports, case: Digest) -> Facts:
    """Whether this person may have ``case`` corrected (FL-03); raises as :func:`check`."""
    return check(ports, case, lambda _: Ban(case)).facts


def ban_for(ports: Ports, signer: Signer, case: Digest) -> Callable[[Digest], Signed]:
    """How ``case`` will be banned once its corrected version has an id (FL-04); not committed.

    Raises as :func:`check`, before anything is signed.
    """
    facts = check_ban(ports, case)

    def ban(successor: Digest) -> Signed:
        return _sign(ports, signer, facts, Ban(successor), ports.clock.now())

    return ban


def _sign(ports: Ports, signer: Signer, facts: Facts, body: FlowBody, at: datetime) -> Signed:
    return author(
        ports.author,
        signer,
        body,
        level=facts.request.level,
        at=at,
        case=facts.case,
        on=_basis(ports, facts, body),
    )


def _basis(ports: Ports, facts: Facts, body: FlowBody) -> list[Digest]:
    """Everything that is known of the case: an act is judged by what it knew.

    A transfer stands on the appointment of whom it goes to as well.
    """
    kinds = FLOW_KINDS | {"request", "decision", "sealing"}
    known = [s.id for s in facts.statements if s.kind in kinds]
    people = [ports.account.person, *([body.to] if isinstance(body, Transfer) else [])]
    return [*known, *(one for person in people for one in ports.registry.basis(person))]


def _not_now(status: Status, act: Act, post: Post) -> Problem:
    """Why an act is not possible in this state: what stopped the case, or what it waits for."""
    if status.state in HALT_CODES:
        return Problem(HALT_CODES[status.state])
    waits = status.state is CaseState.IN_APPROVAL and CaseState.APPROVED in sources_of(act, post)
    if waits and status.missing_approvals:
        return Problem("APPROVAL_MISSING", missing=status.missing_approvals)
    return Problem("FLOW_NOT_NOW", act=act)


def _check_loan(ports: Ports, facts: Facts, body: Handout) -> None:
    """The borrower can seal with it, and no seal of this case is out on another loan (AP-18).

    ``LOAN_NOBODY`` (``person``), ``LOAN_NOT_KEEPER`` (``person``) for a seal that is not tied to
    the borrower's certificate (X-08), ``LOAN_STILL_OUT``.
    """
    row = ports.registry.people.get(body.borrower)
    if row is None or not row[1].active:
        raise Problem("LOAN_NOBODY", person=body.borrower)
    wanted = {place.seal for one in facts.asked.grant.documents for place in one.seals}
    records = (ports.registry.seal(seal)[1] for seal in wanted)
    if any(row[1].fingerprint not in record.custodians for record in records):
        raise Problem("LOAN_NOT_KEEPER", person=body.borrower)
    for loan in loans(ports.evidence, ports.clock.now()):
        if loan.back is None and wanted & set(loan.seals):
            raise Problem("LOAN_STILL_OUT")


@dataclass(frozen=True, slots=True)
class PaperRow:
    """A row of the delivery register: one attachment on paper, what of it was handed over (DC-15).

    ``left`` copies nobody has handed over yet.
    """

    case: Digest
    attachment: PaperAttachment
    left: int
    delivered: tuple[tuple[Statement, PaperDelivery], ...]


def paper_rows(case: Digest, facts: Facts, status: Status) -> tuple[PaperRow, ...]:
    """The register of one case, in the order of its request."""
    counting = {one.statement.id for one in status.flows if one.problem is None}
    left = undelivered(facts, lambda one: one.id in counting)
    return tuple(
        PaperRow(
            case,
            attachment,
            left[attachment.title],
            tuple(
                (one, one.body)
                for one in facts.flows
                if isinstance(one.body, PaperDelivery)
                and one.body.title == attachment.title
                and one.id in counting
            ),
        )
        for attachment in facts.asked.paper_attachments
    )


def paper_deliveries(ports: Ports) -> tuple[PaperRow, ...]:
    """The register of every case that is known here, the oldest case first."""
    context, now = ports.evidence.context(), ports.clock.now()
    told = (fold(case, ports.evidence.case_statements(case)) for case in ports.evidence.cases)
    found = [one for one in told if one is not None and one.asked.paper_attachments]
    return tuple(
        row
        for one in sorted(found, key=lambda one: (one.request.time, one.case))
        for row in paper_rows(one.case, one, judge(one, context, now))
    )


def confirmation(note: str) -> Build:
    """That the files of the case were compared, or verified (DC-12)."""
    return lambda facts: Confirmation(
        tuple(document.digest for document in facts.asked.grant.documents), note.strip()
    )


def use_confirmation(person: str, note: str) -> Build:
    """That ``person`` has seen the use of what they approved (AP-07)."""

    def build(facts: Facts) -> UseConfirmation:
        approved = [s.body for s in facts.decisions if s.by == person]
        roles = [one.role for one in approved if isinstance(one, Decision)]
        return UseConfirmation(roles[0] if roles else Role.OFFICER, note.strip())

    return build


def tombstone(reason: str) -> Build:
    """That the papers of a case are deleted, with what will be left of them (DC-11)."""
    return lambda facts: Tombstone(facts.asked.title, facts.forms, reason.strip())


def deletion_refusal(reason: str) -> Build:
    """That the papers of a case are kept, whoever asked for their deletion so far (DC-11).

    Building raises ``Problem("DELETION_NOT_ASKED")`` when no request is open.
    """

    def build(facts: Facts) -> DeletionRefusal:
        bodies = [s.body for s in facts.flows]
        settled = {
            one for body in bodies if isinstance(body, DeletionRefusal) for one in body.requests
        }
        asked = (s.id for s in facts.flows if isinstance(s.body, DeletionRequest))
        requests = tuple(sorted(one for one in asked if one not in settled))
        if not requests:
            raise Problem("DELETION_NOT_ASKED")
        return DeletionRefusal(requests, reason.strip())

    return build


def resolution(stands: str, reason: str) -> Build:
    """That of a conflict's statements the one whose id begins with ``stands`` counts.

    Building raises ``Problem("FLOW_NOT_CONTENDED")`` when it begins no or several ids.
    """

    def build(facts: Facts) -> Resolution:
        wanted = stands.removeprefix("sha256:")
        for group in contentions(facts):
            found = [s.id for s in group if s.id.removeprefix("sha256:").startswith(wanted)]
            if len(found) == 1 and len(wanted) >= 4:
                falls = tuple(sorted(s.id for s in group if s.id != found[0]))
                return Resolution(found[0], falls, reason.strip())
        raise Problem("FLOW_NOT_CONTENDED")

    return build
