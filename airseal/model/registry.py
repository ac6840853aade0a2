"""The registry: what a unit's authority (印章管理部门) publishes, and what is current.

Every document of the registry is a signed, numbered statement in a *series*; one numbered
snapshot lists the head of every series, so that nobody can roll back a list, freeze it or
mix documents of different days (DESIGN §4 Registry; TX-16, VF-11, E-12).
"""

import base64
from dataclasses import dataclass

from airseal.model.digest import Digest, sha256
from airseal.model.level import Level
from airseal.model.moment import parse_day, parse_moment
from airseal.model.people import Post, Role
from airseal.model.policy import PolicyPack
from airseal.model.seal import (
    STANDINGS,
    SealState,
    may_be_renewed,
    may_follow,
    seal_state,
    usable,
)


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
