"""Choosing the recipients from the register: the first marked is 主送 (TX-01, TX-16)."""

from collections.abc import Mapping, Sequence

from textual.app import ComposeResult

from airseal.screens.base import AirsealScreen
from airseal.screens.listing import MARKING, Listing
from airseal.screens.widgets.record_list import RecordList
from airseal.screens.widgets.records import Column, Listed, Record
from airseal.text import Phrase, mark, phrase


class RecipientsScreen(Listing, AirsealScreen[tuple[str, ...]]):
    """Hands back the ids of the units in the order they were marked, or None."""

    HEADING = mark("Recipients")
    HELP = mark(
        "Mark the units with Space: the one marked first is the main recipient, the others get"
        " copies. / filters while you type. Enter takes them over; with nothing marked, the"
        " unit under the cursor alone."
    )
    OFFERS = (*MARKING, "confirm")

    def __init__(self, units: Mapping[str, str], chosen: Sequence[str]) -> None:
        super().__init__()
        self._units = dict(units)
        self._chosen = tuple(chosen)

    def body(self) -> ComposeResult:
        """The register."""
        columns = [Column(phrase("Unit")), Column(phrase("Id"), 16)]
        records = tuple(Record(unit, (name, unit)) for unit, name in self._units.items())
        yield RecordList(columns, Listed(records), phrase("No unit is registered."))

    def on_mount(self) -> None:
        """Start with what was chosen before."""
        self._list.rows.marks |= dict.fromkeys(self._chosen)

    def why_not(self, action: str) -> Phrase | None:
        """Somebody must receive it."""
        if action == "confirm" and not self._units:
            return phrase("No unit is registered.")
        return None

    def do_confirm(self) -> None:
        """Take them over."""
        if chosen := self._list.chosen:
            self.dismiss(chosen)

    def on_record_list_opened(self, event: RecordList.Opened) -> None:
        """Enter in the list."""
        event.stop()
        self.do_confirm()

    @property
    def _list(self) -> RecordList:
        return self.query_one(RecordList)
