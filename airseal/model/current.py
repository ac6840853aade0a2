"""The registry in force: what the registry documents of a unit add up to (DESIGN §4)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from airseal.model.digest import Digest
from airseal.model.moment import parse_moment
from airseal.model.policy import PolicyPack
from airseal.model.problem import Problem
from airseal.model.registry import (
    Appointment,
    Charter,
    RegistryBody,
    RevocationList,
    SealRecord,
    SeriesHead,
    Snapshot,
    UnitRecord,
)
from airseal.model.statement import Statement


@dataclass(frozen=True, slots=True)
class Registry:
    """One unit's current registry, as far as this station holds it.

    The mappings hold ``(statement id, document)``. ``missing`` are heads the snapshot
    lists but nobody brought yet. ``barred`` are the seals whose entry nothing lawful leads to.
    ``rivals`` are other snapshots of the same number: two stations published side by side, and
    what only they list does not count until it is published again.
    """

    unit: str
    charter_id: Digest
    charter: Charter
    snapshot_id: Digest | None = None
    snapshot: Snapshot | None = None
    units: Mapping[str, tuple[Digest, UnitRecord]] = field(default_factory=dict)
    people: Mapping[str, tuple[Digest, Appointment]] = field(default_factory=dict)
    seals: Mapping[str, tuple[Digest, SealRecord]] = field(default_factory=dict)
    policy: tuple[Digest, PolicyPack] | None = None
    revocation: tuple[Digest, RevocationList] | None = None
    missing: tuple[SeriesHead, ...] = ()
    barred: frozenset[str] = frozenset()
    rivals: tuple[Digest, ...] = ()

    def basis(
        self, person: str, seals: Iterable[str] = (), units: Iterable[str] = ()
    ) -> tuple[Digest, ...]:
        """The documents an act of ``person`` relies on: snapshot, policy, lists, appointment.

        With the records of ``seals`` and ``units`` it is about. Raises
        ``Problem("REGISTRY_MISSING")``, ``POST_NOT_HELD``, ``SEAL_UNKNOWN`` and
        ``RECIPIENT_UNKNOWN`` for what the registry does not have.
        """
        if self.snapshot_id is None or self.policy is None or self.revocation is None:
            raise Problem("REGISTRY_MISSING", unit=self.unit)
        if person not in self.people:
            raise Problem("POST_NOT_HELD", person=person, post="")
        ids = [self.snapshot_id, self.policy[0], self.revocation[0], self.people[person][0]]
        for seal in seals:
            ids.append(self.seal(seal)[0])
        for unit in units:
            if unit not in self.units:
                raise Problem("RECIPIENT_UNKNOWN", unit=unit)
            ids.append(self.units[unit][0])
        return tuple(sorted(set(ids)))

    def seal(self, seal: str) -> tuple[Digest, SealRecord]:
        """The record of a seal by its id; raises ``Problem("SEAL_UNKNOWN")``."""
        if seal not in self.seals:
            raise Problem("SEAL_UNKNOWN", seal=seal)
        return self.seals[seal]

    @property
    def unit_names(self) -> frozenset[str]:
        """The names of every unit that could sign a paper, as the registry has them."""
        seals = (record.unit_name for _, record in self.seals.values())
        return frozenset({self.charter.name, *seals, *(row.name for _, row in self.units.values())})

    def find_seal(self, text: str) -> SealRecord:
        """A seal by id or name; raises ``Problem("SEAL_UNKNOWN")``."""
        for _, record in self.seals.values():
            if text in (record.seal, record.name):
                return record
        raise Problem("SEAL_UNKNOWN", seal=text)

    def find_unit(self, text: str) -> UnitRecord:
        """A participating unit by id or name; raises ``Problem("RECIPIENT_UNKNOWN")``."""
        for _, record in self.units.values():
            if text in (record.unit, record.name):
                return record
        raise Problem("RECIPIENT_UNKNOWN", unit=text)

    def expired(self, now: datetime) -> bool:
        """Whether the lists are past their next update (E-12)."""
        return self.snapshot is None or now > parse_moment(self.snapshot.next_update)


def unlawful_seals(accepted: Iterable[Statement]) -> frozenset[Digest]:
    """The entries of the seal register that no transition of the seal's table leads to.

    Each is judged by the last lawful entry of a lower number, on the day it was said itself; so
    a seal that was destroyed is never in use again, whatever a later number says. Entries that
    nobody brought cannot be asked.
    """
    series: dict[tuple[str, str], list[tuple[int, Digest, str, SealRecord]]] = {}
    for one in accepted:
        if isinstance(one.body, SealRecord):
            said = (one.body.number, one.id, one.time.date().isoformat(), one.body)
            series.setdefault((one.unit, one.body.seal), []).append(said)
    unlawful: set[Digest] = set()
    for entries in series.values():
        lawful: list[tuple[int, SealRecord]] = []
        for number, key, day, record in sorted(entries, key=lambda entry: entry[:2]):
            earlier = [held for lower, held in lawful if lower < number]
            if earlier and not record.may_follow(earlier[-1], day):
                unlawful.add(key)
            elif not lawful or lawful[-1][0] < number:
                lawful.append((number, record))
    return frozenset(unlawful)


def current_registry(unit: str, accepted: Iterable[Statement]) -> Registry | None:
    """The registry of ``unit`` from the statements a station accepted.

    The highest numbered charter and the highest numbered snapshot win; equal numbers are
    decided by the smaller id, so the outcome does not depend on the order of arrival.
    Documents the snapshot does not list as heads, in their own series and with their own
    number, are history and never current. A seal whose entry is no lawful transition is listed
    as not enabled and ``barred``.
    """
    own = [statement for statement in accepted if statement.unit == unit]
    charters = [s for s in own if isinstance(s.body, Charter)]
    if not charters:
        return None
    charter = _newest(charters)
    assert isinstance(charter.body, Charter)
    snapshots = [s for s in own if isinstance(s.body, Snapshot) and charter.id in s.on]
    if not snapshots:
        return Registry(unit, charter.id, charter.body)
    snapshot = _newest(snapshots)
    assert isinstance(snapshot.body, Snapshot)
    number = _number(snapshot)
    by_id = {statement.id: statement for statement in own}
    unlawful = unlawful_seals(own)
    barred: set[str] = set()
    units: dict[str, tuple[Digest, UnitRecord]] = {}
    people: dict[str, tuple[Digest, Appointment]] = {}
    seals: dict[str, tuple[Digest, SealRecord]] = {}
    policy: tuple[Digest, PolicyPack] | None = None
    revocation: tuple[Digest, RevocationList] | None = None
    missing: list[SeriesHead] = []
    for head in snapshot.body.heads:
        match _document(by_id.get(head.id), head):
            case UnitRecord() as record:
                units[record.unit] = (head.id, record)
            case Appointment() as appointment:
                people[appointment.person] = (head.id, appointment)
            case SealRecord() as seal:
                if head.id in unlawful:
                    seal = replace(seal, enabled=False)
                    barred.add(seal.seal)
                seals[seal.seal] = (head.id, seal)
            case PolicyPack() as pack:
                policy = (head.id, pack)
            case RevocationList() as lists:
                revocation = (head.id, lists)
            case _:
                missing.append(head)
    return Registry(
        unit=unit,
        charter_id=charter.id,
        charter=charter.body,
        snapshot_id=snapshot.id,
        snapshot=snapshot.body,
        units=units,
        people=people,
        seals=seals,
        policy=policy,
        revocation=revocation,
        missing=tuple(missing),
        barred=frozenset(barred),
        rivals=tuple(sorted(s.id for s in snapshots if s is not snapshot and _number(s) == number)),
    )


def _document(statement: Statement | None, head: SeriesHead) -> object:
    """The document a head lists, if it is held and is what the head says it is."""
    if statement is None or not isinstance(statement.body, RegistryBody):
        return None
    listed = (statement.body.series, statement.body.number) == (head.series, head.number)
    return statement.body if listed else None


def _newest(statements: Iterable[Statement]) -> Statement:
    """The highest number; among equals the smallest id."""
    return min(statements, key=lambda one: (-_number(one), one.id))


def _number(statement: Statement) -> int:
    assert isinstance(statement.body, (Charter, Snapshot))
    return statement.body.number
