"""Whether this person may seal the next place of a case now: everything before the PIN (SE-01)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import BinaryIO

from airseal.evidence.accounts import retiring, use_rights
from airseal.evidence.records import (
    place_key,
    station_facts,
)
from airseal.evidence.sealchecks import planned
from airseal.evidence.signed import foresee
from airseal.model.case import CaseState, Facts, Status, fold, judge, judge_sealing
from airseal.model.digest import Digest, parse_digest, sha256
from airseal.model.flowacts import HALT_CODES, halted
from airseal.model.matter import Special
from airseal.model.people import Post
from airseal.model.policy import PolicyPack
from airseal.model.problem import Problem
from airseal.model.registry import SealRecord
from airseal.model.request import Sealing, SealPlace
from airseal.model.seal import usable
from airseal.model.surroundings import Surroundings, judge_surroundings
from airseal.model.use import judge_use
from airseal.paper.papers import Session
from airseal.paper.placement import check_move, check_place
from airseal.paper.texts import judge_unit
from airseal.ports import Ports

CHECKS = ("content", "copies", "approvals")
"""What the custodian ticks before the PIN; recorded with the intent (SE-01)."""

_UNKNOWN = sha256(b"the output of a sealing that has not been made yet")


@dataclass(frozen=True, slots=True)
class Position:
    """Where the custodian puts the seal: centre in µm from the top left of the page."""

    page: int
    x_um: int
    y_um: int


@dataclass(frozen=True, slots=True)
class Intent:
    """A sealing that was begun: what was to be signed, when, and its output if there is one."""

    document: Digest
    order: int
    input: Digest
    position: Position
    sealed_at: datetime
    output: Digest | None
    output_size: int


@dataclass(frozen=True, slots=True)
class Ready:
    """What the custodian must see before the PIN (SE-01, AP-03)."""

    facts: Facts
    status: Status
    document: Digest
    place: SealPlace
    record_id: Digest
    seal: SealRecord
    input: Digest
    intent: Intent | None
    around: Surroundings


def check(ports: Ports, case: Digest, checked: Sequence[str] | None = None) -> Ready:
    """Whether this person may seal the next place of ``case`` now; raises the first reason not.

    Every door to sealing passes here (AP-02, SE-14), before any PIN. The paper must be signed
    by the seal's unit (SE-03), and nobody and nothing strange be around (SE-07). ``checked`` is
    what the custodian ticked (SE-01), or None while it is not asked yet.
    """
    ready = check_all(ports, case)
    if checked is not None:
        check_ticks(ports, ready, checked)
    with ports.store.blob(ready.input) as document:
        check_unit(ports, ready, document)
    return ready


def check_ticks(ports: Ports, ready: Ready, checked: Sequence[str]) -> None:
    """``TICKS_MISSING`` (``tick``) where the pack asks for all of ``CHECKS`` (SE-01).

    A sealing that was begun has its ticks on record.
    """
    pack = ports.current_registry().policy
    unticked = [tick for tick in CHECKS if tick not in checked]
    if unticked and ready.intent is None and pack and pack[1].settings.ticks_before_sealing:
        raise Problem("TICKS_MISSING", tick=unticked[0])


def check_all(ports: Ports, case: Digest) -> Ready:
    """As :func:`check`, without opening the paper."""
    if ports.account.post is not Post.CUSTODIAN:
        raise Problem("POST_WRONG", post=ports.account.post)
    if not station_facts(ports.store.desk).registered:
        raise Problem("STATION_UNREGISTERED")
    facts = fold(case, ports.evidence.case_statements(case))
    if facts is None:
        raise Problem("CASE_UNKNOWN")
    now = ports.clock.now()
    status = judge(facts, ports.evidence.context(), now)
    _check_state(facts, status)
    _check_predecessor(ports, facts)
    step = facts.next_place
    assert step is not None
    document, place = step
    registry = ports.current_registry()
    record_id, record = registry.seal(place.seal)
    if place.seal in registry.barred:
        raise Problem("SEAL_TRANSITION", seal=record.name)
    if not record.valid_on(now.date().isoformat()):
        raise Problem("SEAL_NOT_VALID", seal=record.name)
    if sha256(ports.certificate) not in record.custodians:
        raise Problem("SEAL_NOT_CUSTODIAN", seal=record.name)
    if ports.station.id != record.station:
        raise Problem("SEAL_OTHER_STATION", seal=record.name)
    assert registry.policy is not None
    _check_use(ports, registry.policy[1], record_id, record, facts)
    _check_looked_after(ports, registry.policy[1], record_id)
    if not registry.policy[1].settings.approver_may_seal and ports.account.person in {
        approval.by for approval in status.approvals
    }:
        raise Problem("SEALER_APPROVED", person=ports.account.person)
    source = facts.current_form(document)
    if not ports.store.has_blob(source):
        raise Problem("DOCUMENT_MISSING")
    ports.require_steady_clock()
    around = _look_around(ports)
    intent = open_intent(ports, case, document, place.order)
    ready = Ready(facts, status, document, place, record_id, record, source, intent, around)
    _judge_ahead(ports, ready)
    return ready


def _judge_ahead(ports: Ports, ready: Ready) -> None:
    """Judge the statement as it would be, by its own newest pack, before anything is signed.

    Its output is not known yet and is no part of the judgement.
    """
    now = ports.clock.now()
    ports.evidence.check_certificate(ports.station.unit, ports.certificate, now)
    place = ready.place
    at = now.replace(microsecond=0)
    position = Position(place.page, place.x_um, place.y_um)
    intent = ready.intent or Intent(ready.document, place.order, ready.input, position, at, None, 0)
    if intent.output is None:
        intent = replace(intent, output=_UNKNOWN, output_size=1)
    statement = foresee(
        ports.author,
        ports.certificate,
        body_of(ready, intent),
        level=ready.facts.request.level,
        at=at,
        case=ready.facts.case,
        on=basis_of(ports, ready),
    )
    problem = judge_sealing(statement, ready.facts, ports.evidence.context())
    if problem is not None:
        raise problem


def _check_use(
    ports: Ports, pack: PolicyPack, record_id: Digest, record: SealRecord, facts: Facts
) -> None:
    """Nobody uses a seal they manage (X-23), or outside a right's term, or one on its way out."""
    registered = ports.evidence.statement(record_id)
    if registered is not None and registered.by == ports.account.person:
        raise Problem("SEAL_SELF_MANAGED", seal=record.name)
    gone = record.seal in retiring(ports.store.desk)
    if not usable(record.state_on(ports.clock.now().date().isoformat(), retiring=gone)):
        raise Problem("SEAL_RETIRING", seal=record.name)
    person = ports.account.person
    problem = judge_use(
        pack.settings.operator,
        use_rights(ports.store.desk),
        person,
        record.type,
        ports.clock.now().date().isoformat(),
        # Whether it is out, and to whom, every station asks of the sealing itself.
        lent=facts.asked.matter.special is Special.LOAN,
    )
    if problem is not None:
        raise problem


