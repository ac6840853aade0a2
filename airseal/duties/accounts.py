"""Accounts: opening, appointing, passwords, leaks, closing (AC-01…AC-10, PE-01, X-17).

The system administrator opens and closes accounts and resets passwords, the security
administrator says who may do what; neither can do the other's part. Ledger and keyslots
cannot be written in one stroke, so each act writes first what is safe alone: a crash between
the two leaves a person who has to change a password once more, never one who got in.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from airseal.evidence.accounts import (
    ACCOUNT_CLOSED,
    ACCOUNT_OPENED,
    APPOINTED,
    PASSWORD_LEAKED,
    PASSWORD_RESET,
    PHONE_CHANGED,
    account_facts,
    all_accounts,
    retiring,
    use_rights,
)
from airseal.evidence.loans import loans
from airseal.model.account import AccountFacts, AccountState, Ties
from airseal.model.case import CaseState, Facts, fold, judge
from airseal.model.delegation import Delegation
from airseal.model.flow import BlankAccount, Transfer
from airseal.model.level import Level
from airseal.model.people import Post, is_person
from airseal.model.problem import Problem
from airseal.model.rights import clash
from airseal.model.seal import SealState
from airseal.model.secret import Secret
from airseal.model.statement import Statement
from airseal.ports import Ports
from airseal.store import JsonValue, one_time_password, remember

_OPEN: Final = frozenset(
    {
        CaseState.IN_APPROVAL,
        CaseState.APPROVED,
        CaseState.DRAFTER_CHECKED,
        CaseState.CLERK_VERIFIED,
        CaseState.CONFLICT,
    }
)


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Whom an account is opened for; ``phone`` may be empty."""

    person: str
    name: str
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Act:
    """Something a person did, for review: entry, kind, time, and what it was about."""

    sequence: int
    kind: str
    at: str
    facts: Mapping[str, JsonValue]


def open_account(ports: Ports, newcomer: Newcomer) -> Secret:
    """A new account without a post; returns its initial password, which is shown once.

    Raises ``Problem("ACCOUNT_FORM")``, ``PERSON_EXISTS`` and ``ACCOUNT_TWICE`` (``person``: who
    has the same name and telephone; one person, one account).
    """
    if not (is_person(newcomer.person) and newcomer.name.strip()):
        raise Problem("ACCOUNT_FORM")
    for other in all_accounts(ports.store.desk):
        if other.person == newcomer.person:
            raise Problem("PERSON_EXISTS", person=newcomer.person)
        same = (other.name, other.phone) == (newcomer.name.strip(), newcomer.phone.strip())
        if same and other.state is not AccountState.CLOSED:
            raise Problem("ACCOUNT_TWICE", person=other.person)
    password = one_time_password()
    _give_slot(ports, newcomer.person, password)
    event = ports.event(
        ACCOUNT_OPENED,
        person=newcomer.person,
        name=newcomer.name.strip(),
        phone=newcomer.phone.strip(),
        post=None,
        clearance=Level.PUBLIC,
        known=False,
        remembered=_remembered(ports, password),
    )
    ports.store.commit([event])
    return password


def appoint(ports: Ports, person: str, post: Post, clearance: Level) -> None:
    """Give ``person`` a post and a clearance; what they were before ends with it (PE-03).

    Raises ``Problem("PERSON_UNKNOWN")``, ``ACCOUNT_CLOSED``, ``ACCOUNT_OWN``,
    ``POSTS_KEPT_APART`` (``one``, ``other``), ``POST_OFFLINE``, ``CLEARANCE_ROSTER`` (``level``:
    as far as the roster clears them) and ``CLEARANCE_LOW`` (``level``).
    """
    account = _open_account_of(ports, person)
    if person == ports.account.person:
        raise Problem("ACCOUNT_OWN")
    if post is Post.ROOT:
        raise Problem("POST_OFFLINE")
    registry = ports.evidence.registry(ports.station.unit)
    held = registry.people.get(person) if registry else None
    posts = {post, *(held[1].posts if held and held[1].active else ())}
    if pair := tuple(clash(posts)):
        raise Problem("POSTS_KEPT_APART", one=pair[0], other=pair[1])
    if held and not held[1].clearance.covers(clearance):
        raise Problem("CLEARANCE_ROSTER", level=held[1].clearance)
    # Less can be read first and said later; more must be said first.
    lowered = not clearance.covers(account.clearance)
    if lowered:
        ports.store.set_clearance(person, clearance)
    elif clearance not in ports.store.levels:
        raise Problem("CLEARANCE_LOW", level=clearance)
    event = ports.event(
        APPOINTED,
        person=person,
        post=post,
        clearance=clearance,
        post_before=account.post,
        clearance_before=account.clearance,
    )
    ports.store.commit([event])
    if ports.store.clearance(person) is not clearance:
        ports.store.set_clearance(person, clearance)


