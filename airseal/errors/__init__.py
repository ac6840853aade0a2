"""Codes and parameters become sentences and hints here, and nowhere else.

Each room has a table ``code → Sentence``; :func:`explain` puts the parameters in. A code
without an entry is still explained, as an internal error that quotes it, because a person
in front of a screen must never meet a stack trace or an empty line.

The tables are loaded when something is explained for the first time: the first screen is
painted without them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from airseal.text import Phrase, said


class Coded(Protocol):
    """A ``Problem`` or a ``TransferError``: a stable code and its parameters."""

    code: str
    params: Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class Explained:
    """What to tell a person: what happened, what it means, what to do next, the code to quote.

    ``sentence`` and ``advice`` follow the language while they stay on a screen; ``what``
    and ``hint`` are the same as text, in the language of the moment.
    """

    code: str
    sentence: Phrase
    advice: Phrase

    @property
    def meaning(self) -> Phrase:
        """What it means for the papers."""
        from airseal.errors.meanings import meaning_of

        return Phrase(meaning_of(self.code))

    @property
    def what(self) -> str:
        """What happened."""
        return str(self.sentence)

    @property
    def hint(self) -> str:
        """What to do next."""
        return str(self.advice)

    def __str__(self) -> str:
        return f"{self.what} {self.hint} [{self.code}]"


def explain(problem: Coded) -> Explained:
    """The sentences for ``problem``; never raises, whatever the code and parameters."""
    from airseal.errors.explaining import told

    sentence, params = told(problem.code, problem.params)
    return Explained(
        code=problem.code,
        sentence=said(sentence.what, params),
        advice=said(sentence.hint, params),
    )
