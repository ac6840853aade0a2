"""A form to be printed and signed by hand: titles, labelled boxes, places for signatures.

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
class PaperForm:
    """``name`` is for files, ASCII; ``warning`` stands in red where there is one."""

    name: str
    title: str
    number: str
    rows: tuple[Box | Pair, ...]
    footer: str
    signature: str
    """What stands where somebody signs: 签字 and a day to fill in."""
    warning: str = ""
