"""The life of a seal (印章) as one table (REQUIREMENTS §2.1): one for each seal version.

The seal register (``airseal.model.registry``) says of a seal from when and until when it is
enabled; which state that is, and that a seal is used in no other, is said here.
"""

from enum import StrEnum
from functools import cache
from typing import Final

from airseal.model.people import Post
from airseal.model.transition import NOBODY, Actor, Machine, Party, Transition


class SealState(StrEnum):
    """Where a seal stands."""

    APPLYING = "applying"
    REVIEWING = "reviewing"
    APPROVED = "approved"
    REFUSED = "refused"
    MADE = "made"
    COLLECTED = "collected"
    FILED = "filed"
    ENABLED = "enabled"
    SUSPENDED = "suspended"
    PROXY = "proxy"
    """代管中: another person uses it for a time."""
    LOST = "lost"
    EXPIRED = "expired"
    CHANGING = "changing"
    SUPERSEDED = "superseded"
    RETIRING = "retiring"
    RETIRED = "retired"
    CANCELLED = "cancelled"
    DESTROYED = "destroyed"


class SealAct(StrEnum):
    """What moves a seal, and what is done with it."""

    APPLY = "apply"
    FORWARD = "forward"
    REFUSE = "refuse"
    APPROVE = "approve"
    MAKE = "make"
    COLLECT = "collect"
    FILE = "file"
    ENABLE = "enable"
    USE = "use"
    SUSPEND = "suspend"
    RESUME = "resume"
    GIVE_IN_PROXY = "give-in-proxy"
    END_PROXY = "end-proxy"
    REPORT_LOSS = "report-loss"
    FIND = "find"
    EXPIRE = "expire"
    CHANGE = "change"
    REPLACE = "replace"
    RETIRE = "retire"
    APPROVE_RETIREMENT = "approve-retirement"
    DEREGISTER = "deregister"
    DESTROY = "destroy"


_IN_USE: Final = (SealState.ENABLED, SealState.SUSPENDED, SealState.PROXY)


def _row(
    act: SealAct,
    sources: tuple[SealState, ...],
    target: SealState,
    actors: tuple[Actor, ...],
    evidence: str,
    record: str,
    clauses: str,
) -> Transition[SealState, SealAct, Actor]:
    return Transition(act, sources, (target,), actors, evidence, record, clauses)


