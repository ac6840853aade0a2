"""Frames as QR symbols: QR Model 2, level L, alphanumeric; drawn in cells, or as a picture.

Level L because a lost frame costs one more frame, while a higher level costs every frame.
``zxingcpp`` draws what moves on a screen, ``qrcode`` what is printed or saved (ADR 13).
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

QUIET: Final = 4
"""Modules of white around a symbol (ISO/IEC 18004)."""

VERSIONS: Final = range(1, 41)

_CHARACTERS: Final = (
    25, 47, 77, 114, 154, 195, 224, 279, 335, 395, 468, 535, 619, 667, 758, 854, 938, 1046, 1153,
    1249, 1352, 1460, 1588, 1704, 1853, 1990, 2132, 2223, 2369, 2520, 2677, 2840, 3009, 3183, 3351,
    3537, 3729, 3927, 4087, 4296,
)  # fmt: skip
"""Alphanumeric capacity at level L, version by version (ISO/IEC 18004 table 7)."""


@dataclass(frozen=True, slots=True)
class Matrix:
    """The modules of one symbol without its quiet zone; 0 is black, row by row."""

    side: int
    modules: bytes

    @property
    def version(self) -> int:
        """1 to 40."""
        return (self.side - 17) // 4

    def rows(self, quiet: int = QUIET) -> Iterator[bytes]:
        """The rows with the quiet zone; 0 is black."""
        blank = b"\xff" * (self.side + 2 * quiet)
        edge = b"\xff" * quiet
        yield from (blank for _ in range(quiet))
        for start in range(0, self.side * self.side, self.side):
            yield edge + self.modules[start : start + self.side] + edge
        yield from (blank for _ in range(quiet))


def characters(version: int) -> int:
    """How many characters of a frame's text a symbol of ``version`` takes."""
    return _CHARACTERS[version - 1]


def modules(version: int) -> int:
    """The side of a symbol of ``version``, quiet zone included."""
    return 17 + 4 * version + 2 * QUIET


def draw(text: str) -> Matrix:
    """The symbol of a frame's text for a screen, in under a millisecond.

    All have the same mask: choosing the best of eight takes five times as long, and what
    frames hold is so even that cameras read none of the eight better (ADR 13).
    """
    from zxingcpp import BarcodeFormat, create_barcode

    made = create_barcode(text, BarcodeFormat.QRCode, ec_level="L", data_mask=_MASK)
    # One byte a module, row by row, 0 for black; the stub does not say that it is a buffer.
    image = made.to_image(scale=1, add_quiet_zones=False)
    return Matrix(image.shape[0], bytes(memoryview(image)))  # type: ignore[arg-type]


def draw_to_last(text: str) -> Matrix:
    """The same symbol for paper and files, by the library that others know; tens of ms.

    A symbol whose padding fills an error correction block is more than ``qrcode`` can draw.
    """
    from qrcode import QRCode
    from qrcode.constants import ERROR_CORRECT_L
    from qrcode.util import MODE_ALPHA_NUM, QRData

    code = QRCode(error_correction=ERROR_CORRECT_L, border=0, mask_pattern=_MASK)
    code.add_data(QRData(text.encode("ascii"), mode=MODE_ALPHA_NUM))
    try:
        rows = code.get_matrix()
    except ValueError:
        return draw(text)
    return Matrix(len(rows), bytes(0 if dark else 255 for row in rows for dark in row))


def png(matrix: Matrix, scale: int = 8) -> bytes:
    """The symbol as a PNG file, ``scale`` pixels a module, quiet zone included."""
    from PIL import Image

    side = matrix.side + 2 * QUIET
    picture = Image.frombytes("L", (side, side), b"".join(matrix.rows()))
    out = io.BytesIO()
    large = picture.resize((side * scale, side * scale), Image.Resampling.NEAREST)
    large.convert("1").save(out, "PNG")
    return out.getvalue()


class Cells(StrEnum):
    """How modules become characters of a terminal."""

    HALF = "half"
    """One column and half a line a module; needs the block glyph U+2584."""
    FULL = "full"
    """Two columns and a line a module, spaces only: for fonts without that glyph."""


def largest_version(columns: int, lines: int, cells: Cells) -> int | None:
    """The largest symbol with its quiet zone in so many columns and lines, or None."""
    match cells:
        case Cells.HALF:
            room = min(columns, lines * 2)
        case Cells.FULL:
            room = min(columns // 2, lines)
    fitting = [version for version in VERSIONS if modules(version) <= room]
    return fitting[-1] if fitting else None


UPPER: Final = 1
LOWER: Final = 2
"""Flags of a cell: this half of it is black."""

HALF_BLOCK: Final = "\u2584"
"""Fills the lower half of a cell with the foreground colour."""


def cells_of(matrix: Matrix, cells: Cells) -> Iterator[bytes]:
    """Lines of cells, a byte each: ``UPPER`` and ``LOWER``, where that half is black.

    ``FULL`` repeats each module, so that both halves are equal and the cell is a space.
    """
    rows = list(matrix.rows())
    match cells:
        case Cells.HALF:
            below = [*rows[1:], b"\xff" * len(rows[0])]
            for upper, lower in zip(rows[::2], below[::2], strict=True):
                yield _both(upper.translate(_AS_UPPER), lower.translate(_AS_LOWER))
        case Cells.FULL:
            for row in rows:
                line = bytearray(2 * len(row))
                line[::2] = line[1::2] = row.translate(_AS_WHOLE)
                yield bytes(line)


def runs(line: bytes) -> list[bytes]:
    """A line of cells in pieces of equal cells: few, and the same again and again."""
    return _RUNS.findall(line)


def ansi(matrix: Matrix, cells: Cells) -> Iterator[str]:
    """The lines for a terminal: black on white with explicit colours, whatever its theme."""
    for line in cells_of(matrix, cells):
        yield "".join(map(_written, runs(line))) + _RESET


@lru_cache(maxsize=1_024)
def _written(run: bytes) -> str:
    upper, lower = bool(run[0] & UPPER), bool(run[0] & LOWER)
    if upper == lower:
        return _BACK[upper] + " " * len(run)
    return _BACK[upper] + _FRONT[lower] + HALF_BLOCK * len(run)


def _both(upper: bytes, lower: bytes) -> bytes:
    """Byte by byte, the flags of both."""
    flags = int.from_bytes(upper, "big") | int.from_bytes(lower, "big")
    return flags.to_bytes(len(upper), "big")


def _flagged(flag: int) -> bytes:
    """A table from a module (0 is black) to ``flag`` where it is black."""
    return bytes([flag, *bytes(255)])


_AS_UPPER: Final = _flagged(UPPER)
_AS_LOWER: Final = _flagged(LOWER)
_AS_WHOLE: Final = _flagged(UPPER | LOWER)
_RUNS: Final = re.compile(rb"\x00+|\x01+|\x02+|\x03+")
_MASK: Final = 3
_BACK: Final = {True: "\x1b[48;2;0;0;0m", False: "\x1b[48;2;255;255;255m"}
_FRONT: Final = {True: "\x1b[38;2;0;0;0m", False: "\x1b[38;2;255;255;255m"}
_RESET: Final = "\x1b[0m"
