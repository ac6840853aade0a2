"""Alarms (警报): ledgers that do not hold together, and a clock that does not fit."""

from dataclasses import dataclass
from typing import Final

from textual.app import ComposeResult

from airseal.errors import explain
from airseal.evidence.partners import Alarm, key_of
from airseal.model.problem import Problem
from airseal.screens.listing import SORTING, Listing
from airseal.screens.reason import ReasonScreen
from airseal.screens.session import Session
from airseal.screens.station_screen import StationScreen
from airseal.screens.widgets.fact_table import Fact, FactTable
from airseal.screens.widgets.record_list import RecordList
from airseal.screens.widgets.records import Column, Listed, Record
from airseal.station import Station
from airseal.text import mark, phrase, when

_CLOCK: Final = "clock"


@dataclass(frozen=True, slots=True)
class Trouble:
    """Everything that a person must answer for now."""

    clock: Problem | None
    alarms: tuple[Alarm, ...]

    @property
    def count(self) -> int:
        """How many answers are wanted."""
        return len(self.alarms) + (self.clock is not None)


def trouble_at(station: Station) -> Trouble:
    """What is wrong at ``station`` now."""
    return Trouble(station.clock_problem, station.alarms)


class AlarmsScreen(Listing, StationScreen[None]):
    """One line for each alarm; it stays until a person answers for it with a reason."""

    HEADING = mark("Alarms")
    HELP = mark(
        "A station whose ledger was set back to an old copy, or which keeps two books, is found"
        " out by the checkpoints in its bundles; a clock that was set back is found out by the"
        " ledger. Find out what happened. The security administrator then enters the reason."
    )
    OFFERS = ("settle", *SORTING, "refresh")

    DEFAULT_CSS = """
    AlarmsScreen FactTable { margin: 1 0 0 0; }
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._trouble = Trouble(None, ())

    def body(self) -> ComposeResult:
        """The list; empty until the station has answered."""
        columns = [
            Column(phrase("Station"), 24),
            Column(phrase("What was found")),
            Column(phrase("Since"), 20, wide=True),
        ]
        yield RecordList(columns, Listed(()), phrase("No alarm."), marking=False)
        yield FactTable()

    def on_screen_resume(self) -> None:
        """Look again whenever the person comes back to this page."""
        self.do_refresh()

    def do_refresh(self) -> None:
        """Look again."""
        self.look(trouble_at, self._show)

    def on_record_list_opened(self, event: RecordList.Opened) -> None:
        """Enter in the list."""
        event.stop()
        self.do_settle()

    def on_record_list_changed(self, event: RecordList.Changed) -> None:
        """Say in full what was found under the cursor, and what to do."""
        event.stop()
        self._tell()

    def do_settle(self) -> None:
        """Ask for the reason, with all that is known in sight."""
        key = self.query_one(RecordList).current
        problem = self._problem(key)
        if key is None or problem is None:
            return
        told = explain(problem)
        question = phrase("{what} {hint}", what=told.sentence, hint=told.advice)
        self.app.push_screen(
            ReasonScreen(question), lambda reason: self._settle(key, reason) if reason else None
        )

    def _problem(self, key: str | None) -> Problem | None:
        if key == _CLOCK:
            return self._trouble.clock
        found = (one for one in self._trouble.alarms if key_of(one.unit, one.station) == key)
        return next((one.problem for one in found), None)

    def _settle(self, key: str, reason: str) -> None:
        def answer(station: Station) -> Trouble:
            if key == _CLOCK:
                station.accept_clock(reason)
            else:
                unit, _, name = key.partition("/")
                station.settle_alarm(unit, name, reason)
            return trouble_at(station)

        self.at_station(
            lambda station, _: answer(station), self._show, busy=phrase("Writing the reason")
        )

    def _show(self, trouble: Trouble) -> None:
        self._trouble = trouble
        name = self.session.station.name_of_station
        records = [
            Record(
                key_of(one.unit, one.station),
                (name(one.unit, one.station), explain(one.problem).sentence, when(one.at)),
            )
            for one in trouble.alarms
        ]
        if trouble.clock is not None:
            told = explain(trouble.clock).sentence
            records.insert(0, Record(_CLOCK, (phrase("Clock"), told, "")))
        self.query_one(RecordList).show(Listed(tuple(records)))
        self._tell()

    def _tell(self) -> None:
        problem = self._problem(self.query_one(RecordList).current)
        facts = []
        if problem is not None:
            told = explain(problem)
            facts = [
                Fact(phrase("What was found"), told.sentence, strong=True),
                Fact(phrase("What to do"), told.advice),
            ]
        self.query_one(FactTable).show(facts)
