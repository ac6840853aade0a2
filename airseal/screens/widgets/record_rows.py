"""The rows of a list: only what is on screen is ever asked for and painted."""

from collections.abc import Callable, Sequence
from typing import ClassVar, Final

from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from airseal.screens.widgets.cells import fitted
from airseal.screens.widgets.records import Column, Query, Record
from airseal.text import Shown, shown

_PAGE: Final = 64
_PAGES_KEPT: Final = 8
_GAP: Final = 2
_WIDE: Final = 96
CURSOR_SIGN: Final = 2
MARK_SIGN: Final = 4
SCROLLBAR: Final = 2


class RecordRows(ScrollView, can_focus=True, inherit_bindings=False):
    """Moves a cursor over the records of a query and keeps the marks.

    ``changed`` is called at once when the cursor or the marks have changed: a message would
    arrive after the rows were painted, and what it changes would be painted a second time.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("pageup", "leap(-1)", show=False),
        Binding("pagedown", "leap(1)", show=False),
        Binding("home", "first", show=False),
        Binding("end", "last", show=False),
        Binding("space", "mark", show=False),
        Binding("enter", "open", show=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {"record-rows--cursor", "record-rows--marked"}
    DEFAULT_CSS = """
    RecordRows { height: 1fr; background: $background; scrollbar-gutter: stable; }
    RecordRows > .record-rows--cursor { background: $primary 35%; text-style: bold; }
    RecordRows > .record-rows--marked { color: $accent; }
    """

    class Opened(Message):
        """Enter was pressed on the record ``key``."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    def __init__(
        self,
        columns: tuple[Column, ...],
        query: Query,
        *,
        marking: bool,
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__()
        self._tell = changed
        self._columns = columns
        self._marking = marking
        self.marks: dict[str, None] = {}
        self._marked_last: int | None = None
        self.show(query)

    def show(self, query: Query) -> None:
        """Show these records from now on, the cursor at the first."""
        self._query = query
        self._pages: dict[int, Sequence[Record]] = {}
        self.count = query.count()
        self.cursor = 0
        self._marked_last = None
        self.virtual_size = Size(0, self.count)
        if self.is_mounted:
            self.scroll_home(animate=False)
        self.refresh()

    @property
    def current(self) -> str | None:
        """The key under the cursor."""
        record = self._record(self.cursor)
        return record.key if record else None

    @property
    def shown_query(self) -> Query:
        """The records shown now, filtered and sorted."""
        return self._query

    def mark_all(self) -> None:
        """Mark every record of the query; when all are marked already, unmark them."""
        if not self._marking:
            return
        keys = self._query.keys(0, self.count)
        if all(key in self.marks for key in keys):
            for key in keys:
                del self.marks[key]
        else:
            self.marks |= dict.fromkeys(keys)
        self._changed()

    def mark_range(self) -> None:
        """Mark every record from the one marked last, or else the first, to the cursor."""
        if not self._marking or not self.count:
            return
        ends = sorted((self._marked_last or 0, self.cursor))
        keys = self._query.keys(ends[0], ends[1] - ends[0] + 1)
        self.marks |= dict.fromkeys(keys)
        self._marked_last = self.cursor
        self._changed()

    def action_move(self, rows: int) -> None:
        """Move the cursor by so many rows."""
        if self.count:
            before, self.cursor = self.cursor, min(max(0, self.cursor + rows), self.count - 1)
            self.scroll_to_region(
                Region(0, self.cursor, 1, 1), animate=False, force=True, immediate=True
            )
            # Scrolling paints all rows; else only these two look different now.
            self.refresh_line(before)
            self.refresh_line(self.cursor)
            self._tell()

    def action_leap(self, screens: int) -> None:
        """Move the cursor by so many screenfuls."""
        self.action_move(screens * max(1, self.size.height - 1))

    def action_first(self) -> None:
        """Go to the first record."""
        self.action_move(-self.count)

    def action_last(self) -> None:
        """Go to the last record."""
        self.action_move(self.count)

    def action_mark(self) -> None:
        """Mark or unmark the record under the cursor and go to the next."""
        key = self.current
        if key is None or not self._marking:
            return
        if key in self.marks:
            del self.marks[key]
        else:
            self.marks[key] = None
            self._marked_last = self.cursor
        self.action_move(1)

    def action_open(self) -> None:
        """Open the record under the cursor."""
        if (key := self.current) is not None:
            self.post_message(self.Opened(key))

    def render_line(self, y: int) -> Strip:
        """One row."""
        index = self.scroll_offset.y + y
        record = self._record(index)
        width = self.scrollable_content_region.width
        if record is None:
            return Strip.blank(width, self.rich_style)
        marked, under = record.key in self.marks, index == self.cursor
        style = self.rich_style
        if marked:
            style = self.get_component_rich_style("record-rows--marked")
        if under:
            cursor = self.get_component_rich_style("record-rows--cursor")
            style += Style(bgcolor=cursor.bgcolor, bold=True)
        signs = "> " if under else "  "
        if self._marking:
            signs += "[x] " if marked else "[ ] "
        line = signs + laid_out(record.cells, self._columns, width - len(signs))
        return Strip([Segment(line, style)]).adjust_cell_length(width, style)

    def _changed(self) -> None:
        self.refresh()
        self._tell()

    def _record(self, index: int) -> Record | None:
        if not 0 <= index < self.count:
            return None
        number, place = divmod(index, _PAGE)
        page = self._pages.get(number)
        if page is None:
            if len(self._pages) >= _PAGES_KEPT:
                self._pages.pop(next(iter(self._pages)))
            page = self._pages[number] = self._query.page(number * _PAGE, _PAGE)
        return page[place] if place < len(page) else None


def laid_out(cells: Sequence[Shown], columns: Sequence[Column], width: int) -> str:
    """The cells of one line, each fitted to its column; open columns share what is left."""
    pairs = [
        (cell, column)
        for cell, column in zip(cells, columns, strict=False)
        if not column.wide or width >= _WIDE
    ]
    gaps = _GAP * (len(pairs) - 1)
    left = max(0, width - gaps - sum(column.width for _, column in pairs))
    shares = sum(1 for _, column in pairs if not column.width) or 1
    return (" " * _GAP).join(
        fitted(shown(cell), column.width or max(4, left // shares)) for cell, column in pairs
    )
