"""The words for what the model says: states, decisions, roles.

One table per enumeration; a test holds that none lacks a word in either language.
"""

from typing import Final

from airseal.model.account import AccountState
from airseal.model.case import CaseState
from airseal.model.flow import SendBackReason
from airseal.model.request import BlankKind, Outcome, RecipientRole
from airseal.model.retention import Ground
from airseal.text import Phrase, Shown, mark, phrase

CASE_STATES: Final = {
    CaseState.IN_APPROVAL: mark("In approval"),
    CaseState.APPROVED: mark("Approved"),
    CaseState.DRAFTER_CHECKED: mark("Confirmed by the drafter"),
    CaseState.CLERK_VERIFIED: mark("Verified by the clerk"),
    CaseState.DENIED: mark("Not approved"),
    CaseState.RETURNED: mark("Returned for correction"),
    CaseState.SEALED: mark("Sealed"),
    CaseState.WITHDRAWN: mark("Withdrawn"),
    CaseState.SENT_BACK: mark("Sent back"),
    CaseState.SUPERSEDED: mark("Replaced by a corrected version"),
    CaseState.ON_PAPER: mark("Gone over to paper"),
    CaseState.VOIDED: mark("Voided"),
    CaseState.DELETED: mark("Deleted"),
    CaseState.EXPIRED: mark("Expired"),
    CaseState.CONFLICT: mark("In conflict"),
    CaseState.UNAUTHORISED: mark("Sealed without authority"),
}

ACCOUNT_STATES: Final = {
    AccountState.INITIAL: mark("initial password"),
    AccountState.ACTIVE: mark("in use"),
    AccountState.LEAKED: mark("password leaked"),
    AccountState.CLOSED: mark("closed"),
}

OUTCOMES: Final = {
    Outcome.APPROVE: mark("Approve"),
    Outcome.RETURN: mark("Return for correction"),
    Outcome.DENY: mark("Do not approve"),
}

SEND_BACK_REASONS: Final = {
    SendBackReason.CONTENT: mark("wrong content"),
    SendBackReason.LAYOUT: mark("wrong layout"),
    SendBackReason.OTHER: mark("other"),
}

BLANK_KINDS: Final = {
    BlankKind.TABLE: mark("a table"),
    BlankKind.FILLED_IN: mark("a form to fill in"),
}

EMERGENCY_FINDINGS: Final = {
    True: mark("the emergency was real"),
    False: mark("it was no emergency"),
}

RETURNED_SEAL: Final = {
    True: mark("counted and intact"),
    False: mark("damaged or incomplete"),
}

RETENTION_GROUNDS: Final = {
    Ground.USE_RECORD: mark("record of the use of a seal"),
    Ground.POLICY: mark("policy pack"),
    Ground.ARCHIVE: mark("archive class"),
}

FINDINGS: Final = {
    "FORMAT_LEVEL": mark("no mark of the level"),
    "FORMAT_SYMBOL": mark("no document number"),
    "FORMAT_TITLE": mark("the title is not on it"),
    "FORMAT_MAIN_RECIPIENT": mark("the main recipient is not on it"),
    "FORMAT_ATTACHMENTS": mark("an attachment is not named on it"),
    "FORMAT_DATE": mark("no date of issue"),
    "PDF_BLANK_PAGE": mark("blank pages"),
    "PDF_COMMENT": mark("comments"),
    "PDF_EXTERNAL_LINK": mark("links"),
    "PDF_FONT_MISSING": mark("fonts that are not inside"),
    "PDF_FORM_FIELD_EMPTY": mark("empty form fields"),
}
"""What a drafter may let stand in a document."""

REFERENCE: Final = mark("reference copy")
"""What a file is that the sealing flow did not make (参考件, DC-17)."""


def as_reference(words: Shown) -> Phrase:
    """A file in words, marked as 参考件 (DC-17)."""
    return phrase("{mark}: {file}", mark=Phrase(REFERENCE), file=words)


ROLES: Final = {
    RecipientRole.MAIN: mark("Main recipient"),
    RecipientRole.COPY: mark("Copy recipient"),
}
