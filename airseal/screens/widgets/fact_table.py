"""Labels and values, one below the other: what a person must read before acting."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rich.cells import cell_len
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from airseal.screens.widgets.cells import fitted
from airseal.screens.widgets.paint import content, lines, wrapped
from airseal.text import SAFE_LIMIT, Phrase, Shown

_LABEL_SHARE: Final = 0.4


@dataclass(frozen=True, slots=True)
class Fact:
    """One row. ``strong`` is for the values an act depends on."""

    label: Phrase
    value: Shown
    strong: bool = False
    limit: int = SAFE_LIMIT


class FactTable(Widget):
    """Facts with aligned values; long values wrap under themselves."""

    DEFAULT_CSS = """
    FactTable { height: auto; width: 1fr; }
    """

    def __init__(self, facts: Sequence[Fact] = (), *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._facts = tuple(facts)

    def show(self, facts: Sequence[Fact]) -> None:
        """Show these facts from now on."""
        self._facts = tuple(facts)
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as the facts need at this width."""
        del container, viewport
        return len(self._rows(width))

    def render(self) -> Content:
        """Paint the rows."""
        return lines(self._rows(self.content_size.width))

    def _rows(self, width: int) -> list[Content]:
        labels = [str(fact.label) for fact in self._facts]
        widest = max(map(cell_len, labels), default=0)
        column = min(widest, int(width * _LABEL_SHARE))
        rows: list[Content] = []
        for fact, label in zip(self._facts, labels, strict=True):
            value = content(fact.value, "bold" if fact.strong else "", fact.limit)
            head = Content.styled(fitted(label, column), "$text-muted")
            for piece in wrapped(value, width - column - 2):
                rows.append(Content.assemble(head, "  ", piece))
                head = Content(" " * column)
        return rows
