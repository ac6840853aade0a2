"""Reading PDF objects without being fooled by indirection. Runs inside the jail only.

pyHanko's ``dict.get`` and iteration hand out references as they stand; a ``/S`` that is
itself a reference would slip past a check. These helpers always hand out the object.
"""

from collections.abc import Iterator
from typing import Final

from pyhanko.pdf_utils import generic

from airseal.model.problem import Problem

_MAX_CHAIN: Final = 16


def resolve(value: object) -> object:
    """The object behind a reference, and behind a reference to a reference; null is None.

    Raises ``PDF_BROKEN`` for a chain that does not end.
    """
    for _ in range(_MAX_CHAIN):
        if not isinstance(value, generic.IndirectObject):
            return None if isinstance(value, generic.NullObject) else value
        value = value.reference.get_object()
    raise Problem("PDF_BROKEN")


def entry(owner: object, key: str) -> object:
    """What a dictionary says under ``key``; None when it is no dictionary, or says nothing."""
    return resolve(dict.get(owner, key)) if isinstance(owner, generic.DictionaryObject) else None


def name(owner: object, key: str) -> str:
    """A name or string under ``key``; empty when there is none."""
    value = entry(owner, key)
    return str(value) if isinstance(value, str) else ""


def elements(array: object) -> Iterator[object]:
    """The objects in an array; nothing when it is no array."""
    if isinstance(array, generic.ArrayObject):
        yield from map(resolve, list.__iter__(array))


def is_empty(value: object, depth: int = 4) -> bool:
    """Whether an entry is there in name only: null, or nothing but empty arrays or trees."""
    value = resolve(value)
    match value:
        case None:
            return True
        case generic.StreamObject():
            return False
        case generic.DictionaryObject():
            return depth > 0 and all(is_empty(part, depth - 1) for part in dict.values(value))
        case generic.ArrayObject():
            return len(value) == 0
        case _:
            return False
