"""The keys that work now, always on screen; one that does not is in brackets."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from rich.cells import cell_len
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from airseal.screens.keymap import Action
from airseal.screens.widgets.paint import content
from airseal.text import Phrase

_LINES: Final = 2
_MOST_LINES: Final = 3
"""For keys that work and that no other place tells of."""
_TOLD_BY_HELP: Final = frozenset({"language", "theme", "tour", "lock", "quit"})
"""The same on every screen, and listed by ``?``: they give way first among those that work."""

_NICE_TO_HAVE: Final = frozenset({"sort", "turn_round", "mark_range"})
"""The same on every list, and no duty hangs on them: they give way before all others."""


@dataclass(frozen=True, slots=True)
class KeyHint:
    """An action and, if it cannot be done now, the reason (said when the key is pressed)."""

    action: Action
    refusal: Phrase | None = None


class KeyBar(Widget):
    """One or two lines of keys at the bottom of the screen, seldom three.

    Where they do not all fit, conveniences give way, then what does nothing now, last one first.
    """

    DEFAULT_CSS = """
    KeyBar { height: auto; dock: bottom; background: $panel; padding: 0 1; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._hints: list[KeyHint] = []

    def show(self, hints: list[KeyHint]) -> None:
        """Show these keys from now on."""
        if hints != self._hints:
            self._hints = hints
            self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as the keys need: one or two, and three where nothing more gives way."""
        del container, viewport
        return len(self._rows(width))

    def render(self) -> Content:
        """Paint the keys."""
        return Content("\n").join(self._rows(self.content_size.width))

    def _rows(self, width: int) -> list[Content]:
        hints = list(self._hints)
        rows = _laid_out(hints, width)
        for spare in _to_spare(self._hints):
            if len(rows) <= _LINES:
                break
            hints.remove(spare)
            rows = _laid_out(hints, width)
        return rows[:_MOST_LINES]


def _to_spare(hints: list[KeyHint]) -> Iterator[KeyHint]:
    """What gives way, one after the other: the last refused key of those that are left first."""
    backwards = hints[::-1]
    nice = [hint for hint in backwards if hint.action.name in _NICE_TO_HAVE]
    yield from nice
    backwards = [hint for hint in backwards if hint not in nice]
    yield from (hint for hint in backwards if hint.refusal is not None)
    for hint in backwards:
        if hint.refusal is None and hint.action.name in _TOLD_BY_HELP:
            yield hint


def _laid_out(hints: list[KeyHint], width: int) -> list[Content]:
    rows: list[list[Content]] = [[]]
    used = 0
    for hint in hints:
        piece = _painted(hint)
        cells = cell_len(piece.plain)
        if rows[-1] and used + 2 + cells > width:
            rows.append([])
            used = 0
        used += cells + (2 if rows[-1] else 0)
        rows[-1].append(piece)
    return [Content("  ").join(row) for row in rows]


def _painted(hint: KeyHint) -> Content:
    key, words = hint.action.key_words, hint.action.words
    if hint.refusal is not None:
        return content(f"({key} {words})", "$text-disabled")
    return Content.assemble(content(key, "bold $accent"), " ", content(words))
