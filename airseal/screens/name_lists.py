"""Fields that take a list of names, separated by commas of either script."""

from collections.abc import Iterable, Mapping
from typing import TypeVar

from airseal.screens.widgets.entry_fields import TextField
from airseal.text import Phrase

Value = TypeVar("Value")


def list_field(key: str, label: Phrase, values: Iterable[str] = ()) -> TextField:
    """A field that shows ``values`` and may stay empty."""
    return TextField(key, label, ", ".join(values), required=False)


def parts_of(text: str) -> list[str]:
    """What stands between commas of either script."""
    plain = text.replace("\u3001", ",").replace("\uff0c", ",")
    return [part.strip() for part in plain.split(",") if part.strip()]


class UnknownName(ValueError):
    """A name that nothing has; ``name`` is it."""

    def __init__(self, name: str) -> None:
        super().__init__(f"a name that nothing has: {name}")
        self.name = name


def known(names: Mapping[str, Value], name: str) -> Value:
    """What is called ``name``; raises :class:`UnknownName`."""
    if name.strip() not in names:
        raise UnknownName(name)
    return names[name.strip()]


def all_known(names: Mapping[str, Value], text: str) -> tuple[Value, ...]:
    """What the names in ``text`` stand for; raises as :func:`known`."""
    return tuple(known(names, part) for part in parts_of(text))
