"""The pages behind the ledger: one entry, copies on the medium, a comparison, other stations."""

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from textual.app import ComposeResult
from textual.containers import VerticalScroll

from airseal.duties.auditing import Comparison, ForeignLog
from airseal.evidence.logs import SUFFIX, LogLine
from airseal.model.digest import Digest
from airseal.screens.base import AirsealScreen
from airseal.screens.listing import SORTING, Listing
from airseal.screens.session import Session
from airseal.screens.station_screen import StationScreen
from airseal.screens.widgets.fact_table import Fact, FactTable
from airseal.screens.widgets.record_list import RecordList
from airseal.screens.widgets.records import Column, Listed, Record
from airseal.station import Station
from airseal.store import Entry, JsonValue
from airseal.text import (
    Phrase,
    Shown,
    enumerated,
    file_size,
    labelled,
    level_name,
    mark,
    phrase,
    plural,
    when,
    with_id,
)
from airseal.words.event import entry_kind, fact_words, kind_words

_MOST_FILES = 10_000


class EntryScreen(StationScreen[None]):
    """One entry in full. What is above the reader's clearance has no title here (SC-04)."""

    HEADING = mark("Entry of the ledger")
    HELP = mark(
        "Everything the ledger says of this act. The hash ties it to every entry before it; a"
        " statement is the signed document itself, named by its digest."
    )

    def __init__(self, session: Session, sequence: int) -> None:
        super().__init__(session)
        self._sequence = sequence

    def body(self) -> ComposeResult:
        """A table that scrolls."""
        with VerticalScroll():
            yield FactTable()

    def on_screen_resume(self) -> None:
        """Read it."""
        self.look(lambda station: station.audit.entry(self._sequence), self._show)

    def _show(self, found: tuple[Entry, str | None]) -> None:
        entry, title = found
        self.query_one(FactTable).show(_entry_facts(self.session.station, entry, title))


def _entry_facts(station: Station, entry: Entry, title: str | None) -> list[Fact]:
    facts = [
        Fact(phrase("Entry no."), str(entry.sequence), strong=True),
        Fact(phrase("What"), kind_words(entry_kind(entry.kind, entry.facts)), strong=True),
        Fact(phrase("Time"), when(entry.at)),
        Fact(phrase("Person"), with_id(station.person_name(entry.by), entry.by)),
    ]
    if entry.level is not None:
        facts.append(Fact(phrase("Level"), level_name(entry.level)))
    if title is not None:
        facts.append(Fact(phrase("Title"), title, strong=True))
    elif entry.level is not None and entry.level.is_state_secret:
        facts.append(Fact(phrase("Title"), phrase("not shown: above your clearance")))
    for name, value in entry.facts.items():
        if name not in ("title", "kind") and value is not None:
            facts.append(Fact(fact_words(name), _value_words(value)))
    if entry.statement_id is not None:
        facts.append(Fact(phrase("Statement"), str(entry.statement_id)))
    return [*facts, Fact(phrase("Hash"), entry.hash.hex())]


def _value_words(value: JsonValue) -> Shown:
    match value:
        case list():
            return enumerated(map(_value_words, value)) or "-"
        case dict():
            return enumerated(labelled(name, _value_words(inner)) for name, inner in value.items())
        case _:
            return str(value)


class LogsScreen(Listing, AirsealScreen[Path]):
    """Hands back the path of a copy on the medium, or None. Nothing is opened here."""

    HEADING = mark("Copies of ledgers on the medium")
    HELP = mark("Choose a file that was written by the ledger page of a station.")
    OFFERS = ("go_on", *SORTING)

    def __init__(self, medium: Path) -> None:
        super().__init__()
        self._medium = medium

    def body(self) -> ComposeResult:
        """The files, by name."""
        columns = [Column(phrase("File")), Column(phrase("Size"), 10)]
        records = tuple(Record(name, (name, file_size(size))) for name, size in self._files())
        empty = phrase("There is no copy of a ledger on this medium.")
        yield RecordList(columns, Listed(records), empty, marking=False)

    def do_go_on(self) -> None:
        """Hand it back."""
        name = self.query_one(RecordList).current
        if name is not None:
            self.dismiss(self._medium / name)

    def on_record_list_opened(self, event: RecordList.Opened) -> None:
        """Enter in the list."""
        event.stop()
        self.do_go_on()

    def _files(self) -> list[tuple[str, int]]:
        found: list[tuple[str, int]] = []
        with suppress(OSError), os.scandir(self._medium) as entries:
            for entry in entries:
                if len(found) < _MOST_FILES and entry.name.endswith(SUFFIX):
                    found.append((entry.name, entry.stat(follow_symlinks=False).st_size))
        return sorted(found)


