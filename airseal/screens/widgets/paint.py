"""From words to what Textual paints. Never markup: a file name may be ``[@click=…]``."""

from collections.abc import Sequence

from textual.content import Content
from textual.widget import Widget

from airseal.text import SAFE_LIMIT, Shown, shown


def content(value: Shown, style: str = "", limit: int = SAFE_LIMIT) -> Content:
    """``value`` as plain content, all of it in one ``style`` (such as ``bold $primary``)."""
    text = shown(value, limit)
    return Content.styled(text, style) if style else Content(text)


def lines(parts: Sequence[Content]) -> Content:
    """``parts``, one a line."""
    return Content("\n").join(parts)


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

    def render(self) -> Content:
        """Paint the words in the language of the moment."""
        return content(self._value, self._style)
