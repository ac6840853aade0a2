"""Recovering: two administrators give back what one alone cannot (AC-08; REQUIREMENTS BK).

A reset by one administrator opens the home only as far as that administrator is cleared. Two of
those who were named for it open it with every key, so that nothing is lost when the last person
who could read a level has forgotten their password.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from airseal.evidence.accounts import (
    PASSWORD_RESET,
    RECOVERY_ARRANGED,
    account_facts,
    all_accounts,
)
from airseal.evidence.records import project
from airseal.model.account import AccountFacts, AccountState
from airseal.model.people import Post
from airseal.model.problem import Problem
from airseal.model.secret import Secret
from airseal.ports import Ports
from airseal.store import Credential, DeskView, EntryIn, Store, one_time_password, remember

RECOVERING: Final = (Post.SYSTEM_ADMIN, Post.SECURITY_ADMIN)
"""Whose holders together open the home: one who opens accounts, and one who gives rights."""


@dataclass(frozen=True, slots=True)
class Lost:
    """Who cannot get in any more, and why."""

    person: str
    reason: str


def recover(
    home: Path,
    first: tuple[str, Credential],
    second: tuple[str, Credential],
    lost: Lost,
    now: datetime,
) -> Secret:
    """A one-time password for ``lost``, with every level they are cleared for; shown once.

    Raises ``Problem("REASON_MISSING")``, ``ACCOUNT_OWN`` for one of the two themselves,
    ``RECOVERY_MISSING`` when this was not arranged for the two, ``RECOVERY_POSTS`` unless they
    are a system and a security administrator with passwords of their own, ``PERSON_UNKNOWN``,
    ``ACCOUNT_CLOSED``, and those of :meth:`airseal.store.Store.recover`.
    """
    if not lost.reason.strip():
        raise Problem("REASON_MISSING")
    if lost.person in (first[0], second[0]):
        raise Problem("ACCOUNT_OWN")
    with Store.recover(home, first, second, project=project) as store:
        _check_posts(store.desk, first[0], second[0])
        account = account_facts(store.desk, lost.person)
        if account.state is AccountState.CLOSED:
            raise Problem("ACCOUNT_CLOSED")
        password = one_time_password()
        event = EntryIn(
            kind=PASSWORD_RESET,
            by=first[0],
            at=now.replace(microsecond=0).isoformat(),
            facts={
                "person": lost.person,
                "second": second[0],
                "reason": lost.reason.strip(),
                "remembered": remember(password, demo=store.demo),
            },
        )
        # The ledger first: after a crash between the two they only have to change once more.
        store.commit([event])
        store.reset_password(lost.person, password)
        store.set_clearance(lost.person, account.clearance)
    return password


def arrange(ports: Ports) -> tuple[str, ...]:
    """Let every system and security administrator of now take part in a recovery.

    To be done whenever one of them changed or got a one-time password, which ends what was
    arranged with them. Raises ``Problem("RECOVERY_PAIR")`` when there are not two.
    """
    people = tuple(sorted(one.person for one in _administrators(ports.store.desk)))
    ports.store.arrange_recovery(people)
    ports.store.commit([ports.event(RECOVERY_ARRANGED, people=list(people))])
    return people


def _administrators(desk: DeskView) -> list[AccountFacts]:
    open_ones = (one for one in all_accounts(desk) if one.state is not AccountState.CLOSED)
    return [one for one in open_ones if one.post in RECOVERING]


def _check_posts(desk: DeskView, *people: str) -> None:
    found = [account_facts(desk, person) for person in people]
    posts = {one.post for one in found}
    if posts != set(RECOVERING) or any(one.state is not AccountState.ACTIVE for one in found):
        raise Problem("RECOVERY_POSTS")
