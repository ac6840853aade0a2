"""Sheets of printed QR codes: A4, twelve or fewer codes a page, each page saying what it is."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from airseal.model.problem import Problem
from airseal.paper.forms import SONG

ACROSS: Final = 2
DOWN: Final = 3
CODES_A_PAGE: Final = ACROSS * DOWN

_MARGIN_MM: Final = 12.0
_HEADER_MM: Final = 30.0
_FOOTER_MM: Final = 10.0
_GAP_MM: Final = 4.0
_POINTS: Final = 10
_LINE_MM: Final = 5.5
_QUIET: Final = 4


class Modules(Protocol):
    """The modules of one QR symbol without a quiet zone, row by row; 0 is black."""

    @property
    def side(self) -> int:
        """Modules a row."""

    @property
    def modules(self) -> bytes:
        """All rows."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """One code, and what stands below it."""

    code: Modules
    label: str


def sheets(header: Sequence[str], codes: Sequence[Labelled], page_of: Sequence[str]) -> bytes:
    """A PDF of A4 pages with ``codes``, ``header`` lines above, and ``page_of[n]`` at its foot.

    ``page_of`` has one text for each page: :func:`pages_for` says how many there are. Raises
    ``Problem("FONT_MISSING")`` without 宋体.
    """
    from fpdf import FPDF

    if not SONG.exists():
        raise Problem("FONT_MISSING", font="AR PL UMing CN")
    logging.getLogger("fontTools.subset").setLevel(logging.ERROR)
    pdf = FPDF(format="A4")
    pdf.set_margins(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM)
    pdf.set_auto_page_break(False)
    pdf.add_font("song", fname=SONG)
    pdf.set_font("song", size=_POINTS)
    width = (pdf.w - 2 * _MARGIN_MM - (ACROSS - 1) * _GAP_MM) / ACROSS
    height = (pdf.h - 2 * _MARGIN_MM - _HEADER_MM - _FOOTER_MM) / DOWN
    side = min(width, height - _LINE_MM - _GAP_MM)
    for page in range(pages_for(len(codes))):
        pdf.add_page()
        for line in header:
            pdf.cell(0, _LINE_MM, line, new_x="LMARGIN", new_y="NEXT")
        shown = codes[page * CODES_A_PAGE : (page + 1) * CODES_A_PAGE]
        for index, one in enumerate(shown):
            left = _MARGIN_MM + index % ACROSS * (width + _GAP_MM) + (width - side) / 2
            top = _MARGIN_MM + _HEADER_MM + index // ACROSS * height
            _draw(pdf, one.code, left, top, side)
            pdf.set_xy(left, top + side)
            pdf.cell(side, _LINE_MM, one.label, align="C")
        pdf.set_xy(_MARGIN_MM, pdf.h - _MARGIN_MM - _LINE_MM)
        pdf.cell(0, _LINE_MM, page_of[page], align="C")
    return bytes(pdf.output())


def pages_for(codes: int) -> int:
    """How many pages so many codes take."""
    return -(-codes // CODES_A_PAGE)


def _draw(pdf: object, code: Modules, left: float, top: float, side: float) -> None:
    """The code as black strips, one for each run of a row: sharp at any resolution."""
    from fpdf import FPDF

    assert isinstance(pdf, FPDF)
    module = side / (code.side + 2 * _QUIET)
    pdf.set_fill_color(0, 0, 0)
    for row in range(code.side):
        start = row * code.side
        column = 0
        while column < code.side:
            run = column
            while run < code.side and code.modules[start + run] == 0:
                run += 1
            if run > column:
                x, y = left + (column + _QUIET) * module, top + (row + _QUIET) * module
                pdf.rect(x, y, (run - column) * module, module, style="F")
            column = run + 1
