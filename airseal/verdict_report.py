"""The report on a verdict (核验报告): words for a sheet; and the summary of many verdicts.

The sheet says itself that it is not evidence: what proves is the document with its statements.
No standard is claimed here but those whose questions were asked (X-06).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from airseal.errors import explain
from airseal.model.digest import Digest
from airseal.model.questions import ARTICLE_13
from airseal.model.sheet import Section, Sheet
from airseal.model.verdict import Check, Copy, Overall, Verdict, Word
from airseal.text import Phrase, labelled, mark, one_after_another, phrase, shown, when
from airseal.words.cases import REFERENCE, as_reference
from airseal.words.verdict import (
    ITEMS,
    OVERALLS,
    SIGNS,
    STEPS,
    WORDS,
    check_name,
    clause_name,
    copy_name,
    evidence_words,
    item_value,
    summary,
    verdict_json,
)

CONDITIONS: Final = (
    mark("The signature data belong to the signer alone"),
    mark("Only the signer controlled them when signing"),
    mark("Any change to the signature is found"),
    mark("Any change to content or form is found"),
)
"""电子签名法 Art. 13, the four conditions of a reliable signature, in its order (X-01)."""

_MOST_ROWS: Final = 600


@dataclass(frozen=True, slots=True)
class About:
    """Who made a report, where and when; ``legal_basis`` is the loaded policy pack's (DC-10)."""

    number: str
    at: str
    station: str
    checker: str
    legal_basis: str = ""
    confined: bool = True


def sheet_of(verdict: Verdict, about: About, data: Digest) -> Sheet:
    """The report on one document; ``data`` is the digest of the same as JSON, lying beside it."""
    subject = Section(
        str(phrase("What was checked")),
        (1, 4),
        (
            (str(phrase("File")), shown(verdict.subject)),
            (str(phrase("Kind of copy")), _kind(verdict)),
            (str(phrase("Checked")), _checked(about)),
            (str(phrase("Same as JSON")), data),
        ),
    )
    items = Section(
        str(phrase("Seals and signers")),
        (2, 3),
        tuple(
            (str(Phrase(label)), shown(item_value(one, name)))
            for one in verdict.items
            for name, label in ITEMS
        ),
    )
    checks = Section(
        str(phrase("Checks, in the order of GM/T 0031")),
        (2, 2, 8, 5),
        tuple(_row(check) for check in verdict.checks),
    )
    law = Section(
        str(phrase("Electronic Signature Law Art. 13: reliable signatures")),
        (6, 2, 6),
        tuple(_condition(verdict, index) for index in range(len(CONDITIONS))),
    )
    sections = [subject, *([items] if items.rows else []), checks, law]
    if about.legal_basis and verdict.kind is Copy.ORIGINAL:
        basis = ((str(phrase("Same effect as paper")), shown(about.legal_basis)),)
        sections.append(Section(str(phrase("Legal basis")), (1, 4), basis))
    return Sheet(
        title=str(phrase("Verification report")),
        number=str(phrase("No. {number}", number=about.number)),
        warning=_warning(verdict.demo, about),
        conclusion=str(phrase("Verdict: {verdict}", verdict=summary(verdict))),
        sections=tuple(sections),
        footer=_footer(),
    )


def summary_sheet(verdicts: Sequence[Verdict], about: About, data: Digest) -> Sheet:
    """One report on many documents: how many of each verdict, and a line for each."""
    counted = Counter(verdict.overall for verdict in verdicts)
    tally = tuple((str(Phrase(words)), str(counted[key])) for key, words in OVERALLS.items())
    rows = tuple(
        (str(number), shown(one.subject), str(summary(one)), str(main_reason(one)))
        for number, one in enumerate(verdicts[:_MOST_ROWS], start=1)
    )
    return Sheet(
        title=str(phrase("Verification report: summary")),
        number=str(phrase("No. {number}", number=about.number)),
        warning=_warning(any(one.demo for one in verdicts), about),
        conclusion=str(
            phrase("{valid} of {count} valid", valid=counted[Overall.VALID], count=len(verdicts))
        ),
        sections=(
            Section(
                str(phrase("Checked")),
                (1, 4),
                (
                    (str(phrase("Checked")), _checked(about)),
                    (str(phrase("Same as JSON")), data),
                ),
            ),
            Section(str(phrase("Verdicts")), (4, 1), tally),
            Section(str(phrase("Documents")), (1, 6, 4, 8), rows),
        ),
        footer=_footer(),
    )


