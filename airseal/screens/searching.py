"""Searching everything held here as one types (RE-13)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from textual.app import ComposeResult
from textual.widgets import Input

from airseal.model.digest import parse_digest
from airseal.screens.case_query import CaseQuery
from airseal.screens.found import FoundScreen
from airseal.screens.session import Session
from airseal.screens.station_screen import StationScreen
from airseal.screens.widgets.record_list import RecordList
from airseal.screens.widgets.record_rows import RecordRows
from airseal.screens.widgets.records import Column, Listed, Query, Record
from airseal.screens.widgets.text_input import TextInput
from airseal.station import Station
from airseal.station.lookup import Found, Hit, HitKind, Lookup
from airseal.text import Phrase, mark, phrase, when
from airseal.words.cases import CASE_STATES

KINDS: Final = {
    HitKind.PERSON: mark("Person"),
    HitKind.SEAL: mark("Seal"),
    HitKind.UNIT: mark("Unit"),
    HitKind.BUNDLE: mark("Bundle"),
}


class SearchingScreen(StationScreen[None]):
    """One field, and below it all that fits what was typed so far."""

    HEADING = mark("Search everything")
    HELP = mark(
        "Type words of a title, a document number, a seal, a person, a unit, a bundle, a state or a"
        " day such as 2026-11-29; every word must occur. Enter goes to the list, and there opens"
        " what is under the cursor; Esc goes back to the words. F9 writes the cases that were found"
        " to the medium, as far as they may leave. Shown is what this station holds."
    )
    OFFERS = ("go_on", "export_found")

    DEFAULT_CSS = """
    SearchingScreen #words { margin: 0 0 1 0; }
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._lookup: Lookup | None = None
        self._found: Found | None = None

    def body(self) -> ComposeResult:
        """The field and the list."""
        yield TextInput(id="words", longest=100)
        columns = [
            Column(phrase("What"), 8),
            Column(phrase("Title or name")),
            Column(phrase("State"), 12),
            Column(phrase("Person"), 10, wide=True),
            Column(phrase("When"), 20),
        ]
        yield RecordList(columns, Listed(()), phrase("Nothing fits."), marking=False)

    def on_mount(self) -> None:
        """Start in the field; what is held is gathered once."""
        self._words.focus()
        self.look(Lookup.of, self._take)

    def why_not(self, action: str) -> Phrase | None:
        """Nothing to open, nothing to go to."""
        if action == "go_on" and not self.query_one(RecordList).rows.count:
            return phrase("Nothing fits.")
        if action == "export_found" and not (self._found and len(self._found.cases)):
            return phrase("No case was found.")
        return None

    def on_input_changed(self, event: Input.Changed) -> None:
        """Search anew with every letter."""
        event.stop()
        self._search()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go down to the list."""
        event.stop()
        self.action_act("go_on")

    def on_record_list_opened(self, event: RecordList.Opened) -> None:
        """Enter in the list."""
        event.stop()
        self._open(event.key)

    def do_go_on(self) -> None:
        """From the field to the list; in the list, open what is under the cursor."""
        rows = self.query_one(RecordRows)
        if rows.has_focus and rows.current is not None:
            self._open(rows.current)
        else:
            rows.focus()

    def do_export_found(self) -> None:
        """Take the cases that were found out on the stick: judged and recorded as any export."""
        from airseal.screens.export import of_cases

        assert self._found is not None
        self.app.push_screen(of_cases(self.session, self._found.cases.cases))

    def do_leave(self) -> None:
        """From the list back to the words; from the words back to where one came from."""
        if self.query_one(RecordRows).has_focus:
            self._words.focus()
        else:
            super().do_leave()

    @property
    def _words(self) -> TextInput:
        return self.query_one("#words", TextInput)

    def _take(self, lookup: Lookup) -> None:
        self._lookup = lookup
        self._search()

    def _search(self) -> None:
        lookup, words = self._lookup, self._words.value
        if lookup is None:
            return
        states = {state: str(Phrase(name)) for state, name in CASE_STATES.items()}

        def find(_: Station) -> Found:
            return lookup.find(words, states)

        self.look(find, self._show)

    def _show(self, found: Found) -> None:
        self._found = found
        self.query_one(RecordList).show(_FoundQuery(found.hits, CaseQuery(found.cases)))
        self.update_keys()

    def _open(self, key: str) -> None:
        from airseal.screens.case import CaseScreen

        hits = self._found.hits if self._found else ()
        hit = next((one for one in hits if _key(one) == key), None)
        if hit is not None:
            self.app.push_screen(FoundScreen(self.session, hit))
        else:
            self.app.push_screen(CaseScreen(self.session, parse_digest(key)))


@dataclass(frozen=True, slots=True)
class _FoundQuery:
    """Hits and cases one after the other, a page at a time."""

    hits: tuple[Hit, ...]
    cases: CaseQuery

    def count(self) -> int:
        """How many there are."""
        return len(self.hits) + self.cases.count()

    def page(self, offset: int, limit: int) -> Sequence[Record]:
        """At most ``limit`` records from ``offset`` on."""
        records = [_record(hit) for hit in self.hits[offset : offset + limit]]
        left = limit - len(records)
        if left:
            behind = max(0, offset - len(self.hits))
            records += map(_case_record, self.cases.page(behind, left))
        return records

    def keys(self, offset: int, limit: int) -> Sequence[str]:
        """The keys alone."""
        return [record.key for record in self.page(offset, limit)]

    def matching(self, words: str) -> Query:
        """The field above does this."""
        del words
        return self

    def ordered(self, column: int, *, down: bool) -> Query:
        """The newest first, always."""
        del column, down
        return self


def _key(hit: Hit) -> str:
    return f"{hit.kind}/{hit.key}"


def _record(hit: Hit) -> Record:
    return Record(_key(hit), (Phrase(KINDS[hit.kind]), hit.name, "", "", when(hit.at)))


def _case_record(record: Record) -> Record:
    title, state, _, person, _, at = record.cells
    return Record(record.key, (phrase("Case"), title, state, person, at))
