"""A page of a document drawn with half blocks, and the seal laid over it in true size."""

import asyncio
from dataclasses import dataclass
from functools import lru_cache
from math import cos, pi, sin
from typing import TYPE_CHECKING, Final

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from airseal.screens.widgets.graphics import drawn, write
from transfer.pixels import placed, removal
from transfer.terminal import Canvas

if TYPE_CHECKING:
    from PIL.Image import Image as Pixels

_SEAL_RED: Final = (170, 12, 12)
_MOST_PIXELS: Final = 64_000_000
_ZOOMS: Final = (1, 2, 4)


@dataclass(frozen=True, slots=True)
class PageImage:
    """A rendered page: ``rgb`` has 3 bytes a pixel, row by row; the page's size is in µm."""

    rgb: bytes
    width: int
    height: int
    page_width_um: int
    page_height_um: int

    def __post_init__(self) -> None:
        if not 0 < self.width * self.height <= _MOST_PIXELS:
            raise ValueError("picture size")
        if len(self.rgb) != self.width * self.height * 3:
            raise ValueError("picture bytes")
        if self.page_width_um <= 0 or self.page_height_um <= 0:
            raise ValueError("page size")


@dataclass(frozen=True, slots=True)
class Impression:
    """How a seal looks: ``rgb`` as in :class:`PageImage`, dark on white."""

    rgb: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Outline:
    """A round seal on the page: its centre from the top left, and its diameter, in µm.

    With an impression the seal is drawn as it will look; without one, or in few colours,
    its rim is drawn with letters.
    """

    x_um: int
    y_um: int
    diameter_um: int
    impression: Impression | None = None


