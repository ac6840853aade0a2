"""What a parked statement lacks, and who has it (DESIGN §4 Fold rules).

Nothing but its id is known of a statement that is not here. Whoever signed the waiting one
relied on it, so their station had it; what a snapshot lists, the seal department has.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from airseal.model.current import Registry
from airseal.model.digest import Digest
from airseal.model.statement import Statement


class LackKind(StrEnum):
    """What is missing, as far as it can be told."""

    REQUEST = "request"
    REGISTRY = "registry"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Lack:
    """One statement that is missing; ``station`` has it, or the seal department if empty."""

    id: Digest
    kind: LackKind
    unit: str
    station: str
    person: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """A parked statement, and all that it lacks."""

    statement: Statement
    lacks: tuple[Lack, ...]


def waiting(
    statement: Statement,
    missing: Collection[Digest],
    registry: Registry | None,
    held_snapshot: bool,
) -> Waiting:
    """What ``statement`` lacks. ``registry`` is the one its unit published, as far as held.

    ``held_snapshot`` says that the edition of the registry it names is here; without it, what
    is missing and is not the request is most likely that edition.
    """
    listed = {head.id for head in registry.missing} if registry else set()

    def lack(one: Digest) -> Lack:
        if one == statement.case:
            kind = LackKind.REQUEST
        elif one in listed or not held_snapshot:
            kind = LackKind.REGISTRY
        else:
            kind = LackKind.OTHER
        if kind is LackKind.REGISTRY:
            return Lack(one, kind, statement.unit, "", "")
        return Lack(one, kind, statement.unit, statement.station, statement.by)

    return Waiting(statement, tuple(map(lack, missing)))
