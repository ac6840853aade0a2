"""Registering: the seal department enters in the seal register what became of a seal (LC-16).

One entry for one act of the seal's table (REQUIREMENTS §2.1); what the table does not lead to is
refused before any PIN, and would open nothing at any station (``unlawful_seals``).
"""

from dataclasses import dataclass, replace

from airseal.evidence.editions import next_edition
from airseal.evidence.signed import Signed
from airseal.evidence.trainings import trained_on
from airseal.keys.tokenhost import Signer
from airseal.model.current import Registry
from airseal.model.policy import PolicyPack
from airseal.model.problem import Problem
from airseal.model.registry import SealRecord, Witness
from airseal.model.seal import STANDINGS, WITNESSED, SealAct, SealState, entries_from
from airseal.ports import Ports


@dataclass(frozen=True, slots=True)
class Entry:
    """What is to be entered: the act, why, the filing number (LC-15), who saw it done."""

    seal: str
    act: SealAct
    reason: str
    filing: str = ""
    witnesses: tuple[Witness, ...] = ()


def check(ports: Ports, entry: Entry) -> SealRecord:
    """The entry as it would be published.

    Raises ``SEAL_UNKNOWN``, ``SEAL_TRANSITION`` (``seal``) where the register holds an unlawful
    entry, ``MOVE_ILLEGAL`` for what the table does not have, ``REASON_MISSING``,
    ``WITNESSES_MISSING`` (C-14), ``SEAL_NOT_FILED`` (LC-15) and ``CUSTODIAN_UNTRAINED`` (LC-17).
    """
    registry = ports.current_registry()
    _, record = registry.seal(entry.seal)
    if record.seal in registry.barred:
        raise Problem("SEAL_TRANSITION", seal=record.name)
    day = ports.clock.now().date().isoformat()
    state = record.state_on(day)
    target = entries_from(state).get(entry.act)
    if target is None:
        raise Problem("MOVE_ILLEGAL", deed=entry.act, state=state)
    if not entry.reason.strip():
        raise Problem("REASON_MISSING")
    assert registry.policy is not None
    pack, filing = registry.policy[1], entry.filing.strip()
    if entry.act in WITNESSED:
        problem = pack.judge_witnesses((one.person, one.part) for one in entry.witnesses)
    else:
        problem = pack.judge_enabling(filing) if target is SealState.ENABLED else None
    if problem is not None:
        raise problem
    if target is SealState.ENABLED:
        _check_custodians(ports, registry, pack, record, day)
    made = replace(
        record,
        number=record.number + 1,
        enabled=target is SealState.ENABLED,
        standing=target.value if target in STANDINGS else "",
        filing=filing,
        reason=entry.reason.strip(),
        witnesses=entry.witnesses,
    )
    if not made.may_follow(record, day):
        # Its days say something else than the act: every station would bar the seal.
        raise Problem("MOVE_ILLEGAL", deed=entry.act, state=state)
    return made


def _check_custodians(
    ports: Ports, registry: Registry, pack: PolicyPack, record: SealRecord, day: str
) -> None:
    """LC-17: no seal comes into use with a custodian whose training is demanded and over.

    What takes a seal out of use is never held up by it.
    """
    if not pack.demands_training:
        return
    for person, (_, row) in sorted(registry.people.items()):
        keeps = row.fingerprint in record.custodians
        last = trained_on(ports.evidence, registry.unit, person, day) if keeps else None
        if keeps and not pack.trained(last, day):
            raise Problem("CUSTODIAN_UNTRAINED", person=person, name=row.name)


def register(ports: Ports, signer: Signer, entry: Entry) -> tuple[Signed, Signed]:
    """Sign the entry and the snapshot that makes it current; both are committed together.

    Raises as ``check``.
    """
    record, at = check(ports, entry), ports.clock.now()
    entered, listed = next_edition(ports.author, signer, ports.registry, record, at)
    ports.hold(entered, at, beside=[listed])
    return entered, listed
