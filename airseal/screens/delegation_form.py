"""What is filled in to let another approve: whom, as what, for what, until when (AP-05)."""

from datetime import timedelta
from typing import Final

from textual.app import ComposeResult

from airseal.model.delegation import Delegation
from airseal.model.level import Level
from airseal.model.people import Post, Role
from airseal.model.problem import Problem
from airseal.screens.base import AirsealScreen
from airseal.screens.name_lists import UnknownName, all_known, list_field
from airseal.screens.session import Session
from airseal.screens.widgets.choice_field import Choice, ChoiceField
from airseal.screens.widgets.entry_fields import DayField, TextField
from airseal.screens.widgets.form import Form
from airseal.text import Phrase, level_name, mark, phrase, role_name

_TERM: Final = timedelta(days=14)


class DelegationFormScreen(AirsealScreen[Delegation]):
    """Hands back the delegation to be signed, or None."""

    HEADING = mark("Let another approve")
    HELP = mark(
        "Choose with the arrow keys who stands in for you, and with which of your roles. Seals and"
        " kinds of paper are separated by commas; an empty field means any. Both days are included."
    )
    OFFERS = ("confirm",)

    def __init__(self, session: Session) -> None:
        super().__init__()
        station = session.station
        self._today = station.now().date()
        self._catalogue = station.rules.pack.catalogue
        people = dict(station.registry.people) if station.registry else {}
        own = people.pop(station.account.person, None)
        held = own[1].roles if own else ()
        self._roles = [role for role in Role if role in held or role is Role.OFFICER]
        self._officers = [
            Choice(person, one.name)
            for person, (_, one) in sorted(people.items())
            if one.active and Post.OFFICER in one.posts
        ]

    def body(self) -> ComposeResult:
        """Eight fields."""
        roles = [Choice(role, role_name(role)) for role in reversed(self._roles)]
        levels = [Choice(one, level_name(one)) for one in Level]
        yield Form(
            [
                ChoiceField("delegate", phrase("Delegate to"), self._officers),
                ChoiceField("role", phrase("Role"), roles),
                list_field("types", phrase("Seals")),
                list_field("kinds", phrase("Kinds")),
                ChoiceField("level", phrase("Up to level"), levels, Level.INTERNAL),
                DayField("start", phrase("First day"), self._today, required=True),
                DayField("end", phrase("Last day"), self._today + _TERM, required=True),
                TextField("reason", phrase("Reason")),
            ]
        )

    def why_not(self, action: str) -> Phrase | None:
        """Somebody must be there to stand in."""
        if action == "confirm" and not self._officers:
            return phrase("The roster has no other approving officer.")
        return None

    def do_confirm(self) -> None:
        """Hand it back."""
        form = self.query_one(Form)
        if not form.check():
            return
        text = {key: form.field(key, TextField).value for key in ("types", "kinds", "reason")}
        catalogue = self._catalogue
        types = {name: one.id for one in catalogue.seal_types for name in (one.name, one.id)}
        kinds = {name: one.id for one in catalogue.kinds for name in (one.name, one.id)}
        try:
            seal_types, papers = all_known(types, text["types"]), all_known(kinds, text["kinds"])
        except UnknownName as error:
            self.show_problem(Problem("NAME_UNKNOWN", name=error.name))
            return
        try:
            made = Delegation(
                delegate=form.field("delegate", ChoiceField).value or "",
                role=Role(form.field("role", ChoiceField).value or Role.OFFICER),
                seal_types=seal_types,
                kinds=papers,
                level=Level(form.field("level", ChoiceField).value or Level.INTERNAL),
                start=form.field("start", DayField).value,
                end=form.field("end", DayField).value,
                reason=text["reason"],
            )
        except ValueError:
            self.show_problem(Problem("DELEGATION_FORM"))
            return
        self.dismiss(made)
