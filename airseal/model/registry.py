"""The registry: what a unit's authority (印章管理部门) publishes, and what is current.

Every document of the registry is a signed, numbered statement in a *series*; one numbered
snapshot lists the head of every series, so that nobody can roll back a list, freeze it or
mix documents of different days (DESIGN §4 Registry; TX-16, VF-11, E-12).
"""

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from airseal.model.digest import Digest, sha256
from airseal.model.level import Level
from airseal.model.moment import parse_day, parse_moment
from airseal.model.people import Post, Role
from airseal.model.policy import PolicyPack
from airseal.model.problem import Problem
from airseal.model.seal import (
    STANDINGS,
    SealState,
    may_be_renewed,
    may_follow,
    seal_state,
    usable,
)
from airseal.model.statement import Statement


@dataclass(frozen=True, slots=True)
class Authority:
    """A person whom the charter entitles to sign registry documents."""

    person: str
    certificate: Digest


@dataclass(frozen=True, slots=True)
class Charter:
    """The first document of a unit, signed by its root key.

    ``issuers`` are the issuing CA certificates (base64 DER). ``demo`` is the signed
    demonstration flag: nothing under this root can ever be 正式 (TK-01).
    """

    number: int
    name: str
    issuers: tuple[str, ...]
    authorities: tuple[Authority, ...]
    demo: bool

    @property
    def series(self) -> str:
        """``charter``: one per unit."""
        return "charter"


@dataclass(frozen=True, slots=True)
class UnitRecord:
    """A participating unit that may be addressed (使用单位名册, TX-16)."""

    number: int
    unit: str
    name: str

    @property
    def series(self) -> str:
        """``unit/<id>``."""
        return f"unit/{self.unit}"


@dataclass(frozen=True, slots=True)
class Appointment:
    """One person's row of the roster: certificate, posts and clearance (AC-02, SC-07).

    ``certificate`` is base64 DER, ``fingerprint`` the digest of that DER. ``roles`` say with
    which authority an approving officer approves; ``Role.OFFICER`` goes without saying.
    """

    number: int
    person: str
    name: str
    posts: tuple[Post, ...]
    certificate: str
    fingerprint: Digest
    clearance: Level
    active: bool
    roles: tuple[Role, ...] = ()

    def __post_init__(self) -> None:
        if sha256(base64.b64decode(self.certificate, validate=True)) != self.fingerprint:
            raise ValueError("a fingerprint of another certificate")

    @property
    def series(self) -> str:
        """``appointment/<person>``."""
        return f"appointment/{self.person}"

    def approves_as(self, role: Role) -> bool:
        """Whether this person may approve with ``role`` (AP-04)."""
        officer = self.active and Post.OFFICER in self.posts
        return officer and (role is Role.OFFICER or role in self.roles)


@dataclass(frozen=True, slots=True)
class Witness:
    """Who was there when a seal was changed or destroyed, and what for (LC-34, C-14)."""

    person: str
    part: str

    def __post_init__(self) -> None:
        if not (self.person.strip() and self.part.strip()):
            raise ValueError("a witness without name or part")


