"""Backups of the station: make one, see which there are, try to restore one (BK-02)."""

from collections.abc import Sequence

from textual.app import ComposeResult

from airseal.screens.backup_words import backup_fact
from airseal.screens.listing import SORTING, Listing
from airseal.screens.medium import MediumScreen
from airseal.screens.session import Session
from airseal.screens.station_screen import StationScreen
from airseal.screens.widgets.fact_table import Fact, FactTable
from airseal.screens.widgets.record_list import RecordList
from airseal.screens.widgets.records import Column, Listed, Record
from airseal.station import Station
from airseal.station.keeping import Backup, Made, Report
from airseal.text import file_size, mark, phrase, plural, when


class BackupsScreen(Listing, StationScreen[None]):
    """The backups on the medium at hand, newest first."""

    HEADING = mark("Backups of this station")
    HELP = mark(
        "A backup writes to the medium what is not there yet, encrypted as the station is; no"
        " key of a USBKey is ever in it. A test restores one inside the station, verifies every"
        " entry and document, and removes the copy. To make a station of a backup, two"
        " administrators run: airseal backup restore."
    )
    OFFERS = ("back_up", "try_restore", "medium", *SORTING, "refresh")

    DEFAULT_CSS = """
    BackupsScreen RecordList { height: 1fr; }
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._backups: Sequence[Backup] = ()

    def body(self) -> ComposeResult:
        """The list, then how the station is backed up."""
        columns = [
            Column(phrase("Backup"), 6),
            Column(phrase("Made")),
            Column(phrase("By"), 10),
            Column(phrase("Entries"), 9),
            Column(phrase("Size"), 9),
            Column(phrase("Deleted since"), 13, wide=True),
        ]
        yield RecordList(columns, Listed(()), phrase("No backup on this medium."), marking=False)
        yield FactTable(id="state")

    def on_screen_resume(self) -> None:
        """Read the medium again."""
        self.do_refresh()

    def do_refresh(self) -> None:
        """Read the medium again."""
        self.look(self._looked, self._show)

    def do_medium(self) -> None:
        """Name another directory."""
        self.app.push_screen(MediumScreen(self.session))

    def do_back_up(self) -> None:
        """Write what is new."""

        def done(made: Made) -> None:
            self.do_refresh()
            self.say(
                plural(
                    "Backup No. {number} is on the medium and was read back, {n} piece;"
                    " new: {written}.",
                    "Backup No. {number} is on the medium and was read back, {n} pieces;"
                    " new: {written}.",
                    made.pieces,
                    number=made.number,
                    written=made.written,
                )
            )

        self.at_station(
            lambda station, _: station.keeping.back_up(self.session.medium),
            done,
            busy=phrase("Backing up"),
        )

    def do_try_restore(self) -> None:
        """Restore the one under the cursor for a test."""
        key = self.query_one(RecordList).current

        def done(tried: tuple[int, Report]) -> None:
            number, report = tried
            self.do_refresh()
            if report.problems:
                self.show_problem(report.problems[0])
                return
            self.say(
                phrase(
                    "Backup No. {number} was restored and is whole: {entries}, {blobs}.",
                    number=number,
                    entries=plural("{n} entry", "{n} entries", report.entries),
                    blobs=plural("{n} document", "{n} documents", report.blobs),
                )
            )

        self.at_station(
            lambda station, _: station.keeping.try_restore(
                self.session.medium, None if key is None else int(key)
            ),
            done,
            busy=phrase("Restoring for a test"),
        )

    def _looked(self, station: Station) -> tuple[Sequence[Backup], Fact]:
        return station.keeping.backups(self.session.medium), backup_fact(station)

    def _show(self, looked: tuple[Sequence[Backup], Fact]) -> None:
        self._backups, fact = looked
        self.query_one(RecordList).show(Listed(tuple(_record(one) for one in self._backups)))
        medium = Fact(phrase("Medium"), self.session.medium_name)
        self.query_one("#state", FactTable).show([fact, medium])
        self.update_keys()


def _record(one: Backup) -> Record:
    numbers = (str(one.head.sequence), file_size(one.size), str(one.deleted or ""))
    return Record(str(one.number), (str(one.number), when(one.at), one.by, *numbers))
