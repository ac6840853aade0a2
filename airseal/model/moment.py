"""Days and moments as the formats write them: one spelling each, so that texts compare."""

import re
from datetime import date, datetime

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[+-][0-9]{2}:[0-9]{2}\Z"
)


def parse_day(text: str) -> date:
    """``YYYY-MM-DD`` as a date; raises ``ValueError`` for anything else."""
    if not _DAY.match(text):
        raise ValueError("day outside its form")
    return date.fromisoformat(text)


def parse_moment(text: str) -> datetime:
    """RFC 3339 local time with offset, whole seconds, as an aware datetime.

    Raises ``ValueError`` for anything else, ``Z`` included.
    """
    if not _MOMENT.match(text):
        raise ValueError("time outside its form")
    return datetime.fromisoformat(text)
