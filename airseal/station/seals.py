"""The seal register of a unit at its stations: what became of each seal, as entered and signed."""

from dataclasses import dataclass

from airseal.duties import registering
from airseal.duties.registering import Entry
from airseal.evidence.signed import Signed
from airseal.keys.tokenhost import Signer
from airseal.model.registry import SealRecord
from airseal.model.rights import Right
from airseal.station.guard import Guard

__all__ = ["Entry", "Seals"]


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
