"""Times that the policy pack sets: when something is due, late or missed.

Days are ``YYYY-MM-DD``, months those of the calendar: one month after the 31st is the last day
of the next.

The periods that are summed up (RE-04) are whole months, counted from January of the year 0, so
that months, quarters and years begin where the calendar has them.
"""

import calendar
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from airseal.model.delivery import DeliveryState
from airseal.model.moment import parse_day


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """``months`` whole months from the month ``start`` on; ``start`` is year * 12 + month - 1."""

    start: int
    months: int

    @property
    def first(self) -> date:
        """Its first day."""
        return _first_of(self.start)

    @property
    def last(self) -> date:
        """Its last day."""
        return _first_of(self.start + self.months) - timedelta(days=1)

    @property
    def name(self) -> str:
        """``2026-11``, or ``2026-10-2026-12`` for several months; ASCII, for numbers and files."""
        begin, end = f"{self.first:%Y-%m}", f"{self.last:%Y-%m}"
        return begin if self.months == 1 else f"{begin}-{end}"

    @property
    def over(self) -> range:
        """The months it covers, each as ``start`` counts them."""
        return range(self.start, self.start + self.months)

    def holds(self, day: date) -> bool:
        """Whether ``day`` is in it."""
        return month_of(day) in self.over


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

    For training (SU-05); periodic checks ask for the :func:`last_day` itself (LC-24).
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


def period_named(name: str) -> Period:
    """The period of that ``Period.name``; raises ``ValueError``."""
    start, end = (month_of(parse_day(f"{one}-01")) for one in (name[:7], name[-7:]))
    return Period(start, end - start + 1)


def period_of(day: date, months: int) -> Period:
    """The period of ``months`` that ``day`` is in."""
    month = month_of(day)
    return Period(month - month % months, months)


def complete_periods(first: date, today: date, months: int) -> Iterator[Period]:
    """The periods that are over before ``today``, from the one with the day ``first`` on."""
    period = period_of(first, months)
    while period.last < today:
        yield period
        period = Period(period.start + months, months)


def lacking(periods: Iterable[Period], made: Iterable[Period]) -> tuple[Period, ...]:
    """Those of ``periods`` of which some month is in no table that was made.

    So tables of another length, made before the policy pack changed it, still count.
    """
    covered = {month for one in made for month in one.over}
    return tuple(one for one in periods if not covered.issuperset(one.over))


def month_of(day: date) -> int:
    """The month that ``day`` is in, as :class:`Period` counts them."""
    return day.year * 12 + day.month - 1


def _first_of(month: int) -> date:
    year, index = divmod(month, 12)
    return date(year, index + 1, 1)
