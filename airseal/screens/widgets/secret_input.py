"""The one field for passwords and PINs: shows nothing, tells nothing, keeps nothing."""

from collections.abc import Callable
from typing import ClassVar, Final

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget

from airseal.model.secret import Secret
from airseal.screens.widgets.paint import content
from airseal.screens.widgets.typed_ahead import handled
from airseal.text import phrase

LONGEST: Final = 256
"""Most bytes of UTF-8 a secret may have here; further keys are refused with a bell."""
_MASK: Final = "********"


class SecretInput(Widget, can_focus=True, inherit_bindings=False):
    """Takes a secret from the keyboard into a buffer of its own.

    The mask has the same width for every length. No message carries the value: the screen
    calls :meth:`take`, which hands the secret over and leaves the field empty. The buffer
    is allocated once, so typing leaves no copies behind, and is overwritten on taking, on
    clearing and when the field goes away. There is no way to copy out, and pasting is
    refused: a secret on a clipboard is no secret.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("backspace", "rub_out", show=False),
        Binding("ctrl+u", "clear", show=False),
        Binding("delete", "clear", show=False),
        Binding("up", "app.focus_previous", show=False),
        Binding("down", "app.focus_next", show=False),
    ]

    DEFAULT_CSS = """
    SecretInput { height: 1; width: 1fr; background: $surface; padding: 0 1; }
    SecretInput:focus { background: $field-focus; }
    """

    def __init__(self, *, submit: Callable[[], None] = lambda: None, id: str | None = None) -> None:
        """``submit`` is what Enter does; it asks the field itself for the secret."""
        super().__init__(id=id)
        self._submit = submit
        self._typed = bytearray(LONGEST)
        self._length = 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing has been typed."""
        return self._length == 0

    def take(self) -> Secret:
        """Hand over what was typed; the field is empty afterwards."""
        piece = self._typed[: self._length]
        secret = Secret(piece)
        piece[:] = bytes(len(piece))
        self.action_clear()
        return secret

    def action_clear(self) -> None:
        """Overwrite the buffer."""
        self._typed[:] = bytes(LONGEST)
        self._length = 0
        self.refresh()

    def action_rub_out(self) -> None:
        """Take back the last character, all bytes of it."""
        while self._length:
            self._length -= 1
            byte, self._typed[self._length] = self._typed[self._length], 0
            if byte & 0xC0 != 0x80:
                break
        self.refresh()

    def on_key(self, event: events.Key) -> None:
        """Take a printable key; it goes no further."""
        if handled(self, event, self._submit):
            return
        if event.character is None or not event.is_printable:
            return
        event.stop()
        event.prevent_default()
        encoded = event.character.encode("utf-8", "ignore")
        if self._length + len(encoded) > LONGEST:
            self.app.bell()
            return
        self._typed[self._length : self._length + len(encoded)] = encoded
        self._length += len(encoded)
        self.refresh()

    def on_paste(self, event: events.Paste) -> None:
        """Refuse it."""
        event.stop()
        event.prevent_default()
        self.app.bell()

    def on_unmount(self) -> None:
        """Leave nothing behind."""
        self.action_clear()

    def render(self) -> Content:
        """The mask, or what to do."""
        if self._length:
            return content(_MASK, "bold")
        words = phrase("type here, nothing is shown") if self.has_focus else phrase("empty")
        return content(words, "$text-muted")