@dataclass(frozen=True, slots=True)
class SealRecord:
    """One seal of the seal register (印章登记), with its only sealing station.

    Lengths in µm. ``impression`` is the digest of the one-page PDF in true size.
    ``custodians`` are the certificates the seal is tied to (GM/T 0031 §6.2.2c, X-08).
    ``enabled_from`` and ``enabled_until`` are dates ``YYYY-MM-DD`` (LC-12). ``filing`` is the
    number under which it is filed with the authorities, empty for none (LC-15). ``standing`` is
    a state of the seal that its days do not tell (``STANDINGS``), such as ``destroyed``.
    ``reason`` says why this entry follows the earlier one (LC-16), ``witnesses`` who saw it done.
    """

    number: int
    seal: str
    name: str
    type: str
    unit: str
    unit_name: str
    width_um: int
    height_um: int
    impression: Digest
    custodians: tuple[Digest, ...]
    station: str
    enabled_from: str
    enabled_until: str
    enabled: bool
    filing: str = ""
    standing: str = ""
    reason: str = ""
    witnesses: tuple[Witness, ...] = ()

    def __post_init__(self) -> None:
        if min(self.width_um, self.height_um) < 1:
            raise ValueError("a seal without size")
        if self.standing and (self.enabled or self.standing not in STANDINGS):
            raise ValueError("no standing, or of a seal in use")
        parse_day(self.enabled_from)
        parse_day(self.enabled_until)

    @property
    def series(self) -> str:
        """``seal/<id>``."""
        return f"seal/{self.seal}"

    def state_on(self, day: str, *, retiring: bool = False) -> SealState:
        """Where the seal stands on ``day`` (``YYYY-MM-DD``); ``retiring`` as in ``seal_state``."""
        return seal_state(
            enabled=self.enabled,
            first=self.enabled_from,
            last=self.enabled_until,
            day=day,
            retiring=retiring,
            standing=self.standing,
        )

    def may_follow(self, earlier: "SealRecord", day: str) -> bool:
        """Whether this entry, said on ``day``, is a transition of what ``earlier`` left.

        Another impression or another custodian's certificate makes it a new version (X-08).
        """
        before, after = earlier.state_on(day), self.state_on(day)
        remade = (self.impression, self.custodians) != (earlier.impression, earlier.custodians)
        if remade and not self.standing:
            return may_be_renewed(before) or before is SealState.FILED
        return may_follow(before, after)

    def valid_on(self, day: str) -> bool:
        """Whether the seal may be used on ``day`` (``YYYY-MM-DD``; LC-12)."""
        return usable(self.state_on(day))


@dataclass(frozen=True, slots=True)
class RevocationList:
    """The current CRLs of the root and of the issuing CAs (base64 DER, E-05)."""

    number: int
    crls: tuple[str, ...]

    @property
    def series(self) -> str:
        """``crl``: one document holds all CRLs of the unit."""
        return "crl"


@dataclass(frozen=True, slots=True)
class SeriesHead:
    """The head of one series in a snapshot."""

    series: str
    number: int
    id: Digest


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All heads at one moment; valid until ``next_update`` (RFC 3339 with offset).

    The heads are in the order of their series, each series once.
    """

    number: int
    next_update: str
    heads: tuple[SeriesHead, ...]

    def __post_init__(self) -> None:
        parse_moment(self.next_update)
        series = [head.series for head in self.heads]
        if series != sorted(set(series)):
            raise ValueError("series must be sorted and distinct")

    @property
    def series(self) -> str:
        """``snapshot``: never a head of itself."""
        return "snapshot"

    def head(self, series: str) -> SeriesHead | None:
        """The head of ``series``, if the snapshot lists one."""
        return next((head for head in self.heads if head.series == series), None)

    def lists(self, statement_id: Digest) -> bool:
        """Whether the document ``statement_id`` is a head of this snapshot."""
        return any(head.id == statement_id for head in self.heads)


RegistryBody = (
    Charter | UnitRecord | Appointment | PolicyPack | SealRecord | RevocationList | Snapshot
)


@dataclass(frozen=True, slots=True)
class Registry:
    """One unit's current registry, as far as this station holds it.

    The mappings hold ``(statement id, document)``. ``missing`` are heads the snapshot
    lists but nobody brought yet. ``barred`` are the seals whose entry nothing lawful leads to.
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
    )


def _document(statement: Statement | None, head: SeriesHead) -> object:
    """The document a head lists, if it is held and is what the head says it is."""
    if statement is None or not isinstance(statement.body, RegistryBody):
        return None
    listed = (statement.body.series, statement.body.number) == (head.series, head.number)
    return statement.body if listed else None


def _newest(statements: Iterable[Statement]) -> Statement:
    """The highest number; among equals the smallest id."""

    def rank(statement: Statement) -> tuple[int, str]:
        body = statement.body
        assert isinstance(body, (Charter, Snapshot))
        return (-body.number, statement.id)

    return min(statements, key=rank)
