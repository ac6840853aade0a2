"""What a verdict is made of: small policies, each asking one question of one subject.

The idea is sigstore's: a policy is an object that judges and can explain itself. Here the
explanation is data (codes, evidence), so that the words can be in any language.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from airseal.model.problem import Problem
from airseal.model.questions import Question
from airseal.model.verdict import Check, Evidence, Word
from transfer.errors import TransferError

Subject = TypeVar("Subject")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a policy found: a word, why it is no plain yes, and what it rests on."""

    word: Word
    reason: Problem | None
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Policy(Generic[Subject]):
    """One question with the rule that answers it; no answer means that it does not arise."""

    question: Question
    rule: Callable[[Subject], Iterable[Answer]]

    def __call__(self, subject: Subject) -> Iterator[Check]:
        """The answers for ``subject``."""
        for answer in self.rule(subject):
            yield check(self.question, answer)


def policy(
    question: Question,
) -> Callable[[Callable[[Subject], Iterable[Answer]]], Policy[Subject]]:
    """Make a policy of a rule."""

    def made(rule: Callable[[Subject], Iterable[Answer]]) -> Policy[Subject]:
        return Policy(question, rule)

    return made


def ask(policies: Iterable[Policy[Subject]], subject: Subject) -> Iterator[Check]:
    """Every policy's answers, in order."""
    for one in policies:
        yield from one(subject)


def check(question: Question, answer: Answer) -> Check:
    """An answer as a line of the verdict."""
    return Check(
        question.code,
        question.step,
        answer.word,
        answer.reason,
        answer.evidence,
        question.clauses,
    )


def holds(reason: Problem | None = None, /, **evidence: str | int) -> Answer:
    """Yes; ``reason`` only adds to it."""
    return Answer(Word.PASS, reason, evidence)


def fails(error: Problem | TransferError, /, **evidence: str | int) -> Answer:
    """No."""
    problem = error if isinstance(error, Problem) else Problem(error.code, **error.params)
    return Answer(Word.FAIL, problem, evidence)


def unknown(problem: Problem, /, **evidence: str | int) -> Answer:
    """It cannot be said with what is at hand."""
    return Answer(Word.UNKNOWN, problem, evidence)


def limited(problem: Problem, /, **evidence: str | int) -> Answer:
    """Yes when the seal was applied; not without limits today."""
    return Answer(Word.LIMIT, problem, evidence)


def note(problem: Problem, /, **evidence: str | int) -> Answer:
    """Worth saying, deciding nothing."""
    return Answer(Word.NOTE, problem, evidence)
