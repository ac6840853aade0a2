"""The print allowance (打印额度) and each printed copy, as tables (REQUIREMENTS §2.4).

One allowance for each version and recipient. The arithmetic is in ``airseal.model.recall``;
who prints, and with which printer, comes with printing and asks here.
"""

from enum import StrEnum
from typing import Final, Literal

from airseal.model.people import Post
from airseal.model.problem import Problem
from airseal.model.transition import NOBODY, Actor, Machine, Party, Transition


class AllowanceState(StrEnum):
    """Where an allowance stands."""

    GRANTED = "granted"
    BOUND = "bound"
    """Bound to one station of the recipient, so that it is not spent twice (E-02)."""
    ACTIVE = "active"
    EXHAUSTED = "exhausted"
    FROZEN = "frozen"
    REVOKED = "revoked"


class AllowanceAct(StrEnum):
    """What moves an allowance."""

    GRANT = "grant"
    BIND = "bind"
    PRINT = "print"
    PRINT_LAST = "print-last"
    PRINT_DEGRADED = "print-degraded"
    """One copy more than allowed, without red header and red seal (PR-05, C-09)."""
    ADD = "add"
    FREEZE = "freeze"
    THAW = "thaw"
    REVOKE = "revoke"


_LIVE: Final = (AllowanceState.GRANTED, AllowanceState.BOUND, AllowanceState.ACTIVE)
_STANDING: Final = (*_LIVE, AllowanceState.EXHAUSTED)


def _row(
    act: AllowanceAct,
    sources: tuple[AllowanceState, ...],
    target: AllowanceState,
    actors: tuple[Actor, ...],
    evidence: str,
    record: str,
    clauses: str,
) -> Transition[AllowanceState, AllowanceAct, Actor]:
    return Transition(act, sources, (target,), actors, evidence, record, clauses)


ALLOWANCE_MACHINE: Final = Machine(
    "print allowance",
    "打印额度",
    "REQUIREMENTS 2.4",
    tuple(AllowanceState),
    (
        _row(
            AllowanceAct.GRANT,
            (),
            AllowanceState.GRANTED,
            (Post.CUSTODIAN, Post.CLERK),
            "approved copies",
            "number, the recipient's key",
            "SE-06, TX-02, PR-04",
        ),
        _row(
            AllowanceAct.BIND,
            (AllowanceState.GRANTED,),
            AllowanceState.BOUND,
            (Post.PRINTER, Post.CUSTODIAN),
            "identity, the unit's key",
            "station, counter of the first use",
            "E-02",
        ),
        _row(
            AllowanceAct.PRINT,
            (AllowanceState.BOUND, AllowanceState.ACTIVE),
            AllowanceState.ACTIVE,
            (Post.PRINTER, Post.CUSTODIAN),
            "more than one left; printer in colour and of the level",
            "a copy, reserved before it is put out",
            "PR-01, PR-02, PR-08",
        ),
        _row(
            AllowanceAct.PRINT_LAST,
            (AllowanceState.BOUND, AllowanceState.ACTIVE),
            AllowanceState.EXHAUSTED,
            (Post.PRINTER, Post.CUSTODIAN),
            "one left; printer in colour and of the level",
            "a copy, reserved before it is put out",
            "PR-01, PR-02, PR-08",
        ),
        _row(
            AllowanceAct.PRINT_DEGRADED,
            (AllowanceState.EXHAUSTED,),
            AllowanceState.EXHAUSTED,
            (Post.PRINTER, Post.CUSTODIAN),
            "the receiving side's pack says degrade",
            "a copy without red, numbered X",
            "PR-05, C-09",
        ),
        _row(
            AllowanceAct.ADD,
            _STANDING,
            AllowanceState.ACTIVE,
            (Post.OFFICER, Post.CLERK),
            "approved 加印, or an increment with an id of its own",
            "increment",
            "FL-07, PR-06",
        ),
        _row(
            AllowanceAct.FREEZE,
            _STANDING,
            AllowanceState.FROZEN,
            NOBODY,
            "退签, 重印, 作废, or the seal is lost or suspended",
            "reason",
            "FL-04, LC-26",
        ),
        _row(
            AllowanceAct.THAW,
            (AllowanceState.FROZEN,),
            AllowanceState.ACTIVE,
            (Post.AUTHORITY,),
            "what froze it was settled and the version stands",
            "reason",
            "FL-04",
        ),
        _row(
            AllowanceAct.REVOKE,
            (AllowanceState.FROZEN,),
            AllowanceState.REVOKED,
            NOBODY,
            "the version is superseded or void",
            "reason",
            "FL-04, FL-08",
        ),
    ),
)
"""REQUIREMENTS §2.4, the allowance."""


