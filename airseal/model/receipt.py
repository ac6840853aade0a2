"""Receipts (签收回执): the addressee signs that a bundle came, and countersigns its checkpoint.

A receipt speaks of the whole bundle: its serial, its bytes, and the head of the sender's ledger
that came with it. With it in hand the sender knows from where the next proof must begin.
"""

from dataclasses import dataclass

from airseal.model.checkpoint import MAX_SIZE
from airseal.model.digest import Digest
from airseal.model.moment import parse_moment
from airseal.model.statement import is_id

MAX_BUNDLE = 120
"""Characters of the serial of a bundle."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """The bundle ``bundle`` of ``station`` at ``unit`` came, as the bytes ``digest``.

    ``imported`` is when (导入时间, RFC 3339); the statement's own time is 签收时间. ``size`` and
    ``root`` are the head of the sender's ledger that the bundle proved; ``root`` is None when it
    brought none.
    """

    bundle: str
    digest: Digest
    unit: str
    station: str
    imported: str
    size: int
    root: Digest | None

    def __post_init__(self) -> None:
        if not (is_id(self.unit) and is_id(self.station)):
            raise ValueError("id outside its form")
        if not (self.bundle.isascii() and 0 < len(self.bundle) <= MAX_BUNDLE):
            raise ValueError("no serial of a bundle")
        if not 0 <= self.size < MAX_SIZE:
            raise ValueError("size out of range")
        parse_moment(self.imported)
