"""The manifest of a backup: which pieces make up which files of a home, as of which head.

``<number>.backup`` is header ‖ the home's keyslot file ‖ AES-256-GCM, under the station key, of
the list (:class:`_Content`). So one file tells a person with a secret everything, nobody else
anything, and nobody without the station key can write another one.
"""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

import msgspec

from airseal.model.problem import Problem
from airseal.store import cipher, durable, framing
from airseal.store.cipher import Keys, Tampered
from airseal.store.records import Head

_LENGTH = 4
_MAX_KEYSLOTS = 1 << 20
_MAX_FILE = 1 << 28
_STAGE = "backup"
_NAME = re.compile(r"([0-9]{6})\.backup")
_HOME_FILES = re.compile(r"desk|door|(ledger/[0-9]{6,9})|(vault/[0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Saved:
    """One file of a home: its path there, its length in bytes, its pieces in order."""

    name: str
    size: int
    pieces: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Manifest:
    """One backup: ``at`` is when it was made (RFC 3339), ``head`` how far its ledger goes."""

    number: int
    at: str
    by: str
    head: Head
    keyslots: bytes
    files: tuple[Saved, ...]

    @property
    def size(self) -> int:
        """All its files together, in bytes."""
        return len(self.keyslots) + sum(file.size for file in self.files)

    @property
    def pieces(self) -> frozenset[bytes]:
        """Everything it needs."""
        return frozenset(piece for file in self.files for piece in file.pieces)

    @property
    def documents(self) -> frozenset[str]:
        """The names, in the vault, of the documents it holds."""
        vault = "vault/"
        return frozenset(
            file.name.removeprefix(vault) for file in self.files if file.name.startswith(vault)
        )


class _File(msgspec.Struct, frozen=True, array_like=True):
    name: str
    size: int
    pieces: list[bytes]


class _Content(msgspec.Struct, frozen=True, array_like=True):
    number: int
    at: str
    by: str
    sequence: int
    hash: bytes
    files: list[_File]


def numbers(place: Path) -> list[int]:
    """The numbers of the backups in ``place``, ascending; raises ``STORE_READ_FAILED``."""
    with durable.reading(_STAGE):
        try:
            names = [path.name for path in place.iterdir()]
        except FileNotFoundError:
            return []
    return sorted(int(found[1]) for name in names if (found := _NAME.fullmatch(name)))


def path_of(place: Path, number: int) -> Path:
    """Where a manifest is."""
    return place / f"{number:06}.backup"


def write(place: Path, manifest: Manifest, keys: Keys) -> None:
    """Add a manifest: whole and durable, or not at all; raises ``OSError``."""
    content = _Content(
        manifest.number,
        manifest.at,
        manifest.by,
        manifest.head.sequence,
        manifest.head.hash,
        [_File(file.name, file.size, list(file.pieces)) for file in manifest.files],
    )
    begin = framing.header(framing.BACKUP) + len(manifest.keyslots).to_bytes(_LENGTH)
    begin += manifest.keyslots
    sealed = cipher.encrypt(
        keys.cipher(_STAGE), msgspec.msgpack.encode(content), _bound(keys.home, begin)
    )
    path = path_of(place, manifest.number)
    durable.replace(path, begin + sealed)
    if durable.read_back(path, _MAX_FILE) != begin + sealed:
        raise Problem("BACKUP_UNREADABLE")
    durable.sync_names(place)


def keyslots(place: Path, number: int) -> bytes:
    """The keyslot file that is in a manifest, which nobody has vouched for yet.

    Raises ``Problem("BACKUP_MISSING", number=…)``, ``BACKUP_DAMAGED`` (``number``),
    ``HOME_NEWER``, ``STORE_READ_FAILED``.
    """
    _, slots, _ = _parted(place, number)
    return slots


def read(place: Path, number: int, keys: Keys) -> Manifest:
    """A manifest that somebody with ``keys`` wrote; raises as :func:`keyslots`."""
    begin, slots, sealed = _parted(place, number)
    try:
        text = cipher.decrypt(keys.cipher(_STAGE), sealed, _bound(keys.home, begin))
        content = msgspec.msgpack.decode(text, type=_Content)
    except (Tampered, msgspec.MsgspecError, UnicodeDecodeError):
        raise Problem("BACKUP_DAMAGED", number=number) from None
    sound = all(_HOME_FILES.fullmatch(file.name) for file in content.files)
    if content.number != number or not sound:
        raise Problem("BACKUP_DAMAGED", number=number)
    return Manifest(
        content.number,
        content.at,
        content.by,
        Head(content.sequence, content.hash),
        slots,
        tuple(Saved(file.name, file.size, tuple(file.pieces)) for file in content.files),
    )


def _parted(place: Path, number: int) -> tuple[bytes, bytes, bytes]:
    """What is bound, the keyslots inside it, and the sealed list."""
    try:
        with durable.reading(_STAGE):
            data = durable.read_small(path_of(place, number), _MAX_FILE)
    except Problem as problem:
        if problem.params.get("reason") == "ENOENT":
            raise Problem("BACKUP_MISSING", number=number) from None
        raise
    body = framing.body(data, framing.BACKUP)
    length = int.from_bytes(body[:_LENGTH]) if body and len(body) > _LENGTH else 0
    if body is None or not 0 < length <= _MAX_KEYSLOTS or length > len(body) - _LENGTH:
        raise Problem("BACKUP_DAMAGED", number=number)
    end = len(data) - len(body) + _LENGTH + length
    return data[:end], data[end - length : end], data[end:]


def _bound(home: bytes, begin: bytes) -> bytes:
    return home + hashlib.sha256(begin).digest()
