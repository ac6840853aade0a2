"""What a page looks like and says, by PDFium. Runs inside the jail only."""

import ctypes
import mmap
import os
import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import pypdfium2  # type: ignore[import-untyped]  # ships no annotations
import pypdfium2.raw as pdfium  # type: ignore[import-untyped]  # ships no annotations

from airseal.model.problem import Problem
from airseal.paper import memfd, placement, report, wire
from airseal.paper.placement import PageFrame

MAX_PIXELS: Final = 24_000_000
_THUMB_PX: Final = 160
_LOOK_PX: Final = 620
"""Pixels across a page that is looked at for what is drawn on it: 75 dpi on A4."""
_NOISE: Final = 24
"""How far a colour may differ without being another one."""
_PORTION: Final = 16 << 20
_DATE: Final = re.compile(
    r"[0-9〇○零一二三四五六七八九]{4}年[0-9一二三四五六七八九十]{1,3}月[0-9一二三四五六七八九十]{1,3}日"
)
_DATE_REACH: Final = 40
"""Characters between a unit's name and its date: blanks do not count."""


@contextmanager
def opened(descriptor: int) -> Iterator[pypdfium2.PdfDocument]:
    """The document read straight from the memfd, without a copy; ``PDF_BROKEN`` if it cannot be.

    The private mapping is writable only because ctypes wants it so; nothing writes.
    """
    mapping = mmap.mmap(descriptor, 0, access=mmap.ACCESS_COPY)
    try:
        view = (ctypes.c_char * len(mapping)).from_buffer(mapping)
        document = pypdfium2.PdfDocument(view)
    except pypdfium2.PdfiumError:
        raise Problem("PDF_BROKEN") from None
    try:
        # Form fields (seals among them) are drawn only by a form environment.
        document.init_forms()
        yield document
    finally:
        document.close()


def page_text(descriptor: int, number: int) -> str:
    """The text layer of a page in reading order, cut at ``MAX_TEXT`` characters."""
    with opened(descriptor) as document, _text_of(document, number) as text:
        length = min(text.count_chars(), report.MAX_TEXT)
        return str(text.get_text_range(0, length))[: report.MAX_TEXT]


def render(descriptor: int, number: int, width_px: int, output: int) -> wire.Size:
    """Write the page, ``width_px`` wide, as packed RGB rows to ``output``; answers its size.

    Raises ``PDF_PAGE_SIZE(page)`` when the picture would exceed ``MAX_PIXELS``.
    """
    with opened(descriptor) as document:
        page = _page(document, number)
        width, height, pixels = _pixels(page, width_px, number)
        memfd.write_all(output, pixels)
        return wire.Size(width, height)


def find_signature_block(
    descriptor: int, unit_name: str, width_um: int, height_um: int
) -> report.Proposal:
    """Where the seal goes by the last mention of ``unit_name`` on the last page (SE-04).

    Blanks and line breaks inside the name do not matter. A date that follows is part of
    the block, and centres it (GB/T 9704-2012 §7.3.5.1).
    """
    with opened(descriptor) as document:
        number = len(document)
        frame = _frame(_page(document, number))
        with _text_of(document, number) as text:
            block = _signature_block(text, frame, _squeeze(unit_name))
    if block is None:
        place = placement.lower_right(number, frame.size, width_um, height_um)
        return report.Proposal(place, found=False)
    place = placement.over_signature_block(number, frame.size, block, width_um, height_um)
    return report.Proposal(place, found=True)


