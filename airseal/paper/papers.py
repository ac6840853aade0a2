"""Documents, for the duties: one facade over the jail, typed on both sides.

Every method takes an optional ``session``; give the same one (``papers.session()``) to
several steps on one document to save the fork. Documents are any seekable binary files; a
frozen memfd is shared with the jail without copying. All of them raise the jail's own
``JAIL_…`` problems besides what they name.
"""

import hashlib
from typing import BinaryIO

from airseal.model.digest import Digest
from airseal.model.problem import Problem
from airseal.paper import memfd, wire
from airseal.paper.jail import Jail, Session
from airseal.paper.report import (
    MAX_DOCUMENT,
    MAX_TEXT,
    Inspection,
    Picture,
    PreflightReport,
    Proposal,
)


class Papers:
    """What can be asked about documents."""

    def __init__(self, jail: Jail) -> None:
        self._jail = jail

    def session(self) -> Session:
        """A jailed child to use for several steps on one document; close it."""
        return self._jail.session()

    def preflight(self, document: BinaryIO, *, session: Session | None = None) -> PreflightReport:
        """Identity, pages and findings of a document (DC-03, DC-04, DC-13).

        What is wrong *in* the document is a finding, not an exception; ``PDF_TOO_LARGE``
        is raised, because nothing so large is even opened.
        """
        with memfd.hold(document, MAX_DOCUMENT) as held, self._jail.using(session) as jailed:
            inspection = jailed.ask(wire.Inspect(), [held], Inspection)
            return PreflightReport(
                digest=digest_of(held),
                size=memfd.size(held),
                page_sizes=inspection.page_sizes,
                title=inspection.title,
                findings=inspection.findings,
            )

    def page_text(self, document: BinaryIO, page: int, *, session: Session | None = None) -> str:
        """The text layer of a page (from 1): untrusted, at most ``MAX_TEXT`` characters."""
        with memfd.hold(document, MAX_DOCUMENT) as held, self._jail.using(session) as jailed:
            return jailed.ask(wire.ReadText(page), [held], str)[:MAX_TEXT]

    def find_signature_block(
        self,
        document: BinaryIO,
        unit_name: str,
        width_um: int,
        height_um: int,
        *,
        session: Session | None = None,
    ) -> Proposal:
        """Where the 落款 seal of ``unit_name`` goes on the last page (SE-04, X-11)."""
        question = wire.FindSignatureBlock(unit_name, width_um, height_um)
        with memfd.hold(document, MAX_DOCUMENT) as held, self._jail.using(session) as jailed:
            return jailed.ask(question, [held], Proposal)

    def render(
        self,
        document: BinaryIO,
        page: int,
        width_px: int,
        *,
        session: Session | None = None,
    ) -> Picture:
        """A page (from 1) drawn ``width_px`` pixels wide (1 to 4 096)."""
        with (
            memfd.hold(document, MAX_DOCUMENT) as held,
            memfd.create() as output,
            self._jail.using(session) as jailed,
        ):
            size = jailed.ask(wire.Render(page, width_px), [held, output], wire.Size)
            expected = size.width * size.height * 3
            memfd.freeze(output)
            if memfd.size(output) != expected:
                raise Problem("JAIL_DIED")
            return Picture(size.width, size.height, output.read(expected))


def digest_of(file: BinaryIO) -> Digest:
    """SHA-256 of a whole file, streamed."""
    digest = hashlib.sha256()
    file.seek(0)
    while chunk := file.read(memfd.CHUNK):
        digest.update(chunk)
    return Digest("sha256:" + digest.hexdigest())
