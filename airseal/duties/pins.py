"""PINs of tokens: the holder changes theirs, two people unlock one (TK-02, C-11, X-30).

No value of a PIN is ever recorded. This is not the way of a forgotten account password, and
shares nothing with it (C-11).
"""

import secrets
from dataclasses import dataclass
from typing import Final

from airseal.evidence.accounts import PIN_CHANGED, PIN_UNLOCKED, account_facts
from airseal.evidence.paths import decode_der
from airseal.keys.pinflag import mark_changed, mark_initial
from airseal.keys.tokenhost import PinState, TokenStatus
from airseal.model.account import AccountState
from airseal.model.people import Post
from airseal.model.pin import judge_pin
from airseal.model.problem import Problem
from airseal.model.secret import Secret
from airseal.model.token import TokenAct, judge_token, token_state
from airseal.ports import Ports

_DIGITS: Final = 8


@dataclass(frozen=True, slots=True)
class Unlocking:
    """Whose token is unlocked, the second person, how the holder was identified, and why."""

    person: str
    second: str
    identity: str
    reason: str


def change_pin(ports: Ports, old: Secret, new: Secret) -> None:
    """The own PIN; the old one is tried once.

    Raises ``Problem("PIN_WEAK")`` before anything is tried, and those of
    :meth:`airseal.keys.tokenhost.TokenHost.change_pin`.
    """
    problem = judge_pin(
        new.reveal().decode(errors="replace"), old.reveal().decode(errors="replace")
    )
    if problem is not None:
        raise problem
    certificate = ports.certificate
    _check_state(ports, certificate, TokenAct.CHANGE_PIN)
    ports.tokens.change_pin(certificate, old, new)
    with ports.tokens.login(certificate, new) as token:
        mark_changed(token)
    ports.store.commit([ports.event(PIN_CHANGED, person=ports.account.person)])


def unlock_pin(ports: Ports, wanted: Unlocking, password: Secret, so_pin: Secret) -> Secret:
    """A one-time PIN for a token that is locked or whose PIN was forgotten; shown once.

    The system administrator asks; somebody of the seal department, who brings the
    administrator's PIN of the token, agrees with their ``password``. The holder must change the
    PIN before anything is signed. Raises ``Problem("REASON_MISSING")`` without reason or
    identity, ``UNLOCK_SECOND`` (``person``), ``POST_NOT_HELD`` for a holder the roster does not
    know, ``LOGIN_REFUSED``, and those of the token.
    """
    if not (wanted.reason.strip() and wanted.identity.strip()):
        raise Problem("REASON_MISSING")
    _check_second(ports, wanted.second)
    held = ports.registry.people.get(wanted.person)
    if held is None:
        raise Problem("POST_NOT_HELD", person=wanted.person, post="")
    certificate = decode_der(held[1].certificate)
    token = _check_state(ports, certificate, TokenAct.UNLOCK)
    ports.store.confirm(wanted.second, password)
    pin = _one_time_pin()
    ports.tokens.unlock_pin(token.serial, so_pin, pin)
    event = ports.event(
        PIN_UNLOCKED,
        person=wanted.person,
        second=wanted.second,
        identity=wanted.identity.strip(),
        reason=wanted.reason.strip(),
    )
    # What was done is recorded even if the token is pulled before it can be marked.
    ports.store.commit([event])
    with ports.tokens.login(certificate, pin) as key:
        mark_initial(key)
    return pin


def _check_state(ports: Ports, certificate: bytes, act: TokenAct) -> TokenStatus:
    """The token as it is plugged in, if the table lets this post do ``act`` with it."""
    token = ports.tokens.status(certificate)
    state = token_state(locked=token.pin is PinState.LOCKED, initial=token.pin is PinState.INITIAL)
    problem = judge_token(state, act, ports.account.post)
    if problem is not None:
        raise problem
    return token


def _check_second(ports: Ports, person: str) -> None:
    account = account_facts(ports.store.desk, person)
    agreed = (
        person != ports.account.person
        and account.post is Post.AUTHORITY
        and account.state is AccountState.ACTIVE
    )
    if not agreed:
        raise Problem("UNLOCK_SECOND", person=person)


def _one_time_pin() -> Secret:
    while True:
        text = "".join(secrets.choice("0123456789") for _ in range(_DIGITS))
        if judge_pin(text) is None:
            return Secret(text)
