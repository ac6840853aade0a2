"""Enrolling: a token opens the home for its holder (X-13; 绝密 asks for one).

A key pair made for nothing else opens the slot: the key that signs cannot decrypt, and the one
that decrypts cannot sign.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from airseal.evidence.accounts import TOKEN_ENROLLED, account_facts
from airseal.evidence.records import project
from airseal.keys.tokenhost import TokenHost, TokenKey, TokenStatus
from airseal.keys.tokenwire import LOGIN_LABEL
from airseal.model.account import AccountState
from airseal.model.problem import Problem
from airseal.model.secret import Secret
from airseal.ports import Ports
from airseal.store import EntryIn, Store


@contextmanager
def key_at_the_door(home: Path, person: str, tokens: TokenHost, pin: Secret) -> Iterator[TokenKey]:
    """The key that opens ``home`` for ``person``, in a token that is plugged in.

    Raises ``Problem("TOKEN_LOGIN_ABSENT")`` when no token plugged in does, before a PIN is
    tried, and those of the token; the PIN is tried once.
    """
    keys = [key for token in tokens.tokens() for key in token.login_keys]
    fitting = Store.fitting_key(home, person, keys)
    if fitting is None:
        raise Problem("TOKEN_LOGIN_ABSENT")
    with tokens.login_key(fitting, pin) as key:
        yield key


def enrol(
    home: Path, person: str, password: Secret, tokens: TokenHost, pin: Secret, now: datetime
) -> None:
    """From now on ``person`` opens ``home`` with the token that is plugged in, too.

    Raises ``Problem("TOKEN_CHOICE")`` unless exactly one is, ``PASSWORD_MUST_CHANGE`` for a
    password that somebody else gave, ``TOKEN_SOFT`` for a software token and a home that is no
    demonstration, and those of the store and the token.
    """
    with Store.open(home, person, password, project=project) as store:
        if account_facts(store.desk, person).state is not AccountState.ACTIVE:
            raise Problem("PASSWORD_MUST_CHANGE", why="initial")
        plugged_in = tokens.tokens()
        if len(plugged_in) != 1:
            raise Problem("TOKEN_CHOICE")
        _enrol(store, person, password, tokens, plugged_in[0], pin)
        at = now.replace(microsecond=0).isoformat()
        store.commit([EntryIn(TOKEN_ENROLLED, person, at, {"person": person})])


def enrol_here(ports: Ports, password: Secret, pin: Secret) -> None:
    """The same for whoever is logged in, with the token that holds their signing key."""
    person = ports.account.person
    token = ports.tokens.status(ports.certificate)
    _enrol(ports.store, person, password, ports.tokens, token, pin)
    ports.store.commit([ports.event(TOKEN_ENROLLED, person=person)])


def _enrol(
    store: Store, person: str, password: Secret, tokens: TokenHost, token: TokenStatus, pin: Secret
) -> None:
    if token.soft and not store.demo:
        raise Problem("TOKEN_SOFT")
    public = next(iter(token.login_keys), None) or tokens.generate(
        token.serial, pin, "rsa-2048", label=LOGIN_LABEL, use="decrypt"
    )
    with tokens.login_key(public, pin) as key:
        store.add_token(person, password, key)
