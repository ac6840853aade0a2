"""What backups are made of: files cut into pieces, each kept once, under its SHA-256.

``pieces/ab/ab12…`` holds up to :data:`PIECE` bytes of a file of a home, which are encrypted
there already. A segment of the ledger only grows and a document never changes, so what one
backup has written the next one finds.
"""

import hashlib
import re
from collections.abc import Collection, Iterator
from pathlib import Path

from airseal.model.problem import Problem
from airseal.store import durable

PIECE = 4 << 20
"""The longest piece, in bytes."""

DIRECTORY = "pieces"
_FANS = re.compile(r"[0-9a-f]{2}")
_NAME = re.compile(r"[0-9a-f]{64}")


class Pieces:
    """The pieces of one place. All methods raise ``OSError`` besides what they say."""

    def __init__(self, place: Path) -> None:
        self._directory = place / DIRECTORY
        self._touched: set[Path] = set()
        self._whole: set[bytes] = set()

    def keep(self, data: bytes) -> tuple[bytes, bool]:
        """The digest of a piece, and whether it had to be written.

        One that is there already was read from the disk and compared. Its name is durable
        after :meth:`settle`.
        """
        digest = hashlib.sha256(data).digest()
        if digest in self._whole or self._is_whole(digest):
            self._whole.add(digest)
            return digest, False
        path = self._path(digest)
        durable.make_directory(self._directory)
        durable.make_directory(path.parent)
        file = durable.NewFile(path)
        try:
            file.write(data)
            file.settle()
            file.publish()
        except BaseException:
            file.discard()
            raise
        if not self._is_whole(digest):
            raise Problem("BACKUP_UNREADABLE")
        self._whole.add(digest)
        return digest, True

    def settle(self) -> None:
        """The names of all that was kept are durable, before any list of them gets its own."""
        for directory in sorted(self._touched):
            durable.sync_names(directory)
        if self._touched:
            durable.sync_names(self._directory)
            durable.sync_names(self._directory.parent)
        self._touched.clear()

    def read(self, digest: bytes) -> bytes:
        """One piece; raises ``Problem("BACKUP_PIECE")`` when it is missing or not itself."""
        try:
            data = durable.read_small(self._path(digest), PIECE)
        except OSError:
            raise Problem("BACKUP_PIECE") from None
        if hashlib.sha256(data).digest() != digest:
            raise Problem("BACKUP_PIECE")
        return data

    def prune(self, wanted: Collection[bytes]) -> int:
        """Remove every piece that is not ``wanted``; returns how many there were."""
        removed = 0
        for directory in self._fans():
            before = removed
            for name in sorted(path.name for path in directory.iterdir()):
                if not _NAME.fullmatch(name) or bytes.fromhex(name) not in wanted:
                    durable.remove(directory / name)
                    removed += 1
            if removed > before:
                durable.sync_names(directory)
        return removed

    def _is_whole(self, digest: bytes) -> bool:
        path = self._path(digest)
        try:
            data = durable.read_back(path, PIECE)
        except OSError:
            return False
        self._touched.add(path.parent)
        return hashlib.sha256(data).digest() == digest

    def _fans(self) -> Iterator[Path]:
        if self._directory.is_dir():
            yield from sorted(
                path for path in self._directory.iterdir() if _FANS.fullmatch(path.name)
            )

    def _path(self, digest: bytes) -> Path:
        name = digest.hex()
        return self._directory / name[:2] / name
