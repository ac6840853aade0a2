"""What a refusal means for the papers: the second thing a person must know after what happened.

Most refusals come before anything was done, so that is what is said unless the code tells
otherwise. The longest beginning of a code that stands in the table decides.
"""

from collections.abc import Mapping
from typing import Final

from airseal.text import mark

UNCHANGED: Final = mark("Nothing was signed or changed; the papers stay as they are.")
KEPT: Final = mark("What was saved before stays saved; what was under way is not done.")
NOT_TAKEN_IN: Final = mark("Nothing of it was taken in; what is held here stays as it is.")
NOT_WRITTEN: Final = mark("What lies on the medium does not count; nothing held here was lost.")
NOT_JUDGED: Final = mark("It says nothing about whether the paper is genuine.")
RECORDS: Final = mark("Nothing new can be signed here until this is settled; what is signed stays.")
PART_DONE: Final = mark("What was signed before it stopped is saved; the rest is unchanged.")

_BY_BEGINNING: Final[Mapping[str, str]] = {
    "INTERNAL_ERROR": KEPT,
    "CANCELLED": KEPT,
    "BATCH_STOPPED": PART_DONE,
    "JAIL_": NOT_JUDGED,
    "STORE_": KEPT,
    "LEDGER_": RECORDS,
    "DESK_": RECORDS,
    "CLOCK_": RECORDS,
    "CHECKPOINT_": RECORDS,
    "BUNDLE_": NOT_TAKEN_IN,
    "LIGHT_": NOT_TAKEN_IN,
    "LIGHT_SCREEN": UNCHANGED,
    "STATEMENT_": NOT_TAKEN_IN,
    "SLIP_": NOT_TAKEN_IN,
    "DOCUMENT_": NOT_TAKEN_IN,
    "LEVEL_ABOVE_STATION": NOT_TAKEN_IN,
    "MEDIUM_": NOT_WRITTEN,
    "BACKUP_": NOT_WRITTEN,
}


def meaning_of(code: str) -> str:
    """The message id of what ``code`` means for the papers."""
    fitting = [beginning for beginning in _BY_BEGINNING if code.startswith(beginning)]
    return _BY_BEGINNING[max(fitting, key=len)] if fitting else UNCHANGED
