"""The list of seal checks (定期检查表): every seal kept here, and by when it must be checked."""

from collections.abc import Sequence

from textual.app import ComposeResult

from airseal.model.rights import Right, may
from airseal.screens.listing import SORTING, Listing
from airseal.screens.station_screen import StationScreen
from airseal.screens.widgets.record_list import RecordList
from airseal.screens.widgets.records import Column, Listed, Record
from airseal.station.seals import Planned
from airseal.text import Phrase, mark, phrase, when


class SealChecksScreen(Listing, StationScreen[None]):
    """The most pressing first; Enter opens the form."""

    HEADING = mark("Checks of seals")
    HELP = mark(
        "Every seal in use that is kept at this station, with its newest check that was passed and"
        " the day by which the next one is due, as the policy pack says. Its custodian presses"
        " Enter and checks it. A new entry in the register counts as a check: the seal department"
        " had the seal. Checks that were not passed are in the ledger."
    )
    OFFERS = ("open", *SORTING, "refresh")

    def body(self) -> ComposeResult:
        """The list, empty until the query is done."""
        columns = [
            Column(phrase("Seal")),
            Column(phrase("Last check"), 14),
            Column(phrase("By"), 8),
            Column(phrase("Due by"), 14),
            Column(phrase("State"), 8),
        ]
        yield RecordList(columns, Listed(()), phrase("No seal is kept here."), marking=False)

    def on_screen_resume(self) -> None:
        """Read the list again."""
        self.do_refresh()

    def why_not(self, action: str) -> Phrase | None:
        """Only who seals checks a seal."""
        if action != "open":
            return None
        if self.query_one(RecordList).current is None:
            return phrase("No seal is kept here.")
        return None if may(self.post, Right.SEAL) else phrase("Its custodian checks a seal.")

    def do_refresh(self) -> None:
        """Read the list again."""
        self.look(lambda station: station.seals.checks(), self._show)

    def do_open(self) -> None:
        """Check the seal under the cursor."""
        from airseal.screens.seal_check import SealCheckScreen

        if (seal := self.query_one(RecordList).current) is not None:
            self.app.push_screen(SealCheckScreen(self.session, seal))

    def on_record_list_opened(self, event: RecordList.Opened) -> None:
        """Enter in the list."""
        event.stop()
        self.action_act("open")

    def on_record_list_changed(self) -> None:
        """Another line, other keys."""
        self.update_keys()

    def _show(self, rows: Sequence[Planned]) -> None:
        self.query_one(RecordList).show(Listed(tuple(map(self._record, rows))))
        self.update_keys()

    def _record(self, row: Planned) -> Record:
        station = self.session.station
        at, by = ("", "") if row.last is None else (row.last.at[:10], row.last.by)
        over = station.now().date().isoformat() > row.until
        cells = (
            row.record.name,
            when(at) if at else phrase("none yet"),
            station.person_name(by) if by else "",
            when(row.until),
            phrase("OVERDUE") if over else phrase("in time"),
        )
        return Record(row.record.seal, cells)