class CopyState(StrEnum):
    """Where one printed copy stands (PR-11)."""

    RESERVED = "reserved"
    PRINTED = "printed"
    WASTED = "wasted"
    DELIVERED = "delivered"
    RECALLED = "recalled"
    DESTROYED = "destroyed"


class CopyAct(StrEnum):
    """What moves one copy."""

    RESERVE = "reserve"
    CONFIRM = "confirm"
    SPOIL = "spoil"
    DELIVER = "deliver"
    RECALL = "recall"
    DESTROY = "destroy"


_PRINTING: Final[tuple[Actor, ...]] = (Post.PRINTER, Post.CUSTODIAN)

COPY_MACHINE: Final[Machine[CopyState, CopyAct, Actor]] = Machine(
    "printed copy",
    "印件",
    "REQUIREMENTS 2.4",
    tuple(CopyState),
    (
        Transition(
            CopyAct.RESERVE,
            (),
            (CopyState.RESERVED,),
            _PRINTING,
            "the allowance went down before",
            "number, time",
            "PR-01",
        ),
        Transition(
            CopyAct.CONFIRM,
            (CopyState.RESERVED,),
            (CopyState.PRINTED,),
            _PRINTING,
            "somebody saw the sheet",
            "printer, operator",
            "PR-11, PR-07",
        ),
        Transition(
            CopyAct.SPOIL,
            (CopyState.RESERVED,),
            (CopyState.WASTED,),
            _PRINTING,
            "somebody saw the sheet",
            "kept for destruction; credited again with a supervisor's signature only",
            "PR-11",
        ),
        Transition(
            CopyAct.DELIVER,
            (CopyState.PRINTED,),
            (CopyState.DELIVERED,),
            (*_PRINTING, Post.CLERK),
            "to whom",
            "row",
            "PR-11",
        ),
        Transition(
            CopyAct.RECALL,
            (CopyState.PRINTED, CopyState.DELIVERED),
            (CopyState.RECALLED,),
            (*_PRINTING, Post.CLERK),
            "the copy is there and its number was ticked off",
            "recall list",
            "FL-05",
        ),
        Transition(
            CopyAct.DESTROY,
            (CopyState.RECALLED, CopyState.WASTED),
            (CopyState.DESTROYED,),
            (Party.WITNESSES,),
            "two people saw it",
            "销毁记录",
            "FL-06",
        ),
    ),
)
"""REQUIREMENTS §2.4, each copy."""


def judge_print(
    state: AllowanceState,
    post: Post,
    *,
    operator: Literal["printer", "custodian"],
    over_quota: Literal["degrade", "block"],
) -> Problem | None:
    """Why ``post`` may not print one more copy, or None (C-08, C-09, PR-01, PR-03).

    ``operator`` is ``printing_operator`` of the pack, ``over_quota`` the setting of the side
    that prints: ``over_quota_issuing`` or ``over_quota_receiving``. ``PRINT_OPERATOR``
    (``post``), ``PRINT_QUOTA`` and ``MOVE_ILLEGAL``.
    """
    if post is not (Post.PRINTER if operator == "printer" else Post.CUSTODIAN):
        return Problem("PRINT_OPERATOR", post=post)
    if state is not AllowanceState.EXHAUSTED:
        return ALLOWANCE_MACHINE.judge(state, AllowanceAct.PRINT, post)
    if over_quota == "block":
        return Problem("PRINT_QUOTA")
    return ALLOWANCE_MACHINE.judge(state, AllowanceAct.PRINT_DEGRADED, post)
