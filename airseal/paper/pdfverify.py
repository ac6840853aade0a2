"""Checking the signatures of a document with pyHanko. Runs inside the jail only.

pyHanko judges each signature, its path and what changed after it; this module refuses on
top what pyHanko lets pass (DESIGN §6): bytes behind the last signature, form fields changed
after signing, one signature shown by two fields. Whatever raises, fails.
"""

import re
from collections.abc import Coroutine, Iterator
from datetime import datetime
from typing import Any, BinaryIO, Final, TypeVar

from asn1crypto import crl, x509
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import PdfSignatureStatus
from pyhanko_certvalidator import ValidationContext

from airseal.model.problem import Problem
from airseal.paper import cades, wire
from airseal.paper.objects import entry, name
from airseal.paper.pades import rect_of
from airseal.paper.pages import frame_of, read_pages
from airseal.paper.placement import Place
from airseal.paper.preflight import read
from airseal.paper.report import (
    MAX_CERTIFICATE,
    MAX_NAME,
    MAX_SIGNATURES,
    Finding,
    Modification,
    PdfReport,
    Revocation,
    Severity,
    SignatureReport,
)

Result = TypeVar("Result")

_SUBFILTER: Final = "/ETSI.CAdES.detached"
_USAGE: Final = KeyUsageConstraints(
    key_usage={"digital_signature", "non_repudiation"}, match_all_key_usages=False
)
_END: Final = re.compile(rb"%%EOF\r?\n?\Z")


def verify(request: wire.Verify, document: int) -> PdfReport:
    """Every signature with its verdicts, and everything found against the document."""
    with open(document, "rb", closefd=False) as stream:
        try:
            return _verify(request, stream)
        except Problem as problem:
            return PdfReport((), (_block(problem.code, **problem.params),))
        except MemoryError:
            raise
        except Exception:
            # DESIGN §6: any exception while verifying is a fail.
            return PdfReport((), (_block("PDF_VERIFY_FAILED"),))


def _verify(request: wire.Verify, stream: BinaryIO) -> PdfReport:
    reader = read(stream)
    signatures = sorted(_signatures(reader), key=lambda embedded: embedded.signed_revision)
    if not signatures:
        raise Problem("PDF_UNSIGNED")
    findings = list(_shared(signatures))
    context = _Context(request, reader)
    places = _places(reader)
    signed_fields = {embedded.fq_name for embedded in signatures}
    reports = []
    for embedded in signatures:
        status = _finish(
            async_validate_pdf_signature(
                embedded, context.fresh(), key_usage_settings=_USAGE, diff_policy=None
            )
        )
        modification, changed = _modification(status, signed_fields)
        findings += [_block(code, field=embedded.fq_name[:MAX_NAME]) for code in changed]
        reports.append(_report(embedded, status, modification, stream, places))
    if not reports[-1].covers_file or not _ends_properly(stream):
        findings.append(_block("PDF_TRAILING_BYTES"))
    return PdfReport(tuple(reports), tuple(findings))


def _signatures(reader: PdfFileReader) -> Iterator[EmbeddedPdfSignature]:
    """Every filled signature field; another kind of signature than ours is refused."""
    for count, (field_name, value, field) in enumerate(
        enumerate_sig_fields(reader, filled_status=True)
    ):
        if count == MAX_SIGNATURES:
            raise Problem("PDF_TOO_COMPLEX")
        if name(value.get_object(), "/SubFilter") != _SUBFILTER:
            raise Problem("PDF_SIGNATURE_KIND", field=field_name[:MAX_NAME])
        yield EmbeddedPdfSignature(reader, field.get_object(), field_name)


def _shared(signatures: list[EmbeddedPdfSignature]) -> Iterator[Finding]:
    """One signature shown by two fields would lend its seal to another place."""
    seen: set[tuple[int, ...]] = set()
    for embedded in signatures:
        key = tuple(int(number) for number in embedded.byte_range)
        if key in seen:
            yield _block("PDF_SIGNATURE_SHARED", field=embedded.fq_name[:MAX_NAME])
        seen.add(key)


class _Context:
    """What signers are judged by: the given roots, and every list given or carried inside."""

    def __init__(self, request: wire.Verify, reader: PdfFileReader) -> None:
        self._roots = [x509.Certificate.load(der) for der in request.roots]
        self._issuers = [x509.Certificate.load(der) for der in request.issuers]
        self._crls = [crl.CertificateList.load(der) for der in request.crls]
        self._at = datetime.fromisoformat(request.at)
        try:
            self._inside: DocumentSecurityStore | None = DocumentSecurityStore.read_dss(reader)
        except NoDSSFoundError:
            self._inside = None

    def fresh(self) -> ValidationContext:
        """A context for one signature; pyHanko's remembers what it saw."""
        settings: dict[str, Any] = {
            "trust_roots": self._roots,
            "other_certs": self._issuers,
            "crls": self._crls,
            "ocsps": [],
            "moment": self._at,
            "allow_fetching": False,
            # Stricter than "hard-fail", which asks only for lists a certificate points to.
            "revocation_mode": "require",
            # A younger list knows all an older one knew.
            "retroactive_revinfo": True,
        }
        if self._inside is None:
            return ValidationContext(**settings)
        return self._inside.as_validation_context(settings)


