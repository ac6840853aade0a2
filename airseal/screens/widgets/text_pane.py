"""The text layer of a document, page by page, to be read with the keyboard."""

from collections.abc import Sequence
from typing import Final

from rich.cells import cell_len
from rich.segment import Segment
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from airseal.text import Phrase, phrase, safe_text

_MOST_CHARACTERS: Final = 2_000_000


class TextPane(ScrollView, can_focus=True):
    """Wraps hostile text to its width; every line has passed ``safe_text``.

    At most two million characters are shown; a last line says when there are more.
    """

    DEFAULT_CSS = """
    TextPane { width: 1fr; height: 1fr; background: $surface; }
    """
    BINDING_GROUP_TITLE = None

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._lines: list[str] = []
        self._rows: list[str] = []
        self._cut = False

    def show(self, text: str) -> None:
        """Show ``text`` from its beginning."""
        self._cut = len(text) > _MOST_CHARACTERS
        self._lines = text[:_MOST_CHARACTERS].split("\n")
        self._wrap()
        self.scroll_home(animate=False)

    def find(self, words: str, after: int = -1) -> int | None:
        """Scroll to the next row that has ``words``; its number, or None."""
        rows = range(after + 1, len(self._rows))
        found = next((row for row in rows if words.casefold() in self._rows[row].casefold()), None)
        if found is not None:
            self.scroll_to(y=found, animate=False)
        return found

    @property
    def rows(self) -> Sequence[str]:
        """What is shown, line by line as wrapped."""
        return self._rows

    def on_resize(self) -> None:
        """Wrap again."""
        self._wrap()

    def render_line(self, y: int) -> Strip:
        """One wrapped line."""
        row = self.scroll_offset.y + y
        text = self._rows[row] if row < len(self._rows) else ""
        width = self.scrollable_content_region.width
        return Strip([Segment(text, self.rich_style)]).adjust_cell_length(width, self.rich_style)

    def _wrap(self) -> None:
        width = max(2, self.scrollable_content_region.width or self.size.width)
        self._rows = [row for line in self._lines for row in wrap(line, width)]
        if self._cut:
            self._rows.append(str(_CUT))
        self.virtual_size = Size(width, len(self._rows))
        self.refresh()


_CUT: Final[Phrase] = phrase("... there is more; only the beginning is shown here.")


def wrap(line: str, width: int) -> list[str]:
    """One line of outside text, made harmless, as rows of at most ``width`` cells."""
    harmless = safe_text(line.rstrip("\r").replace("\t", "    "), limit=len(line) * 4 + 1)
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
