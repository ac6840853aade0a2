"""A sheet of paper to be printed: titles, tables and a picture's place, in words already.

Whoever knows the words fills it; ``airseal.paper.reporting`` draws it. Every text may hold text
from outside, made harmless by whoever filled it in.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with a table; ``widths`` are the columns' shares of the line."""

    heading: str
    widths: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]

    def __post_init__(self) -> None:
        if any(len(row) != len(self.widths) for row in self.rows):
            raise ValueError("a row with more or fewer cells than columns")


@dataclass(frozen=True, slots=True)
class Sheet:
    """``number`` names it, ``warning`` stands first where there is one, ``footer`` at the foot."""

    title: str
    number: str
    warning: str
    conclusion: str
    sections: tuple[Section, ...]
    footer: str
