"""The Merkle tree: the vectors of another implementation, and every proof of small trees."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airseal.model.merkle import (
    EMPTY_ROOT,
    TILE,
    Tree,
    leaf_hash,
    node_hash,
    verify_consistency,
    verify_inclusion,
)

VECTORS = Path(__file__).parents[2] / "shared" / "corpus" / "merkle"


def vectors(kind: str) -> list[dict]:
    found = [json.loads(path.read_text()) for path in sorted((VECTORS / kind).rglob("*.json"))]
    if not found:
        pytest.skip(f"the proof vectors are not at {VECTORS / kind}")
    return found


def unpacked(texts: list[str] | None) -> list[bytes]:
    return [base64.b64decode(text) for text in texts or []]


def test_inclusion_proofs_of_another_implementation():
    told = vectors("inclusion")
    wrong = [
        one["desc"]
        for one in told
        if verify_inclusion(
            base64.b64decode(one["leafHash"]),
            one["leafIdx"],
            one["treeSize"],
            unpacked(one["proof"]),
            base64.b64decode(one["root"]),
        )
        is one["wantErr"]
    ]
    assert not wrong
    assert len(told) + len(vectors("consistency")) == 196


def test_consistency_proofs_of_another_implementation():
    wrong = [
        one["desc"]
        for one in vectors("consistency")
        if verify_consistency(
            one["size1"],
            base64.b64decode(one["root1"]),
            one["size2"],
            base64.b64decode(one["root2"]),
            unpacked(one["proof"]),
        )
        is one["wantErr"]
    ]
    assert not wrong


def leaves(count: int) -> list[bytes]:
    return [leaf_hash(number.to_bytes(4)) for number in range(count)]


def tree_of(count: int) -> Tree:
    held = leaves(count)
    tree = Tree(lambda start, stop: held[start:stop])
    for leaf in held:
        tree.append(leaf)
    return tree


def plain_root(held: list[bytes]) -> bytes:
    """RFC 9162 §2.1.1, word for word."""
    if not held:
        return EMPTY_ROOT
    if len(held) == 1:
        return held[0]
    k = 1
    while k * 2 < len(held):
        k *= 2
    return node_hash(plain_root(held[:k]), plain_root(held[k:]))


SIZES = [*range(18), TILE - 1, TILE, TILE + 1, 2 * TILE, 3 * TILE - 1, 5 * TILE + 77]


@pytest.mark.parametrize("size", SIZES)
def test_the_root_is_that_of_the_standard(size: int):
    tree = tree_of(5 * TILE + 77)
    assert tree.root(size) == plain_root(leaves(size))
    assert tree_of(size).root() == tree.root(size)


def pairs(limit: int) -> Iterator[tuple[int, int]]:
    return ((old, new) for new in range(1, limit) for old in range(1, new + 1))


def test_every_proof_of_a_small_tree_holds_and_no_other():
    tree = tree_of(20)
    for index, size in ((i, n) for n in range(1, 20) for i in range(n)):
        proof = tree.inclusion(index, size)
        assert verify_inclusion(leaves(20)[index], index, size, proof, tree.root(size))
        for other in range(20):
            if other != index:
                leaf = leaves(20)[other]
                assert not verify_inclusion(leaf, index, size, proof, tree.root(size))
    for old, new in pairs(20):
        proof = tree.consistency(old, new)
        assert verify_consistency(old, tree.root(old), new, tree.root(new), proof)
        if old < new:
            forged = tree.root(old)[:-1] + bytes([tree.root(old)[-1] ^ 1])
            assert not verify_consistency(old, forged, new, tree.root(new), proof)
            assert not verify_consistency(old, tree.root(old), new, forged, proof)
            assert not verify_consistency(old, tree.root(old), new, tree.root(new), proof[:-1])
            more = [*proof, forged]
            assert not verify_consistency(old, tree.root(old), new, tree.root(new), more)


BIG = tree_of(5 * TILE + 77)


@given(st.data())
def test_proofs_across_tiles(data: st.DataObject):
    size = data.draw(st.integers(1, BIG.size))
    index = data.draw(st.integers(0, size - 1))
    leaf = leaf_hash(index.to_bytes(4))
    assert verify_inclusion(leaf, index, size, BIG.inclusion(index, size), BIG.root(size))
    proof = BIG.consistency(index + 1, size)
    assert verify_consistency(index + 1, BIG.root(index + 1), size, BIG.root(size), proof)


@given(st.integers(-1, 9), st.integers(-1, 9), st.lists(st.binary(min_size=32, max_size=32)))
def test_random_proofs_prove_nothing(old: int, new: int, proof: list[bytes]):
    tree = tree_of(9)
    if 0 < old < new and tuple(proof) != tree.consistency(old, new):
        assert not verify_consistency(old, tree.root(old), new, tree.root(new), proof)
    if old < 1 or old > new:
        assert not verify_consistency(old, EMPTY_ROOT, new, tree.root(max(new, 0)), proof)
    if not 0 <= old < new:
        assert not verify_inclusion(EMPTY_ROOT, old, new, proof, EMPTY_ROOT)


def test_old_tiles_are_read_again_and_not_kept():
    asked: list[int] = []
    held = leaves(4 * TILE)

    def again(start: int, stop: int) -> list[bytes]:
        asked.append(stop - start)
        return held[start:stop]

    tree = Tree(again)
    for leaf in held:
        tree.append(leaf)
    assert tree.root() == plain_root(held) and not asked
    tree.inclusion(5)
    assert sum(asked) <= TILE


@pytest.mark.parametrize("size", [-1, 21])
def test_a_tree_says_nothing_of_leaves_it_lacks(size: int):
    tree = tree_of(20)
    for ask in (tree.root, lambda n: tree.inclusion(0, n), lambda n: tree.consistency(1, n)):
        with pytest.raises(ValueError):
            ask(size)
    with pytest.raises(ValueError):
        tree.inclusion(20)
    with pytest.raises(ValueError):
        tree.consistency(0)
