"""The rows of a summary table of sealing and printing (汇总表), and its number (RE-04)."""

from dataclasses import dataclass

from airseal.model.case import CaseState
from airseal.model.digest import Digest
from airseal.model.level import Level
from airseal.model.periods import Period


@dataclass(frozen=True, slots=True)
class SealUse:
    """One sealing as the table has it; of what ``title`` says, the reader's level decides."""

    case: Digest
    title: str
    level: Level
    symbol: str
    kind: str
    drafter: str
    approvers: tuple[str, ...]
    sealed_at: str
    sealed_by: str
    seal: str
    copies: int
    main: int
    copied: int
    state: CaseState

    def title_for(self, reader: Level) -> str | None:
        """The title, or None for a reader who is not cleared for it (SC-04)."""
        return self.title if reader.covers(self.level) else None


@dataclass(frozen=True, slots=True)
class Summary:
    """The table of one ``period``: ``edition`` 1 is the first, a later one repeats it.

    ``restores`` counts how often the home was restored from a backup, which knows of no table made
    after it.
    """

    unit: str
    station: str
    period: Period
    edition: int
    reader: Level
    by: str
    uses: tuple[SealUse, ...]
    restores: int = 0

    @property
    def number(self) -> str:
        """``k1-2026-11``; a repeat ``k1-2026-11-e2``, after a restore ``k1-2026-11-r1``.

        Unique at a station, whatever a restored home has forgotten.
        """
        restored = f"-r{self.restores}" if self.restores else ""
        edition = f"-e{self.edition}" if self.edition > 1 else ""
        return f"{self.station}-{self.period.name}{restored}{edition}"

    @property
    def copies(self) -> int:
        """The copies approved, of each case once however many seals it has."""
        return sum({use.case: use.copies for use in self.uses}.values())