def set_phone(ports: Ports, person: str, phone: str) -> None:
    """The mobile number under which ``person`` is reached, and filed (PE-02, RE-14).

    Raises ``Problem("PERSON_UNKNOWN")``, ``ACCOUNT_CLOSED`` and ``ACCOUNT_FORM`` for none.
    """
    _open_account_of(ports, person)
    if not phone.strip():
        raise Problem("ACCOUNT_FORM")
    ports.store.commit([ports.event(PHONE_CHANGED, person=person, phone=phone.strip())])


def reset_password(ports: Ports, person: str, reason: str) -> Secret:
    """A forgotten password (AC-08): a one-time password, good only for setting a new one.

    Raises ``Problem("REASON_MISSING")``, ``PERSON_UNKNOWN``, ``ACCOUNT_CLOSED``, ``ACCOUNT_OWN``.
    """
    _open_account_of(ports, person)
    if person == ports.account.person:
        raise Problem("ACCOUNT_OWN")
    if not reason.strip():
        raise Problem("REASON_MISSING")
    password = one_time_password()
    event = ports.event(
        PASSWORD_RESET,
        person=person,
        reason=reason.strip(),
        remembered=_remembered(ports, password),
    )
    ports.store.commit([event])
    ports.store.reset_password(person, password)
    return password


def report_leak(ports: Ports, since: datetime) -> tuple[Act, ...]:
    """The own password became known to others ``since`` then (AC-09): what was done with it.

    From now on only a new password helps. Raises ``Problem("LEAK_LATER")`` for a time to come.
    """
    if since > ports.clock.now():
        raise Problem("LEAK_LATER")
    done = acts_since(ports, ports.account.person, since)
    event = ports.event(
        PASSWORD_LEAKED,
        person=ports.account.person,
        since=since.replace(microsecond=0).isoformat(),
        acts=[act.sequence for act in done],
    )
    ports.store.commit([event])
    return done


def acts_since(ports: Ports, person: str, since: datetime) -> tuple[Act, ...]:
    """Everything ``person`` did here from ``since`` on, oldest first."""
    return tuple(
        Act(entry.sequence, entry.kind, entry.at, entry.facts)
        for entry in ports.store.entries()
        if entry.by == person and datetime.fromisoformat(entry.at) >= since
    )


_OVER: Final = (
    SealState.EXPIRED,
    SealState.SUPERSEDED,
    SealState.CANCELLED,
    SealState.DESTROYED,
)
"""Seals that nobody has to hand over any more."""


def ties(ports: Ports, person: str) -> Ties:
    """What still hangs on ``person`` here (PE-01).

    Seals are those the register ties to their certificate and that are not over, suspended
    ones too, and those lent to them and not taken back (RE-08). Proxies are delegations in
    force that they gave or were given, and use rights in which they stand in for a custodian
    (AC-13). Allowances are the batches of blank forms in their hands that were not accounted
    for (DC-05). What nothing makes yet, proxy custody and print allowances, is listed in
    ``packaging/requirements.py``.
    """
    registry = ports.evidence.registry(ports.station.unit)
    held = registry.people.get(person) if registry else None
    given_up = retiring(ports.store.desk)
    now = ports.clock.now()
    today = now.date().isoformat()
    kept = {
        record.seal: record.name
        for _, record in (registry.seals.values() if registry else ())
        if held
        and record.state_on(today) not in _OVER
        and held[1].fingerprint in record.custodians
        and given_up.get(record.seal) != person
    }
    cases = _cases(ports)
    out = (
        loan for loan in loans(ports.evidence, now) if loan.back is None and loan.borrower == person
    )
    lent = {seal: seal for loan in out for seal in loan.seals}
    return Ties(
        seals=tuple((lent | kept).values()),
        proxies=_proxies(ports, person) + _stands_in(ports, person, today),
        cases=_open_cases(ports, cases, person) + _begun(ports, person),
        allowances=sum(_holds_blanks(facts, person) for facts in cases),
    )