SEAL_MACHINE: Final = Machine(
    "seal",
    "印章",
    "REQUIREMENTS 2.1",
    tuple(SealState),
    (
        _row(
            SealAct.APPLY,
            (),
            SealState.APPLYING,
            (Post.DRAFTER,),
            "form, checklist of materials, the physical seal or why there is none",
            "application with the digests of its attachments",
            "LC-01, LC-02, LC-03",
        ),
        _row(
            SealAct.FORWARD,
            (SealState.APPLYING,),
            SealState.REVIEWING,
            (Party.UNIT_HEAD,),
            "signature",
            "approval",
            "LC-04",
        ),
        _row(
            SealAct.REFUSE,
            (SealState.APPLYING,),
            SealState.REFUSED,
            (Party.UNIT_HEAD,),
            "reason",
            "refusal",
            "LC-04",
        ),
        _row(
            SealAct.REFUSE,
            (SealState.REVIEWING,),
            SealState.REFUSED,
            (Post.AUTHORITY,),
            "reason",
            "refusal",
            "LC-04",
        ),
        _row(
            SealAct.APPROVE,
            (SealState.REVIEWING,),
            SealState.APPROVED,
            (Post.AUTHORITY,),
            "核实意见",
            "opinion",
            "LC-04",
        ),
        _row(
            SealAct.MAKE,
            (SealState.APPROVED,),
            SealState.MADE,
            (Party.MAKER,),
            "impression, check of the style, two people compared it with the physical seal",
            "digest of the seal data, device number, the maker's certificate",
            "LC-05, LC-06, LC-07, LC-08, LC-09, LC-10",
        ),
        _row(
            SealAct.COLLECT,
            (SealState.MADE,),
            SealState.COLLECTED,
            (Post.CUSTODIAN, Post.AUTHORITY),
            "identity document, serial of the token, no more than approved",
            "row of the 领用登记",
            "LC-13, LC-14",
        ),
        _row(
            SealAct.FILE,
            (SealState.COLLECTED,),
            SealState.FILED,
            (Post.AUTHORITY,),
            "filing number",
            "filing entry",
            "LC-15",
        ),
        _row(
            SealAct.ENABLE,
            (SealState.FILED,),
            SealState.ENABLED,
            (Post.AUTHORITY,),
            "PIN changed, first day reached, filed, certificate in the list of custodians",
            "register entry",
            "LC-12, TK-02, X-08",
        ),
        _row(
            SealAct.USE,
            (SealState.ENABLED,),
            SealState.ENABLED,
            (Post.CUSTODIAN,),
            "an approved case",
            "sealing",
            "LC-12, SE-01",
        ),
        _row(
            SealAct.USE,
            (SealState.PROXY,),
            SealState.PROXY,
            (Post.CUSTODIAN,),
            "an approved case; the proxy's own token",
            "sealing",
            "LC-21",
        ),
        _row(
            SealAct.SUSPEND,
            (SealState.ENABLED, SealState.PROXY),
            SealState.SUSPENDED,
            (Post.CUSTODIAN, Post.AUTHORITY),
            "reason",
            "time, on the status list",
            "LC-25, LC-39, X-05",
        ),
        _row(
            SealAct.RESUME,
            (SealState.SUSPENDED,),
            SealState.ENABLED,
            (Post.AUTHORITY,),
            "inspected; the change of status filed",
            "time, on the status list",
            "LC-25, LC-39, X-05",
        ),
        _row(
            SealAct.GIVE_IN_PROXY,
            (SealState.ENABLED,),
            SealState.PROXY,
            (Post.OFFICER,),
            "delegation and handover (2.6), approved by whom C-16 names",
            "term of the proxy",
            "LC-21, C-16",
        ),
        _row(
            SealAct.END_PROXY,
            (SealState.PROXY,),
            SealState.ENABLED,
            NOBODY,
            "the last day has passed",
            "none: it follows from the term and the clock",
            "LC-21",
        ),
        _row(
            SealAct.REPORT_LOSS,
            _IN_USE,
            SealState.LOST,
            (Post.CUSTODIAN, Post.AUTHORITY),
            "loss report; confirmation of the seal department",
            "time of the loss, who reported it, on the status list",
            "LC-26",
        ),
        _row(
            SealAct.FIND,
            (SealState.LOST,),
            SealState.SUSPENDED,
            (Post.AUTHORITY,),
            "found, inspected, PIN changed",
            "note of the return",
            "LC-26, C-30",
        ),
        _row(
            SealAct.EXPIRE,
            (SealState.ENABLED, SealState.SUSPENDED),
            SealState.EXPIRED,
            NOBODY,
            "the last day has passed",
            "none: it follows from the register and the clock",
            "LC-12",
        ),
        _row(
            SealAct.CHANGE,
            (SealState.ENABLED, SealState.SUSPENDED, SealState.EXPIRED),
            SealState.CHANGING,
            (Post.AUTHORITY,),
            "written application, approval",
            "approval",
            "LC-28, LC-36",
        ),
        _row(
            SealAct.REPLACE,
            (SealState.CHANGING,),
            SealState.SUPERSEDED,
            (Post.AUTHORITY,),
            "returned items, witnesses in one session, crypto device",
            "link to the new version",
            "LC-28, LC-34, C-14",
        ),
        _row(
            SealAct.RETIRE,
            (SealState.ENABLED, SealState.SUSPENDED, SealState.LOST, SealState.EXPIRED),
            SealState.RETIRING,
            (Post.DRAFTER, Post.AUTHORITY, Post.SECURITY_ADMIN),
            "ground of the retirement",
            "request; from here on nobody uses it",
            "LC-29, LC-30, PE-04",
        ),
        _row(
            SealAct.APPROVE_RETIREMENT,
            (SealState.RETIRING,),
            SealState.RETIRED,
            (Party.UNIT_HEAD,),
            "signature",
            "approval",
            "LC-30",
        ),
        _row(
            SealAct.DEREGISTER,
            (SealState.RETIRED,),
            SealState.CANCELLED,
            (Post.AUTHORITY,),
            "status list exported",
            "注销登记, for good",
            "LC-32",
        ),
        _row(
            SealAct.DESTROY,
            (SealState.CANCELLED,),
            SealState.DESTROYED,
            (Party.WITNESSES,),
            "every token destroyed, 销毁记录 signed by every role",
            "tombstone; the impression is kept",
            "LC-33, LC-34, X-21",
        ),
    ),
)
"""REQUIREMENTS §2.1. What was sealed earlier stays verifiable in every state."""


