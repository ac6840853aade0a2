"""The arithmetic of copies: printed, recalled, lost, forms issued (FL-05…FL-07, DC-05).

Counting is pure; who prints, recalls and destroys comes later and brings the numbers.
"""

from dataclasses import dataclass

MAX_COPIES = 1_000_000
"""Copies or forms of one version: beyond any office, below any overflow."""


@dataclass(frozen=True, slots=True)
class CopyCount:
    """What became of the printed copies of one version (FL-05).

    ``lost`` copies need an ``explanation``. Raises ``ValueError`` for more recalled or lost
    than printed, negative numbers, and losses without a word.
    """

    printed: int
    recalled: int
    lost: int
    explanation: str

    def __post_init__(self) -> None:
        if not 0 <= self.printed <= MAX_COPIES or min(self.recalled, self.lost) < 0:
            raise ValueError("copies out of range")
        if self.outstanding < 0:
            raise ValueError("more copies back than were printed")
        if self.lost and not self.explanation.strip():
            raise ValueError("a loss without an explanation")

    @property
    def outstanding(self) -> int:
        """Copies that are still out there; a version is not closed before this is 0."""
        return self.printed - self.recalled - self.lost


@dataclass(frozen=True, slots=True)
class BlankCount:
    """What became of a batch of numbered blank forms (DC-05, C-01).

    Raises ``ValueError`` unless issued = used + voided + returned.
    """

    issued: int
    used: int
    voided: int
    returned: int

    def __post_init__(self) -> None:
        if not 1 <= self.issued <= MAX_COPIES or min(self.used, self.voided, self.returned) < 0:
            raise ValueError("forms out of range")
        if self.issued != self.used + self.voided + self.returned:
            raise ValueError("the account of the forms does not close")


@dataclass(frozen=True, slots=True)
class Destruction:
    """The destruction of recalled copies (FL-06): which, how, and the two who saw it."""

    numbers: tuple[int, ...]
    method: str
    day: str
    witnesses: tuple[str, ...]

    def __post_init__(self) -> None:
        if len(set(self.numbers)) != len(self.numbers) or min(self.numbers, default=0) < 1:
            raise ValueError("copy numbers count from 1, each once")
        if len(set(self.witnesses)) < 2 or not self.method.strip():
            raise ValueError("two witnesses and a method")


def allowance(granted: int, supplements: tuple[int, ...], printed: int, *, stopped: bool) -> int:
    """Copies that may still be printed: what was granted and added, less what was printed.

    A ban, a return slip or a voiding stops the rest (FL-04); 加印 adds to the same signed
    file (FL-07).
    """
    return 0 if stopped else max(0, granted + sum(supplements) - printed)


def recall_closed(count: CopyCount, destruction: Destruction | None) -> bool:
    """Whether 重印 is closed: every copy accounted for, and the recalled ones destroyed."""
    destroyed = len(destruction.numbers) if destruction else 0
    return count.outstanding == 0 and destroyed == count.recalled