def portions(descriptor: int, pages: int) -> Iterator[tuple[pypdfium2.PdfDocument, range]]:
    """The pages (from 1), some at a time, each time with the document opened anew.

    PDFium keeps every picture it met until the document is closed; this bounds what it
    keeps to about ``_PORTION`` bytes, or to one page.
    """
    openings = 1 + os.fstat(descriptor).st_size // _PORTION
    step = -(-pages // openings)
    for first in range(1, pages + 1, step):
        with opened(descriptor) as document:
            yield document, range(first, min(first + step, pages + 1))


def page_count(document: pypdfium2.PdfDocument) -> int:
    """How many pages PDFium sees."""
    return len(document)


def is_blank(document: pypdfium2.PdfDocument, number: int) -> bool:
    """Whether nothing visible is on the page (DC-04)."""
    page = _page(document, number)
    if pdfium.FPDFPage_CountObjects(page) == 0 and pdfium.FPDFPage_GetAnnotCount(page) == 0:
        return True
    _, _, pixels = _pixels(page, _THUMB_PX, number)
    return pixels.count(0xFF) == len(pixels)


def is_drawn_on(content: bytes, place: placement.Place) -> bool:
    """Whether anything shows in ``place`` of a document: not all of it has one colour.

    What cannot be drawn counts as drawn on: nobody can say that nothing is there.
    """
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError:
        return True
    try:
        document.init_forms()
        page = _page(document, place.page)
        size = _frame(page).size
        width, height, pixels = _pixels(page, _LOOK_PX, place.page)
    except Problem:
        return True
    finally:
        document.close()
    across, down = width / size.width_um, height / size.height_um
    left, right = _inside(place.x_um, place.width_um, across, width)
    top, bottom = _inside(place.y_um, place.height_um, down, height)
    rows = (pixels[(y * width + left) * 3 : (y * width + right) * 3] for y in range(top, bottom))
    drawn = b"".join(rows)
    colours = (drawn[channel::3] for channel in range(3))
    return any(max(one) - min(one) > _NOISE for one in colours if one)


def _inside(middle_um: int, length_um: int, scale: float, most: int) -> tuple[int, int]:
    """The pixels of a stretch, less one at each end: what only touches it is not in it."""
    first, last = (middle_um - length_um / 2) * scale, (middle_um + length_um / 2) * scale
    return max(0, int(first) + 1), min(most, int(last) - 1)


def size_of(document: pypdfium2.PdfDocument, number: int) -> placement.PageSize:
    """The page's size as PDFium shows it."""
    return _frame(_page(document, number)).size


def _page(document: pypdfium2.PdfDocument, number: int) -> pypdfium2.PdfPage:
    if not 1 <= number <= len(document):
        raise Problem("PLACE_NO_SUCH_PAGE", page=number, pages=len(document))
    try:
        return document[number - 1]
    except pypdfium2.PdfiumError:
        raise Problem("PDF_BROKEN") from None


@contextmanager
def _text_of(document: pypdfium2.PdfDocument, number: int) -> Iterator[pypdfium2.PdfTextPage]:
    text = _page(document, number).get_textpage()
    try:
        yield text
    finally:
        text.close()


def _frame(page: pypdfium2.PdfPage) -> PageFrame:
    left, bottom, right, top = page.get_bbox()
    return PageFrame(left, bottom, right, top, page.get_rotation())


def _pixels(page: pypdfium2.PdfPage, width_px: int, number: int) -> tuple[int, int, bytes]:
    scale = width_px / page.get_width()
    if page.get_height() * scale * width_px > MAX_PIXELS:
        raise Problem("PDF_PAGE_SIZE", page=number)
    bitmap = page.render(scale=scale, rev_byteorder=True)
    rows = memoryview(bitmap.buffer).cast("B")
    used = bitmap.width * 3
    pixels = b"".join(
        rows[start : start + used]
        for start in range(0, bitmap.height * bitmap.stride, bitmap.stride)
    )
    return bitmap.width, bitmap.height, pixels


def _squeeze(text: str) -> str:
    """Compatibility forms folded, blanks gone: how names are compared."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def _signature_block(
    text: pypdfium2.PdfTextPage, frame: PageFrame, name: str
) -> tuple[int, int, int, int] | None:
    """Left, top, right, bottom in µm of the last name with its date; None if not there."""
    inked: list[int] = []
    letters: list[str] = []
    for index in range(min(text.count_chars(), report.MAX_TEXT)):
        for letter in _squeeze(chr(pdfium.FPDFText_GetUnicode(text, index))):
            inked.append(index)
            letters.append(letter)
    line = "".join(letters)
    start = line.rfind(name) if name else -1
    if start < 0:
        return None
    end = start + len(name)
    date = _DATE.search(line, end, end + _DATE_REACH)
    name_box = _box_of(text, frame, inked[start:end])
    if date is None:
        return name_box
    date_box = _box_of(text, frame, inked[date.start() : date.end()])
    top, bottom = min(name_box[1], date_box[1]), max(name_box[3], date_box[3])
    return date_box[0], top, date_box[2], bottom


def _box_of(
    text: pypdfium2.PdfTextPage, frame: PageFrame, indices: list[int]
) -> tuple[int, int, int, int]:
    boxes = [text.get_charbox(index) for index in indices]
    corners = [
        frame.seen(x, y)
        for left, bottom, right, top in boxes
        for x, y in ((left, bottom), (right, top))
    ]
    across, down = [corner[0] for corner in corners], [corner[1] for corner in corners]
    return min(across), min(down), max(across), max(down)
