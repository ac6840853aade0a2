"""The keys of a list: mark, range, all, filter, sort; the same on every screen that has one."""

from typing import Final, Protocol

from airseal.screens.widgets.record_list import RecordList

SORTING: Final = ("filter", "sort", "turn_round")
"""The keys of any list, for a screen's ``OFFERS``."""
MARKING: Final = ("mark", "mark_range", "mark_all", *SORTING)
"""The keys of a list whose records can be marked."""


class _HasList(Protocol):
    def query_one(self, selector: type[RecordList], /) -> RecordList:
        """The one list of the screen."""


class Listing:
    """Gives a screen with one :class:`RecordList` the actions of :data:`MARKING`."""

    def do_mark(self: _HasList) -> None:
        """Mark the record under the cursor, or take its mark away."""
        self.query_one(RecordList).rows.action_mark()

    def do_mark_range(self: _HasList) -> None:
        """Mark every record from the one marked last to the cursor."""
        self.query_one(RecordList).rows.mark_range()

    def do_mark_all(self: _HasList) -> None:
        """Mark all, or none."""
        self.query_one(RecordList).mark_all()

    def do_filter(self: _HasList) -> None:
        """Let the person type a filter."""
        self.query_one(RecordList).open_filter()

    def do_sort(self: _HasList) -> None:
        """Sort by the next column; after the last one, as the list came."""
        self.query_one(RecordList).sort_next()

    def do_turn_round(self: _HasList) -> None:
        """Sort the other way round."""
        self.query_one(RecordList).turn_round()
