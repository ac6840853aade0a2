"""The guard of the local clock (本机时间, E-04): a mark that only rises, and what crosses it.

An air-gapped machine has no second clock. What it has is its own past: the latest time in
its ledger. A clock behind that mark was set back; one far ahead of it was set forward or
stood unused, and only a person can tell.
"""

from datetime import datetime, timedelta
from enum import StrEnum

SLACK = timedelta(minutes=1)
"""How far a clock may fall behind its mark when somebody corrects its drift."""

LEAP = timedelta(days=7)
"""How long a station may lie unused before a person must confirm that so much time passed."""


class ClockState(StrEnum):
    """What the clock says, compared with the ledger."""

    STEADY = "steady"
    BEHIND = "behind"
    AHEAD = "ahead"


def clock_state(mark: datetime | None, now: datetime) -> ClockState:
    """``now`` against the mark; without a mark every time is believed. Both are aware."""
    if mark is None or mark - SLACK <= now <= mark + LEAP:
        return ClockState.STEADY
    return ClockState.BEHIND if now < mark else ClockState.AHEAD


def raised(mark: datetime | None, at: datetime) -> datetime:
    """The mark after something happened ``at``.

    It rises with the clock but does not leap with it: a time nobody confirmed must not make
    every honest time after it look set back.
    """
    if mark is None or (mark < at and clock_state(mark, at) is ClockState.STEADY):
        return at
    return mark
