"""The chain of hashes over the ledger's ciphertexts, verified without any key.

An entry's hash is SHA-256 over the hash before it, its sequence (8 bytes) and its frame, which
is a u32 length ‖ that many bytes. A whole ledger is followed block by block.
"""

from hashlib import sha256
from typing import BinaryIO, Protocol

from airseal.store import cipher, records
from airseal.store.records import Head, Mark

LENGTH = 4
MAX_FRAME = records.MAX_PAYLOAD + cipher.OVERHEAD
"""The longest frame, in bytes, its length not counted."""

_BLOCK = 1 << 20


class Watch(Protocol):
    """Who wants to know how far long work on the ledger has come, and may stop it."""

    def __call__(self, done: int, /) -> None:
        """``done`` entries are behind; an exception from here ends the work."""


def unwatched(done: int, /) -> None:
    """A ``Watch`` that nobody looks at."""


class Torn(Exception):
    """Entry ``sequence`` is none; ``short``: the file ends inside it."""

    def __init__(self, sequence: int, *, short: bool) -> None:
        super().__init__()
        self.sequence = sequence
        self.short = short


def link(before: Head, frame: bytes) -> Head:
    """The head after one more entry."""
    sequence = before.sequence + 1
    return Head(sequence, sha256(before.hash + sequence.to_bytes(8) + frame).digest())


def follow(file: BinaryIO, mark: Mark, until: int | None, watch: Watch) -> Mark:
    """The place after entry ``until``, or at the end of the segment, which ``file`` is.

    Raises :class:`Torn` and ``OSError``.
    """
    # The innermost loop of a check of millions of entries: no calls that can be saved.
    hash_, sequence, offset = mark.head.hash, mark.head.sequence, mark.offset
    goal = 1 << 63 if until is None else until
    file.seek(offset)
    data = b""
    at = 0
    while sequence < goal:
        block = file.read(_BLOCK)
        data, at = data[at:] + block, 0
        if not data:
            break
        size = len(data)
        while sequence < goal:
            begin = at + LENGTH
            length = int.from_bytes(data[at:begin])
            end = begin + length
            if begin <= size and not cipher.OVERHEAD < length <= MAX_FRAME:
                raise Torn(sequence + 1, short=False)
            if begin > size or end > size:
                break
            sequence += 1
            hash_ = sha256(hash_ + sequence.to_bytes(8) + data[at:end]).digest()
            offset += end - at
            at = end
        if not block and sequence < goal:
            raise Torn(sequence + 1, short=True)
        watch(sequence)
    return Mark(Head(sequence, hash_), mark.segment, offset)
