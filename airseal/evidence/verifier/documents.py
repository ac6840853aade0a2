"""Questions about the bytes of a document: asked before anything parses them."""

from collections.abc import Iterator

from airseal.evidence.verifier.policy import Answer, fails, holds, policy, unknown
from airseal.evidence.verifier.subjects import DocumentSubject, digest_of
from airseal.model import questions
from airseal.model.problem import Problem


@policy(questions.DOCUMENT)
def here(subject: DocumentSubject) -> Iterator[Answer]:
    """Said only when the document is missing."""
    if subject.source is None:
        yield unknown(Problem("DOCUMENT_MISSING"), digest=subject.expected)


@policy(questions.DOCUMENT_DIGEST)
def digest(subject: DocumentSubject) -> Iterator[Answer]:
    """The bytes are those the last sealing states, or those that were asked about."""
    if subject.source is not None:
        if subject.is_the_one:
            yield holds(digest=subject.expected)
        else:
            yield fails(Problem("DOCUMENT_MISMATCH"), digest=subject.expected)


@policy(questions.DOCUMENT_LOCK)
def lock(subject: DocumentSubject) -> Iterator[Answer]:
    """They begin with the very bytes that were approved (DC-01)."""
    if subject.source is None or not subject.is_the_one:
        return
    asked = subject.asked
    if digest_of(subject.source, asked.size) == asked.digest:
        yield holds(digest=asked.digest, bytes=asked.size)
    else:
        yield fails(Problem("DOCUMENT_NOT_APPROVED"), digest=asked.digest)
