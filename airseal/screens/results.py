"""What became of each item of a batch: every failure named, the rest ready to leave (C-29)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from textual.app import ComposeResult

from airseal.errors import Explained, explain
from airseal.model.digest import Digest, parse_digest
from airseal.model.problem import Problem
from airseal.screens import export
from airseal.screens.base import AirsealScreen
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
    """One item of a batch: its case, its title, what became of it, and why not if it failed."""

    case: Digest
    title: str
    words: Phrase
    signed: bool
    why: Explained | None = None


Again = Callable[[Sequence[Digest]], AirsealScreen[list[Told]]]
"""Makes the screen that tries the same once more with some of the cases."""


def told(station: Station, cases: Sequence[Digest], results: Sequence[Result]) -> list[Told]:
    """What to tell of each of ``cases``; one without a result was not reached any more."""
    by_case = {result.case: result for result in results}
    return [_told(station, case, by_case.get(case)) for case in cases]


def _told(station: Station, case: Digest, result: Result | None) -> Told:
    title = station.title_of(case)
    problem = Problem("BATCH_STOPPED") if result is None else result.problem
    if problem is not None:
        why = explain(problem)
        return Told(case, title, phrase("x {reason}", reason=why.sentence), False, why)
    state = Phrase(CASE_STATES[station.case(case).status.state])
    return Told(case, title, phrase("+ {state}", state=state), True)


class ResultsScreen(Listing, StationScreen[None]):
    """One line a case, the failures first; they can be tried again by themselves."""

    HEADING = mark("What was done")
    HELP = mark(
        "Every line says what became of one case, the failures first; the line above the keys says"
        " in full why the one under the cursor failed, and what to do. What failed is unchanged: r"
        " tries the failed ones again, and only those. Space marks, e takes the marked cases, or"
        " all that succeeded, out on the medium."
    )
    OFFERS = ("export", "again", *MARKING)

    DEFAULT_CSS = """
    ResultsScreen #tally { text-style: bold; margin: 1 0; }
    """

    def __init__(self, session: Session, items: Sequence[Told], again: Again | None = None) -> None:
        super().__init__(session)
        self._items = tuple(sorted(items, key=lambda item: item.signed))
        self._again = again

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

    def on_mount(self) -> None:
        """Say why the first one failed, if one did."""
        self._tell()

    def why_not(self, action: str) -> Phrase | None:
        """Only what was signed can leave, only what failed can be tried again."""
        if action == "export" and not self._signed:
            return phrase("Nothing was signed.")
        if action == "again" and (self._again is None or not self._failed):
            return phrase("Nothing failed.")
        return None

    def on_record_list_changed(self, event: RecordList.Changed) -> None:
        """Say in full why the one under the cursor failed."""
        event.stop()
        self._tell()

    def do_export(self) -> None:
        """Take what was signed out on the stick: the marked ones, or all."""
        marks = [parse_digest(key) for key in self.query_one(RecordList).rows.marks]
        leaving = [case for case in self._signed if not marks or case in marks]
        if leaving:
            self.app.push_screen(export.of_cases(self.session, leaving))
        else:
            self.say(phrase("Nothing that is marked was signed."))

    def do_again(self) -> None:
        """Try what failed once more, and only that."""
        if self._again is not None:
            self.app.switch_screen(self._again(self._failed))

    @property
    def _signed(self) -> list[Digest]:
        return [item.case for item in self._items if item.signed]

    @property
    def _failed(self) -> list[Digest]:
        return [item.case for item in self._items if not item.signed]

    def _tell(self) -> None:
        key = self.query_one(RecordList).current
        item = next((one for one in self._items if one.case == key), None)
        if item is not None and item.why is not None:
            self.show_explained(item.why)
        else:
            self.hush()
