"""How old the last backup and the last restore test are, in words (BK-02)."""

from datetime import datetime

from airseal.model.rights import Right, may
from airseal.screens.widgets.fact_table import Fact
from airseal.station import Station
from airseal.text import Phrase, phrase, plural


def backup_fact(station: Station) -> Fact:
    """One line; while a backup or a test is overdue it stands out for those who make them."""
    makes = may(station.account.post, Right.BACK_UP)
    state, now = station.keeping.state(), station.now()
    overdue = state.backup_overdue(now) or state.test_overdue(now)
    if state.made is None:
        return Fact(phrase("Backup"), phrase("NONE yet"), strong=makes)
    tested = phrase("no restore tested yet")
    if state.tested is not None:
        tested = phrase("restore tested {ago}", ago=ago(state.tested, now))
    words = phrase(
        "No. {number}, {ago}; {tested}",
        number=state.number,
        ago=ago(state.made, now),
        tested=tested,
    )
    if overdue:
        words = phrase("{what}: OVERDUE", what=words)
    return Fact(phrase("Backup"), words, strong=overdue and makes)


def ago(then: datetime, now: datetime) -> Phrase:
    """How many full days ago that was."""
    days = (now - then).days
    return phrase("today") if days < 1 else plural("{n} day ago", "{n} days ago", days)
