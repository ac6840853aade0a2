"""Papers this program writes itself, as PDF (fpdf2, 宋体 embedded)."""

import logging
from datetime import date
from functools import lru_cache
from pathlib import Path

from airseal.model.problem import Problem

SONG = Path("/usr/share/fonts/truetype/arphic/uming.ttc")
"""AR PL UMing, the 宋体 of the Debian package fonts-arphic-uming; face 0 is the CN one."""

MARGINS_MM = (37.0, 26.0, 35.0, 28.0)
"""Top, right, bottom, left: the type area of GB/T 9704-2012 §5.2."""

_RED = (220, 0, 0)
_BODY_POINTS = 16
_LINE_MM = 10.0


@lru_cache(maxsize=32)
def sample_document(unit: str, title: str, day: date) -> bytes:
    """A one-page 公文 of ``unit`` for demonstrations, laid out after GB/T 9704-2012.

    It says that it is a demonstration. Reading the whole font takes most of a second, so one
    that is asked for again is not drawn again. Raises ``Problem("FONT_MISSING")`` without 宋体.
    """
    from fpdf import FPDF
    from fpdf.enums import WrapMode

    if not SONG.exists():
        raise Problem("FONT_MISSING", font="AR PL UMing CN")
    # The font's bitmap strikes are not embedded; the subsetter says so on stderr otherwise.
    logging.getLogger("fontTools.subset").setLevel(logging.ERROR)
    top, right, bottom, left = MARGINS_MM
    pdf = FPDF(format="A4")
    pdf.set_margins(left, top, right)
    pdf.set_auto_page_break(True, bottom)
    pdf.set_title(title)
    pdf.add_font("song", fname=SONG)
    pdf.add_page()
    pdf.set_text_color(*_RED)
    pdf.set_font("song", size=34)
    pdf.cell(0, 20, f"{unit}文件", align="C", new_x="LMARGIN", new_y="NEXT")
    pdf.set_draw_color(*_RED)
    pdf.set_line_width(0.8)
    rule = pdf.get_y() + 8
    pdf.line(left, rule, pdf.w - right, rule)
    pdf.set_text_color(0, 0, 0)
    symbol = f"演发〔{day.year}〕1号"
    pdf.set_font("song", size=_BODY_POINTS)
    pdf.text((pdf.w - pdf.get_string_width(symbol)) / 2, rule - 2, symbol)
    pdf.set_y(rule + 12)
    pdf.set_font("song", size=22)
    pdf.multi_cell(0, 12, title, align="C", new_x="LMARGIN", new_y="NEXT")
    pdf.ln(6)
    pdf.set_font("song", size=_BODY_POINTS)
    pdf.multi_cell(
        0, _LINE_MM, "各有关单位：", new_x="LMARGIN", new_y="NEXT", wrapmode=WrapMode.CHAR
    )
    for paragraph in (
        "本文件为电子印章工作站的演示文件，不具法律效力。",
        "请各单位按照职责分工，认真组织落实，并于收到之日起十个工作日内反馈办理情况。",
        "特此通知。",
    ):
        pdf.multi_cell(
            0, _LINE_MM, f"　　{paragraph}", new_x="LMARGIN", new_y="NEXT", wrapmode=WrapMode.CHAR
        )
    pdf.ln(24)
    # 成文日期右空四字编排, 署名以成文日期为准居中 (GB/T 9704-2012 §7.3.5.1).
    stamp = f"{day.year}年{day.month}月{day.day}日"
    width = pdf.get_string_width(stamp)
    four = pdf.get_string_width("四字空白")
    centre = pdf.w - right - four - width / 2
    for text in (unit, stamp):
        pdf.set_x(centre - pdf.get_string_width(text) / 2)
        pdf.cell(pdf.get_string_width(text), _LINE_MM, text, new_x="LMARGIN", new_y="NEXT")
    return bytes(pdf.output())
