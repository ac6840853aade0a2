"""Staffing: each takes on the own post by signature; changes of people are filed (AC-14, PE-02).

The register of posts is what the accounts here, the roster of the unit and the responsibility
statements say together.
"""

from datetime import datetime

from airseal.evidence.accounts import all_accounts, appointed_on
from airseal.evidence.signed import Signed, author
from airseal.evidence.staff import Filed, changed_since, filed_lists, taken_by
from airseal.keys.tokenhost import Signer
from airseal.model.account import AccountFacts, AccountState
from airseal.model.level import Level
from airseal.model.people import Post
from airseal.model.problem import Problem
from airseal.model.staff import PostEntry, Responsibility, StaffList, StaffRow
from airseal.ports import Ports


def check_take_on(ports: Ports, scope: str) -> None:
    """Raise ``Problem("SCOPE_MISSING")``, and as any act."""
    if not scope.strip():
        raise Problem("SCOPE_MISSING")
    ports.current_registry().basis(ports.account.person)


def take_on(ports: Ports, signer: Signer, scope: str) -> Signed:
    """Sign that one holds the own post, for ``scope``, and has read the rules (AC-14, SU-10).

    Raises as :func:`check_take_on`.
    """
    check_take_on(ports, scope)
    registry = ports.current_registry()
    basis = registry.basis(ports.account.person)
    assert registry.policy is not None
    pack = registry.policy[1]
    at = ports.clock.now()
    body = Responsibility(scope.strip(), pack.number, pack.title)
    signed = author(ports.author, signer, body, level=Level.INTERNAL, at=at, on=basis)
    ports.hold(signed, at)
    return signed


def is_due(ports: Ports) -> bool:
    """Whether the person's statement is missing, of another post, or about older rules (SU-08)."""
    registry = ports.evidence.registry(ports.station.unit)
    if registry is None or registry.policy is None:
        return False
    own = ports.account
    taken = taken_by(ports.store.desk, ports.station.unit, ports.station.id, own.person)
    wanted = (own.post, registry.policy[1].number)
    return taken is None or (taken.post, taken.rules) != wanted


def register(ports: Ports) -> list[PostEntry]:
    """Everybody with a post here, then the posts that the roster gives to nobody (AC-14)."""
    registry = ports.evidence.registry(ports.station.unit)
    rules = registry.policy[1].number if registry and registry.policy else 0
    entries = [_entry(ports, one, one.post, rules) for one in _staff(ports) if one.post]
    return [*entries, *(PostEntry(post, None) for post in vacancies(ports))]


def vacancies(ports: Ports) -> list[Post]:
    """Posts of the unit that its roster gives to nobody (AC-14)."""
    registry = ports.evidence.registry(ports.station.unit)
    rows = [row for _, row in registry.people.values()] if registry else []
    held = {post for row in rows if row.active for post in row.posts}
    return [post for post in Post if post not in held and post is not Post.ROOT]


def check_people(ports: Ports, reason: str) -> StaffList:
    """The list of everybody here, as it would be filed.

    Raises ``Problem("REASON_MISSING")``, ``STAFF_MOBILE`` (``person``: whose number is missing),
    and as any act.
    """
    ports.current_registry().basis(ports.account.person)
    if not reason.strip():
        raise Problem("REASON_MISSING")
    rows = []
    for one in _staff(ports):
        mobile = one.phone.strip()
        if not mobile:
            raise Problem("STAFF_MOBILE", person=one.person)
        assert one.post is not None
        since = appointed_on(ports.store.desk, one.person)
        rows.append(StaffRow(one.person, one.name, mobile, one.post, since))
    return StaffList(tuple(rows), tuple(vacancies(ports)), reason.strip())


def file_people(ports: Ports, signer: Signer, reason: str) -> Signed:
    """Sign the list of everybody here for the seal department (PE-02, RE-14); raises likewise."""
    body = check_people(ports, reason)
    at = ports.clock.now()
    basis = ports.current_registry().basis(ports.account.person)
    signed = author(ports.author, signer, body, level=Level.INTERNAL, at=at, on=basis)
    ports.hold(signed, at)
    return signed


def unfiled_since(ports: Ports) -> datetime | None:
    """Since when a change of people here waits to be filed."""
    since = changed_since(ports.store.desk)
    return None if since is None else datetime.fromisoformat(since)


def filed(ports: Ports) -> tuple[Filed, ...]:
    """The newest list of each station that filed one here."""
    return filed_lists(ports.store.desk)


def _staff(ports: Ports) -> list[AccountFacts]:
    """Everybody with an open account and a post, by person."""
    found = (one for one in all_accounts(ports.store.desk) if one.post is not None)
    able = (one for one in found if one.state is not AccountState.CLOSED)
    return sorted(able, key=lambda one: one.person)


def _entry(ports: Ports, one: AccountFacts, post: Post, rules: int) -> PostEntry:
    taken = taken_by(ports.store.desk, ports.station.unit, ports.station.id, one.person)
    since = appointed_on(ports.store.desk, one.person)
    bare = PostEntry(post, one.person, one.name, one.phone.strip(), since)
    if taken is None:
        return bare
    return PostEntry(
        post,
        one.person,
        one.name,
        bare.mobile,
        since,
        scope=taken.scope,
        signed=taken.at,
        rules=taken.rules,
        current=(taken.post, taken.rules) == (post, rules),
    )
