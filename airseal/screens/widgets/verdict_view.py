"""The verdict on a document: the five items first (VF-01), then each check with its reason."""

from typing import Final

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from airseal.errors import explain
from airseal.model.verdict import Check, Group, Overall, Verdict, Word
from airseal.screens.widgets.cells import fitted
from airseal.screens.widgets.fact_table import Fact, FactTable
from airseal.screens.widgets.paint import content, lines
from airseal.text import Phrase, Shown, phrase, when
from airseal.words import (
    GROUPS,
    ITEMS,
    SIGNS,
    WORDS,
    check_name,
    method_name,
    summary,
)

_COLOURS: Final = {
    Word.PASS: "$success",
    Word.FAIL: "bold $error",
    Word.UNKNOWN: "$warning",
    Word.NOTE: "$text-muted",
}
_OVERALL_COLOURS: Final = {
    Overall.VALID: "bold $success",
    Overall.LIMITED: "bold $warning",
    Overall.UNKNOWN: "bold $warning",
    Overall.INVALID: "bold $error",
}


class VerdictView(Widget):
    """Five items, the overall word, then the checks: signs and words besides the colours."""

    DEFAULT_CSS = """
    VerdictView { height: auto; layout: vertical; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._items = FactTable()
        self._checks = _Checks()

    def compose(self) -> ComposeResult:
        """The two halves."""
        yield self._items
        yield self._checks

    def show(self, verdict: Verdict) -> None:
        """Show this verdict from now on."""
        self._items.show(
            [
                Fact(Phrase(label), _value(name, getattr(items, name)), strong=True)
                for items in verdict.items
                for name, label in ITEMS
            ]
        )
        self._checks.show(verdict)


class _Checks(Widget):
    """The overall word and one row for each check."""

    DEFAULT_CSS = """
    _Checks { height: auto; margin: 1 0 0 0; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._verdict: Verdict | None = None

    def show(self, verdict: Verdict) -> None:
        self._verdict = verdict
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        del container, viewport
        return len(self._rows(width))

    def render(self) -> Content:
        return lines(self._rows(self.content_size.width))

    def _rows(self, width: int) -> list[Content]:
        if self._verdict is None:
            return []
        overall = self._verdict.overall
        rows = content(summary(self._verdict), _OVERALL_COLOURS[overall]).wrap(width)
        if self._verdict.demo:
            demo = phrase("DEMONSTRATION on a soft token: without legal effect")
            rows += content(demo, "bold $warning").wrap(width)
        for group in Group:
            for check in (c for c in self._verdict.checks if c.group is group):
                rows += _check_rows(check, width)
        return rows


def _check_rows(check: Check, width: int) -> list[Content]:
    colour = _COLOURS[check.word]
    head = Content.assemble(
        content(f"[{SIGNS[check.word]}] ", colour),
        content(Phrase(WORDS[check.word]), colour),
        content("  "),
        content(fitted(str(Phrase(GROUPS[check.group])), _group_width()), "$text-muted"),
        content("  "),
        content(check_name(check)),
    )
    rows = [head.truncate(width, ellipsis=True)]
    if check.reason is not None:
        told = content(explain(check.reason).sentence, colour)
        rows += [Content.assemble("    ", row) for row in told.wrap(max(2, width - 4))]
    return rows


def _group_width() -> int:
    return max(cell_len(str(Phrase(words))) for words in GROUPS.values())


def _value(name: str, value: str) -> Shown:
    match name:
        case "method":
            return method_name(value)
        case "sealed_at":
            return when(value)
        case _:
            return value
