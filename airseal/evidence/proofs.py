"""The proofs a bundle brings beside its checkpoint: ``data/proofs/<checkpoint>.json``.

They are covered by the bundle's signature and need no other: a proof either holds against
the signed root or it does not.

The leaf of an entry is ``{"kind","salt","sequence","statement"}`` as canonical JSON; 16 random
bytes of salt keep a proof from telling anything of the neighbours it passes (DESIGN §4 Ledger).
"""

from collections.abc import Iterable

import msgspec

from airseal.model.checkpoint import Checkpoint
from airseal.model.digest import Digest, parse_digest, to_hex
from airseal.model.merkle import (
    HASH_LENGTH,
    verify_consistency,
    verify_inclusion,
)
from airseal.model.problem import Problem
from airseal.store import leaf_of

VERSION = 1


class Inclusion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """That one statement is an entry of the ledger: its leaf, and the path to the root."""

    kind: str
    path: tuple[bytes, ...]
    salt: str
    sequence: int
    statement: Digest


class Beginning(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """That an earlier head is a beginning of the ledger."""

    path: tuple[bytes, ...]
    root: Digest
    size: int


class Proofs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All proofs about one checkpoint, ordered by statement and by size."""

    checkpoint: Digest
    consistency: tuple[Beginning, ...]
    inclusion: tuple[Inclusion, ...]
    v: int = VERSION


def proofs_name(checkpoint: Digest) -> str:
    """Where the proofs lie in a bundle."""
    return f"data/proofs/{to_hex(checkpoint)}.json"


def encode_proofs(proofs: Proofs) -> bytes:
    """The one spelling of ``proofs``."""
    return msgspec.json.encode(proofs, order="sorted")


def decode_proofs(data: bytes) -> Proofs:
    """Proofs from outside; raises ``Problem("PROOF_FORM")`` unless they are in their spelling."""
    try:
        proofs = msgspec.json.decode(data, type=Proofs)
        digests = [proofs.checkpoint, *(one.root for one in proofs.consistency)]
        for digest in (*digests, *(one.statement for one in proofs.inclusion)):
            parse_digest(digest)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, Problem):
        raise Problem("PROOF_FORM") from None
    sizes = [one.size for one in proofs.consistency]
    statements = [one.statement for one in proofs.inclusion]
    paths = [one.path for one in proofs.consistency] + [one.path for one in proofs.inclusion]
    if (
        proofs.v != VERSION
        or sizes != sorted(set(sizes))
        or statements != sorted(set(statements))
        or any(len(hash_) != HASH_LENGTH for one in paths for hash_ in one)
        or encode_proofs(proofs) != data
    ):
        raise Problem("PROOF_FORM")
    return proofs


def check_proofs(proofs: Proofs, head: Checkpoint, statements: Iterable[Digest]) -> None:
    """Raise ``Problem("PROOF_WRONG")`` unless every proof holds against ``head``.

    Each of ``statements``, and nothing else, must be shown to be an entry.
    """
    if {one.statement for one in proofs.inclusion} != set(statements):
        raise Problem("PROOF_WRONG")
    root = _raw(head.root)
    for one in proofs.inclusion:
        leaf = leaf_of(one.kind, _salt(one.salt), one.sequence, one.statement)
        if not verify_inclusion(leaf, one.sequence - 1, head.size, one.path, root):
            raise Problem("PROOF_WRONG")
    for beginning in proofs.consistency:
        old = _raw(beginning.root)
        if not verify_consistency(beginning.size, old, head.size, root, beginning.path):
            raise Problem("PROOF_WRONG")


def _raw(digest: Digest) -> bytes:
    return bytes.fromhex(to_hex(digest))


def _salt(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise Problem("PROOF_FORM") from None
