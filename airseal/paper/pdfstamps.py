"""The time stamps in a PDF: in a signature, or of the whole document. In the jail only.

A time stamp is evidence beside the signature: one that does not fit is a forgery, one whose
authority nobody enrolled is only said to be there (VF-10).
"""

from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.pdf_embedded import (
    EmbeddedPdfSignature,
    async_validate_pdf_timestamp,
)
from pyhanko.sign.validation.status import PdfSignatureStatus, TimestampSignatureStatus
from pyhanko_certvalidator import ValidationContext

from airseal.paper.coverage import Coverage
from airseal.paper.report import MAX_NAME, Stamp, StampReport
from airseal.paper.waiting import finish


def of_signature(field: str, status: PdfSignatureStatus) -> StampReport | None:
    """The time stamp inside a signature, if it has one."""
    inside = status.timestamp_validity
    return None if inside is None else _report(field, inside, whole=True)


def of_document(
    reader: PdfFileReader,
    field: generic.DictionaryObject,
    field_name: str,
    context: ValidationContext,
    stream: Any,
) -> StampReport:
    """The document time stamp in ``field``; whatever raises makes it broken."""
    try:
        embedded = EmbeddedPdfSignature(reader, field, field_name)
        whole = Coverage(embedded, stream, foreign=True).whole
        status = finish(async_validate_pdf_timestamp(embedded, context, skip_diff=True))
    except MemoryError:
        raise
    except Exception:
        return StampReport(field_name[:MAX_NAME], Stamp.BROKEN)
    return _report(field_name, status, whole=whole)


def _report(field: str, status: TimestampSignatureStatus, *, whole: bool) -> StampReport:
    if not (whole and status.intact and status.valid):
        return StampReport(field[:MAX_NAME], Stamp.BROKEN)
    state = Stamp.TRUSTED if status.trusted else Stamp.UNKNOWN
    return StampReport(field[:MAX_NAME], state, status.timestamp.isoformat())
