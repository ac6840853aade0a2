"""Which units and time stampers a station trusts: every method passes the same guard."""

from dataclasses import dataclass
from pathlib import Path

from airseal.duties import trusting
from airseal.evidence.accounts import Edition, edition
from airseal.evidence.enrolled import Compared
from airseal.evidence.outside import taken_in
from airseal.evidence.roots import ROOT_BOOK, EnrolledRoot
from airseal.evidence.stamps import EnrolledStamper
from airseal.keys.roots import MAX_ROOT
from airseal.model.rights import Right
from airseal.model.secret import Secret
from airseal.station.guard import Guard


@dataclass(frozen=True, slots=True)
class Trust:
    """See the module; the duties say what each method raises."""

    _guard: Guard

    def roots(self) -> tuple[EnrolledRoot, ...]:
        """Every root that was ever enrolled here."""
        with self._guard.acting(Right.SEE_ROOTS) as ports:
            return trusting.roots(ports)

    def enrol(self, path: Path, typed: str, second: Compared, password: Secret) -> EnrolledRoot:
        """Trust the unit whose root is in the file at ``path``; raises also as the medium."""
        with self._guard.acting(Right.TRUST_ROOT) as ports:
            return trusting.enrol_root(ports, _read(path), typed, second, password)

    def revoke(self, unit: str, reason: str) -> EnrolledRoot:
        """Trust a unit no more."""
        with self._guard.acting(Right.TRUST_ROOT) as ports:
            return trusting.revoke_root(ports, unit, reason)

    def edition(self) -> Edition:
        """Which version of the register of trusted roots this is (E-12)."""
        with self._guard.acting(Right.SEE_ROOTS) as ports:
            return edition(ports.store, ROOT_BOOK)

    def stampers(self) -> tuple[EnrolledStamper, ...]:
        """Every time stamping authority that was ever enrolled here."""
        with self._guard.acting(Right.SEE_ROOTS) as ports:
            return trusting.stampers(ports)

    def enrol_stamper(
        self, path: Path, typed: str, second: Compared, password: Secret
    ) -> EnrolledStamper:
        """Trust the authority whose root is in the file at ``path``; raises also as the medium."""
        with self._guard.acting(Right.TRUST_ROOT) as ports:
            return trusting.enrol_stamper(ports, _read(path), typed, second, password)

    def revoke_stamper(self, fingerprint: str, reason: str) -> EnrolledStamper:
        """Trust an authority's time stamps no more."""
        with self._guard.acting(Right.TRUST_ROOT) as ports:
            return trusting.revoke_stamper(ports, fingerprint, reason)


def _read(path: Path) -> bytes:
    with taken_in(path, MAX_ROOT) as (source, _):
        return source.read()
