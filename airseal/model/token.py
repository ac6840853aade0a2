"""The life of a token (密钥盘) as one table (REQUIREMENTS §2.7).

What is read from a plugged-in token says whether its PIN is locked or given by somebody
else; which state that is, and what may be done in it, is said here.
"""

from enum import StrEnum
from typing import Final

from airseal.model.people import Post
from airseal.model.problem import Problem
from airseal.model.transition import NOBODY, Actor, Machine, Party, Transition


class TokenState(StrEnum):
    """Where a token stands."""

    BLANK = "blank"
    INITIALISED = "initialised"
    ISSUED = "issued"
    """In the holder's hands, with a PIN that somebody else gave: it must be changed (TK-02)."""
    READY = "ready"
    IN_SESSION = "in-session"
    PIN_LOCKED = "pin-locked"
    PIN_DEAD = "pin-dead"
    """Locked, and nobody can give it a new PIN: its seal is retired on ground c (TK-08)."""
    PIN_COMPROMISED = "pin-compromised"
    CHECKED_OUT = "checked-out"
    DAMAGED = "damaged"
    LOST = "lost"
    BLOCKED = "blocked"
    RETURNED = "returned"
    SEALED_UP = "sealed-up"
    WIPED = "wiped"
    DESTROYED = "destroyed"


class TokenAct(StrEnum):
    """What moves a token."""

    REGISTER = "register"
    INITIALISE = "initialise"
    ISSUE = "issue"
    CHANGE_PIN = "change-pin"
    OPEN_SESSION = "open-session"
    CLOSE_SESSION = "close-session"
    LOCK = "lock"
    UNLOCK = "unlock"
    GIVE_UP = "give-up"
    REPORT_LEAK = "report-leak"
    CHECK_OUT = "check-out"
    BRING_BACK = "bring-back"
    REPORT_DAMAGE = "report-damage"
    REPORT_LOSS = "report-loss"
    BLOCK = "block"
    RETURN = "return"
    SEAL_UP = "seal-up"
    WIPE = "wipe"
    DESTROY = "destroy"


HOLDERS: Final = tuple(post for post in Post if post is not Post.ROOT)
"""The posts that hold a token and sign with it."""

_HELD: Final = (
    TokenState.ISSUED,
    TokenState.READY,
    TokenState.IN_SESSION,
    TokenState.PIN_LOCKED,
    TokenState.PIN_COMPROMISED,
    TokenState.CHECKED_OUT,
)


def _row(
    act: TokenAct,
    sources: tuple[TokenState, ...],
    target: TokenState,
    actors: tuple[Actor, ...],
    evidence: str,
    record: str,
    clauses: str,
) -> Transition[TokenState, TokenAct, Actor]:
    return Transition(act, sources, (target,), actors, evidence, record, clauses)