def reports_json(verdicts: Sequence[Verdict], about: About) -> dict[str, Any]:
    """The same as the sheet, for scripts: one report on one document or on many."""
    return {
        "number": about.number,
        "at": about.at,
        "station": about.station,
        "checker": about.checker,
        "confined": about.confined,
        "not_evidence": _footer(),
        "documents": [_document_json(one, about) for one in verdicts],
    }


def _document_json(verdict: Verdict, about: About) -> dict[str, Any]:
    original = verdict.kind is Copy.ORIGINAL
    return {
        **verdict_json(verdict),
        "legal_basis": about.legal_basis if original else "",
        "article_13": [
            {"condition": str(Phrase(text)), "verdict": worst.value, "checks": list(codes)}
            for text, codes in zip(CONDITIONS, ARTICLE_13, strict=True)
            for worst in [_worst(verdict, codes)]
        ],
    }


def main_reason(verdict: Verdict) -> Phrase:
    """The first reason that decided, in words, after the mark of a mere 参考件 (DC-17).

    Nothing for a plain valid.
    """
    told = Phrase("") if verdict.reason is None else explain(verdict.reason).sentence
    if verdict.kind is None or not verdict.kind.reference:
        return told
    return as_reference(told) if verdict.reason is not None else Phrase(REFERENCE)


def _row(check: Check) -> tuple[str, str, str, str]:
    told = str(check_name(check))
    if check.reason is not None:
        told = str(labelled(told, explain(check.reason).what))
    rests = [str(labelled(label, shown(value)[:30])) for label, value in evidence_words(check)]
    rests += [str(clause_name(clause)) for clause in check.clauses]
    answer = f"[{SIGNS[check.word]}] {Phrase(WORDS[check.word])}"
    return str(Phrase(STEPS[check.step])), answer, told, str(one_after_another(rests))


def _condition(verdict: Verdict, index: int) -> tuple[str, str, str]:
    codes = ARTICLE_13[index]
    word = _worst(verdict, codes)
    names = [str(check_name(one)) for one in verdict.checks if one.code in codes]
    answer = f"[{SIGNS[word]}] {Phrase(WORDS[word])}"
    return str(Phrase(CONDITIONS[index])), answer, str(one_after_another(dict.fromkeys(names)))


def _worst(verdict: Verdict, codes: Sequence[str]) -> Word:
    """The worst answer to these questions; 无法判断 where one of them was not asked."""
    words = {check.word for check in verdict.checks if check.code in codes}
    asked = {check.code for check in verdict.checks}
    if Word.FAIL in words:
        return Word.FAIL
    if Word.UNKNOWN in words or not set(codes) <= asked:
        return Word.UNKNOWN
    return Word.LIMIT if Word.LIMIT in words else Word.PASS


def _kind(verdict: Verdict) -> str:
    return str(copy_name(verdict.kind)) if verdict.kind else "-"


def _checked(about: About) -> str:
    return str(
        phrase(
            "{at} (local time) at {station} by {checker}",
            at=shown(when(about.at)),
            station=about.station,
            checker=about.checker,
        )
    )


def _warning(demo: bool, about: About) -> str:
    told = []
    if demo:
        told.append(str(phrase("DEMONSTRATION on a soft token: without legal effect")))
    if not about.confined:
        told.append(str(phrase("The document was read without bubblewrap, unconfined.")))
    return " ".join(told)


def _footer() -> str:
    return str(
        phrase(
            "This sheet is not itself evidence. What proves is the electronic document with its"
            " statements, which anybody can check again."
        )
    )
