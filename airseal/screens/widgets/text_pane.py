"""The text layer of a document, page by page, to be read with the keyboard."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from rich.cells import cell_len
from rich.segment import Segment
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from airseal.text import Phrase, phrase, safe_text

_MOST_CHARACTERS: Final = 2_000_000


@dataclass(frozen=True, slots=True)
class _Hit:
    """Where ``words`` were found: line and character, whatever the width is."""

    words: str
    place: tuple[int, int]


class TextPane(ScrollView, can_focus=True):
    """Wraps hostile text to its width; every line has passed ``safe_text``.

    At most two million characters are shown; a last line says when there are more.
    """

    DEFAULT_CSS = """
    TextPane { width: 1fr; height: 1fr; background: $surface; }
    TextPane > .text-pane--hit { background: $accent; color: $background; text-style: bold; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"text-pane--hit"}
    BINDING_GROUP_TITLE = None

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._lines: list[str] = []
        self._rows: list[str] = []
        self._first_rows: list[int] = []
        self._hit: _Hit | None = None
        self._cut = False

    def show(self, text: str) -> None:
        """Show ``text`` from its beginning."""
        self._hit = None
        self._cut = len(text) > _MOST_CHARACTERS
        self._lines = text[:_MOST_CHARACTERS].split("\n")
        self._wrap()
        self.scroll_home(animate=False)

    def find(self, words: str) -> bool:
        """Scroll to the next place where ``words`` stand and mark it; whether there is one.

        The same words are sought after the last place, others from the beginning. Words that
        a row's end parts are found too; upper and lower case are the same.
        """
        after = self._hit.place if self._hit is not None and self._hit.words == words else (-1, 0)
        self._hit = next((hit for hit in self._hits(words) if hit.place > after), None)
        self._scroll_to_hit()
        return self._hit is not None

    def _hits(self, words: str) -> Iterator["_Hit"]:
        sought = re.compile(re.escape(words), re.IGNORECASE)
        for number, line in enumerate(self._lines if words else ()):
            for match in sought.finditer(_harmless(line)):
                yield _Hit(words, (number, match.start()))

    def _hit_cells(self) -> tuple[int, int, int] | None:
        """Row of the hit as wrapped now, and from and to which of its characters it goes."""
        if self._hit is None or self._hit.place[0] >= len(self._first_rows):
            return None
        number, start = self._hit.place
        row = self._first_rows[number]
        while start >= len(self._rows[row]) and row + 1 < len(self._rows):
            start -= len(self._rows[row])
            row += 1
        return row, start, start + len(self._hit.words)

    def _scroll_to_hit(self) -> None:
        if (cells := self._hit_cells()) is not None:
            self.scroll_to(y=max(0, cells[0] - self.size.height // 3), animate=False)
        self.refresh()

    @property
    def rows(self) -> Sequence[str]:
        """What is shown, line by line as wrapped."""
        return self._rows

    def on_resize(self) -> None:
        """Wrap again; what was found stays in sight."""
        self._wrap()
        self._scroll_to_hit()

    def render_line(self, y: int) -> Strip:
        """One wrapped line."""
        row = self.scroll_offset.y + y
        text = self._rows[row] if row < len(self._rows) else ""
        width = self.scrollable_content_region.width
        style = self.rich_style
        cells = self._hit_cells()
        if cells is not None and cells[0] == row:
            start, end = cells[1:]
            hit = style + self.get_component_rich_style("text-pane--hit")
            parts = [(text[:start], style), (text[start:end], hit), (text[end:], style)]
            segments = [Segment(part, look) for part, look in parts]
            return Strip(segments).adjust_cell_length(width, style)
        return Strip([Segment(text, style)]).adjust_cell_length(width, style)

    def _wrap(self) -> None:
        width = max(2, self.scrollable_content_region.width or self.size.width)
        self._rows, self._first_rows = [], []
        for line in self._lines:
            self._first_rows.append(len(self._rows))
            self._rows += wrap(line, width)
        if self._cut:
            self._rows.append(str(_CUT))
        self.virtual_size = Size(width, len(self._rows))
        self.refresh()


_CUT: Final[Phrase] = phrase("... there is more; only the beginning is shown here.")


def has_words(text: str, words: str) -> bool:
    """Whether :meth:`TextPane.find` finds ``words`` in ``text``."""
    sought = re.compile(re.escape(words), re.IGNORECASE)
    shown = text[:_MOST_CHARACTERS].split("\n")
    return any(sought.search(_harmless(line)) for line in shown)


def wrap(line: str, width: int) -> list[str]:
    """One line of outside text, made harmless, as rows of at most ``width`` cells."""
    harmless = _harmless(line)
    if harmless.isascii():
        return [harmless[i : i + width] for i in range(0, len(harmless), width)] or [""]
    rows = []
    row: list[str] = []
    used = 0
    for character in harmless:
        cells = cell_len(character)
        if used + cells > width:
            rows.append("".join(row))
            row, used = [], 0
        row.append(character)
        used += cells
    rows.append("".join(row))
    return rows


def _harmless(line: str) -> str:
    return safe_text(line.rstrip("\r").replace("\t", "    "), limit=len(line) * 4 + 1)
