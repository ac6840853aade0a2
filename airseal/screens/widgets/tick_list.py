"""Boxes that a person ticks, each by its number, to say that they have checked something."""

from collections.abc import Sequence

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from airseal.screens.widgets.paint import content, lines
from airseal.text import Phrase


class TickList(Widget):
    """Numbered boxes from 1; none is ticked at first."""

    DEFAULT_CSS = """
    TickList { height: auto; width: 1fr; }
    """

    def __init__(self, labels: Sequence[Phrase]) -> None:
        super().__init__()
        self._labels = tuple(labels)
        self._ticked: set[int] = set()

    @property
    def complete(self) -> bool:
        """Whether every box is ticked."""
        return len(self._ticked) == len(self._labels)

    def toggle(self, number: int) -> None:
        """Tick box ``number``, or take the tick away."""
        if 1 <= number <= len(self._labels):
            self._ticked ^= {number}
            self.refresh()

    def clear(self) -> None:
        """Take all ticks away."""
        self._ticked.clear()
        self.refresh()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """One line a box."""
        del container, viewport, width
        return len(self._labels)

    def render(self) -> Content:
        """Number, box, words."""
        return lines([self._line(n, label) for n, label in enumerate(self._labels, start=1)])

    def _line(self, number: int, label: Phrase) -> Content:
        ticked = number in self._ticked
        box = content("[x] " if ticked else "[ ] ", "bold $text-success" if ticked else "bold")
        return Content.assemble(content(f"{number} ", "bold $accent"), box, content(label))
