"""Pictures in a few colours as sixels (DEC VT340), for terminals that draw them.

``transfer.pixels`` draws QR symbols, where a module is many pixels of one of two colours; here
a pixel is a pixel, as on a page of a document.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

_BAND: Final = 6
"""Rows of pixels in one line of sixels."""
_MOST_COLOURS: Final = 256
_SAME: Final = re.compile(rb"(.)\1*", re.DOTALL)

Colour = tuple[int, int, int]


def sixels(rows: Sequence[bytes], palette: Sequence[Colour]) -> str:
    """What makes a terminal draw ``rows`` of palette numbers at the cursor; every pixel is set.

    Raises ``ValueError`` when the rows differ in length or a number has no colour.
    """
    width = len(rows[0]) if rows else 0
    if not width or any(len(row) != width for row in rows):
        raise ValueError("rows of a picture")
    used = set(b"".join(rows))
    if len(palette) > _MOST_COLOURS or max(used) >= len(palette):
        raise ValueError("colours of a picture")
    colours = "".join(_definition(number, palette[number]) for number in sorted(used))
    bands = [_band(rows[top : top + _BAND]) for top in range(0, len(rows), _BAND)]
    return f'\x1bP0;1q"1;1;{width};{len(rows)}{colours}' + "-".join(bands) + "\x1b\\"


def _definition(number: int, colour: Colour) -> str:
    """A colour register, in per cent."""
    shares = ";".join(str(round(part * 100 / 255)) for part in colour)
    return f"#{number};2;{shares}"


def _band(rows: Sequence[bytes]) -> str:
    """Up to six rows of pixels: each colour that occurs, one over the other."""
    return "$".join(f"#{number}{_runs(rows, number)}" for number in sorted(set(b"".join(rows))))


def _runs(rows: Sequence[bytes], number: int) -> str:
    bits, only = 0, _only(number)
    for y, row in enumerate(rows):
        # All pixels of a row at once: 1 in the byte of each that has this colour.
        bits |= int.from_bytes(row.translate(only), "big") << y
    line = bits.to_bytes(len(rows[0]), "big")
    return "".join(_run(found[0][0], len(found[0])) for found in _SAME.finditer(line))


def _run(bits: int, length: int) -> str:
    sign = chr(63 + bits)
    return f"!{length}{sign}" if length > 3 else sign * length


@lru_cache(maxsize=_MOST_COLOURS)
def _only(number: int) -> bytes:
    return bytes(int(other == number) for other in range(256))
