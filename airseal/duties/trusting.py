"""Trusting: the roots of other units, accepted by two people, and taken back (TX-16).

What was judged under a root that is taken back is judged anew without it: 无法判断.
"""

from airseal.evidence.accounts import account_facts
from airseal.evidence.rejudging import News, newer
from airseal.evidence.roots import (
    ANCHOR_ENROLLED,
    ANCHOR_REVOKED,
    Compared,
    EnrolledRoot,
    compared_root,
    enrolled_roots,
    enrolment,
)
from airseal.model.account import AccountState
from airseal.model.problem import Problem
from airseal.model.secret import Secret
from airseal.ports import Ports
from airseal.store import EntryIn


def roots(ports: Ports) -> tuple[EnrolledRoot, ...]:
    """Every root that was ever enrolled here, by unit."""
    return tuple(sorted(enrolled_roots(ports.store.desk), key=lambda one: one.unit))


def enrol_root(
    ports: Ports, data: bytes, typed: str, second: Compared, password: Secret
) -> EnrolledRoot:
    """Trust another unit by its root, whose fingerprint two people here read off paper.

    ``typed`` is what the person logged in read; ``second`` is somebody else with an account
    here, who agrees with their ``password``. Raises ``ROOT_FORM``, ``WITNESSES_TWO``,
    ``ROOT_FINGERPRINT`` (``person``), ``ROOT_KNOWN`` (``unit``), ``PERSON_UNKNOWN`` and
    ``LOGIN_REFUSED``.
    """
    first = Compared(ports.account.person, typed)
    anchor = compared_root(data, (first, second))
    if any(one.unit == anchor.unit and one.trusted for one in roots(ports)):
        raise Problem("ROOT_KNOWN", unit=anchor.unit)
    if account_facts(ports.store.desk, second.person).state is not AccountState.ACTIVE:
        raise Problem("PERSON_UNKNOWN", person=second.person)
    ports.store.confirm(second.person, password)
    facts = enrolment(anchor, (first.person, second.person))
    ports.store.commit([ports.event(ANCHOR_ENROLLED, **facts), *_news(ports, anchor.unit)])
    ports.evidence.enrol(anchor)
    return _root_of(ports, anchor.unit)


def revoke_root(ports: Ports, unit: str, reason: str) -> EnrolledRoot:
    """Trust the root of ``unit`` no more, from this instant on; statements held stay held.

    Raises ``REASON_MISSING``, ``UNIT_UNKNOWN`` and ``ROOT_OWN`` for the station's own unit.
    """
    if not reason.strip():
        raise Problem("REASON_MISSING")
    if unit == ports.station.unit:
        raise Problem("ROOT_OWN")
    if not _root_of(ports, unit).trusted:
        raise Problem("UNIT_UNKNOWN", unit=unit)
    event = ports.event(ANCHOR_REVOKED, unit=unit, reason=reason.strip())
    ports.store.commit([event, *_news(ports, unit)])
    ports.evidence.disown(unit)
    return _root_of(ports, unit)


def _news(ports: Ports, unit: str) -> list[EntryIn]:
    """That whatever ``unit`` sealed and is held here is to be judged again."""
    told = newer(News((unit,), roots=True), ports.station.level, ports.store.head.sequence)
    return [ports.event(kind, **facts) for kind, facts in told]


def _root_of(ports: Ports, unit: str) -> EnrolledRoot:
    found = next((one for one in roots(ports) if one.unit == unit), None)
    if found is None:
        raise Problem("UNIT_UNKNOWN", unit=unit)
    return found
