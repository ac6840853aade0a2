"""What can happen to a case beside request, decision and sealing: the bodies of its flows.

Each is one signed statement of the case it is about (DESIGN §1). Who may say it, and from
which state, is the table of ``airseal.model.machine``.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from airseal.model.digest import Digest
from airseal.model.people import Role, is_person
from airseal.model.recall import MAX_COPIES, BlankCount, CopyCount
from airseal.model.request import MAX_TEXT


@dataclass(frozen=True, slots=True)
class Confirmation:
    """The drafter compared, or the clerk verified, the final files (DC-12).

    ``documents`` are the digests that were compared: exactly those of the request.
    """

    documents: tuple[Digest, ...]
    note: str

    def __post_init__(self) -> None:
        if not self.documents:
            raise ValueError("a confirmation names what was compared")
        _check_text(self.note)


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """The drafter takes the request back before anything is sealed."""

    reason: str

    def __post_init__(self) -> None:
        _check_reason(self.reason)


class SendBackReason(StrEnum):
    """内容出错, 排版不正确, 其他 (FL-01)."""

    CONTENT = "content"
    LAYOUT = "layout"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class SendBack:
    """退签: the sealer or the printer gives the case back instead of going on (FL-01)."""

    category: SendBackReason
    reason: str

    def __post_init__(self) -> None:
        _check_reason(self.reason)


@dataclass(frozen=True, slots=True)
class Ban:
    """A corrected version takes this one's place: nobody seals or prints it (FL-04, E-01).

    ``successor`` is the case of the corrected version.
    """

    successor: Digest


@dataclass(frozen=True, slots=True)
class Voiding:
    """作废 by the seal department (FL-08); ``copies`` must be closed (FL-05).

    ``successor`` is the case that replaces it, if there is one.
    """

    reason: str
    copies: CopyCount
    successor: Digest | None

    def __post_init__(self) -> None:
        _check_reason(self.reason)
        if self.copies.outstanding:
            raise ValueError("copies are still out")


@dataclass(frozen=True, slots=True)
class Resolution:
    """The seal department settles a conflict: ``stands`` counts, ``falls`` do not.

    All named statements must be of one conflict (DESIGN §4 Fold rules).
    """

    stands: Digest
    falls: tuple[Digest, ...]
    reason: str

    def __post_init__(self) -> None:
        _check_reason(self.reason)
        if not self.falls or list(self.falls) != sorted({*self.falls} - {self.stands}):
            raise ValueError("what falls is sorted, distinct, and not what stands")


@dataclass(frozen=True, slots=True)
class Fallback:
    """转纸质 after an incident (BK-06, BK-07): the paper form of one case.

    ``incident`` is its number, ``told`` who was notified. Title, recipients and copies are
    those of the request.
    """

    incident: str
    symptom: str
    told: str
    reason: str

    def __post_init__(self) -> None:
        for text in (self.incident, self.symptom, self.told, self.reason):
            _check_reason(text)


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """The end of a fallback (BK-06, BK-07): what was wrong, and what became of the paper.

    ``copies`` were sealed on paper; 0 when the matter was dropped.
    """

    cause: str
    repair: str
    copies: int

    def __post_init__(self) -> None:
        _check_reason(self.cause)
        _check_reason(self.repair)
        if self.copies < 0:
            raise ValueError("copies below zero")


@dataclass(frozen=True, slots=True)
class Review:
    """The later review of an emergency use (SE-14)."""

    proper: bool
    reason: str

    def __post_init__(self) -> None:
        _check_reason(self.reason)


@dataclass(frozen=True, slots=True)
class BlankAccount:
    """The account of a batch of blank forms: issued = used + voided + returned (DC-05)."""

    forms: BlankCount
    note: str

    def __post_init__(self) -> None:
        _check_text(self.note)


@dataclass(frozen=True, slots=True)
class UseConfirmation:
    """用后签字确认: who approved an important paper in person has seen its use (AP-07, RE-16).

    ``role`` is the one they approved with. The sealings it is about are those it relies on.
    """

    role: Role
    note: str

    def __post_init__(self) -> None:
        _check_text(self.note)


@dataclass(frozen=True, slots=True)
class DeletionRequest:
    """Somebody asks that the papers of a case be deleted (DC-11); nothing happens by it alone."""

    reason: str

    def __post_init__(self) -> None:
        _check_reason(self.reason)


@dataclass(frozen=True, slots=True)
class DeletionRefusal:
    """A leader in charge keeps the papers (DC-11): what ``requests`` asked for is settled."""

    requests: tuple[Digest, ...]
    reason: str

    def __post_init__(self) -> None:
        if not self.requests:
            raise ValueError("no request is refused")
        _check_reason(self.reason)


@dataclass(frozen=True, slots=True)
class Tombstone:
    """What is left of a case that was deleted by consent (DC-11, C-21).

    Its author is the approver; ``title`` and ``documents`` (every form there was, sorted) say
    what is gone.
    """

    title: str
    documents: tuple[Digest, ...]
    reason: str

    def __post_init__(self) -> None:
        _check_reason(self.title)
        _check_reason(self.reason)
        if list(self.documents) != sorted(set(self.documents)):
            raise ValueError("documents must be sorted and distinct")


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """A station that holds a version has learnt that it is banned or void (E-01, FL-04).

    Which station that is says the statement itself; ``note`` what became of its copies there.
    """

    note: str

    def __post_init__(self) -> None:
        _check_text(self.note)


@dataclass(frozen=True, slots=True)
class VoidConsent:
    """An officer agrees, before anything is void, that the seal department voids it (FL-08)."""

    reason: str

    def __post_init__(self) -> None:
        _check_reason(self.reason)


@dataclass(frozen=True, slots=True)
class Transfer:
    """An officer passes a pending decision on to another who may approve as ``role``."""

    to: str
    role: Role
    reason: str

    def __post_init__(self) -> None:
        if not is_person(self.to):
            raise ValueError("a transfer to nobody")
        _check_reason(self.reason)


@dataclass(frozen=True, slots=True)
class Attendance:
    """The second person of an off-site use is there, at the station, now (C-19, SE-11)."""

    note: str

    def __post_init__(self) -> None:
        _check_text(self.note)


@dataclass(frozen=True, slots=True)
class Handout:
    """The seal of an approved loan is handed to ``borrower`` until the window ends (RE-08)."""

    borrower: str
    note: str

    def __post_init__(self) -> None:
        if not is_person(self.borrower):
            raise ValueError("a loan to nobody")
        _check_text(self.note)


@dataclass(frozen=True, slots=True)
class TakeBack:
    """The lent seal is back; ``intact``: counted and undamaged (LC-23, RE-08)."""

    intact: bool
    note: str

    def __post_init__(self) -> None:
        _check_text(self.note)
        if not self.intact:
            _check_reason(self.note)


@dataclass(frozen=True, slots=True)
class PaperDelivery:
    """An attachment that goes on paper was handed over to one recipient (纸质附件送达, DC-15).

    ``copies`` of the attachment called ``title``, to ``receiver`` at ``unit`` on ``day`` (ISO).
    """

    title: str
    unit: str
    copies: int
    receiver: str
    day: str
    note: str

    def __post_init__(self) -> None:
        for text in (self.title, self.unit, self.receiver):
            _check_reason(text)
        _check_text(self.note)
        if not 1 <= self.copies <= MAX_COPIES:
            raise ValueError("nothing was handed over")
        if date.fromisoformat(self.day).isoformat() != self.day:
            raise ValueError("another form of a day")


FlowBody = (
    Confirmation
    | Withdrawal
    | SendBack
    | Ban
    | Voiding
    | Resolution
    | Fallback
    | Reconciliation
    | Review
    | BlankAccount
    | UseConfirmation
    | DeletionRequest
    | DeletionRefusal
    | Tombstone
    | Acknowledgement
    | VoidConsent
    | Transfer
    | Attendance
    | Handout
    | TakeBack
    | PaperDelivery
)

Halt = Withdrawal | SendBack | Ban | Voiding | Fallback
"""What stops a case; ``isinstance`` works on it."""


def _check_text(text: str) -> None:
    if len(text) > MAX_TEXT:
        raise ValueError("text too long")


def _check_reason(text: str) -> None:
    _check_text(text)
    if not text.strip():
        raise ValueError("a reason is missing")
