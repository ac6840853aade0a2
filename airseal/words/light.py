"""What stands above QR codes, in words."""

from typing import Final

from airseal.model.channel import Caption
from airseal.text import Phrase, Shown, mark, marking, phrase, shown
from airseal.words.event import STATEMENTS

STATEMENT_KINDS: Final = {
    "appointment": mark("appointment"),
    "ban": mark("ban of an earlier version"),
    "blank-account": mark("account of blank forms"),
    "charter": mark("charter"),
    "check": mark("confirmation of the file"),
    "checkpoint": mark("checkpoint"),
    "crl": mark("revocation list"),
    "decision": mark("decision"),
    "delegation": mark("delegation"),
    "delegation-end": mark("end of a delegation"),
    "training": mark("training record"),
    "deletion-request": mark("request for a deletion"),
    "deletion-refusal": mark("refusal of a deletion"),
    "fallback": mark("change to paper"),
    "policy": mark("policy pack"),
    "reconciliation": mark("reconciliation of a paper use"),
    "request": mark("request for a seal"),
    "resolution": mark("resolution of a conflict"),
    "review": mark("review of an emergency use"),
    "seal": mark("seal record"),
    "sealing": mark("sealing"),
    "send-back": mark("sending back"),
    "snapshot": mark("registry"),
    "timestamp": mark("time stamp"),
    "tombstone": mark("deletion"),
    "unit": mark("unit record"),
    "use-confirmation": mark("confirmation of a use"),
    "answer": mark("answer to a question"),
    "question": mark("question after a case"),
    "acknowledgement": mark("acknowledgement of a ban"),
    "void-consent": mark("consent to a voiding"),
    "transfer": mark("transfer of a decision"),
    "attendance": mark("attendance of a second person"),
    "handout": mark("handing out of a seal"),
    "take-back": mark("taking back of a seal"),
    "paper-delivery": mark("delivery of a paper attachment"),
    "voiding": mark("voiding"),
    "withdrawal": mark("withdrawal"),
}
"""Kinds of statements as names of papers (文种)."""

_TELLING: Final = ("sealing", "decision", "request", "snapshot")
"""Kinds by which a whole bundle is called, the latest act first."""


def kind_name(kind: str) -> Shown:
    """What papers of this kind are called."""
    named = STATEMENT_KINDS.get(kind) or STATEMENTS.get(kind)
    return Phrase(named) if named is not None else kind


def code_header(caption: Caption, unit: str = "") -> list[tuple[Phrase, Shown]]:
    """What stands above QR codes, under the names of official documents (X-25, SC-05).

    ``unit`` is the sender's name where it is known; a paper without 发文字号 is known by its id.
    """
    kinds = caption.kinds
    kind = next((one for one in (*_TELLING, *sorted(kinds)) if one in kinds), "")
    return [
        (phrase("Level"), marking(caption.level)),
        (phrase("Sending unit"), unit or caption.unit),
        (phrase("Kind of paper"), kind_name(kind)),
        (phrase("Document number"), caption.symbol or caption.name),
        (phrase("Title"), caption.title or "-"),
    ]


def header_lines(caption: Caption, unit: str = "") -> list[str]:
    """The same as lines of text."""
    return [f"{label}: {shown(value)}" for label, value in code_header(caption, unit)]
