"""What comes to its end by itself, nobody is surprised (LC-12, LC-24, RE-04, AC-06, AP-11)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

SOON_DAYS: Final = 7
"""A password or the term of an approval is announced so many days before its end."""

NEVER: Final = date.min
"""The last day of what should be and never was: it stands before all that ended."""


class Ending(StrEnum):
    """The things that end."""

    PASSWORD = "password"
    CERTIFICATE = "certificate"
    SEAL = "seal"
    DELEGATION = "delegation"
    USE_RIGHT = "use-right"
    REGISTRY = "registry"
    TERM = "term"
    SEAL_CHECK = "seal-check"
    TRAINING = "training"
    SUMMARY = "summary"


@dataclass(frozen=True, slots=True)
class Ends:
    """``what`` ends after the day ``last``. ``key`` is the id of whose it is, or of a case."""

    what: Ending
    key: str
    last: date

    def days_left(self, today: date) -> int:
        """How many days it still lasts; 0 on its last day, negative when it has ended."""
        return (self.last - today).days


def ending_soon(all_of: Iterable[Ends], today: date, lead_days: int) -> tuple[Ends, ...]:
    """Those that end within the lead time of their kind, or ended; the most pressing first.

    Password and term have a short one of their own; ``lead_days`` is the policy pack's.
    """
    short = (Ending.PASSWORD, Ending.TERM)
    soon = (
        one
        for one in all_of
        if one.last - today <= timedelta(days=SOON_DAYS if one.what in short else lead_days)
    )
    return tuple(sorted(soon, key=lambda one: (one.last, one.what, one.key)))