def _modification(
    status: PdfSignatureStatus, signed_fields: set[str]
) -> tuple[Modification, list[str]]:
    """What was added later, and the codes it earns when that is more than signatures."""
    result = status.diff_result
    if not isinstance(result, DiffResult):
        return Modification.OTHER, ["PDF_CHANGED_AFTER_SIGNING"]
    foreign = result.changed_form_fields - signed_fields
    match result.modification_level:
        case ModificationLevel.NONE:
            return Modification.NONE, []
        case ModificationLevel.LTA_UPDATES:
            return Modification.EVIDENCE, []
        case ModificationLevel.FORM_FILLING if not foreign:
            return Modification.SIGNATURES, []
        case ModificationLevel.FORM_FILLING:
            return Modification.OTHER, ["PDF_FIELD_CHANGED"]
        case _:
            return Modification.OTHER, ["PDF_CHANGED_AFTER_SIGNING"]


def _report(
    embedded: EmbeddedPdfSignature,
    status: PdfSignatureStatus,
    modification: Modification,
    stream: BinaryIO,
    places: dict[str, Place],
) -> SignatureReport:
    certificate = bytes(embedded.signer_cert.dump())
    if len(certificate) > MAX_CERTIFICATE:
        raise Problem("PDF_VERIFY_FAILED")
    contiguous, to_the_end = _coverage(embedded, stream)
    contiguous = contiguous and _path_only(embedded, status)
    claimed = name(embedded.sig_object, "/M")
    if status.revoked:
        revocation = Revocation.REVOKED
    else:
        revocation = Revocation.GOOD if status.trusted else Revocation.UNKNOWN
    return SignatureReport(
        field=embedded.fq_name[:MAX_NAME],
        certificate=certificate,
        claimed_time=generic.parse_pdf_date(claimed).isoformat() if claimed else "",
        intact=bool(status.intact and status.valid and contiguous),
        covers_file=to_the_end,
        trusted=bool(status.trusted and status.intact and status.valid),
        revocation=revocation,
        modification=modification,
        place=places.get(embedded.fq_name),
    )


def _coverage(embedded: EmbeddedPdfSignature, stream: BinaryIO) -> tuple[bool, bool]:
    """Whether all but the signature is signed from the first byte on; and to the last one.

    The unsigned gap may hold nothing but the signature, in our own spelling and padded with
    zeros: there is no byte in the file that could be another one.
    """
    size = stream.seek(0, 2)
    numbers = [int(number) for number in embedded.byte_range]
    if len(numbers) != 4:
        return False, False
    start, gap_start, gap_end, length = numbers
    if not (start == 0 <= gap_start < gap_end <= gap_end + length <= size):
        return False, False
    stream.seek(gap_start)
    gap = stream.read(gap_end - gap_start)
    digits = _canonical(embedded).hex().upper().encode()
    exact = gap == b"<" + digits.ljust(len(gap) - 2, b"0") + b">"
    return exact, exact and gap_end + length == size


def _path_only(embedded: EmbeddedPdfSignature, status: PdfSignatureStatus) -> bool:
    """Whether a trusted signature carries no certificate but those of its path."""
    if not status.trusted or status.validation_path is None:
        return True
    path = {link.dump() for link in status.validation_path.iter_certs(include_root=True)}
    return all(extra.dump() in path for extra in embedded.other_embedded_certs)


def _canonical(embedded: EmbeddedPdfSignature) -> bytes:
    """The container as this program would have written it, from its signed and variable parts."""
    signed = embedded.signed_data
    certificates = [choice.chosen.dump() for choice in signed["certificates"]]
    certificate = embedded.signer_cert.dump()
    attributes = cades.signed_attributes(embedded.compute_digest(), certificate)
    signature = embedded.signer_info["signature"].native
    return cades.signed_data(attributes, signature, certificate, certificates[1:])


def _ends_properly(stream: BinaryIO) -> bool:
    stream.seek(max(0, stream.seek(0, 2) - 16))
    return bool(_END.search(stream.read()))


def _places(reader: PdfFileReader) -> dict[str, Place]:
    """Where each signature field shows itself, by full name."""
    pages = read_pages(reader)
    shown: dict[generic.Reference, int] = {}
    for number, page in enumerate(pages, start=1):
        annotations = entry(page, "/Annots")
        if isinstance(annotations, generic.ArrayObject):
            for annotation in list.__iter__(annotations):
                if isinstance(annotation, generic.IndirectObject):
                    shown[annotation.reference] = number
    places = {}
    for field_name, _, reference in enumerate_sig_fields(reader, filled_status=True):
        page_number = shown.get(reference.reference)
        box = rect_of(reference.get_object())
        if page_number is not None and box is not None:
            frame = frame_of(pages[page_number - 1], page_number)
            places[field_name] = frame.seen_box(box, page_number)
    return places


def _finish(coroutine: Coroutine[Any, Any, Result]) -> Result:
    """Run a coroutine that never waits: nothing is fetched, so no event loop, no socket."""
    try:
        coroutine.send(None)
    except StopIteration as end:
        result: Result = end.value
        return result
    coroutine.close()
    raise Problem("PDF_VERIFY_FAILED")


def _block(code: str, **params: str | int) -> Finding:
    return Finding(code, Severity.BLOCK, params)
