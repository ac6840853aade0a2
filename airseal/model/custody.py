"""Delegation, proxy custody and handover (授权 · 代管 · 交接) as one table (REQUIREMENTS §2.6).

An approval delegation is asked for, approved and signed by its grantor in one statement
(``airseal.model.delegation``); proxy custody and handover bring people and inventory to it.
"""

from enum import StrEnum
from typing import Final

from airseal.model.people import Post
from airseal.model.transition import NOBODY, Actor, Machine, Party, Transition


class CustodyState(StrEnum):
    """Where a delegation or a handover stands."""

    REQUESTED = "requested"
    REFUSED = "refused"
    APPROVED = "approved"
    HANDOVER_DUE = "handover-due"
    HANDOVER_SIGNED = "handover-signed"
    ACTIVE = "active"
    REVOKED = "revoked"
    EXPIRED = "expired"
    RETURN_DUE = "return-due"
    RETURNED = "returned"
    CLOSED = "closed"
    SEAL_REMADE = "seal-remade"
    COMPLETED = "completed"
    IMPOSSIBLE = "impossible"
    """无法交接: the seal is retired on ground b (PE-04)."""


class CustodyAct(StrEnum):
    """What moves a delegation or a handover, and what is done under one."""

    REQUEST = "request"
    REFUSE = "refuse"
    GRANT = "grant"
    CALL_HANDOVER = "call-handover"
    SIGN_HANDOVER = "sign-handover"
    BEGIN = "begin"
    ACT_FOR = "act-for"
    REVOKE = "revoke"
    EXPIRE = "expire"
    CALL_BACK = "call-back"
    RETURN = "return"
    CLOSE = "close"
    REMAKE = "remake"
    COMPLETE = "complete"
    DECLARE_IMPOSSIBLE = "declare-impossible"


_UNDER_WAY: Final = (
    CustodyState.REQUESTED,
    CustodyState.APPROVED,
    CustodyState.HANDOVER_DUE,
    CustodyState.HANDOVER_SIGNED,
    CustodyState.ACTIVE,
    CustodyState.RETURN_DUE,
)


def _row(
    act: CustodyAct,
    sources: tuple[CustodyState, ...],
    target: CustodyState,
    actors: tuple[Actor, ...],
    evidence: str,
    record: str,
    clauses: str,
) -> Transition[CustodyState, CustodyAct, Actor]:
    return Transition(act, sources, (target,), actors, evidence, record, clauses)


