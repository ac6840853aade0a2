"""Reporting that others know the own password, and what was done with it since (AC-09)."""

from datetime import date, datetime

from textual.app import ComposeResult

from airseal.duties.accounts import Act
from airseal.screens.listing import SORTING, Listing
from airseal.screens.session import Session
from airseal.screens.station_screen import StationScreen
from airseal.screens.widgets.entry_fields import DayField, TextField
from airseal.screens.widgets.form import Form
from airseal.screens.widgets.paint import Say
from airseal.screens.widgets.record_list import RecordList
from airseal.screens.widgets.records import Column, Listed, Record
from airseal.text import Phrase, mark, phrase, plural, when
from airseal.words.event import entry_kind, kind_words


class LeakScreen(StationScreen[None]):
    """Asks since when; after that only a new password lets the person in again."""

    HEADING = mark("My password is known to others")
    HELP = mark(
        "Say since when others may have known it; earlier is safer than later. Everything that was"
        " done under your name since then is listed for review, and the report goes into the"
        " ledger. At the next login you must choose a new password."
    )
    OFFERS = ("confirm",)

    DEFAULT_CSS = """
    LeakScreen #why { text-style: bold; margin: 1 0; }
    """

    def body(self) -> ComposeResult:
        """A day and a time."""
        now = self.session.station.now()
        yield Say(phrase("Since when may others have known it?"), id="why")
        yield Form(
            [
                DayField("day", phrase("Day"), now.date(), required=True),
                TextField("time", phrase("Time (HH:MM)"), "00:00", longest=5),
            ]
        )

    def do_confirm(self) -> None:
        """Report it."""
        form = self.query_one(Form)
        if not form.check():
            return
        day = form.field("day", DayField).day
        since = _moment(day, form.field("time", TextField).value)
        if since is None:
            self.say(phrase("Enter the time as hours and minutes, for example 09:30."))
            return
        self.at_station(
            lambda station, _: station.own.report_leak(since), self._show, busy=phrase("Saving")
        )

    def _show(self, acts: tuple[Act, ...]) -> None:
        self.app.switch_screen(ActsScreen(self.session, acts))


class ActsScreen(Listing, StationScreen[None]):
    """What was done since then, for review."""

    HEADING = mark("Done under your name since then")
    HELP = mark(
        "Go through the list with the security auditor: whatever you did not do yourself was done"
        " by somebody else. The report is in the ledger. Change your password now."
    )
    OFFERS = SORTING

    def __init__(self, session: Session, acts: tuple[Act, ...]) -> None:
        super().__init__(session)
        self._acts = acts

    @property
    def heading(self) -> Phrase:
        """How many."""
        return plural(
            "{n} entry under your name since then; a new password is due at the next login",
            "{n} entries under your name since then; a new password is due at the next login",
            len(self._acts),
        )

    def body(self) -> ComposeResult:
        """The list."""
        columns = [Column(phrase("Entry"), 8), Column(phrase("Time"), 22), Column(phrase("Kind"))]
        records = [
            Record(
                str(act.sequence),
                (str(act.sequence), when(act.at), kind_words(entry_kind(act.kind, act.facts))),
            )
            for act in self._acts
        ]
        yield RecordList(columns, Listed(tuple(records)), phrase("Nothing."), marking=False)


def _moment(day: date | None, time: str) -> datetime | None:
    try:
        return datetime.fromisoformat(f"{day}T{time}").astimezone()
    except ValueError:
        return None
