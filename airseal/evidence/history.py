"""The history of one ledger as a Merkle tree: what its checkpoints commit to."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from airseal.evidence.proofs import Inclusion
from airseal.model.digest import Digest, from_hex
from airseal.model.merkle import TILE, Tree
from airseal.model.problem import Problem
from airseal.store import Entry, Store, leaf_of


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a statement stands in the ledger, and what its leaf needs besides."""

    sequence: int
    kind: str
    salt: bytes


class History:
    """The tree over a store's entries. It reads what was committed since it was last asked."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._tree = Tree(self._leaves)
        self._places: dict[Digest, _Place] = {}
        self._tile: tuple[int, Sequence[bytes]] = (-1, ())

    @property
    def size(self) -> int:
        """Entries in the ledger now."""
        for entry in self._store.entries(self._tree.size):
            self._tree.append(_leaf(entry))
            if entry.statement_id is not None:
                place = _Place(entry.sequence, entry.kind, entry.salt)
                self._places.setdefault(entry.statement_id, place)
        return self._tree.size

    def root(self, size: int) -> Digest:
        """The root over the first ``size`` entries; raises ``Problem("ENTRY_UNKNOWN")``."""
        if size > self.size:
            raise Problem("ENTRY_UNKNOWN", sequence=size)
        return from_hex(self._tree.root(size).hex())

    def consistency(self, old_size: int, size: int) -> tuple[bytes, ...]:
        """That the first ``old_size`` entries begin the first ``size``."""
        return self._tree.consistency(old_size, size)

    def inclusion(self, statement: Digest, size: int) -> Inclusion:
        """That a statement held here is among the first ``size`` entries.

        Raises ``Problem("ENTRY_UNKNOWN")`` when it is not.
        """
        place = self._places.get(statement)
        if place is None or place.sequence > size:
            raise Problem("ENTRY_UNKNOWN", sequence=0 if place is None else place.sequence)
        path = self._tree.inclusion(place.sequence - 1, size)
        return Inclusion(place.kind, path, place.salt.hex(), place.sequence, statement)

    def _leaves(self, start: int, stop: int) -> Sequence[bytes]:
        """Leaf hashes from the ledger; many proofs ask for the same tile in a row."""
        first = start - start % TILE
        if self._tile[0] != first:
            entries = islice(self._store.entries(first), TILE)
            self._tile = (first, [_leaf(entry) for entry in entries])
        return self._tile[1][start - first : stop - first]


def _leaf(entry: Entry) -> bytes:
    return leaf_of(entry.kind, entry.salt, entry.sequence, entry.statement_id)
