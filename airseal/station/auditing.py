"""The auditor's office (安全审计员): the ledger asked, checked, copied and compared (AC-12, RE-11).

What :class:`airseal.station.offices.Offices` is for people, this is for the ledger; every method
passes the same guard, so that whoever else asks is refused and written down as 越权.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from airseal.duties import auditing
from airseal.duties.auditing import Comparison, ExportedLog, ForeignLog
from airseal.evidence.logs import LogLine
from airseal.keys.tokenhost import Signer
from airseal.model.digest import Digest
from airseal.model.rights import Right
from airseal.station.guard import Guard
from airseal.store import Entry, Found, Page, Query


@dataclass(frozen=True, slots=True)
class AuditOffice:
    """See the module; the duties say what each method raises."""

    _guard: Guard

    def page(self, query: Query, before: int | None = None, limit: int = 50) -> Page:
        """One page of the ledger, newest first."""
        with self._guard.acting(Right.AUDIT) as ports:
            return auditing.page(ports, query, before, limit)

    def count(self, query: Query) -> int:
        """How many entries match."""
        with self._guard.acting(Right.AUDIT) as ports:
            return auditing.count(ports, query)

    def counters(self, kinds: Mapping[str, frozenset[str]]) -> dict[str, int]:
        """How many entries there are of each group of kinds."""
        with self._guard.acting(Right.AUDIT) as ports:
            return auditing.counters(ports, kinds)

    def titles(self, rows: Sequence[Found]) -> dict[Digest, str]:
        """The titles of the cases in ``rows``, as far as the reader may know them."""
        with self._guard.acting(Right.AUDIT) as ports:
            return auditing.titles(ports, rows)

    def entry(self, sequence: int) -> tuple[Entry, str | None]:
        """One entry, and the title of its case; raises ``Problem("ENTRY_UNKNOWN")``."""
        with self._guard.acting(Right.AUDIT) as ports:
            entry = ports.store.entry(sequence)
            case = entry.facts.get("case")
            title = auditing.title_of(ports, Digest(case)) if isinstance(case, str) else None
            return entry, title

    def check_chain(self) -> int:
        """Read the ledger from its first entry; how many entries are in order."""
        with self._guard.acting(Right.AUDIT) as ports:
            return auditing.check_chain(ports)

    def may_export(self, medium: Path) -> None:
        """Raise why the ledger may not be copied to ``medium``, before a PIN is asked."""
        with self._guard.acting(Right.AUDIT):
            self._guard.check_writable(medium)

    def export(self, signer: Signer, query: Query, medium: Path) -> ExportedLog:
        """Write what matches to a registered medium, signed (RE-11, AC-11)."""
        with self._guard.acting(Right.AUDIT) as ports:
            self._guard.check_medium(medium)
            return auditing.export_log(ports, signer, query, medium)

    def compare(self, path: Path) -> Comparison:
        """Compare a copy with the living ledger."""
        with self._guard.acting(Right.AUDIT) as ports:
            return auditing.compare_log(ports, path)

    def take(self, path: Path) -> ForeignLog:
        """Keep a copy of another station's ledger."""
        with self._guard.acting(Right.AUDIT) as ports:
            return auditing.take_log(ports, path)

    def foreign(self) -> tuple[ForeignLog, ...]:
        """Other stations' ledgers, each as of the newest copy here."""
        with self._guard.acting(Right.AUDIT) as ports:
            return auditing.foreign_logs(ports)

    def foreign_lines(self, digest: Digest) -> tuple[LogLine, ...]:
        """The entries of such a copy, newest first."""
        with self._guard.acting(Right.AUDIT) as ports:
            return auditing.foreign_lines(ports, digest)
