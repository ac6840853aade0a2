"""What was measured, and how it is printed."""

import math
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Final

_WIDTH: Final = 58


@dataclass(frozen=True)
class Row:
    """One measured thing: samples in ``unit``, the promised ``target``, and a peer beside it.

    The target is the most it may be; the least for a rate (``/s``), and where ``times`` is given
    it is that many times the peer.
    """

    what: str
    samples: Sequence[float]
    unit: str = "ms"
    target: float | None = None
    peer: "Row | None" = None
    p95: bool = False
    """Judge by the sample that 95 of 100 stay under, not by the middle one."""
    times: float | None = None

    @property
    def median(self) -> float:
        """The middle sample."""
        return statistics.median(self.samples)

    @property
    def judged(self) -> float:
        """The sample that stands for all."""
        if not self.p95:
            return self.median
        return sorted(self.samples)[math.ceil(len(self.samples) * 0.95) - 1]

    def __str__(self) -> str:
        """One line of the table."""
        spread = f"{min(self.samples):8.1f} …{max(self.samples):8.1f}"
        cells = [f"  {self.what:<{_WIDTH}} {self.judged:8.1f} {self.unit:<3}{spread:>19}"]
        if self.target is not None:
            over, least = self.judged > self.target, self.unit == "/s"
            cells.append(f"  target {self.target:,g}: {_word(over == least)}")
        if self.peer is not None:
            ratio = self.judged / self.peer.judged
            cells.append(f"  = {ratio:.2f} x {self.peer.what}")
            if self.times is not None:
                cells.append(f", target {self.times:g} x: {_word(ratio <= self.times)}")
        return "".join(cells)


@dataclass(frozen=True)
class Section:
    """Rows under one heading, with what a reader must know to judge them."""

    heading: str
    rows: Sequence[Row]
    notes: Sequence[str] = ()

    def show(self) -> None:
        """Print it."""
        judged = "p95" if all(row.p95 for row in self.rows) else "median"
        title = f"{self.heading:<{_WIDTH + 2}} {judged:>8} {'':<3}{'min … max':>19}"
        print(f"\n{title}")
        for row in self.rows:
            print(row)
        for note in self.notes:
            print(f"  * {note}")


def in_turn(times: int, *acts: Callable[[], float]) -> list[list[float]]:
    """What each of ``acts`` measured, ``times`` times, taking turns; a first round is lost.

    Turns let a burst of foreign load fall on all of them alike, so that ratios hold.
    """
    rounds = [[act() for act in acts] for _ in range(times + 1)][1:]
    return [list(samples) for samples in zip(*rounds, strict=True)]


def once(act: Callable[[], object]) -> float:
    """How long ``act`` took, in milliseconds."""
    start = perf_counter()
    act()
    return (perf_counter() - start) * 1_000


def _word(good: bool) -> str:
    return "met" if good else "MISSED"
