"""How the parts of the station stand, in one line: a sign, a name and a word for each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from airseal.screens.widgets.paint import content, lines
from airseal.text import Phrase, Shown

_LONGEST_WORD = 20


@dataclass(frozen=True, slots=True)
class Part:
    """One part. ``well`` is None while nobody has looked yet."""

    label: Phrase
    word: Shown
    well: bool | None


class StateLine(Widget):
    """``+`` stands before what is well, ``!`` before what is not, ``.`` before the unknown."""

    DEFAULT_CSS = """
    StateLine { height: auto; width: 1fr; background: $panel; padding: 0 1; }
    """

    def __init__(self, parts: Sequence[Part] = (), *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._parts = tuple(parts)

    def show(self, parts: Sequence[Part]) -> None:
        """Show these parts from now on."""
        self._parts = tuple(parts)
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """One line, or two on a narrow terminal."""
        del container, viewport
        return len(list(self._rows(width)))

    def render(self) -> Content:
        """Paint the parts."""
        return lines(list(self._rows(self.content_size.width)))

    def _rows(self, width: int) -> Iterator[Content]:
        row: list[Content] = []
        used = 0
        for part in map(_painted, self._parts):
            cells = cell_len(part.plain)
            if row and used + 2 + cells > width:
                yield Content("  ").join(row)
                row, used = [], 0
            used += cells + (2 if row else 0)
            row.append(part)
        yield Content("  ").join(row)


def _painted(part: Part) -> Content:
    sign, style = {
        True: ("+", "$text-success"),
        False: ("!", "bold $text-error"),
        None: (".", "$text-muted"),
    }[part.well]
    word = content(part.word, "" if part.well else style, _LONGEST_WORD)
    return Content.assemble(content(sign, style), content(part.label, "$text-muted"), " ", word)
