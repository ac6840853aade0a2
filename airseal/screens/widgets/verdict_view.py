"""The verdict on a document: the five items first (VF-01), then each check with its reason."""

from typing import Final

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from airseal.errors import explain
from airseal.model.verdict import Check, Overall, Verdict, Word
from airseal.screens.widgets.cells import fitted
from airseal.screens.widgets.fact_table import Fact, FactTable
from airseal.screens.widgets.paint import content, lines, wrapped
from airseal.text import Phrase, labelled, one_after_another, phrase
from airseal.words.verdict import (
    ITEMS,
    SIGNS,
    STEPS,
    WORDS,
    check_name,
    clause_name,
    copy_name,
    evidence_words,
    item_value,
    summary,
)

_COLOURS: Final = {
    Word.PASS: "$success",
    Word.LIMIT: "$warning",
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
                Fact(Phrase(label), item_value(items, name), strong=True)
                for items in verdict.items
                for name, label in ITEMS
            ]
        )
        self._checks.show(verdict)

    def explain_more(self, more: bool) -> None:
        """Whether every answer is followed by what it rests on and the rules behind it."""
        self._checks.explain_more(more)


class _Checks(Widget):
    """The overall word and one row for each check."""

    DEFAULT_CSS = """
    _Checks { height: auto; margin: 1 0 0 0; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._verdict: Verdict | None = None
        self._more = False

    def explain_more(self, more: bool) -> None:
        self._more = more
        self.refresh(layout=True)

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
        rows = wrapped(content(summary(self._verdict), _OVERALL_COLOURS[overall]), width)
        if self._verdict.demo:
            demo = phrase("DEMONSTRATION on a soft token: without legal effect")
            rows += wrapped(content(demo, "bold $warning"), width)
        if self._verdict.kind is not None:
            kind = copy_name(self._verdict.kind)
            rows += wrapped(content(phrase("Kind of copy: {kind}", kind=kind)), width)
        for check in self._verdict.checks:
            rows += _check_rows(check, width)
            if self._more:
                rows += _evidence_rows(check, width)
        return rows


def _check_rows(check: Check, width: int) -> list[Content]:
    colour = _COLOURS[check.word]
    sign = content(f"[{SIGNS[check.word]}] ", colour)
    step = content(fitted(str(Phrase(STEPS[check.step])), _step_width()) + "  ", "$text-muted")
    room = width - sign.cell_length - step.cell_length
    asked = Content.assemble(
        content(labelled(check_name(check), "")), content(Phrase(WORDS[check.word]), colour)
    )
    first, *others = wrapped(asked, room)
    blank = content(" " * (sign.cell_length + step.cell_length))
    rows = [Content.assemble(sign, step, first)]
    rows += [Content.assemble(blank, row) for row in others]
    if check.reason is not None:
        rows += _indented(content(explain(check.reason).sentence, colour), width)
    return rows


def _evidence_rows(check: Check, width: int) -> list[Content]:
    """What the answer rests on, and who asks the question."""
    parts = [str(labelled(label, value)) for label, value in evidence_words(check)]
    parts += [str(clause_name(clause)) for clause in check.clauses]
    return _indented(content(one_after_another(parts), "$text-muted"), width) if parts else []


def _indented(told: Content, width: int) -> list[Content]:
    return [Content.assemble("    ", row) for row in wrapped(told, width - 4)]


def _step_width() -> int:
    return max(cell_len(str(Phrase(words))) for words in STEPS.values())
