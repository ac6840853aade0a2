"""A field whose value is picked on a screen of its own."""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from airseal.screens.widgets.field import Field
from airseal.screens.widgets.paint import content
from airseal.text import Phrase, Shown, phrase


class PickLine(Widget, can_focus=True, inherit_bindings=False):
    """Shows what was picked; Enter or Space asks to pick."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,space", "ask", show=False),
        Binding("up", "app.focus_previous", show=False),
        Binding("down", "app.focus_next", show=False),
    ]
    DEFAULT_CSS = """
    PickLine { height: 1; width: 1fr; padding: 0 1; background: $surface; }
    PickLine:focus { background: $field-focus; }
    """

    class Asked(Message):
        """Enter or Space was pressed."""

    def __init__(self) -> None:
        super().__init__()
        self.picked: Shown | None = None

    def action_ask(self) -> None:
        """Tell the field."""
        self.post_message(self.Asked())

    def render(self) -> Content:
        """What was picked, or how to."""
        if self.picked is None:
            return content(phrase("Enter chooses ..."), "$text-muted")
        return content(self.picked)


class PickField(Field):
    """The screen hears :class:`Asked`, lets the person pick and calls :meth:`show`."""

    class Asked(Message):
        """The person wants to pick the value of ``field``."""

        def __init__(self, field: "PickField") -> None:
            super().__init__()
            self.field = field

    def __init__(self, key: str, label: Phrase, picked: Shown | None = None) -> None:
        self._line = PickLine()
        self._line.picked = picked
        super().__init__(key, label, self._line)

    def show(self, picked: Shown | None) -> None:
        """Show what was picked; None for nothing."""
        self._line.picked = picked
        self._line.refresh()

    def problem(self) -> Phrase | None:
        """Something must be picked."""
        return phrase("This must be chosen.") if self._line.picked is None else None

    def on_pick_line_asked(self, event: PickLine.Asked) -> None:
        """Picking is the screen's business."""
        event.stop()
        self.post_message(self.Asked(self))
