"""What two people here accepted from outside, and what was taken back (TX-16, E-04).

A root certificate, of a unit or of an authority for time stamps, counts only when two people read
its fingerprint off paper; it ends with a reason. The whole history stays in the ledger, the newest
of each on the desk.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from airseal.model.digest import Digest
from airseal.model.people import is_person
from airseal.model.problem import Problem
from airseal.store import Entry, JsonValue


@dataclass(frozen=True, slots=True)
class Compared:
    """``person`` read ``fingerprint`` off a paper of the owner, as they typed it."""

    person: str
    fingerprint: str

    def fits(self, root: Digest) -> bool:
        """Whether it is the fingerprint of ``root``; spaces, colons and case are typing habits."""
        typed = self.fingerprint.casefold().removeprefix("sha256:")
        return "".join(typed.split()).replace(":", "") == root.removeprefix("sha256:")


def require_compared(fingerprint: Digest, compared: Sequence[Compared]) -> None:
    """Two people typed ``fingerprint``; whether they are who they say is for another to ask.

    Raises ``WITNESSES_TWO`` and ``ROOT_FINGERPRINT`` (``person``).
    """
    if len({one.person for one in compared if is_person(one.person)}) != 2:
        raise Problem("WITNESSES_TWO")
    for one in compared:
        if not one.fits(fingerprint):
            raise Problem("ROOT_FINGERPRINT", person=one.person)


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    """A certificate that was enrolled here; ``ended`` (RFC 3339) and ``reason`` once taken back."""

    fingerprint: Digest
    since: str
    compared_by: tuple[str, ...]
    ended: str = ""
    reason: str = ""

    @property
    def trusted(self) -> bool:
        """Whether it counts now."""
        return not self.ended


def enrolled_row(entry: Entry) -> dict[str, JsonValue]:
    """The desk's row of what ``entry`` enrols."""
    return {**entry.facts, "at": entry.at}


def ended_row(row: JsonValue, entry: Entry) -> dict[str, JsonValue]:
    """The row after ``entry`` took it back."""
    assert isinstance(row, dict)
    return {**row, "ended": entry.at, "reason": entry.facts["reason"]}


def standing_of(row: Mapping[str, JsonValue]) -> dict[str, Any]:
    """What a row says of every :class:`Enrolled`."""
    people = row["compared_by"]
    return {
        "fingerprint": Digest(str(row["fingerprint"])),
        "since": str(row["at"]),
        "compared_by": tuple(str(one) for one in people) if isinstance(people, list) else (),
        "ended": str(row.get("ended", "")),
        "reason": str(row.get("reason", "")),
    }
