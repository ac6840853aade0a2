"""What ends soon (即将到期): password, certificates, seals, delegations, trainings, terms."""

from typing import Final

from textual.app import ComposeResult

from airseal.model.digest import parse_digest
from airseal.model.ending import NEVER, Ending, Ends
from airseal.screens.ending_words import KINDS, days_left, what_to_do, whose
from airseal.screens.listing import SORTING, Listing
from airseal.screens.session import Session
from airseal.screens.station_screen import StationScreen
from airseal.screens.widgets.paint import Say
from airseal.screens.widgets.record_list import RecordList
from airseal.screens.widgets.records import Column, Listed, Record
from airseal.station import Station
from airseal.text import Phrase, Shown, day, mark, phrase

_OPENED: Final = (Ending.TERM, Ending.SEAL_CHECK, Ending.SUMMARY)
"""What Enter opens."""


class EndingsScreen(Listing, StationScreen[None]):
    """The most pressing first; below the list, what to do about the one under the cursor."""

    HEADING = mark("What ends soon")
    HELP = mark(
        "Everything that holds only until a day, and what has ended already, the most pressing"
        " first. Below the list stands what to do about the line under the cursor. Enter opens a"
        " case whose term runs out, the form to check a seal, and the summary tables. How early"
        " each kind is announced the policy pack says."
    )
    OFFERS = ("open", *SORTING, "refresh")

    DEFAULT_CSS = """
    EndingsScreen #about { height: auto; margin: 1 0 0 0; color: $text-muted; }
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._ends: tuple[Ends, ...] = ()

    def body(self) -> ComposeResult:
        """The list, empty until the station has answered; then what to do."""
        columns = [
            Column(phrase("Last day"), 14),
            Column(phrase("Left"), 12),
            Column(phrase("What"), 10),
            Column(phrase("Whose")),
        ]
        yield RecordList(columns, Listed(()), phrase("Nothing ends soon."), marking=False)
        yield Say(id="about")

    def on_screen_resume(self) -> None:
        """Look again whenever the person comes back to this page."""
        self.do_refresh()

    def do_refresh(self) -> None:
        """Look again."""
        self.look(_read, self._show)

    def why_not(self, action: str) -> Phrase | None:
        """Only a case, and a check that is due, can be opened."""
        if action != "open":
            return None
        one = self._current
        if one is None:
            return phrase("Nothing ends soon.")
        if one.what in _OPENED:
            return None
        return phrase("Only a case, the check of a seal or a summary can be opened here.")

    def do_open(self) -> None:
        """Open the case whose term runs out, the form to check the seal, or the tables."""
        from airseal.screens.case import CaseScreen
        from airseal.screens.seal_check import SealCheckScreen
        from airseal.screens.summaries import SummariesScreen

        one = self._current
        if one is None:
            return
        match one.what:
            case Ending.SEAL_CHECK:
                self.app.push_screen(SealCheckScreen(self.session, one.key))
            case Ending.SUMMARY:
                self.app.push_screen(SummariesScreen(self.session))
            case _:
                self.app.push_screen(CaseScreen(self.session, parse_digest(one.key)))

    def on_record_list_opened(self, event: RecordList.Opened) -> None:
        """Enter in the list."""
        event.stop()
        self.action_act("open")

    def on_record_list_changed(self, event: RecordList.Changed) -> None:
        """Say what to do about the line under the cursor."""
        event.stop()
        self._tell()

    @property
    def _current(self) -> Ends | None:
        key = self.query_one(RecordList).current
        return None if key is None else self._ends[int(key)]

    def _show(self, found: list[tuple[Ends, Shown, Phrase]]) -> None:
        self._ends = tuple(one for one, _, _ in found)
        records = tuple(
            Record(str(row), (_last_day(one), left, Phrase(KINDS[one.what]), name))
            for row, (one, name, left) in enumerate(found)
        )
        self.query_one(RecordList).show(Listed(records))
        self._tell()

    def _tell(self) -> None:
        one = self._current
        self.query_one("#about", Say).say(what_to_do(one) if one else "")
        self.update_keys()


def _last_day(one: Ends) -> Shown:
    return "-" if one.last == NEVER else day(one.last)


def _read(station: Station) -> list[tuple[Ends, Shown, Phrase]]:
    today = station.now().date()
    return [(one, whose(station, one), days_left(one, today)) for one in station.outlook.endings()]