class PagePicture(Widget):
    """The page fitted to the widget, or enlarged 2 or 4 times around the seal or the middle."""

    DEFAULT_CSS = """
    PagePicture { width: 1fr; height: 1fr; background: $surface; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._image: PageImage | None = None
        self._outline: Outline | None = None
        self._point: tuple[int, int] | None = None
        self._zoom = _ZOOMS[0]
        self._strips: list[Strip] | None = None
        self._canvas: Canvas | None = None
        self._pixels: tuple[str, int, int] | None = None
        """What draws the page, and the row and column of its corner in this widget."""

    def draw_on(self, canvas: Canvas | None) -> None:
        """Draw with the terminal's own pixels from now on, or with characters."""
        self._canvas = canvas
        self._repaint()

    @property
    def has_pixels(self) -> bool:
        """Whether the terminal draws the page itself."""
        return self._canvas is not None

    def hide(self) -> None:
        """Take the pixels off the screen until this widget is painted again."""
        if self._canvas is not None:
            write(self, removal(self._canvas.protocol))

    def on_unmount(self) -> None:
        """Pixels do not outlive the screen."""
        self.hide()

    def on_hide(self) -> None:
        """Nor do they outlive being looked at as text."""
        self.hide()

    def show(self, image: PageImage | None) -> None:
        """Show this page; the outline stays."""
        self._image = image
        self._repaint()

    def lay(self, outline: Outline | None) -> None:
        """Lay the seal's outline over the page, or take it away."""
        self._outline = outline
        self._repaint()

    def look_at(self, point_um: tuple[int, int] | None) -> None:
        """What an enlarged page is enlarged around, where no seal lies on it."""
        self._point = point_um
        self._repaint()

    def zoom_in(self) -> None:
        """Enlarge, up to 4 times."""
        self._zoom = _ZOOMS[min(_ZOOMS.index(self._zoom) + 1, len(_ZOOMS) - 1)]
        self._repaint()

    def zoom_out(self) -> None:
        """Reduce, down to the entire page."""
        self._zoom = _ZOOMS[max(_ZOOMS.index(self._zoom) - 1, 0)]
        self._repaint()

    @property
    def zoom(self) -> int:
        """How many times the page is enlarged; 1 shows all of it."""
        return self._zoom

    def on_resize(self) -> None:
        """Fit the page again."""
        self._repaint()

    def render_line(self, y: int) -> Strip:
        """One line of cells, each two pixels high."""
        if self._canvas is not None:
            return Strip.blank(self.size.width, self.rich_style)
        if self._strips is None:
            self._strips = self._paint()
        if y < len(self._strips):
            return self._strips[y]
        return Strip.blank(self.size.width, self.rich_style)

    def render_lines(self, crop: Region) -> list[Strip]:
        """The cells; pixels come after them."""
        if self._pixels is not None:
            self.call_after_refresh(self._put_pixels)
        return super().render_lines(crop)

    def _repaint(self) -> None:
        self._strips = None
        if self._canvas is not None and self.is_mounted:
            self.run_worker(
                self._draw(self._canvas), group="pixels", exclusive=True, exit_on_error=False
            )
        else:
            self.refresh()

    async def _draw(self, canvas: Canvas) -> None:
        """Scale and encode in a thread; whoever moves on meanwhile gets only the last picture."""
        columns, rows = self.size
        if self._image is None or columns < 2 or rows < 1:
            return
        image, outline = self._image, self._outline
        width, height = canvas.pixels(columns, rows)
        point = (outline.x_um, outline.y_um) if outline else self._point
        window = _window(image, point, width, height, self._zoom)

        def encode() -> str:
            from PIL import Image

            stamp = outline if outline is not None and outline.impression is not None else None
            rgb = _scaled(image, window, stamp)
            picture = Image.frombytes("RGB", (window.columns, window.lines), rgb)
            if outline is not None and stamp is None:
                _ring(picture, outline, window)
            return drawn(picture, canvas.protocol)

        text = await asyncio.to_thread(encode)
        right = (columns - -(-window.columns // canvas.cell_width)) // 2
        self._pixels = text, 0, max(0, right)
        # What was drawn before goes where the new picture does not reach.
        self.refresh()

    def _put_pixels(self) -> None:
        if self._pixels is None or not self.is_attached or not self.screen.is_active:
            return
        if not self.display:
            return
        text, down, right = self._pixels
        region = self.content_region
        write(self, placed(text, region.y + down, region.x + right))

    def _paint(self) -> list[Strip]:
        columns, rows = self.size
        if self._image is None or columns < 2 or rows < 1:
            return []
        outline = self._outline
        point = (outline.x_um, outline.y_um) if outline else self._point
        window = _window(self._image, point, columns, rows * 2, self._zoom)
        stamped = outline is not None and outline.impression is not None and self._many_colours
        rgb = _scaled(self._image, window, outline if stamped else None)
        marks = _marks(outline, window) if outline and not stamped else {}
        pad = (columns - window.columns) // 2
        blank = Segment(" " * pad, self.rich_style)
        strips = []
        for row in range((window.lines + 1) // 2):
            cells = [_cell(rgb, window, column, row, marks) for column in range(window.columns)]
            strips.append(
                Strip([blank, *cells]).adjust_cell_length(columns, self.rich_style).simplify()
            )
        return strips

    @property
    def _many_colours(self) -> bool:
        return self.app.console.color_system in ("256", "truecolor")


@dataclass(frozen=True, slots=True)
class _Window:
    """Which part of the page is shown (µm), on how many columns and half-cell lines."""

    left_um: float
    top_um: float
    um_per_dot: float
    columns: int
    lines: int


def _window(
    image: PageImage, point: tuple[int, int] | None, columns: int, lines: int, zoom: int
) -> _Window:
    # A dot is half a cell, which is about as wide as it is high.
    width, height = image.page_width_um, image.page_height_um
    scale = max(width / columns, height / lines) / zoom
    shown = min(columns, max(1, round(width / scale))), min(lines, max(1, round(height / scale)))
    middle = point or (width / 2, height / 2)
    left = min(max(0.0, middle[0] - shown[0] * scale / 2), max(0.0, width - shown[0] * scale))
    top = min(max(0.0, middle[1] - shown[1] * scale / 2), max(0.0, height - shown[1] * scale))
    return _Window(left, top, scale, *shown)


def _scaled(image: PageImage, window: _Window, stamp: Outline | None) -> bytes:
    from PIL import Image  # heavy: only when the first page is shown

    across = image.width / image.page_width_um
    down = image.height / image.page_height_um
    box = (
        window.left_um * across,
        window.top_um * down,
        min(image.width, (window.left_um + window.columns * window.um_per_dot) * across),
        min(image.height, (window.top_um + window.lines * window.um_per_dot) * down),
    )
    picture = Image.frombytes("RGB", (image.width, image.height), image.rgb)
    if stamp is not None and stamp.impression is not None:
        _press(picture, stamp, stamp.impression, across, down)
    small = picture.resize(
        (window.columns, window.lines), Image.Resampling.BOX, box=box, reducing_gap=2.0
    )
    return small.tobytes()


def _press(
    page: "Pixels", stamp: Outline, impression: Impression, across: float, down: float
) -> None:
    """Lay the impression over the page as ink: what was dark stays dark."""
    from PIL import Image, ImageChops

    ink = Image.frombytes("RGB", (impression.width, impression.height), impression.rgb)
    size = max(1, round(stamp.diameter_um * across)), max(1, round(stamp.diameter_um * down))
    radius = stamp.diameter_um / 2
    corner = round((stamp.x_um - radius) * across), round((stamp.y_um - radius) * down)
    box = (*corner, corner[0] + size[0], corner[1] + size[1])
    page.paste(ImageChops.multiply(page.crop(box), ink.resize(size)), corner)


def _ring(picture: "Pixels", outline: Outline, window: "_Window") -> None:
    """The rim of a seal whose look is not held here."""
    from PIL import ImageDraw

    x = (outline.x_um - window.left_um) / window.um_per_dot
    y = (outline.y_um - window.top_um) / window.um_per_dot
    radius = outline.diameter_um / 2 / window.um_per_dot
    box = (x - radius, y - radius, x + radius, y + radius)
    ImageDraw.Draw(picture).ellipse(box, outline=_SEAL_RED, width=2)


def _marks(outline: Outline, window: _Window) -> dict[tuple[int, int], str]:
    """Characters for the cells under the seal's rim and for its centre."""
    radius = outline.diameter_um / 2
    steps = max(16, int(4 * pi * radius / window.um_per_dot))
    marks: dict[tuple[int, int], str] = {}
    for step in range(steps):
        angle = 2 * pi * step / steps
        x = outline.x_um + radius * cos(angle)
        y = outline.y_um + radius * sin(angle)
        marks[_cell_at(x, y, window)] = "o"
    marks[_cell_at(outline.x_um, outline.y_um, window)] = "+"
    return marks


def _cell_at(x_um: float, y_um: float, window: _Window) -> tuple[int, int]:
    column = int((x_um - window.left_um) // window.um_per_dot)
    line = int((y_um - window.top_um) // window.um_per_dot)
    return column, line // 2


def _cell(
    rgb: bytes, window: _Window, column: int, row: int, marks: dict[tuple[int, int], str]
) -> Segment:
    upper = _dot(rgb, window, column, row * 2)
    lower = _dot(rgb, window, column, min(row * 2 + 1, window.lines - 1))
    sign = marks.get((column, row))
    if sign is not None:
        middle = tuple((a + b) // 2 for a, b in zip(upper, lower, strict=True))
        return Segment(sign, _style(_SEAL_RED, (middle[0], middle[1], middle[2]), bold=True))
    if upper == lower:
        return Segment(" ", _style(upper, upper))
    return Segment("\u2584", _style(lower, upper))


def _dot(rgb: bytes, window: _Window, column: int, line: int) -> tuple[int, int, int]:
    start = (line * window.columns + column) * 3
    return rgb[start], rgb[start + 1], rgb[start + 2]


@lru_cache(maxsize=8192)
def _style(front: tuple[int, int, int], back: tuple[int, int, int], bold: bool = False) -> Style:
    return Style(color=Color.from_rgb(*front), bgcolor=Color.from_rgb(*back), bold=bold)
