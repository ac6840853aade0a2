"""Approving for less than was asked: fewer copies, only some recipients, an earlier last day."""

from collections.abc import Mapping

from textual.app import ComposeResult

from airseal.model.grant import Less
from airseal.model.moment import parse_day
from airseal.model.problem import Problem
from airseal.model.request import Grant
from airseal.screens.base import AirsealScreen
from airseal.screens.name_lists import UnknownName, all_known
from airseal.screens.widgets.entry_fields import DayField, NumberField, TextField
from airseal.screens.widgets.form import Form
from airseal.text import Phrase, enumerated, mark, phrase


class LessScreen(AirsealScreen[Less]):
    """Hands back what is taken away from ``asked``, or None (E-11)."""

    HEADING = mark("Approve for less")
    HELP = mark(
        "The fields show what was asked. Write a smaller number of copies, take recipients out,"
        " or set an earlier last day; nothing can be added. F9 takes it over, the decision is"
        " signed on the screen before."
    )
    OFFERS = ("confirm",)

    def __init__(self, asked: Grant, units: Mapping[str, str], less: Less) -> None:
        """``units`` are the recipients that were asked for, by name."""
        super().__init__()
        self._asked, self._units = asked, units
        self._grant = less.of(asked)

    def body(self) -> ComposeResult:
        """Three fields."""
        grant = self._grant
        kept = {one.unit for one in grant.recipients}
        names = enumerated(name for name, unit in self._units.items() if unit in kept)
        until = parse_day(grant.until) if grant.until else None
        yield Form(
            [
                NumberField("copies", phrase("Copies"), grant.copies, 1, self._asked.copies),
                TextField("recipients", phrase("Recipients"), str(names)),
                DayField("until", phrase("Use until"), until),
            ]
        )

    def why_not(self, action: str) -> Phrase | None:
        """Everything may be narrowed."""
        del action
        return None

    def do_confirm(self) -> None:
        """Hand it back, if it is less."""
        form = self.query_one(Form)
        if not form.check():
            return
        try:
            less = Less(
                copies=form.field("copies", NumberField).number,
                recipients=all_known(self._units, form.field("recipients", TextField).value),
                until=form.field("until", DayField).value or None,
            )
            less.of(self._asked)
        except UnknownName as error:
            self.show_problem(Problem("RECIPIENT_UNKNOWN", unit=error.name))
        except Problem as problem:
            self.show_problem(problem)
        else:
            self.dismiss(less)
