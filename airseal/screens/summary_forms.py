"""The forms of a summary table (汇总表): for whom it is made, and who took it (RE-04, SC-04)."""

from typing import Final

from textual.app import ComposeResult

from airseal.keys.tokenhost import Signer
from airseal.model.level import Level
from airseal.model.summary import Summary
from airseal.paper.formsheets import draw_form
from airseal.screens.session import Session
from airseal.screens.signing import SigningScreen
from airseal.screens.station_screen import StationScreen
from airseal.screens.widgets.choice_field import Choice, ChoiceField
from airseal.screens.widgets.entry_fields import TextField
from airseal.screens.widgets.fact_table import Fact, FactTable
from airseal.screens.widgets.form import Form
from airseal.station import Station
from airseal.station.summaries import Made, Standing
from airseal.text import Phrase, level_name, mark, phrase, when
from airseal.words.summary import period_words, summary_table

_USUAL: Final = Level.INTERNAL
"""For whom a table is made unless somebody says otherwise: what lies in an office."""


class SummaryScreen(SigningScreen[Made]):
    """Makes the table of one period and hands it back; it is kept here, and not written out yet."""

    HEADING = mark("Make a summary table")
    HELP = mark(
        "The table lists every sealing of the period at this station. It leaves in the clear, so"
        " choose up to which level those are cleared who will read it: titles above that are"
        " withheld. F9 shows what will be in it and asks for the PIN; the table is recorded and"
        " kept here, and written to the medium with your signature beside it."
    )
    OFFERS = ("confirm",)

    DEFAULT_CSS = """
    SummaryScreen FactTable { margin: 1 0; }
    """

    def __init__(self, session: Session, row: Standing) -> None:
        super().__init__(session)
        self._row = row

    def body(self) -> ComposeResult:
        """Which period, and for whom."""
        yield FactTable(self._facts())
        cleared = self.session.station.account.clearance
        levels = [Choice(one, level_name(one)) for one in Level if cleared.covers(one)]
        yield Form([ChoiceField("reader", phrase("Readers up to"), levels, _USUAL)])

    def do_confirm(self) -> None:
        """Show what will be in it, ask for the PIN, make it and write it out."""
        form = self.query_one(Form)
        if not form.check():
            return
        reader = Level(form.field("reader", ChoiceField).value or _USUAL)
        name, medium = self._row.period.name, self.session.medium

        def check(station: Station) -> list[Fact]:
            table = station.summaries.prepare(name, reader, medium)
            return [
                *self._facts(),
                Fact(phrase("Table number"), table.number, strong=True),
                Fact(phrase("Sealings"), str(len(table.uses)), strong=True),
                Fact(phrase("Readers up to"), level_name(reader)),
                Fact(phrase("Medium"), self.session.medium_name),
            ]

        def make(station: Station, signer: Signer) -> Made:
            def draw(table: Summary) -> bytes:
                return draw_form(summary_table(table, station, station.now(), demo=station.demo))

            return station.summaries.make(name, reader, draw, signer)

        self.check_and_sign(
            check,
            phrase("Sign the summary table"),
            make,
            self._made,
            busy=phrase("Making the summary table"),
        )

    def _made(self, made: Made) -> None:
        self.dismiss(made)

    def _facts(self) -> list[Fact]:
        facts = [Fact(phrase("Period"), period_words(self._row.period), strong=True)]
        if (made := self._row.made) is not None:
            facts.append(Fact(phrase("REPEAT"), _repeat_words(made), strong=True))
        return facts


class SummaryReceiptScreen(StationScreen[bool]):
    """Who took a table for the office; hands back True once it is recorded."""

    HEADING = mark("Receipt of a summary table")
    HELP = mark(
        "Enter who of the office (办公室) took the signed table, and on which day; it goes into the"
        " ledger. F9 records it. It cannot be changed afterwards."
    )
    OFFERS = ("confirm",)

    DEFAULT_CSS = """
    SummaryReceiptScreen FactTable { margin: 1 0; }
    """

    def __init__(self, session: Session, made: Made) -> None:
        super().__init__(session)
        self._made = made

    def body(self) -> ComposeResult:
        """Which table, then who and when."""
        made, today = self._made, self.session.station.now().date().isoformat()
        yield FactTable(
            [
                Fact(phrase("Period"), period_words(made.period), strong=True),
                Fact(phrase("Table number"), made.number, strong=True),
                Fact(phrase("Made at"), when(made.at)),
            ]
        )
        yield Form(
            [TextField("receiver", phrase("Taken by")), TextField("day", phrase("Day"), today)]
        )

    def do_confirm(self) -> None:
        """Record it."""
        form = self.query_one(Form)
        if not form.check():
            return
        name = self._made.period.name
        receiver, day = (form.field(key, TextField).value for key in ("receiver", "day"))

        def taken(_: Made) -> None:
            self.dismiss(True)

        self.at_station(
            lambda station, _: station.summaries.receive(name, receiver, day),
            taken,
            busy=phrase("Saving"),
        )


def _repeat_words(made: Made) -> Phrase:
    return phrase(
        "edition {n} was made on {at}; the next one is marked as a repeat",
        n=made.edition,
        at=when(made.at),
    )
