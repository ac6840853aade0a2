"""Each key has its turn: the next one waits until the screen that the last one led to is there.

Textual hands a key to whatever has the focus when the key arrives. Whoever types on while a screen
opens or closes would press keys of the screen they have left, or lose the first digits of a PIN and
give a wrong one; and while a duty is under way at whose end the PIN is asked for, the PIN would be
typed into a field that shows it. So keys wait here, and go on when all is still.
"""

import asyncio
from collections import deque
from contextlib import suppress
from time import monotonic
from typing import Any, Final, Protocol, runtime_checkable

from textual.app import App, ScreenStackError
from textual.dom import DOMNode
from textual.events import Event, Key, Paste

from airseal.screens.widgets.secret_input import SecretInput
from airseal.screens.widgets.text_input import TextInput
from airseal.screens.widgets.typing_field import TypingField
from airseal.text import Phrase, phrase

_ROUNDS: Final = 3
"""How often everybody from the focus up must have had their messages, and nothing moved.

A key becomes an act, the act a message to the screen, and that opens another screen.
"""
_STUCK: Final = 0.5
"""Seconds for which one of them is waited for: whoever is being closed answers nothing."""
_FRESH: Final = 5.0
"""Seconds after which what waits is nobody's answer any more: part of a PIN is a wrong PIN."""
_MANY: Final = 500
_ANSWERING: Final = frozenset({"enter", "tab", "backspace"})
_ALWAYS: Final = frozenset({"question_mark"})


@runtime_checkable
class _Working(Protocol):
    """A screen on which a duty may be under way."""

    @property
    def is_busy(self) -> bool:
        """Whether one is."""

    async def rest(self) -> None:
        """Wait until it is done."""

    def say(self, words: Phrase) -> None:
        """Tell the person something."""


class Turns:
    """Keeps the keys of ``app`` in order."""

    def __init__(self, app: App[Any]) -> None:
        self._app = app
        self._waiting: deque[tuple[float, Key | Paste]] = deque()
        self._released: Key | Paste | None = None
        self._for_duty = False
        self._task: asyncio.Task[None] | None = None

    def holds(self, event: Event) -> bool:
        """Whether ``event`` is kept for later; otherwise it has its turn now."""
        if not isinstance(event, (Key, Paste)) or event.is_forwarded:
            return False
        if event is self._released:
            self._released = None
            self._begin()
            return False
        if self._for_duty and not _is_an_answer(event):
            return False
        behind = self._task is not None or self._released is not None or bool(self._waiting)
        if isinstance(self._app.focused, TypingField) and not behind:
            return False  # it sorts out itself what a scanner types and what a person
        if behind or self._must_wait(event):
            if len(self._waiting) < _MANY:
                self._waiting.append((monotonic(), event))
            self._begin()
            return True
        if not self._is_text(event):
            self._begin()
        return False

    def _must_wait(self, event: Key | Paste) -> bool:
        """Whether a duty is under way, at the end of which this may be the answer."""
        screen = self._app.screen
        if not isinstance(screen, _Working) or not screen.is_busy:
            return False
        if isinstance(self._app.focused, SecretInput) or not _is_an_answer(event):
            return False
        if isinstance(event, Key) and event.key in _ANSWERING:
            return bool(self._waiting)
        return True

    def _is_text(self, event: Key | Paste) -> bool:
        """Whether it is only typed into a field, and so leads nowhere."""
        text = isinstance(event, Paste) or event.is_printable
        return text and isinstance(self._app.focused, (SecretInput, TextInput))

    def _begin(self) -> None:
        if self._task is None:
            self._task = asyncio.create_task(self._go_on())

    async def _go_on(self) -> None:
        try:
            await self._still()
            if self._waiting and self._must_wait(self._waiting[0][1]):
                await self._duty_done()
        except ScreenStackError:
            return  # the program ends
        finally:
            self._task, self._for_duty = None, False
        if self._waiting and self._waiting[0][0] < monotonic() - _FRESH:
            self._waiting.clear()
        if self._waiting:
            _, self._released = self._waiting.popleft()
            self._app.post_message(self._released)

    async def _still(self) -> None:
        """Until nothing moves any more."""
        rounds: int = 0
        there: DOMNode | None = None
        while rounds < _ROUNDS:
            here = self._app.focused or self._app.screen
            rounds, there = (rounds + 1 if here is there else 0), here
            for node in here.ancestors_with_self:
                await _answered(node)

    async def _duty_done(self) -> None:
        """Until the duty has asked for what waits; it is dropped if that is asked for nowhere."""
        screen = self._app.screen
        assert isinstance(screen, _Working)
        screen.say(phrase("This must wait until the work under way is done."))
        self._for_duty = True
        with suppress(TimeoutError):
            async with asyncio.timeout(_FRESH):
                await screen.rest()
        await self._still()
        if self._app.screen is screen:
            self._waiting.clear()


def _is_an_answer(event: Key | Paste) -> bool:
    if isinstance(event, Paste):
        return True
    return (event.is_printable and event.key not in _ALWAYS) or event.key in _ANSWERING


async def _answered(node: DOMNode) -> None:
    """Until ``node`` has had every message that waits for it now."""
    had = asyncio.Event()
    if not node.call_later(had.set):
        return
    with suppress(TimeoutError):
        async with asyncio.timeout(_STUCK):
            await had.wait()
