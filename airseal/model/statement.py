"""A statement: one signed fact that another station must be able to rely on.

The payload's form is DESIGN §4. Signing and parsing live in ``airseal.evidence``; here is
only what a statement *is*.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, TypeAlias

from airseal.model.digest import Digest
from airseal.model.level import Level
from airseal.model.moment import parse_moment
from airseal.model.people import Post

if TYPE_CHECKING:
    from airseal.model.checkpoint import Checkpoint
    from airseal.model.delegation import DelegationBody
    from airseal.model.flow import FlowBody
    from airseal.model.question import Answer, Question
    from airseal.model.receipt import Receipt
    from airseal.model.registry import RegistryBody
    from airseal.model.request import CaseBody
    from airseal.model.staff import StaffBody
    from airseal.model.stamp import Timestamp
    from airseal.model.training import Training

    OfficeBody: TypeAlias = DelegationBody | Training
    StationBody: TypeAlias = Checkpoint | StaffBody | Receipt | Question | Answer

VERSION = 1
"""The payload version this program writes and reads (``v``)."""

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}\Z")


def is_id(text: str) -> bool:
    """Whether ``text`` may be the id of a unit, a station or a person."""
    return _ID.match(text) is not None


@dataclass(frozen=True, slots=True)
class Draft:
    """A statement before it is signed: everything its author says.

    ``unit``, ``station`` and ``by`` are short ASCII ids. ``at`` is RFC 3339 local time
    with offset, whole seconds. ``on`` are the ids relied upon, sorted. ``nonce`` is 32 hex
    digits. Raises ``ValueError`` for anything outside that form.
    """

    kind: str
    unit: str
    station: str
    case: Digest | None
    by: str
    cert: Digest
    post: Post
    level: Level
    at: str
    on: tuple[Digest, ...]
    nonce: str
    body: "RegistryBody | CaseBody | FlowBody | OfficeBody | StationBody | Timestamp"

    def __post_init__(self) -> None:
        if not all(is_id(part) for part in (self.unit, self.station, self.by)):
            raise ValueError("id outside its form")
        parse_moment(self.at)
        if not re.fullmatch(r"[0-9a-f]{32}", self.nonce):
            raise ValueError("nonce outside its form")
        if list(self.on) != sorted(set(self.on)):
            raise ValueError("ids relied upon must be sorted and distinct")

    @property
    def time(self) -> datetime:
        """``at`` as an aware datetime. It never decides an order (DESIGN §4)."""
        return parse_moment(self.at)


@dataclass(frozen=True, slots=True)
class Statement(Draft):
    """A draft whose canonical payload has been hashed: ``id`` is that SHA-256."""

    id: Digest


class Held(Protocol):
    """Statements that can be looked up by their ids."""

    def __contains__(self, statement_id: object, /) -> bool:
        """Whether it is held."""

    def __getitem__(self, statement_id: Digest, /) -> Statement:
        """It; raises KeyError when it is not held."""


def closure(roots: Iterable[Digest], held: Held) -> set[Digest]:
    """``roots`` and all they rely on, as far as ``held`` has them (DESIGN §4 Bundle)."""
    found: set[Digest] = set()
    pending = [root for root in roots if root in held]
    while pending:
        statement_id = pending.pop()
        if statement_id not in found:
            found.add(statement_id)
            pending.extend(parent for parent in held[statement_id].on if parent in held)
    return found


def latest_first(statements: Iterable[Statement]) -> list[Statement]:
    """What relies on another stands before it; ``at`` decides only between the rest.

    Two acts of one second, or of two clocks, thus never change places (DESIGN §4).
    """
    left = {one.id: one for one in statements}
    needed = Counter(parent for one in left.values() for parent in one.on if parent in left)
    ordered: list[Statement] = []
    while left:
        newest = max(
            (one for key, one in left.items() if not needed[key]),
            key=lambda one: (one.time, one.id),
        )
        ordered.append(left.pop(newest.id))
        needed.subtract(parent for parent in newest.on if parent in left)
    return ordered
