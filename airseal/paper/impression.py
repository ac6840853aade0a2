"""Impressions (印模): the official round seal as a vector page of its true size (LC-06, X-12).

A red ring, a five-pointed star, the unit's name in 宋体 on an arc that opens at the bottom,
its characters standing on the circle. Outlines are drawn as paths, so no font travels
along, nothing can be substituted, and the same name always gives the same bytes.
"""

import math
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from fontTools.pens.basePen import BasePen  # type: ignore[import-untyped]  # no annotations
from fontTools.pens.boundsPen import BoundsPen  # type: ignore[import-untyped]
from fontTools.pens.transformPen import TransformPen  # type: ignore[import-untyped]
from fontTools.ttLib import TTCollection, TTFont  # type: ignore[import-untyped]

from airseal.model.problem import Problem
from airseal.paper.canvas import number as _n
from airseal.paper.canvas import page_of
from airseal.paper.placement import to_points

FONT_FILE: Final = Path("/usr/share/fonts/truetype/arphic/uming.ttc")
FONT_NAME: Final = "AR PL UMing CN"

MIN_CHARACTERS: Final = 4
MAX_CHARACTERS: Final = 24
MIN_DIAMETER_UM: Final = 30_000
MAX_DIAMETER_UM: Final = 60_000

_RED: Final = "0.86 0.08 0.10"
# Proportions of the diameter, measured on common 42 mm seals.
_RING: Final = 1.2 / 42
_TEXT_GAP: Final = 1.0 / 42
_TEXT_HEIGHT: Final = 7.2 / 42
_STAR_RADIUS: Final = 7.0 / 42
_LOWER_HEIGHT: Final = 3.6 / 42
_LOWER_DROP: Final = 11.0 / 42
_OVERPRINT_HEIGHT: Final = 8.5 / 42
_OVERPRINT_DROP: Final = 7.5 / 42
_OVERPRINT_WEIGHT: Final = 0.35 / 42
_HALO: Final = 1.6 / 42
_WEIGHT: Final = 0.15 / 42
"""Half-bold: the outline is stroked this wide, as engraved characters are heavier than print."""

_WIDEST_PITCH: Final = 34.0
_WIDEST_ARC: Final = 260.0
"""Degrees from the first character's middle to the last one's."""
_FILL: Final = 0.9
"""How much of its share of the arc a character takes, measured half-way up."""

_Matrix = tuple[float, float, float, float, float, float]


def draw_round_seal(text: str, diameter_um: int, *, lower: str = "", overprint: str = "") -> bytes:
    """A one-page PDF, ``diameter_um`` square, transparent but for the seal; same input, same bytes.

    ``text`` is the unit's name (4 to 24 characters) on the arc; ``lower`` a straight line
    under the star, such as 合同专用章; ``overprint`` large heavy characters across
    the middle (演示, 测试), so that such an impression never passes for a real one.

    Raises ``Problem``: ``SEAL_TEXT_LENGTH(min, max)``, ``SEAL_TEXT_CHARACTER(character)``
    when the font lacks one, ``SEAL_DIAMETER_RANGE(mm)``, ``SEAL_FONT_MISSING``.
    """
    if not MIN_CHARACTERS <= len(text) <= MAX_CHARACTERS or len(lower) > 12 or len(overprint) > 4:
        raise Problem("SEAL_TEXT_LENGTH", min=MIN_CHARACTERS, max=MAX_CHARACTERS)
    if not MIN_DIAMETER_UM <= diameter_um <= MAX_DIAMETER_UM:
        raise Problem("SEAL_DIAMETER_RANGE", mm=f"{diameter_um / 1000:.2f}")
    side = to_points(diameter_um)
    drawing = [
        f"{_RED} rg {_RED} RG 1 0 0 1 {_n(side / 2)} {_n(side / 2)} cm",
        _ring(side),
        _star(side),
        f"{_n(_WEIGHT * side)} w 1 j",
        *_arc(text, side),
    ]
    if lower:
        drawing += _line(lower, side, -_LOWER_DROP * side, _LOWER_HEIGHT * side, "B")
    if overprint:
        drawing += _overprint(overprint, side)
    return page_of(side, "\n".join(drawing))


class _PathPen(BasePen):  # type: ignore[misc]  # fontTools has no annotations
    """Writes an outline as PDF path operators; quadratic curves become cubic on the way."""

    def __init__(self) -> None:
        super().__init__(None)
        self.operators: list[str] = []

    def _moveTo(self, pt: tuple[float, float]) -> None:
        self.operators.append(f"{_n(pt[0])} {_n(pt[1])} m")

    def _lineTo(self, pt: tuple[float, float]) -> None:
        self.operators.append(f"{_n(pt[0])} {_n(pt[1])} l")

    def _curveToOne(
        self, pt1: tuple[float, float], pt2: tuple[float, float], pt3: tuple[float, float]
    ) -> None:
        self.operators.append(" ".join(_n(c) for pt in (pt1, pt2, pt3) for c in pt) + " c")

    def _closePath(self) -> None:
        self.operators.append("h")