TOKEN_MACHINE: Final = Machine(
    "token",
    "密钥盘",
    "REQUIREMENTS 2.7",
    tuple(TokenState),
    (
        _row(
            TokenAct.REGISTER,
            (),
            TokenState.BLANK,
            (Party.MAKER, Post.AUTHORITY),
            "serial number unused",
            "serial number",
            "TK-01",
        ),
        _row(
            TokenAct.INITIALISE,
            (TokenState.BLANK,),
            TokenState.INITIALISED,
            (Party.MAKER,),
            "serial number unused",
            "serial number, certificate",
            "TK-01",
        ),
        _row(
            TokenAct.ISSUE,
            (TokenState.INITIALISED,),
            TokenState.ISSUED,
            (Post.AUTHORITY,),
            "领取",
            "row of the 领用登记",
            "LC-13",
        ),
        _row(
            TokenAct.CHANGE_PIN,
            (TokenState.ISSUED, TokenState.READY, TokenState.PIN_COMPROMISED),
            TokenState.READY,
            HOLDERS,
            "the old PIN, tried once; the new one not weak and not the old",
            "that it was changed, no value",
            "TK-02, TK-08",
        ),
        _row(
            TokenAct.OPEN_SESSION,
            (TokenState.READY,),
            TokenState.IN_SESSION,
            HOLDERS,
            "the person logged in is the certificate's holder; PIN",
            "the acts of the session",
            "LC-20, AC-04",
        ),
        _row(
            TokenAct.CLOSE_SESSION,
            (TokenState.IN_SESSION,),
            TokenState.READY,
            NOBODY,
            "end of the act or batch, time limit, or the token was pulled",
            "the login state of the token is cleared",
            "TK-06, LC-23, C-27",
        ),
        _row(
            TokenAct.LOCK,
            (TokenState.ISSUED, TokenState.READY, TokenState.PIN_COMPROMISED),
            TokenState.PIN_LOCKED,
            NOBODY,
            "too many wrong PINs",
            "each refusal",
            "X-30",
        ),
        _row(
            TokenAct.UNLOCK,
            (TokenState.PIN_LOCKED, TokenState.READY, TokenState.ISSUED),
            TokenState.ISSUED,
            (Post.SYSTEM_ADMIN,),
            "identity, reason, somebody of the seal department beside",
            "record of the unlocking, no values",
            "C-11, X-30",
        ),
        _row(
            TokenAct.GIVE_UP,
            (TokenState.PIN_LOCKED, TokenState.PIN_COMPROMISED),
            TokenState.PIN_DEAD,
            (Post.AUTHORITY,),
            "nobody can give it a new PIN",
            "the seal is retired on ground c",
            "TK-08, LC-29",
        ),
        _row(
            TokenAct.REPORT_LEAK,
            (TokenState.READY, TokenState.IN_SESSION, TokenState.CHECKED_OUT),
            TokenState.PIN_COMPROMISED,
            HOLDERS,
            "report",
            "the seal is suspended; list of the uses since",
            "TK-08, AC-09",
        ),
        _row(
            TokenAct.CHECK_OUT,
            (TokenState.READY,),
            TokenState.CHECKED_OUT,
            (Post.OFFICER,),
            "approved carry-out or loan: who, why, until",
            "time out",
            "LC-19, C-07, C-19",
        ),
        _row(
            TokenAct.BRING_BACK,
            (TokenState.CHECKED_OUT,),
            TokenState.READY,
            (Post.CUSTODIAN,),
            "counted and intact",
            "time back",
            "LC-19, LC-23, RE-08",
        ),
        _row(
            TokenAct.REPORT_DAMAGE,
            _HELD,
            TokenState.DAMAGED,
            HOLDERS,
            "incident",
            "row of the incident register",
            "LC-25, TK-11",
        ),
        _row(
            TokenAct.REPORT_LOSS,
            _HELD,
            TokenState.LOST,
            HOLDERS,
            "incident",
            "row of the incident register; the seal is lost too",
            "LC-25, LC-26",
        ),
        _row(
            TokenAct.BLOCK,
            (TokenState.LOST,),
            TokenState.BLOCKED,
            (Post.AUTHORITY,),
            "confirmation of the loss",
            "certificate revoked, for good",
            "LC-26, C-30",
        ),
        _row(
            TokenAct.RETURN,
            (TokenState.READY, TokenState.DAMAGED, TokenState.PIN_DEAD),
            TokenState.RETURNED,
            (Post.AUTHORITY,),
            "items; the PIN reset before both to a handover value",
            "receipt; that the PIN was handed in, no value",
            "LC-31, TK-07, C-13",
        ),
        _row(
            TokenAct.SEAL_UP,
            (TokenState.RETURNED,),
            TokenState.SEALED_UP,
            (Party.WITNESSES,),
            "list",
            "list of what is kept",
            "X-21",
        ),
        _row(
            TokenAct.WIPE,
            (TokenState.SEALED_UP,),
            TokenState.WIPED,
            (Party.WITNESSES,),
            "list",
            "销毁记录",
            "X-21, LC-33",
        ),
        _row(
            TokenAct.DESTROY,
            (TokenState.WIPED,),
            TokenState.DESTROYED,
            (Party.WITNESSES,),
            "list, two witnesses at least",
            "销毁记录",
            "X-21, LC-33",
        ),
    ),
)
"""REQUIREMENTS §2.7; unlocking gives a one-time PIN, so it leads back to a PIN to be changed."""

_SHUT: Final = {
    TokenState.ISSUED: "PIN_INITIAL",
    TokenState.INITIALISED: "PIN_INITIAL",
    TokenState.PIN_LOCKED: "PIN_LOCKED",
}


def token_state(*, locked: bool, initial: bool) -> TokenState:
    """What a plugged-in token of a holder tells of itself."""
    if locked:
        return TokenState.PIN_LOCKED
    return TokenState.ISSUED if initial else TokenState.READY


def judge_token(state: TokenState, act: TokenAct, post: Post) -> Problem | None:
    """Why ``post`` may not do ``act`` with a token in ``state``, or None (TK-02, X-30).

    ``PIN_INITIAL`` and ``PIN_LOCKED`` where the PIN stands in the way of a session.
    """
    problem = TOKEN_MACHINE.judge(state, act, post)
    if problem is not None and state in _SHUT:
        return Problem(_SHUT[state])
    return problem
