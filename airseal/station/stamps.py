"""Time stamps of an outside authority (E-04): every method passes the same guard."""

from dataclasses import dataclass
from pathlib import Path

from airseal.duties import timestamping
from airseal.duties.timestamping import Query, StampedAct
from airseal.evidence.signed import Signed
from airseal.keys.tokenhost import Signer
from airseal.model.digest import Digest
from airseal.model.rights import Right
from airseal.station.guard import Guard


@dataclass(frozen=True, slots=True)
class Stamps:
    """See the module; the duties say what each method raises."""

    _guard: Guard

    def of_case(self, case: Digest) -> tuple[StampedAct, ...]:
        """The acts of a case, and how far the stamp of each has come."""
        with self._guard.acting(Right.READ) as ports:
            acts = timestamping.stamped_acts(ports, case)
            for act in acts:
                self._guard.check_clearance(act.statement.level)
            return acts

    def ask(self, statement: Digest) -> Query:
        """A request that leaves as a QR code; it is on record before it is shown."""
        with self._guard.acting(Right.EXPORT) as ports:
            return timestamping.ask_stamp(ports, statement)

    def request(self, statement: Digest, medium: Path) -> str:
        """Write a request (``*.tsq``) to a medium; returns the file's name."""
        with self._guard.acting(Right.EXPORT) as ports:
            self._guard.check_medium(medium)
            return timestamping.request_stamp(ports, statement, medium)

    def may_attach(self, path: Path) -> None:
        """Raise why an answer cannot be attached, before a PIN is asked."""
        with self._guard.acting(Right.IMPORT) as ports:
            self._guard.check_medium(path)
            timestamping.read_answer(ports, path)

    def attach(self, path: Path, signer: Signer) -> Signed:
        """Attach the authority's answer (``*.tsr``) to the case it is about."""
        with self._guard.acting(Right.IMPORT) as ports:
            self._guard.check_medium(path)
            return timestamping.attach_stamp(ports, signer, path)
