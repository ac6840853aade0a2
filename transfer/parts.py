"""What holds for the parts of a bundle, whether it is being written or opened."""

import hashlib
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

from transfer import bag
from transfer.errors import TransferError
from transfer.limits import Caps


@dataclass(frozen=True)
class Measure:
    """Size in bytes, CRC-32 and SHA-256 (hex) of a content."""

    size: int
    crc: int
    sha256: str


def measure(chunks: Iterable[bytes]) -> Measure:
    """The measure of a content that comes in ``chunks``; it keeps none of them."""
    size, crc, digest = 0, 0, hashlib.sha256()
    for chunk in chunks:
        size += len(chunk)
        crc = zlib.crc32(chunk, crc)
        digest.update(chunk)
    return Measure(size, crc, digest.hexdigest())


def require_tag_size(name: str, size: int, caps: Caps) -> None:
    """Raise ``BUNDLE_MEMBER_TOO_LARGE`` above the cap, ``BUNDLE_UNSIGNED`` for no signature."""
    if name == bag.SIGNATURE and size == 0:
        raise TransferError("BUNDLE_UNSIGNED")
    limit = caps.signature_bytes if name == bag.SIGNATURE else caps.tag_bytes
    if size > limit:
        raise TransferError("BUNDLE_MEMBER_TOO_LARGE", name=name, limit=limit)


def require_payloads(sizes: list[tuple[str, int]], caps: Caps) -> None:
    """Names in the grammar, each stem once, sizes under their caps, at least one.

    Raises ``BUNDLE_EMPTY`` or ``BUNDLE_MEMBER_{NAME,TWICE,TOO_LARGE}``.
    """
    if not sizes:
        raise TransferError("BUNDLE_EMPTY")
    stems: set[str] = set()
    for name, size in sizes:
        if not bag.is_payload(name):
            raise TransferError("BUNDLE_MEMBER_NAME", name=name[: caps.name_bytes])
        # The same document under two endings would be two paths to one name.
        stem = name.rpartition(".")[0]
        if stem in stems:
            raise TransferError("BUNDLE_MEMBER_TWICE", name=name)
        stems.add(stem)
        limit = _cap(name, caps)
        if size > limit:
            raise TransferError("BUNDLE_MEMBER_TOO_LARGE", name=name, limit=limit)


def _cap(name: str, caps: Caps) -> int:
    if bag.is_statement(name):
        return caps.statement_bytes
    return caps.proofs_bytes if bag.is_proofs(name) else caps.document_bytes


def require_named_by_digest(name: str, sha256: str) -> None:
    """Raise ``BUNDLE_MEMBER_NAME`` for a document whose name promises another digest."""
    if bag.document_digest(name) not in (None, sha256):
        raise TransferError("BUNDLE_MEMBER_NAME", name=name)
