"""A new unit (使用单位) from a written plan: keys and charter first, then its first registry.

The plan is a JSON file that the seal department writes and keeps; it holds no secrets. Root,
issuing key and the keys of the people are made in their tokens at one table, where the root's
token is taken out of the safe once. What comes of it is public and lies in one folder.
"""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec

from airseal.duties import founding
from airseal.duties.founding import Newcomer, TokenAccess
from airseal.evidence.signed import Author, Signed, read
from airseal.keys.tokenhost import TokenHost
from airseal.model.digest import Digest, sha256
from airseal.model.level import Level
from airseal.model.people import Post, Role, is_person
from airseal.model.policy import PolicyPack
from airseal.model.problem import Problem
from airseal.model.registry import (
    Appointment,
    RegistryBody,
    RevocationList,
    SealRecord,
    UnitRecord,
)
from airseal.model.secret import Secret
from airseal.paper.impression import draw_round_seal
from airseal.station import Station

MAX_PLAN: Final = 1 << 20
"""Bytes of a plan."""
MAX_PUBLIC: Final = 1 << 20
"""Bytes of a certificate, list or charter in the folder."""

_ROOT: Final = "root.pem"
_CHARTER: Final = "charter.p7m"
_LISTS: Final = ("root.crl", "issuing.crl")


@dataclass(frozen=True, slots=True)
class PlannedPerson:
    """One row of the roster, and the serial number of the blank token its key is made in.

    ``roles`` are those of the authority matrix in which an officer approves (AP-04).
    """

    person: str
    name: str
    token: str
    posts: tuple[Post, ...]
    clearance: Level
    roles: tuple[Role, ...] = ()


@dataclass(frozen=True, slots=True)
class PlannedSeal:
    """One seal: drawn as a round seal of ``diameter_um``, kept by ``custodians`` (persons)."""

    seal: str
    name: str
    type: str
    text: str
    diameter_um: int
    custodians: tuple[str, ...]
    station: str
    until: str


@dataclass(frozen=True, slots=True)
class UnitPlan:
    """Everything of a new unit; ``root`` and ``issuing`` are serial numbers of blank tokens."""

    unit: str
    name: str
    authority: str
    root: str
    issuing: str
    people: tuple[PlannedPerson, ...]
    seals: tuple[PlannedSeal, ...]
    partners: tuple[UnitRecord, ...]
    policy: PolicyPack
    demo: bool = False

    @property
    def tokens(self) -> tuple[str, ...]:
        """The serial numbers whose PINs are needed, in the order they are asked for."""
        return (self.root, self.issuing, *(one.token for one in self.people))


def read_plan(data: bytes) -> UnitPlan:
    """The plan in a JSON file; raises ``Problem("UNIT_PLAN")`` for anything that is none."""
    try:
        plan = msgspec.json.decode(data, type=UnitPlan)
    except (msgspec.MsgspecError, ValueError, RecursionError, Problem):
        raise Problem("UNIT_PLAN") from None
    persons = {one.person for one in plan.people}
    sound = (
        is_person(plan.unit)
        and plan.name.strip()
        and all(is_person(one.person) and one.name.strip() for one in plan.people)
        and not any(Post.ROOT in one.posts for one in plan.people)
        and len(persons) == len(plan.people)
        and len(set(plan.tokens)) == len(plan.tokens)
        and plan.authority in persons
        and all(keeper in persons for seal in plan.seals for keeper in seal.custodians)
    )
    if not sound:
        raise Problem("UNIT_PLAN")
    return plan


