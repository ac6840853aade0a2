"""What happened to a case beside decisions and sealings, as rows for a person to read."""

from collections.abc import Iterator
from datetime import date
from typing import assert_never

from airseal.duties.flowing import paper_rows
from airseal.duties.timestamping import StampedAct
from airseal.errors import explain
from airseal.errors.flows import act_name
from airseal.model.bans import track
from airseal.model.case import Opinion
from airseal.model.digest import to_hex
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
from airseal.model.flowacts import act_of
from airseal.model.machine import Act
from airseal.model.moment import parse_moment
from airseal.model.request import Decision, Sealing
from airseal.model.statement import Statement
from airseal.screens.widgets.fact_table import Fact
from airseal.station import Station
from airseal.station.queries import CaseView
from airseal.text import (
    Phrase,
    Shown,
    day,
    enumerated,
    moment,
    phrase,
    plural,
    post_name,
    role_name,
    when,
)
from airseal.words.cases import (
    EMERGENCY_FINDINGS,
    FINDINGS,
    OUTCOMES,
    RETENTION_GROUNDS,
    RETURNED_SEAL,
    SEND_BACK_REASONS,
)


def act_words(statement: Statement) -> Phrase:
    """What a statement of a case is called; a decision by its outcome."""
    match statement.body:
        case Decision(outcome=outcome):
            return Phrase(OUTCOMES[outcome])
        case Sealing():
            return act_name(Act.SEAL)
        case body if isinstance(body, FlowBody):
            return act_name(act_of(body))
        case _:
            return act_name(Act.REQUEST)


def flow_facts(station: Station, view: CaseView) -> Iterator[Fact]:
    """Everything beside the straight way: emergency, corrections, stops, confirmations."""
    asked, status = view.facts.asked, view.status
    if asked.emergency is not None:
        yield Fact(phrase("Emergency"), asked.emergency, strong=True)
    if status.review_due:
        yield Fact(phrase("Still missing"), phrase("the later review of the emergency use"))
    if asked.replaces is not None:
        yield Fact(phrase("Corrects the case"), to_hex(asked.replaces)[:12])
    for code in asked.confirmed:
        if code in FINDINGS:
            yield Fact(phrase("Drafter let stand"), Phrase(FINDINGS[code]), strong=True)
    for row in paper_rows(view.facts.case, view.facts, status):
        words = phrase(
            "{title}: pages {pages}, copies {copies}, not delivered yet {left}",
            title=row.attachment.title,
            pages=row.attachment.pages,
            copies=row.attachment.copies,
            left=row.left,
        )
        yield Fact(phrase("On paper beside it"), words, strong=True)
    if asked.blanks is not None:
        forms = phrase(
            "{template}, numbers from {first}, held by {holder}",
            template=asked.blanks.template,
            first=asked.blanks.first,
            holder=station.person_name(asked.blanks.holder),
        )
        yield Fact(phrase("Blank forms"), forms, strong=True)
        yield Fact(phrase("Attention"), phrase("What is filled in is not protected by the seal."))
    if status.grant.copies != asked.grant.copies:
        yield Fact(phrase("Copies approved"), str(status.grant.copies), strong=True)
    if status.grant.recipients != asked.grant.recipients:
        names = enumerated(station.unit_name(one.unit) for one in status.grant.recipients)
        yield Fact(phrase("Recipients approved"), names, strong=True)
    if status.grant.until != asked.grant.until:
        yield Fact(phrase("Approved until"), status.grant.until or "", strong=True)
    for opinion in status.flows:
        yield Fact(act_words(opinion.statement), _flow(station, opinion), strong=True)
    yield from retention_facts(view)
    told = track(view.facts)
    for holder in told.missing if told else ():
        name = station.unit_name(holder.unit) if not holder.station else holder.station
        yield Fact(phrase("Ban not acknowledged yet"), name, strong=True)
    if asked.window is not None:
        hours = phrase(
            "{start} to {end}",
            start=moment(parse_moment(asked.window.start)),
            end=moment(parse_moment(asked.window.end)),
        )
        yield Fact(phrase("Approved hours"), hours, strong=True)
    for post in status.missing_checks:
        yield Fact(phrase("Still missing"), phrase("confirmation: {post}", post=post_name(post)))


def stamp_facts(station: Station, view: CaseView) -> Iterator[Fact]:
    """The time stamps that were asked for or are attached (E-04)."""
    for act in station.stamps.of_case(view.facts.case):
        if act.asked_at is not None or act.stamped_at is not None:
            words = phrase("{act}: {stamp}", act=act_words(act.statement), stamp=stamp_words(act))
            yield Fact(phrase("Time stamp"), words)


