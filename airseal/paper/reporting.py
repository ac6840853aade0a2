"""Drawing a sheet as PDF: A4, 宋体 embedded, as many lines to a page as fit."""

import io
import logging
from typing import TYPE_CHECKING, Final

from airseal.model.problem import Problem
from airseal.model.sheet import Section, Sheet
from airseal.paper.forms import SONG
from airseal.paper.report import Picture

if TYPE_CHECKING:
    from fpdf import FPDF

_MARGIN_MM: Final = 12.0
_LINE_MM: Final = 3.1
_POINTS: Final = 6.8
_PICTURE_MM: Final = 46.0


def draw(sheet: Sheet, pictures: tuple[Picture, ...] = ()) -> bytes:
    """The PDF of ``sheet`` with up to two page pictures at its head.

    A verdict on one document fits on one page. Raises ``Problem("FONT_MISSING")``.
    """
    from fpdf import FPDF

    if not SONG.exists():
        raise Problem("FONT_MISSING", font="AR PL UMing CN")
    logging.getLogger("fontTools.subset").setLevel(logging.ERROR)
    pdf = FPDF(format="A4")
    pdf.set_margins(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM)
    pdf.set_auto_page_break(True, _MARGIN_MM)
    pdf.set_title(sheet.title)
    pdf.add_font("song", fname=SONG)
    pdf.add_page()
    beside = _PICTURE_MM * len(pictures[:2])
    _head(pdf, sheet, beside)
    _pictures(pdf, pictures[:2])
    for section in sheet.sections:
        _section(pdf, section)
    pdf.set_font("song", size=_POINTS)
    pdf.ln(1)
    _line(pdf, 0, _LINE_MM, sheet.footer)
    return bytes(pdf.output())


def _head(pdf: "FPDF", sheet: Sheet, beside: float) -> None:
    width = pdf.w - 2 * _MARGIN_MM - beside
    pdf.set_font("song", size=15)
    _line(pdf, width, 8, sheet.title)
    pdf.set_font("song", size=8)
    _line(pdf, width, 4.5, sheet.number)
    if sheet.warning:
        pdf.set_text_color(200, 0, 0)
        _line(pdf, width, 4.5, sheet.warning)
        pdf.set_text_color(0, 0, 0)
    pdf.set_font("song", size=12)
    _line(pdf, width, 7, sheet.conclusion)


def _pictures(pdf: "FPDF", pictures: tuple[Picture, ...]) -> None:
    """At the upper right, side by side, each in a frame."""
    from PIL import Image

    lowest = pdf.get_y()
    for index, picture in enumerate(pictures):
        image = Image.frombytes("RGB", (picture.width, picture.height), picture.rgb)
        encoded = io.BytesIO()
        image.save(encoded, "PNG")
        encoded.seek(0)
        width = _PICTURE_MM - 2
        height = width * picture.height / picture.width
        left = pdf.w - _MARGIN_MM - _PICTURE_MM * (len(pictures) - index) + 2
        pdf.image(encoded, left, _MARGIN_MM, width, height)
        pdf.rect(left, _MARGIN_MM, width, height)
        lowest = max(lowest, _MARGIN_MM + height)
    pdf.set_y(lowest + 2)


def _section(pdf: "FPDF", section: Section) -> None:
    pdf.set_font("song", size=9)
    pdf.multi_cell(0, 5, section.heading, new_x="LMARGIN", new_y="NEXT")
    pdf.set_font("song", size=_POINTS)
    pdf.set_draw_color(150, 150, 150)
    with pdf.table(
        col_widths=section.widths,
        first_row_as_headings=False,
        line_height=_LINE_MM,
        wrapmode="CHAR",
        padding=0.4,
    ) as table:
        for row in section.rows:
            table.row(row)
    pdf.ln(1)


def _line(pdf: "FPDF", width: float, height: float, text: str) -> None:
    from fpdf.enums import WrapMode

    pdf.multi_cell(width, height, text, wrapmode=WrapMode.CHAR, new_x="LMARGIN", new_y="NEXT")
