"""A form to be printed and signed by hand: titles, labelled boxes, tables, places for signatures.

Whoever knows the words fills it (``airseal.words.forms``); ``airseal.paper.formsheets`` draws it.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Box:
    """One labelled box across the form. ``lines`` is its least height in lines of writing.

    ``signed`` leaves room for a signature and a day at its foot.
    """

    label: str
    text: str = ""
    lines: int = 1
    signed: bool = False


@dataclass(frozen=True, slots=True)
class Pair:
    """Two short boxes on one line."""

    left: Box
    right: Box


@dataclass(frozen=True, slots=True)
class Table:
    """Lines of cells under ``headings``, which every page begins with.

    ``shares`` say how the width is divided among the columns.
    """

    headings: tuple[str, ...]
    shares: tuple[int, ...]
    lines: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class PaperForm:
    """``name`` is for files, ASCII; ``warning`` stands in red where there is one.

    A form with a table lies across.
    """

    name: str
    title: str
    number: str
    rows: tuple[Box | Pair | Table, ...]
    footer: str
    signature: str
    """What stands where somebody signs: 签字 and a day to fill in."""
    warning: str = ""
