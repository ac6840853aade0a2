"""A document that was taken in for a request: in memory, checked, not frozen yet."""

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from airseal.errors import explain
from airseal.model.finding import TO_CONFIRM, clause_of
from airseal.paper.report import Finding, PreflightReport, Severity
from airseal.screens.widgets.fact_table import Fact
from airseal.station import Station
from airseal.text import digest_words, file_size, millimetres, phrase, plural

_LONGEST_TITLE = 200


@dataclass(frozen=True, slots=True)
class Draft:
    """What was taken in. What the person previews is, byte for byte, what gets frozen."""

    name: str
    document: BinaryIO
    report: PreflightReport
    _held: ExitStack

    def close(self) -> None:
        """Forget the document."""
        self._held.close()

    @property
    def title(self) -> str:
        """A title to begin with: the document's own, or else the name of its file."""
        return (self.report.title.strip() or Path(self.name).stem)[:_LONGEST_TITLE]

    def facts(self) -> list[Fact]:
        """Its identity, its pages and what speaks against sealing it."""
        report = self.report
        pages = phrase(
            "{pages}, {size}",
            pages=plural("{n} page", "{n} pages", report.pages),
            size=file_size(report.size),
        )
        if report.page_sizes:
            first = report.page_sizes[0]
            pages = phrase(
                "{pages}, {width} x {height}",
                pages=pages,
                width=millimetres(first.width_um),
                height=millimetres(first.height_um),
            )
        return [
            Fact(phrase("Pages"), pages),
            Fact(phrase("Digest"), digest_words(report.digest)),
            *(_finding(finding) for finding in report.findings),
        ]


def take_in(station: Station, path: Path) -> Draft:
    """Copy the file at ``path`` into memory and check it; close the draft when done with it.

    Raises the ``TransferError`` of a file that cannot be read and ``PDF_TOO_LARGE``; what
    is wrong in the document is a finding.
    """
    with ExitStack() as stack:
        document = stack.enter_context(station.take_in(path))
        report = station.preflight(document)
        return Draft(path.name, document, report, stack.pop_all())


def _finding(finding: Finding) -> Fact:
    told = explain(finding.problem).sentence
    clause = clause_of(finding.code)
    if finding.severity is Severity.BLOCK:
        words = phrase("x {reason} ({clause})", reason=told, clause=clause)
        return Fact(phrase("Refused"), words, strong=True)
    if finding.code in TO_CONFIRM:
        words = phrase("! {reason} ({clause})", reason=told, clause=clause)
        return Fact(phrase("To confirm"), words, strong=True)
    return Fact(phrase("Note"), phrase("{reason} ({clause})", reason=told, clause=clause))
