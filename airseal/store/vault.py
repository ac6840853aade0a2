"""The vault: one encrypted file per document.

``vault/<name>`` is header ‖ level ‖ an age identity, wrapped by the key of that level (密级) or by
the station key ‖ an age file (age-encryption.org/v1, X25519) for that identity: every document
has a key pair of its own, and destroying the wrapped half of it destroys the document.
``<name>`` is an HMAC of the document's digest, so it tells nothing. Plaintext passes through
memory in pieces; it is never on the disk.
"""

import fcntl
import hashlib
import hmac
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

import pyrage

from airseal.model.digest import Digest, from_hex, parse_digest, to_hex
from airseal.model.level import Level
from airseal.model.problem import Problem
from airseal.store import cipher, durable, framing
from airseal.store.cipher import Keys, Ring, Tampered

DIRECTORY = "vault"
_STAGE = "vault"
_IDENTITY_LENGTH = 74
"""How long every X25519 identity of age is, in letters."""

_KEY_LENGTH = framing.HEADER_LENGTH + 1 + _IDENTITY_LENGTH + cipher.OVERHEAD
"""What comes before the age file."""

_PIECE = 1 << 20
_LEVELS = (None, *Level)
"""What a document's first byte after the header stands for, lowest first."""

_SEALS = fcntl.F_SEAL_WRITE | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_SEAL


@dataclass(frozen=True, slots=True)
class BlobIn:
    """A document to keep: read from where ``source`` stands to its end.

    Without a ``level`` everybody at the station can read it.
    """

    digest: Digest
    source: BinaryIO
    level: Level | None = None


class _Sink(Protocol):
    def write(self, data: bytes) -> object: ...


class _Meter:
    """Stands between a file and age: hashes what passes and keeps the first failure.

    age's binding turns an exception of a file into its own, without the cause, and forgets a
    failed write of the age header altogether; so ``failure`` decides whether all went well.
    """

    def __init__(self, source: BinaryIO | None, sink: _Sink | None) -> None:
        self._source = source
        self._sink = sink
        self._hash = hashlib.sha256()
        self.failure: Exception | None = None

    @property
    def digest(self) -> Digest:
        """The digest of what has passed."""
        return from_hex(self._hash.hexdigest())

    def read(self, size: int = -1) -> bytes:
        """For age: the next piece of the source."""
        assert self._source is not None
        try:
            data = self._source.read(size)
        except Exception as error:
            self.failure = self.failure or error
            raise
        self._hash.update(data)
        return data

    def write(self, data: bytes) -> int:
        """For age: the next piece for the sink."""
        assert self._sink is not None
        try:
            self._sink.write(data)
        except Exception as error:
            self.failure = self.failure or error
            raise
        self._hash.update(data)
        return len(data)

    def flush(self) -> None:
        """For age; nothing is buffered here."""


