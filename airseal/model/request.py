"""What a drafter asks for, what an officer decides, what a custodian seals.

These are the bodies of the statements of one case (用印事项). Lengths are µm, measured
from the top left corner of the page as it is seen, to the centre of the seal.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from airseal.model.digest import Digest
from airseal.model.matter import Matter, Origin, Way
from airseal.model.moment import parse_day, parse_moment
from airseal.model.people import Role, is_person
from airseal.model.problem import Problem

MAX_TEXT = 2_000
"""Characters of any one free text in a statement."""

MAX_PLACE_UM = 10_000_000
"""The farthest a seal may be from the page's corner, in µm: ten metres, beyond any page."""


class PlaceRule(StrEnum):
    """How the place of a seal was chosen (SE-04)."""

    SIGNATURE_BLOCK = "signature-block"
    COORDINATES = "coordinates"


class RecipientRole(StrEnum):
    """主送 or 抄送 (TX-01)."""

    MAIN = "main"
    COPY = "copy"


@dataclass(frozen=True, slots=True)
class SealPlace:
    """One seal on one document: which, where, and how far it may be moved.

    ``order`` counts from 1 within the document; sealings follow it.
    """

    order: int
    seal: str
    rule: PlaceRule
    page: int
    x_um: int
    y_um: int
    tolerance_um: int

    def __post_init__(self) -> None:
        if self.order < 1 or self.tolerance_um < 0:
            raise ValueError("seal place out of range")
        _check_position(self.page, self.x_um, self.y_um)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """The editable file (源文件) that a fixed layout was made from (DC-07).

    ``size`` in bytes; ``ending`` is that of its name, such as ``docx``. Nobody ever opens it
    here: it is bytes with a digest.
    """

    digest: Digest
    size: int
    ending: str

    def __post_init__(self) -> None:
        if self.size < 1 or not re.fullmatch(r"[a-z0-9]{1,8}", self.ending):
            raise ValueError("a source file without bytes or with a strange ending")


@dataclass(frozen=True, slots=True)
class RequestedDocument:
    """One document, frozen by its digest (DC-01), with what it was made from (DC-07).

    ``size`` in bytes.
    """

    digest: Digest
    size: int
    pages: int
    seals: tuple[SealPlace, ...]
    source: SourceFile | None = None

    def __post_init__(self) -> None:
        if not self.seals or [place.order for place in self.seals] != list(
            range(1, len(self.seals) + 1)
        ):
            raise ValueError("seal orders must count from 1")
        if any(place.page > self.pages for place in self.seals):
            raise ValueError("seal beyond the last page")
        if self.size < 1:
            raise ValueError("an empty document")
        if self.source is not None and self.source.digest == self.digest:
            raise ValueError("a document that is its own source")


@dataclass(frozen=True, slots=True)
class Recipient:
    """A unit that receives the sealed document (TX-01)."""

    unit: str
    role: RecipientRole


@dataclass(frozen=True, slots=True)
class Grant:
    """What is asked, and what an approval gives of it (E-11).

    Documents and recipients are named once each. ``until`` is the last day of use,
    ``YYYY-MM-DD``, or None for no term (AP-11).
    """

    documents: tuple[RequestedDocument, ...]
    copies: int
    recipients: tuple[Recipient, ...]
    until: str | None

    def __post_init__(self) -> None:
        if not self.documents or self.copies < 1 or not self.recipients:
            raise ValueError("a grant names documents, copies and recipients")
        if len({document.digest for document in self.documents}) != len(self.documents):
            raise ValueError("a document named twice")
        if len({recipient.unit for recipient in self.recipients}) != len(self.recipients):
            raise ValueError("a recipient named twice")
        if self.until is not None:
            parse_day(self.until)


class BlankKind(StrEnum):
    """表格类 or 填充类 (DC-06): the only blank forms that may be sealed (C-01)."""

    TABLE = "table"
    FILLED_IN = "filled-in"


@dataclass(frozen=True, slots=True)
class BlankForms:
    """A fixed number of blank forms of a registered template, each with a serial (DC-05).

    Serials run from ``first``; there are as many forms as copies were granted. ``holder`` is
    the person who answers for them.
    """

    template: str
    kind: BlankKind
    first: int
    holder: str

    def __post_init__(self) -> None:
        if not self.template.strip() or len(self.template) > MAX_TEXT:
            raise ValueError("a registered template is missing")
        if self.first < 1 or not is_person(self.holder):
            raise ValueError("serials count from 1, and somebody answers for the forms")


@dataclass(frozen=True, slots=True)
class PaperAttachment:
    """纸质附件: too large for the channel, so it goes on paper beside the body (DC-15)."""

    title: str
    pages: int
    copies: int

    def __post_init__(self) -> None:
        if not self.title.strip() or len(self.title) > MAX_TEXT or min(self.pages, self.copies) < 1:
            raise ValueError("an attachment has a title, pages and copies")


@dataclass(frozen=True, slots=True)
class Window:
    """From when to when a seal may be used elsewhere, or is lent (C-07, C-19); RFC 3339."""

    start: str
    end: str

    def __post_init__(self) -> None:
        if parse_moment(self.end) <= parse_moment(self.start):
            raise ValueError("a window that ends before it starts")

    def covers(self, moment: datetime) -> bool:
        """Whether ``moment`` (aware) is inside."""
        return parse_moment(self.start) <= moment <= parse_moment(self.end)