CUSTODY_MACHINE: Final = Machine(
    "delegation and handover",
    "代管 · 授权 · 交接",
    "REQUIREMENTS 2.6",
    tuple(CustodyState),
    (
        _row(
            CustodyAct.REQUEST,
            (),
            CustodyState.REQUESTED,
            (Post.CUSTODIAN,),
            "reason, from and to, who stands in",
            "request",
            "LC-21",
        ),
        _row(
            CustodyAct.REFUSE,
            (CustodyState.REQUESTED,),
            CustodyState.REFUSED,
            (Post.OFFICER,),
            "reason",
            "refusal",
            "LC-21, C-16",
        ),
        _row(
            CustodyAct.GRANT,
            (CustodyState.REQUESTED,),
            CustodyState.APPROVED,
            (Post.OFFICER,),
            "approver of the proxy by C-16; reason, from and to, scope",
            "approval",
            "LC-21, C-16",
        ),
        _row(
            CustodyAct.GRANT,
            (),
            CustodyState.APPROVED,
            (Post.OFFICER,),
            "the grantor holds the role; reason, from and to, scope",
            "delegation of approval, signed by the grantor",
            "AP-05",
        ),
        _row(
            CustodyAct.CALL_HANDOVER,
            (CustodyState.APPROVED,),
            CustodyState.HANDOVER_DUE,
            NOBODY,
            "it is about a seal or a token",
            "none: it follows from the approval",
            "LC-21, LC-22",
        ),
        _row(
            CustodyAct.SIGN_HANDOVER,
            (CustodyState.HANDOVER_DUE,),
            CustodyState.HANDOVER_SIGNED,
            (Post.CUSTODIAN, Post.AUTHORITY),
            "both parties and a supervisor; the inventory equals the register",
            "row of the 交接登记",
            "LC-22, PE-01",
        ),
        _row(
            CustodyAct.BEGIN,
            (CustodyState.APPROVED, CustodyState.HANDOVER_SIGNED),
            CustodyState.ACTIVE,
            NOBODY,
            "first day reached; for a proxy: certificate in the list of custodians or own token",
            "none: it follows from the term and the clock",
            "AP-05, X-08, TK-02",
        ),
        _row(
            CustodyAct.ACT_FOR,
            (CustodyState.ACTIVE,),
            CustodyState.ACTIVE,
            (Post.OFFICER, Post.CUSTODIAN),
            "inside the scope",
            "the act names the delegation",
            "AP-05, LC-21",
        ),
        _row(
            CustodyAct.REVOKE,
            (CustodyState.APPROVED, CustodyState.ACTIVE),
            CustodyState.REVOKED,
            (Post.OFFICER, Post.AUTHORITY),
            "the grantor's reason",
            "end of the delegation",
            "AP-05, LC-21",
        ),
        _row(
            CustodyAct.EXPIRE,
            (CustodyState.ACTIVE,),
            CustodyState.EXPIRED,
            NOBODY,
            "the last day has passed",
            "none: it follows from the term and the clock",
            "AP-05, LC-21",
        ),
        _row(
            CustodyAct.CALL_BACK,
            (CustodyState.ACTIVE, CustodyState.EXPIRED, CustodyState.REVOKED),
            CustodyState.RETURN_DUE,
            NOBODY,
            "it was about a seal or a token",
            "none: it follows from the end",
            "LC-23",
        ),
        _row(
            CustodyAct.RETURN,
            (CustodyState.RETURN_DUE,),
            CustodyState.RETURNED,
            (Post.CUSTODIAN,),
            "counted; the owner went through the list of uses",
            "return row",
            "LC-23",
        ),
        _row(
            CustodyAct.CLOSE,
            (CustodyState.RETURNED,),
            CustodyState.CLOSED,
            (Post.AUTHORITY,),
            "return row",
            "end of the proxy",
            "LC-21, LC-22",
        ),
        _row(
            CustodyAct.REMAKE,
            (CustodyState.HANDOVER_SIGNED,),
            CustodyState.SEAL_REMADE,
            (Party.MAKER,),
            "the new custodian's certificate",
            "new version of the seal",
            "X-08",
        ),
        _row(
            CustodyAct.COMPLETE,
            (CustodyState.SEAL_REMADE,),
            CustodyState.COMPLETED,
            (Post.AUTHORITY,),
            "register entry of the new version",
            "the old custodian's rights end at the same instant",
            "PE-03",
        ),
        _row(
            CustodyAct.DECLARE_IMPOSSIBLE,
            _UNDER_WAY,
            CustodyState.IMPOSSIBLE,
            (Post.AUTHORITY, Post.SECURITY_ADMIN),
            "statement",
            "the seal is retired on ground b",
            "PE-04, LC-29",
        ),
    ),
)
"""REQUIREMENTS §2.6."""


def delegation_state(*, first: str, last: str, day: str, ended: bool) -> CustodyState:
    """Where a signed delegation of approval stands on ``day``; days ``YYYY-MM-DD``, inclusive."""
    if ended:
        return CustodyState.REVOKED
    if day < first:
        return CustodyState.APPROVED
    return CustodyState.ACTIVE if day <= last else CustodyState.EXPIRED


def stands(state: CustodyState) -> bool:
    """Whether a representative may approve under it (AP-05)."""
    return CUSTODY_MACHINE.judge(state, CustodyAct.ACT_FOR, Post.OFFICER) is None


def endable(state: CustodyState) -> bool:
    """Whether there is anything left that its grantor could end."""
    return CUSTODY_MACHINE.judge(state, CustodyAct.REVOKE, Post.OFFICER) is None
