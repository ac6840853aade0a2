"""The summary tables of sealing and printing (汇总表): made, written out, handed over (RE-04).

Who makes or writes one is cleared for all that may be at this station: none is left out of it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from airseal.duties import formwriting, summarising
from airseal.duties.summarising import Draw
from airseal.evidence.board import Board
from airseal.evidence.summaries import Made, Standing
from airseal.keys.tokenhost import Signer
from airseal.model.level import Level
from airseal.model.rights import Right
from airseal.model.summary import Summary
from airseal.ports import Ports
from airseal.station.guard import Guard

__all__ = ["Draw", "Made", "Standing", "Summaries", "Summary"]


@dataclass(frozen=True, slots=True)
class Summaries:
    """See the module; the duty says what each method raises. ``board`` is up to date."""

    _guard: Guard
    _board: Callable[[], Board]

    def periods(self) -> tuple[Standing, ...]:
        """Every period that is over since the first sealing here, newest first."""
        with self._guard.acting(Right.READ) as ports:
            return summarising.periods(ports, self._board())

    def prepare(self, name: str, reader: Level, medium: Path) -> Summary:
        """The table as it would be made now, before a PIN is asked."""
        with self._guard.acting(Right.SEAL) as ports:
            self._check(ports, reader)
            self._guard.check_writable(medium)
            return summarising.prepare(ports, self._board(), name, reader)

    def make(self, name: str, reader: Level, draw: Draw, signer: Signer) -> Made:
        """Make, sign and keep the table; :meth:`write` takes it out, and again if it must."""
        with self._guard.acting(Right.SEAL) as ports:
            self._check(ports, reader)
            return summarising.make(ports, self._board(), signer, name, reader, draw)

    def write(self, name: str, medium: Path) -> str:
        """Write the table that was made, as it was made; returns the name of the file."""
        with self._guard.acting(Right.SEAL) as ports:
            self._guard.check_clearance(ports.station.level)
            self._guard.check_writable(medium)
            return _write(ports, summarising.made_of(ports, name), medium)

    def receive(self, name: str, receiver: str, day: str) -> Made:
        """Record who took the table for the office, and on which day."""
        with self._guard.acting(Right.SEAL) as ports:
            return summarising.receive(ports, name, receiver, day)

    def _check(self, ports: Ports, reader: Level) -> None:
        self._guard.check_clearance(ports.station.level)
        self._guard.check_clearance(reader)


def _write(ports: Ports, made: Made, medium: Path) -> str:
    content, signature = summarising.content_of(ports, made)
    name = f"summary-{made.number}.pdf"
    written = formwriting.write_form(ports, None, name, content, medium)
    formwriting.write_form(ports, None, f"{written}.p7s", signature, medium)
    return written
