"""One QR code in the middle of a widget: black on white, whatever the theme."""

from functools import lru_cache
from typing import Final, assert_never

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from airseal.screens.widgets.graphics import write
from transfer.pixels import picture, placed, removal, scale_for
from transfer.qr import (
    HALF_BLOCK,
    LOWER,
    QUIET,
    UPPER,
    Cells,
    Matrix,
    cells_of,
    largest_version,
    runs,
)
from transfer.terminal import Canvas

_BLACK: Final = Color.from_rgb(0, 0, 0)
_WHITE: Final = Color.from_rgb(255, 255, 255)

Drawing = Cells | Canvas
"""With characters, or with pixels where the terminal has them."""


class CodePicture(Widget):
    """Shows one symbol with its quiet zone; what does not fit is not shown at all.

    Pixels are written to the terminal over empty cells, again whenever these were painted.
    """

    DEFAULT_CSS = """
    CodePicture { width: 1fr; height: 1fr; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._strips: list[Strip] = []
        self._pixels: tuple[Matrix, Canvas] | None = None

    def show(self, matrix: Matrix, drawing: Drawing) -> None:
        """Show this symbol from now on."""
        match drawing:
            case Cells():
                self.hide()
                self._pixels = None
                beside, width = self.rich_style, self.size.width
                self._strips = [_strip(line, width, beside) for line in cells_of(matrix, drawing)]
                self.refresh()
            case Canvas():
                self._pixels = matrix, drawing
                if self._strips:
                    self._strips = []
                    self.refresh()
                else:
                    self._paint()
            case _:
                assert_never(drawing)

    def room(self, drawing: Drawing) -> int | None:
        """The largest version that fits now."""
        match drawing:
            case Cells():
                return largest_version(self.size.width, self.size.height, drawing)
            case Canvas():
                return drawing.room(self.size.width, self.size.height)
            case _:
                assert_never(drawing)

    def hide(self) -> None:
        """Take the pixels off the screen until this widget is painted again."""
        if self._pixels is not None:
            self._write(removal(self._pixels[1].protocol))

    def on_unmount(self) -> None:
        """Pixels do not outlive the screen."""
        self.hide()

    def render_line(self, y: int) -> Strip:
        """One line of cells."""
        if y < len(self._strips):
            return self._strips[y]
        return Strip.blank(self.size.width, self.rich_style)

    def render_lines(self, crop: Region) -> list[Strip]:
        """The cells; pixels come after them."""
        if self._pixels is not None:
            self.call_after_refresh(self._paint)
        return super().render_lines(crop)

    def _paint(self) -> None:
        if self._pixels is None or not self.is_attached or not self.screen.is_active:
            return
        (matrix, canvas), region = self._pixels, self.content_region
        if not (scale := scale_for(matrix, *canvas.pixels(region.width, region.height))):
            return
        side = (matrix.side + 2 * QUIET) * scale
        down = (region.height - -(-side // canvas.cell_height)) // 2
        right = (region.width - -(-side // canvas.cell_width)) // 2
        drawn = picture(matrix, scale, canvas.protocol)
        self._write(placed(drawn, region.y + down, region.x + right))

    def _write(self, text: str) -> None:
        write(self, text)


def _strip(line: bytes, width: int, beside: Style) -> Strip:
    """The line in the middle of ``width`` columns; equal cells in one segment."""
    left = max(0, (width - len(line)) // 2)
    right = max(0, width - left - len(line))
    rims = Segment(" " * left, beside), Segment(" " * right, beside)
    segments = [rims[0], *map(_segment, runs(line)), rims[1]]
    return Strip(segments, left + len(line) + right)


@lru_cache(maxsize=1_024)
def _segment(run: bytes) -> Segment:
    upper, lower = (_BLACK if run[0] & half else _WHITE for half in (UPPER, LOWER))
    drawn = " " if upper == lower else HALF_BLOCK
    return Segment(drawn * len(run), Style(color=lower, bgcolor=upper))
