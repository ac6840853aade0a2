"""The page pictures of a report: the sealed page, and beside it what is shown now."""

import io
from pathlib import Path
from typing import BinaryIO

from airseal.evidence.outside import taken_in
from airseal.evidence.verifier.batch import Told, is_pdf
from airseal.model.problem import Problem
from airseal.model.verdict import Verdict
from airseal.paper.papers import Papers, Picture
from airseal.paper.revisions import Difference, compared, cut_at, seen_by
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
            document = _document(source, verdict)
            return () if document is None else _drawn(papers, document, verdict)
    except (Problem, TransferError):
        return ()


def compared_pages(
    papers: Papers, path: Path, verdict: Verdict, end: int, page: int, told: Told, *, onwards: bool
) -> tuple[int, Difference]:
    """How many pages there are then or now, and ``page`` as the signature to ``end`` saw it.

    With ``onwards`` the first page from there on, once around, that differs; ``page`` itself
    when none does. ``told`` may raise to stop. Raises what the jail and the medium raise.
    """
    with taken_in(path) as (source, _), papers.session() as session:
        document = _document(source, verdict)
        if document is None:
            raise Problem("DOCUMENT_MISSING")
        then = cut_at(document, end)
        pages = max(len(papers.page_sizes(one, session=session)) for one in (then, document))
        for step in range(pages if onwards else 1):
            told(step, pages, "")
            number = (page - 1 + step) % pages + 1
            found = compared(papers, document, end, number, WIDTH_PX)
            if found.squares or not onwards:
                return pages, found
        return pages, compared(papers, document, end, page, WIDTH_PX)


def _document(source: BinaryIO, verdict: Verdict) -> BinaryIO | None:
    """The document itself, or the first one of a bundle that the verdict speaks of."""
    if is_pdf(source):
        return source
    bundle = open_bundle(source)
    judged = {str(c.evidence.get("digest", "")) for c in verdict.checks}
    named = ((m.name, document_digest(m.name)) for m in bundle.members)
    held = (name for name, digest in named if digest and f"sha256:{digest}" in judged)
    name = next(held, None)
    return None if name is None else io.BytesIO(bundle.stream(name).read())


def _drawn(papers: Papers, document: BinaryIO, verdict: Verdict) -> tuple[Picture, ...]:
    found = [c.evidence.get("page") for c in verdict.checks if c.code == "SEAL_AS_STATED"]
    page = next((number for number in found if isinstance(number, int)), 1)
    ends = seen_by(verdict)
    if not ends:
        return (papers.render(document, page, WIDTH_PX),)
    difference = compared(papers, document, ends[-1], page, WIDTH_PX)
    return (difference.then, difference.now)
