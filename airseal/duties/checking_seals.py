"""Checking seals: their custodian looks after a seal at its station (定期检查; LC-24, SU-01).

The program looks itself at what it can, the custodian ticks what only a person sees. A check that
finds something wrong is on record too, but the seal does not count as checked.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from airseal.evidence.records import PIN_REFUSED
from airseal.evidence.sealchecks import SEAL_CHECKED
from airseal.keys.pinflag import is_initial
from airseal.keys.tokenhost import PinState
from airseal.model.digest import sha256
from airseal.model.problem import Problem
from airseal.model.registry import SealRecord
from airseal.model.secret import Secret
from airseal.ports import Ports

LOOKED_AT: Final = ("token", "certificate", "pin", "impression")
"""What the program sees itself."""

TICKED: Final = ("storage", "device")
"""What only the custodian sees: stored as it must be, and the device undamaged."""


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


def may_check(ports: Ports, seal: str) -> SealRecord:
    """The entry of a seal that this person checks here.

    Raises ``SEAL_UNKNOWN``, ``SEAL_NOT_CUSTODIAN`` and ``SEAL_OTHER_STATION`` (``seal``).
    """
    record = ports.current_registry().find_seal(seal)
    if sha256(ports.certificate) not in record.custodians:
        raise Problem("SEAL_NOT_CUSTODIAN", seal=record.name)
    if ports.station.id != record.station:
        raise Problem("SEAL_OTHER_STATION", seal=record.name)
    return record


def check_seal(
    ports: Ports, seal: str, pin: Secret, ticked: Collection[str], finding: str
) -> Checked:
    """Check ``seal`` and record what was found, passed or not.

    ``pin`` is tried once, where the token is there: only then it tells whether its PIN is still
    the initial one (TK-02). Raises as :func:`may_check`, ``CLOCK_*`` for a clock that nobody
    explained, and those of the token for a refused PIN.
    """
    record = may_check(ports, seal)
    ports.require_steady_clock()
    token, own_pin = _look_at_token(ports, pin)
    seen = (token, _certificate_holds(ports), own_pin, _impression_held(ports, record))
    points = (
        *zip(LOOKED_AT, seen, strict=True),
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


def _look_at_token(ports: Ports, pin: Secret) -> tuple[bool, bool]:
    """Whether the token is there, and whether its PIN was chosen by its holder."""
    certificate = ports.certificate
    try:
        status = ports.tokens.status(certificate)
    except Problem as problem:
        if problem.code != "TOKEN_ABSENT":
            raise
        return False, False
    if status.pin in (PinState.LOCKED, PinState.INITIAL):
        return True, False
    try:
        with ports.tokens.login(certificate, pin) as key:
            return True, not is_initial(key)
    except Problem as problem:
        ports.store.commit([ports.event(PIN_REFUSED, code=problem.code)])
        raise


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
