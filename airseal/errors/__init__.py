"""Codes and parameters become sentences and hints here, and nowhere else.

Each room has a table ``code → Sentence``; :func:`explain` puts the parameters in. A code
without an entry is still explained, as an internal error that quotes it, because a person
in front of a screen must never meet a stack trace or an empty line.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from airseal.errors.duties import DUTIES
from airseal.errors.evidence import EVIDENCE
from airseal.errors.keys import KEYS
from airseal.errors.model import MODEL
from airseal.errors.paper import PAPER
from airseal.errors.screens import SCREENS
from airseal.errors.sentence import Sentence
from airseal.errors.store import STORE
from airseal.errors.transfer import TRANSFER
from airseal.text import Phrase

TABLES: Final[tuple[Mapping[str, Sentence], ...]] = (
    MODEL,
    EVIDENCE,
    KEYS,
    PAPER,
    STORE,
    TRANSFER,
    DUTIES,
    SCREENS,
)


class Coded(Protocol):
    """A ``Problem`` or a ``TransferError``: a stable code and its parameters."""

    @property
    def code(self) -> str:
        """Upper-case ASCII; its meaning never changes."""

    @property
    def params(self) -> Mapping[str, str | int]:
        """What the sentence needs; strings are outside text."""


@dataclass(frozen=True, slots=True)
class Explained:
    """What to tell a person: the code to quote, what happened, and what to do next."""

    code: str
    what: Phrase
    hint: Phrase

    def __str__(self) -> str:
        return f"{self.what} {self.hint} [{self.code}]"


def explain(problem: Coded) -> Explained:
    """The sentences for ``problem``; never raises, whatever the code and parameters."""
    params: Mapping[str, object] = problem.params
    sentence = sentence_for(problem.code)
    if sentence is None:
        sentence, params = SCREENS["INTERNAL_ERROR"], {"reference": problem.code}
    return Explained(
        code=problem.code,
        what=Phrase(sentence.what, params),
        hint=Phrase(sentence.hint, params),
    )


def sentence_for(code: str) -> Sentence | None:
    """The table's entry for ``code``, or None."""
    return next((table[code] for table in TABLES if code in table), None)
