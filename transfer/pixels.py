"""QR symbols as pictures that a terminal shows by itself: sixel (DEC) and kitty's graphics.

A module is a square of whole pixels, black on white, quiet zone included, so that nothing
between here and a camera softens an edge.
"""

import re
from base64 import b64encode
from enum import StrEnum
from functools import lru_cache
from itertools import groupby
from typing import Final

from transfer.qr import QUIET, VERSIONS, Matrix, modules, png

LEAST_SCALE: Final = 3
"""Pixels a module on a screen: a camera needs 2.5 of its own (DESIGN §6)."""

_BAND: Final = 6
"""Rows of pixels in one line of sixels."""
_PALETTE: Final = "#0;2;0;0;0#1;2;100;100;100"
_CHUNK: Final = 4_096
_IMAGE: Final = 1


class Protocol(StrEnum):
    """How a terminal takes pictures."""

    SIXEL = "sixel"
    KITTY = "kitty"


def largest_in_pixels(width: int, height: int) -> int | None:
    """The largest symbol with its quiet zone in so many pixels, or None."""
    room = min(width, height) // LEAST_SCALE
    fitting = [version for version in VERSIONS if modules(version) <= room]
    return fitting[-1] if fitting else None


def scale_for(matrix: Matrix, width: int, height: int) -> int:
    """Whole pixels a module that fill so much room; 0 when the symbol does not fit."""
    return min(width, height) // (matrix.side + 2 * QUIET)


def picture(matrix: Matrix, scale: int, protocol: Protocol) -> str:
    """What makes the terminal draw the symbol at the cursor."""
    match protocol:
        case Protocol.SIXEL:
            return sixel(matrix, scale)
        case Protocol.KITTY:
            return kitty(matrix, scale)


def removal(protocol: Protocol) -> str:
    """What takes the picture away; sixels go when something is written over them."""
    match protocol:
        case Protocol.SIXEL:
            return ""
        case Protocol.KITTY:
            return f"\x1b_Ga=d,d=i,i={_IMAGE},q=2\x1b\\"


def sixel(matrix: Matrix, scale: int) -> str:
    """The symbol as sixels: every pixel is set, black or white, whatever was there."""
    side = (matrix.side + 2 * QUIET) * scale
    rows = [row.translate(_IS_BLACK) for row in matrix.rows()]
    lines = [_line(rows, top, scale) for top in range(0, side, _BAND)]
    return f'\x1bP0;1q"1;1;{side};{side}{_PALETTE}' + "-".join(lines) + "\x1b\\"


def kitty(matrix: Matrix, scale: int) -> str:
    """The symbol as a PNG in kitty's graphics protocol, in place of the one before."""
    return kitty_png(png(matrix, scale))


def kitty_png(png_file: bytes) -> str:
    """Any PNG in kitty's graphics protocol, in place of the picture before."""
    data = b64encode(png_file).decode("ascii")
    chunks = [data[at : at + _CHUNK] for at in range(0, len(data), _CHUNK)]
    head = f"a=T,f=100,i={_IMAGE},p=1,q=2,C=1,"
    last = len(chunks) - 1
    return "".join(
        f"\x1b_G{head if not at else ''}m={int(at < last)};{chunk}\x1b\\"
        for at, chunk in enumerate(chunks)
    )


def _line(rows: list[bytes], top: int, scale: int) -> str:
    """Six rows of pixels: what is black, then the rest in white."""
    bits = 0
    for row, ys in groupby(range(top, min(top + _BAND, len(rows) * scale)), lambda y: y // scale):
        mask = sum(1 << (y - top) for y in ys)
        # Byte by byte: black modules of this row, in the pixel rows that it covers.
        bits |= int.from_bytes(rows[row], "big") * mask
    black = bits.to_bytes(len(rows[0]), "big")
    within = (1 << min(_BAND, len(rows) * scale - top)) - 1
    white = bytes(byte ^ within for byte in black)
    return f"#0{_runs(black, scale)}$#1{_runs(white, scale)}"


def _runs(line: bytes, scale: int) -> str:
    return "".join(_run(found[0], scale) for found in _SAME.finditer(line))


@lru_cache(maxsize=4_096)
def _run(run: bytes, scale: int) -> str:
    return f"!{len(run) * scale}{chr(63 + run[0])}"


def replies(data: bytes) -> tuple[Protocol | None, tuple[int, int] | None]:
    """What a terminal answered to :data:`QUESTION`: its best protocol, and its cell in pixels."""
    cell = _CELL.search(data)
    size = (int(cell[2]), int(cell[1])) if cell else None
    if _KITTY_OK in data:
        return Protocol.KITTY, size
    attributes = _ATTRIBUTES.search(data)
    if attributes and b"4" in attributes[1].split(b";"):
        return Protocol.SIXEL, size
    return None, size


def is_answered(data: bytes) -> bool:
    """Whether the last answer has come: every terminal gives that one."""
    return _ATTRIBUTES.search(data) is not None


QUESTION: Final = "\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\\x1b[16t\x1b[c"
"""Kitty's graphics? How large is a cell? And what else can you do (DA1, 4 is sixel)?"""

_IS_BLACK: Final = bytes([1, *bytes(255)])
_SAME: Final = re.compile(rb"(.)\1*", re.DOTALL)
_KITTY_OK: Final = b"\x1b_Gi=31;OK"
_CELL: Final = re.compile(rb"\x1b\[6;(\d{1,4});(\d{1,4})t")
_ATTRIBUTES: Final = re.compile(rb"\x1b\[\?([\d;]{1,64})c")


def placed(drawn: str, row: int, column: int) -> str:
    """``drawn`` with its upper left corner in this cell (counted from 0); the cursor stays."""
    return f"\x1b7\x1b[{row + 1};{column + 1}H{drawn}\x1b8"
