"""The rows of a list: only what is on screen is ever asked for, and painted once.

A key must be answered within 30 ms, so the rows keep their own window over the records instead of
scrolling as Textual does, which lays out the whole screen anew, and they keep the lines they have
painted: moving by one row paints two lines or, at the end of the window, a single new one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Final, Self

from rich.cells import set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.color import Color
from textual.events import Resize
from textual.filter import LineFilter
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

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
_LINES_KEPT: Final = 1_024


@dataclass(frozen=True, slots=True)
class _Look:
    """All that the lines of one moment have in common."""

    width: int
    plain: Style
    marked: Style
    cursor: Style
    track: Segment
    thumb: Segment
    filters: tuple[LineFilter, ...]
    background: Color

    def style(self, *, marked: bool, under: bool) -> Style:
        style = self.marked if marked else self.plain
        return style + self.cursor if under else style

    def filtered(self, segment: Segment) -> Segment:
        """As this terminal can paint it."""
        strip = Strip([segment])
        for one in self.filters:
            strip = strip.apply_filter(one, self.background)
        return next(iter(strip))


class RecordRows(Widget, can_focus=True, inherit_bindings=False):
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
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "record-rows--cursor",
        "record-rows--marked",
        "record-rows--track",
        "record-rows--thumb",
    }
    DEFAULT_CSS = """
    RecordRows { height: 1fr; background: $background; overflow: hidden; }
    RecordRows > .record-rows--track { background: $scrollbar-background; }
    RecordRows > .record-rows--thumb { background: $scrollbar; }
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
        self._top = 0
        self._look: _Look | None = None
        self._lines: dict[tuple[int, bool, bool], tuple[Segment, ...]] = {}
        self.show(query)

    def show(self, query: Query) -> None:
        """Show these records from now on, the cursor at the first."""
        self._query = query
        self._pages: dict[int, Sequence[Record]] = {}
        self.count = query.count()
        self.cursor = self._top = 0
        self._marked_last = None
        self.refresh()

    def refresh(
        self,
        *regions: Region,
        repaint: bool = True,
        layout: bool = False,
        recompose: bool = False,
    ) -> Self:
        """Paint again; without ``regions`` what the lines say may be different from now on."""
        if not regions:
            self._look = None
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    def notify_style_update(self) -> None:
        """Another theme, or the focus came or went."""
        self._look = None
        super().notify_style_update()

    def on_resize(self, event: Resize) -> None:
        """Keep the cursor in the window."""
        del event
        self._follow()
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
            if self._follow():
                self.refresh(self.size.region)
            else:
                self._refresh_row(before)
                self._refresh_row(self.cursor)
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

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines of ``crop``, past the cache of styles: these have neither rim nor padding."""
        look = self._look
        if look is None or look.width != self.size.width:
            look = self._look = self._looked()
            self._lines.clear()
        strips = [self._line(y, look) for y in crop.line_range]
        first, last = crop.column_span
        if (first, last) != (0, look.width):
            strips = [strip.crop(first, last) for strip in strips]
        return strips

    def _line(self, y: int, look: _Look) -> Strip:
        index = self._top + y
        record = self._record(index)
        if record is None:
            return Strip.blank(look.width, look.plain)
        marked, under = record.key in self.marks, index == self.cursor
        key = index, marked, under
        line = self._lines.get(key)
        if line is None:
            if len(self._lines) >= _LINES_KEPT:
                self._lines.clear()
            line = self._lines[key] = self._painted(record, look, marked=marked, under=under)
        if self.count <= self.size.height:
            return Strip(line, look.width)
        first, last = self._thumb
        return Strip([line[0], look.thumb if first <= y < last else look.track], look.width)

    def _painted(
        self, record: Record, look: _Look, *, marked: bool, under: bool
    ) -> tuple[Segment, ...]:
        """The line of a record, and the place of the thumb beside it."""
        style = look.style(marked=marked, under=under)
        signs = "> " if under else "  "
        if self._marking:
            signs += "[x] " if marked else "[ ] "
        width = max(0, look.width - SCROLLBAR)
        line = signs + laid_out(record.cells, self._columns, width - len(signs))
        segment = Segment(set_cell_size(line, width), style)
        return look.filtered(segment), look.filtered(Segment(" " * SCROLLBAR, look.plain))

    @property
    def _thumb(self) -> tuple[int, int]:
        """The lines beside which the thumb stands: the first, and the one after the last."""
        height = max(1, self.size.height)
        length = max(1, height * height // self.count)
        hidden = max(1, self.count - height)
        first = self._top * (height - length) // hidden
        return first, first + length

    def _looked(self) -> _Look:
        cursor = self.get_component_rich_style("record-rows--cursor")
        bare = _Look(
            width=self.size.width,
            plain=self.rich_style,
            marked=self.get_component_rich_style("record-rows--marked"),
            cursor=Style(bgcolor=cursor.bgcolor, bold=True),
            track=Segment(" " * SCROLLBAR, self.get_component_rich_style("record-rows--track")),
            thumb=Segment(" " * SCROLLBAR, self.get_component_rich_style("record-rows--thumb")),
            filters=tuple(self.get_line_filters()),
            background=self.background_colors[1],
        )
        return replace(bare, track=bare.filtered(bare.track), thumb=bare.filtered(bare.thumb))

    def _follow(self) -> bool:
        """Move the window so that it holds the cursor; whether it moved."""
        height, before = max(1, self.size.height), self._top
        top = min(max(before, self.cursor - height + 1), self.cursor)
        self._top = max(0, min(top, self.count - height))
        return self._top != before

    def _refresh_row(self, index: int) -> None:
        self.refresh(Region(0, index - self._top, self.size.width, 1))

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
