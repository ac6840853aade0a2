"""What hangs on posts: the station's registration, use rights, impossible handovers.

AC-11 and SC-05 (registration), AC-13 (use rights), PE-04 (a handover nobody can make).
"""

from dataclasses import replace

from airseal.evidence.accounts import (
    HANDOVER_IMPOSSIBLE,
    USE_ENDED,
    USE_GRANTED,
    account_facts,
    retiring,
    use_rights,
)
from airseal.evidence.records import STATION_REGISTERED, StationFacts, station_facts
from airseal.keys.driver import check_driver
from airseal.model.channel import Device
from airseal.model.problem import Problem
from airseal.model.seal import SEAL_MACHINE, SealAct
from airseal.model.use import UseRight
from airseal.ports import Ports


def register_station(
    ports: Ports,
    place: str,
    manager: str,
    printers: tuple[str, ...],
    media: tuple[str, ...],
    module: str | None = None,
    devices: tuple[Device, ...] = (),
) -> StationFacts:
    """Where the station stands, who answers for it, what may be used with it (AC-11, SC-05).

    ``devices`` are its cameras and scanners, each with its level (E-10). ``module`` is the
    driver of the tokens, used from the next login on; None leaves it as it is. Raises
    ``Problem("STATION_FORM")`` without place and manager, ``PERSON_UNKNOWN`` for a manager without
    an account here, and those of :func:`airseal.keys.driver.check_driver`.
    """
    if not (place.strip() and manager.strip()):
        raise Problem("STATION_FORM")
    account_facts(ports.store.desk, manager.strip())
    now = station_facts(ports.store.desk)
    if module is not None and module != now.module:
        check_driver(module)
    facts = replace(
        now,
        place=place.strip(),
        manager=manager.strip(),
        printers=tuple(name.strip() for name in printers if name.strip()),
        media=tuple(name.strip() for name in media if name.strip()),
        module=now.module if module is None else module,
        devices=devices,
    )
    ports.store.commit([ports.event(STATION_REGISTERED, **facts.told())])
    return facts


def grant_use(ports: Ports, right: UseRight) -> None:
    """Record that a person may use seals of one type, from day to day (AC-13).

    Raises ``Problem("PERSON_UNKNOWN")``, and ``REASON_MISSING`` without a basis.
    """
    account_facts(ports.store.desk, right.person)
    if not right.basis.strip():
        raise Problem("REASON_MISSING")
    event = ports.event(
        USE_GRANTED,
        person=right.person,
        type=right.seal_type,
        start=right.start,
        end=right.end,
        basis=right.basis.strip(),
    )
    ports.store.commit([event])


def end_use(ports: Ports, person: str, seal_type: str, reason: str) -> None:
    """End a use right now; raises ``USE_RIGHT_MISSING`` and ``REASON_MISSING``."""
    rights = [r for r in use_rights(ports.store.desk) if r.key == f"{person} {seal_type}"]
    if not rights:
        raise Problem("USE_RIGHT_MISSING", person=person, type=seal_type)
    if not reason.strip():
        raise Problem("REASON_MISSING")
    event = ports.event(USE_ENDED, person=person, type=seal_type, reason=reason.strip())
    ports.store.commit([event])


def handover_impossible(ports: Ports, person: str, seal: str, reason: str) -> None:
    """``person`` cannot hand ``seal`` over: its retirement opens with ground b (PE-04, LC-29).

    From this moment nobody seals with it here. Raises ``Problem("SEAL_UNKNOWN")``,
    ``SEAL_NOT_CUSTODIAN`` when it is not theirs, ``REASON_MISSING``.
    """
    registry = ports.registry
    record = registry.find_seal(seal)
    held = registry.people.get(person)
    if held is None or held[1].fingerprint not in record.custodians:
        raise Problem("SEAL_NOT_CUSTODIAN", seal=record.name)
    if not reason.strip():
        raise Problem("REASON_MISSING")
    state = record.state_on(
        ports.clock.now().date().isoformat(), retiring=record.seal in retiring(ports.store.desk)
    )
    if SEAL_MACHINE.judge(state, SealAct.RETIRE, ports.account.post) is not None:
        raise Problem("SEAL_RETIRING", seal=record.name)
    event = ports.event(HANDOVER_IMPOSSIBLE, seal=record.seal, person=person, reason=reason.strip())
    ports.store.commit([event])