def _check_looked_after(ports: Ports, pack: PolicyPack, record_id: Digest) -> None:
    """LC-24: a seal whose periodic check is overdue is not used where the pack says so."""
    entry = ports.evidence.statement(record_id)
    assert entry is not None
    today = ports.clock.now().date()
    due = planned(ports.store.desk, pack, entry, today)
    problem = pack.judge_checked(due.record.name, due.until, today.isoformat())
    if problem is not None:
        raise problem


def _check_state(facts: Facts, status: Status) -> None:
    """AP-02: nothing but an approved case can be sealed; a confirmation may be asked (DC-12)."""
    match status.state:
        case CaseState.APPROVED | CaseState.DRAFTER_CHECKED | CaseState.CLERK_VERIFIED:
            if facts.frozen:
                raise Problem("CASE_FROZEN")
            if status.missing_checks:
                raise Problem("CHECKS_MISSING", post=status.missing_checks[0])
        case CaseState.IN_APPROVAL:
            refused = [o.problem for o in status.opinions if o.problem is not None]
            raise (
                refused[0]
                if refused
                else Problem("APPROVAL_MISSING", missing=status.missing_approvals)
            )
        case CaseState.EXPIRED:
            raise Problem("APPROVAL_EXPIRED", until=status.grant.until or "")
        case CaseState.CONFLICT | CaseState.UNAUTHORISED:
            raise status.problems[0]
        case CaseState.DENIED:
            raise Problem("CASE_DENIED")
        case CaseState.RETURNED:
            raise Problem("CASE_RETURNED")
        case CaseState.SEALED:
            raise Problem("CASE_ALREADY_SEALED")
        case (
            CaseState.DELETED
            | CaseState.VOIDED
            | CaseState.SUPERSEDED
            | CaseState.ON_PAPER
            | CaseState.SENT_BACK
            | CaseState.WITHDRAWN
        ):
            raise Problem(HALT_CODES[status.state])


