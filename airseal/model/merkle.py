"""Merkle trees over append-only lists: RFC 6962 hashes, RFC 9162 proofs.

A tree head (size and root) commits to every leaf and their order. An *inclusion* proof shows
that one leaf is in the tree, a *consistency* proof that an earlier tree is a beginning of a
later one. Indices count from 0; hashes are 32 raw bytes (SHA-256).

:class:`Tree` keeps the leaves of its last, unfinished tile only, and for every finished tile
one hash; what a proof needs of an old tile is read again from where the leaves came from.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from hashlib import sha256

EMPTY_ROOT = sha256(b"").digest()
"""The root of a tree without leaves."""

HASH_LENGTH = len(EMPTY_ROOT)

TILE_HEIGHT = 8
TILE = 1 << TILE_HEIGHT
"""Leaves in a finished tile: 64 bytes of memory stand for 256 leaves."""

_REMEMBERED = 1 << 14
"""Subtrees whose hashes are kept once they were asked for: those of 32 tiles."""


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf (RFC 9162 §2.1.1)."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node (RFC 9162 §2.1.1)."""
    return sha256(b"\x01" + left + right).digest()


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> bool:
    """Whether ``proof`` shows that ``leaf`` is at ``index`` of the tree (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size or len(leaf) != HASH_LENGTH:
        return False
    node, last, hash_ = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            hash_ = node_hash(sibling, hash_)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            hash_ = node_hash(hash_, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and hash_ == root


def verify_consistency(
    old_size: int, old_root: bytes, new_size: int, new_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Whether ``proof`` shows that the old tree begins the new one (RFC 9162 §2.1.4.2).

    A tree without leaves begins every tree; to prove that would say nothing, so it is refused.
    """
    if not 0 < old_size <= new_size:
        return False
    if old_size == new_size:
        return not proof and old_root == new_root
    node, last = old_size - 1, new_size - 1
    path = list(proof)
    if old_size & (old_size - 1) == 0:
        path.insert(0, old_root)
    if not path:
        return False
    while node & 1:
        node, last = node >> 1, last >> 1
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and old == old_root and new == new_root


class Tree:
    """The tree over a list that only grows.

    ``leaves(start, stop)`` must give again the leaf hashes that were appended as numbers
    ``start`` to ``stop`` - 1; a proof asks for at most a few tiles of them.
    """

    def __init__(self, leaves: Callable[[int, int], Iterable[bytes]]) -> None:
        self._leaves = leaves
        self._recent: list[bytes] = []
        self._tiles: list[list[bytes]] = []
        """By height above a tile: the hashes of all finished subtrees, from the left."""
        # What is appended never changes, and neighbours' proofs have most of their path in common.
        self._range = lru_cache(_REMEMBERED)(self._hash_of)

    @property
    def size(self) -> int:
        """How many leaves there are."""
        tiles = len(self._tiles[0]) if self._tiles else 0
        return tiles * TILE + len(self._recent)

    def append(self, leaf: bytes) -> None:
        """Add the hash of the next leaf."""
        self._recent.append(leaf)
        if len(self._recent) == TILE:
            self._finish_tile(subtree_root(self._recent))
            self._recent = []

    def append_tile(self, root: bytes) -> None:
        """Add the next ``TILE`` leaves at once, by the root over them.

        Raises ``ValueError`` while single leaves wait for their tile to be finished.
        """
        if self._recent:
            raise ValueError("a tile is unfinished")
        self._finish_tile(root)

    def root(self, size: int | None = None) -> bytes:
        """The root over the first ``size`` leaves (default: all)."""
        size = self._checked(size)
        return self._range(0, size) if size else EMPTY_ROOT

    def inclusion(self, index: int, size: int | None = None) -> tuple[bytes, ...]:
        """PATH(``index``, D[``size``]) of RFC 9162 §2.1.3.1; raises ``ValueError``."""
        size = self._checked(size)
        if not 0 <= index < size:
            raise ValueError("no such leaf in the tree")
        path: list[bytes] = []
        start, stop = 0, size
        while stop - start > 1:
            middle = start + _split(stop - start)
            if index < middle:
                path.append(self._range(middle, stop))
                stop = middle
            else:
                path.append(self._range(start, middle))
                start = middle
        return tuple(reversed(path))

    def consistency(self, old_size: int, size: int | None = None) -> tuple[bytes, ...]:
        """PROOF(``old_size``, D[``size``]) of RFC 9162 §2.1.4.1; raises ``ValueError``."""
        size = self._checked(size)
        if not 0 < old_size <= size:
            raise ValueError("no such beginning of the tree")
        path: list[bytes] = []
        start, stop = 0, size
        while stop != old_size:
            middle = start + _split(stop - start)
            if old_size <= middle:
                path.append(self._range(middle, stop))
                stop = middle
            else:
                path.append(self._range(start, middle))
                start = middle
        if start > 0:
            path.append(self._range(start, stop))
        return tuple(reversed(path))

    def _checked(self, size: int | None) -> int:
        if size is None:
            return self.size
        if not 0 <= size <= self.size:
            raise ValueError("the tree is smaller")
        return size

    def _finish_tile(self, hash_: bytes) -> None:
        """A finished tile may finish the subtrees above it."""
        for level in self._tiles:
            level.append(hash_)
            if len(level) & 1:
                return
            hash_ = node_hash(level[-2], level[-1])
        self._tiles.append([hash_])

    def _hash_of(self, start: int, stop: int) -> bytes:
        """The hash of the subtree over the leaves from ``start`` to ``stop`` - 1."""
        count = stop - start
        if count & (count - 1) == 0 and count >= TILE:
            height = count.bit_length() - 1
            return self._tiles[height - TILE_HEIGHT][start >> height]
        if count > TILE:
            middle = start + _split(count)
            return node_hash(self._range(start, middle), self._range(middle, stop))
        finished = self.size - len(self._recent)
        if start >= finished:
            return subtree_root(self._recent[start - finished : stop - finished])
        return subtree_root(list(self._leaves(start, stop)))


def _split(count: int) -> int:
    """The largest power of two smaller than ``count`` (at least 2)."""
    return 1 << ((count - 1).bit_length() - 1)


def subtree_root(leaves: Sequence[bytes]) -> bytes:
    """The hash of the subtree over at least one leaf."""
    if len(leaves) == 1:
        return leaves[0]
    middle = _split(len(leaves))
    return node_hash(subtree_root(leaves[:middle]), subtree_root(leaves[middle:]))
