"""The line that speaks to the person: what happened, what to do, the code to quote."""

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from airseal.errors import Explained
from airseal.screens.widgets.paint import content, lines, wrapped
from airseal.text import Phrase, phrase


class MessageLine(Widget):
    """Empty and without height until there is something to say.

    A refusal says what happened, what that means for the papers, and what to do.
    """

    DEFAULT_CSS = """
    MessageLine { height: auto; max-height: 4; padding: 0 1; display: none; background: $surface; }
    MessageLine.-speaking { display: block; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._words: Phrase | None = None
        self._explained: Explained | None = None

    def say(self, words: Phrase) -> None:
        """Show a plain message."""
        self._show(words, None)

    def explain(self, explained: Explained) -> None:
        """Show a refusal: what happened, the hint, and the code."""
        self._show(None, explained)

    def clear(self) -> None:
        """Say nothing."""
        self._show(None, None)

    @property
    def code(self) -> str:
        """The code of the refusal that is shown, or an empty string."""
        return self._explained.code if self._explained else ""

    def _show(self, words: Phrase | None, explained: Explained | None) -> None:
        self._words, self._explained = words, explained
        self.set_class(words is not None or explained is not None, "-speaking")
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as the words need at this width."""
        del container, viewport
        return len(wrapped(self._told(), width))

    def render(self) -> Content:
        """Paint the message; a refusal starts with ``!`` so that colour is not its only sign."""
        return lines(wrapped(self._told(), self.content_size.width))

    def _told(self) -> Content:
        if self._explained is not None:
            return Content.assemble(
                content("! ", "bold $error"),
                content(self._explained.sentence, "bold $error"),
                content(f" [{self._explained.code}]", "$text-muted"),
                "\n",
                content(
                    phrase(
                        "{meaning} {advice}",
                        meaning=self._explained.meaning,
                        advice=self._explained.advice,
                    )
                ),
            )
        if self._words is not None:
            return Content.assemble(content("> ", "bold $primary"), content(self._words))
        return Content("")
