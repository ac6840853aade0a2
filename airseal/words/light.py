"""What stands above QR codes, in words."""

from collections.abc import Collection
from typing import Final

from airseal.model.level import Level
from airseal.text import Phrase, Shown, level_name, mark, phrase, shown

STATEMENT_KINDS: Final = {
    "appointment": mark("appointment"),
    "charter": mark("charter"),
    "checkpoint": mark("checkpoint"),
    "crl": mark("revocation list"),
    "decision": mark("decision"),
    "policy": mark("policy pack"),
    "receipt": mark("receipt"),
    "request": mark("request for a seal"),
    "seal": mark("seal record"),
    "sealing": mark("sealing"),
    "snapshot": mark("registry"),
    "timestamp": mark("time stamp"),
    "unit": mark("unit record"),
}

_TELLING: Final = ("receipt", "sealing", "decision", "request", "snapshot")
"""Kinds by which a whole bundle is called, the latest act first."""


def code_header(
    level: Level, unit: str, kinds: Collection[str], name: str, title: str
) -> list[tuple[Phrase, Shown]]:
    """What stands above QR codes, under the names of official documents (X-25, SC-05)."""
    kind = next((one for one in (*_TELLING, *sorted(kinds)) if one in kinds), "")
    what: Shown = Phrase(STATEMENT_KINDS[kind]) if kind in STATEMENT_KINDS else kind
    return [
        (phrase("Level"), level_name(level)),
        (phrase("Sending unit"), unit),
        (phrase("Kind of paper"), what),
        (phrase("Number"), name),
        (phrase("Title"), title or "-"),
    ]


def header_lines(
    level: Level, unit: str, kinds: Collection[str], name: str, title: str
) -> list[str]:
    """The same as lines of text."""
    return [
        f"{label}: {shown(value)}" for label, value in code_header(level, unit, kinds, name, title)
    ]
