"""What is asked for each act on a case beside deciding and sealing, as fields of a form."""

from airseal.duties.flowing import paper_rows
from airseal.model.facts import contentions
from airseal.model.flow import SendBackReason
from airseal.model.people import Post, Role
from airseal.model.recall import MAX_COPIES
from airseal.model.registry import Appointment
from airseal.screens.case_flows import act_words
from airseal.screens.widgets.choice_field import Choice, ChoiceField
from airseal.screens.widgets.entry_fields import NumberField, TextField
from airseal.screens.widgets.field import Field
from airseal.station import Station
from airseal.station.queries import CaseView
from airseal.text import Phrase, moment, phrase, role_name
from airseal.words.cases import EMERGENCY_FINDINGS, RETURNED_SEAL, SEND_BACK_REASONS


def _text(key: str, label: Phrase, value: str = "", *, required: bool = True) -> TextField:
    return TextField(key, label, value, required=required)


def _number(key: str, label: Phrase, value: int | None = 0) -> NumberField:
    return NumberField(key, label, value, 0, MAX_COPIES)


def reason(_station: Station, _view: CaseView) -> list[Field]:
    """Why."""
    return [_text("reason", phrase("Reason"))]


def check(_station: Station, _view: CaseView) -> list[Field]:
    """A remark."""
    return [_text("note", phrase("Remark"), required=False)]


def slip(_station: Station, _view: CaseView) -> list[Field]:
    """Category and reason (FL-01)."""
    kinds = [Choice(kind, Phrase(SEND_BACK_REASONS[kind])) for kind in SendBackReason]
    return [ChoiceField("category", phrase("Category"), kinds), _text("reason", phrase("Reason"))]


def void(_station: Station, _view: CaseView) -> list[Field]:
    """Reason, and what became of the copies (FL-05)."""
    return [
        _text("reason", phrase("Reason")),
        _number("printed", phrase("Copies printed")),
        _number("recalled", phrase("Copies recalled")),
        _number("lost", phrase("Copies lost")),
        _text("explanation", phrase("Why lost"), required=False),
    ]


def paper(_station: Station, _view: CaseView) -> list[Field]:
    """The incident (BK-06)."""
    return [
        _text("incident", phrase("Incident number")),
        _text("symptom", phrase("What failed")),
        _text("told", phrase("Who was told")),
        _text("reason", phrase("Why it cannot wait")),
    ]


def reconcile(_station: Station, view: CaseView) -> list[Field]:
    """What was repaired, and the copies on paper (BK-07)."""
    return [
        _text("cause", phrase("Cause")),
        _text("repair", phrase("Repair")),
        _number("copies", phrase("Copies sealed on paper"), view.status.grant.copies),
    ]


def resolve(station: Station, view: CaseView) -> list[Field]:
    """Which of the contradicting statements stands, and why."""
    choices = [
        Choice(
            statement.id,
            phrase(
                "{name}: {act}, {at}",
                name=station.person_name(statement.by),
                act=act_words(statement),
                at=moment(statement.time),
            ),
        )
        for group in contentions(view.facts)
        for statement in group
    ]
    return [
        ChoiceField("stands", phrase("What stands"), choices),
        _text("reason", phrase("Reason")),
    ]


def review(_station: Station, _view: CaseView) -> list[Field]:
    """Whether the emergency was one (SE-14)."""
    answers = [
        Choice("proper", Phrase(EMERGENCY_FINDINGS[True])),
        Choice("improper", Phrase(EMERGENCY_FINDINGS[False])),
    ]
    return [ChoiceField("finding", phrase("Finding"), answers), _text("reason", phrase("Reason"))]


def blank(_station: Station, view: CaseView) -> list[Field]:
    """What became of the numbered forms (DC-05)."""
    return [
        _number("issued", phrase("Forms issued"), view.status.grant.copies),
        _number("used", phrase("Forms used"), None),
        _number("voided", phrase("Forms spoilt")),
        _number("returned", phrase("Forms returned")),
    ]


def use(_station: Station, view: CaseView) -> list[Field]:
    """The role that confirms, and a remark (AP-07)."""
    roles = [Choice(role, role_name(role)) for role in view.status.unconfirmed]
    return [
        ChoiceField("role", phrase("Role"), roles),
        _text("note", phrase("Remark"), required=False),
    ]


def _people(station: Station) -> list[tuple[str, Appointment]]:
    """The roster of the unit."""
    registry = station.registry
    return [(person, row) for person, (_, row) in registry.people.items()] if registry else []


def transfer(station: Station, view: CaseView) -> list[Field]:
    """Who takes the decision, as what, and why (AP-03)."""
    asked = [rung.role for rung in view.status.ladder.open] or [Role.OFFICER]
    me = {station.account.person, view.facts.request.by}
    people = [
        Choice(person, row.name)
        for person, row in _people(station)
        if person not in me and any(row.approves_as(role) for role in asked)
    ]
    return [
        ChoiceField("to", phrase("Pass on to"), people),
        ChoiceField("role", phrase("Role"), [Choice(role, role_name(role)) for role in asked]),
        _text("reason", phrase("Reason")),
    ]


def hand_out(station: Station, view: CaseView) -> list[Field]:
    """Who borrows the seal (RE-08): those to whose certificate it is tied (X-08)."""
    wanted = {place.seal for one in view.facts.asked.grant.documents for place in one.seals}
    held = station.registry.seals if station.registry else {}
    keepers = [set(held[seal][1].custodians) for seal in wanted if seal in held]
    people = [
        Choice(person, row.name)
        for person, row in _people(station)
        if Post.CUSTODIAN in row.posts
        and row.active
        and all(row.fingerprint in some for some in keepers)
    ]
    return [
        ChoiceField("to", phrase("Lend to"), people),
        _text("note", phrase("Remark"), required=False),
    ]


def deliver_paper(station: Station, view: CaseView) -> list[Field]:
    """What was handed to whom, and when (DC-15)."""
    rows = paper_rows(view.facts.case, view.facts, view.status)
    open_rows = [row for row in rows if row.left > 0] or list(rows)
    attachments = [Choice(row.attachment.title, row.attachment.title) for row in open_rows]
    units = [Choice(one.unit, station.unit_name(one.unit)) for one in view.status.grant.recipients]
    return [
        ChoiceField("attachment", phrase("Attachment"), attachments),
        ChoiceField("to", phrase("Handed to"), units),
        NumberField("copies", phrase("Copies"), 1, 1, MAX_COPIES),
        _text("receiver", phrase("Taken by")),
        _text("day", phrase("Day"), station.now().date().isoformat()),
        _text("note", phrase("Remark"), required=False),
    ]


def take_back(_station: Station, _view: CaseView) -> list[Field]:
    """How the seal came back (LC-23)."""
    answers = [
        Choice("intact", Phrase(RETURNED_SEAL[True])),
        Choice("damaged", Phrase(RETURNED_SEAL[False])),
    ]
    return [
        ChoiceField("finding", phrase("Finding"), answers),
        _text("note", phrase("Remark"), required=False),
    ]
