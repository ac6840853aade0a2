"""What became of each item of a batch: every failure named, the rest ready to leave (C-29)."""

from collections.abc import Sequence
from dataclasses import dataclass

from textual.app import ComposeResult

from airseal.errors import explain
from airseal.model.digest import Digest, parse_digest
from airseal.screens import export
from airseal.screens.listing import MARKING, Listing
from airseal.screens.session import Session
from airseal.screens.station_screen import StationScreen
from airseal.screens.widgets.paint import Say
from airseal.screens.widgets.record_list import RecordList
from airseal.screens.widgets.records import Column, Listed, Record
from airseal.station import Result, Station
from airseal.text import Phrase, mark, phrase
from airseal.words.cases import CASE_STATES


@dataclass(frozen=True, slots=True)
class Told:
    """One item of a batch: its case, its title, what became of it."""

    case: Digest
    title: str
    words: Phrase
    signed: bool


def told(station: Station, cases: Sequence[Digest], results: Sequence[Result]) -> list[Told]:
    """What to tell of each of ``cases``; one without a result was not reached any more."""
    by_case = {result.case: result for result in results}
    return [_told(station, case, by_case.get(case)) for case in cases]


def _told(station: Station, case: Digest, result: Result | None) -> Told:
    view = station.case(case)
    title = view.facts.asked.title
    if result is None:
        return Told(case, title, phrase("- not reached, the batch had stopped"), False)
    if result.problem is not None:
        reason = explain(result.problem).sentence
        return Told(case, title, phrase("x {reason}", reason=reason), False)
    state = Phrase(CASE_STATES[view.status.state])
    return Told(case, title, phrase("+ {state}", state=state), True)


class ResultsScreen(Listing, StationScreen[None]):
    """One line a case."""

    HEADING = mark("What was done")
    HELP = mark(
        "Every line says what became of one case. What failed is unchanged and can be tried"
        " again. Space marks, e takes the marked cases, or all that succeeded, out on the"
        " medium."
    )
    OFFERS = ("export", *MARKING)

    DEFAULT_CSS = """
    ResultsScreen #tally { text-style: bold; margin: 1 0; }
    """

    def __init__(self, session: Session, items: Sequence[Told]) -> None:
        super().__init__(session)
        self._items = tuple(items)

    def body(self) -> ComposeResult:
        """The tally and the list."""
        done = len(self._signed)
        left = len(self._items) - done
        yield Say(
            phrase("Signed and saved: {done}. Not done: {left}.", done=done, left=left), id="tally"
        )
        columns = [Column(phrase("Title")), Column(phrase("Result"))]
        records = tuple(Record(item.case, (item.title, item.words)) for item in self._items)
        yield RecordList(columns, Listed(records), phrase("Nothing."))

    def why_not(self, action: str) -> Phrase | None:
        """Only what was signed can leave."""
        if action == "export" and not self._signed:
            return phrase("Nothing was signed.")
        return None

    def do_export(self) -> None:
        """Take what was signed out on the stick: the marked ones, or all."""
        marks = [parse_digest(key) for key in self.query_one(RecordList).rows.marks]
        leaving = [case for case in self._signed if not marks or case in marks]
        if leaving:
            self.app.push_screen(export.of_cases(self.session, leaving))
        else:
            self.say(phrase("Nothing that is marked was signed."))

    @property
    def _signed(self) -> list[Digest]:
        return [item.case for item in self._items if item.signed]
