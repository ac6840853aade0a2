"""The register of loans (单机版借用登记): which seal is out, with whom, since when (RE-08)."""

from collections.abc import Sequence

from textual.app import ComposeResult

from airseal.model.loans import Loan
from airseal.paper.formsheets import draw_form
from airseal.screens.listing import SORTING, Listing
from airseal.screens.session import Session
from airseal.screens.station_screen import StationScreen
from airseal.screens.widgets.record_list import RecordList
from airseal.screens.widgets.records import Column, Listed, Record
from airseal.screens.work import Work
from airseal.station import Station
from airseal.text import Phrase, enumerated, mark, moment, phrase
from airseal.words.registers import back_words, loan_register


class LoansScreen(Listing, StationScreen[None]):
    """One line for each loan; Enter opens its case, ``e`` writes the register to the medium."""

    HEADING = mark("Register of lent seals")
    HELP = mark(
        "Every seal that was lent, with whom it is, and whether it is back, as far as the papers"
        " held here tell. Enter opens the case, which says who approved the loan and what was"
        " sealed. e writes the whole register to the medium as a PDF, to be printed and filed."
    )
    OFFERS = ("open", "export", *SORTING, "refresh")

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._loans: Sequence[Loan] = ()

    def body(self) -> ComposeResult:
        """The list, empty until the query is done."""
        columns = [
            Column(phrase("Seal"), 12),
            Column(phrase("Borrower"), 8),
            Column(phrase("Out at"), 20),
            Column(phrase("Back at"), 20),
            Column(phrase("Title")),
        ]
        yield RecordList(columns, Listed(()), phrase("No seal was lent."), marking=False)

    def on_screen_resume(self) -> None:
        """Read the register again."""
        self.do_refresh()

    def why_not(self, action: str) -> Phrase | None:
        """Without a loan there is no case to open; an empty register can be filed."""
        if action == "open" and not self._loans:
            return phrase("No seal was lent.")
        return None

    def do_refresh(self) -> None:
        """Read the register again."""
        self.look(lambda station: station.registers.loans(), self._show)

    def do_open(self) -> None:
        """Open the case of the loan under the cursor."""
        from airseal.screens.case import CaseScreen

        key = self.query_one(RecordList).current
        loan = next((one for one in self._loans if one.out.id == key), None)
        if loan is not None:
            self.app.push_screen(CaseScreen(self.session, loan.case))

    def on_record_list_opened(self, event: RecordList.Opened) -> None:
        """Enter in the list."""
        event.stop()
        self.do_open()

    def do_export(self) -> None:
        """The register as PDF, on the medium."""
        medium = self.session.medium

        def write(station: Station, _: Work) -> str:
            registers = station.registers
            form = loan_register(registers.loans(), station, station.now(), demo=station.demo)
            return registers.write_loans(form.name, draw_form(form), medium)

        self.at_station(
            write,
            lambda name: self.say(phrase("The register is on the medium: {name}", name=name)),
            busy=phrase("Writing the register"),
        )

    def _show(self, loans: Sequence[Loan]) -> None:
        self._loans = loans
        self.query_one(RecordList).show(Listed(tuple(map(self._record, loans))))
        self.update_keys()

    def _record(self, loan: Loan) -> Record:
        station = self.session.station
        seals = enumerated(map(station.seal_name, loan.seals))
        borrower, out = station.person_name(loan.borrower), moment(loan.out.time)
        cells = (seals, borrower, out, back_words(loan), loan.title)
        return Record(loan.out.id, cells)
