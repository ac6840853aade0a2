"""The verdict on a document: the five items first (VF-01), then each check with its reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from textual.app import ComposeResult
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from airseal.screens.widgets.fact_table import Fact, FactTable
from airseal.screens.widgets.paint import content, lines
from airseal.text import Phrase, Shown, mark


class Verdict(StrEnum):
    """What a check may say; a missing thing is said, not counted as failure (VF-10)."""

    PASS = "pass"
    WARNING = "warning"
    FAIL = "fail"
    UNKNOWN = "unknown"
    ABSENT = "absent"


# Sign, words and colour say the same thing thrice: colour is never the only sign.
_LOOKS: Final = {
    Verdict.PASS: ("[+]", mark("valid"), "$text-success"),
    Verdict.WARNING: ("[!]", mark("warning"), "$text-warning"),
    Verdict.FAIL: ("[x]", mark("invalid"), "bold $text-error"),
    Verdict.UNKNOWN: ("[?]", mark("unknown"), "$text-warning"),
    Verdict.ABSENT: ("[-]", mark("not present"), "$text-muted"),
}


@dataclass(frozen=True, slots=True)
class Check:
    """One check: what was looked at, the verdict, and why."""

    title: Phrase
    verdict: Verdict
    reason: Shown = ""


class VerdictView(Widget):
    """Five items, the overall word, then the checks."""

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

    def show(
        self, items: Sequence[Fact], overall: Verdict, summary: Phrase, checks: Sequence[Check]
    ) -> None:
        """Show this verdict from now on."""
        self._items.show(items)
        self._checks.show(overall, summary, checks)


class _Checks(Widget):
    """The overall word and one row for each check."""

    DEFAULT_CSS = """
    _Checks { height: auto; margin: 1 0 0 0; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._overall: tuple[Verdict, Phrase] | None = None
        self._list: tuple[Check, ...] = ()

    def show(self, overall: Verdict, summary: Phrase, checks: Sequence[Check]) -> None:
        self._overall, self._list = (overall, summary), tuple(checks)
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        del container, viewport
        return len(self._rows(width))

    def render(self) -> Content:
        return lines(self._rows(self.content_size.width))

    def _rows(self, width: int) -> list[Content]:
        if self._overall is None:
            return []
        verdict, summary = self._overall
        rows = content(summary, f"bold {_LOOKS[verdict][2]}").wrap(width)
        rows.append(Content(""))
        for check in self._list:
            sign, word, style = _LOOKS[check.verdict]
            rows.append(
                Content.assemble(
                    content(f"{sign} ", style),
                    content(check.title, "bold"),
                    "  ",
                    content(Phrase(word), style),
                ).truncate(width)
            )
            if check.reason:
                rows += [
                    Content.assemble("    ", piece)
                    for piece in content(check.reason, "$text-muted").wrap(max(2, width - 4))
                ]
        return rows
