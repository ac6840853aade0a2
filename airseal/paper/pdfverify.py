"""Checking the signatures of a document with pyHanko. Runs inside the jail only.

pyHanko judges each signature, its path and what changed after it; this module refuses on
top what pyHanko lets pass (DESIGN §6, ADR 22): bytes behind the last signature, form fields
changed after signing, one signature shown by two fields, what a certification forbids, pictures
laid over the page by a later signature. Whatever raises, fails.
"""

from collections.abc import Iterator
from copy import copy
from datetime import datetime
from functools import partial
from itertools import zip_longest
from typing import Any, BinaryIO, Final

from asn1crypto import crl, x509
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESIndeterminate
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
from airseal.paper import pdfstamps, shadow, wire
from airseal.paper.coverage import Coverage, ends_properly, loose
from airseal.paper.objects import name
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
    StampReport,
    Trouble,
)
from airseal.paper.sigfields import Seats
from airseal.paper.waiting import finish

_OWN_KINDS: Final = ("/ETSI.CAdES.detached",)
_FOREIGN_KINDS: Final = (*_OWN_KINDS, "/adbe.pkcs7.detached")
_STAMP_KIND: Final = "/ETSI.RFC3161"
_USAGE: Final = KeyUsageConstraints(
    key_usage={"digital_signature", "non_repudiation"}, match_all_key_usages=False
)
_PURPOSES: Final = frozenset(
    (
        *("any_extended_key_usage", "client_auth", "email_protection"),
        *("microsoft_document_signing", "adobe_authentic_documents_trust", "1.3.6.1.5.5.7.3.36"),
    )
)
"""What a certificate may name as its purpose and sign documents; a web server's may not."""


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
    kinds = _FOREIGN_KINDS if request.foreign else _OWN_KINDS
    context = _Context(request, reader)
    filled, stamps = _signatures(reader, kinds, stream, context)
    signatures = sorted(filled, key=lambda embedded: embedded.signed_revision)
    if not signatures:
        raise Problem("PDF_UNSIGNED")
    findings = list(_shared(signatures))
    seats = Seats(reader)
    signed_fields = {embedded.fq_name for embedded in signatures} | {one.field for one in stamps}
    reports = []
    for embedded, at in zip_longest(signatures, request.each[: len(signatures)]):
        status = _status(embedded, context.by(at or request.at))
        modification, changed = _modification(status, signed_fields)
        findings += [_block(code, field=embedded.fq_name[:MAX_NAME]) for code in changed]
        coverage = Coverage(embedded, stream, request.foreign)
        reports.append(_report(embedded, status, modification, coverage, seats, request.foreign))
    if _trailing(reader, signatures[-1], reports[-1], stream, request.foreign):
        findings.append(_block("PDF_TRAILING_BYTES"))
    if shadow.redraws_since(reader, signatures[0].signed_revision):
        findings.append(_block("PDF_FORM_REDRAWN"))
    severity = Severity.WARN if request.foreign else Severity.BLOCK
    findings += [
        _found("PDF_SEAL_COVERING", severity, field=field[:MAX_NAME])
        for field in seats.covering(signatures, [partial(_seen, stream, r.end) for r in reports])
    ]
    findings += [
        Finding(code, severity, {}) for code in shadow.material(stream, reader, request.foreign)
    ]
    return PdfReport(tuple(reports), tuple(findings), stream.seek(0, 2), tuple(stamps))


def _seen(stream: BinaryIO, end: int) -> bytes:
    """The document as the signature that ends at ``end`` saw it."""
    stream.seek(0)
    return stream.read(end)


def _status(embedded: EmbeddedPdfSignature, context: "_Context") -> PdfSignatureStatus:
    """What pyHanko says, by all lists; a forged one inside must not speak against the signer."""

    def ask(lists: ValidationContext) -> PdfSignatureStatus:
        return finish(
            async_validate_pdf_signature(
                embedded, lists, context.stamping(), key_usage_settings=_USAGE, diff_policy=None
            )
        )

    status = ask(context.all_lists())
    if status.trusted or status.revoked:
        return status
    given = ask(context.given_lists())
    return given if given.trusted else status


def _signatures(
    reader: PdfFileReader, kinds: tuple[str, ...], stream: BinaryIO, context: "_Context"
) -> tuple[list[EmbeddedPdfSignature], list[StampReport]]:
    """Every filled signature field of a kind we judge, and the document time stamps.

    Raises ``PDF_SIGNATURE_KIND`` for any other kind.
    """
    found: list[EmbeddedPdfSignature] = []
    stamps: list[StampReport] = []
    for count, (field_name, value, field) in enumerate(
        enumerate_sig_fields(reader, filled_status=True)
    ):
        if count == MAX_SIGNATURES:
            raise Problem("PDF_TOO_COMPLEX")
        kind = name(value.get_object(), "/SubFilter")
        if kinds is _FOREIGN_KINDS and kind == _STAMP_KIND:
            held = field.get_object()
            stamps.append(
                pdfstamps.of_document(reader, held, field_name, context.stamping(), stream)
            )
        elif kind in kinds:
            found.append(EmbeddedPdfSignature(reader, field.get_object(), field_name))
        else:
            raise Problem("PDF_SIGNATURE_KIND", field=field_name[:MAX_NAME])
    return found, stamps


