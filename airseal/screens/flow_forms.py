"""What is filled in for each act on a case beside deciding and sealing, and what it becomes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from airseal.duties.flowing import Build, confirmation, deletion_refusal, resolution, tombstone
from airseal.model.facts import contentions
from airseal.model.flow import (
    Acknowledgement,
    Attendance,
    BlankAccount,
    DeletionRequest,
    Fallback,
    Handout,
    Reconciliation,
    Review,
    SendBack,
    SendBackReason,
    TakeBack,
    Transfer,
    UseConfirmation,
    VoidConsent,
    Voiding,
    Withdrawal,
)
from airseal.model.machine import Act
from airseal.model.people import Post, Role
from airseal.model.recall import MAX_COPIES, BlankCount, CopyCount
from airseal.model.registry import Appointment
from airseal.screens.case_flows import act_words
from airseal.screens.widgets.choice_field import Choice, ChoiceField
from airseal.screens.widgets.entry_fields import NumberField, TextField
from airseal.screens.widgets.field import Field
from airseal.screens.widgets.form import Form
from airseal.station import Station
from airseal.station.queries import CaseView
from airseal.text import Phrase, mark, moment, phrase, role_name
from airseal.words.cases import SEND_BACK_REASONS


@dataclass(frozen=True, slots=True)
class FlowForm:
    """``question`` is what is about to be done; ``fields`` are filled in, ``build`` reads them.

    ``advice`` says what it means for the case.
    """

    question: str
    advice: str
    fields: Callable[[Station, CaseView], list[Field]]
    build: Callable[[Form], Build]


def _text(key: str, label: Phrase, value: str = "", *, required: bool = True) -> TextField:
    return TextField(key, label, value, required=required)


def _said(form: Form, key: str) -> str:
    return form.field(key, TextField).value


def _chosen(form: Form, key: str) -> str:
    return form.field(key, ChoiceField).value or ""


def _number(key: str, label: Phrase, value: int | None = 0) -> NumberField:
    return NumberField(key, label, value, 0, MAX_COPIES)


def _count(form: Form, key: str) -> int:
    return form.field(key, NumberField).number or 0


def _reason(_station: Station, _view: CaseView) -> list[Field]:
    return [_text("reason", phrase("Reason"))]


def _check_fields(_station: Station, _view: CaseView) -> list[Field]:
    return [_text("note", phrase("Remark"), required=False)]


def _slip_fields(_station: Station, _view: CaseView) -> list[Field]:
    kinds = [Choice(kind, Phrase(SEND_BACK_REASONS[kind])) for kind in SendBackReason]
    return [ChoiceField("category", phrase("Category"), kinds), _text("reason", phrase("Reason"))]


def _void_fields(_station: Station, _view: CaseView) -> list[Field]:
    return [
        _text("reason", phrase("Reason")),
        _number("printed", phrase("Copies printed")),
        _number("recalled", phrase("Copies recalled")),
        _number("lost", phrase("Copies lost")),
        _text("explanation", phrase("Why lost"), required=False),
    ]


def _paper_fields(_station: Station, _view: CaseView) -> list[Field]:
    return [
        _text("incident", phrase("Incident number")),
        _text("symptom", phrase("What failed")),
        _text("told", phrase("Who was told")),
        _text("reason", phrase("Why it cannot wait")),
    ]


def _reconcile_fields(_station: Station, view: CaseView) -> list[Field]:
    return [
        _text("cause", phrase("Cause")),
        _text("repair", phrase("Repair")),
        _number("copies", phrase("Copies sealed on paper"), view.status.grant.copies),
    ]


def _resolve_fields(station: Station, view: CaseView) -> list[Field]:
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


def _review_fields(_station: Station, _view: CaseView) -> list[Field]:
    answers = [
        Choice("proper", phrase("the emergency was real")),
        Choice("improper", phrase("it was no emergency")),
    ]
    return [ChoiceField("finding", phrase("Finding"), answers), _text("reason", phrase("Reason"))]


def _blank_fields(_station: Station, view: CaseView) -> list[Field]:
    return [
        _number("issued", phrase("Forms issued"), view.status.grant.copies),
        _number("used", phrase("Forms used"), None),
        _number("voided", phrase("Forms spoilt")),
        _number("returned", phrase("Forms returned")),
    ]


def _use_fields(_station: Station, view: CaseView) -> list[Field]:
    roles = [Choice(role, role_name(role)) for role in view.status.unconfirmed]
    return [
        ChoiceField("role", phrase("Role"), roles),
        _text("note", phrase("Remark"), required=False),
    ]


def _check(form: Form) -> Build:
    return confirmation(_said(form, "note"))


def _withdraw(form: Form) -> Build:
    reason = _said(form, "reason")
    return lambda _: Withdrawal(reason)


def _send_back(form: Form) -> Build:
    category, reason = SendBackReason(_chosen(form, "category")), _said(form, "reason")
    return lambda _: SendBack(category, reason)


def _void(form: Form) -> Build:
    reason, explanation = _said(form, "reason"), _said(form, "explanation")
    printed, recalled, lost = (_count(form, key) for key in ("printed", "recalled", "lost"))
    return lambda _: Voiding(reason, CopyCount(printed, recalled, lost, explanation), None)


def _paper(form: Form) -> Build:
    told = [_said(form, key) for key in ("incident", "symptom", "told", "reason")]
    return lambda _: Fallback(*told)


def _reconcile(form: Form) -> Build:
    cause, repair, copies = _said(form, "cause"), _said(form, "repair"), _count(form, "copies")
    return lambda _: Reconciliation(cause, repair, copies)


def _resolve(form: Form) -> Build:
    return resolution(_chosen(form, "stands"), _said(form, "reason"))


def _review(form: Form) -> Build:
    proper, reason = _chosen(form, "finding") == "proper", _said(form, "reason")
    return lambda _: Review(proper, reason)


def _blanks(form: Form) -> Build:
    counts = [_count(form, key) for key in ("issued", "used", "voided", "returned")]
    return lambda _: BlankAccount(BlankCount(*counts), "")


def _confirm_use(form: Form) -> Build:
    role, note = Role(_chosen(form, "role")), _said(form, "note")
    return lambda _: UseConfirmation(role, note)


def _ask_deletion(form: Form) -> Build:
    reason = _said(form, "reason")
    return lambda _: DeletionRequest(reason)


def _refuse_deletion(form: Form) -> Build:
    return deletion_refusal(_said(form, "reason"))


def _delete(form: Form) -> Build:
    return tombstone(_said(form, "reason"))


def _people(station: Station) -> list[tuple[str, Appointment]]:
    """The roster of the unit."""
    registry = station.registry
    return [(person, row) for person, (_, row) in registry.people.items()] if registry else []


def _transfer_fields(station: Station, view: CaseView) -> list[Field]:
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


def _hand_out_fields(station: Station, view: CaseView) -> list[Field]:
    del view
    people = [
        Choice(person, row.name)
        for person, row in _people(station)
        if Post.CUSTODIAN in row.posts and row.active
    ]
    return [
        ChoiceField("to", phrase("Lend to"), people),
        _text("note", phrase("Remark"), required=False),
    ]


def _take_back_fields(_station: Station, _view: CaseView) -> list[Field]:
    answers = [
        Choice("intact", phrase("counted and intact")),
        Choice("damaged", phrase("damaged or incomplete")),
    ]
    return [
        ChoiceField("finding", phrase("Finding"), answers),
        _text("note", phrase("Remark"), required=False),
    ]


def _acknowledge(form: Form) -> Build:
    note = _said(form, "note")
    return lambda _: Acknowledgement(note)


def _consent_void(form: Form) -> Build:
    reason = _said(form, "reason")
    return lambda _: VoidConsent(reason)


def _transfer(form: Form) -> Build:
    to, role, reason = _chosen(form, "to"), Role(_chosen(form, "role")), _said(form, "reason")
    return lambda _: Transfer(to, role, reason)


def _attend(form: Form) -> Build:
    note = _said(form, "note")
    return lambda _: Attendance(note)


def _hand_out(form: Form) -> Build:
    to, note = _chosen(form, "to"), _said(form, "note")
    return lambda _: Handout(to, note)


def _take_back(form: Form) -> Build:
    intact, note = _chosen(form, "finding") == "intact", _said(form, "note")
    return lambda _: TakeBack(intact, note)


FORMS: Final[Mapping[Act, FlowForm]] = {
    Act.CHECK: FlowForm(
        mark("Confirm the final file"),
        mark("You say that you compared the document on the screen with the final version."),
        _check_fields,
        _check,
    ),
    Act.WITHDRAW: FlowForm(
        mark("Withdraw the request"),
        mark("The case ends; a new request is needed to go on."),
        _reason,
        _withdraw,
    ),
    Act.SEND_BACK: FlowForm(
        mark("Send back unsealed or unprinted"),
        mark("The case goes back to the drafter and goes on only as a corrected version."),
        _slip_fields,
        _send_back,
    ),
    Act.VOID: FlowForm(
        mark("Void the document"),
        mark("This is for good. Recalled and lost copies together must be all that were printed."),
        _void_fields,
        _void,
    ),
    Act.FALL_BACK: FlowForm(
        mark("Go over to paper"),
        mark("The case can never be sealed electronically any more."),
        _paper_fields,
        _paper,
    ),
    Act.RECONCILE: FlowForm(
        mark("Close the matter on paper"),
        mark("What was wrong, what was done, and how many copies were sealed on paper."),
        _reconcile_fields,
        _reconcile,
    ),
    Act.RESOLVE: FlowForm(
        mark("Resolve the conflict"),
        mark("Choose with the arrows which statement stands; the others fall."),
        _resolve_fields,
        _resolve,
    ),
    Act.REVIEW: FlowForm(
        mark("Review the emergency use"),
        mark("Whether the emergency was real; whoever took part in the case may not review it."),
        _review_fields,
        _review,
    ),
    Act.ACCOUNT_BLANKS: FlowForm(
        mark("Account for the blank forms"),
        mark("Used, spoilt and returned forms together must be all that were issued."),
        _blank_fields,
        _blanks,
    ),
    Act.CONFIRM_USE: FlowForm(
        mark("Confirm the use"),
        mark("You approved this important paper in person and have now seen its use."),
        _use_fields,
        _confirm_use,
    ),
    Act.TRANSFER: FlowForm(
        mark("Pass the decision on"),
        mark("The other officer decides; your own approval in this role counts no more."),
        _transfer_fields,
        _transfer,
    ),
    Act.CONSENT_VOID: FlowForm(
        mark("Agree to the voiding"),
        mark("The seal department may void the document then; nothing is void before."),
        _reason,
        _consent_void,
    ),
    Act.ACKNOWLEDGE: FlowForm(
        mark("Acknowledge the ban"),
        mark("You say that this station knows it; what became of copies here goes in the remark."),
        _check_fields,
        _acknowledge,
    ),
    Act.ATTEND: FlowForm(
        mark("Attend the off-site use"),
        mark("You are at the sealing station now, and stay until the seal is applied."),
        _check_fields,
        _attend,
    ),
    Act.HAND_OUT: FlowForm(
        mark("Hand out the seal"),
        mark("Only the borrower seals then, inside the approved hours."),
        _hand_out_fields,
        _hand_out,
    ),
    Act.TAKE_BACK: FlowForm(
        mark("Take back the seal"),
        mark("Count it and look at it before you say that it is intact."),
        _take_back_fields,
        _take_back,
    ),
    Act.ASK_DELETION: FlowForm(
        mark("Ask for deletion"),
        mark("The leader in charge must agree; until then nothing changes."),
        _reason,
        _ask_deletion,
    ),
    Act.REFUSE_DELETION: FlowForm(
        mark("Refuse the deletion"),
        mark("The papers stay; whoever asked reads your reason, and may ask again later."),
        _reason,
        _refuse_deletion,
    ),
    Act.DELETE: FlowForm(
        mark("Delete the papers"),
        mark(
            "This is for good: every form of the papers is destroyed at each station of the unit"
            " that learns of it. Title, digests, reason and your name stay."
        ),
        _reason,
        _delete,
    ),
}
"""One form an act; a corrected version is asked for on the screen of a request."""
