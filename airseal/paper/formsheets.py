"""Drawing a paper form as PDF: A4, 宋体 embedded, ruled boxes that grow with what is in them."""

import logging
from typing import TYPE_CHECKING, Final

from airseal.model.paperform import Box, Pair, PaperForm, Table
from airseal.model.problem import Problem
from airseal.paper.forms import SONG

if TYPE_CHECKING:
    from fpdf import FPDF

_MARGIN_MM: Final = 20.0
_LABEL_MM: Final = 34.0
_LINE_MM: Final = 6.4
_PADDING_MM: Final = 2.0
_POINTS: Final = 12
_SMALL: Final = 9
_SMALL_LINE_MM: Final = 4.5
_RED: Final = (200, 0, 0)
_GREY: Final = (235, 235, 235)


def draw_form(form: PaperForm) -> bytes:
    """The PDF of ``form``; raises ``Problem("FONT_MISSING")``.

    A box never breaks over two pages: one that does not fit begins the next.
    """
    from fpdf import FPDF
    from fpdf.enums import WrapMode

    if not SONG.exists():
        raise Problem("FONT_MISSING", font="AR PL UMing CN")
    logging.getLogger("fontTools.subset").setLevel(logging.ERROR)
    across = any(isinstance(row, Table) for row in form.rows)
    pdf = FPDF(format="A4", orientation="landscape" if across else "portrait")
    pdf.set_margins(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM)
    pdf.set_auto_page_break(False)
    pdf.set_title(form.title)
    pdf.add_font("song", fname=SONG)
    pdf.add_page()
    pdf.set_font("song", size=20)
    pdf.multi_cell(0, 12, form.title, align="C", new_x="LMARGIN", new_y="NEXT")
    pdf.set_font("song", size=10)
    if form.warning:
        pdf.set_text_color(*_RED)
        pdf.multi_cell(0, 6, form.warning, align="C", new_x="LMARGIN", new_y="NEXT")
        pdf.set_text_color(0, 0, 0)
    pdf.cell(0, 7, form.number, align="R", new_x="LMARGIN", new_y="NEXT")
    pdf.set_font("song", size=_POINTS)
    pdf.set_line_width(0.3)
    whole = pdf.w - 2 * _MARGIN_MM
    for row in form.rows:
        match row:
            case Box():
                _row(pdf, (row,), whole, form.signature)
            case Pair(left=left, right=right):
                _row(pdf, (left, right), whole / 2, form.signature)
            case Table():
                _table(pdf, row)
    pdf.set_font("song", size=9)
    pdf.ln(2)
    _next_page_unless(pdf, 10)
    pdf.multi_cell(0, 4.5, form.footer, wrapmode=WrapMode.CHAR, new_x="LMARGIN", new_y="NEXT")
    return bytes(pdf.output())


def _row(pdf: "FPDF", boxes: tuple[Box, ...], width: float, signature: str) -> None:
    """Boxes side by side, as high as the highest of them."""
    height = max(_height(pdf, box, width) for box in boxes)
    _next_page_unless(pdf, height)
    top = pdf.get_y()
    for place, box in enumerate(boxes):
        _box(pdf, box, _MARGIN_MM + place * width, top, width, height, signature)
    pdf.set_xy(_MARGIN_MM, top + height)


def _table(pdf: "FPDF", table: Table) -> None:
    """The lines, over as many pages as they need, each page under the headings."""
    from fpdf.enums import TableHeadingsDisplay, WrapMode
    from fpdf.fonts import FontFace

    pdf.set_font("song", size=_SMALL)
    pdf.set_auto_page_break(True, _MARGIN_MM)
    with pdf.table(
        col_widths=table.shares,
        line_height=_SMALL_LINE_MM,
        padding=1,
        wrapmode=WrapMode.CHAR,
        repeat_headings=TableHeadingsDisplay.ON_TOP_OF_EVERY_PAGE,
        headings_style=FontFace(fill_color=_GREY),
        text_align="LEFT",
    ) as drawn:
        for line in (table.headings, *table.lines):
            drawn.row(line)
    pdf.set_auto_page_break(False)
    pdf.set_font("song", size=_POINTS)


def _height(pdf: "FPDF", box: Box, width: float) -> float:
    lines = 0
    for cell, text in ((_LABEL_MM, box.label), (width - _LABEL_MM, box.text)):
        lines = max(lines, len(_wrapped(pdf, cell, text)))
    return max(lines, box.lines) * _LINE_MM + 2 * _PADDING_MM + (_LINE_MM + 4) * box.signed


def _wrapped(pdf: "FPDF", width: float, text: str) -> list[str]:
    from fpdf.enums import WrapMode

    made = pdf.multi_cell(
        width - _PADDING_MM, _LINE_MM, text, dry_run=True, output="LINES", wrapmode=WrapMode.CHAR
    )
    assert isinstance(made, list)
    return made


def _box(
    pdf: "FPDF", box: Box, left: float, top: float, width: float, height: float, signature: str
) -> None:
    from fpdf.enums import WrapMode

    pdf.rect(left, top, _LABEL_MM, height)
    pdf.rect(left + _LABEL_MM, top, width - _LABEL_MM, height)
    inner = top + (height - _LINE_MM * len(_wrapped(pdf, _LABEL_MM, box.label))) / 2
    pdf.set_xy(left, inner)
    pdf.multi_cell(_LABEL_MM, _LINE_MM, box.label, align="C", wrapmode=WrapMode.CHAR)
    pdf.set_xy(left + _LABEL_MM, top + _PADDING_MM)
    pdf.multi_cell(width - _LABEL_MM, _LINE_MM, box.text, align="L", wrapmode=WrapMode.CHAR)
    if box.signed:
        pdf.set_xy(left + _LABEL_MM, top + height - _LINE_MM - _PADDING_MM)
        pdf.cell(width - _LABEL_MM - _PADDING_MM, _LINE_MM, signature, align="R")


def _next_page_unless(pdf: "FPDF", height: float) -> None:
    if pdf.get_y() + height > pdf.h - _MARGIN_MM:
        pdf.add_page()
