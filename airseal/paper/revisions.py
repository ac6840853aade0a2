"""What a seal saw against what is shown now: the same page of two revisions, compared.

An incremental save leaves the sealed bytes in the file; cut there, they are the document as it
was when it was sealed.
"""

import io
from dataclasses import dataclass
from typing import BinaryIO, Final

from airseal.model.problem import Problem
from airseal.model.verdict import Verdict
from airseal.paper.papers import Papers, Picture

_TILE: Final = 16
"""Pixels of one side of the squares that are compared and marked."""
_NOISE: Final = 24
"""How far a colour may differ without being a difference."""
_MARK: Final = (220, 0, 0)
_TINT: Final = (255, 222, 222)
"""What a differing square is multiplied by: dark stays dark, paper turns red."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One page then and now, differences framed in both.

    ``squares`` is how many there are, ``first`` the middle of the first one, in pixels.
    """

    page: int
    then: Picture
    now: Picture
    squares: int
    first: tuple[int, int] | None = None


def seen_by(verdict: Verdict) -> tuple[int, ...]:
    """Where the signed part ends, for each signature that something was added after."""
    return tuple(
        int(check.evidence["end"])
        for check in verdict.checks
        if check.code == "PROTECTED_RANGE" and check.reason and "end" in check.evidence
    )


def cut_at(document: BinaryIO, end: int) -> BinaryIO:
    """The document as the signature that ends at ``end`` saw it."""
    document.seek(0)
    return io.BytesIO(document.read(end))


def compared(papers: Papers, document: BinaryIO, end: int, page: int, width_px: int) -> Difference:
    """``page`` as it was signed and as it is now; a page that is not there is drawn white.

    Raises what :meth:`Papers.render` raises when neither can be drawn.
    """
    then = _page(papers, cut_at(document, end), page, width_px)
    now = _page(papers, document, page, width_px)
    if then is None and now is None:
        raise Problem("PLACE_NO_SUCH_PAGE", page=page, pages=0)
    first, second = _same_size(then, now)
    tiles = _differing(first, second)
    middle = (tiles[0][0] + _TILE // 2, tiles[0][1] + _TILE // 2) if tiles else None
    return Difference(page, _marked(first, tiles), _marked(second, tiles), len(tiles), middle)


def _page(papers: Papers, document: BinaryIO, page: int, width_px: int) -> Picture | None:
    try:
        return papers.render(document, page, width_px)
    except Problem as problem:
        if problem.code != "PLACE_NO_SUCH_PAGE":
            raise
        return None


def _same_size(then: Picture | None, now: Picture | None) -> tuple[Picture, Picture]:
    shape = then or now
    assert shape is not None
    height = max(one.height for one in (then, now) if one is not None)
    blank = Picture(shape.width, 0, b"")
    return _padded(then or blank, height), _padded(now or blank, height)


def _padded(picture: Picture, height: int) -> Picture:
    missing = (height - picture.height) * picture.width * 3
    return Picture(picture.width, height, picture.rgb + b"\xff" * missing)


def _differing(first: Picture, second: Picture) -> list[tuple[int, int]]:
    """Upper left corners of the squares that differ."""
    from PIL import Image, ImageChops

    images = [Image.frombytes("RGB", (one.width, one.height), one.rgb) for one in (first, second)]
    grey = ImageChops.difference(*images).convert("L").point(lambda v: 255 if v > _NOISE else 0)
    return [
        (x, y)
        for y in range(0, first.height, _TILE)
        for x in range(0, first.width, _TILE)
        if grey.crop((x, y, x + _TILE, y + _TILE)).getbbox() is not None
    ]


def _marked(picture: Picture, tiles: list[tuple[int, int]]) -> Picture:
    from PIL import Image, ImageChops, ImageDraw

    image = Image.frombytes("RGB", (picture.width, picture.height), picture.rgb)
    for x, y in tiles:
        box = (x, y, min(x + _TILE, picture.width), min(y + _TILE, picture.height))
        square = image.crop(box)
        image.paste(ImageChops.multiply(square, Image.new("RGB", square.size, _TINT)), box)
    pen = ImageDraw.Draw(image)
    differing = set(tiles)
    for x, y in tiles:
        right, below = x + _TILE - 1, y + _TILE - 1
        for neighbour, edge in (
            ((x, y - _TILE), (x, y, right, y)),
            ((x, y + _TILE), (x, below, right, below)),
            ((x - _TILE, y), (x, y, x, below)),
            ((x + _TILE, y), (right, y, right, below)),
        ):
            # Framed around the whole, not square by square: what is inside must stay legible.
            if neighbour not in differing:
                pen.line(edge, fill=_MARK, width=2)
    return Picture(picture.width, picture.height, image.tobytes())
