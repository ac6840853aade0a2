"""Judging again what is held here, when lists, registers or roots say something new (VF-11).

It is done in small steps between other work, each saved when it is done. What a verdict was
before is judged by the ledger as it was before the news, so nothing had to be noted then.
"""

from collections.abc import Callable, Sequence
from typing import Final

from airseal.evidence.held import LedgerShelf
from airseal.evidence.rejudging import (
    CHANGES_SEEN,
    REJUDGED,
    Change,
    Pending,
    change_told,
    changes,
    pending,
)
from airseal.evidence.roots import anchors, enrolled_anchor
from airseal.evidence.stamps import stampers
from airseal.evidence.trusted import TrustedSet
from airseal.evidence.verifier import Verifier
from airseal.evidence.wire import CASE_KINDS
from airseal.model.digest import Digest
from airseal.ports import Ports
from airseal.store import Query

AT_ONCE: Final = 50
"""Cases of one step: a fifth of a second."""

Before = Callable[[Pending], TrustedSet]
"""What was trusted before some news."""


def trusted_before(ports: Ports, one: Pending) -> TrustedSet:
    """What this station trusted before the news ``one``, as far as the reader is cleared."""
    desk = ports.store.desk
    then = {anchor.unit: anchor for anchor in anchors(desk)}
    for unit in one.news.units if one.news.roots else ():
        # A root that counts now did not count then, and the reverse.
        if then.pop(unit, None) is None and (held := enrolled_anchor(desk, unit)) is not None:
            then[unit] = held
    stamped = stampers(desk, toggled=one.news.stampers)
    return TrustedSet(then.values(), LedgerShelf(ports.store, one.before), stampers=lambda: stamped)


def is_due(ports: Ports) -> bool:
    """Whether there is news that this person can work off now."""
    return _due(ports) is not None


def step(ports: Ports, before: Before) -> bool:
    """Judge the next few cases again and save what changed; whether there is more to do.

    ``before`` gives what was trusted before a piece of news. While the index is behind the
    ledger nothing is done, since cases could be passed over.
    """
    one = _due(ports)
    if one is None:
        return False
    levels = frozenset(ports.store.levels)
    number, down = (one.step, one.down) if one.levels == levels else (0, None)
    queries = _queries(one)
    cases: tuple[Digest, ...] = ()
    if number < len(queries):
        page = ports.store.index.page(queries[number], down, AT_ONCE)
        if not page.complete:
            return False
        named = dict.fromkeys(row.case for row in page.rows if row.case is not None)
        cases = tuple(case for case in named if _is_about(ports, one, case))
        number, down = (number, page.following) if page.following else (number + 1, None)
    found = [change for case in cases if (change := _judge(ports, before(one), case)) is not None]
    ports.store.commit(
        [
            ports.event(
                REJUDGED,
                news=one.key,
                levels=[*sorted(levels)],
                step=number,
                down=down,
                finished=number >= len(queries),
                cases=len(cases),
                changes=[change_told(change) for change in found],
            )
        ]
    )
    return is_due(ports)


def unseen(ports: Ports) -> tuple[Change, ...]:
    """The verdicts that changed and that nobody has seen, newest first."""
    return changes(ports.store.desk)


def see(ports: Ports, cases: Sequence[Digest]) -> None:
    """A checker has seen what became of ``cases``: they are listed no more."""
    listed = {one.case for one in unseen(ports)}
    seen = [case for case in cases if case in listed]
    if seen:
        ports.store.commit([ports.event(CHANGES_SEEN, cases=[*seen])])


def _due(ports: Ports) -> Pending | None:
    mine = frozenset(ports.store.levels)
    return next((one for one in pending(ports.store.desk) if one.todo & mine), None)


def _queries(one: Pending) -> list[Query]:
    """Where the acts are found that the news is about; more than those does no harm."""
    acts = frozenset(CASE_KINDS)
    found = [Query(kinds=acts, person=person) for person in one.news.persons]
    found += [Query(kinds=frozenset({"sealing"}), seal=seal) for seal in one.news.seals]
    found += [Query(kinds=frozenset({"sealing"}))] if one.news.roots else []
    return found + ([Query(kinds=frozenset({"timestamp"}))] if one.news.stampers else [])


def _is_about(ports: Ports, one: Pending, case: Digest) -> bool:
    """Whether the news can be about ``case``: people and seals of two units may share an id."""
    request = ports.evidence.statement(case)
    return request is not None and (bool(one.news.stampers) or request.unit in one.news.units)


def _judge(ports: Ports, before: TrustedSet, case: Digest) -> Change | None:
    """The change, if the verdict on a sealed case is another than before the news."""
    now = ports.clock.now()
    old = Verifier(before, ports.papers, now).standing(case)
    new = Verifier(ports.evidence, ports.papers, now).standing(case)
    if old is None or new is None or old.overall is new.overall:
        return None
    reason = new.reason or old.reason
    return Change(case, old.overall, new.overall, reason, now.isoformat())
