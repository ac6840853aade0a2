"""Colours as they are painted: every pair of text and background, and how readable it is."""

from dataclasses import dataclass

from rich.color import Color, ColorSystem
from rich.palette import Palette
from textual.app import App

from airseal.screens.widgets.few_colours import legible

_PICTURE = {" ", *map(chr, range(0x2580, 0x25A0))}
"""Block elements draw pictures and scroll bars; they are no text."""
_CONSOLE = Palette(
    [
        *((0, 0, 0), (170, 0, 0), (0, 170, 0), (170, 85, 0)),
        *((0, 0, 170), (170, 0, 170), (0, 170, 170), (170, 170, 170)),
        *((85, 85, 85), (255, 85, 85), (85, 255, 85), (255, 255, 85)),
        *((85, 85, 255), (255, 85, 255), (85, 255, 255), (255, 255, 255)),
    ]
)
"""The sixteen colours of the Linux console (VGA)."""
_XTERM = Palette(
    [
        *((0, 0, 0), (205, 0, 0), (0, 205, 0), (205, 205, 0)),
        *((0, 0, 238), (205, 0, 205), (0, 205, 205), (229, 229, 229)),
        *((127, 127, 127), (255, 0, 0), (0, 255, 0), (255, 255, 0)),
        *((92, 92, 255), (255, 0, 255), (0, 255, 255), (255, 255, 255)),
    ]
)
"""The sixteen of xterm."""

RGB = tuple[int, int, int]


@dataclass(frozen=True)
class Ink:
    """Text in ``front`` on ``back``; ``bold``, as far as it may be bold on a console."""

    front: RGB
    back: RGB
    bold: bool = False

    def __str__(self) -> str:
        return "#{:02x}{:02x}{:02x} on #{:02x}{:02x}{:02x}".format(*self.front, *self.back)

    @property
    def contrast(self) -> float:
        """The contrast ratio of WCAG 2.2, from 1 to 21."""
        darker, lighter = sorted((_luminance(self.front), _luminance(self.back)))
        return (lighter + 0.05) / (darker + 0.05)

    @property
    def on_console(self) -> "Ink":
        """The same where there are sixteen colours, the worst of the consoles we know."""
        front, back = _sixteen(self.front), _sixteen(self.back)
        if self.bold:
            front |= 8
        consoles = [Ink(tuple(one[front]), tuple(one[back])) for one in (_CONSOLE, _XTERM)]
        return min(consoles, key=lambda ink: ink.contrast)


def _sixteen(colour: RGB) -> int:
    number = Color.from_rgb(*colour).downgrade(ColorSystem.STANDARD).number
    assert number is not None
    return number


def _luminance(colour: RGB) -> float:
    def linear(value: int) -> float:
        part = value / 255
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    red, green, blue = map(linear, colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def inks_of(app: App[None]) -> dict[Ink, str]:
    """Every ink on the screen now, with a text it writes."""
    found: dict[Ink, str] = {}
    for strip in app.screen._compositor.render_strips():
        for segment in strip:
            style = segment.style
            if set(segment.text) <= _PICTURE or style is None:
                continue
            assert style.color is not None and style.bgcolor is not None, segment
            front, back = style.color.get_truecolor(), style.bgcolor.get_truecolor(foreground=False)
            if style.reverse:
                front, back = back, front
            ink = Ink(tuple(front), tuple(back), bool(legible(style).bold))
            found.setdefault(ink, segment.text.strip())
    return found
