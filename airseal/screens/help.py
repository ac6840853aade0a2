"""What ``?`` shows: what the screen is for, and every key that works on it."""

from textual.app import ComposeResult
from textual.containers import VerticalScroll

from airseal.screens.base import AirsealScreen
from airseal.screens.widgets.fact_table import Fact, FactTable
from airseal.screens.widgets.key_bar import KeyHint
from airseal.screens.widgets.paint import Say
from airseal.text import Phrase, mark, phrase


class HelpScreen(AirsealScreen[None]):
    """Help for one screen; Esc or ``?`` goes back."""

    HEADING = mark("Help")

    DEFAULT_CSS = """
    HelpScreen FactTable { margin: 1 0 0 0; }
    """

    def __init__(self, title: Phrase, words: Phrase, hints: list[KeyHint]) -> None:
        super().__init__()
        self._title = title
        self._words = words
        self._hints = hints

    def body(self) -> ComposeResult:
        """The words, then the keys."""
        with VerticalScroll():
            yield Say(self._title, "bold")
            yield Say(self._words)
            yield FactTable([_fact(hint) for hint in self._hints])

    def do_help(self) -> None:
        """The key that opened help closes it."""
        self.leave()


def _fact(hint: KeyHint) -> Fact:
    keys = hint.action.key_words
    if hint.refusal is None:
        return Fact(keys, hint.action.words)
    return Fact(
        keys, phrase("{action} (not now: {reason})", action=hint.action.words, reason=hint.refusal)
    )
