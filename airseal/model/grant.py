"""Grants that are narrower than what was asked (E-11): fewer copies, recipients, days.

An officer may take away, never add or exchange; what is in force is what all of them left.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from airseal.model.problem import Problem
from airseal.model.request import Decision, Grant
from airseal.model.statement import Statement


@dataclass(frozen=True, slots=True)
class Less:
    """What an officer takes away: fewer copies, only some units, an earlier last day.

    ``recipients`` are ids of units. None, or no unit, leaves it as asked.
    """

    copies: int | None = None
    recipients: tuple[str, ...] = ()
    until: str | None = None

    def of(self, asked: Grant) -> Grant:
        """The grant that is left; raises ``Problem("GRANT_NOT_LESS")`` when it is not less."""
        kept = tuple(
            r for r in asked.recipients if not self.recipients or r.unit in self.recipients
        )
        if not set(self.recipients) <= {recipient.unit for recipient in kept}:
            raise Problem("GRANT_NOT_LESS")
        try:
            left = replace(
                asked,
                copies=asked.copies if self.copies is None else self.copies,
                recipients=kept,
                until=self.until or asked.until,
            )
        except ValueError:
            raise Problem("GRANT_NOT_LESS") from None
        if not is_within(left, asked):
            raise Problem("GRANT_NOT_LESS")
        return left


AS_ASKED = Less()
"""Nothing is taken away."""


def grants_of(approvals: Iterable[Statement]) -> list[Grant]:
    """What each approval gives."""
    bodies = (approval.body for approval in approvals)
    return [b.grant for b in bodies if isinstance(b, Decision) and b.grant is not None]


def is_within(granted: Grant, asked: Grant) -> bool:
    """Whether ``granted`` is ``asked`` or less of it: the same papers, seals and places."""
    return (
        granted.documents == asked.documents
        and granted.copies <= asked.copies
        and set(granted.recipients) <= set(asked.recipients)
        and (asked.until is None or (granted.until is not None and granted.until <= asked.until))
    )


def narrowest(asked: Grant, granted: Iterable[Grant]) -> Grant:
    """What is left when every one of ``granted`` must allow it.

    Recipients keep the order of the request. Raises ``Problem("GRANT_EMPTY")`` when the
    approvals leave no recipient in common.
    """
    left = asked
    for grant in granted:
        recipients = tuple(one for one in left.recipients if one in grant.recipients)
        if not recipients:
            raise Problem("GRANT_EMPTY")
        days = [day for day in (left.until, grant.until) if day is not None]
        left = replace(
            left,
            copies=min(left.copies, grant.copies),
            recipients=recipients,
            until=min(days, default=None),
        )
    return left
