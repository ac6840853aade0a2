"""The page pictures of a report: the sealed page, and beside it what is shown now."""

import io
from pathlib import Path
from typing import BinaryIO

from airseal.evidence.outside import taken_in
from airseal.evidence.verifier.batch import is_pdf
from airseal.model.problem import Problem
from airseal.model.verdict import Verdict
from airseal.paper.papers import Papers, Picture
from airseal.paper.revisions import compared, seen_by
from transfer.bag import document_digest
from transfer.bundle import open_bundle
from transfer.errors import TransferError

WIDTH_PX = 620
"""Pixels across a page in a report: about 110 dpi on its picture."""


def page_pictures(papers: Papers, path: Path, verdict: Verdict) -> tuple[Picture, ...]:
    """The page with the first seal; two pictures, differences marked, if it was changed later.

    Nothing where no page can be drawn: a report without a picture is still a report.
    """
    try:
        with taken_in(path) as (source, _):
            document = _document(source)
            return () if document is None else _drawn(papers, document, verdict)
    except (Problem, TransferError):
        return ()


def _document(source: BinaryIO) -> BinaryIO | None:
    if is_pdf(source):
        return source
    bundle = open_bundle(source)
    names = (m.name for m in bundle.members if document_digest(m.name) is not None)
    name = next((name for name in names if name.endswith(".pdf")), None)
    return None if name is None else io.BytesIO(bundle.stream(name).read())


def _drawn(papers: Papers, document: BinaryIO, verdict: Verdict) -> tuple[Picture, ...]:
    found = [c.evidence.get("page") for c in verdict.checks if c.code == "SEAL_AS_STATED"]
    page = next((number for number in found if isinstance(number, int)), 1)
    ends = seen_by(verdict)
    if not ends:
        return (papers.render(document, page, WIDTH_PX),)
    difference = compared(papers, document, ends[-1], page, WIDTH_PX)
    return (difference.then, difference.now)