def _trailing(
    reader: PdfFileReader,
    last: EmbeddedPdfSignature,
    report: SignatureReport,
    stream: BinaryIO,
    foreign: bool,
) -> bool:
    """Whether anything follows the last signature that nobody signed.

    Other software adds revocation lists and time stamps as revisions of their own; pyHanko has
    judged those, so only loose bytes between them are left to be refused.
    """
    if not ends_properly(stream):
        return True
    if report.covers_file:
        return False
    later = reader.xrefs.total_revisions - 1 - last.signed_revision
    harmless = report.modification is Modification.EVIDENCE
    return not (foreign and harmless and not loose(stream, report.end, later))


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
        self._stampers = [x509.Certificate.load(der) for der in request.stampers]
        self._at = datetime.fromisoformat(request.at)
        try:
            self._inside: DocumentSecurityStore | None = DocumentSecurityStore.read_dss(reader)
        except NoDSSFoundError:
            self._inside = None

    def by(self, at: str) -> "_Context":
        """The same, at another time of judgement (RFC 3339)."""
        other = copy(self)
        other._at = datetime.fromisoformat(at)
        return other

    def all_lists(self) -> ValidationContext:
        """A context for one signature, with the lists inside; pyHanko's remembers what it saw."""
        settings = self._settings()
        if self._inside is None:
            return ValidationContext(**settings)
        return self._inside.as_validation_context(settings)

    def given_lists(self) -> ValidationContext:
        """The same, without what the document brought along."""
        return ValidationContext(**self._settings())

    def _settings(self) -> dict[str, Any]:
        return {
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

    def stamping(self) -> ValidationContext:
        """A context for one time stamp: enrolled authorities; nobody offline has their lists."""
        return ValidationContext(
            trust_roots=self._stampers,
            moment=self._at,
            allow_fetching=False,
            revocation_mode="soft-fail",
        )


def _modification(
    status: PdfSignatureStatus, signed_fields: set[str]
) -> tuple[Modification, list[str]]:
    """What was added later, and the codes it earns when that is more than signatures."""
    result = status.diff_result
    if not isinstance(result, DiffResult):
        return Modification.OTHER, ["PDF_CHANGED_AFTER_SIGNING"]
    if status.docmdp_ok is False:
        return Modification.OTHER, ["PDF_FORBIDDEN_CHANGE"]
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
    coverage: Coverage,
    seats: Seats,
    foreign: bool,
) -> SignatureReport:
    certificate = bytes(embedded.signer_cert.dump())
    if len(certificate) > MAX_CERTIFICATE:
        raise Problem("PDF_VERIFY_FAILED")
    whole = coverage.whole and (foreign or _path_only(embedded, status))
    claimed = name(embedded.sig_object, "/M")
    suitable = _for_documents(embedded.signer_cert)
    trusted = bool(status.trusted and status.intact and status.valid and suitable)
    if status.revoked:
        revocation = Revocation.REVOKED
    else:
        revocation = Revocation.GOOD if status.trusted else Revocation.UNKNOWN
    return SignatureReport(
        field=embedded.fq_name[:MAX_NAME],
        certificate=certificate,
        claimed_time=generic.parse_pdf_date(claimed).isoformat() if claimed else "",
        intact=bool(status.intact and status.valid and whole),
        covers_file=coverage.to_the_end,
        trusted=trusted,
        revocation=revocation,
        modification=modification,
        place=seats.place(embedded.fq_name),
        trouble=_trouble(status) if suitable else Trouble.UNSUITABLE,
        signer=_common_name(embedded.signer_cert),
        end=coverage.end,
        gap=coverage.gap,
        stamp=pdfstamps.of_signature(embedded.fq_name, status),
    )


def _trouble(status: PdfSignatureStatus) -> Trouble:
    """Why the path does not hold, in the few words that lead to different deeds."""
    match status.trust_problem_indic:
        case None:
            return Trouble.NONE if status.validation_path is not None else Trouble.NO_PATH
        case AdESIndeterminate.NO_CERTIFICATE_CHAIN_FOUND:
            return Trouble.NO_PATH
        case AdESIndeterminate.OUT_OF_BOUNDS_NO_POE | AdESIndeterminate.NOT_YET_VALID:
            return Trouble.EXPIRED
        case AdESIndeterminate.REVOKED_NO_POE | AdESIndeterminate.REVOKED_CA_NO_POE:
            return Trouble.REVOKED
        case (
            AdESIndeterminate.CHAIN_CONSTRAINTS_FAILURE
            | AdESIndeterminate.CRYPTO_CONSTRAINTS_FAILURE
            | AdESIndeterminate.CRYPTO_CONSTRAINTS_FAILURE_NO_POE
            | AdESIndeterminate.SIG_CONSTRAINTS_FAILURE
        ):
            return Trouble.UNSUITABLE
        case _:
            return Trouble.NO_LIST


def _for_documents(certificate: x509.Certificate) -> bool:
    """Whether a certificate names no purpose, or one that covers documents (RFC 5280, RFC 9336)."""
    purposes = certificate.extended_key_usage_value
    return purposes is None or bool(_PURPOSES & set(purposes.native))


def _common_name(certificate: x509.Certificate) -> str:
    """The name in a certificate: outside text."""
    found = certificate.subject.native.get("common_name", "")
    return str(found)[:MAX_NAME]


def _path_only(embedded: EmbeddedPdfSignature, status: PdfSignatureStatus) -> bool:
    """Whether a trusted signature carries no certificate but those of its path."""
    if not status.trusted or status.validation_path is None:
        return True
    path = {link.dump() for link in status.validation_path.iter_certs(include_root=True)}
    return all(extra.dump() in path for extra in embedded.other_embedded_certs)


def _block(code: str, **params: str | int) -> Finding:
    return Finding(code, Severity.BLOCK, params)


def _found(code: str, severity: Severity, **params: str | int) -> Finding:
    return Finding(code, severity, params)
