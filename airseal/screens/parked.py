"""Statements that wait (暂存): what each one lacks, who has it, and how to ask for it."""

from dataclasses import dataclass
from typing import Final

from textual.app import ComposeResult
from textual.containers import VerticalScroll

from airseal.model.digest import Digest
from airseal.model.waiting import Lack, LackKind, Waiting
from airseal.screens.listing import SORTING, Listing
from airseal.screens.session import Session
from airseal.screens.station_screen import StationScreen
from airseal.screens.widgets.fact_table import Fact, FactTable
from airseal.screens.widgets.paint import Say
from airseal.screens.widgets.record_list import RecordList
from airseal.screens.widgets.records import Column, Listed, Record
from airseal.station import Station
from airseal.text import Phrase, Shown, digest_words, mark, one_after_another, phrase, shown, when
from airseal.words.event import kind_words

_LACKS: Final = {
    LackKind.REQUEST: mark("the request of the case"),
    LackKind.REGISTRY: mark("a document of the registry"),
    LackKind.OTHER: mark("an earlier statement of the case"),
}


@dataclass(frozen=True, slots=True)
class _Row:
    """One that waits, with the names it is told by."""

    waiting: Waiting
    by: str
    title: str
    has: tuple[Shown, ...]
    """Who has each of what it lacks."""


class ParkedScreen(Listing, StationScreen[None]):
    """Neither accepted nor refused: a parked statement counts once what it names is here."""

    HEADING = mark("Statements that wait for others")
    HELP = mark(
        "These statements came without something they rely on, so they cannot be judged yet and"
        " count for nothing. Each line says what is missing and who has it; Enter shows what to ask"
        " for, in words that can be read out. Ask for a bundle with it and import it; nothing else"
        " is to be done."
    )
    OFFERS = ("ask", "import", *SORTING, "refresh")

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._rows: dict[Digest, _Row] = {}

    def body(self) -> ComposeResult:
        """One row for each statement, empty until the station has answered."""
        columns = [
            Column(phrase("Statement"), 16),
            Column(phrase("Signed by"), 10),
            Column(phrase("Waits for")),
            Column(phrase("Who has it")),
        ]
        yield RecordList(
            columns, Listed(()), phrase("No statement waits for another."), marking=False
        )

    def on_screen_resume(self) -> None:
        """Look again whenever the person comes back to this page."""
        self.do_refresh()

    def do_refresh(self) -> None:
        """Look again."""
        self.look(_read, self._show)

    def why_not(self, action: str) -> Phrase | None:
        """There must be something to ask for."""
        if action == "ask" and not self._rows:
            return phrase("No statement waits for another.")
        return None

    def do_ask(self) -> None:
        """Show what to ask for."""
        key = self.query_one(RecordList).current
        row = self._rows.get(Digest(key)) if key else None
        if row is not None:
            self.app.push_screen(AskingScreen(self.session, row))

    def on_record_list_opened(self, event: RecordList.Opened) -> None:
        """Enter in the list."""
        event.stop()
        self.action_act("ask")

    def do_import(self) -> None:
        """See what is on the medium."""
        from airseal.screens.media import MediaScreen

        self.app.push_screen(MediaScreen(self.session))

    def _show(self, rows: list[_Row]) -> None:
        self._rows = {row.waiting.statement.id: row for row in rows}
        self.query_one(RecordList).show(Listed(tuple(map(_record, rows))))
        self.update_keys()


class AskingScreen(StationScreen[None]):
    """What to ask for, whom, and by which digest both sides know that they mean the same."""

    HEADING = mark("Ask for what is missing")
    HELP = mark(
        "Read this out on the telephone, or copy it by hand. The other side finds the statement by"
        " the first groups of its digest, exports its case, and the bundle brings what is missing."
    )
    OFFERS = ("import",)

    DEFAULT_CSS = """
    AskingScreen #words { text-style: bold; margin: 1 0; }
    """

    def __init__(self, session: Session, row: _Row) -> None:
        super().__init__(session)
        self._row = row

    def body(self) -> ComposeResult:
        """The sentence, then each thing that is missing."""
        statement = self._row.waiting.statement
        with VerticalScroll():
            yield Say(
                phrase(
                    "Please export the case of this {kind} again, with all it relies on.",
                    kind=kind_words(statement.kind),
                ),
                id="words",
            )
            yield FactTable(
                [
                    Fact(phrase("Statement"), kind_words(statement.kind), strong=True),
                    Fact(phrase("Case"), self._row.title or phrase("not known here")),
                    Fact(phrase("Signed by"), self._row.by),
                    Fact(phrase("Signed at"), when(statement.at)),
                    Fact(phrase("Its digest"), digest_words(statement.id)),
                    *self._missing(),
                ]
            )

    def do_import(self) -> None:
        """See what is on the medium."""
        from airseal.screens.media import MediaScreen

        self.app.push_screen(MediaScreen(self.session))

    def _missing(self) -> list[Fact]:
        facts = []
        for lack, has in zip(self._row.waiting.lacks, self._row.has, strict=True):
            words = Phrase(_LACKS[lack.kind])
            facts += [
                Fact(phrase("Missing"), words, strong=True),
                Fact(phrase("Who has it"), has, strong=True),
                Fact(phrase("Its digest"), digest_words(lack.id)),
            ]
        return facts


def _record(row: _Row) -> Record:
    statement = row.waiting.statement
    lacks = dict.fromkeys(lack.kind for lack in row.waiting.lacks)
    has = {shown(words): words for words in row.has}
    return Record(
        statement.id,
        (
            kind_words(statement.kind),
            row.by,
            one_after_another(Phrase(_LACKS[kind]) for kind in lacks),
            one_after_another(has.values()),
        ),
    )


def _read(station: Station) -> list[_Row]:
    return [
        _Row(
            waiting=one,
            by=station.person_name(one.statement.by),
            title=station.title_of(one.statement.case) if one.statement.case else "",
            has=tuple(_who_has(station, lack) for lack in one.lacks),
        )
        for one in station.outlook.waiting()
    ]


def _who_has(station: Station, lack: Lack) -> Shown:
    """The station that relied on it, or the seal department of its unit."""
    if lack.kind is LackKind.REGISTRY:
        return phrase("seal department of {unit}", unit=station.unit_name(lack.unit))
    return phrase(
        "{person}, {station}",
        person=station.person_name(lack.person),
        station=station.name_of_station(lack.unit, lack.station),
    )