def found(
    tokens: TokenHost, plan: UnitPlan, pins: Sequence[Secret], folder: Path, at: datetime
) -> Digest:
    """Make every key, certificate and the charter; returns the root's fingerprint.

    ``pins`` are in the order of :attr:`UnitPlan.tokens`. ``folder`` must be empty or absent.
    Raises ``Problem("FOLDER_NOT_EMPTY")``, ``SECRET_MISSING``, and those of the tokens.
    """
    if len(pins) != len(plan.tokens):
        raise Problem("SECRET_MISSING")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise Problem("FOLDER_NOT_EMPTY")
    access = [TokenAccess(*each) for each in zip(plan.tokens, pins, strict=True)]
    newcomers = tuple(
        Newcomer(one.person, one.name, token)
        for one, token in zip(plan.people, access[2:], strict=True)
    )
    inner = founding.Plan(plan.unit, plan.name, plan.authority, newcomers, plan.demo)
    made = founding.found_unit(tokens, inner, access[0], access[1], at)
    (folder / _ROOT).write_bytes(_pem(made.anchor.root))
    (folder / _CHARTER).write_bytes(made.charter.p7m)
    for name, crl in zip(_LISTS, made.crls, strict=True):
        (folder / name).write_bytes(crl)
    for person, certificate in made.certificates.items():
        (folder / f"{person}.crt").write_bytes(_pem(certificate))
    return made.anchor.fingerprint


def publish(station: Station, pin: Secret, plan: UnitPlan, folder: Path) -> list[Signed]:
    """Sign the first registry at the authority's station and hold it there.

    Raises ``Problem("REGISTRY_EXISTS")`` where there is one already, ``UNIT_FOLDER`` when
    something of the founding is missing, and those of signing, of holding and of
    :func:`airseal.duties.founding.publish`.
    """
    if station.registry is not None and station.registry.snapshot is not None:
        raise Problem("REGISTRY_EXISTS")
    facts, person = station.facts, station.account.person
    charter = read(_held(folder, _CHARTER))
    # The charter says whether this is a demonstration, which decides about soft tokens.
    station.hold([charter], [])
    certificates = {one.person: _der(_held(folder, f"{one.person}.crt")) for one in plan.people}
    pictures = {
        seal.seal: draw_round_seal(
            seal.text, seal.diameter_um, overprint="演示" if plan.demo else ""
        )
        for seal in plan.seals
    }
    lists = [_held(folder, name) for name in _LISTS]
    day = station.now()
    bodies = _registry(plan, certificates, pictures, lists, day)
    who = Author(plan.unit, facts.id, person, Post.AUTHORITY)
    with station.signing(pin, certificates.get(person)) as signer:
        signed = founding.publish(who, signer, charter.id, bodies, 1, day)
    station.hold(signed, list(pictures.values()))
    return signed


def _registry(
    plan: UnitPlan,
    certificates: Mapping[str, bytes],
    pictures: Mapping[str, bytes],
    lists: Sequence[bytes],
    at: datetime,
) -> list[RegistryBody]:
    today = at.date()
    bodies: list[RegistryBody] = [
        RevocationList(1, tuple(base64.b64encode(crl).decode() for crl in lists)),
        plan.policy,
        *plan.partners,
    ]
    for seal in plan.seals:
        bodies.append(
            SealRecord(
                number=1,
                seal=seal.seal,
                name=seal.name,
                type=seal.type,
                unit=plan.unit,
                unit_name=plan.name,
                width_um=seal.diameter_um,
                height_um=seal.diameter_um,
                impression=sha256(pictures[seal.seal]),
                custodians=tuple(sha256(certificates[one]) for one in seal.custodians),
                station=seal.station,
                enabled_from=today.isoformat(),
                enabled_until=seal.until or (today + timedelta(days=5 * 365)).isoformat(),
                enabled=True,
            )
        )
    for one in plan.people:
        certificate = certificates[one.person]
        bodies.append(
            Appointment(
                number=1,
                person=one.person,
                name=one.name,
                posts=one.posts,
                certificate=base64.b64encode(certificate).decode(),
                fingerprint=sha256(certificate),
                clearance=one.clearance,
                active=True,
                roles=one.roles,
            )
        )
    return bodies


def _held(folder: Path, name: str) -> bytes:
    try:
        with (folder / name).open("rb") as file:
            return file.read(MAX_PUBLIC)
    except OSError:
        raise Problem("UNIT_FOLDER", file=name) from None


def _pem(certificate: bytes) -> bytes:
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding

    return x509.load_der_x509_certificate(certificate).public_bytes(Encoding.PEM)


def _der(data: bytes) -> bytes:
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding

    try:
        return x509.load_pem_x509_certificate(data).public_bytes(Encoding.DER)
    except ValueError:
        raise Problem("CERT_FORM") from None
