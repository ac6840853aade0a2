"""What a request is about (用印事由): the keys by which the authority matrix finds its rows.

``Matter`` is part of the signed request: to change any of it is to ask anew, and what was
approved before does not count for that (AP-08, SC-06).
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

_KIND = re.compile(r"[a-z][a-z0-9-]{0,31}\Z")

ORDINARY_KIND = "official"
"""公文: the kind of a request that names none."""

PARTY_KIND = "party"
"""党组文件: asked for by C-03 under its own name."""

MAX_REFERENCE = 64
"""Characters of a 字号 or of a flow number."""


def is_kind(text: str) -> bool:
    """Whether ``text`` may be the id of a document kind or of a seal type."""
    return _KIND.match(text) is not None


class Importance(StrEnum):
    """重要程度, lowest first (AP-08)."""

    GENERAL = "general"
    IMPORTANT = "important"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """0 for 一般 up to 2 for 特别重要."""
        return _RANKS[self]

    def covers(self, other: "Importance") -> bool:
        """Whether this is at least as important as ``other``."""
        return self.rank >= other.rank


_RANKS = {one: rank for rank, one in enumerate(Importance)}


class Subject(StrEnum):
    """What a paper touches, so that another department must countersign it (AP-06)."""

    FINANCE = "finance"
    LEGAL = "legal"


class Way(StrEnum):
    """电子签章 or 传统签章, chosen before submission (AP-12)."""

    ELECTRONIC = "electronic"
    TRADITIONAL = "traditional"


class Origin(StrEnum):
    """Whose text it is (DC-08): 代拟稿 and 转发稿 come with the file they were made from."""

    OWN = "own"
    DRAFTED_FOR_OTHERS = "drafted-for-others"
    FORWARDED = "forwarded"


class Special(StrEnum):
    """特殊事项, which only rows that name them allow (AP-20)."""

    OFFSITE = "offsite"
    LOAN = "loan"
    TRANSFER = "transfer"


WINDOWED: Final = (Special.OFFSITE, Special.LOAN)
"""Special matters that are for a time only, which the request names (C-07, C-19)."""


class Declaration(StrEnum):
    """What the applicant declares with the signature (DC-14)."""

    TRUE = "true"
    LAWFUL = "lawful"
    COMPLETE = "complete"


@dataclass(frozen=True, slots=True)
class Matter:
    """Document kind (文种), 字号, importance, subjects, way and flow reference of a request.

    ``symbol`` is the 字号 as printed, ``flow_ref`` the number in the flow system it comes
    from (AP-17); both may be empty. ``subjects`` are sorted and distinct. ``declared`` is
    what the applicant declares: all of it, or the request is no request (DC-14). ``origin``
    says whose text it is (DC-08).
    """

    kind: str = ORDINARY_KIND
    symbol: str = ""
    importance: Importance = Importance.GENERAL
    subjects: tuple[Subject, ...] = ()
    way: Way = Way.ELECTRONIC
    special: Special | None = None
    flow_ref: str = ""
    declared: tuple[Declaration, ...] = tuple(Declaration)
    origin: Origin = Origin.OWN

    def __post_init__(self) -> None:
        if not is_kind(self.kind):
            raise ValueError("kind outside its form")
        if max(len(self.symbol), len(self.flow_ref)) > MAX_REFERENCE:
            raise ValueError("a reference too long")
        if list(self.subjects) != sorted(set(self.subjects)):
            raise ValueError("subjects must be sorted and distinct")
        if self.declared != tuple(Declaration):
            raise ValueError("an undeclared request")
