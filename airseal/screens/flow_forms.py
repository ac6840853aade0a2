"""What is filled in for each act on a case beside deciding and sealing, and what it becomes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from airseal.duties.flowing import Build, confirmation, deletion_refusal, resolution, tombstone
from airseal.model.flow import (
    Acknowledgement,
    Attendance,
    BlankAccount,
    DeletionRequest,
    Fallback,
    Handout,
    PaperDelivery,
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
from airseal.model.people import Role
from airseal.model.recall import BlankCount, CopyCount
from airseal.screens import flow_fields
from airseal.screens.widgets.choice_field import ChoiceField
from airseal.screens.widgets.entry_fields import NumberField, TextField
from airseal.screens.widgets.field import Field
from airseal.screens.widgets.form import Form
from airseal.station import Station
from airseal.station.queries import CaseView
from airseal.text import mark


@dataclass(frozen=True, slots=True)
class FlowForm:
    """``question`` is what is about to be done; ``fields`` are filled in, ``build`` reads them.

    ``advice`` says what it means for the case.
    """

    question: str
    advice: str
    fields: Callable[[Station, CaseView], list[Field]]
    build: Callable[[Form], Build]


def _said(form: Form, key: str) -> str:
    return form.field(key, TextField).value


def _chosen(form: Form, key: str) -> str:
    return form.field(key, ChoiceField).value or ""


def _count(form: Form, key: str) -> int:
    return form.field(key, NumberField).number or 0


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


def _deliver_paper(form: Form) -> Build:
    title, unit, copies = _chosen(form, "attachment"), _chosen(form, "to"), _count(form, "copies")
    receiver, day, note = (_said(form, key) for key in ("receiver", "day", "note"))
    return lambda _: PaperDelivery(title, unit, copies, receiver, day, note)


FORMS: Final[Mapping[Act, FlowForm]] = {
    Act.CHECK: FlowForm(
        mark("Confirm the final file"),
        mark("You say that you compared the document on the screen with the final version."),
        flow_fields.check,
        _check,
    ),
    Act.WITHDRAW: FlowForm(
        mark("Withdraw the request"),
        mark("The case ends; a new request is needed to go on."),
        flow_fields.reason,
        _withdraw,
    ),
    Act.SEND_BACK: FlowForm(
        mark("Send back unsealed or unprinted"),
        mark("The case goes back to the drafter and goes on only as a corrected version."),
        flow_fields.slip,
        _send_back,
    ),
    Act.VOID: FlowForm(
        mark("Void the document"),
        mark("This is for good. Recalled and lost copies together must be all that were printed."),
        flow_fields.void,
        _void,
    ),
    Act.FALL_BACK: FlowForm(
        mark("Go over to paper"),
        mark("The case can never be sealed electronically any more."),
        flow_fields.paper,
        _paper,
    ),
    Act.RECONCILE: FlowForm(
        mark("Close the matter on paper"),
        mark("What was wrong, what was done, and how many copies were sealed on paper."),
        flow_fields.reconcile,
        _reconcile,
    ),
    Act.RESOLVE: FlowForm(
        mark("Resolve the conflict"),
        mark("Choose with the arrows which statement stands; the others fall."),
        flow_fields.resolve,
        _resolve,
    ),
    Act.REVIEW: FlowForm(
        mark("Review the emergency use"),
        mark("Whether the emergency was real; whoever took part in the case may not review it."),
        flow_fields.review,
        _review,
    ),
    Act.ACCOUNT_BLANKS: FlowForm(
        mark("Account for the blank forms"),
        mark("Used, spoilt and returned forms together must be all that were issued."),
        flow_fields.blank,
        _blanks,
    ),
    Act.CONFIRM_USE: FlowForm(
        mark("Confirm the use"),
        mark("You approved this important paper in person and have now seen its use."),
        flow_fields.use,
        _confirm_use,
    ),
    Act.TRANSFER: FlowForm(
        mark("Pass the decision on"),
        mark("The other officer decides; your own approval in this role counts no more."),
        flow_fields.transfer,
        _transfer,
    ),
    Act.CONSENT_VOID: FlowForm(
        mark("Agree to the voiding"),
        mark("The seal department may void the document then; nothing is void before."),
        flow_fields.reason,
        _consent_void,
    ),
    Act.ACKNOWLEDGE: FlowForm(
        mark("Acknowledge the ban"),
        mark("You say that this station knows it; what became of copies here goes in the remark."),
        flow_fields.check,
        _acknowledge,
    ),
    Act.ATTEND: FlowForm(
        mark("Attend the off-site use"),
        mark("You are at the sealing station now, and stay until the seal is applied."),
        flow_fields.check,
        _attend,
    ),
    Act.HAND_OUT: FlowForm(
        mark("Hand out the seal"),
        mark("Only the borrower seals then, inside the approved hours."),
        flow_fields.hand_out,
        _hand_out,
    ),
    Act.TAKE_BACK: FlowForm(
        mark("Take back the seal"),
        mark("Count it and look at it before you say that it is intact."),
        flow_fields.take_back,
        _take_back,
    ),
    Act.DELIVER_PAPER: FlowForm(
        mark("Record a paper delivery"),
        mark("One record for each attachment and recipient, once the copies were handed over."),
        flow_fields.deliver_paper,
        _deliver_paper,
    ),
    Act.ASK_DELETION: FlowForm(
        mark("Ask for deletion"),
        mark("The leader in charge must agree; until then nothing changes."),
        flow_fields.reason,
        _ask_deletion,
    ),
    Act.REFUSE_DELETION: FlowForm(
        mark("Refuse the deletion"),
        mark("The papers stay; whoever asked reads your reason, and may ask again later."),
        flow_fields.reason,
        _refuse_deletion,
    ),
    Act.DELETE: FlowForm(
        mark("Delete the papers"),
        mark(
            "This is for good: every form of the papers is destroyed at each station of the unit"
            " that learns of it. Title, digests, reason and your name stay."
        ),
        flow_fields.reason,
        _delete,
    ),
}
"""One form an act; a corrected version is asked for on the screen of a request."""
