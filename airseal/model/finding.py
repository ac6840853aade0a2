"""What preflight can find that does not forbid a seal by itself (DC-03, DC-04, DC-13).

The jail finds it, the drafter must let it stand by name, and the request says so; so officer
and custodian see it, and nobody can say later that it was overlooked.
"""

from typing import Final

from airseal.model.format import CODES as FORMAT_CODES

CLAUSES: Final = {
    **dict.fromkeys(FORMAT_CODES.values(), "DC-16"),
    "PDF_BLANK_PAGE": "DC-04",
    "PDF_COMMENT": "DC-03",
    "PDF_EXTERNAL_LINK": "DC-13",
    "PDF_FONT_MISSING": "DC-13",
    "PDF_FORM_FIELD_EMPTY": "DC-03, DC-04",
    "PDF_ALREADY_SIGNED": "DC-03",
    "PDF_BROKEN": "DC-03",
    "PDF_EMBEDDED_FILE": "DC-03, DC-15",
    "PDF_ENCRYPTED": "DC-03",
    "PDF_EXTERNAL_CONTENT": "DC-13",
    "PDF_JAVASCRIPT": "DC-03",
    "PDF_LAUNCH": "DC-03",
    "PDF_LAYERS": "DC-13",
    "PDF_MULTIMEDIA": "DC-03",
    "PDF_PAGE_SIZE": "DC-13",
    "PDF_SIGNATURE_FIELD": "DC-03",
    "PDF_TRACKED_CHANGE": "DC-03",
    "PDF_XFA": "DC-03",
}
"""Which requirement a finding is about."""

TO_CONFIRM: Final = frozenset({"PDF_BLANK_PAGE", "PDF_COMMENT", "PDF_FORM_FIELD_EMPTY"})
"""Findings that keep a request back until the drafter lets each stand by its code."""


def clause_of(code: str) -> str:
    """The requirement behind a finding; empty for one that is about no clause."""
    return CLAUSES.get(code, "")
