"""What is said about a document: findings, reports and proposals.

Codes and numbers are ours; every text in here was read from a document and is outside
text, to be made harmless where it is shown. These types cross from the jail, so their
sizes are bounded and checked on arrival.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Final

from msgspec import Meta

from airseal.model.digest import Digest
from airseal.model.problem import Problem
from airseal.paper.placement import PageNumber, PageSize, Place

MAX_DOCUMENT: Final = 256 << 20
"""Bytes of one document."""
MAX_PAGES: Final = 2_000
MAX_FINDINGS: Final = 200
MAX_TEXT: Final = 200_000
"""Characters of one page's text layer."""
MAX_NAME: Final = 200
MAX_SIGNATURES: Final = 100
MAX_CERTIFICATE: Final = 16_384

Code = Annotated[str, Meta(pattern=r"^[A-Z][A-Z0-9_]{2,47}$")]
Name = Annotated[str, Meta(max_length=MAX_NAME)]
Count = Annotated[int, Meta(ge=0, le=2**48)]


class Severity(StrEnum):
    """Whether a finding forbids sealing or is only shown to the people who decide."""

    BLOCK = "block"
    WARN = "warn"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found in a document: a code with its parameters (untrusted texts, numbers)."""

    code: Code
    severity: Severity
    params: Mapping[Annotated[str, Meta(max_length=32)], Name | Count]

    @property
    def problem(self) -> Problem:
        """The finding as an error, for those who refuse because of it."""
        return Problem(self.code, **self.params)


Findings = Annotated[tuple[Finding, ...], Meta(max_length=MAX_FINDINGS)]


@dataclass(frozen=True, slots=True)
class Inspection:
    """What preflight sees inside a document; no pages when it could not be read."""

    page_sizes: Annotated[tuple[PageSize, ...], Meta(max_length=MAX_PAGES)]
    title: Name
    findings: Findings


@dataclass(frozen=True, slots=True)
class PreflightReport:
    """A document's identity, taken outside the jail, and what preflight found (DC-03, DC-04)."""

    digest: Digest
    size: int
    page_sizes: tuple[PageSize, ...]
    title: str
    findings: tuple[Finding, ...]

    @property
    def pages(self) -> int:
        """The number of pages."""
        return len(self.page_sizes)

    @property
    def first_block(self) -> Problem | None:
        """The first finding that forbids sealing, as an error."""
        blocks = (f.problem for f in self.findings if f.severity is Severity.BLOCK)
        return next(blocks, None)


@dataclass(frozen=True, slots=True)
class Proposal:
    """Where the 落款 seal would go; ``found`` is False when it is only the usual corner."""

    place: Place
    found: bool

    @property
    def page(self) -> int:
        """The page, from 1."""
        return self.place.page

    @property
    def x_um(self) -> int:
        """Centre from the left edge as seen."""
        return self.place.x_um

    @property
    def y_um(self) -> int:
        """Centre from the top edge as seen."""
        return self.place.y_um


@dataclass(frozen=True, slots=True)
class Picture:
    """A rendered page: ``height`` rows of ``width`` pixels, 3 bytes (red, green, blue) each."""

    width: int
    height: int
    rgb: bytes


class Revocation(StrEnum):
    """What the lists at hand say about the signer's certificate."""

    GOOD = "good"
    REVOKED = "revoked"
    UNKNOWN = "unknown"


class Trouble(StrEnum):
    """Why a signer's path does not hold; ``NONE`` when it does."""

    NONE = "none"
    NO_PATH = "no-path"
    EXPIRED = "expired"
    REVOKED = "revoked"
    NO_LIST = "no-list"
    UNSUITABLE = "unsuitable"
    """A key usage, an algorithm or a constraint that speaks against it."""


class Stamp(StrEnum):
    """What a time stamp in a PDF is worth."""

    TRUSTED = "trusted"
    """It fits, and its authority is enrolled here."""
    UNKNOWN = "unknown"
    """It fits, and nobody here knows its authority."""
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class StampReport:
    """One time stamp: of the document, or in the signature ``field``; ``at`` is RFC 3339."""

    field: Name
    state: Stamp
    at: Annotated[str, Meta(max_length=40)] = ""


class Modification(StrEnum):
    """What was added after a signature's own revision, from nothing to anything."""

    NONE = "none"
    EVIDENCE = "evidence"
    SIGNATURES = "signatures"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class SignatureReport:
    """One signature of a document, in the order of the revisions.

    ``certificate`` is the signer's (DER, as it came in the document). ``claimed_time`` is
    the ``/M`` time (RFC 3339), the signer's own statement. ``intact``: the signed bytes are
    unchanged and the signature fits them. ``covers_file``: nothing at all follows.
    ``trusted``: a path to a given root holds at the time asked for, every list included;
    ``trouble`` says why not. ``signer`` is the name in the certificate. The signature protects
    every byte before ``end`` but the ``gap`` bytes of itself. ``stamp`` is a time stamp inside it.
    """

    field: Name
    certificate: Annotated[bytes, Meta(max_length=MAX_CERTIFICATE)]
    claimed_time: Annotated[str, Meta(max_length=40)]
    intact: bool
    covers_file: bool
    trusted: bool
    revocation: Revocation
    modification: Modification
    place: Place | None
    trouble: Trouble = Trouble.NONE
    signer: Name = ""
    end: Count = 0
    gap: Count = 0
    stamp: StampReport | None = None


@dataclass(frozen=True, slots=True)
class PdfReport:
    """Everything the signatures of a document prove, and what is wrong with it.

    Each finding of severity ``BLOCK`` alone makes the document fail; ``WARN`` is what a document
    from elsewhere may have, and could show something else with. ``size`` is the file's, in
    bytes; ``stamps`` are the time stamps of the document as a whole.
    """

    signatures: Annotated[tuple[SignatureReport, ...], Meta(max_length=MAX_SIGNATURES)]
    findings: Findings
    size: Count = 0
    stamps: Annotated[tuple[StampReport, ...], Meta(max_length=MAX_SIGNATURES)] = ()

    @property
    def timestamps(self) -> tuple[StampReport, ...]:
        """Every time stamp: in the signatures, then of the document."""
        inside = tuple(one.stamp for one in self.signatures if one.stamp is not None)
        return inside + self.stamps

    @property
    def sound(self) -> bool:
        """Signed, with every signature intact and trusted, and nothing found against it."""
        return (
            bool(self.signatures)
            and not any(f.severity is Severity.BLOCK for f in self.findings)
            and all(s.intact and s.trusted for s in self.signatures)
            and not any(stamp.state is Stamp.BROKEN for stamp in self.timestamps)
        )


__all__ = [
    "MAX_DOCUMENT",
    "MAX_FINDINGS",
    "MAX_NAME",
    "MAX_PAGES",
    "MAX_SIGNATURES",
    "MAX_TEXT",
    "Finding",
    "Inspection",
    "Modification",
    "PageNumber",
    "PageSize",
    "PdfReport",
    "Picture",
    "Place",
    "PreflightReport",
    "Proposal",
    "Revocation",
    "Severity",
    "SignatureReport",
    "Stamp",
    "StampReport",
    "Trouble",
]
