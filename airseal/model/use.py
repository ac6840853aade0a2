"""Use rights (使用权限): who may use the seals of one type, and until when (AC-13, C-06)."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from airseal.model.moment import parse_day
from airseal.model.problem import Problem


class Operator(StrEnum):
    """Who applies a seal (C-06, ``sealing.operator``)."""

    CUSTODIAN = "custodian"
    AUTHORISED_USER = "authorised-user"
    BORROWER = "borrower"
    """Anybody to whom the seal was lent for one approved request (S3E-3.2)."""


@dataclass(frozen=True, slots=True)
class UseRight:
    """``person`` may use seals of ``seal_type`` from ``start`` to ``end`` (days, inclusive).

    ``basis`` says on what ground: the post or the authorisation; ``ended`` that it was taken
    back. Raises ``Problem("USE_RIGHT_FORM")`` for days outside their form or an end before its
    start.
    """

    person: str
    seal_type: str
    start: str
    end: str
    basis: str
    ended: bool = False

    def __post_init__(self) -> None:
        try:
            if parse_day(self.end) < parse_day(self.start):
                raise Problem("USE_RIGHT_FORM")
        except ValueError:
            raise Problem("USE_RIGHT_FORM") from None

    @property
    def key(self) -> str:
        """One right of one person for one type at a time: a new one replaces the old."""
        return f"{self.person} {self.seal_type}"

    def covers(self, day: str) -> bool:
        """Whether ``day`` is in its term."""
        return not self.ended and self.start <= day <= self.end


def judge_use(
    operator: Operator,
    rights: Iterable[UseRight],
    person: str,
    seal_type: str,
    day: str,
    *,
    lent: bool = False,
) -> Problem | None:
    """Why ``person`` may not apply a seal of ``seal_type`` on ``day``, or None.

    A custodian needs no right beside the custody, which the seal itself is tied to (X-08); a
    person somebody once authorised is held to the term of that. ``lent``: the seal was handed to
    them for this very case, which is what a borrower seals by.
    """
    own = [right for right in rights if (right.person, right.seal_type) == (person, seal_type)]
    if any(right.covers(day) for right in own):
        return None
    if own:
        return Problem("USE_RIGHT_ENDED", person=person, type=seal_type, until=own[0].end)
    match operator:
        case Operator.CUSTODIAN:
            return None
        case Operator.BORROWER if lent:
            return None
        case Operator.BORROWER | Operator.AUTHORISED_USER:
            return Problem("USE_RIGHT_MISSING", person=person, type=seal_type)
