"""What is filled in to certify a training or an assessment of several people (SU-05, SU-06)."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from textual.app import ComposeResult

from airseal.model.problem import Problem
from airseal.model.training import Training, TrainingKind, TrainingRow
from airseal.screens.base import AirsealScreen
from airseal.screens.widgets.choice_field import Choice, ChoiceField
from airseal.screens.widgets.entry_fields import DayField, TextField
from airseal.screens.widgets.fact_table import Fact, FactTable
from airseal.screens.widgets.form import Form
from airseal.text import Phrase, Shown, enumerated, mark, phrase, plural
from airseal.words.training import KINDS, passed_words

_PASSED, _FAILED = "passed", "failed"

_NAMED: Final = 12
"""How many people the form names; those who sign see them all."""


class TrainingFormScreen(AirsealScreen[Training]):
    """Hands back what is to be signed, or None. ``people`` are the names of those marked."""

    HEADING = mark("Record a training")
    HELP = mark(
        "What is filled in here holds for everybody named above. The day is that of the training;"
        " from it on its months are counted. The remark, such as a grade, goes with the registry to"
        " every station that imports it."
    )
    OFFERS = ("confirm",)

    DEFAULT_CSS = """
    TrainingFormScreen FactTable { margin: 0 0 1 0; }
    """

    def __init__(self, people: Mapping[str, Shown], today: date) -> None:
        super().__init__()
        self._people = dict(people)
        self._today = today

    def body(self) -> ComposeResult:
        """Who, then five fields."""
        yield FactTable(self._about())
        kinds = [Choice(kind, Phrase(words)) for kind, words in KINDS.items()]
        outcomes = [Choice(_PASSED, passed_words(True)), Choice(_FAILED, passed_words(False))]
        yield Form(
            [
                ChoiceField("kind", phrase("Kind"), kinds),
                TextField("topic", phrase("Topic")),
                DayField("day", phrase("Day"), self._today, required=True),
                ChoiceField("passed", phrase("Result"), outcomes),
                TextField("remark", phrase("Remark"), required=False),
            ]
        )

    def _about(self) -> list[Fact]:
        """The first people; all of 200 would leave no room for the fields."""
        names, more = [*self._people.values()], len(self._people) - _NAMED
        facts = [Fact(phrase("People"), enumerated(names[:_NAMED]), strong=True)]
        if more > 0:
            facts.append(Fact(phrase("And"), plural("{n} person", "{n} people", more), strong=True))
        return facts

    def do_confirm(self) -> None:
        """Hand it back."""
        form = self.query_one(Form)
        if not form.check():
            return
        passed = form.field("passed", ChoiceField).value == _PASSED
        remark = form.field("remark", TextField).value
        try:
            made = Training(
                kind=TrainingKind(form.field("kind", ChoiceField).value or ""),
                topic=form.field("topic", TextField).value,
                day=form.field("day", DayField).value,
                rows=tuple(TrainingRow(one, passed, remark) for one in sorted(self._people)),
            )
        except ValueError:
            self.show_problem(Problem("TRAINING_FORM"))
            return
        self.dismiss(made)
