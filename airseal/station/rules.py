"""The rules of a unit at its stations: the policy pack in force, the next one, delegations.

What :class:`airseal.station.Station` is for cases, this is for rules; every method that
changes something passes the same guard.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from airseal.duties import delegating, drafting, exporting, ruling
from airseal.duties.packing import Exported
from airseal.evidence.packs import read_pack, ready_pack, write_pack
from airseal.evidence.signed import Signed
from airseal.keys.tokenhost import Signer
from airseal.model.delegation import Delegation
from airseal.model.digest import Digest
from airseal.model.level import Level
from airseal.model.matrix import Demand
from airseal.model.matter import Matter
from airseal.model.policy import PolicyPack
from airseal.model.policydiff import Change, differences
from airseal.model.problem import Problem
from airseal.model.rights import Right
from airseal.model.statement import Statement
from airseal.ports import Ports
from airseal.station.guard import Guard

__all__ = ["Rules", "read_pack", "ready_pack", "write_pack"]


@dataclass(frozen=True, slots=True)
class Rules:
    """See the module; the duties say what each method raises."""

    _ports: Ports
    _guard: Guard

    @property
    def pack(self) -> PolicyPack:
        """The pack in force; raises ``Problem("REGISTRY_MISSING")``."""
        held = self._ports.registry.policy
        if held is None:
            raise Problem("REGISTRY_MISSING", unit=self._ports.station.unit)
        return held[1]

    def diff(self, pack: PolicyPack) -> tuple[Change, ...]:
        """What ``pack`` would change."""
        return differences(self.pack, pack)

    def check(self, pack: PolicyPack) -> PolicyPack:
        """``pack`` with the number it would be published under."""
        return ruling.check(self._ports, pack)

    def publish(self, pack: PolicyPack, signer: Signer) -> tuple[Signed, ...]:
        """Sign and publish the next pack."""
        with self._guard.acting(Right.PUBLISH) as ports:
            return ruling.publish(ports, signer, pack)

    def route(self, seals: Sequence[str], matter: Matter, level: Level) -> Demand:
        """Who will have to approve a request for these seals, by the pack in force."""
        return drafting.route(self._ports, seals, matter, level)

    def check_size(self, size: int) -> None:
        """Raise why a file of ``size`` bytes goes by no channel, by the pack in force (DC-15)."""
        drafting.check_size(self._ports, size)

    @property
    def delegations(self) -> tuple[Statement, ...]:
        """Every delegation held, newest first."""
        return delegating.delegations(self._ports)

    def may_delegate(self, body: Delegation) -> None:
        """Raise why this person may not delegate so, before a PIN is asked."""
        with self._guard.acting(Right.DELEGATE) as ports:
            delegating.check(ports, body)

    def delegate(self, body: Delegation, signer: Signer) -> Signed:
        """Let a representative approve for a time."""
        with self._guard.acting(Right.DELEGATE) as ports:
            return delegating.delegate(ports, signer, body)

    def may_end(self, delegation: Digest, reason: str) -> None:
        """Raise why this person may not end it, before a PIN is asked."""
        with self._guard.acting(Right.DELEGATE) as ports:
            delegating.check_end(ports, delegation, reason)

    def end_delegation(self, delegation: Digest, reason: str, signer: Signer) -> Signed:
        """End an own delegation from now on."""
        with self._guard.acting(Right.DELEGATE) as ports:
            return delegating.end(ports, signer, delegation, reason)

    def may_export_delegations(self, medium: Path) -> None:
        """Raise why they may not be written to ``medium``, before a PIN is asked."""
        with self._guard.acting(Right.EXPORT) as ports:
            self._guard.check_writable(medium)
            ports.current_registry().basis(ports.account.person)

    def export_delegations(self, medium: Path, signer: Signer) -> Exported:
        """Write the own delegations and their ends to a medium."""
        with self._guard.acting(Right.EXPORT) as ports:
            self._guard.check_medium(medium)
            return exporting.export_delegations(ports, signer, medium)

    def ended(self, delegation: Digest) -> bool:
        """Whether its grantor ended it."""
        return self._ports.evidence.context().ended_at(delegation) is not None
