"""A field with a few answers, chosen with the left and right arrows or Space."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from airseal.screens.widgets.field import Field
from airseal.screens.widgets.paint import content
from airseal.text import Phrase, Shown, phrase


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer: its key and its words."""

    key: str
    words: Shown


class ChoiceLine(Widget, can_focus=True, inherit_bindings=False):
    """Shows the answer chosen and how many there are."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "turn(-1)", show=False),
        Binding("right,space", "turn(1)", show=False),
        Binding("up", "app.focus_previous", show=False),
        Binding("down", "app.focus_next", show=False),
        Binding("enter", "submit", show=False),
    ]
    DEFAULT_CSS = """
    ChoiceLine { height: 1; width: 1fr; padding: 0 1; background: $surface; }
    ChoiceLine:focus { background: $field-focus; }
    """

    class Changed(Message):
        """Another answer was chosen."""

    class Submitted(Message):
        """Enter was pressed."""

    def __init__(self, choices: Sequence[Choice], chosen: str | None) -> None:
        super().__init__()
        self.choices = tuple(choices)
        keys = [choice.key for choice in self.choices]
        self._index = keys.index(chosen) if chosen in keys else 0

    @property
    def value(self) -> str | None:
        """The key of the answer chosen; None when there is nothing to choose."""
        return self.choices[self._index].key if self.choices else None

    @property
    def words(self) -> Shown:
        """The words of the answer chosen."""
        return self.choices[self._index].words if self.choices else ""

    def choose(self, key: str) -> None:
        """Go to the answer ``key``; one that is not offered changes nothing."""
        keys = [choice.key for choice in self.choices]
        if key in keys:
            self._index = keys.index(key)
            self.refresh()
            self.post_message(self.Changed())

    def action_turn(self, by: int) -> None:
        """Go to the next or previous answer."""
        if self.choices:
            self._index = (self._index + by) % len(self.choices)
            self.refresh()
            self.post_message(self.Changed())

    def action_submit(self) -> None:
        """Tell the field."""
        self.post_message(self.Submitted())

    def render(self) -> Content:
        """The answer, between arrows while they work."""
        if not self.choices:
            return content(phrase("nothing to choose from"), "$text-muted")
        left, right = ("< ", " >") if self.has_focus else ("  ", "  ")
        parts = [content(left, "bold $accent"), content(self.choices[self._index].words, limit=60)]
        parts.append(content(right, "bold $accent"))
        parts.append(content(f"  {self._index + 1}/{len(self.choices)}", "$text-muted"))
        return Content.assemble(*parts)


class ChoiceField(Field):
    """One answer out of a few."""

    def __init__(
        self, key: str, label: Phrase, choices: Sequence[Choice], chosen: str | None = None
    ) -> None:
        self._line = ChoiceLine(choices, chosen)
        super().__init__(key, label, self._line)

    @property
    def value(self) -> str | None:
        """The key of the answer chosen."""
        return self._line.value

    @value.setter
    def value(self, value: str) -> None:
        self._line.choose(value)

    @property
    def said(self) -> Shown:
        """The words of the answer."""
        return self._line.words

    def problem(self) -> Phrase | None:
        """There must be something to choose."""
        return None if self.value is not None else phrase("nothing to choose from")

    def on_choice_line_submitted(self, event: ChoiceLine.Submitted) -> None:
        """Enter is the form's business."""
        event.stop()
        self.answered(self)
