"""Checkpoints (校验点): what a station says of its ledger, and what others remember of it.

A checkpoint commits its station to every entry so far (RFC 9162). It lists besides what the
station itself has seen of others, so that it acknowledges theirs, and so that two stations
which never meet compare, through a third, what each was shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from airseal.model.digest import Digest
from airseal.model.moment import parse_moment
from airseal.model.problem import Problem
from airseal.model.statement import is_id

MAX_SIZE = 1 << 48
"""More entries than any ledger holds."""

REMEMBERED = 64
"""Heads of one partner that are remembered (count): bundles may arrive in any order."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """A head (size and root) that was seen of the ledger of one station."""

    unit: str
    station: str
    size: int
    root: Digest

    def __post_init__(self) -> None:
        if not (is_id(self.unit) and is_id(self.station)):
            raise ValueError("id outside its form")
        _check_size(self.size)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of the signing station's own ledger, and the latest heads it has seen.

    ``restores`` counts how often the home was restored from a backup, ``restored`` is when it
    was the last time (BK-03). ``seen`` is ordered by unit and station, one head for each.
    """

    size: int
    root: Digest
    restores: int
    seen: tuple[Sighting, ...]
    restored: str | None = None

    def __post_init__(self) -> None:
        _check_size(self.size)
        if not 0 <= self.restores < MAX_SIZE:
            raise ValueError("restores out of range")
        if self.restored is not None:
            parse_moment(self.restored)
            if not self.restores:
                raise ValueError("restored never, and when")
        stations = [(one.unit, one.station) for one in self.seen]
        if stations != sorted(set(stations)):
            raise ValueError("sightings must be sorted and distinct")


@dataclass(frozen=True, slots=True)
class Shown:
    """A checkpoint as a bundle showed it.

    ``beginnings`` are earlier heads (size → root) that consistency proofs joined to it.
    """

    unit: str
    station: str
    size: int
    root: Digest
    restores: int
    beginnings: Mapping[int, Digest]
    restored: str | None = None


@dataclass(frozen=True, slots=True)
class Remembered:
    """What is remembered of a partner: its latest head, and heads shown to lie on its way."""

    size: int
    root: Digest
    restores: int
    heads: Mapping[int, Digest]
    restored: str | None = None


def judge_shown(known: Remembered | None, shown: Shown) -> Problem | None:
    """Why what is shown does not continue what is remembered, or None.

    ``CHECKPOINT_FORKED``: two histories of one ledger, which is proof of a restored copy or
    of two books. ``CHECKPOINT_RESTORED``: the same, but the station says that it restored a
    backup. ``CHECKPOINT_UNPROVEN``: the proof that joins the two was not brought.
    """
    if known is None:
        return None
    heads = {**shown.beginnings, shown.size: shown.root}
    names = {"unit": shown.unit, "station": shown.station}
    forks = sorted(size for size in heads if known.heads.get(size, heads[size]) != heads[size])
    joined = known.size in heads if shown.size >= known.size else shown.size in known.heads
    if joined and not forks:
        return None
    # Twice restored from one backup counts as one restore to the home itself.
    again = shown.restored is not None and shown.restored != known.restored
    if shown.restores > known.restores or again:
        return Problem("CHECKPOINT_RESTORED", **names, at=shown.restored or "-")
    if forks:
        return Problem("CHECKPOINT_FORKED", **names, size=forks[0])
    return Problem("CHECKPOINT_UNPROVEN", **names, size=known.size)


def judge_doubt(doubted: Remembered, shown: Shown) -> Problem | None:
    """Why ``shown``, which continues what is remembered, leaves a doubt open, or None.

    ``doubted`` is what nothing joined to it when it came. ``CHECKPOINT_FORKED`` when it is of
    another history; ``CHECKPOINT_UNPROVEN`` while its head is not shown to lie on this one.
    """
    heads = {**shown.beginnings, shown.size: shown.root}
    names = {"unit": shown.unit, "station": shown.station}
    forks = sorted(size for size in heads if doubted.heads.get(size, heads[size]) != heads[size])
    if forks:
        return Problem("CHECKPOINT_FORKED", **names, size=forks[0])
    if doubted.size not in heads:
        return Problem("CHECKPOINT_UNPROVEN", **names, size=doubted.size)
    return None


def remember(known: Remembered | None, shown: Shown) -> Remembered:
    """What to remember after ``shown`` was found to continue ``known``."""
    heads = {**shown.beginnings, shown.size: shown.root}
    if known is None:
        return Remembered(shown.size, shown.root, shown.restores, _newest(heads), shown.restored)
    heads = _newest({**known.heads, **heads})
    if shown.size < known.size:
        return Remembered(known.size, known.root, known.restores, heads, known.restored)
    return Remembered(shown.size, shown.root, shown.restores, heads, shown.restored)


def contradicts(known: Remembered | None, sighting: Sighting) -> bool:
    """Whether somebody else was shown another head of the same size."""
    return known is not None and known.heads.get(sighting.size, sighting.root) != sighting.root


def _newest(heads: Mapping[int, Digest]) -> dict[int, Digest]:
    return {size: heads[size] for size in sorted(heads)[-REMEMBERED:]}


def _check_size(size: int) -> None:
    if not 0 < size < MAX_SIZE:
        raise ValueError("size out of range")
