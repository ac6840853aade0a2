"""Administering: setting up a station, its accounts and the roots it trusts (AC-11, TX-16)."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from airseal.evidence.accounts import ACCOUNT_OPENED
from airseal.evidence.described import describe
from airseal.evidence.enrolled import Compared
from airseal.evidence.paths import Anchor
from airseal.evidence.records import (
    STATION_REGISTERED,
    Account,
    StationFacts,
    project,
    statement_entry,
)
from airseal.evidence.roots import ANCHOR_ENROLLED, compared_root, enrolment
from airseal.evidence.signed import Signed
from airseal.keys.driver import check_driver
from airseal.model.digest import sha256
from airseal.model.people import Post, is_person
from airseal.model.problem import Problem
from airseal.model.secret import Secret
from airseal.ports import Ports
from airseal.store import (
    BlobIn,
    EntryIn,
    JsonValue,
    Store,
    appearing,
    one_time_password,
    remember,
)

FIRST_POSTS: Final = (Post.SYSTEM_ADMIN, Post.SECURITY_ADMIN, Post.AUDITOR)
"""三员 (X-17): the only people a formal station begins with; they let in all others."""

_RECOVERING: Final = (Post.SYSTEM_ADMIN, Post.SECURITY_ADMIN)


@dataclass(frozen=True, slots=True)
class Plan:
    """A formal station: its registration, the root it trusts, who compared that, its 三员."""

    facts: StationFacts
    root: bytes
    compared: tuple[Compared, ...]
    people: tuple[Account, ...]


def establish(home: Path, plan: Plan, at: datetime) -> Mapping[str, Secret]:
    """Make a formal home (正式工作站); returns everybody's initial password, to be shown once.

    Any two of system and security administrators can recover it together. Raises the
    ``Problem`` codes ``STATION_FORM``, ``ADMINISTRATORS_THREE`` (one person for each of
    :data:`FIRST_POSTS`), ``PERSON_UNKNOWN`` (the manager is none of them), ``ROOT_FORM``,
    ``ROOT_OTHER_UNIT`` (``unit``), ``WITNESSES_TWO``, ``ROOT_FINGERPRINT`` (``person``), those of
    :func:`airseal.keys.driver.check_driver` and of the store.
    """
    anchor = _compared_root(plan)
    _check_people(plan)
    check_driver(plan.facts.module)
    passwords = {one.person: one_time_password() for one in plan.people}
    create_station(
        home,
        plan.facts,
        [(one, passwords[one.person]) for one in plan.people],
        [(anchor, (plan.compared[0].person, plan.compared[1].person))],
        demo=False,
        at=at,
        recovery=[one.person for one in plan.people if one.post in _RECOVERING],
    )
    return passwords


def _compared_root(plan: Plan) -> Anchor:
    anchor = compared_root(plan.root, plan.compared)
    if anchor.unit != plan.facts.unit:
        raise Problem("ROOT_OTHER_UNIT", unit=anchor.unit)
    return anchor


def _check_people(plan: Plan) -> None:
    facts = plan.facts
    names = (facts.id, facts.name.strip(), facts.place.strip())
    if not (all(names) and is_person(facts.id)):
        raise Problem("STATION_FORM")
    for one in plan.people:
        if not (is_person(one.person) and one.name.strip()):
            raise Problem("ACCOUNT_FORM")
    posts = sorted(one.post for one in plan.people)
    if posts != sorted(FIRST_POSTS) or len({one.person for one in plan.people}) != len(posts):
        raise Problem("ADMINISTRATORS_THREE")
    if facts.manager not in {one.person for one in plan.people}:
        raise Problem("PERSON_UNKNOWN", person=facts.manager)


def create_station(
    home: Path,
    facts: StationFacts,
    accounts: Sequence[tuple[Account, Secret]],
    anchors: Sequence[tuple[Anchor, tuple[str, str]]],
    *,
    demo: bool,
    at: datetime,
    recovery: Sequence[str] = (),
) -> None:
    """Make a home: station facts, accounts with their passwords, enrolled roots.

    Each anchor comes with the two people who compared its fingerprint. ``demo`` allows the
    cheap key derivation of a demonstration, whose first passwords are known to everybody and
    need not be changed; elsewhere they are initial passwords (AC-05). Any two of ``recovery``
    can open the home together. A creation that was interrupted leaves no home, and can be
    repeated. Raises ``Problem("HOME_EXISTS")`` and the other codes of the store.
    """
    when = at.replace(microsecond=0).isoformat()
    founder = accounts[0][0].person

    def event(kind: str, entry_facts: dict[str, JsonValue]) -> EntryIn:
        return EntryIn(kind=kind, by=founder, at=when, facts=entry_facts)

    entries = [
        event(STATION_REGISTERED, facts.told()),
        *(event(ACCOUNT_OPENED, _first(account, key, demo=demo)) for account, key in accounts),
    ]
    for anchor, witnesses in anchors:
        entries.append(event(ANCHOR_ENROLLED, enrolment(anchor, witnesses)))
    first = {account.person: password for account, password in accounts}
    with (
        appearing(home) as beside,
        Store.create(
            beside, first=first, demo=demo, project=project, describe=describe, level=facts.level
        ) as store,
    ):
        store.commit(entries)
        if recovery:
            store.arrange_recovery(recovery)


def _first(account: Account, password: Secret, *, demo: bool) -> dict[str, JsonValue]:
    return {
        "person": account.person,
        "name": account.name,
        "phone": account.phone,
        "post": account.post,
        "clearance": account.clearance,
        "known": demo,
        "remembered": remember(password, demo=demo),
    }


def hold(ports: Ports, signed: Sequence[Signed], documents: Sequence[bytes] = ()) -> None:
    """Commit statements that were made here, with the documents they name.

    Raises the ``Problem`` of the first statement this station would not accept.
    """
    trial = ports.evidence.copy().offer(signed)
    for problem in trial.refused.values():
        raise problem
    at = ports.clock.now()
    ports.store.commit(
        [statement_entry(one, ports.account.person, at) for one in signed],
        [BlobIn(sha256(content), io.BytesIO(content)) for content in documents],
    )
    ports.evidence.offer(signed)
