"""Training and assessment (培训、考核), as the seal department certifies them (SU-05, SU-06).

A statement beside any case, so that it travels: a person trained at one station is trained at all.
It never bears on a verdict. What was signed stays what it is, whoever was trained for it; the rule
stands at the person's own door, as ``PolicyPack.trained`` tells (ADR 30).
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from unicodedata import normalize

from airseal.model.moment import parse_day
from airseal.model.people import is_person
from airseal.model.problem import Problem
from airseal.model.request import MAX_TEXT

MOST_PEOPLE: Final = 200
"""People whom one statement is about."""


class TrainingKind(StrEnum):
    """Both are kept and shown together; only a passed training counts for the rule."""

    TRAINING = "training"
    ASSESSMENT = "assessment"


@dataclass(frozen=True, slots=True)
class TrainingRow:
    """What came of it for one person; ``remark`` is a grade or a word about it, or empty."""

    person: str
    passed: bool
    remark: str

    def __post_init__(self) -> None:
        if not is_person(self.person) or len(self.remark) > MAX_TEXT:
            raise ValueError("a result of nobody, or a remark too long")


@dataclass(frozen=True, slots=True)
class Training:
    """``topic`` was taught or examined on ``day`` (``YYYY-MM-DD``), with these results.

    The rows are in the order of their people, each person once.
    """

    kind: TrainingKind
    topic: str
    day: str
    rows: tuple[TrainingRow, ...]

    def __post_init__(self) -> None:
        parse_day(self.day)
        if not self.topic.strip() or len(self.topic) > MAX_TEXT:
            raise ValueError("a training without topic, or one too long")
        people = [row.person for row in self.rows]
        if not people or len(people) > MOST_PEOPLE or people != sorted(set(people)):
            raise ValueError("people must be sorted and distinct, and not too many")

    def judge(self, author: str, today: str) -> Problem | None:
        """Why ``author`` may not say this on ``today``, or None.

        ``TRAINING_OWN`` for a result of their own, ``TRAINING_FUTURE`` (``day``) for a day that has
        not come: else a training would hold longer than it may.
        """
        if any(row.person == author for row in self.rows):
            return Problem("TRAINING_OWN", person=author)
        if self.day > today:
            return Problem("TRAINING_FUTURE", day=self.day)
        return None


@dataclass(frozen=True, slots=True)
class Result:
    """One person's result, and who certified it."""

    kind: TrainingKind
    topic: str
    day: str
    passed: bool
    remark: str
    by: str

    @property
    def subject(self) -> tuple[TrainingKind, str, str]:
        """What was taught or examined, and when: equal for topics that a reader takes for one.

        Nobody could take back what hangs on a space or a sign that is not seen.
        """
        letters = filter(str.isalnum, normalize("NFKC", self.topic).casefold())
        return self.kind, "".join(letters), self.day

    @property
    def counts(self) -> bool:
        """Whether it makes a person trained (SU-05)."""
        return self.passed and self.kind is TrainingKind.TRAINING


def last_passed(results: Collection[Result], today: str) -> str | None:
    """The day of the newest training that was passed by ``today``, or None.

    A day to come counts when it has come: its signer's clock, or its signer, was not honest.
    By the day that was signed, never by when, how often or in which order statements came. Whoever
    failed on the same day in the same topic did not pass: so an error is taken back.
    """
    failed = {one.subject for one in results if not one.passed}
    counted = (one for one in results if one.counts and one.day <= today)
    passed = (one.day for one in counted if one.subject not in failed)
    return max(passed, default=None)
