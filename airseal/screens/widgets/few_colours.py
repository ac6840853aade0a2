"""Bold text where there are sixteen colours.

Such a console writes bold text in the bright one of its colour: bold black is grey, and on a bright
ground no longer legible (WCAG 2.2 §1.4.3). So dark text on a brighter ground is not bold there.
"""

from functools import lru_cache
from typing import Final

from rich.color import Color as RichColor
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

_NOT_BOLD: Final = Style(bold=False)


class FewColours(LineFilter):
    """Takes bold away where it would cost contrast; for consoles of sixteen colours only."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The same text, all of it legible."""
        del background
        return [
            Segment(text, style and legible(style), control) for text, style, control in segments
        ]


@lru_cache(1_024)
def legible(style: Style) -> Style:
    """``style`` as it may be written with sixteen colours."""
    if not style.bold or style.color is None or style.bgcolor is None:
        return style
    front, back = style.color, style.bgcolor
    if style.reverse:
        front, back = back, front
    return style + _NOT_BOLD if _brightness(front) < _brightness(back) else style


def _brightness(colour: RichColor) -> float:
    return Color(*colour.downgrade(ColorSystem.STANDARD).get_truecolor()).brightness
