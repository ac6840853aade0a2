"""When each partner station was heard last (截至上次导入): nothing arrives by itself (E-07)."""

from textual.app import ComposeResult

from airseal.model.moment import parse_moment
from airseal.screens.backup_words import ago
from airseal.screens.listing import SORTING, Listing
from airseal.screens.station_screen import StationScreen
from airseal.screens.widgets.record_list import RecordList
from airseal.screens.widgets.records import Column, Listed, Record
from airseal.station import Station
from airseal.text import mark, phrase, when


class HeardScreen(Listing, StationScreen[None]):
    """The one not heard for longest first."""

    HEADING = mark("Other stations, as of the last import")
    HELP = mark(
        "What this station knows of others is what their last bundle said; nothing arrives by"
        " itself and nobody is told otherwise. The station that was not heard for longest stands"
        " first: ask there for a bundle, if something is overdue. i imports what is on the medium."
    )
    OFFERS = ("import", *SORTING, "refresh")

    def body(self) -> ComposeResult:
        """The list, empty until the station has answered."""
        columns = [
            Column(phrase("Station")),
            Column(phrase("Last import"), 20),
            Column(phrase("How long ago"), 12),
            Column(phrase("Bundles"), 8, wide=True),
        ]
        yield RecordList(columns, Listed(()), phrase("Nothing was imported yet."), marking=False)

    def on_screen_resume(self) -> None:
        """Look again whenever the person comes back to this page."""
        self.do_refresh()

    def do_refresh(self) -> None:
        """Look again."""
        self.look(_read, self._show)

    def do_import(self) -> None:
        """See what is on the medium."""
        from airseal.screens.media import MediaScreen

        self.app.push_screen(MediaScreen(self.session))

    def _show(self, records: tuple[Record, ...]) -> None:
        self.query_one(RecordList).show(Listed(records))


def _read(station: Station) -> tuple[Record, ...]:
    now = station.now()
    return tuple(
        Record(
            f"{one.unit}/{one.station}",
            (
                station.name_of_station(one.unit, one.station),
                when(one.at),
                ago(parse_moment(one.at), now),
                str(one.imports),
            ),
        )
        for one in station.outlook.heard()
    )
