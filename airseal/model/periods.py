"""Times that the policy pack sets: when something is due, late or missed.

Days are ``YYYY-MM-DD``, months those of the calendar: one month after the 31st is the last day
of the next.
"""

import calendar
from datetime import date, datetime, timedelta

from airseal.model.delivery import DeliveryState
from airseal.model.moment import parse_day


def months_after(day: str, months: int) -> str:
    """The day ``months`` after ``day``; the last day there is, where that is beyond it."""
    begun = parse_day(day)
    year, month = divmod(begun.month - 1 + months, 12)
    year, month = begun.year + year, month + 1
    if year > date.max.year:
        return date.max.isoformat()
    last = calendar.monthrange(year, month)[1]
    return date(year, month, min(begun.day, last)).isoformat()


def last_day(done: str, months: int) -> str:
    """The last day on which what was done on ``done`` is not due again after ``months``."""
    return (parse_day(months_after(done, months)) - timedelta(days=1)).isoformat()


def is_due(last: str | None, months: int, today: str) -> bool:
    """Whether what must be done every ``months`` is due, done last on ``last`` (None: never).

    For periodic checks (LC-24, SU-01), summary tables (RE-04) and training (SU-05).
    """
    return last is None or last_day(last, months) < today


def waiting(
    sent: datetime, now: datetime, late_hours: int, deadline: datetime | None = None
) -> DeliveryState:
    """Where a delivery without a receipt stands: sent, 迟收 or 漏收 (C-24, TX-10).

    Missed only where there is a ``deadline``, and never before it is late: a receipt that is not
    here may still be on its way (E-08). All times are aware.
    """
    if now < sent + timedelta(hours=late_hours):
        return DeliveryState.SENT
    late = deadline is None or now <= deadline
    return DeliveryState.OVERDUE if late else DeliveryState.MISSED
