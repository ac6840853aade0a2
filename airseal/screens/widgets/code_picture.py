"""One QR code in the middle of a widget: black on white, whatever the theme."""

from functools import lru_cache
from typing import Final

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from transfer.qr import HALF_BLOCK, LOWER, UPPER, Cells, Matrix, cells_of, largest_version, runs

_BLACK: Final = Color.from_rgb(0, 0, 0)
_WHITE: Final = Color.from_rgb(255, 255, 255)


class CodePicture(Widget):
    """Shows one symbol with its quiet zone; what does not fit is not shown at all."""

    DEFAULT_CSS = """
    CodePicture { width: 1fr; height: 1fr; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._strips: list[Strip] = []

    def show(self, matrix: Matrix, cells: Cells) -> None:
        """Show this symbol from now on."""
        self._strips = [_strip(line, self.size.width) for line in cells_of(matrix, cells)]
        self.refresh()

    def room(self, cells: Cells) -> int | None:
        """The largest version that fits now."""
        return largest_version(self.size.width, self.size.height, cells)

    def render_line(self, y: int) -> Strip:
        """One line of cells."""
        if y < len(self._strips):
            return self._strips[y]
        return Strip.blank(self.size.width, self.rich_style)


def _strip(line: bytes, width: int) -> Strip:
    """The line in the middle of ``width`` columns; equal cells in one segment."""
    left = max(0, (width - len(line)) // 2)
    right = max(0, width - left - len(line))
    segments = [Segment(" " * left), *map(_segment, runs(line)), Segment(" " * right)]
    return Strip(segments, left + len(line) + right)


@lru_cache(maxsize=1_024)
def _segment(run: bytes) -> Segment:
    upper, lower = (_BLACK if run[0] & half else _WHITE for half in (UPPER, LOWER))
    drawn = " " if upper == lower else HALF_BLOCK
    return Segment(drawn * len(run), Style(color=lower, bgcolor=upper))
