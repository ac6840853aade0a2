"""Time stamps of an outside authority (E-04): every method passes the same guard."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from airseal.duties import timestamping
from airseal.duties.timestamping import Query, StampedAct
from airseal.evidence.outside import taken_in
from airseal.evidence.roots import Compared
from airseal.evidence.signed import Signed
from airseal.keys.roots import MAX_ROOT
from airseal.keys.tokenhost import Signer
from airseal.model.digest import Digest
from airseal.model.rights import Right
from airseal.model.secret import Secret
from airseal.station.guard import Guard


@dataclass(frozen=True, slots=True)
class Stamps:
    """See the module; the duties say what each method raises."""

    _guard: Guard

    def enrol(self, root: bytes, witnesses: Sequence[str]) -> Digest:
        """Trust a time stamping authority, whose fingerprint two people compared."""
        with self._guard.acting(Right.ANSWER_ALARM) as ports:
            return timestamping.enrol_stamper(ports, root, witnesses)

    def trust(self, path: Path, typed: str, second: Compared, password: Secret) -> Digest:
        """Trust the authority whose certificate (DER) is in the file at ``path``."""
        with self._guard.acting(Right.TRUST_ROOT) as ports:
            with taken_in(path, MAX_ROOT) as (source, _):
                root = source.read()
            return timestamping.trust_stamper(ports, root, typed, second, password)

    def trusted(self) -> tuple[Digest, ...]:
        """The fingerprints of the authorities trusted here."""
        with self._guard.acting(Right.SEE_ROOTS) as ports:
            return timestamping.trusted_stampers(ports)

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

    def attach(self, path: Path, signer: Signer) -> Signed:
        """Attach the authority's answer (``*.tsr``) to the case it is about."""
        with self._guard.acting(Right.IMPORT) as ports:
            self._guard.check_medium(path)
            return timestamping.attach_stamp(ports, signer, path)