def _ring(side: float) -> str:
    width = _RING * side
    return f"{_n(width)} w {_circle(side / 2 - width / 2)} S"


def _circle(radius: float) -> str:
    k = radius * 4 * (math.sqrt(2) - 1) / 3
    quarters = (
        (radius, k, k, radius, 0.0, radius),
        (-k, radius, -radius, k, -radius, 0.0),
        (-radius, -k, -k, -radius, 0.0, -radius),
        (k, -radius, radius, -k, radius, 0.0),
    )
    curves = " ".join(" ".join(_n(c) for c in quarter) + " c" for quarter in quarters)
    return f"{_n(radius)} 0 m {curves} h"


def _star(side: float) -> str:
    """Five points, one upwards; the inner corners lie where its lines cross."""
    outer = _STAR_RADIUS * side
    inner = outer * math.sin(math.radians(18)) / math.sin(math.radians(54))
    corners = []
    for step in range(10):
        radius = inner if step % 2 else outer
        angle = math.radians(90 + 36 * step)
        corners.append(f"{_n(radius * math.cos(angle))} {_n(radius * math.sin(angle))}")
    return f"{corners[0]} m " + " ".join(f"{corner} l" for corner in corners[1:]) + " h f"


def _arc(text: str, side: float) -> Iterator[str]:
    """Characters standing on a circle inside the ring, evenly, symmetric about the top."""
    pitch = min(_WIDEST_PITCH, _WIDEST_ARC / (len(text) - 1))
    height = _TEXT_HEIGHT * side
    outside = side / 2 - (_RING + _TEXT_GAP) * side
    width = min(height, math.radians(pitch) * (outside - height / 2) * _FILL)
    for index, character in enumerate(text):
        angle = math.radians(pitch * (index - (len(text) - 1) / 2))
        along, up = math.cos(angle), math.sin(angle)
        middle = outside - height / 2
        turn = (along, -up, up, along, middle * up, middle * along)
        yield _glyph(character, width, height, turn, "B")


def _line(text: str, side: float, y: float, height: float, paint: str) -> Iterator[str]:
    """Characters side by side, centred, on a straight line."""
    width = min(height, 0.62 * side / len(text))
    for index, character in enumerate(text):
        x = (index - (len(text) - 1) / 2) * width * 1.06
        yield _glyph(character, width, height, (1, 0, 0, 1, x, y), paint)


def _overprint(text: str, side: float) -> Iterator[str]:
    """Heavy characters across the star's feet, in a white halo that keeps them readable."""
    height, y = _OVERPRINT_HEIGHT * side, -_OVERPRINT_DROP * side
    yield f"q 1 1 1 RG {_n(_HALO * side)} w"
    yield from _line(text, side, y, height, "S")
    yield f"Q q {_n(_OVERPRINT_WEIGHT * side)} w"
    yield from _line(text, side, y, height, "B")
    yield "Q"


def _glyph(character: str, width: float, height: float, place: _Matrix, paint: str) -> str:
    """One character's outline, fitted to width and height about the origin, then placed.

    Fitting goes by the em square, as type does, so that 一 stays flat and 口 small.
    """
    font, glyphs, names = _font()
    name = names.get(ord(character))
    if name is None:
        raise Problem("SEAL_TEXT_CHARACTER", character=character)
    em = font["head"].unitsPerEm
    middle = _em_middle()
    across, up = width / em, height / em
    pen = _PathPen()
    placed = TransformPen(TransformPen(pen, place), (across, 0, 0, up, -width / 2, -middle * up))
    glyphs[name].draw(placed)
    return " ".join([*pen.operators, paint])


@lru_cache(maxsize=1)
def _em_middle() -> float:
    """Half-way up the ink of a full character, in font units."""
    _, glyphs, names = _font()
    pen = BoundsPen(glyphs)
    glyphs[names[ord("国")]].draw(pen)
    return float(pen.bounds[1] + pen.bounds[3]) / 2


@lru_cache(maxsize=1)
def _font() -> tuple[TTFont, Any, dict[int, str]]:
    """The 宋体 face, its glyphs and its character map."""
    try:
        faces = TTCollection(FONT_FILE, lazy=True).fonts
    except OSError:
        raise Problem("SEAL_FONT_MISSING") from None
    for face in faces:
        if face["name"].getDebugName(1) == FONT_NAME:
            return face, face.getGlyphSet(), face.getBestCmap()
    raise Problem("SEAL_FONT_MISSING")