def close_account(ports: Ports, person: str, reason: str) -> None:
    """Nobody gets in as ``person`` any more, and every key they had is replaced.

    Raises ``Problem("ACCOUNT_TIED", seals=…, cases=…, proxies=…, allowances=…)`` while
    something waits for a handover, ``REASON_MISSING``, ``ACCOUNT_OWN``, ``ACCOUNT_CLOSED`` and
    ``PERSON_UNKNOWN``. An account that a crash left closed but with its slot is finished.
    """
    account = account_facts(ports.store.desk, person)
    if person == ports.account.person:
        raise Problem("ACCOUNT_OWN")
    if not reason.strip():
        raise Problem("REASON_MISSING")
    if account.state is AccountState.CLOSED:
        if not ports.store.opens_for(person):
            raise Problem("ACCOUNT_CLOSED")
    else:
        if tied := ties(ports, person):
            raise Problem(
                "ACCOUNT_TIED",
                seals=len(tied.seals),
                cases=tied.cases,
                proxies=tied.proxies,
                allowances=tied.allowances,
            )
        event = ports.event(ACCOUNT_CLOSED, person=person, reason=reason.strip())
        ports.store.commit([event])
    ports.store.remove_person(person)


def _give_slot(ports: Ports, person: str, password: Secret) -> None:
    # A slot without an account is what a crash left of an earlier attempt.
    if ports.store.opens_for(person):
        ports.store.reset_password(person, password)
    else:
        ports.store.add_person(person, password, Level.PUBLIC)


def _open_account_of(ports: Ports, person: str) -> AccountFacts:
    account = account_facts(ports.store.desk, person)
    if account.state is AccountState.CLOSED:
        raise Problem("ACCOUNT_CLOSED")
    return account


def _remembered(ports: Ports, password: Secret) -> str:
    return remember(password, demo=ports.store.demo)


def _cases(ports: Ports) -> list[Facts]:
    """The facts of every case held here."""
    found = (fold(case, ports.evidence.case_statements(case)) for case in ports.evidence.cases)
    return [facts for facts in found if facts is not None]


def _open_cases(ports: Ports, cases: Iterable[Facts], person: str) -> int:
    """Open cases that they asked for, and those whose decision was passed on to them (AP-03)."""
    context, now = ports.evidence.context(), ports.clock.now()
    count = 0
    for facts in cases:
        if facts.request.by == person or _passes_to(facts.flows, person):
            status = judge(facts, context, now)
            told = [one.statement for one in status.flows if one.problem is None]
            theirs = facts.request.by == person or _waits_for(facts, told, person)
            count += theirs and status.state in _OPEN
    return count


def _passes_to(flows: Iterable[Statement], person: str) -> bool:
    return any(isinstance(one.body, Transfer) and one.body.to == person for one in flows)


def _waits_for(facts: Facts, counting: Sequence[Statement], person: str) -> bool:
    """Whether a decision was passed on to them, and they neither decided nor passed it on."""
    done = {one.by for one in facts.decisions}
    done |= {one.by for one in counting if isinstance(one.body, Transfer)}
    return person not in done and _passes_to(counting, person)


def _holds_blanks(facts: Facts, person: str) -> bool:
    """Whether sealed blank forms are in their hands, and nobody accounted for them."""
    forms = facts.asked.blanks
    if forms is None or forms.holder != person or not facts.sealings:
        return False
    return not any(isinstance(statement.body, BlankAccount) for statement in facts.flows)


def _proxies(ports: Ports, person: str) -> int:
    """Delegations in force that ``person`` gave, or in which they stand in for somebody."""
    today, ended = ports.clock.now().date().isoformat(), ports.evidence.context().ended_at
    return sum(
        person in (one.by, one.body.delegate) and one.body.end >= today and ended(one.id) is None
        for one in ports.evidence.office
        if isinstance(one.body, Delegation)
    )


def _stands_in(ports: Ports, person: str, today: str) -> int:
    """Use rights of theirs that nobody took back and that did not run out."""
    rights = use_rights(ports.store.desk)
    return sum(one.person == person and not one.ended and one.end >= today for one in rights)


def _begun(ports: Ports, person: str) -> int:
    """Sealings that ``person`` began and nobody finished or gave up."""
    rows = (row for _, row in ports.store.desk.items("intents"))
    return sum(isinstance(row, dict) and row.get("by") == person for row in rows)
