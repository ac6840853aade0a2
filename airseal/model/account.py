"""An account (账号): its states, and whether its holder may come in now (AC-05…AC-09, PE-01).

The states follow from the ledger alone; what time makes of them (an expired password) is
judged on top of that, as with cases.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from airseal.model.level import Level
from airseal.model.password import PasswordRule
from airseal.model.people import Post
from airseal.model.problem import Problem


class AccountState(StrEnum):
    """How an account stands in the ledger."""

    INITIAL = "initial"
    """初始密码: opened or reset; its password is good for one thing, being replaced."""
    ACTIVE = "active"
    LEAKED = "leaked"
    """密码外泄: reported; the password must be replaced before anything else."""
    CLOSED = "closed"


class AccountAct(StrEnum):
    """What changes the state."""

    CHANGE_PASSWORD = "change-password"
    RESET_PASSWORD = "reset-password"
    REPORT_LEAK = "report-leak"
    CLOSE = "close"


_AFTER: Final[Mapping[tuple[AccountState, AccountAct], AccountState]] = {
    (before, act): after
    for act, after in {
        AccountAct.CHANGE_PASSWORD: AccountState.ACTIVE,
        AccountAct.RESET_PASSWORD: AccountState.INITIAL,
        AccountAct.REPORT_LEAK: AccountState.LEAKED,
        AccountAct.CLOSE: AccountState.CLOSED,
    }.items()
    for before in (AccountState.INITIAL, AccountState.ACTIVE, AccountState.LEAKED)
} | {
    # A reported leak does not make an initial password any better than it was.
    (AccountState.INITIAL, AccountAct.REPORT_LEAK): AccountState.INITIAL,
}
"""Every legal step; a closed account has none."""


def after(state: AccountState, act: AccountAct) -> AccountState:
    """The state that ``act`` leads to; raises ``Problem("ACCOUNT_CLOSED")``."""
    following = _AFTER.get((state, act))
    if following is None:
        raise Problem("ACCOUNT_CLOSED")
    return following


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """One account as the ledger tells it. ``post`` is None until somebody appointed its holder.

    ``since`` is when the password of now was set; ``phone`` may be empty. ``known`` marks the
    first password of an account of a demonstration: it is no secret, so it counts as changed
    and does not age.
    """

    person: str
    name: str
    phone: str
    post: Post | None
    clearance: Level
    state: AccountState
    since: datetime
    known: bool = False

    def done(self, act: AccountAct, at: datetime) -> "AccountFacts":
        """The account after ``act``; raises ``Problem("ACCOUNT_CLOSED")``."""
        fresh = act in (AccountAct.CHANGE_PASSWORD, AccountAct.RESET_PASSWORD)
        return replace(
            self,
            state=after(self.state, act),
            since=at if fresh else self.since,
            known=self.known and not fresh,
        )


class MustChange(StrEnum):
    """Why only a new password helps."""

    INITIAL = "initial"
    LEAKED = "leaked"
    EXPIRED = "expired"


def must_change(account: AccountFacts, rule: PasswordRule, now: datetime) -> MustChange | None:
    """Why the password must be changed before anything else, or None (AC-05, AC-06, AC-09)."""
    match account.state:
        case AccountState.INITIAL:
            return MustChange.INITIAL
        case AccountState.LEAKED:
            return MustChange.LEAKED
        case AccountState.ACTIVE | AccountState.CLOSED:
            expired = not account.known and time_left(account, rule, now) <= timedelta(0)
            return MustChange.EXPIRED if expired else None


def time_left(account: AccountFacts, rule: PasswordRule, now: datetime) -> timedelta:
    """How long the password holds yet; negative once it has expired."""
    return account.since + timedelta(days=rule.max_age_days) - now


def admit(account: AccountFacts, rule: PasswordRule, now: datetime) -> Post:
    """The post the holder comes in with.

    Raises ``Problem("ACCOUNT_CLOSED")``, ``PASSWORD_MUST_CHANGE`` (``why``) and
    ``ACCOUNT_NO_POST`` (``person``).
    """
    if account.state is AccountState.CLOSED:
        raise Problem("ACCOUNT_CLOSED")
    why = must_change(account, rule, now)
    if why is not None:
        raise Problem("PASSWORD_MUST_CHANGE", why=why)
    if account.post is None:
        raise Problem("ACCOUNT_NO_POST", person=account.person)
    return account.post


@dataclass(frozen=True, slots=True)
class Ties:
    """What still hangs on a person, and must be handed over before the account closes (PE-01)."""

    seals: tuple[str, ...] = ()
    proxies: int = 0
    cases: int = 0
    allowances: int = 0

    def __bool__(self) -> bool:
        return bool(self.seals or self.proxies or self.cases or self.allowances)