class Vault:
    """The documents of a home."""

    def __init__(self, home: Path, keys: Keys) -> None:
        self._directory = home / DIRECTORY
        self._home = keys.home
        self._names = keys.lasting("vault names")
        self._rings: dict[Level | None, Ring] = {None: keys.cipher("vault keys")}
        self._rings |= {level: keys.cipher("vault keys", level) for level in keys.levels}

    def store(self, blobs: Sequence[BlobIn]) -> None:
        """All of ``blobs`` are durable on return; after a failure none is new.

        One that is here already, at the same or a higher level, and reads back well is not
        written again. Raises ``Problem("BLOB_MISMATCH", digest=…)`` when a source is not what its
        digest says, ``BLOB_UNREADABLE`` (``digest``) when a source fails, ``CLEARANCE_LOW``
        (``level``) when it is above the clearance, and ``OSError``.
        """
        fresh: list[durable.NewFile] = []
        done: set[Digest] = set()
        try:
            for blob in blobs:
                if blob.digest in done or self._is_whole(blob):
                    _compare(blob)
                else:
                    self._write(blob, fresh)
                done.add(blob.digest)
            for file in fresh:
                file.publish()
            if blobs:
                durable.sync_names(self._directory)
        except BaseException:
            for file in fresh:
                file.discard()
            raise

    def has(self, digest: Digest) -> bool:
        """Whether the document is here; raises ``STORE_READ_FAILED``, also of a home gone."""
        name = self._name(digest)
        with durable.reading(_STAGE):
            if self._path(name).is_file():
                return True
            # In a home that is gone nothing is missing.
            self._directory.parent.lstat()
            return False

    def open(self, digest: Digest) -> BinaryIO:
        """The document in a sealed memfd, at its beginning, checked against ``digest``.

        Raises ``Problem("BLOB_MISSING", digest=…)``, ``BLOB_DAMAGED``, ``CLEARANCE_LOW``
        (``level``), ``STORE_READ_FAILED``.
        """
        if not self.has(digest):
            raise Problem("BLOB_MISSING", digest=digest)
        descriptor = os.memfd_create("document", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        with open(descriptor, "w+b", buffering=0) as memory:
            try:
                whole = self._decrypt(self._name(digest), memory) == digest
            except Tampered:
                whole = False
            if not whole:
                raise Problem("BLOB_DAMAGED", digest=digest)
            fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, _SEALS)
            memory.seek(0)
            return open(os.dup(descriptor), "rb")

    def destroy(self, digest: Digest) -> None:
        """The document's key is overwritten and its file removed, durably; raises ``OSError``.

        One that is not here is no error. No more can be promised of media that remap sectors.
        """
        if self.has(digest):
            durable.shred(self._path(self._name(digest)), _KEY_LENGTH)

    def held(self) -> Iterator[Digest]:
        """The documents that these keys open and that read back well, in the order of names."""
        for name in self._stored():
            try:
                digest = self._decrypt(name, _Nowhere())
            except Tampered:
                continue
            except Problem as problem:
                if problem.code != "CLEARANCE_LOW":
                    raise
                continue
            if self._name(digest) == name:
                yield digest

    def damaged(self) -> Iterator[str]:
        """Names of documents that cannot be read back exactly, of those these keys open."""
        for name in self._stored():
            try:
                whole = self._name(self._decrypt(name, _Nowhere())) == name
            except Tampered:
                whole = False
            except Problem as problem:
                if problem.code != "CLEARANCE_LOW":
                    raise
                continue
            if not whole:
                yield name

    def here(self, digests: Iterable[Digest]) -> frozenset[str]:
        """Names of those of the documents that are here, whole or not."""
        names = {self._name(digest) for digest in digests}
        return frozenset(name for name in self._stored() if name in names)

    def missing(self, digests: Iterable[Digest]) -> tuple[Digest, ...]:
        """Those of the documents that are not here, whoever may read them."""
        stored = frozenset(self._stored())
        return tuple(one for one in digests if self._name(one) not in stored)

    def count(self) -> int:
        """How many documents are here."""
        return sum(1 for _ in self._stored())

    def sweep(self) -> None:
        """Remove what a crash left unpublished."""
        durable.sweep(self._directory)

    def _is_whole(self, blob: BlobIn) -> bool:
        """Whether the document is here, reads back, and is stored at its level or above."""
        if not self.has(blob.digest):
            return False
        name = self._name(blob.digest)
        try:
            with closing(self._file(name)) as file:
                level, _ = self._key(file)
            high_enough = _LEVELS.index(level) >= _LEVELS.index(blob.level)
            return high_enough and self._decrypt(name, _Nowhere()) == blob.digest
        except Tampered:
            return False

    def _write(self, blob: BlobIn, fresh: list[durable.NewFile]) -> None:
        name = self._name(blob.digest)
        identity = pyrage.x25519.Identity.generate()
        bound = self._bound(name, blob.level)
        wrapped = cipher.encrypt(self._ring(blob.level), str(identity).encode(), bound)
        file = durable.NewFile(self._path(name))
        fresh.append(file)
        level = _LEVELS.index(blob.level).to_bytes()
        file.write(framing.header(framing.BLOB) + level + wrapped)
        source, sink = _Meter(blob.source, None), _Meter(None, file)
        try:
            pyrage.encrypt_io(source, sink, [identity.to_public()])
        except (pyrage.EncryptError, OSError) as error:
            source.failure = source.failure or error
        if sink.failure is not None:
            raise sink.failure
        if source.failure is not None:
            raise Problem("BLOB_UNREADABLE", digest=blob.digest) from source.failure
        if source.digest != blob.digest:
            raise Problem("BLOB_MISMATCH", digest=blob.digest)
        file.settle()

    def _decrypt(self, name: str, sink: _Sink) -> Digest:
        """Pour the document into ``sink``; raises ``Tampered``, and as :meth:`open`."""
        with closing(self._file(name)) as file:
            level, wrapped = self._key(file)
            bound = self._bound(name, level)
            text = cipher.decrypt(self._ring(level), wrapped, bound).decode()
            identity = pyrage.x25519.Identity.from_str(text)
            source, meter = _Meter(file, None), _Meter(None, sink)
            try:
                pyrage.decrypt_io(source, meter, [identity])
            except (pyrage.DecryptError, OSError):
                with durable.reading(_STAGE):
                    if (failure := source.failure or meter.failure) is not None:
                        raise failure from None
                raise Tampered from None
            return meter.digest

    def _stored(self) -> Iterator[str]:
        """The names of all documents, in order; what is not published yet begins with a dot."""
        with durable.reading(_STAGE):
            names = sorted(path.name for path in self._directory.iterdir())
        return (name for name in names if not name.startswith("."))

    def _file(self, name: str) -> BinaryIO:
        with durable.reading(_STAGE):
            return durable.open_regular(self._path(name))

    def _key(self, file: BinaryIO) -> tuple[Level | None, bytes]:
        """Read a document's level and its wrapped identity; raises ``Tampered``.

        The file then stands where the age file begins.
        """
        with durable.reading(_STAGE):
            body = framing.body(file.read(_KEY_LENGTH), framing.BLOB)
        if not body or body[0] >= len(_LEVELS):
            raise Tampered
        return _LEVELS[body[0]], body[1:]

    def _ring(self, level: Level | None) -> Ring:
        ring = self._rings.get(level)
        if ring is None:
            raise Problem("CLEARANCE_LOW", level=str(level))
        return ring

    def _name(self, digest: Digest) -> str:
        raw = bytes.fromhex(to_hex(parse_digest(digest)))
        return hmac.digest(self._names, raw, hashlib.sha256).hex()

    def _bound(self, name: str, level: Level | None) -> bytes:
        return self._home + name.encode() + _LEVELS.index(level).to_bytes()

    def _path(self, name: str) -> Path:
        return self._directory / name


class _Nowhere:
    def write(self, data: bytes) -> int:
        return len(data)


def _compare(blob: BlobIn) -> None:
    digest = hashlib.sha256()
    try:
        while piece := blob.source.read(_PIECE):
            digest.update(piece)
    except OSError as error:
        raise Problem("BLOB_UNREADABLE", digest=blob.digest) from error
    if from_hex(digest.hexdigest()) != blob.digest:
        raise Problem("BLOB_MISMATCH", digest=blob.digest)
