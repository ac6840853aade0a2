"""The words of a verdict: steps, questions, evidence, kinds of copy; and whole verdicts as text.

One table per enumeration; a test holds that none lacks a word in either language.
"""

from collections.abc import Iterator
from typing import Any, Final

from airseal.errors import explain
from airseal.model.questions import SIGNATURE_LAW
from airseal.model.verdict import Check, Copy, FiveItems, Overall, Step, Verdict, Word
from airseal.text import Phrase, Shown, mark, phrase, shown, when
from airseal.words.cases import as_reference

OVERALLS: Final = {
    Overall.VALID: mark("Valid"),
    Overall.LIMITED: mark("Valid with limits"),
    Overall.UNKNOWN: mark("Cannot be judged"),
    Overall.INVALID: mark("Invalid"),
}

WORDS: Final = {
    Word.PASS: mark("holds"),
    Word.LIMIT: mark("limited"),
    Word.FAIL: mark("fails"),
    Word.UNKNOWN: mark("unknown"),
    Word.NOTE: mark("note"),
}

SIGNS: Final = {
    Word.PASS: "+",
    Word.LIMIT: "!",
    Word.FAIL: "x",
    Word.UNKNOWN: "?",
    Word.NOTE: "i",
}
"""A sign beside the word, so that colour is never the only one."""

SIGNS_OVERALL: Final = {
    Overall.VALID: "+",
    Overall.LIMITED: "!",
    Overall.UNKNOWN: "?",
    Overall.INVALID: "x",
}

STEPS: Final = {
    Step.FORMAT: mark("Format"),
    Step.SIGNATURE: mark("Signature"),
    Step.CERTIFICATE: mark("Certificate"),
    Step.TIME: mark("Time"),
    Step.DIGEST: mark("Document"),
    Step.SEAL: mark("Seal"),
    Step.AUTHORISATION: mark("Authorisation"),
}

COPIES: Final = {
    Copy.ORIGINAL: mark("Original: the sealed electronic document"),
    Copy.VOID: mark("Void: sealed, and stopped since"),
    Copy.UNSEALED: mark(
        "Copy, conversion or over-quota print: no seal signature, any seal in it is a picture"
    ),
    Copy.FOREIGN: mark("Signed document whose case is not known here"),
    Copy.REQUESTED: mark("Document of a request, not sealed yet"),
    Copy.ALTERED: mark("No original: the file does not hold"),
}
"""VF-08."""

CHECKS: Final = {
    "BUNDLE": mark("The bundle is whole and signed"),
    "STATEMENTS": mark("Every statement and all it relies on is here"),
    "PDF": mark("Nothing speaks against the document as a whole"),
    "DOCUMENT": mark("The document is here"),
    "DOCUMENT_DIGEST": mark("The document is the one that was sealed, byte for byte"),
    "DOCUMENT_LOCK": mark("What was sealed is what was approved"),
    "SIGNATURES": mark("As many signatures as sealings"),
    "SIGNATURE_VALUE": mark("The seal signature fits the document"),
    "PROTECTED_RANGE": mark("What the seal signature protects"),
    "SEAL_AS_STATED": mark("Signer, time and place are as the sealing states"),
    "SIGNER_CERTIFICATE": mark("The signer's certificate was issued by a trusted root"),
    "SIGNER_STATUS": mark("The signer's certificate was not revoked at the time of sealing"),
    "SEAL_STATUS": mark("The seal was in force, and the signer held it"),
    "LISTS": mark("The registry is current"),
    "TIMESTAMP": mark("Time stamp"),
    "LEDGER": mark("The sender's ledger continues the one known here"),
    "SEALED": mark("A seal was applied"),
    "COMPLETE": mark("All requested seals were applied"),
    "AUTHORISATION": mark("Requested, approved and sealed by those entitled to"),
    "CASE": mark("Nothing in the case stops the document"),
}

CLAUSES: Final = {SIGNATURE_LAW: mark("Electronic Signature Law Art. 13")}
"""Rules with a name in each language; the others are cited as they are."""

EVIDENCE: Final = {
    "bytes": mark("bytes"),
    "certificate": mark("certificate"),
    "count": mark("how many"),
    "custodian": mark("custodian"),
    "digest": mark("digest"),
    "drafter": mark("drafter"),
    "end": mark("up to byte"),
    "field": mark("field"),
    "number": mark("number"),
    "officers": mark("approved by"),
    "page": mark("page"),
    "person": mark("person"),
    "seal": mark("seal"),
    "sender": mark("sender"),
    "since": mark("since"),
    "statement": mark("statement"),
    "time": mark("time"),
    "until": mark("until"),
}

