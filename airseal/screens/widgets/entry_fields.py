"""Fields that are typed: text, number, day, secret."""

from datetime import date

from airseal.model.secret import Secret
from airseal.screens.widgets.field import Field
from airseal.screens.widgets.secret_input import SecretInput
from airseal.screens.widgets.text_input import LONGEST, TextInput
from airseal.text import Phrase, Shown, phrase


class TextField(Field):
    """One line of text."""

    def __init__(
        self,
        key: str,
        label: Phrase,
        value: str = "",
        *,
        required: bool = True,
        longest: int = LONGEST,
    ) -> None:
        self._input = TextInput(value, longest=longest, submit=lambda: self.answered(self))
        super().__init__(key, label, self._input)
        self._required = required

    @property
    def value(self) -> str:
        """What was entered, without spaces around it."""
        return self._input.value.strip()

    @value.setter
    def value(self, value: str) -> None:
        self._input.value = value

    @property
    def said(self) -> Shown:
        """The text."""
        return self.value

    def problem(self) -> Phrase | None:
        """A required field must not be empty."""
        if self._required and not self.value:
            return phrase("This must be filled in.")
        return None


class NumberField(TextField):
    """A whole number between two limits."""

    def __init__(self, key: str, label: Phrase, value: int | None, least: int, most: int) -> None:
        text = "" if value is None else str(value)
        super().__init__(key, label, text, longest=len(str(most)))
        self._least, self._most = least, most

    @property
    def number(self) -> int | None:
        """The number entered, or None when it is none within the limits."""
        text = self.value
        if not (text.isascii() and text.isdigit()):
            return None
        number = int(text)
        return number if self._least <= number <= self._most else None

    @property
    def said(self) -> Shown:
        """The number itself, however many noughts were typed."""
        return "" if self.number is None else str(self.number)

    def problem(self) -> Phrase | None:
        """It must be a number within the limits."""
        if self.number is None:
            return phrase(
                "Enter a whole number from {least} to {most}.", least=self._least, most=self._most
            )
        return None


class DayField(TextField):
    """A day as YYYY-MM-DD; may be left empty if it is not required."""

    def __init__(
        self, key: str, label: Phrase, value: date | None = None, *, required: bool = False
    ) -> None:
        super().__init__(
            key, label, value.isoformat() if value else "", required=required, longest=10
        )

    @property
    def day(self) -> date | None:
        """The day entered, or None."""
        try:
            return date.fromisoformat(self.value) if len(self.value) == 10 else None
        except ValueError:
            return None

    def problem(self) -> Phrase | None:
        """What is there must be a day of the calendar."""
        if self.value and self.day is None:
            return phrase("Enter the day as year-month-day, for example 2026-11-22.")
        return super().problem()


class SecretField(Field):
    """A password or PIN."""

    def __init__(self, key: str, label: Phrase) -> None:
        self._secret = SecretInput(submit=lambda: self.answered(self))
        super().__init__(key, label, self._secret)

    def take(self) -> Secret:
        """Hand over what was typed; the field is empty afterwards."""
        return self._secret.take()

    def clear(self) -> None:
        """Empty the field."""
        self._secret.action_clear()

    def problem(self) -> Phrase | None:
        """A secret must be there."""
        return phrase("This must be filled in.") if self._secret.is_empty else None
