"""Training (培训、考核): the seal department records who was trained or assessed (SU-05, SU-06)."""

from dataclasses import dataclass
from datetime import date

from airseal.evidence.signed import Signed, author
from airseal.evidence.trainings import results, results_of
from airseal.keys.tokenhost import Signer
from airseal.model.current import Registry
from airseal.model.level import Level
from airseal.model.people import Post
from airseal.model.problem import Problem
from airseal.model.registry import Appointment
from airseal.model.training import Result, Training, last_passed
from airseal.ports import Ports


@dataclass(frozen=True, slots=True)
class Trained:
    """How a person of the roster stands: every result, the newest first.

    ``until`` is the last day on which the newest training passed holds, None without one;
    ``holds`` says whether it does today.
    """

    person: str
    name: str
    posts: tuple[Post, ...]
    results: tuple[Result, ...]
    until: date | None
    holds: bool


def trained(ports: Ports) -> tuple[Trained, ...]:
    """Everybody on the unit's roster who is active, by person."""
    registry = ports.registry
    active = (row for _, row in registry.people.values() if row.active)
    held = results(ports.evidence, registry.unit)
    rows = sorted(active, key=lambda row: row.person)
    return tuple(_trained(ports, registry, row, held.get(row.person, ())) for row in rows)


def trained_one(ports: Ports) -> Trained | None:
    """How the person who is logged in stands; None where there is no such row, or no roster."""
    registry, own = ports.evidence.registry(ports.station.unit), ports.account.person
    held = registry.people.get(own) if registry else None
    if registry is None or held is None or not held[1].active:
        return None
    return _trained(ports, registry, held[1], results_of(ports.evidence, registry.unit, own))


def check(ports: Ports, body: Training) -> None:
    """Raise why this person may not sign ``body``.

    ``PERSON_UNKNOWN`` for somebody whom the roster does not have, ``TRAINING_OWN`` and
    ``TRAINING_FUTURE`` as ``Training.judge``, and as any act.
    """
    registry = ports.current_registry()
    registry.basis(ports.account.person)
    ports.require_steady_clock()
    problem = body.judge(ports.account.person, ports.clock.now().date().isoformat())
    if problem is not None:
        raise problem
    for row in body.rows:
        held = registry.people.get(row.person)
        if held is None or not held[1].active:
            raise Problem("PERSON_UNKNOWN", person=row.person)


def record(ports: Ports, signer: Signer, body: Training) -> Signed:
    """Sign and commit what came of a training; raises as :func:`check`."""
    check(ports, body)
    at = ports.clock.now()
    basis = ports.current_registry().basis(ports.account.person)
    signed = author(ports.author, signer, body, level=Level.INTERNAL, at=at, on=basis)
    ports.hold(signed, at)
    return signed


def _trained(
    ports: Ports, registry: Registry, row: Appointment, told: tuple[Result, ...]
) -> Trained:
    policy = registry.policy
    today = ports.clock.now().date()
    last = last_passed(told, today.isoformat())
    until = None if last is None or policy is None else policy[1].training_ends(last)
    holds = until is not None and today <= until
    return Trained(row.person, row.name, row.posts, told, until, holds)
