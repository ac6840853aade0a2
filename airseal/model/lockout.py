"""How long the door stays shut after refused logins (AC-08, X-13): a pure rule."""

from datetime import timedelta

FREE_TRIES = 3
"""Refused logins of one person after which the next may follow at once."""

FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)
LOST_WAIT = timedelta(minutes=15)
"""Everybody's wait after the record of refused logins was found missing or damaged."""


def wait_after(refused: int) -> timedelta:
    """The wait after ``refused`` logins in a row: none, then 30 s, doubling, up to an hour."""
    beyond = refused - FREE_TRIES
    if beyond < 0:
        return timedelta(0)
    # Seven doublings of half a minute are more than the longest wait already.
    return min(FIRST_WAIT * (1 << min(beyond, 7)), LONGEST_WAIT)
