"""Frames as QR symbols: QR Model 2, level L, alphanumeric; drawn in cells, or as a picture.

Level L because a lost frame costs one more frame, while a higher level costs every frame.
``zxingcpp`` draws all of them. The ``qrcode`` package draws the same modules, twenty times
slower, and fails (``glog(0)``) on a padded symbol, whose zeros fill an error correction
block; the tests keep it as a second opinion.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
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
    """The symbol of a frame's text, in the smallest version that takes it (a few ms)."""
    from zxingcpp import BarcodeFormat, create_barcode

    made = create_barcode(text, BarcodeFormat.QRCode, ec_level="L")
    # One byte a module, row by row, 0 for black; the stub does not say that it is a buffer.
    image = made.to_image(scale=1, add_quiet_zones=False)
    return Matrix(image.shape[0], bytes(memoryview(image)))  # type: ignore[arg-type]


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


def cells_of(matrix: Matrix, cells: Cells) -> Iterator[list[tuple[bool, bool]]]:
    """Lines of cells, each with whether its upper and its lower half is black.

    ``FULL`` repeats each module, so that both halves are equal and the cell is a space.
    """
    rows = list(matrix.rows())
    match cells:
        case Cells.HALF:
            below = [*rows[1:], b"\xff" * len(rows[0])]
            for upper, lower in zip(rows[::2], below[::2], strict=True):
                yield [(a == 0, b == 0) for a, b in zip(upper, lower, strict=True)]
        case Cells.FULL:
            for row in rows:
                yield [(module == 0, module == 0) for module in row for _ in range(2)]


def ansi(matrix: Matrix, cells: Cells) -> Iterator[str]:
    """The lines for a terminal: black on white with explicit colours, whatever its theme."""
    for line in cells_of(matrix, cells):
        written = [
            f"{_BACK[upper]} " if upper == lower else f"{_BACK[upper]}{_FRONT[lower]}\u2584"
            for upper, lower in line
        ]
        yield "".join(written) + _RESET


_BACK: Final = {True: "\x1b[48;2;0;0;0m", False: "\x1b[48;2;255;255;255m"}
_FRONT: Final = {True: "\x1b[38;2;0;0;0m", False: "\x1b[38;2;255;255;255m"}
_RESET: Final = "\x1b[0m"
