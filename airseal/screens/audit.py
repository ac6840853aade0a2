"""The ledger (台账) for the auditor: asked, checked, copied out, compared (AC-12, RE-11)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from textual.app import ComposeResult

from airseal.duties.auditing import Comparison
from airseal.screens.audit_pages import ComparedScreen, EntryScreen, ForeignScreen, LogsScreen
from airseal.screens.audit_search import SearchScreen, search_words
from airseal.screens.session import Session
from airseal.screens.signing import SigningScreen
from airseal.screens.widgets.fact_table import Fact, FactTable
from airseal.screens.widgets.record_list import RecordList
from airseal.screens.widgets.records import Column, Listed, Record
from airseal.station import Station
from airseal.store import Page, Query
from airseal.text import Phrase, Shown, enumerated, labelled, mark, moment, phrase, plural
from airseal.words.event import GROUPS, kind_words

_PAGE = 256


class LedgerQuery:
    """The entries that match, newest first, as a list asks for them: a page at a time.

    Pages are remembered by where they begin, so that going on and back costs one page each.
    """

    def __init__(self, station: Station, query: Query) -> None:
        self._station, self._query = station, query
        self._starts: list[int | None] = [None]
        self._count = station.audit.count(query)

    def count(self) -> int:
        """How many match."""
        return self._count

    def page(self, offset: int, limit: int) -> Sequence[Record]:
        """At most ``limit`` records from ``offset`` on."""
        found: list[Record] = []
        for number in range(offset // _PAGE, -(-(offset + limit) // _PAGE)):
            found += self._records(number)
        skipped = offset % _PAGE
        return found[skipped : skipped + limit]

    def keys(self, offset: int, limit: int) -> Sequence[str]:
        """The keys alone."""
        return [record.key for record in self.page(offset, limit)]

    def matching(self, words: str) -> "LedgerQuery":
        """The entries in whose texts ``words`` occur as well."""
        wanted = f"{self._query.text} {words}".strip()
        return LedgerQuery(self._station, replace(self._query, text=wanted))

    def ordered(self, column: int, *, down: bool) -> "LedgerQuery":
        """The ledger has one order."""
        del column, down
        return self

    def _records(self, number: int) -> list[Record]:
        while len(self._starts) <= number:
            following = self._ask(len(self._starts) - 1).following
            if following is None:
                return []
            self._starts.append(following)
        answer = self._ask(number)
        if answer.following is not None and len(self._starts) == number + 1:
            self._starts.append(answer.following)
        titles = self._station.audit.titles(answer.rows)
        return [
            Record(
                str(row.sequence),
                (
                    str(row.sequence),
                    moment(row.at),
                    self._station.person_name(row.by),
                    kind_words(row.kind),
                    titles.get(row.case, "") if row.case else "",
                ),
            )
            for row in answer.rows
        ]

    def _ask(self, number: int) -> Page:
        return self._station.audit.page(self._query, self._starts[number], _PAGE)


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the page shows besides the rows."""

    rows: LedgerQuery
    counters: dict[str, int]
    total: int
    foreign: int


