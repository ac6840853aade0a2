"""Where a keyboard-wedge scanner types: nothing that a code contains is ever a command."""

import asyncio
from collections import deque
from typing import Final

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from airseal.screens.widgets.paint import content
from airseal.text import phrase, plural
from transfer.limits import LIGHT

BURST: Final = 0.03
"""Seconds: keys that follow each other faster are a scanner's, nobody's fingers are so quick."""

_REMEMBERED: Final = 256


class TypingField(Widget, can_focus=True):
    """Takes what a scanner types; a line ends with Enter and is then a text.

    Letters never are commands here. Keys that are commands wait for :data:`BURST` seconds: they
    count when no other key came before or after them meanwhile, and otherwise belong to a code,
    which may hold Esc or Ctrl+Q as well as anything else.
    """

    DEFAULT_CSS = """
    TypingField { height: 1; width: 1fr; background: $surface; padding: 0 1; }
    TypingField:focus { background: $field-focus; }
    """

    class Typed(Message):
        """A whole line."""

        def __init__(self, line: str) -> None:
            super().__init__()
            self.line = line

    def __init__(self) -> None:
        super().__init__()
        self._typed: list[str] = []
        self._times: deque[float] = deque(maxlen=_REMEMBERED)
        self._again: tuple[events.Key, float] | None = None

    def on_key(self, event: events.Key) -> None:
        """Take characters; let a command through that a person pressed."""
        if self._again is not None and event is self._again[0]:
            pressed, self._again = self._again[1], None
            if any(pressed < at < pressed + BURST for at in self._times):
                event.stop()
            return
        quick = bool(self._times) and event.time - self._times[-1] < BURST
        self._times.append(event.time)
        event.stop()
        if event.key == "enter" and self._typed:
            self._finish()
        elif event.character and event.is_printable and (quick or event.character != "?"):
            if len(self._typed) < LIGHT.frame_chars:
                self._typed.append(event.character)
            self.refresh()
        elif not quick:
            self.run_worker(self._press_again(event), group="held", exclusive=True)

    def on_paste(self, event: events.Paste) -> None:
        """Lines that arrive in one piece."""
        event.stop()
        for line in event.text.splitlines():
            self.post_message(self.Typed(line[: LIGHT.frame_chars]))

    def render(self) -> Content:
        """How much was typed of the line under way."""
        words = plural("{n} character typed", "{n} characters typed", len(self._typed))
        waiting = phrase("A scanner that types may be used at any time.")
        return content(words if self._typed else waiting)

    async def _press_again(self, event: events.Key) -> None:
        await asyncio.sleep(BURST)
        if self.app.screen is self.screen:
            # By the queue of all keys: what was typed meanwhile is seen before it.
            again = events.Key(event.key, event.character)
            self._again = again, event.time
            self.app.post_message(again)

    def _finish(self) -> None:
        self.post_message(self.Typed("".join(self._typed)))
        self._typed.clear()
        self.refresh()
