"""What all fields of a form have: a name, a label, a control, and a reason when it is wrong."""

from collections.abc import Callable

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from airseal.screens.widgets.paint import Say
from airseal.text import Phrase, Shown


class Field(Vertical, can_focus=False):
    """One line of a form. ``problem`` says what is wrong with what was entered, if anything."""

    DEFAULT_CSS = """
    Field { height: auto; margin: 0 0 1 0; }
    Field .line { height: auto; }
    Field .label { width: 18; color: $text-muted; }
    Field:focus-within .label { color: $foreground; text-style: bold; }
    Field .wrong { display: none; color: $error; padding: 0 0 0 18; }
    Field.-wrong .wrong { display: block; }
    """

    def __init__(self, key: str, label: Phrase, control: Widget) -> None:
        super().__init__(id=f"field-{key}")
        self.key = key
        self.label = label
        self._control = control
        self.answered: Callable[[Field], None] = lambda _: None
        """Told at once when Enter is pressed here; a message would come after the next keys."""

    def compose(self) -> ComposeResult:
        """Label, control, and below it the reason."""
        with Horizontal(classes="line"):
            yield Say(self.label, classes="label")
            yield self._control
        yield Say(classes="wrong")

    @property
    def said(self) -> Shown:
        """What was entered, as it is shown again before it is signed; nothing for a secret."""
        return ""

    def problem(self) -> Phrase | None:
        """What is wrong with the entry, or None."""
        return None

    def check(self) -> bool:
        """Whether the entry is right; shows or takes away the reason."""
        problem = self.problem()
        self.set_class(problem is not None, "-wrong")
        self.query_one(".wrong", Say).say(problem or "")
        return problem is None

    def enter(self) -> None:
        """Put the cursor here, once the page is there."""
        self._control.focus()

    def enter_now(self) -> None:
        """Put the cursor here before the next key is looked at."""
        self.screen.set_focus(self._control)
