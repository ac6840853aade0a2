"""The page tree as pyHanko reads it, strictly. Runs inside the jail only.

A tree whose counts lie, that loops, or whose boxes make no sense is refused, because two
readers could then show two different documents under one signature.
"""

import math
from collections.abc import Iterator
from copy import copy
from decimal import Decimal
from typing import Final

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader

from airseal.model.problem import Problem
from airseal.paper.objects import elements, entry, name, resolve
from airseal.paper.placement import MAX_PAGE_UM, MIN_PAGE_UM, PageFrame
from airseal.paper.report import MAX_PAGES

_INHERITED: Final = ("/MediaBox", "/CropBox", "/Rotate")
_MAX_DEPTH: Final = 64


def read_pages(reader: PdfFileReader) -> list[generic.DictionaryObject]:
    """Every page dictionary in order, with what it inherits filled in (a copy).

    Raises ``PDF_NO_PAGES``, ``PDF_TOO_MANY_PAGES(limit)`` and ``PDF_BROKEN``.
    """
    root = entry(reader.root, "/Pages")
    count = entry(root, "/Count")
    if not isinstance(root, generic.DictionaryObject) or not isinstance(count, int):
        raise Problem("PDF_BROKEN")
    if count == 0:
        raise Problem("PDF_NO_PAGES")
    if count > MAX_PAGES:
        raise Problem("PDF_TOO_MANY_PAGES", limit=MAX_PAGES)
    pages = []
    for page in _leaves(root, {}, set(), 0):
        pages.append(page)
        if len(pages) > count:
            break
    if len(pages) != count:
        raise Problem("PDF_BROKEN")
    return pages


def frame_of(page: generic.DictionaryObject, number: int) -> PageFrame:
    """The visible part of a page: ``/CropBox`` inside ``/MediaBox``, and its rotation.

    Raises ``PDF_PAGE_SIZE(page)`` for boxes no reader would agree on, odd rotations,
    scaled user units, and pages beyond any paper.
    """
    try:
        media = _box(entry(page, "/MediaBox"))
        crop = _box(entry(page, "/CropBox") or page["/MediaBox"])
        rotation = entry(page, "/Rotate") or 0
        unit = entry(page, "/UserUnit") or 1
        frame = PageFrame(
            max(media[0], crop[0]),
            max(media[1], crop[1]),
            min(media[2], crop[2]),
            min(media[3], crop[3]),
            int(rotation) % 360 if isinstance(rotation, int) else -1,
        )
        size = frame.size
    except (KeyError, TypeError, ValueError, OverflowError):
        raise Problem("PDF_PAGE_SIZE", page=number) from None
    fits = all(MIN_PAGE_UM <= side <= MAX_PAGE_UM for side in (size.width_um, size.height_um))
    if not fits or frame.right <= frame.left or frame.rotation % 90 or unit != 1:
        raise Problem("PDF_PAGE_SIZE", page=number)
    return frame


def _leaves(
    node: object,
    inherited: dict[str, generic.PdfObject],
    seen: set[generic.Reference],
    depth: int,
) -> Iterator[generic.DictionaryObject]:
    if depth > _MAX_DEPTH or not isinstance(node, generic.DictionaryObject):
        raise Problem("PDF_BROKEN")
    inherited = inherited | {key: dict.__getitem__(node, key) for key in _INHERITED if key in node}
    kids = entry(node, "/Kids")
    if kids is None:
        page = copy(node)
        dict.update(page, inherited | dict(node))
        yield page
        return
    if name(node, "/Type") not in ("", "/Pages") or not isinstance(kids, generic.ArrayObject):
        raise Problem("PDF_BROKEN")
    for kid in list.__iter__(kids):
        if not isinstance(kid, generic.IndirectObject) or kid.reference in seen:
            raise Problem("PDF_BROKEN")
        seen.add(kid.reference)
        yield from _leaves(resolve(kid), inherited, seen, depth + 1)


def _box(value: object) -> tuple[float, float, float, float]:
    numbers = [float(number) for number in elements(value) if isinstance(number, int | Decimal)]
    if len(numbers) != 4 or not all(math.isfinite(number) for number in numbers):
        raise ValueError
    x1, y1, x2, y2 = numbers
    return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)