ITEMS: Final = (
    ("signer", mark("Sealed by")),
    ("seal", mark("Name of the seal")),
    ("sealed_at", mark("Sealed at (local time)")),
    ("method", mark("Kind of seal signature")),
    ("document", mark("Electronic document")),
)
"""The five items of VF-01, in their order: field of ``FiveItems`` and its label."""

METHODS: Final = {
    "pades-b-lt": mark("Electronic seal signature (PAdES B-LT)"),
    "pdf-signature": mark("Signature of other software"),
}

_TIMES: Final = ("time", "since", "until")


def copy_name(kind: Copy) -> Phrase:
    """The kind of copy, marked where it is only 参考件 (DC-17)."""
    words = Phrase(COPIES[kind])
    return as_reference(words) if kind.reference else words


def method_name(method: str) -> Phrase | str:
    """签章方式 in words; an unknown one as it is."""
    return Phrase(METHODS[method]) if method in METHODS else method


def check_name(check: Check) -> Phrase | str:
    """The question a check asks."""
    return Phrase(CHECKS[check.code]) if check.code in CHECKS else check.code


def clause_name(clause: str) -> Phrase | str:
    """A rule as it is cited."""
    return Phrase(CLAUSES[clause]) if clause in CLAUSES else clause


def evidence_words(check: Check) -> Iterator[tuple[Phrase | str, Shown]]:
    """What an answer rests on: label and value, in the order it was given."""
    for label, value in check.evidence.items():
        named = Phrase(EVIDENCE[label]) if label in EVIDENCE else label
        if label in _TIMES and isinstance(value, str):
            yield named, when(value)
        else:
            yield named, str(value)


def item_value(items: FiveItems, name: str) -> Shown:
    """One of the five items as it is shown."""
    match name:
        case "method":
            return method_name(items.method)
        case "sealed_at":
            return when(items.sealed_at) if items.sealed_at else phrase("not said")
        case "seal" if not items.seal:
            return phrase("not said")
        case _:
            return str(getattr(items, name))


def summary(verdict: Verdict) -> Phrase:
    """The overall word; where only the basis of use is missing, 密码有效，用印依据缺失 (VF-03)."""
    unknown = {
        check.reason.code for check in verdict.checks if check.word is Word.UNKNOWN and check.reason
    }
    if verdict.overall is Overall.UNKNOWN and unknown == {"BASIS_MISSING"}:
        if any(check.word is Word.LIMIT for check in verdict.checks):
            return phrase(
                "The signature is valid with limits; the basis of the seal's use is missing"
            )
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
        "profile": verdict.profile,
        "kind": verdict.kind.value if verdict.kind else None,
        "reference": verdict.kind.reference if verdict.kind else None,
        "stopped_at": verdict.stopped_at.value if verdict.stopped_at else None,
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
        "step": check.step.value,
        "verdict": check.word.value,
        "question": str(check_name(check)),
        "reason_code": check.reason.code if check.reason else None,
        "reason": str(told.what) if told else str(Phrase(WORDS[check.word])),
        "hint": str(told.hint) if told else None,
        "evidence": dict(check.evidence),
        "clauses": [str(clause_name(clause)) for clause in check.clauses],
    }


def verdict_lines(verdict: Verdict) -> Iterator[str]:
    """The verdict as lines of text: the five items first, then the checks by step."""
    if verdict.demo:
        yield str(phrase("DEMONSTRATION on a soft token: without legal effect"))
    for one in verdict.items:
        for name, label in ITEMS:
            yield f"{Phrase(label)}: {shown(item_value(one, name))}"
    yield f"{phrase('Verdict')}: {summary(verdict)}"
    if verdict.kind is not None:
        yield f"{phrase('Kind of copy')}: {copy_name(verdict.kind)}"
    for step in Step:
        checks = [check for check in verdict.checks if check.step is step]
        if checks:
            yield f"{Phrase(STEPS[step])}"
        for check in checks:
            yield f"  [{SIGNS[check.word]}] {check_name(check)}: {Phrase(WORDS[check.word])}"
            if check.reason is not None:
                yield f"      {explain(check.reason)}"
