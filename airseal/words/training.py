"""Trainings and assessments in words (SU-05, SU-06)."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from airseal.model.training import Result, TrainingKind
from airseal.text import Phrase, day, mark, phrase, when

KINDS: Final[Mapping[TrainingKind, str]] = {
    TrainingKind.TRAINING: mark("Training"),
    TrainingKind.ASSESSMENT: mark("Assessment"),
}


def passed_words(passed: bool) -> Phrase:
    """What came of it."""
    return phrase("passed") if passed else phrase("FAILED")


def until_words(until: date | None, *, holds: bool) -> Phrase:
    """How long the newest training passed holds, for a column."""
    if until is None:
        return phrase("NEVER")
    return day(until) if holds else phrase("EXPIRED")


def standing_words(until: date | None, *, holds: bool) -> Phrase:
    """The same as a sentence of its own."""
    if until is None:
        return phrase("no training passed is recorded")
    if holds:
        return phrase("holds until {day}", day=day(until))
    return phrase("EXPIRED, held until {day}", day=day(until))


def result_words(one: Result) -> Phrase:
    """One result on a line of its own."""
    words = phrase(
        "{kind} of {day}, {passed}: {topic}",
        kind=Phrase(KINDS[one.kind]),
        day=when(one.day),
        passed=passed_words(one.passed),
        topic=one.topic,
    )
    return phrase("{words}; {remark}", words=words, remark=one.remark) if one.remark else words
