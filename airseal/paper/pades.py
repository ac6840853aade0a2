"""PAdES signatures; not written yet."""

from airseal.paper import report, wire


def prepare(request: wire.Prepare, document: int, impression: int) -> wire.Gap:
    raise NotImplementedError


def verify(request: wire.Verify, document: int) -> report.PdfReport:
    raise NotImplementedError
