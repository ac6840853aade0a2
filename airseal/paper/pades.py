"""Preparing and checking PAdES signatures with pyHanko. Runs inside the jail only.

Sealing appends one revision: the seal's fields (first sealing only), its picture, the
certificates and revocation lists (DSS), and the signature dictionary with an empty gap.
PAdES B-LT without a timestamp; the first seal certifies the document so that only further
signatures may follow (DocMDP level 2).
"""

import math
from datetime import datetime
from decimal import Decimal
from typing import Final

from asn1crypto import crl, x509
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields as pdf_fields
from pyhanko.sign.signers import constants
from pyhanko.sign.signers.cms_embedder import (
    PdfCMSEmbedder,
    SigIOSetup,
    SigMDPSetup,
    SigObjSetup,
)
from pyhanko.sign.signers.pdf_byterange import SignatureObject
from pyhanko.sign.validation.dss import DocumentSecurityStore

from airseal.model.problem import Problem
from airseal.paper import wire
from airseal.paper.memfd import CHUNK
from airseal.paper.pages import frame_of, read_pages
from airseal.paper.placement import PageFrame, Place
from airseal.paper.preflight import read

_SAME_PLACE_UM: Final = 2
"""Rounding of ``/Rect``; anything more is another place."""


class _Revision(IncrementalPdfFileWriter):
    """A revision that adds a seal and touches nothing else."""

    def _update_meta(self) -> None:
        # pyHanko would stamp the producer and the jail's clock into /Info and XMP.
        return


def prepare(request: wire.Prepare, document: int, impression: int) -> wire.Gap:
    """Extend ``document`` in place by the revision to be signed; answers where the gap is.

    Raises ``SEAL_FIELD_MISSING`` (signed before, without this field), ``SEAL_FIELD_USED``,
    ``SEAL_FIELD_MOVED`` (not where the first sealing put it), ``PLACE_NO_SUCH_PAGE``, and
    what :func:`airseal.paper.preflight.read` raises.
    """
    with open(document, "r+b", closefd=False) as stream:
        reader = read(stream)
        pages = read_pages(reader)
        frames: dict[int, PageFrame] = {}
        for number in {field.place.page for field in request.fields}:
            if number > len(pages):
                raise Problem("PLACE_NO_SUCH_PAGE", page=number, pages=len(pages))
            frames[number] = frame_of(pages[number - 1], number)
        revision = _Revision(stream, prev=reader)
        first = not any(pdf_fields.enumerate_sig_fields(reader, filled_status=True))
        if first:
            _create_fields(revision, request, frames)
        _check_field(revision, request, frames)
        gap = _write(revision, request, frames, impression, certify=first)
        stream.flush()
        return gap


def _create_fields(
    revision: _Revision, request: wire.Prepare, frames: dict[int, PageFrame]
) -> None:
    if any(pdf_fields.enumerate_sig_fields(revision)):
        raise Problem("PDF_SIGNATURE_FIELD")
    for field in request.fields:
        box = frames[field.place.page].user_box(field.place)
        pdf_fields.append_signature_field(
            revision,
            pdf_fields.SigFieldSpec(
                field.name,
                on_page=field.place.page - 1,
                box=box,  # type: ignore[arg-type]  # declared int, used as any number
            ),
        )


def _check_field(revision: _Revision, request: wire.Prepare, frames: dict[int, PageFrame]) -> None:
    """The field sealed now is there, empty, and where this sealing wants it."""
    wanted = next((f.place for f in request.fields if f.name == request.field), None)
    found = list(pdf_fields.enumerate_sig_fields(revision, with_name=request.field))
    if wanted is None or len(found) != 1:
        raise Problem("SEAL_FIELD_MISSING", field=request.field)
    _, value, reference = found[0]
    if value is not None:
        raise Problem("SEAL_FIELD_USED", field=request.field)
    field = reference.get_object()
    box = rect_of(field)
    page = field.raw_get("/P").reference
    at = revision.find_page_for_modification(  # type: ignore[no-untyped-call]  # pyHanko
        wanted.page - 1
    )[0].reference
    placed = frames[wanted.page].seen_box(box, wanted.page) if box and page == at else None
    if placed is None or not _same_place(placed, wanted):
        raise Problem("SEAL_FIELD_MOVED", field=request.field)


def _same_place(one: Place, other: Place) -> bool:
    return all(
        abs(a - b) <= _SAME_PLACE_UM
        for a, b in (
            (one.x_um, other.x_um),
            (one.y_um, other.y_um),
            (one.width_um, other.width_um),
            (one.height_um, other.height_um),
        )
    )


def _write(
    revision: _Revision,
    request: wire.Prepare,
    frames: dict[int, PageFrame],
    impression: int,
    *,
    certify: bool,
) -> wire.Gap:
    embedder = PdfCMSEmbedder().write_cms(request.field, revision, existing_fields_only=True)
    field = next(embedder).get_object()
    page = next(f.place.page for f in request.fields if f.name == request.field)
    appearance = _appearance(revision, impression, frames[page].rotation)
    field["/AP"] = generic.DictionaryObject(  # type: ignore[no-untyped-call]  # pyHanko
        {generic.pdf_name("/N"): appearance}
    )
    revision.register_extension(constants.ESIC_EXTENSION_1)
    DocumentSecurityStore.supply_dss_in_writer(
        revision,
        None,
        certs=[x509.Certificate.load(der) for der in request.issuers],
        crls=[crl.CertificateList.load(der) for der in request.crls],
    )
    signature = SignatureObject(
        timestamp=datetime.fromisoformat(request.signing_time),
        subfilter=pdf_fields.SigSeedSubFilter.PADES,
        name=request.signer_name or None,
        location=request.location or None,
        reason=request.reason or None,
        bytes_reserved=request.gap_digits,
    )
    rules = SigMDPSetup(
        md_algorithm="sha256",
        certify=certify,
        docmdp_perms=pdf_fields.MDPPerm.FILL_FORMS if certify else None,
    )
    embedder.send(SigObjSetup(sig_placeholder=signature, mdp_setup=rules))
    prepared, _ = embedder.send(SigIOSetup(md_algorithm="sha256", in_place=True, chunk_size=CHUNK))
    return wire.Gap(prepared.reserved_region_start, prepared.reserved_region_end)


def _appearance(revision: _Revision, impression: int, rotation: int) -> generic.IndirectObject:
    """The impression as a form, turned against the page's rotation so that it stands upright."""
    with open(impression, "rb", closefd=False) as stream:
        reference: generic.IndirectObject = revision.import_page_as_xobject(PdfFileReader(stream))
    turn = math.radians(rotation)
    cosine, sine = round(math.cos(turn)), round(math.sin(turn))
    form = reference.get_object()  # type: ignore[no-untyped-call]  # pyHanko
    form["/Matrix"] = generic.ArrayObject(
        map(generic.NumberObject, (cosine, sine, -sine, cosine, 0, 0))
    )
    return reference


def rect_of(field: generic.DictionaryObject) -> tuple[float, float, float, float] | None:
    """A widget's ``/Rect``, corners in order; None when it shows nothing."""
    try:
        x1, y1, x2, y2 = (
            float(number) for number in field["/Rect"] if isinstance(number, int | Decimal)
        )
    except (KeyError, TypeError, ValueError):
        return None
    box = min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)
    return box if box[2] > box[0] and box[3] > box[1] else None
