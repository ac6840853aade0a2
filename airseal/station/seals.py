"""The seal register of a unit at its stations: what became of each seal, as entered and signed.

And the copies that the seal department keeps of its seals (BK-01), and their checks (LC-24).
"""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from airseal.duties import checking_seals, copying, registering
from airseal.duties.checking_seals import Checked, Looked
from airseal.duties.registering import Entry
from airseal.evidence.sealchecks import Planned
from airseal.evidence.sealcopies import SealCopy
from airseal.evidence.signed import Signed
from airseal.keys.tokenhost import Signer
from airseal.model.registry import SealRecord
from airseal.model.rights import Right
from airseal.model.secret import Secret
from airseal.station.guard import Guard

__all__ = ["Checked", "Entry", "Looked", "Planned", "Seals"]


@dataclass(frozen=True, slots=True)
class Seals:
    """See the module; the duty says what each method raises."""

    _guard: Guard

    def may_register(self, entry: Entry) -> SealRecord:
        """The entry as it would be published, before a PIN is asked."""
        with self._guard.acting(Right.PUBLISH) as ports:
            return registering.check(ports, entry)

    def register(self, entry: Entry, signer: Signer) -> tuple[Signed, Signed]:
        """Sign and publish it."""
        with self._guard.acting(Right.PUBLISH) as ports:
            return registering.register(ports, signer, entry)

    def copies(self) -> dict[str, SealCopy]:
        """The newest copy of each seal that has one."""
        with self._guard.acting(Right.KEEP_COPY) as ports:
            return copying.copies(ports)

    def may_keep_copy(self, seal: str) -> SealRecord:
        """The entry that a copy would be of, before a PIN is asked."""
        with self._guard.acting(Right.KEEP_COPY) as ports:
            return copying.check_keep(ports, seal)

    def keep_copy(self, seal: str, signer: Signer) -> SealCopy:
        """Sign a copy of a seal as it is registered now, and keep it."""
        with self._guard.acting(Right.KEEP_COPY) as ports:
            return copying.keep(ports, signer, seal)

    def take_copy_out(
        self, seal: str, second: str, password: Secret, reason: str, medium: Path
    ) -> str:
        """Two people write the copy of a seal to a medium; returns the file's name."""
        with self._guard.acting(Right.KEEP_COPY) as ports:
            self._guard.check_writable(medium)
            return copying.take_out(ports, seal, second, password, reason, medium)

    def checks(self) -> tuple[Planned, ...]:
        """The seals in use that are kept here and when each must be checked next (LC-24)."""
        with self._guard.acting(Right.READ) as ports:
            return checking_seals.schedule(ports)

    def look(self, seal: str) -> Looked:
        """What there is to see of a seal that this person checks here, before a PIN is asked."""
        with self._guard.acting(Right.SEAL) as ports:
            return checking_seals.look(ports, seal)

    def check(
        self, seal: str, signer: Signer | None, ticked: Collection[str], finding: str = ""
    ) -> Checked:
        """Check a seal and record what was found; see ``Station.check_seal``."""
        with self._guard.acting(Right.SEAL) as ports:
            return checking_seals.check_seal(ports, seal, signer, ticked, finding)
