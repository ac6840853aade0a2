"""The registers that follow from the cases held here (登记表): read, and written to a medium.

A case that the reader cannot open is in none of them (SC-07, RE-10).
"""

from dataclasses import dataclass
from pathlib import Path

from airseal.duties import flowing, formwriting
from airseal.evidence.loans import loans
from airseal.model.loans import Loan
from airseal.model.rights import Right
from airseal.station.guard import Guard


@dataclass(frozen=True, slots=True)
class Registers:
    """See the module; every method passes the guard."""

    _guard: Guard

    def paper_deliveries(self) -> tuple[flowing.PaperRow, ...]:
        """The register of attachments on paper, as far as the cases here tell it (DC-15)."""
        with self._guard.acting(Right.READ) as ports:
            return flowing.paper_deliveries(ports)

    def loans(self) -> tuple[Loan, ...]:
        """The register of loans, as far as the cases here tell it (RE-08)."""
        with self._guard.acting(Right.READ) as ports:
            return loans(ports.evidence, ports.clock.now())

    def write_loans(self, name: str, content: bytes, medium: Path) -> str:
        """Write the drawn register of loans to a medium; returns the file's name.

        It tells what the cases were about, so the writer is cleared for each of them.
        """
        with self._guard.acting(Right.EXPORT) as ports:
            self._guard.check_medium(medium)
            for loan in loans(ports.evidence, ports.clock.now()):
                self._guard.check_clearance(loan.level)
            return formwriting.write_form(ports, None, name, content, medium)
