"""A scanner that types while a dialog lies over the page that reads codes.

A scanner does not know which screen is on top. What it types must reach neither a field nor a key
of the dialog: it goes to the page below, and the dialog sees nothing of it.
"""

import asyncio
from typing import TYPE_CHECKING, Final, Protocol, cast, runtime_checkable

from textual.events import Event, Key, Paste
from textual.worker import WorkType

from airseal.screens.widgets.typing_field import BURST
from transfer.limits import LIGHT

if TYPE_CHECKING:
    from textual.app import App

_MANY: Final = 4
"""So many keys without a pause are nobody's fingers; two or three may be one hand's."""
_QUIET: Final = 0.3
"""Seconds after a scanner's last key in which a lone one is still its own, such as its Enter."""


@runtime_checkable
class TakesCodes(Protocol):
    """A page that reads what a scanner types."""

    def take_code(self, line: str) -> None:
        """A whole line that a scanner typed."""


class Wedge:
    """Holds the keys for a dialog until it is plain whose they are; everywhere else none.

    A person's key is late by :data:`BURST`, and only over a page that reads codes.
    """

    def __init__(self, app: "App[None]") -> None:
        self._app = app
        self._held: list[Key] = []
        self._line: list[str] = []
        self._released: list[Event] = []
        self._scanned = float("-inf")
        """When a scanner typed its last key."""

    def takes(self, event: Event) -> bool:
        """Whether ``event`` is kept from the screen on top, for now or for good."""
        if event in self._released:
            self._released.remove(event)
            return False
        if not isinstance(event, (Key, Paste)) or event.is_forwarded or self._page is None:
            return False
        match event:
            case Paste():
                return self._pasted(event.text)
            case Key():
                self._typed(event)
        return True

    @property
    def _page(self) -> TakesCodes | None:
        below = self._app.screen_stack[:-1]
        return next((cast(TakesCodes, one) for one in below if isinstance(one, TakesCodes)), None)

    def _pasted(self, text: str) -> bool:
        codes = [line for line in text.splitlines() if line[:2].upper() in ("Q1", "Q2")]
        for line in codes:
            self._hand_over(line)
        return bool(codes)

    def _typed(self, key: Key) -> None:
        if self._held and key.time - self._held[-1].time >= BURST:
            self._settle()
        if key.time - self._scanned < _QUIET:
            self._scan(key)
            return
        self._held.append(key)
        if len(self._held) >= _MANY:
            scanned, self._held = self._held, []
            for one in scanned:
                self._scan(one)
        else:
            later: WorkType[None] = self._settle_later
            self._app.run_worker(later, group="wedge", exclusive=True)

    def _scan(self, key: Key) -> None:
        self._scanned = key.time
        if key.key == "enter":
            line, self._line = "".join(self._line), []
            self._hand_over(line)
        elif key.character and key.is_printable and len(self._line) < LIGHT.frame_chars:
            self._line.append(key.character)

    def _hand_over(self, line: str) -> None:
        if line and (page := self._page) is not None:
            page.take_code(line[: LIGHT.frame_chars])

    async def _settle_later(self) -> None:
        await asyncio.sleep(BURST)
        self._settle()

    def _settle(self) -> None:
        """What waits is a person's: the screen on top has it now."""
        held, self._held = self._held, []
        for key in held:
            again = Key(key.key, key.character)
            self._released.append(again)
            self._app.post_message(again)
