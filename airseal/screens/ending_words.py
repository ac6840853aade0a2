"""What ends, in words."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from airseal.model.ending import NEVER, Ending, Ends
from airseal.model.periods import period_named
from airseal.station import Station
from airseal.text import Phrase, Shown, mark, phrase, plural
from airseal.words.summary import period_words

KINDS: Final[Mapping[Ending, str]] = {
    Ending.PASSWORD: mark("Own password"),
    Ending.CERTIFICATE: mark("Certificate"),
    Ending.SEAL: mark("Seal"),
    Ending.DELEGATION: mark("Delegation"),
    Ending.USE_RIGHT: mark("Use right"),
    Ending.REGISTRY: mark("Registry"),
    Ending.TERM: mark("Term of a case"),
    Ending.SEAL_CHECK: mark("Check of a seal"),
    Ending.TRAINING: mark("Training"),
    Ending.SUMMARY: mark("Summary table"),
}

_ENDED: Final = mark("ENDED")
_OVER: Final[Mapping[Ending, str]] = {
    Ending.SEAL_CHECK: mark("OVERDUE"),
    Ending.SUMMARY: mark("MISSING"),
}
"""What is said of an end that has passed, where it is more than an end."""

_WHAT_TO_DO: Final[Mapping[Ending, str]] = {
    Ending.PASSWORD: mark("Change it under My account; an expired one only lets you change it."),
    Ending.CERTIFICATE: mark(
        "Ask the seal department for a new certificate in time; after the last day nothing can be"
        " signed with this one. What was signed before stays valid."
    ),
    Ending.SEAL: mark(
        "The seal department extends or replaces it; after the last day nobody can seal with it."
    ),
    Ending.DELEGATION: mark(
        "After the last day the representative cannot approve; the officer gives a new delegation."
    ),
    Ending.USE_RIGHT: mark(
        "After the last day this person cannot use seals of this type; the seal department renews"
        " it."
    ),
    Ending.REGISTRY: mark(
        "Import a newer registry from the seal department; with an expired one nothing new can be"
        " signed."
    ),
    Ending.TRAINING: mark(
        "The seal department records the next training. Where the policy pack demands one, nobody"
        " requests, approves or seals without it; F7 at the login opens practice mode."
    ),
    Ending.TERM: mark("It must be sealed by the last day, or be requested again."),
    Ending.SEAL_CHECK: mark(
        "Check the seal by the last day: Enter opens the form. An overdue check may stop sealing,"
        " as the policy pack says."
    ),
    Ending.SUMMARY: mark(
        "The summary table of this period was not made yet. Enter opens the list: make it, and hand"
        " it to the office."
    ),
}


def what_to_do(one: Ends) -> Phrase:
    """What the end means and who does what about it."""
    return Phrase(_WHAT_TO_DO[one.what])


def whose(station: Station, one: Ends) -> Shown:
    """Whose it is, by name."""
    match one.what:
        case Ending.SEAL | Ending.SEAL_CHECK:
            return station.seal_name(one.key)
        case Ending.REGISTRY:
            return station.unit_name(one.key)
        case Ending.SUMMARY:
            return period_words(period_named(one.key))
        case Ending.TERM:
            return station.title_of(one.key)
        case _:
            return station.person_name(one.key)


def days_left(one: Ends, today: date) -> Phrase:
    """How long it still lasts."""
    if one.last == NEVER:
        return phrase("NEVER")
    left = one.days_left(today)
    if left < 0:
        return Phrase(_OVER.get(one.what, _ENDED))
    if left == 0:
        return phrase("ends today")
    return plural("{n} day left", "{n} days left", left)
