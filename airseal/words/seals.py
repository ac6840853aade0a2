"""The words for the seal register: where a seal stands, and what is entered of it."""

from collections.abc import Mapping
from typing import Final

from airseal.model.seal import SealAct, SealState
from airseal.text import Phrase, mark, phrase

SEAL_STATES: Final[Mapping[SealState, str]] = {
    SealState.APPLYING: mark("applied for"),
    SealState.REVIEWING: mark("under review"),
    SealState.APPROVED: mark("approved, to be made"),
    SealState.REFUSED: mark("refused"),
    SealState.MADE: mark("made"),
    SealState.COLLECTED: mark("collected"),
    SealState.FILED: mark("filed, not enabled yet"),
    SealState.ENABLED: mark("enabled"),
    SealState.SUSPENDED: mark("suspended"),
    SealState.PROXY: mark("kept by a proxy"),
    SealState.LOST: mark("reported lost"),
    SealState.EXPIRED: mark("run out"),
    SealState.CHANGING: mark("being changed"),
    SealState.SUPERSEDED: mark("replaced by a new version"),
    SealState.RETIRING: mark("being retired"),
    SealState.RETIRED: mark("retired"),
    SealState.CANCELLED: mark("deregistered"),
    SealState.DESTROYED: mark("destroyed"),
}

SEAL_ENTRIES: Final[Mapping[SealAct, str]] = {
    SealAct.SUSPEND: mark("Suspend"),
    SealAct.RESUME: mark("Resume"),
    SealAct.REPORT_LOSS: mark("Enter the loss"),
    SealAct.FIND: mark("Found again"),
    SealAct.CHANGE: mark("Begin a change"),
    SealAct.REPLACE: mark("Replaced by a new version"),
    SealAct.RETIRE: mark("Begin the retirement"),
    SealAct.APPROVE_RETIREMENT: mark("Retirement approved"),
    SealAct.DEREGISTER: mark("Deregister"),
    SealAct.DESTROY: mark("Destroyed"),
}
"""What the seal department enters (``airseal.model.seal.REGISTERED``)."""

CHECK_POINTS: Final[Mapping[str, str]] = {
    "token": mark("USBKey present"),
    "certificate": mark("Certificate valid"),
    "pin": mark("Own PIN"),
    "impression": mark("Impression right"),
    "storage": mark("Stored rightly"),
    "device": mark("Undamaged"),
}
"""What is looked at when a seal is checked (LC-24)."""


def holds_words(holds: bool) -> Phrase:
    """Whether a point of a check is as it must be."""
    return phrase("in order") if holds else phrase("NOT in order")
