"""Use rights (使用权限) and handovers that nobody can make, at the sealing station.

AC-13, C-06, PE-03, PE-04. Only the seal department gets here.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from textual.app import ComposeResult

from airseal.evidence.accounts import Edition
from airseal.model.problem import Problem
from airseal.model.use import UseRight
from airseal.screens.base import AirsealScreen
from airseal.screens.listing import SORTING, Listing
from airseal.screens.reason import ReasonScreen
from airseal.screens.register_words import edition_fact
from airseal.screens.session import Session
from airseal.screens.station_screen import StationScreen
from airseal.screens.widgets.choice_field import Choice, ChoiceField
from airseal.screens.widgets.entry_fields import DayField, TextField
from airseal.screens.widgets.fact_table import FactTable
from airseal.screens.widgets.form import Form
from airseal.screens.widgets.paint import Say
from airseal.screens.widgets.record_list import RecordList
from airseal.screens.widgets.records import Column, Listed, Record
from airseal.station import Station
from airseal.text import Phrase, mark, phrase, when

_TERM = timedelta(days=365)


class UseRightsScreen(Listing, StationScreen[None]):
    """One line for each right that was ever granted here."""

    HEADING = mark("Use rights at this station")
    HELP = mark(
        "Who may use the seals of which kind, and until when. A custodian needs none; whoever was"
        " once given a term is held to it. A new right replaces the old one of the same person and"
        " kind. When a custodian is gone and cannot hand a seal over, h opens its retirement: from"
        " that moment nobody seals with it."
    )
    OFFERS = ("grant_use", "end_use", "stuck", *SORTING, "refresh")

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._rights: Sequence[UseRight] = ()

    def body(self) -> ComposeResult:
        """The list."""
        columns = [
            Column(phrase("Person id"), 12),
            Column(phrase("Kind of seal"), 12),
            Column(phrase("State"), 10),
            Column(phrase("Until"), 14),
            Column(phrase("Basis")),
            Column(phrase("From"), 14, wide=True),
        ]
        yield RecordList(columns, Listed(()), phrase("No right was granted."), marking=False)
        yield FactTable(id="edition")

    def on_screen_resume(self) -> None:
        """Read the list again."""
        self.do_refresh()

    def why_not(self, action: str) -> Phrase | None:
        """What is ended must be there."""
        if action == "end_use" and not self._rights:
            return phrase("No right was granted.")
        return None

    def do_refresh(self) -> None:
        """Read the list again."""
        self.look(_read, self._show)

    def do_grant_use(self) -> None:
        """Ask for whom and what, then grant it."""

        def asked(right: UseRight | None) -> None:
            if right is not None:
                self._do(lambda s: s.offices.grant_use(right))

        registry = self.session.station.registry
        kinds = sorted({seal.type for _, seal in registry.seals.values()} if registry else ())
        self.app.push_screen(GrantScreen(self.session, kinds), asked)

    def do_end_use(self) -> None:
        """Ask why, then end it."""
        key = self.query_one(RecordList).current
        right = next((one for one in self._rights if one.key == key), None)

        def asked(reason: str | None) -> None:
            if reason and right:
                self._do(lambda s: s.offices.end_use(right.person, right.seal_type, reason))

        if right is not None:
            self.app.push_screen(
                ReasonScreen(phrase("Why does the right of {person} end?", person=right.person)),
                asked,
            )

    def do_stuck(self) -> None:
        """Ask which seal of whom, then open its retirement."""

        def asked(told: tuple[str, str, str] | None) -> None:
            if told is not None:
                self._do(lambda s: s.offices.handover_impossible(*told))

        registry = self.session.station.registry
        seals = [
            (seal.seal, seal.name) for _, seal in (registry.seals.values() if registry else ())
        ]
        self.app.push_screen(StuckScreen(seals), asked)

    def _do(self, act: Callable[[Station], None]) -> None:
        self.at_station(
            lambda station, _: act(station), lambda _: self._done(), busy=phrase("Saving")
        )

    def _done(self) -> None:
        self.say(phrase("It is in the ledger, and holds from now on."))
        self.do_refresh()

    def _show(self, found: tuple[Sequence[UseRight], Edition]) -> None:
        rights, edition = found
        self._rights = rights
        self.query_one("#edition", FactTable).show([edition_fact(edition)])
        today = self.session.station.now().date().isoformat()
        names = self.session.station.rules.pack.catalogue.seal_type_names
        self.query_one(RecordList).show(Listed(tuple(_record(one, today, names) for one in rights)))
        self.update_keys()


def _read(station: Station) -> tuple[Sequence[UseRight], Edition]:
    return station.offices.use_rights(), station.offices.use_edition()


class GrantScreen(AirsealScreen[UseRight]):
    """Hands back the right to be granted, or None."""

    HEADING = mark("Grant a use right")
    HELP = mark("Name the person and the paper that authorises them. Both days are included.")
    OFFERS = ("confirm",)

    def __init__(self, session: Session, kinds: Sequence[str]) -> None:
        super().__init__()
        self._kinds = kinds
        self._names = session.station.rules.pack.catalogue.seal_type_names
        self._today = session.station.now().date()

    def body(self) -> ComposeResult:
        """Five fields."""
        yield Form(
            [
                TextField("person", phrase("Person id"), longest=64),
                ChoiceField(
                    "type",
                    phrase("Kind of seal"),
                    [Choice(kind, self._names.get(kind, kind)) for kind in self._kinds],
                    None,
                ),
                DayField("start", phrase("From"), self._today, required=True),
                DayField("end", phrase("Until"), self._today + _TERM, required=True),
                TextField("basis", phrase("Basis")),
            ]
        )

    def why_not(self, action: str) -> Phrase | None:
        """Without a registry there is no kind of seal."""
        if action == "confirm" and not self._kinds:
            return phrase("No registry was imported yet.")
        return None

    def do_confirm(self) -> None:
        """Hand it back."""
        form = self.query_one(Form)
        if not form.check():
            return
        try:
            right = UseRight(
                form.field("person", TextField).value,
                form.field("type", ChoiceField).value or "",
                form.field("start", DayField).value,
                form.field("end", DayField).value,
                form.field("basis", TextField).value,
            )
        except Problem as problem:
            self.show_problem(problem)
            return
        self.dismiss(right)


class StuckScreen(AirsealScreen[tuple[str, str, str]]):
    """Hands back person, seal and reason of a handover that nobody can make, or None."""

    HEADING = mark("A handover is impossible")
    HELP = mark(
        "For a custodian who is gone for good. The retirement of the seal opens with this ground;"
        " it cannot be taken back here, and nobody seals with it any more."
    )
    OFFERS = ("confirm",)

    DEFAULT_CSS = """
    StuckScreen #why { text-style: bold; margin: 1 0; }
    """

    def __init__(self, seals: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._seals = seals

    def body(self) -> ComposeResult:
        """Who, which, why."""
        yield Say(phrase("From the moment this is saved, nobody seals with it."), id="why")
        seals = [Choice(seal, name) for seal, name in self._seals]
        yield Form(
            [
                TextField("person", phrase("Custodian (id)"), longest=64),
                ChoiceField("seal", phrase("Seal"), seals, None),
                TextField("reason", phrase("Reason")),
            ]
        )

    def why_not(self, action: str) -> Phrase | None:
        """Without a registry there is no seal."""
        if action == "confirm" and not self._seals:
            return phrase("No registry was imported yet.")
        return None

    def do_confirm(self) -> None:
        """Hand it back."""
        form = self.query_one(Form)
        if form.check():
            seal = form.field("seal", ChoiceField).value or ""
            person, reason = (form.field(key, TextField).value for key in ("person", "reason"))
            self.dismiss((person, seal, reason))


def _record(right: UseRight, today: str, names: Mapping[str, str]) -> Record:
    if right.ended:
        state = phrase("taken back")
    elif right.covers(today):
        state = phrase("in force")
    else:
        state = phrase("not in term")
    until, start = when(right.end), when(right.start)
    cells = (
        right.person,
        names.get(right.seal_type, right.seal_type),
        state,
        until,
        right.basis,
        start,
    )
    return Record(right.key, cells)
