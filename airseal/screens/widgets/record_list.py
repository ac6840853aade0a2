"""Long lists: paged, marked with Space, filtered while typing."""

import asyncio
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, replace
from typing import Final

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from airseal.screens.widgets.paint import Say
from airseal.screens.widgets.record_rows import (
    CURSOR_SIGN,
    MARK_SIGN,
    SCROLLBAR,
    RecordRows,
    laid_out,
)
from airseal.screens.widgets.records import Column, Query
from airseal.screens.widgets.text_input import TextInput
from airseal.text import Phrase, Shown, phrase

LONG: Final = 5_000
"""From so many records on, a list is sorted and filtered in a thread."""


@dataclass(frozen=True, slots=True)
class Order:
    """By which column, counted from 0, a list is sorted."""

    column: int
    down: bool


class RecordList(Vertical):
    """A heading that shows the order, the rows, and a line with the count and the filter.

    Marks are kept by key, so they survive filtering. With nothing marked, an act is on the
    record under the cursor: :meth:`chosen` says which.
    """

    DEFAULT_CSS = """
    RecordList { height: 1fr; }
    RecordList #foot { height: 1; layout: horizontal; }
    RecordList #count { height: 1; }
    RecordList #filter { width: 30; }
    RecordList #asks { width: auto; padding: 0 1; }
    RecordList #asks, RecordList #filter { display: none; }
    RecordList.-filtering #asks, RecordList.-filtering #filter { display: block; }
    """

    class Opened(Message):
        """Enter was pressed on the record ``key``."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    class Changed(Message):
        """Another record is under the cursor, or the marks have changed."""

    def __init__(
        self,
        columns: Sequence[Column],
        query: Query,
        empty: Phrase,
        *,
        marking: bool = True,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self._all = query
        self._empty = empty
        self._columns = tuple(columns)
        self._marking = marking
        self._order: Order | None = None
        self._words = ""
        self.rows = RecordRows(self._columns, query, marking=marking, changed=self._changed)

    def compose(self) -> ComposeResult:
        """Heading, rows, foot."""
        yield _Heading(self._columns, CURSOR_SIGN + (MARK_SIGN if self._marking else 0))
        yield self.rows
        with Widget(id="foot"):
            yield Say(self._tally(), "$text-muted", id="count")
            yield Say(phrase("Filter"), id="asks")
            yield TextInput(id="filter", longest=60)

    def show(self, query: Query) -> None:
        """Show these records from now on; marks, filter and the cursor's row stay."""
        row = self.rows.cursor
        self._all = query
        self._apply(row)

    def keep_marks(self, keys: Container[str]) -> None:
        """Take away the marks of all records but ``keys``: the others are gone."""
        self.rows.marks = {key: None for key in self.rows.marks if key in keys}
        self.rows.refresh()
        self._tell()

    @property
    def current(self) -> str | None:
        """The key of the record under the cursor, or None in an empty list."""
        return self.rows.current

    @property
    def chosen(self) -> tuple[str, ...]:
        """The marked keys in the order they were marked, or else the current one."""
        if self.rows.marks:
            return tuple(self.rows.marks)
        return () if self.current is None else (self.current,)

    def open_filter(self) -> None:
        """Let the person type a filter."""
        self.add_class("-filtering")
        self.query_one("#filter", Input).focus()

    def mark_all(self) -> None:
        """Mark every record of the filter, or unmark all if all are marked."""
        self.rows.mark_all()

    def sort_next(self) -> None:
        """Sort by the next column; after the last one, back to the order the list came in."""
        column = -1 if self._order is None else self._order.column
        following = column + 1 if column + 1 < len(self._columns) else None
        self._sort(None if following is None else Order(following, down=False))

    def turn_round(self) -> None:
        """Sort the other way round; a list not sorted yet by its first column."""
        order = self._order
        self._sort(Order(0, down=True) if order is None else replace(order, down=not order.down))

    def on_mount(self) -> None:
        """Start with the cursor in the rows."""
        self.rows.focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Filter as the person types."""
        event.stop()
        self._words = event.value
        self._apply()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter keeps the filter and goes back to the rows."""
        event.stop()
        self.rows.focus()

    def on_key(self, event: events.Key) -> None:
        """Esc in the filter takes it away; Esc in the rows is the screen's."""
        if event.key == "escape" and self.has_class("-filtering"):
            event.stop()
            self.remove_class("-filtering")
            self.query_one("#filter", Input).value = ""
            self.rows.focus()

    def on_record_rows_opened(self, event: RecordRows.Opened) -> None:
        """Hand it to the screen."""
        event.stop()
        self.post_message(self.Opened(event.key))

    def _changed(self) -> None:
        self._tell()
        self.post_message(self.Changed())

    def _sort(self, order: Order | None) -> None:
        self._order = order
        self.query_one(_Heading).point_at(order)
        self._apply()

    def _apply(self, row: int | None = None) -> None:
        """Filter and sort, then show it with the cursor at ``row``; what is asked last wins."""
        every, order, words = self._all, self._order, self._words

        def made() -> Query:
            query = every.matching(words) if words else every
            return query if order is None else query.ordered(order.column, down=order.down)

        self.workers.cancel_group(self, "apply")
        if every.count() < LONG or not (words or order):
            self._put(made(), row)
        else:
            self.query_one("#count", Say).say(phrase("Looking through the list"), "$text-muted")
            work = self._apply_later(made, row)
            self.run_worker(work, group="apply", exclusive=True, exit_on_error=False)

    async def _apply_later(self, made: Callable[[], Query], row: int | None) -> None:
        query = await asyncio.to_thread(made)
        if self.is_attached:
            self._put(query, row)

    def _put(self, query: Query, row: int | None) -> None:
        self.rows.show(query)
        if row is not None:
            self.rows.action_move(row)
        self._tell()

    def _tell(self) -> None:
        self.query_one("#count", Say).say(self._tally(), "$text-muted")

    def _tally(self) -> Phrase:
        total = self.rows.count
        if not total:
            return phrase("Nothing matches.") if self._words else self._empty
        if not self.rows.marks:
            return phrase("{row} of {total}", row=self.rows.cursor + 1, total=total)
        return phrase(
            "{row} of {total}, {marked} marked",
            row=self.rows.cursor + 1,
            total=total,
            marked=len(self.rows.marks),
        )


class _Heading(Widget):
    """The names of the columns."""

    DEFAULT_CSS = """
    _Heading { height: 1; background: $panel; color: $text-muted; text-style: bold; }
    """

    def __init__(self, columns: tuple[Column, ...], indent: int) -> None:
        super().__init__()
        self._columns = columns
        self._indent = indent
        self._order: Order | None = None

    def point_at(self, order: Order | None) -> None:
        """Show by which column the list is sorted."""
        self._order = order
        self.refresh()

    def render(self) -> Content:
        width = self.size.width - self._indent - SCROLLBAR
        headings: list[Shown] = [column.heading for column in self._columns]
        if self._order is not None:
            sign = "v" if self._order.down else "^"
            headings[self._order.column] = f"{sign} {headings[self._order.column]}"
        return Content(" " * self._indent + laid_out(headings, self._columns, width))
