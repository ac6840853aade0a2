"""The words for what the model says: states, decisions, checks and verdicts.

One table per enumeration; a test holds that none lacks a word in either language.
"""

from collections.abc import Iterator
from typing import Any, Final

from airseal.errors import explain
from airseal.model.account import AccountState
from airseal.model.case import CaseState
from airseal.model.request import Outcome, RecipientRole
from airseal.model.verdict import Check, Group, Overall, Verdict, Word
from airseal.text import Phrase, mark, phrase, shown

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

ROLES: Final = {
    RecipientRole.MAIN: mark("Main recipient"),
    RecipientRole.COPY: mark("Copy recipient"),
}

OVERALLS: Final = {
    Overall.VALID: mark("Valid"),
    Overall.LIMITED: mark("Valid with limits"),
    Overall.UNKNOWN: mark("Cannot be judged"),
    Overall.INVALID: mark("Invalid"),
}

WORDS: Final = {
    Word.PASS: mark("holds"),
    Word.FAIL: mark("fails"),
    Word.UNKNOWN: mark("unknown"),
    Word.NOTE: mark("note"),
}

SIGNS: Final = {Word.PASS: "+", Word.FAIL: "x", Word.UNKNOWN: "?", Word.NOTE: "i"}
"""A sign beside the word, so that colour is never the only one."""

GROUPS: Final = {
    Group.FORMAT: mark("Format"),
    Group.INTEGRITY: mark("Integrity"),
    Group.IDENTITY: mark("Identity"),
    Group.VALIDITY: mark("Validity"),
    Group.AUTHORISATION: mark("Authorisation"),
}

CHECKS: Final = {
    "BUNDLE": mark("The bundle is whole and signed"),
    "STATEMENTS": mark("Every statement and all it relies on is here"),
    "PDF": mark("Nothing speaks against the document as a whole"),
    "DOCUMENT": mark("The document is here"),
    "DOCUMENT_DIGEST": mark("The document is the one that was sealed, byte for byte"),
    "DOCUMENT_LOCK": mark("What was sealed is what was approved"),
    "SIGNATURES": mark("As many signatures as sealings"),
    "SIGNATURE_VALUE": mark("The seal signature fits the document"),
    "SEAL_AS_STATED": mark("Signer, time and place are as the sealing states"),
    "SIGNER_CERTIFICATE": mark("The signer's certificate was issued by a trusted root"),
    "SIGNER_STATUS": mark("The signer's certificate was not revoked at the time of sealing"),
    "LISTS": mark("The registry is current"),
    "TIMESTAMP": mark("Time stamp"),
    "LEDGER": mark("The sender's ledger continues the one known here"),
    "SEALED": mark("A seal was applied"),
    "COMPLETE": mark("All requested seals were applied"),
    "AUTHORISATION": mark("Requested, approved and sealed by those entitled to"),
    "CASE": mark("Nothing in the case stops the document"),
}

ITEMS: Final = (
    ("signer", mark("Sealed by")),
    ("seal", mark("Name of the seal")),
    ("sealed_at", mark("Sealed at (local time)")),
    ("method", mark("Kind of seal signature")),
    ("document", mark("Electronic document")),
)
"""The five items of VF-01, in their order: field of ``FiveItems`` and its label."""

METHODS: Final = {"pades-b-lt": mark("Electronic seal signature (PAdES B-LT)")}


def method_name(method: str) -> Phrase | str:
    """签章方式 in words; an unknown one as it is."""
    return Phrase(METHODS[method]) if method in METHODS else method


def check_name(check: Check) -> Phrase | str:
    """The question a check asks."""
    return Phrase(CHECKS[check.code]) if check.code in CHECKS else check.code


def summary(verdict: Verdict) -> Phrase:
    """The overall word; where only the basis of use is missing, 密码有效，用印依据缺失 (VF-03)."""
    reasons = {check.reason.code for check in verdict.checks if check.reason}
    if verdict.overall is Overall.UNKNOWN and "BASIS_MISSING" in reasons:
        return phrase("The signature is valid; the basis of the seal's use is missing")
    return Phrase(OVERALLS[verdict.overall])


def verdict_json(verdict: Verdict) -> dict[str, Any]:
    """The verdict for scripts: codes are stable, texts are in the language of the moment."""
    return {
        "subject": verdict.subject,
        "demo": verdict.demo,
        "overall": verdict.overall.value,
        "summary": str(summary(verdict)),
        "exit": verdict.exit_status,
        "cases": list(verdict.cases),
        "items": [
            {
                name: str(method_name(one.method)) if name == "method" else getattr(one, name)
                for name, _ in ITEMS
            }
            for one in verdict.items
        ],
        "checks": [_check_json(check) for check in verdict.checks],
    }


def _check_json(check: Check) -> dict[str, Any]:
    told = explain(check.reason) if check.reason else None
    return {
        "code": check.code,
        "group": check.group.value,
        "verdict": check.word.value,
        "question": str(check_name(check)),
        "reason_code": check.reason.code if check.reason else None,
        "reason": str(told.what) if told else str(Phrase(WORDS[check.word])),
        "hint": str(told.hint) if told else None,
    }


def verdict_lines(verdict: Verdict) -> Iterator[str]:
    """The verdict as lines of text: the five items first, then the checks by group."""
    if verdict.demo:
        yield str(phrase("DEMONSTRATION on a soft token: without legal effect"))
    for one in verdict.items:
        for name, label in ITEMS:
            value = method_name(one.method) if name == "method" else getattr(one, name)
            yield f"{Phrase(label)}: {shown(value)}"
    yield f"{phrase('Verdict')}: {summary(verdict)}"
    for group in Group:
        checks = [check for check in verdict.checks if check.group is group]
        if checks:
            yield f"{Phrase(GROUPS[group])}"
        for check in checks:
            yield f"  [{SIGNS[check.word]}] {check_name(check)}: {Phrase(WORDS[check.word])}"
            if check.reason is not None:
                yield f"      {explain(check.reason)}"