STANDINGS: Final = (
    SealState.LOST,
    SealState.CHANGING,
    SealState.SUPERSEDED,
    SealState.RETIRING,
    SealState.RETIRED,
    SealState.CANCELLED,
    SealState.DESTROYED,
)
"""The states that the register says outright; all others follow from its days."""


def seal_state(
    *, enabled: bool, first: str, last: str, day: str, retiring: bool = False, standing: str = ""
) -> SealState:
    """What the register's entry of a seal means on ``day``; all days ``YYYY-MM-DD``.

    ``standing`` is one of ``STANDINGS``, or empty. ``retiring``: its retirement was opened
    here (PE-04). A seal that is not enabled and not on its way out is suspended.
    """
    if standing:
        return SealState(standing)
    if retiring:
        return SealState.RETIRING
    if day > last:
        return SealState.EXPIRED
    if not enabled:
        return SealState.SUSPENDED
    return SealState.ENABLED if first <= day else SealState.FILED


REGISTERED: Final = (
    SealAct.SUSPEND,
    SealAct.RESUME,
    SealAct.REPORT_LOSS,
    SealAct.FIND,
    SealAct.CHANGE,
    SealAct.REPLACE,
    SealAct.RETIRE,
    SealAct.APPROVE_RETIREMENT,
    SealAct.DEREGISTER,
    SealAct.DESTROY,
)
"""The acts that the seal department enters in the register, one entry for each; what others must
agree to (废止审批, 见证) is signed on paper before."""

WITNESSED: Final = frozenset({SealAct.REPLACE, SealAct.DESTROY})
"""Acts that need witnesses, all there at once (LC-34, C-14)."""


def entries_from(state: SealState) -> dict[SealAct, SealState]:
    """What can be entered of a seal in ``state``, and where each leads."""
    return {
        row.act: row.targets[0]
        for row in SEAL_MACHINE.table
        if row.act in REGISTERED and state in row.sources
    }


@cache
def may_follow(before: SealState, after: SealState) -> bool:
    """Whether the table leads from ``before`` to ``after``; an entry may tell of several acts.

    What is destroyed stays destroyed, what ran out is renewed only as a new version (LC-32).
    """
    reached, pending = {before}, [before]
    while pending:
        state = pending.pop()
        for row in SEAL_MACHINE.table:
            if state in row.sources:
                pending += set(row.targets) - reached
                reached |= set(row.targets)
    return after in reached


def may_be_renewed(state: SealState) -> bool:
    """Whether a new version may take the place of one in ``state`` (LC-28, LC-36)."""
    return state is SealState.CHANGING or state in SEAL_MACHINE.sources(SealAct.CHANGE)


def usable(state: SealState) -> bool:
    """Whether a custodian may seal with it (LC-12)."""
    return SEAL_MACHINE.judge(state, SealAct.USE, Post.CUSTODIAN) is None
