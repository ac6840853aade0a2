"""Trusting: roots of other units and of time stampers, accepted by two people, and taken back.

TX-16, E-04. What was judged by a root that is taken back is judged anew without it: 无法判断.
"""

from airseal.evidence.accounts import account_facts
from airseal.evidence.enrolled import Compared, require_compared
from airseal.evidence.rejudging import News, newer
from airseal.evidence.roots import (
    ANCHOR_ENROLLED,
    ANCHOR_REVOKED,
    EnrolledRoot,
    compared_root,
    enrolled_roots,
    enrolment,
)
from airseal.evidence.stamps import (
    STAMPER_ENROLLED,
    STAMPER_REVOKED,
    EnrolledStamper,
    enrolled_stampers,
    stamper_enrolment,
)
from airseal.keys.roots import stamper_of_root
from airseal.model.account import AccountState
from airseal.model.digest import sha256
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
    _agree(ports, second.person, password)
    facts = enrolment(anchor, (first.person, second.person))
    news = _news(ports, _root_news(anchor.unit))
    ports.store.commit([ports.event(ANCHOR_ENROLLED, **facts), *news])
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
    ports.store.commit([event, *_news(ports, _root_news(unit))])
    ports.evidence.disown(unit)
    return _root_of(ports, unit)


def stampers(ports: Ports) -> tuple[EnrolledStamper, ...]:
    """Every time stamping authority that was ever enrolled here, by name."""
    found = enrolled_stampers(ports.store.desk)
    return tuple(sorted(found, key=lambda one: (one.name, one.fingerprint)))


def enrol_stamper(
    ports: Ports, data: bytes, typed: str, second: Compared, password: Secret
) -> EnrolledStamper:
    """Trust the time stamps of an authority, by its root, as :func:`enrol_root` does a unit's.

    Raises ``CERT_FORM``, ``STAMPER_KNOWN`` and otherwise as :func:`enrol_root`.
    """
    name, root = stamper_of_root(data)
    first, fingerprint = Compared(ports.account.person, typed), sha256(root)
    require_compared(fingerprint, (first, second))
    if any(one.fingerprint == fingerprint and one.trusted for one in stampers(ports)):
        raise Problem("STAMPER_KNOWN")
    _agree(ports, second.person, password)
    facts = stamper_enrolment(name, root, (first.person, second.person))
    news = _news(ports, News(stampers=(fingerprint,)))
    ports.store.commit([ports.event(STAMPER_ENROLLED, **facts), *news])
    return _stamper_of(ports, fingerprint)


def revoke_stamper(ports: Ports, fingerprint: str, reason: str) -> EnrolledStamper:
    """Trust the time stamps of an authority no more; those that are attached stay attached.

    ``fingerprint`` may be written as people write it. Raises ``REASON_MISSING`` and
    ``STAMPER_UNKNOWN``.
    """
    if not reason.strip():
        raise Problem("REASON_MISSING")
    found = _stamper_of(ports, fingerprint)
    if not found.trusted:
        raise Problem("STAMPER_UNKNOWN")
    event = ports.event(STAMPER_REVOKED, fingerprint=found.fingerprint, reason=reason.strip())
    ports.store.commit([event, *_news(ports, News(stampers=(found.fingerprint,)))])
    return _stamper_of(ports, found.fingerprint)


def _agree(ports: Ports, person: str, password: Secret) -> None:
    """``person`` has an account here and agrees; raises ``PERSON_UNKNOWN``, ``LOGIN_REFUSED``."""
    if account_facts(ports.store.desk, person).state is not AccountState.ACTIVE:
        raise Problem("PERSON_UNKNOWN", person=person)
    ports.store.confirm(person, password)


def _news(ports: Ports, news: News) -> list[EntryIn]:
    """That whatever ``news`` is about and is held here is to be judged again."""
    told = newer(news, ports.station.level, ports.store.head.sequence)
    return [ports.event(kind, **facts) for kind, facts in told]


def _root_of(ports: Ports, unit: str) -> EnrolledRoot:
    found = next((one for one in roots(ports) if one.unit == unit), None)
    if found is None:
        raise Problem("UNIT_UNKNOWN", unit=unit)
    return found


def _root_news(unit: str) -> News:
    return News((unit,), roots=True)


def _stamper_of(ports: Ports, fingerprint: str) -> EnrolledStamper:
    typed = Compared("", fingerprint)
    found = next((one for one in stampers(ports) if typed.fits(one.fingerprint)), None)
    if found is None:
        raise Problem("STAMPER_UNKNOWN")
    return found
