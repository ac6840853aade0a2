"""Verdicts that newer lists changed (VF-11): from what to what, why; kept until they are seen."""

from collections.abc import Sequence

from textual.app import ComposeResult

from airseal.errors import explain
from airseal.evidence.rejudging import Change
from airseal.model.digest import parse_digest
from airseal.screens.listing import MARKING, Listing
from airseal.screens.session import Session
from airseal.screens.station_screen import StationScreen
from airseal.screens.verdict import VerdictScreen
from airseal.screens.widgets.fact_table import Fact, FactTable
from airseal.screens.widgets.record_list import RecordList
from airseal.screens.widgets.records import Column, Listed, Record
from airseal.station import Station
from airseal.text import Phrase, mark, phrase, when
from airseal.words.verdict import OVERALLS, SIGNS_OVERALL


class RejudgedScreen(Listing, StationScreen[None]):
    """One line for each case whose verdict is another than before the newest lists."""

    HEADING = mark("Verdicts that newer lists changed")
    HELP = mark(
        "When a bundle brings newer lists or registers, or a root is accepted or taken back, the"
        " sealed cases here whose signers or seals they are about are judged again in the"
        " background. Here is every case whose verdict became another one, and why. Enter shows"
        " the whole verdict. k strikes the case under the cursor, or all that are marked, off the"
        " list: somebody has seen it. The ledger keeps it."
    )
    OFFERS = ("open", "seen", *MARKING, "refresh")

    DEFAULT_CSS = """
    RejudgedScreen FactTable { margin: 1 0 0 0; }
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._changes: dict[str, Change] = {}

    def body(self) -> ComposeResult:
        """The list, and why the verdict under the cursor changed."""
        columns = [
            Column(phrase("Case")),
            Column(phrase("Before"), 20),
            Column(phrase("Now"), 20),
            Column(phrase("Judged again at"), 20, wide=True),
        ]
        yield RecordList(columns, Listed(()), phrase("No verdict changed."))
        yield FactTable()

    def on_screen_resume(self) -> None:
        """Look again whenever the person comes back to this page."""
        self.do_refresh()

    def why_not(self, action: str) -> Phrase | None:
        """There must be one."""
        if action in {"open", "seen", *MARKING} and not self._changes:
            return phrase("No verdict changed.")
        return None

    def do_refresh(self) -> None:
        """Look again."""
        self.look(_ask, self._show)

    def do_open(self) -> None:
        """The verdict on the case under the cursor, as it is now."""
        if (key := self.query_one(RecordList).current) is not None:
            case = parse_digest(key)
            self.app.push_screen(VerdictScreen(self.session, lambda s: s.verify_case(case)))

    def do_seen(self) -> None:
        """Strike off the list what is marked, or what is under the cursor."""
        cases = [parse_digest(key) for key in self.query_one(RecordList).chosen]

        def strike(station: Station) -> list[tuple[Change, str]]:
            station.rejudging.see(cases)
            return _ask(station)

        self.at_station(lambda station, _: strike(station), self._show, busy=phrase("Saving"))

    def on_record_list_opened(self, event: RecordList.Opened) -> None:
        """Enter in the list."""
        event.stop()
        self.action_act("open")

    def on_record_list_changed(self, event: RecordList.Changed) -> None:
        """Say why the verdict under the cursor changed."""
        event.stop()
        self._tell()

    def _show(self, found: Sequence[tuple[Change, str]]) -> None:
        self._changes = {change.case: change for change, _ in found}
        records = tuple(_record(change, title) for change, title in found)
        self.query_one(RecordList).keep_marks(self._changes)
        self.query_one(RecordList).show(Listed(records))
        self.update_keys()
        self._tell()

    def _tell(self) -> None:
        change = self._changes.get(self.query_one(RecordList).current or "")
        facts = []
        if change is not None and change.reason is not None:
            told = explain(change.reason)
            facts = [
                Fact(phrase("Why"), told.sentence, strong=True),
                Fact(phrase("What to do"), told.advice),
            ]
        self.query_one(FactTable).show(facts)


def _ask(station: Station) -> list[tuple[Change, str]]:
    return [(one, station.title_of(one.case)) for one in station.rejudging.unseen()]


def _record(change: Change, title: str) -> Record:
    words = [
        phrase("{sign} {verdict}", sign=SIGNS_OVERALL[one], verdict=Phrase(OVERALLS[one]))
        for one in (change.before, change.after)
    ]
    return Record(change.case, (title or change.case[7:19], *words, when(change.at)))
