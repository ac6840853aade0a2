"""The summary tables of sealing and printing (汇总表): one line for each period (RE-04)."""

from collections.abc import Sequence

from textual.app import ComposeResult

from airseal.screens.listing import SORTING, Listing
from airseal.screens.session import Session
from airseal.screens.station_screen import StationScreen
from airseal.screens.widgets.record_list import RecordList
from airseal.screens.widgets.records import Column, Listed, Record
from airseal.station.summaries import Made, Standing
from airseal.text import Phrase, Shown, mark, phrase, when
from airseal.words.summary import period_words


class SummariesScreen(Listing, StationScreen[None]):
    """Newest first; a period without its table says so aloud."""

    HEADING = mark("Summary tables of sealing")
    HELP = mark(
        "Every period that is over since the first sealing at this station, as long as the policy"
        " pack says. n makes its table: every sealing, signed with your PIN and written to the"
        " medium as a PDF for the office. A table that was made is kept; e writes the same one"
        " again, n makes another edition, which is marked as a repeat. h records who took it for"
        " the office, and on which day. A table is incomplete where sealings of its period came on"
        " record after it was made: make another edition."
    )
    OFFERS = ("make_summary", "write_summary", "hand_over", *SORTING, "refresh")

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._rows: dict[str, Standing] = {}

    def body(self) -> ComposeResult:
        """The list, empty until the query is done."""
        columns = [
            Column(phrase("Period"), 24),
            Column(phrase("State"), 16),
            Column(phrase("Received by")),
            Column(phrase("Made at"), 20, wide=True),
            Column(phrase("Sealings"), 8, wide=True),
            Column(phrase("Table number"), wide=True),
        ]
        yield RecordList(
            columns, Listed(()), phrase("Nothing is to be summed up yet."), marking=False
        )

    def on_screen_resume(self) -> None:
        """Read the list again."""
        self.do_refresh()

    def on_record_list_changed(self) -> None:
        """Another line, other keys."""
        self.update_keys()

    def why_not(self, action: str) -> Phrase | None:
        """Only what was made is written out or handed over, and only once handed over."""
        if action not in ("make_summary", "write_summary", "hand_over"):
            return None
        row = self._current
        if row is None:
            return phrase("Nothing is to be summed up yet.")
        if action == "make_summary":
            return None
        if row.made is None:
            return phrase("No table of this period was made yet; n makes it.")
        if action == "hand_over" and row.made.receiver:
            return phrase("The office has taken this table already.")
        return None

    def do_refresh(self) -> None:
        """Read the list again."""
        self.look(lambda station: station.summaries.periods(), self._show)

    def do_make_summary(self) -> None:
        """Make the table of the period under the cursor."""
        from airseal.screens.summary_forms import SummaryScreen

        if (row := self._current) is not None:
            self.app.push_screen(SummaryScreen(self.session, row), self._made)

    def do_write_summary(self) -> None:
        """Write the table that was made to the medium again."""
        if (row := self._current) is not None:
            self._write(row.period.name)

    def _write(self, name: str) -> None:
        medium = self.session.medium
        self.at_station(
            lambda station, _: station.summaries.write(name, medium),
            self._written,
            busy=phrase("Writing the summary table"),
        )

    def do_hand_over(self) -> None:
        """Record who took the table for the office."""
        from airseal.screens.summary_forms import SummaryReceiptScreen

        if (row := self._current) is not None and row.made is not None:
            self.app.push_screen(SummaryReceiptScreen(self.session, row.made), self._taken)

    @property
    def _current(self) -> Standing | None:
        return self._rows.get(self.query_one(RecordList).current or "")

    def _made(self, made: Made | None) -> None:
        """A stick that was pulled meanwhile costs nothing: the table is in the list, for ``e``."""
        if made is not None:
            self._write(made.period.name)

    def _written(self, file: str) -> None:
        self.say(phrase("The summary table is on the medium, signed: {name}", name=file))

    def _taken(self, done: bool | None) -> None:
        if done:
            self.say(phrase("It is recorded that the office took the table."))

    def _show(self, rows: Sequence[Standing]) -> None:
        self._rows = {row.period.name: row for row in rows}
        self.query_one(RecordList).show(Listed(tuple(map(_record, rows))))
        self.update_keys()


def _record(row: Standing) -> Record:
    made = row.made
    taken: Shown = ""
    if made is not None and made.receiver:
        taken = phrase("{receiver}, {day}", receiver=made.receiver, day=when(made.day))
    cells = (
        period_words(row.period),
        _state(row),
        taken,
        when(made.at) if made else "",
        str(made.sealings) if made else "",
        made.number if made else "",
    )
    return Record(row.period.name, cells)


def _state(row: Standing) -> Phrase:
    if row.made is None:
        return phrase("! MISSING") if row.missing else phrase("in another one")
    if row.missing:
        return phrase("! INCOMPLETE")
    return phrase("handed over") if row.made.receiver else phrase("not handed over")
