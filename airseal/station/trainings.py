"""Who was trained and assessed, for the seal department (SU-05, SU-06)."""

from dataclasses import dataclass

from airseal.duties import training
from airseal.duties.training import Trained
from airseal.evidence.signed import Signed
from airseal.keys.tokenhost import Signer
from airseal.model.rights import Right
from airseal.model.training import Training
from airseal.station.guard import Guard

__all__ = ["Trained", "Trainings"]


@dataclass(frozen=True, slots=True)
class Trainings:
    """See the module; the duties say what each method raises."""

    _guard: Guard

    def people(self) -> tuple[Trained, ...]:
        """Everybody on the roster, and how they stand."""
        with self._guard.acting(Right.RECORD_TRAINING) as ports:
            return training.trained(ports)

    def may_record(self, body: Training) -> None:
        """Raise why this person may not sign that, before a PIN is asked."""
        with self._guard.acting(Right.RECORD_TRAINING) as ports:
            training.check(ports, body)

    def record(self, body: Training, signer: Signer) -> Signed:
        """Sign what came of a training or an assessment."""
        with self._guard.acting(Right.RECORD_TRAINING) as ports:
            return training.record(ports, signer, body)
