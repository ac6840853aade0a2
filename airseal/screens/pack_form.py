"""What the small pages of a policy pack share: all read, the seal department changes."""

from typing import Final, TypeVar

from airseal.model.problem import Problem
from airseal.screens.base import AirsealScreen
from airseal.screens.widgets.choice_field import Choice, ChoiceField
from airseal.screens.widgets.entry_fields import TextField
from airseal.screens.widgets.form import Form
from airseal.text import Phrase, mark, phrase

Made = TypeVar("Made")

YES: Final = "yes"
NO: Final = "no"
NOT_YOURS: Final = mark("Only the seal department changes the policy pack.")


class PackFormScreen(AirsealScreen[Made]):
    """A form for one thing of a pack; hands back what was made of it, or None."""

    OFFERS = ("confirm",)

    def __init__(self, *, editable: bool) -> None:
        super().__init__()
        self._editable = editable

    def made(self) -> Made:
        """What was filled in; raises ``ValueError`` that names what is wrong."""
        raise NotImplementedError

    def why_not(self, action: str) -> Phrase | None:
        """Everybody may read."""
        return Phrase(NOT_YOURS) if action == "confirm" and not self._editable else None

    def do_confirm(self) -> None:
        """Hand it back."""
        if self.query_one(Form).check():
            try:
                self.dismiss(self.made())
            except ValueError as error:
                self.show_problem(Problem("PACK_FORM", why=str(error)))

    def text(self, key: str) -> str:
        """What stands in a text field."""
        return self.query_one(Form).field(key, TextField).value

    def chosen(self, key: str) -> str:
        """What is chosen in a choice field."""
        return self.query_one(Form).field(key, ChoiceField).value or ""


def yes_or_no(key: str, label: Phrase, value: bool) -> ChoiceField:
    """A field of two answers."""
    answers = [Choice(YES, phrase("yes")), Choice(NO, phrase("no"))]
    return ChoiceField(key, label, answers, YES if value else NO)
