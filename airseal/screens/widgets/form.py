"""Fields in a column: Enter goes to the next one, and at the last one the form is complete."""

from collections.abc import Sequence
from typing import TypeVar

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.message import Message

from airseal.screens.widgets.fact_table import Fact
from airseal.screens.widgets.field import Field

Kind = TypeVar("Kind", bound=Field)


class Form(VerticalScroll, can_focus=False):
    """Checks its fields together; the screen reads them by key once all are right."""

    DEFAULT_CSS = """
    Form { height: auto; max-height: 1fr; }
    """

    class Completed(Message):
        """Every field is right and the person pressed Enter in the last one."""

    def __init__(self, fields: Sequence[Field], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._fields = tuple(fields)
        for field in self._fields:
            field.answered = self._go_on

    def compose(self) -> ComposeResult:
        """The fields."""
        yield from self._fields

    def on_mount(self) -> None:
        """Start in the first field."""
        if self._fields:
            self._fields[0].enter()

    def on_resize(self) -> None:
        """A message takes lines away: the field with the cursor stays in sight."""
        for field in self._fields:
            if field.has_focus_within:
                field.scroll_visible(animate=False)

    def field(self, key: str, kind: type[Kind]) -> Kind:
        """The field ``key``."""
        return self.query_one(f"#field-{key}", kind)

    def said(self) -> list[Fact]:
        """What was entered, field by field; what was left empty is not there."""
        return [Fact(field.label, field.said, strong=True) for field in self._fields if field.said]

    def check(self) -> bool:
        """Whether every field is right; otherwise the cursor goes to the first wrong one."""
        wrong = [field for field in self._fields if not field.check()]
        if wrong:
            wrong[0].enter()
        return not wrong

    def _go_on(self, field: Field) -> None:
        """To the next field, or finish."""
        if not field.check():
            return
        after = self._fields.index(field) + 1
        if after < len(self._fields):
            self._fields[after].enter_now()
        elif self.check():
            self.post_message(self.Completed())
