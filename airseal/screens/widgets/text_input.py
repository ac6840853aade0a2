"""A one-line text field without clipboard, and without anything that hides in text."""

from collections.abc import Callable
from typing import ClassVar, Final

from textual.binding import Binding, BindingType
from textual.events import Key
from textual.widgets import Input

from airseal.screens.widgets.typed_ahead import handled
from airseal.text import safe_text

LONGEST: Final = 200


class TextInput(Input, inherit_bindings=False):
    """Textual's input, less copying, cutting, pasting from memory and unsendable keys.

    Characters that :func:`airseal.text.safe_text` would have to show by number are dropped
    on the way in, however they arrive.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "cursor_left", show=False),
        Binding("right", "cursor_right", show=False),
        Binding("home,ctrl+a", "home", show=False),
        Binding("end,ctrl+e", "end", show=False),
        Binding("backspace", "delete_left", show=False),
        Binding("delete,ctrl+d", "delete_right", show=False),
        Binding("ctrl+w", "delete_left_word", show=False),
        Binding("ctrl+u", "delete_left_all", show=False),
        Binding("ctrl+k", "delete_right_all", show=False),
        Binding("enter", "submit", show=False),
        Binding("up", "app.focus_previous", show=False),
        Binding("down", "app.focus_next", show=False),
    ]

    DEFAULT_CSS = """
    TextInput, TextInput:focus { border: none; height: 1; padding: 0 1; background: $surface; }
    TextInput:focus { background: $field-focus; background-tint: transparent; }
    """

    def __init__(
        self,
        value: str = "",
        *,
        longest: int = LONGEST,
        submit: Callable[[], None] | None = None,
        id: str | None = None,
    ) -> None:
        """``submit`` is what Enter does; without it, Enter is told by ``Input.Submitted``."""
        super().__init__(clean(value), max_length=longest, select_on_focus=False, id=id)
        self._submit = submit

    def on_key(self, event: Key) -> None:
        """Let Textual's input have what belongs here."""
        handled(self, event, self._submit)

    def validate_value(self, value: str) -> str:
        """What may be in the field: one line of visible characters."""
        return clean(value)[: self.max_length or LONGEST]

    def replace(self, text: str, start: int, end: int) -> None:
        """Put ``text`` in, cleaned first so that the cursor ends where it should."""
        super().replace(clean(text), start, end)

    def action_copy(self) -> None:
        """Do nothing: there is no clipboard here."""

    action_cut = action_copy
    action_paste = action_copy


def clean(value: str) -> str:
    """``value`` without the characters that cannot be shown as they are."""
    return "".join(c for c in value if safe_text(c) == c)
