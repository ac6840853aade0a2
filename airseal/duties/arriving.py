"""Arriving: what a login finds and writes before anybody is let in (AC-04, AC-05, AC-08)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from airseal.evidence import doorlog
from airseal.evidence.accounts import PASSWORD_CHANGED, account_facts, remembered_passwords
from airseal.evidence.held import recall
from airseal.evidence.records import StationFacts, station_facts
from airseal.evidence.tombstones import carry_out
from airseal.evidence.trusted import TrustedSet
from airseal.model.account import AccountFacts, AccountState
from airseal.model.password import PasswordRule, judge_password, rule_for
from airseal.model.problem import Problem
from airseal.model.secret import Secret
from airseal.store import EntryIn, JsonValue, Store, is_remembered, remember


@dataclass(frozen=True, slots=True)
class Arrival:
    """Who opened the home, and what is known before their post is."""

    account: AccountFacts
    station: StationFacts
    evidence: TrustedSet
    rule: PasswordRule


def arrive(store: Store, person: str, now: datetime) -> Arrival:
    """Record the login, and everybody the door refused since the last one.

    Destroying papers that were deleted by consent is brought to its end first (DC-11).

    Raises ``Problem("LOGIN_REFUSED")`` for a person without an open account, whose slot a
    crash has left.
    """
    try:
        account = account_facts(store.desk, person)
    except Problem:
        raise Problem("LOGIN_REFUSED") from None
    if account.state is AccountState.CLOSED:
        raise Problem("LOGIN_REFUSED")
    store.commit(doorlog.arrival(store.desk, store.visit, _writer(person, now), now))
    store.forget_knocks()
    carry_out(store, person, now)
    evidence = recall(store)
    station = station_facts(store.desk)
    return Arrival(account, station, evidence, password_rule(evidence, station))


def password_rule(evidence: TrustedSet, station: StationFacts) -> PasswordRule:
    """The rule in force here: the stricter of the station's level and the policy pack (C-10)."""
    registry = evidence.registry(station.unit)
    pack = registry.policy[1].passwords if registry and registry.policy else None
    return rule_for(station.level, pack)


def change_password(
    store: Store, rule: PasswordRule, person: str, old: Secret, new: Secret, now: datetime
) -> None:
    """The own password; raises ``LOGIN_REFUSED`` for a wrong old one, and why not the new one.

    The reasons are those of :func:`airseal.model.password.judge_password`, and
    ``Problem("PASSWORD_USED", number=…)`` for one of the last ``number``, the initial one
    included. When the disk refuses, the code says which password counts (see
    ``Store.change_password``).
    """
    own = account_facts(store.desk, person)
    text = new.reveal().decode(errors="replace")
    problem = judge_password(text, rule, person, own.name, own.phone)
    if problem is not None:
        raise problem
    earlier = list(remembered_passwords(store.desk, person))[: rule.history]
    if old.reveal() == new.reveal() or any(is_remembered(new, each) for each in earlier):
        raise Problem("PASSWORD_USED", number=rule.history)
    hashed = remember(new, demo=store.demo)
    # The slot first: after a crash between the two the person only has to change once more.
    store.change_password(person, old, new)
    try:
        store.commit([_writer(person, now)(PASSWORD_CHANGED, person=person, remembered=hashed)])
    except Problem as problem:
        raise Problem("PASSWORD_UNRECORDED") from problem


def _writer(person: str, now: datetime) -> Callable[..., EntryIn]:
    at = now.replace(microsecond=0).isoformat()

    def event(kind: str, /, **facts: JsonValue) -> EntryIn:
        return EntryIn(kind=kind, by=person, at=at, facts=facts)

    return event