@dataclass(frozen=True, slots=True)
class Request:
    """A request to use seals (用印申请); its statement's id is the id of the case.

    ``matter`` is what the authority matrix is asked about.
    ``replaces`` names the case of which this is the corrected version, by its bare id
    (FL-03). ``emergency`` is the reason of an emergency use, which is reviewed later and else
    like any other (SE-14). ``blanks`` makes it a batch of numbered blank forms (DC-05).
    ``confirmed`` are the codes of the preflight's findings that the drafter let stand (DC-03).
    ``paper_attachments`` go on paper beside it (DC-15). ``window`` says when a seal is used
    off-site or lent (C-07, C-19).
    """

    title: str
    purpose: str
    grant: Grant
    replaces: Digest | None = None
    emergency: str | None = None
    blanks: BlankForms | None = None
    confirmed: tuple[str, ...] = ()
    paper_attachments: tuple[PaperAttachment, ...] = ()
    matter: Matter = field(default_factory=Matter)
    window: Window | None = None

    def __post_init__(self) -> None:
        if not self.title.strip() or max(len(self.title), len(self.purpose)) > MAX_TEXT:
            raise ValueError("title missing or text too long")
        if self.matter.way is Way.TRADITIONAL and not self.purpose.strip():
            raise ValueError("paper only with a reason (C-20)")
        if self.emergency is not None and not 0 < len(self.emergency.strip()) <= MAX_TEXT:
            raise ValueError("an emergency needs its reason")
        if list(self.confirmed) != sorted(set(self.confirmed)):
            raise ValueError("findings must be sorted and distinct")

    @property
    def sources(self) -> tuple[SourceFile, ...]:
        """The source files that must travel with the papers: those of others' texts (DC-08)."""
        if self.matter.origin is Origin.OWN:
            return ()
        return tuple(one.source for one in self.grant.documents if one.source is not None)

    @property
    def lacks_source(self) -> bool:
        """Whether it is another's text of which source and layout are not both there (DC-08)."""
        return self.matter.origin is not Origin.OWN and len(self.sources) < len(
            self.grant.documents
        )


class Outcome(StrEnum):
    """What an officer can say."""

    APPROVE = "approve"
    RETURN = "return"
    DENY = "deny"


@dataclass(frozen=True, slots=True)
class Decision:
    """An officer's decision (审批意见).

    An approval carries the grant it gives, as asked or narrower; return and denial none.
    ``replaces`` names the same person's earlier decision (DESIGN §4 Fold rules). ``role`` says
    with which authority it is made, ``delegation`` by whose leave if it is another's (AP-05).
    """

    outcome: Outcome
    reason: str
    grant: Grant | None
    replaces: Digest | None
    role: Role = Role.OFFICER
    delegation: Digest | None = None

    def __post_init__(self) -> None:
        if (self.outcome is Outcome.APPROVE) != (self.grant is not None):
            raise ValueError("exactly an approval carries a grant")
        if len(self.reason) > MAX_TEXT:
            raise ValueError("reason too long")


@dataclass(frozen=True, slots=True)
class Sealing:
    """One seal applied (电子签章): input bytes to output bytes (SE-08, AP-13).

    ``document`` is the approved document's digest, ``order`` the seal place in it.
    ``sealed_at`` is the 本机时间 inside the PDF signature (RFC 3339 with offset).
    """

    document: Digest
    order: int
    seal: str
    page: int
    x_um: int
    y_um: int
    input: Digest
    output: Digest
    output_size: int
    sealed_at: str

    def __post_init__(self) -> None:
        if self.order < 1 or self.output_size < 1 or self.output == self.input:
            raise ValueError("a sealing turns one file into another")
        _check_position(self.page, self.x_um, self.y_um)
        parse_moment(self.sealed_at)


def _check_position(page: int, x_um: int, y_um: int) -> None:
    if page < 1 or not (0 <= x_um <= MAX_PLACE_UM and 0 <= y_um <= MAX_PLACE_UM):
        raise ValueError("position off any page")


CaseBody = Request | Decision | Sealing


def within(place: SealPlace, page: int, x_um: int, y_um: int) -> bool:
    """Whether a seal centred at ``(x, y)`` on ``page`` is inside the approved circle."""
    dx, dy = x_um - place.x_um, y_um - place.y_um
    return page == place.page and dx * dx + dy * dy <= place.tolerance_um**2


def parse_attachment(text: str) -> PaperAttachment:
    """``PAGES,COPIES,TITLE``; raises ``Problem("FLOW_FORM")``."""
    try:
        pages, copies, title = text.split(",", 2)
        return PaperAttachment(title.strip(), int(pages), int(copies))
    except ValueError:
        raise Problem("FLOW_FORM") from None


def parse_place(text: str) -> tuple[int, int, int]:
    """``p<page>,<x mm>,<y mm>`` as ``(page, x_um, y_um)``; raises ``Problem("PLACE_FORM")``."""
    page_text, _, rest = text.partition(",")
    x_text, _, y_text = rest.partition(",")
    try:
        if not page_text.startswith("p"):
            raise ValueError
        page = int(page_text[1:])
        x_um, y_um = round(float(x_text) * 1_000), round(float(y_text) * 1_000)
        _check_position(page, x_um, y_um)
    except (ValueError, OverflowError):
        raise Problem("PLACE_FORM") from None
    return page, x_um, y_um