class ComparedScreen(AirsealScreen[None]):
    """What a comparison found; the first difference is named."""

    HEADING = mark("Copy and ledger")
    HELP = mark(
        "The same: every entry of the copy stands in the ledger as it did then. Changed, missing"
        " or added entries mean that the copy or the ledger was altered: report it, and keep the"
        " copy. A copy without a valid signature proves nothing about who made it."
    )

    DEFAULT_CSS = """
    ComparedScreen #verdict { margin: 0 0 1 0; }
    """

    def __init__(self, name: str, found: Comparison) -> None:
        super().__init__()
        self._file, self._found = name, found

    def body(self) -> ComposeResult:
        """A table."""
        found = self._found
        signer: Shown = phrase("no valid signature beside the copy")
        if found.signer is not None:
            signer = found.signer
        facts = [
            Fact(phrase("Copy"), self._file),
            Fact(phrase("As of"), when(found.at)),
            Fact(phrase("Signed by"), signer, strong=found.signer is None),
            Fact(phrase("Result"), comparison_words(found), strong=True),
            Fact(phrase("The same"), str(found.same)),
            Fact(phrase("Changed"), _numbers(found.changed)),
            Fact(phrase("Missing in the ledger"), _numbers(found.missing)),
            Fact(phrase("Missing in the copy"), _numbers(found.added)),
            Fact(phrase("Newer entries"), str(found.since)),
        ]
        yield FactTable(facts)


def comparison_words(found: Comparison) -> Phrase:
    """A comparison in one sentence."""
    if found.first is None:
        return phrase("The copy and the ledger agree.")
    return plural(
        "DIFFERENT: {n} entry, the first is No. {first}.",
        "DIFFERENT: {n} entries, the first is No. {first}.",
        found.differences,
        first=found.first,
    )


def _numbers(sequences: Sequence[int]) -> Shown:
    return enumerated(map(str, sequences)) if sequences else "0"


class ForeignScreen(Listing, StationScreen[None]):
    """The ledgers of other stations, each as of its newest copy here (AC-12)."""

    HEADING = mark("Ledgers of other stations")
    HELP = mark(
        "What other stations did is known here only as of the copy that was brought. i takes a"
        " copy in from the medium; Enter reads it. Who signed it is shown; a copy without a valid"
        " signature is marked."
    )
    OFFERS = ("open", "take_log", *SORTING)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._logs: Sequence[ForeignLog] = ()

    def body(self) -> ComposeResult:
        """One row a station."""
        columns = [
            Column(phrase("Station"), 24),
            Column(phrase("As of"), 20),
            Column(phrase("Entries"), 8),
            Column(phrase("Signed by")),
        ]
        empty = phrase("No copy of another ledger was taken in yet.")
        yield RecordList(columns, Listed(()), empty, marking=False)

    def on_screen_resume(self) -> None:
        """Look again."""
        self.look(lambda station: station.audit.foreign(), self._show)

    def do_open(self) -> None:
        """Read the copy under the cursor."""
        key = self.query_one(RecordList).current
        log = next((one for one in self._logs if one.digest == key), None)
        if log is not None:
            self.app.push_screen(ForeignLedgerScreen(self.session, log))

    def on_record_list_opened(self, event: RecordList.Opened) -> None:
        """Enter in the list."""
        event.stop()
        self.do_open()

    def do_take_log(self) -> None:
        """Choose a copy on the medium, then keep it."""

        def chosen(path: Path | None) -> None:
            if path is not None:
                self.at_station(
                    lambda station, _: station.audit.take(path),
                    lambda _: self.on_screen_resume(),
                    busy=phrase("Importing"),
                )

        self.app.push_screen(LogsScreen(self.session.medium), chosen)

    def _show(self, logs: Sequence[ForeignLog]) -> None:
        self._logs = logs
        unsigned = phrase("no valid signature beside the copy")
        self.query_one(RecordList).show(
            Listed(
                tuple(
                    Record(
                        one.digest,
                        (
                            self.session.station.name_of_station(one.unit, one.station),
                            when(one.at),
                            str(one.entries),
                            one.signer or unsigned,
                        ),
                    )
                    for one in logs
                )
            )
        )
        self.update_keys()


class ForeignLedgerScreen(Listing, StationScreen[None]):
    """One copy, newest first."""

    HEADING = mark("Ledger of another station")
    HELP = mark("The copy says what that station did until then, and nothing of later.")
    OFFERS = SORTING

    def __init__(self, session: Session, log: ForeignLog) -> None:
        super().__init__(session)
        self._log = log

    def body(self) -> ComposeResult:
        """Whose it is and as of when, then its entries."""
        log = self._log
        name = self.session.station.name_of_station(log.unit, log.station)
        yield FactTable(
            [
                Fact(phrase("Station"), name, strong=True),
                Fact(phrase("As of"), when(log.at), strong=True),
            ]
        )
        columns = [
            Column(phrase("Entry no."), 7),
            Column(phrase("Time"), 20),
            Column(phrase("Person"), 8),
            Column(phrase("What"), 18),
            Column(phrase("Title")),
        ]
        yield RecordList(columns, Listed(()), phrase("Nothing matches."), marking=False)

    def on_screen_resume(self) -> None:
        """Read it."""
        digest: Digest = self._log.digest
        self.look(lambda station: station.audit.foreign_lines(digest), self._show)

    def _show(self, lines: Sequence[LogLine]) -> None:
        self.query_one(RecordList).show(Listed(tuple(map(self._record, lines))))

    def _record(self, line: LogLine) -> Record:
        return Record(
            str(line.sequence),
            (
                str(line.sequence),
                when(line.at),
                self.session.station.person_name(line.by),
                kind_words(entry_kind(line.kind, line.facts)),
                str(line.facts.get("title") or ""),
            ),
        )
