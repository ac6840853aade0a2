"""Documents, for the duties: one facade over the jail, typed on both sides.

Every method takes an optional ``session``; give the same one (``papers.session()``) to
several steps on one document to save the fork. Documents are any seekable binary files; a
frozen memfd is shared with the jail without copying. All of them raise the jail's own
``JAIL_…`` problems besides what they name.
"""

import hashlib
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import BinaryIO, Final

from airseal.model.digest import Digest
from airseal.model.problem import Problem
from airseal.paper import memfd, sealing, wire
from airseal.paper.jail import Jail, Session
from airseal.paper.placement import PageSize
from airseal.paper.report import (
    MAX_DOCUMENT,
    MAX_TEXT,
    Inspection,
    PdfReport,
    Picture,
    PreflightReport,
    Proposal,
)
from airseal.paper.sealing import Sealed, SealField, SealPlan

MAX_IMPRESSION: Final = 1 << 20

__all__ = [
    "Jail",
    "Papers",
    "PdfReport",
    "Picture",
    "PreflightReport",
    "Proposal",
    "SealField",
    "SealPlan",
    "Sealed",
    "Session",
    "digest_of",
]


class Papers:
    """What can be asked about documents."""

    def __init__(self, jail: Jail) -> None:
        self._jail = jail

    def session(self) -> Session:
        """A jailed child to use for several steps on one document; close it."""
        return self._jail.session()

    def rushing(self) -> AbstractContextManager[None]:
        """While this is open, many documents are read one after the other, as fast as may be."""
        return self._jail.rushing()

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

    def page_sizes(
        self, document: BinaryIO, *, session: Session | None = None
    ) -> tuple[PageSize, ...]:
        """The size of every page as seen, without looking at what else is inside.

        For a document that passed :meth:`preflight` before; raises its code for one that
        cannot be read.
        """
        with memfd.hold(document, MAX_DOCUMENT) as held, self._jail.using(session) as jailed:
            return jailed.ask(wire.Measure(), [held], wire.Measured).pages

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

    def seal(
        self,
        document: BinaryIO,
        plan: SealPlan,
        impression: BinaryIO,
        *,
        certificate: bytes,
        issuers: Sequence[bytes],
        crls: Sequence[bytes],
        sign: Callable[[bytes], bytes],
        session: Session | None = None,
    ) -> Sealed:
        """Append one sealing to ``document`` (SE-02, SE-08): PAdES B-LT, one revision.

        ``certificate`` is the signer's, ``issuers`` the CAs between it and the root, ``crls``
        the lists for both (all DER). ``sign`` is called once, with the bytes the token signs
        (SHA-256 with the certificate's key); what it raises ends the sealing and is passed
        on. The result starts with the very bytes of ``document``.

        Raises ``Problem``: ``SEAL_FIELD_MISSING``, ``SEAL_FIELD_USED``, ``SEAL_FIELD_MOVED``,
        ``SEAL_SIGNATURE_TOO_LARGE``, ``PLACE_NO_SUCH_PAGE``, ``KEY_ALGORITHM``, and what
        preflight would block as broken.
        """
        with (
            memfd.hold(document, MAX_DOCUMENT) as held,
            memfd.hold(impression, MAX_IMPRESSION) as picture,
            self._jail.using(session) as jailed,
        ):
            return sealing.seal(
                jailed,
                held,
                plan,
                picture,
                certificate=certificate,
                issuers=issuers,
                crls=crls,
                sign=sign,
            )

    def verify(
        self,
        document: BinaryIO,
        *,
        roots: Sequence[bytes],
        issuers: Sequence[bytes],
        crls: Sequence[bytes],
        at: datetime | None = None,
        foreign: bool = False,
        stampers: Sequence[bytes] = (),
        each: Sequence[datetime] = (),
        session: Session | None = None,
    ) -> PdfReport:
        """Check every signature (VF-02, VF-09, X-07), trusting ``roots`` only, fetching nothing.

        ``at`` is the aware time at which paths, lists and certificates must hold; None is
        now. ``each`` has that time for each signature in the order in which they were made,
        where every one counts by its own. Lists inside the document count too, since their
        issuers signed them. What is wrong with the document is a finding, never an exception.
        ``foreign`` looks at what other software signed; without it only this program's own
        form of signature passes. ``stampers`` are the roots of enrolled time stamping
        authorities.
        """
        moment = at or datetime.now(UTC)
        question = wire.Verify(
            *(tuple(roots), tuple(issuers), tuple(crls)),
            *(moment.isoformat(), foreign, tuple(stampers)),
            tuple(one.isoformat() for one in each),
        )
        with memfd.hold(document, MAX_DOCUMENT) as held, self._jail.using(session) as jailed:
            return jailed.ask(question, [held], PdfReport)


def digest_of(file: BinaryIO) -> Digest:
    """SHA-256 of a whole file, streamed."""
    digest = hashlib.sha256()
    file.seek(0)
    while chunk := file.read(memfd.CHUNK):
        digest.update(chunk)
    return Digest("sha256:" + digest.hexdigest())
