"""Admitting: what a bundle must satisfy before anything of it is let in."""

from typing import Final

from airseal.evidence.opening import (
    OpenedBundle,
    papers_named,
)
from airseal.evidence.tombstones import is_tombed, may_be_tombed
from airseal.evidence.verifier import Verifier
from airseal.model.case import fold
from airseal.model.digest import Digest
from airseal.model.problem import Problem
from airseal.model.request import Request, Sealing
from airseal.model.verdict import Step, Word
from airseal.paper.report import Severity
from airseal.ports import Ports

ALREADY_SIGNED: Final = "PDF_ALREADY_SIGNED"
"""A preflight finding that forbids a request, and is the very point of a sealed document."""

DELETED_CODE: Final = "CASE_DELETED"
"""Why papers are refused that were deleted here."""

_OF_THE_FILE: Final = (Step.DIGEST, Step.FORMAT, Step.SIGNATURE, Step.CERTIFICATE)
"""Steps of a verdict that speak of the document itself; other bytes are the best reason."""


def admit(ports: Ports, opened: OpenedBundle) -> None:
    """Raise why nothing of the bundle may be let in.

    ``LEVEL_ABOVE_STATION`` (SC-01), ``CASE_DELETED`` (DC-11), ``DOCUMENT_MISMATCH``, what
    preflight blocks, and why a sealed document does not hold (SE-12).
    """
    _check_level(ports, opened)
    _check_deleted(ports, opened)
    _check_documents(ports, opened)
    _check_sealed(ports, opened)


def _check_level(ports: Ports, opened: OpenedBundle) -> None:
    """Nothing above the station's own level comes in (SC-01)."""
    for level in (opened.cover.level, *(one.statement.level for one in opened.statements)):
        if not ports.station.level.covers(level):
            raise Problem("LEVEL_ABOVE_STATION", level=level)


def _check_deleted(ports: Ports, opened: OpenedBundle) -> None:
    """Papers of a case that was deleted here by consent never come back (DC-11)."""
    if not any(may_be_tombed(opened.trusted, case) for case in opened.cases):
        return
    told = [
        facts
        for case in opened.cases
        if (facts := fold(case, opened.trusted.case_statements(case))) is not None
    ]
    own, now = ports.station.unit, ports.clock.now()
    gone = [
        facts
        for facts in told
        if facts.request.unit == own and is_tombed(facts, opened.trusted, now)
    ]
    needed = {form for facts in told if facts not in gone for form in facts.forms}
    brought = {digest for digest, _ in opened.documents()} - needed
    for facts in gone:
        if brought & set(facts.forms):
            raise Problem(DELETED_CODE)


def _check_documents(ports: Ports, opened: OpenedBundle) -> None:
    """Every document is a PDF that the jail could read and finds nothing forbidden in.

    A file that one was made from is no document, unless anything names it as one too.
    """
    asked: dict[Digest, set[tuple[int, int]]] = {}
    for signed in opened.statements:
        if isinstance(signed.statement.body, Request):
            for one in signed.statement.body.grant.documents:
                asked.setdefault(one.digest, set()).add((one.size, one.pages))
    papers = {name for one in opened.statements for name in papers_named(one.statement)}
    made_from = {
        document.source.digest: document.source.size
        for signed in opened.statements
        if isinstance(signed.statement.body, Request)
        for document in signed.statement.body.grant.documents
        if document.source is not None and document.source.digest not in papers
    }
    total = sum(1 for _ in opened.documents())
    for done, (digest, document) in enumerate(opened.documents()):
        ports.progress(done, total, "import-document")
        if digest in made_from:
            # Bytes with a digest, which nobody opens here (DC-07).
            if document.seek(0, 2) != made_from[digest]:
                raise Problem("DOCUMENT_MISMATCH")
            document.seek(0)
            continue
        report = ports.papers.preflight(document)
        frozen = asked.get(digest)
        for finding in report.findings:
            sealed = finding.code == ALREADY_SIGNED and frozen is None
            if finding.severity is Severity.BLOCK and not sealed:
                raise finding.problem
        if frozen is not None and frozen != {(report.size, report.pages)}:
            raise Problem("DOCUMENT_MISMATCH")


def _check_sealed(ports: Ports, opened: OpenedBundle) -> None:
    """A document that is not what its sealings say is never listed as sealed (SE-12).

    Two sealings of one place are a conflict, which must become known here. Of a paper that
    nobody sealed, digest, size and pages were compared already, and there is no more to ask.
    """
    documents = dict(opened.documents())
    verifier = Verifier(opened.trusted, ports.papers, ports.clock.now())
    for done, case in enumerate(opened.cases):
        ports.progress(done, len(opened.cases), "import-case")
        told = opened.trusted.case_statements(case)
        if not any(isinstance(one.body, Sealing) for one in told):
            continue
        facts = fold(case, told)
        if facts is None or facts.conflicts or not facts.sealings:
            continue
        checks = verifier.case(case, documents.get).checks
        for step in _OF_THE_FILE:
            for check in checks:
                if check.step is step and check.word is Word.FAIL:
                    assert check.reason is not None
                    raise check.reason