def stamp_words(act: StampedAct) -> Phrase:
    """How far the time stamp of an act has come."""
    if act.problem is not None:
        return explain(act.problem).sentence
    if act.stamped_at is not None:
        return phrase("+ stamped at {at}", at=when(act.stamped_at))
    if act.asked_at is not None:
        return phrase("asked for at {at}", at=when(act.asked_at))
    return phrase("none")


def retention_facts(view: CaseView) -> Iterator[Fact]:
    """How long the record is kept, and why (RE-09, C-22)."""
    kept = view.retention
    for ground, years in kept.grounds:
        why = Phrase(RETENTION_GROUNDS[ground])
        words = (
            phrase("{why}: for ever", why=why)
            if years is None
            else plural("{why}: {n} year", "{why}: {n} years", years, why=why)
        )
        yield Fact(phrase("Kept by"), words)
    if kept.last_day is not None and not kept.forever:
        yield Fact(phrase("Kept at least until"), day(date.fromisoformat(kept.last_day)))


def _flow(station: Station, opinion: Opinion) -> Phrase:
    statement = opinion.statement
    assert isinstance(statement.body, FlowBody)
    words = phrase(
        "{name}, {at} (local time)",
        name=station.person_name(statement.by),
        at=moment(statement.time),
    )
    said = _said(station, statement.body)
    if said:
        words = phrase("{decision}. {reason}", decision=words, reason=said)
    if opinion.problem is not None:
        why = explain(opinion.problem).sentence
        words = phrase("{decision} DOES NOT COUNT: {why}", decision=words, why=why)
    return words


def _said(station: Station, body: FlowBody) -> Shown:
    """What a person said with it, in short."""
    match body:
        case Confirmation(note=text) | Acknowledgement(note=text) | Attendance(note=text):
            return text
        case UseConfirmation(role=role, note=text):
            return _with(role_name(role), text)
        case TakeBack(intact=intact, note=text):
            return _with(Phrase(RETURNED_SEAL[intact]), text)
        case BlankAccount(forms=forms, note=text):
            counts = phrase(
                "issued {issued}, used {used}, spoilt {voided}, returned {returned}",
                issued=forms.issued,
                used=forms.used,
                voided=forms.voided,
                returned=forms.returned,
            )
            return _with(counts, text)
        case Review(proper=proper, reason=text):
            return _with(Phrase(EMERGENCY_FINDINGS[proper]), text)
        case VoidConsent(reason=text) | DeletionRefusal(reason=text):
            return text
        case Transfer(to=person, role=role, reason=text):
            return phrase(
                "to {person} as {role}: {text}", person=person, role=role_name(role), text=text
            )
        case PaperDelivery(title=title, copies=copies, receiver=taker, day=handed, note=text):
            return phrase(
                "{title}, copies {copies}, to {taker} on {day}. {text}",
                title=title,
                copies=copies,
                taker=phrase("{unit} ({name})", unit=station.unit_name(body.unit), name=taker),
                day=day(date.fromisoformat(handed)),
                text=text,
            )
        case Handout(borrower=person, note=text):
            return phrase("to {person}: {text}", person=person, text=text)
        case Withdrawal(reason=text) | DeletionRequest(reason=text):
            return text
        case Tombstone(documents=documents, reason=text):
            return phrase(
                "{text}; destroyed: {digests}",
                text=text,
                digests=enumerated(to_hex(one)[:12] for one in documents),
            )
        case SendBack(category=category, reason=text):
            return phrase("{kind}: {text}", kind=Phrase(SEND_BACK_REASONS[category]), text=text)
        case Ban(successor=successor):
            return phrase("corrected version: {case}", case=to_hex(successor)[:12])
        case Voiding(reason=text, copies=copies):
            return phrase(
                "{text}; printed {printed}, recalled {recalled}, lost {lost}",
                text=text,
                printed=copies.printed,
                recalled=copies.recalled,
                lost=copies.lost,
            )
        case Resolution(stands=stands, reason=text):
            return phrase("{case} stands: {text}", case=to_hex(stands)[:12], text=text)
        case Fallback(incident=number, symptom=what, told=told, reason=text):
            return phrase(
                "{kind}: {symptom}; told: {told}; why on paper: {text}",
                kind=number,
                symptom=what,
                told=told,
                text=text,
            )
        case Reconciliation(cause=cause, repair=text, copies=count):
            return phrase(
                "{cause}; {text}; sealed on paper: {count}", cause=cause, text=text, count=count
            )
        case _:
            assert_never(body)


def _with(words: Phrase, text: str) -> Phrase:
    """What was chosen, with the remark if there is one."""
    return phrase("{kind}: {text}", kind=words, text=text) if text else words
