"""The error screen: what happened, what it means, what to do, a code to quote; no more."""

from textual.app import ComposeResult

from airseal.errors import Explained
from airseal.screens.base import AirsealScreen
from airseal.screens.widgets.fact_table import Fact, FactTable
from airseal.screens.widgets.paint import Say
from airseal.text import mark, phrase


class ProblemScreen(AirsealScreen[None]):
    """Shown when a screen could not go on. No trace, no path, no value is ever on it."""

    HEADING = mark("Something went wrong")
    HELP = mark("Read what happened and what to do, note the code, then go back with Esc or Enter.")
    OFFERS = ("go_on",)

    DEFAULT_CSS = """
    ProblemScreen #what { color: $error; text-style: bold; margin: 1 0; }
    ProblemScreen FactTable { margin: 1 0 0 0; }
    """

    def __init__(self, explained: Explained) -> None:
        super().__init__()
        self.explained = explained

    def body(self) -> ComposeResult:
        """What happened, what it means for the papers, what to do, the code; nothing else."""
        yield Say(self.explained.sentence, id="what")
        yield FactTable(
            [
                Fact(phrase("For the papers"), self.explained.meaning, strong=True),
                Fact(phrase("What to do"), self.explained.advice),
                Fact(phrase("Code to quote"), self.explained.code, strong=True),
            ]
        )

    def do_go_on(self) -> None:
        """Enter goes back too."""
        self.leave()
