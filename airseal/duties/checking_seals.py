"""Checking seals: their custodian looks after a seal at its station (定期检查; LC-24, SU-01).

The program looks itself at what it can, the custodian ticks what only a person sees. A check that
finds something wrong is on record too, but the seal does not count as checked.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from airseal.evidence.sealchecks import SEAL_CHECKED, Planned, plan
from airseal.keys.tokenhost import PinState, Signer
from airseal.model.digest import sha256
from airseal.model.problem import Problem
from airseal.model.registry import SealRecord
from airseal.ports import Ports

LOOKED_AT: Final = ("token", "certificate", "pin", "impression")
"""What the program sees itself."""

TICKED: Final = ("storage", "device")
"""What only the custodian sees: stored as it must be, and the device undamaged."""

UNFIT: Final = frozenset({"TOKEN_ABSENT", "PIN_INITIAL", "PIN_LOCKED"})
"""Refusals of a token that are a finding of the check, not an end of it."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What the program sees of a seal before any PIN: whether a PIN can open its token at all."""

    record: SealRecord
    token: bool
    openable: bool
    certificate: bool
    impression: bool


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found: each point in order, whether it holds, and the custodian's note."""

    seal: str
    points: tuple[tuple[str, bool], ...]
    finding: str

    @property
    def failed(self) -> tuple[str, ...]:
        """The points that do not hold; the check is passed where there is none."""
        return tuple(point for point, holds in self.points if not holds)


def schedule(ports: Ports) -> tuple[Planned, ...]:
    """Every seal in use that this station keeps, with its newest check, the most pressing first."""
    registry = ports.evidence.registry(ports.station.unit)
    if registry is None or registry.policy is None:
        return ()
    entries = (ports.evidence.statement(key) for key, _ in registry.seals.values())
    today = ports.clock.now().date()
    rows = plan(ports.store.desk, registry.policy[1], entries, ports.station.id, today)
    return tuple(sorted(rows, key=lambda row: (row.until, row.record.seal)))


def look(ports: Ports, seal: str) -> Looked:
    """What there is to see of ``seal`` before a PIN is asked.

    Raises ``SEAL_UNKNOWN``, ``SEAL_NOT_CUSTODIAN`` and ``SEAL_OTHER_STATION`` (``seal``) where
    this person does not check it here, and ``CLOCK_*`` for a clock that nobody explained.
    """
    record = ports.current_registry().find_seal(seal)
    if sha256(ports.certificate) not in record.custodians:
        raise Problem("SEAL_NOT_CUSTODIAN", seal=record.name)
    if ports.station.id != record.station:
        raise Problem("SEAL_OTHER_STATION", seal=record.name)
    ports.require_steady_clock()
    token, openable = _look_at_token(ports)
    return Looked(
        record, token, openable, _certificate_holds(ports), _impression_held(ports, record)
    )


def check_seal(
    ports: Ports, seal: str, signer: Signer | None, ticked: Collection[str], finding: str
) -> Checked:
    """Check ``seal`` and record what was found, passed or not.

    ``signer`` is the custodian's key, opened with a PIN of their own (TK-02); None where no PIN
    opens it, which the check then finds. Raises as :func:`look`.
    """
    seen = look(ports, seal)
    record = seen.record
    found = (seen.token, seen.certificate, seen.openable and signer is not None, seen.impression)
    points = (
        *zip(LOOKED_AT, found, strict=True),
        *((point, point in ticked) for point in TICKED),
    )
    checked = Checked(record.seal, points, finding.strip())
    event = ports.event(
        SEAL_CHECKED,
        seal=record.seal,
        number=record.number,
        passed=[point for point, holds in points if holds],
        failed=[*checked.failed],
        finding=checked.finding,
    )
    ports.store.commit([event])
    return checked


def _look_at_token(ports: Ports) -> tuple[bool, bool]:
    """Whether the token is there, and whether a PIN of its holder can open it."""
    try:
        status = ports.tokens.status(ports.certificate)
    except Problem as problem:
        if problem.code != "TOKEN_ABSENT":
            raise
        return False, False
    return True, status.pin not in (PinState.LOCKED, PinState.INITIAL)


def _certificate_holds(ports: Ports) -> bool:
    try:
        ports.evidence.check_certificate(ports.station.unit, ports.certificate, ports.clock.now())
    except Problem:
        return False
    return True


def _impression_held(ports: Ports, record: SealRecord) -> bool:
    """Whether the impression held here is, byte for byte, the one of the register."""
    if not ports.store.has_blob(record.impression):
        return False
    try:
        with ports.store.blob(record.impression) as source:
            return sha256(source.read()) == record.impression
    except Problem as problem:
        if problem.code != "BLOB_DAMAGED":
            raise
        return False
