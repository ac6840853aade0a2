"""How the registers that a station keeps of itself say which version they are (E-12)."""

from airseal.evidence.accounts import Edition
from airseal.screens.widgets.fact_table import Fact
from airseal.text import phrase, when


def edition_fact(edition: Edition) -> Fact:
    """Its number and the time of its last change; a register nobody wrote in has neither."""
    if not edition.number:
        return Fact(phrase("Number"), phrase("none"))
    words = phrase("No. {number} of {day}", number=edition.number, day=when(edition.at))
    return Fact(phrase("Number"), words)
