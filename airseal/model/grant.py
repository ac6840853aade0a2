"""Grants that are narrower than what was asked (E-11): fewer copies, recipients, days.

An officer may take away, never add or exchange; what is in force is what all of them left.
"""

from collections.abc import Iterable
from dataclasses import replace

from airseal.model.problem import Problem
from airseal.model.request import Decision, Grant
from airseal.model.statement import Statement


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
