"""The questions of a verdict: each with its step and the rules that ask for it.

``airseal.words.CHECKS`` has each question in words, ``airseal.errors`` every answer.
"""

from dataclasses import dataclass
from typing import Final

from airseal.model.verdict import Step

GMT_0031: Final = "GM/T 0031 6.2.3"
GMT_0031_SEAL: Final = "GM/T 0031 6.2.2"
SIGNATURE_LAW: Final = "esign-law-13"
"""电子签名法 Art. 13: the one clause with a name in each language (``words.CLAUSES``)."""
PADES: Final = "ETSI EN 319 142-1"
CADES: Final = "ETSI EN 319 122-1"
PATHS: Final = "RFC 5280 6"
PDF: Final = "ISO 32000-1 12.8"
BAGS: Final = "RFC 8493"
STAMPS: Final = "RFC 3161"


@dataclass(frozen=True, slots=True)
class Question:
    """One question: its stable code, the step it belongs to, the rules behind it."""

    code: str
    step: Step
    clauses: tuple[str, ...] = ()


BUNDLE: Final = Question("BUNDLE", Step.FORMAT, (BAGS,))
STATEMENTS: Final = Question("STATEMENTS", Step.FORMAT, (CADES,))
LEDGER: Final = Question("LEDGER", Step.FORMAT, ("RFC 6962 2.1.2",))
DOCUMENT: Final = Question("DOCUMENT", Step.FORMAT)
PDF_WHOLE: Final = Question("PDF", Step.FORMAT, (GMT_0031, PDF))
SIGNATURES: Final = Question("SIGNATURES", Step.FORMAT, (GMT_0031,))
SIGNATURE_VALUE: Final = Question("SIGNATURE_VALUE", Step.SIGNATURE, (GMT_0031, PADES))
SIGNER_CERTIFICATE: Final = Question("SIGNER_CERTIFICATE", Step.CERTIFICATE, (GMT_0031, PATHS))
SIGNER_STATUS: Final = Question("SIGNER_STATUS", Step.TIME, (GMT_0031,))
TIMESTAMP: Final = Question("TIMESTAMP", Step.TIME, (STAMPS,))
PROTECTED_RANGE: Final = Question("PROTECTED_RANGE", Step.DIGEST, (GMT_0031, PDF))
DOCUMENT_DIGEST: Final = Question("DOCUMENT_DIGEST", Step.DIGEST, (GMT_0031, SIGNATURE_LAW))
DOCUMENT_LOCK: Final = Question("DOCUMENT_LOCK", Step.DIGEST, (SIGNATURE_LAW,))
SEAL_AS_STATED: Final = Question("SEAL_AS_STATED", Step.DIGEST, (GMT_0031, SIGNATURE_LAW))
SEAL_STATUS: Final = Question("SEAL_STATUS", Step.SEAL, (GMT_0031, GMT_0031_SEAL))
LISTS: Final = Question("LISTS", Step.SEAL, (PATHS,))
SEALED: Final = Question("SEALED", Step.AUTHORISATION)
COMPLETE: Final = Question("COMPLETE", Step.AUTHORISATION)
AUTHORISATION: Final = Question("AUTHORISATION", Step.AUTHORISATION, (SIGNATURE_LAW,))
CASE: Final = Question("CASE", Step.AUTHORISATION)

QUESTIONS: Final = {
    one.code: one
    for one in (
        *(BUNDLE, STATEMENTS, LEDGER, DOCUMENT, PDF_WHOLE, SIGNATURES, SIGNATURE_VALUE),
        *(SIGNER_CERTIFICATE, SIGNER_STATUS, TIMESTAMP, PROTECTED_RANGE, DOCUMENT_DIGEST),
        *(DOCUMENT_LOCK, SEAL_AS_STATED, SEAL_STATUS, LISTS, SEALED, COMPLETE, AUTHORISATION),
        CASE,
    )
}
"""Every question by its code."""

ARTICLE_13: Final = (
    ("SIGNER_CERTIFICATE", "SEAL_STATUS"),
    ("SIGNER_STATUS", "AUTHORISATION"),
    ("SIGNATURE_VALUE",),
    ("DOCUMENT_DIGEST", "PROTECTED_RANGE", "SEAL_AS_STATED"),
)
"""The questions behind each condition of 电子签名法 Art. 13, in its order (X-01)."""
