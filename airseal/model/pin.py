"""PINs of tokens: which are too simple to be chosen (TK-02; REQUIREMENTS 2.7)."""

from typing import Final

from airseal.model.problem import Problem

MIN_LENGTH: Final = 6
_ROWS: Final = ("01234567890", "09876543210")


def judge_pin(new: str, old: str = "") -> Problem | None:
    """``PIN_WEAK`` for a PIN that is short, all alike, a row, a repetition, or ``old``; or None."""
    weak = (
        len(new) < MIN_LENGTH
        or new == old
        or len(set(new)) < 3
        or new in (new + new)[1:-1]
        or any(new in row for row in _ROWS)
    )
    return Problem("PIN_WEAK") if weak else None
