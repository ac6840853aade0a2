"""Whether a signer stood where they say: the post held, the lists current, nobody revoked.

Every act is judged by the appointment and the lists that it names itself; only revocation is
judged by the newest lists held, because a thief can write any date (SU-09, VF-11).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from airseal.model.current import Registry
from airseal.model.digest import Digest
from airseal.model.facts import Facts
from airseal.model.moment import parse_moment
from airseal.model.people import Post
from airseal.model.problem import Problem
from airseal.model.registry import Appointment, Snapshot
from airseal.model.statement import Statement

Body = TypeVar("Body")


def _never(_: Digest) -> datetime | None:
    """Nothing was ended."""
    return None


def _lawful(_: Statement) -> bool:
    """Every entry of the register is a transition."""
    return False


def _nobody(_: Statement) -> datetime | None:
    """Nobody independent has seen it."""
    return None


@dataclass(frozen=True, slots=True)
class Context:
    """What judging may ask about the documents an act relied on.

    ``lookup`` returns the accepted statement of an id, or None. ``revoked_since`` says since
    when an accepted statement's signer is revoked, by the newest list held; None for not
    at all. ``current`` is the current registry of a unit, or None. ``ended_at`` says when a
    delegation was ended by its grantor, None for not. ``witnessed`` says by when a statement was
    there for certain, whatever its signer wrote: an enrolled time stamping authority stamped it,
    or somebody else brought it into this station's own ledger; None for no such evidence.
    ``unlawful`` says of an entry of the seal register that nothing lawful leads to it.
    """

    lookup: Callable[[Digest], Statement | None]
    revoked_since: Callable[[Statement], datetime | None]
    current: Callable[[str], Registry | None]
    ended_at: Callable[[Digest], datetime | None] = _never
    witnessed: Callable[[Statement], datetime | None] = _nobody
    unlawful: Callable[[Statement], bool] = _lawful
    _complete: dict[Digest, tuple[Statement, ...]] = field(default_factory=dict, compare=False)

    def parents(self, statement: Statement) -> tuple[Statement, ...]:
        """What ``statement`` names in ``on``, as far as it is held."""
        known = self._complete.get(statement.id)
        if known is None:
            known = tuple(one for name in statement.on if (one := self.lookup(name)) is not None)
            if len(known) == len(statement.on):
                self._complete[statement.id] = known
        return known


def relied_on(statement: Statement, body: type[Body], context: Context) -> list[Body]:
    """The documents of one kind that ``statement`` names in ``on`` and that are held."""
    found = context.parents(statement)
    return [parent.body for parent in found if isinstance(parent.body, body)]


def judge_post(statement: Statement, post: Post, facts: Facts, context: Context) -> Problem | None:
    """Whether the signer held ``post`` by the appointment the act names, and still stands."""
    if statement.post is not post:
        return Problem("POST_WRONG", post=statement.post)
    held = relied_on(statement, Appointment, context)
    if not any(row.active and row.person == statement.by and post in row.posts for row in held):
        return Problem("POST_NOT_HELD", person=statement.by, post=post)
    for parent in context.parents(statement):
        if isinstance(parent.body, Snapshot):
            if statement.time > parse_moment(parent.body.next_update):
                return Problem("REGISTRY_EXPIRED", unit=parent.unit)
            if (problem := judge_signer(parent, facts, context)) is not None:
                return problem
    return judge_signer(statement, facts, context)


def still_counts(statement: Statement, context: Context) -> bool:
    """Whether what was said beside any case counts by the newest lists.

    Of a revoked signer only what somebody independent had here before the revocation.
    """
    since = context.revoked_since(statement)
    if since is None:
        return True
    witnessed = context.witnessed(statement)
    return statement.time < since and witnessed is not None and witnessed < since


def judge_signer(statement: Statement, facts: Facts, context: Context) -> Problem | None:
    """Why its signer does not count by the newest lists, or None (DESIGN §4 Registry).

    What a revoked signer said before counts only if it is covered, or was witnessed.
    """
    since = context.revoked_since(statement)
    if since is None:
        return None
    if statement.time >= since:
        return Problem("SIGNER_REVOKED", person=statement.by)
    witnessed = context.witnessed(statement)
    if witnessed is not None and witnessed < since:
        return None
    if not any(_covers(other, statement, since, facts, context) for other in facts.statements):
        return Problem("SIGNER_STATUS_UNKNOWN", person=statement.by)
    return None


def _covers(
    other: Statement, statement: Statement, since: datetime, facts: Facts, context: Context
) -> bool:
    """Whether ``other`` proves that ``statement`` was there before ``since``."""
    return (
        other.by != statement.by
        and other.time < since
        and any(statement.id in relying.on for relying in (other, *facts.known_to(other)))
        and context.revoked_since(other) is None
    )
