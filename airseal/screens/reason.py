"""A short dialog that asks for a reason in words."""

from textual.app import ComposeResult

from airseal.screens.base import AirsealScreen
from airseal.screens.widgets.entry_fields import TextField
from airseal.screens.widgets.form import Form
from airseal.screens.widgets.paint import Say
from airseal.text import Phrase, mark, phrase


class ReasonScreen(AirsealScreen[str]):
    """Hands back the reason, which is never empty, or None when the person turned away."""

    HEADING = mark("Reason")
    HELP = mark("Write the reason and press Enter; it goes into the ledger. Esc goes back.")
    OFFERS = ("confirm",)

    DEFAULT_CSS = """
    ReasonScreen #question { text-style: bold; margin: 1 0; }
    """

    def __init__(self, question: Phrase, label: Phrase | None = None) -> None:
        super().__init__()
        self._question = question
        self._label = label or phrase("Reason")

    def body(self) -> ComposeResult:
        """The question and the field."""
        yield Say(self._question, id="question")
        yield Form([TextField("reason", self._label)])

    def do_confirm(self) -> None:
        """Hand it back."""
        form = self.query_one(Form)
        if form.check():
            self.dismiss(form.field("reason", TextField).value)
