"""The files of a ledger: ``ledger/000001``, ``000002`` …, each with a key of its own.

A segment is header ‖ segment key, wrapped by the station key ‖ frames. A frame is a u32 length
‖ nonce ‖ AES-256-GCM ciphertext of one payload, with home ‖ segment ‖ sequence ‖ previous hash
as associated data.
"""

import hashlib
import os
import re
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import BinaryIO

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from airseal.store import chain, cipher, durable, framing, records
from airseal.store.chain import Watch
from airseal.store.cipher import Keys, Tampered
from airseal.store.records import Head, Kept, Mark

DIRECTORY = "ledger"
PREFIX = framing.HEADER_LENGTH + cipher.KEY_LENGTH + cipher.OVERHEAD
"""Bytes of a segment before its first frame."""

_LENGTH = chain.LENGTH
_NAME = re.compile(r"[0-9]{6,9}")


class Broken(Exception):
    """No entry can be read at ``mark``; ``torn``: the file merely ends too early."""

    def __init__(self, mark: Mark, *, torn: bool) -> None:
        super().__init__()
        self.mark = mark
        self.torn = torn


class Segments:
    """The segments of one home, as far as ``keys`` open them."""

    def __init__(self, home: Path, keys: Keys) -> None:
        self._directory = home / DIRECTORY
        self._home = keys.home
        self._wrapping = keys.cipher("ledger")

    def path(self, number: int) -> Path:
        """The file of a segment."""
        return self._directory / f"{number:06}"

    def last(self) -> int:
        """The highest number there is; 0 for none."""
        try:
            names = [path.name for path in self._directory.iterdir()]
        except FileNotFoundError:
            return 0
        return max((int(name) for name in names if _NAME.fullmatch(name)), default=0)

    def is_current(self, number: int) -> bool:
        """Whether segment ``number`` is under the newest station key; raises ``OSError``."""
        with durable.open_regular(self.path(number)) as file:
            wrapped = framing.body(file.read(PREFIX), framing.SEGMENT)
        try:
            cipher.decrypt(self._wrapping.newest, wrapped or b"", self._segment_id(number))
        except Tampered:
            return False
        return True

    def fresh(self, number: int) -> tuple[AESGCM, bytes]:
        """A new segment's key, and the bytes the segment begins with."""
        key = os.urandom(cipher.KEY_LENGTH)
        wrapped = cipher.encrypt(self._wrapping, key, self._segment_id(number))
        return AESGCM(key), framing.header(framing.SEGMENT) + wrapped

    def frame(self, key: AESGCM, payload: bytes, mark: Mark) -> bytes:
        """``payload`` as it is written at ``mark``, under the key of the segment there."""
        sealed = cipher.encrypt(key, payload, self._associated(mark))
        return len(sealed).to_bytes(_LENGTH) + sealed

    def walk(self, start: Mark) -> Iterator[tuple[Kept, Mark]]:
        """What is kept from ``start`` on, with the place after each.

        Raises ``Broken``, and ``OSError`` when the home is not there any more.
        """
        mark = start
        for number in count(max(start.segment, 1)):
            try:
                file = durable.open_regular(self.path(number))
            except FileNotFoundError:
                # A ledger ends where no segment follows; in a home that is gone nothing ends.
                self._directory.parent.lstat()
                return
            with file:
                key = self._key(file, number, mark)
                if number > mark.segment:
                    mark = Mark(mark.head, number, PREFIX)
                if file.seek(0, os.SEEK_END) < mark.offset:
                    raise Broken(mark, torn=True)
                file.seek(mark.offset)
                while frame := _read_frame(file, mark):
                    try:
                        payload = cipher.decrypt(key, frame[_LENGTH:], self._associated(mark))
                        place = after(mark, frame)
                        kept = records.decode(payload, place.head.hash)
                    except (Tampered, ValueError):
                        raise Broken(mark, torn=False) from None
                    mark = place
                    yield kept, mark

    def follow(self, number: int, at: Mark, goal: int, watch: Watch) -> Mark:
        """The place after entry ``goal``, or at the end of a segment, found by its hashes alone.

        Raises :class:`Broken`, :class:`airseal.store.chain.Torn` and ``OSError``.
        """
        with durable.open_regular(self.path(number)) as file:
            key = self._key(file, number, at)
            at = Mark(at.head, number, PREFIX)
            self._try_key(file, key, at)
            return chain.follow(file, at, goal, watch)

    def _try_key(self, file: BinaryIO, key: AESGCM, mark: Mark) -> None:
        """The chain says nothing of a segment's key: its first entry shows that it fits."""
        file.seek(mark.offset)
        if (frame := _read_frame(file, mark)) is not None:
            try:
                cipher.decrypt(key, frame[_LENGTH:], self._associated(mark))
            except Tampered:
                raise Broken(mark, torn=False) from None

    def _key(self, file: BinaryIO, number: int, mark: Mark) -> AESGCM:
        prefix = file.read(PREFIX)
        where = Mark(mark.head, number, 0)
        if len(prefix) < PREFIX:
            raise Broken(where, torn=True)
        wrapped = framing.body(prefix, framing.SEGMENT)
        try:
            if wrapped is None:
                raise Tampered
            return AESGCM(cipher.decrypt(self._wrapping, wrapped, self._segment_id(number)))
        except Tampered:
            raise Broken(where, torn=False) from None

    def _associated(self, mark: Mark) -> bytes:
        """What binds the entry at ``mark`` to its place."""
        sequence = mark.head.sequence + 1
        return self._segment_id(mark.segment) + sequence.to_bytes(8) + mark.head.hash

    def _segment_id(self, number: int) -> bytes:
        return self._home + number.to_bytes(8)


def genesis(home_id: bytes) -> Mark:
    """The place before the first entry of a home's ledger."""
    return Mark(Head(0, hashlib.sha256(b"airseal-ledger" + home_id).digest()), 0, 0)


def after(mark: Mark, frame: bytes) -> Mark:
    """The place behind ``frame``."""
    return Mark(chain.link(mark.head, frame), mark.segment, mark.offset + len(frame))


def _read_frame(file: BinaryIO, mark: Mark) -> bytes | None:
    """The next frame with its length, None at the end of the file; raises ``Broken``."""
    prefix = file.read(_LENGTH)
    if not prefix:
        return None
    length = int.from_bytes(prefix)
    if len(prefix) == _LENGTH and not cipher.OVERHEAD < length <= chain.MAX_FRAME:
        raise Broken(mark, torn=False)
    sealed = file.read(length) if len(prefix) == _LENGTH else b""
    if len(prefix) < _LENGTH or len(sealed) < length:
        raise Broken(mark, torn=True)
    return prefix + sealed
