"""The index on the disk: ``index/<number>``, one encrypted file for each part of a shard.

A file is header ‖ AES-256-GCM of the part and of the stretch of the ledger it describes, under
the *newest* station key or the newest key of its level: after a rotation it is made again, so
that who has left cannot forge one. Nothing is synced, because nothing here is the only copy: a
file that is missing, torn, older or of another home is not used, and its entries are read again.
"""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec

from airseal.model.level import Level
from airseal.store import cipher, durable, framing, search
from airseal.store.cipher import Keys, Tampered
from airseal.store.records import Head, Mark
from airseal.store.shard import Extent

DIRECTORY = "index"
_MAX_FILE = 1 << 30


@dataclass(frozen=True, slots=True)
class Image:
    """One part of one shard, as it is kept."""

    extent: Extent
    data: bytes


class _Content(msgspec.Struct, frozen=True, array_like=True):
    format: int
    described: str
    start: tuple[int, bytes, int, int]
    end: tuple[int, bytes, int, int]
    earliest: int
    latest: int
    image: bytes


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where the index of one home is kept, as made by one description (``described``)."""

    home: Path
    described: str

    def write(self, keys: Keys, number: int, level: Level | None, image: Image) -> None:
        """Keep a part; raises ``OSError``, and nothing is lost then."""
        extent = image.extent
        content = _Content(
            search.FORMAT,
            self.described,
            _place(extent.start),
            _place(extent.end),
            extent.earliest,
            extent.latest,
            image.data,
        )
        key = keys.cipher("index", level).newest
        sealed = cipher.encrypt(key, msgspec.msgpack.encode(content), _bound(keys, number, level))
        durable.make_directory(self.home / DIRECTORY)
        durable.leave(self._path(number, level), framing.header(framing.INDEX) + sealed)

    def read(self, keys: Keys, number: int, level: Level | None) -> Image | None:
        """A part, or None when there is none that can be used."""
        try:
            data = durable.read_small(self._path(number, level), _MAX_FILE)
        except OSError:
            return None
        body = framing.body(data, framing.INDEX)
        key = keys.cipher("index", level).newest
        try:
            plain = cipher.decrypt(key, body or b"", _bound(keys, number, level))
            read = msgspec.msgpack.decode(plain, type=_Content)
        except (Tampered, msgspec.MsgspecError):
            return None
        if (read.format, read.described) != (search.FORMAT, self.described):
            return None
        extent = Extent(_mark(read.start), _mark(read.end), read.earliest, read.latest)
        return Image(extent, read.image)

    def tidy(self) -> None:
        """Remove what an interrupted writing left."""
        with suppress(OSError):
            durable.sweep(self.home / DIRECTORY)

    def _path(self, number: int, level: Level | None) -> Path:
        name = f"{number:06}" if level is None else f"{number:06}.{level.rank}"
        return self.home / DIRECTORY / name


def throw_away(home: Path) -> None:
    """Nothing of the index is on the disk any more, as far as that can be done."""
    with suppress(OSError):
        for path in (home / DIRECTORY).iterdir():
            with suppress(OSError):
                durable.remove(path)


def _bound(keys: Keys, number: int, level: Level | None) -> bytes:
    return keys.home + number.to_bytes(8) + (level or "").encode()


def _place(mark: Mark) -> tuple[int, bytes, int, int]:
    return mark.head.sequence, mark.head.hash, mark.segment, mark.offset


def _mark(place: tuple[int, bytes, int, int]) -> Mark:
    sequence, hash_, segment, offset = place
    return Mark(Head(sequence, hash_), segment, offset)
