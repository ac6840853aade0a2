"""The history of one ledger as a Merkle tree: what its checkpoints commit to."""

from collections.abc import Sequence
from itertools import islice

from airseal.evidence.proofs import Inclusion
from airseal.model.digest import Digest, from_hex
from airseal.model.merkle import TILE, Tree
from airseal.model.problem import Problem
from airseal.store import Entry, Place, Store, leaf_of


class History:
    """The tree over a store's entries. It reads what was committed since it was last asked.

    Finished tiles, leaves and places come from the index, as far as it covers the ledger; only
    what is beyond is read.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._tree = Tree(self._leaves)

    @property
    def size(self) -> int:
        """Entries in the ledger now."""
        if self._tree.size % TILE == 0:
            for root in self._store.index.tile_roots()[self._tree.size // TILE :]:
                self._tree.append_tile(root)
        for entry in self._store.entries(self._tree.size):
            self._tree.append(_leaf(entry))
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
        place = self._place(statement)
        if place is None or place.sequence > size:
            raise Problem("ENTRY_UNKNOWN", sequence=0 if place is None else place.sequence)
        path = self._tree.inclusion(place.sequence - 1, size)
        return Inclusion(place.kind, path, place.salt.hex(), place.sequence, statement)

    def _place(self, statement: Digest) -> Place | None:
        index = self._store.index
        if (place := index.place(statement)) is not None or index.complete:
            return place
        for entry in self._store.entries(index.covered):
            if entry.statement_id == statement:
                return Place(entry.sequence, entry.kind, entry.salt)
        return None

    def _leaves(self, start: int, stop: int) -> Sequence[bytes]:
        """Leaf hashes of entries ``start`` + 1 to ``stop``."""
        if stop <= self._store.index.covered:
            return self._store.index.leaves(start, stop)
        return [_leaf(entry) for entry in islice(self._store.entries(start), stop - start)]


def _leaf(entry: Entry) -> bytes:
    return leaf_of(entry.kind, entry.salt, entry.sequence, entry.statement_id)
