"""One line at the foot of a widget that asks for a word or a number, and goes away again."""

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input

from airseal.screens.widgets.paint import Say
from airseal.screens.widgets.text_input import TextInput
from airseal.text import Phrase


class AskLine(Horizontal):
    """Hidden until :meth:`ask`; Enter answers, Esc takes the question away."""

    DEFAULT_CSS = """
    AskLine { height: 1; display: none; background: $panel; }
    AskLine.-asking { display: block; }
    AskLine Say { width: auto; padding: 0 1; }
    AskLine TextInput { width: 1fr; }
    """

    class Answered(Message):
        """``answer`` was typed to the question ``about``; the focus wants to go back."""

        def __init__(self, about: str, answer: str) -> None:
            super().__init__()
            self.about = about
            self.answer = answer

    class Dropped(Message):
        """The question was taken away; the focus wants to go back."""

    def __init__(self) -> None:
        super().__init__()
        self._about = ""

    def compose(self) -> ComposeResult:
        """The question and a field."""
        yield Say(classes="question")
        yield TextInput(longest=60)

    def ask(self, about: str, question: Phrase) -> None:
        """Ask ``question`` and put the cursor behind it; ``about`` comes back with the answer."""
        self._about = about
        self.query_one(".question", Say).say(question)
        self.add_class("-asking")
        field = self.query_one(TextInput)
        field.value = ""
        field.focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter."""
        event.stop()
        self.remove_class("-asking")
        self.post_message(self.Answered(self._about, event.value.strip()))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Nobody else has to know of each letter."""
        event.stop()

    def on_key(self, event: events.Key) -> None:
        """Esc belongs to the question while there is one."""
        if event.key == "escape" and self.has_class("-asking"):
            event.stop()
            self.remove_class("-asking")
            self.post_message(self.Dropped())