class AuditScreen(SigningScreen[None]):
    """Every entry, newest first; the counters are of this station, as of now."""

    HEADING = mark("Ledger")
    HELP = mark(
        "Every act at this station, newest first. s searches by person, seal, title or document,"
        " kind and time; / filters by words in a title or reason. Enter shows one entry. k reads"
        " the whole ledger and checks that nothing is missing or changed. e copies what is listed"
        " to the medium, signed; y compares such a copy with the ledger. o shows the ledgers of"
        " other stations as of the copies that were brought here."
    )
    OFFERS = ("open", "search", "filter", "check_chain", "export_log", "compare_log", "logs")

    DEFAULT_CSS = """
    AuditScreen FactTable { margin: 0 0 1 0; }
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._query = Query()
        self._checked: Phrase = phrase("not checked in this session (k)")

    def body(self) -> ComposeResult:
        """The counters, then the entries."""
        yield FactTable(id="counters")
        columns = [
            Column(phrase("Entry no."), 7),
            Column(phrase("Time"), 20),
            Column(phrase("Person"), 8),
            Column(phrase("What"), 18),
            Column(phrase("Title")),
        ]
        yield RecordList(columns, Listed(()), phrase("Nothing matches."), marking=False)

    def on_screen_resume(self) -> None:
        """Count again: the page is of this moment."""
        self.do_refresh()

    def do_refresh(self) -> None:
        """Ask the ledger again."""
        self.look(self._read, self._show)

    def do_open(self) -> None:
        """Read the entry under the cursor."""
        key = self.query_one(RecordList).current
        if key is not None:
            self.app.push_screen(EntryScreen(self.session, int(key)))

    def on_record_list_opened(self, event: RecordList.Opened) -> None:
        """Enter in the list."""
        event.stop()
        self.do_open()

    def do_filter(self) -> None:
        """Let the person type words."""
        self.query_one(RecordList).open_filter()

    def do_search(self) -> None:
        """Ask for what."""

        def asked(query: Query | None) -> None:
            if query is not None:
                self._query = query
                self.do_refresh()

        self.app.push_screen(SearchScreen(self.session, self._query), asked)

    def do_check_chain(self) -> None:
        """Read the whole ledger."""

        def checked(entries: int) -> None:
            self._checked = plural(
                "whole: {n} entry, {at}",
                "whole: {n} entries, {at}",
                entries,
                at=moment(self.session.station.now()),
            )
            self.do_refresh()

        self.at_station(
            lambda station, _: station.audit.check_chain(), checked, busy=phrase("Checking")
        )

    def do_export_log(self) -> None:
        """Copy what is listed to the medium."""
        query, medium = self._query, self.session.medium

        def written(name: str) -> None:
            self.say(phrase("The copy lies on the medium: {name}", name=name))
            self.do_refresh()

        def check(station: Station) -> list[Fact]:
            station.audit.may_export(medium)
            return [
                Fact(phrase("Entries"), search_words(station, query), strong=True),
                Fact(phrase("Medium"), self.session.medium_name),
            ]

        self.check_and_sign(
            check,
            phrase("Copy the ledger to the medium"),
            lambda station, signer: station.audit.export(signer, query, medium).path.name,
            written,
            busy=phrase("Exporting"),
        )

    def do_compare_log(self) -> None:
        """Choose a copy on the medium, then compare."""

        def chosen(path: Path | None) -> None:
            if path is None:
                return
            name, words = path.name, phrase("Comparing")

            def compared(found: Comparison) -> None:
                self.app.push_screen(ComparedScreen(name, found))

            self.at_station(lambda station, _: station.audit.compare(path), compared, busy=words)

        self.app.push_screen(LogsScreen(self.session.medium), chosen)

    def do_logs(self) -> None:
        """See the ledgers of other stations."""
        self.app.push_screen(ForeignScreen(self.session))

    def _read(self, station: Station) -> _Seen:
        kinds = {name: group for name, (_, group) in GROUPS.items()}
        return _Seen(
            LedgerQuery(station, self._query),
            station.audit.counters(kinds),
            station.audit.count(Query()),
            len(station.audit.foreign()),
        )

    def _show(self, seen: _Seen) -> None:
        self.query_one(RecordList).show(seen.rows)
        told = [
            phrase("{name} {number}", name=Phrase(words), number=seen.counters[name])
            for name, (words, _) in GROUPS.items()
            if name in seen.counters
        ]
        listed: Shown = search_words(self.session.station, self._query)
        self.query_one("#counters", FactTable).show(
            [
                Fact(phrase("This station"), labelled(str(seen.total), enumerated(told))),
                Fact(phrase("Listed"), listed, strong=self._query != Query()),
                Fact(phrase("Chain"), self._checked),
                Fact(
                    phrase("Other stations"),
                    plural("{n} copy here", "{n} copies here", seen.foreign),
                ),
            ]
        )
        self.update_keys()
