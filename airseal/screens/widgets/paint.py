"""From words to what Textual paints. Never markup: a file name may be ``[@click=…]``."""

from collections.abc import Sequence

from rich.cells import cell_len
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from airseal.screens.widgets.breaking import breaks
from airseal.text import SAFE_LIMIT, Shown, shown


def content(value: Shown, style: str = "", limit: int = SAFE_LIMIT) -> Content:
    """``value`` as plain content, all of it in one ``style`` (such as ``bold $primary``)."""
    text = shown(value, limit)
    return Content.styled(text, style) if style else Content(text)


def lines(parts: Sequence[Content]) -> Content:
    """``parts``, one a line."""
    return Content("\n").join(parts)


def wrapped(text: Content, width: int) -> list[Content]:
    """``text`` in lines of at most ``width`` cells."""
    return [
        row.rstrip()
        for line in text.split("\n", allow_blank=True)
        for row in line.divide(breaks(line.plain, width))
    ] or [Content("")]


class Say(Widget):
    """A line or paragraph that follows the language of the moment."""

    DEFAULT_CSS = """
    Say { width: 1fr; height: auto; }
    """

    def __init__(
        self,
        value: Shown = "",
        style: str = "",
        *,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._value = value
        self._style = style

    def say(self, value: Shown, style: str = "") -> None:
        """Show ``value`` from now on."""
        self._value, self._style = value, style
        self.refresh(layout=self.styles.auto_dimensions)

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """As wide as the longest line."""
        del container, viewport
        return max(map(cell_len, self._words.plain.split("\n")))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as the words need at this width."""
        del container, viewport
        return len(self._rows(width))

    def render(self) -> Content:
        """Paint the words in the language of the moment."""
        return lines(self._rows(self.content_size.width))

    @property
    def _words(self) -> Content:
        return content(self._value, self._style)

    def _rows(self, width: int) -> list[Content]:
        # Without room nothing is seen: the words stay as they are until there is some.
        whole = width <= 0 or self.styles.text_wrap == "nowrap"
        return [self._words] if whole else wrapped(self._words, width)
