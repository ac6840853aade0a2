"""The quarantine (隔离区): files that were refused on import, why, and what to do about each."""

from textual.app import ComposeResult

from airseal.errors import explain
from airseal.evidence.accounts import Edition
from airseal.evidence.quarantine import Refused
from airseal.model.digest import parse_digest
from airseal.screens.listing import SORTING, Listing
from airseal.screens.reason import ReasonScreen
from airseal.screens.register_words import edition_fact
from airseal.screens.session import Session
from airseal.screens.station_screen import StationScreen
from airseal.screens.widgets.fact_table import Fact, FactTable
from airseal.screens.widgets.record_list import RecordList
from airseal.screens.widgets.records import Column, Listed, Record
from airseal.station import Station
from airseal.text import Phrase, mark, phrase, when

Found = tuple[tuple[Refused, ...], Edition]


def _read(station: Station) -> Found:
    return station.quarantine, station.quarantine_edition


class QuarantineScreen(Listing, StationScreen[None]):
    """Nothing here counts; a file stays until the security administrator clears it away."""

    HEADING = mark("Quarantine")
    HELP = mark(
        "These files were refused on import. Nothing of them counts; they are kept so that"
        " somebody can find out what happened. Below stands what was wrong with the file under the"
        " cursor and what to do. The security administrator copies a file to the medium with e, for"
        " its sender or for an examination, and clears it away with x and a reason."
    )
    OFFERS = ("copy_refused", "clear_refused", *SORTING, "refresh")

    DEFAULT_CSS = """
    QuarantineScreen FactTable { margin: 1 0 0 0; }
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._files: tuple[Refused, ...] = ()
        self._edition: Edition | None = None

    def body(self) -> ComposeResult:
        """The list, and what there is to say of the file under the cursor."""
        columns = [
            Column(phrase("File")),
            Column(phrase("Code"), 22),
            Column(phrase("Refused at"), 20, wide=True),
        ]
        yield RecordList(columns, Listed(()), phrase("Nothing was refused."), marking=False)
        yield FactTable()

    def on_screen_resume(self) -> None:
        """Look again whenever the person comes back to this page."""
        self.do_refresh()

    def why_not(self, action: str) -> Phrase | None:
        """Both acts need a file."""
        if action in {"copy_refused", "clear_refused"} and not self._files:
            return phrase("Nothing was refused.")
        return None

    def do_refresh(self) -> None:
        """Look again."""
        self.look(_read, self._show)

    def on_record_list_changed(self, event: RecordList.Changed) -> None:
        """Say in full what is wrong with the file under the cursor."""
        event.stop()
        self._tell()

    def do_copy_refused(self) -> None:
        """Copy the file under the cursor to the medium."""
        if (file := self._current) is None:
            return
        medium = self.session.medium
        self.at_station(
            lambda station, _: station.copy_refused(file.file, medium),
            lambda path: self.say(phrase("Copied: {file}", file=path.name)),
            busy=phrase("Copying"),
        )

    def do_clear_refused(self) -> None:
        """Ask for the reason and clear it away."""
        if (file := self._current) is None:
            return
        question = phrase("Clear away {file} for good?", file=file.name)

        def answer(reason: str | None) -> None:
            if reason:
                self._clear(file, reason)

        self.app.push_screen(ReasonScreen(question), answer)

    def _clear(self, file: Refused, reason: str) -> None:
        def clear(station: Station) -> Found:
            station.clear_refused(file.file, reason)
            return _read(station)

        self.at_station(lambda station, _: clear(station), self._show, busy=phrase("Clearing away"))

    @property
    def _current(self) -> Refused | None:
        key = self.query_one(RecordList).current
        return next((one for one in self._files if key and one.file == parse_digest(key)), None)

    def _show(self, found: Found) -> None:
        files, self._edition = found
        self._files = files
        records = (Record(one.file, (one.name, one.problem.code, when(one.at))) for one in files)
        self.query_one(RecordList).show(Listed(tuple(records)))
        self.update_keys()
        self._tell()

    def _tell(self) -> None:
        facts = [] if (one := self._current) is None else self._facts(one)
        if self._edition is not None:
            facts.append(edition_fact(self._edition))
        self.query_one(FactTable).show(facts)

    def _facts(self, one: Refused) -> list[Fact]:
        told = explain(one.problem)
        name = self.session.station.person_name(one.by)
        return [
            Fact(phrase("What was found"), told.sentence, strong=True),
            Fact(phrase("What to do"), told.advice),
            Fact(phrase("Imported by"), phrase("{name}, {at}", name=name, at=when(one.at))),
            Fact(phrase("Digest"), one.file.removeprefix("sha256:")[:32]),
        ]
