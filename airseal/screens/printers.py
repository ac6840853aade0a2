"""Which printer: the ones registered with the station (AC-11)."""

from collections.abc import Sequence

from textual.app import ComposeResult

from airseal.screens.listing import SORTING, Listing
from airseal.screens.station_screen import StationScreen
from airseal.screens.widgets.record_list import RecordList
from airseal.screens.widgets.records import Column, Listed, Record
from airseal.station import Station
from airseal.text import Phrase, mark, phrase


class PrinterScreen(Listing, StationScreen[str | None]):
    """Asks for a printer; Enter is the order to print."""

    HEADING = mark("Print on")
    HELP = mark(
        "Enter prints on the printer under the cursor. Only printers that the system administrator"
        " has registered with this station may be used, and only those that this machine has."
    )
    OFFERS = ("open", *SORTING)

    def body(self) -> ComposeResult:
        """The list; empty until the station has answered."""
        columns = [Column(phrase("Printer")), Column(phrase("State"), 24)]
        yield RecordList(
            columns,
            Listed(()),
            phrase("No printer is registered with this station."),
            marking=False,
        )

    def on_mount(self) -> None:
        """Ask which there are."""

        def ask(station: Station) -> list[tuple[str, bool]]:
            there = station.light.printers()
            return [(name, name in there) for name in station.facts.printers]

        self.look(ask, self._show)

    def why_not(self, action: str) -> Phrase | None:
        """There must be one."""
        if action == "open" and self.query_one(RecordList).current is None:
            return _none()
        return None

    def on_record_list_opened(self, event: RecordList.Opened) -> None:
        """Enter in the list."""
        event.stop()
        self.do_open()

    def do_open(self) -> None:
        """Print on the one under the cursor."""
        self.dismiss(self.query_one(RecordList).current)

    def _show(self, printers: Sequence[tuple[str, bool]]) -> None:
        records = [
            Record(name, (name, phrase("ready") if there else phrase("not on this machine")))
            for name, there in printers
        ]
        self.query_one(RecordList).show(Listed(tuple(records)))
        self.update_keys()


def _none() -> Phrase:
    return phrase("No printer is registered with this station.")
