"""Statements that wait (暂存): what each one lacks before it can be judged."""

from textual.app import ComposeResult

from airseal.model.digest import Digest, to_hex
from airseal.screens.listing import SORTING, Listing
from airseal.screens.station_screen import StationScreen
from airseal.screens.widgets.record_list import RecordList
from airseal.screens.widgets.records import Column, Listed, Record
from airseal.text import mark, phrase


class ParkedScreen(Listing, StationScreen[None]):
    """Neither accepted nor refused: a parked statement counts once what it names is here."""

    HEADING = mark("Statements that wait for others")
    HELP = mark(
        "These statements came without something they rely on, so they cannot be judged yet and"
        " count for nothing. Ask the station they came from for a bundle with what is missing,"
        " and import it; nothing else is to be done."
    )
    OFFERS = (*SORTING,)

    def body(self) -> ComposeResult:
        """One row for each statement, with the beginning of every id."""
        columns = [Column(phrase("Statement"), 20), Column(phrase("Waits for"))]
        records = tuple(
            Record(waiting, (_start(waiting), ", ".join(map(_start, lacking))))
            for waiting, lacking in self.session.station.parked.items()
        )
        yield RecordList(
            columns, Listed(records), phrase("No statement waits for another."), marking=False
        )


def _start(digest: Digest) -> str:
    digits = to_hex(digest)[:16]
    return " ".join(digits[at : at + 4] for at in range(0, 16, 4))
