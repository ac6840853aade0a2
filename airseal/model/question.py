"""Asking another station where a case stands, and its answer: a code each, without a medium.

The question names the case by its id and tells nothing else; the answer says what the other
station held when it signed, so it is true as of its own time (截至) and decides nothing here: what
a case is follows from its own statements alone.
"""

from dataclasses import dataclass

from airseal.model.case import CaseState
from airseal.model.digest import Digest


@dataclass(frozen=True, slots=True)
class Question:
    """Asks where the case ``about`` stands at the station that reads it."""

    about: Digest


@dataclass(frozen=True, slots=True)
class Answer:
    """Where the case ``about`` stands here; ``state`` is None when it is not held here.

    ``question`` is the id of the question.
    """

    question: Digest
    about: Digest
    state: CaseState | None