def _look_around(ports: Ports) -> Surroundings:
    """What is around, if nothing of it speaks against sealing (SE-07)."""
    around = ports.surroundings()
    registered = station_facts(ports.store.desk).media
    anything = not registered and ports.store.demo
    problem = judge_surroundings(around, None if anything else registered)
    if problem is not None:
        raise problem
    return around


def check_unit(
    ports: Ports, ready: Ready, document: BinaryIO, session: Session | None = None
) -> None:
    """SE-03: a paper that another unit signs is not sealed, and nobody can override it."""
    units = ports.registry.unit_names
    problem = judge_unit(ports.papers, document, ready.place, ready.seal, units, session)
    if problem is not None:
        raise problem


def _check_predecessor(ports: Ports, facts: Facts) -> None:
    """FL-04: while the version it corrects is held here and not stopped, nothing is sealed."""
    old = facts.asked.replaces
    earlier = fold(old, ports.evidence.case_statements(old)) if old is not None else None
    if earlier is not None and halted(earlier, ports.evidence.context()) is None:
        raise Problem("PREDECESSOR_OPEN")


def check_position(ports: Ports, ready: Ready, position: Position) -> Problem | None:
    """Why the seal may not stand there, or None (SE-02): rule, tolerance, page."""
    with ports.store.blob(ready.input) as document, ports.papers.session() as session:
        return refuse_position(ports, ready, position, document, session)


def refuse_position(
    ports: Ports, ready: Ready, position: Position, document: BinaryIO, session: Session
) -> Problem | None:
    """As :func:`check_position`, with the paper open already."""
    place = ready.place
    if position.page != place.page:
        return Problem("PLACE_OTHER_PAGE", page=position.page, approved=place.page)
    moved = check_move(position.x_um - place.x_um, position.y_um - place.y_um, place.tolerance_um)
    if moved is not None:
        return moved
    sizes = ports.papers.page_sizes(document, session=session)
    if not 1 <= position.page <= len(sizes):
        return Problem("PLACE_NO_SUCH_PAGE", page=position.page, pages=len(sizes))
    return check_place(
        sizes[position.page - 1],
        position.x_um,
        position.y_um,
        ready.seal.width_um,
        ready.seal.height_um,
    )


def body_of(ready: Ready, intent: Intent) -> Sealing:
    """What a sealing says of an output that is in the vault."""
    assert intent.output is not None
    return Sealing(
        document=intent.document,
        order=intent.order,
        seal=ready.place.seal,
        page=intent.position.page,
        x_um=intent.position.x_um,
        y_um=intent.position.y_um,
        input=intent.input,
        output=intent.output,
        output_size=intent.output_size,
        sealed_at=intent.sealed_at.isoformat(),
    )


def basis_of(ports: Ports, ready: Ready) -> list[Digest]:
    """What a sealing relies on: all it knows of the case, and the registry (AP-13)."""
    return [
        ready.facts.case,
        *(decision.id for decision in ready.facts.decisions),
        *(sealing.id for sealing in ready.facts.sealings),
        *(flow.id for flow in ready.facts.flows),
        *ports.registry.basis(ports.account.person, [ready.place.seal]),
    ]


def open_intent(ports: Ports, case: Digest, document: Digest, order: int) -> Intent | None:
    """The unfinished sealing of one place, if there is one."""
    row = ports.store.desk.get("intents", place_key(case, document, order))
    if not isinstance(row, dict):
        return None
    output = row.get("output")
    return Intent(
        document=document,
        order=order,
        input=parse_digest(str(row["input"])),
        position=Position(_int(row["page"]), _int(row["x_um"]), _int(row["y_um"])),
        sealed_at=datetime.fromisoformat(str(row["sealed_at"])),
        output=None if output is None else parse_digest(str(output)),
        output_size=_int(row.get("output_size", 0)),
    )


def _int(value: object) -> int:
    assert isinstance(value, int)
    return value
