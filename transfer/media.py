"""Removable media as directories: list, take in, write so that it lasts, read back (TX-03).

The order of writing is the one that survived simulated power cuts on vfat: write under
another name, flush, rename, **flush the file again**, flush the directory. That a medium
keeps what it acknowledged is known only after :func:`confirm`, which reads past the cache.
"""

import errno
import hashlib
import mmap
import os
import re
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import BinaryIO, Generic, TypeVar

from transfer.errors import TransferError, medium_error
from transfer.limits import CHUNK, DEFAULT, Caps

T = TypeVar("T")
StrPath = str | os.PathLike[str]

SUFFIXES = (".airseal", ".airseal.p7e")
"""Endings of the files we list: bundles, and bundles encrypted to one unit."""

_FAT_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,98}[A-Za-z0-9]", re.ASCII)
_DOS_DEVICE = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?", re.IGNORECASE)
_PARTIAL = ".part"
_NAME_TRIES = 1_000


@dataclass(frozen=True)
class Found:
    """A bundle file seen in a directory: size in bytes, ``mtime`` in seconds since 1970.

    ``name`` is as hostile as the medium: it may hold control characters, markup and bytes
    that are no UTF-8 (as surrogate escapes).
    """

    name: str
    size: int
    mtime: int


@dataclass(frozen=True)
class Copied:
    """What was taken in: size in bytes and SHA-256 (hex)."""

    size: int
    sha256: str


@dataclass(frozen=True)
class Saved(Generic[T]):
    """Where a file came to lie, and what its producer returned."""

    name: str
    result: T


@dataclass(frozen=True)
class ReadBack:
    """What a medium gives back: SHA-256 (hex), size in bytes, and how it was read.

    ``direct`` is False where the page cache could only be asked to let go (file systems
    without O_DIRECT).
    """

    sha256: str
    size: int
    direct: bool


def is_portable_name(name: str) -> bool:
    """Whether FAT keeps ``name`` as it is: ASCII, 2 to 100 characters, no DOS device."""
    return _FAT_NAME.fullmatch(name) is not None and _DOS_DEVICE.fullmatch(name) is None


def list_bundles(directory: StrPath, caps: Caps = DEFAULT) -> tuple[Found, ...]:
    """The bundle files directly in ``directory``, by name.

    Regular files only; symbolic links are not followed and nothing is opened. Raises
    ``MEDIUM_TOO_MANY(limit)`` beyond the caps and ``MEDIUM_*`` when listing fails.
    """
    found: list[Found] = []
    with _medium_errors(), _opened(directory) as folder:
        for entry in _entries(folder, caps):
            if not entry.name.lower().endswith(SUFFIXES) or not entry.is_file(
                follow_symlinks=False
            ):
                continue
            if len(found) == caps.listed_bundles:
                raise TransferError("MEDIUM_TOO_MANY", limit=caps.listed_bundles)
            status = entry.stat(follow_symlinks=False)
            found.append(Found(entry.name, status.st_size, int(status.st_mtime)))
    return tuple(sorted(found, key=lambda file: file.name))


def free_bytes(directory: StrPath) -> int:
    """Bytes an ordinary user may still write where ``directory`` is; raises ``MEDIUM_*``."""
    with _medium_errors(), _opened(directory) as folder:
        status = os.fstatvfs(folder)
    return status.f_bavail * status.f_frsize


def copy_in(path: StrPath, out: BinaryIO, cap: int) -> Copied:
    """Copy the outside file at ``path`` to ``out``, at most ``cap`` bytes of it.

    Only a regular file is read: no symbolic link, pipe or device, and opening never waits.
    Raises ``FILE_MISSING``, ``FILE_NOT_REGULAR``, ``FILE_TOO_LARGE(limit)`` or ``MEDIUM_*``.
    """
    with _medium_errors(), regular_file(path) as source:
        if os.fstat(source).st_size > cap:
            raise TransferError("FILE_TOO_LARGE", limit=cap)
        size, digest = 0, hashlib.sha256()
        while chunk := os.read(source, CHUNK):
            size += len(chunk)
            # The file may grow while it is read.
            if size > cap:
                raise TransferError("FILE_TOO_LARGE", limit=cap)
            digest.update(chunk)
            out.write(chunk)
    return Copied(size, digest.hexdigest())


def write_file(
    directory: StrPath, name: str, producer: Callable[[BinaryIO], T], caps: Caps = DEFAULT
) -> Saved[T]:
    """Have ``producer`` write a new file in ``directory`` and make it last (DESIGN §6).

    An existing file is never touched: where ``name`` is taken (whatever its case, as FAT sees
    it) the file becomes ``stem-2.ext``, ``stem-3.ext``, … Until it is complete it has another
    ending, so nobody takes half a bundle. After any failure nothing new remains, as
    far as the medium still answers. Not yet proven: see :func:`confirm`.

    Raises ``MEDIUM_NAME(name)`` for a name FAT would change, ``MEDIUM_FULL``,
    ``MEDIUM_READ_ONLY``, ``MEDIUM_GONE`` and other ``MEDIUM_*``; what ``producer`` raises
    passes through, operating-system errors as ``MEDIUM_*``.
    """
    if not is_portable_name(name):
        raise TransferError("MEDIUM_NAME", name=name[:100])
    with _medium_errors(), _opened(directory) as folder:
        final, file = _reserve(folder, name, caps)
        partial = final + _PARTIAL
        try:
            with os.fdopen(file, "wb", buffering=CHUNK, closefd=False) as out:
                result = producer(out)
            os.fsync(file)
            os.rename(partial, final, src_dir_fd=folder, dst_dir_fd=folder)
            partial = final
            # On vfat the first fsync wrote the entry under the old name (measured: 200 of 200
            # simulated power cuts lost the file without this one).
            os.fsync(file)
            os.fsync(folder)
        except BaseException:
            with suppress(OSError):
                os.unlink(partial, dir_fd=folder)
            raise
        finally:
            with suppress(OSError):
                os.close(file)
    return Saved(final, result)


def read_back(directory: StrPath, name: str) -> ReadBack:
    """SHA-256 and size of a file as the medium itself gives it back, past the page cache.

    Raises ``FILE_MISSING``, ``FILE_NOT_REGULAR``, ``MEDIUM_READBACK(name)`` when the medium
    gives fewer bytes than it promised, or ``MEDIUM_*``.
    """
    path = Path(directory, name)
    try:
        return _read_back(path, name, os.O_DIRECT)
    except OSError as error:
        if error.errno != errno.EINVAL:
            raise medium_error(error) from error
    with _medium_errors():
        return _read_back(path, name, 0)


def confirm(directory: StrPath, name: str, *, sha256: str, size: int) -> ReadBack:
    """Read ``name`` back and raise ``MEDIUM_READBACK(name)`` unless it is what was written."""
    found = read_back(directory, name)
    if (found.sha256, found.size) != (sha256, size):
        raise TransferError("MEDIUM_READBACK", name=name)
    return found


def _read_back(path: StrPath, name: str, direct: int) -> ReadBack:
    with regular_file(path, direct) as source, mmap.mmap(-1, CHUNK) as buffer:
        if not direct:
            os.fsync(source)
            os.posix_fadvise(source, 0, 0, os.POSIX_FADV_DONTNEED)
        promised = os.fstat(source).st_size
        size, digest = 0, hashlib.sha256()
        while size < promised:
            length = os.preadv(source, [buffer], size)
            if length == 0:
                raise TransferError("MEDIUM_READBACK", name=name)
            with memoryview(buffer) as view:
                digest.update(view[:length])
            size += length
    return ReadBack(digest.hexdigest(), size, direct=bool(direct))


def _reserve(folder: int, name: str, caps: Caps) -> tuple[str, int]:
    """A free name and its new, still partial file: exclusive creation makes it ours alone."""
    taken = {entry.name.lower() for entry in _entries(folder, caps)}
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    for final in _candidates(name):
        if final.lower() in taken:
            continue
        with suppress(FileExistsError):
            return final, os.open(final + _PARTIAL, flags, 0o600, dir_fd=folder)
    raise TransferError("MEDIUM_TOO_MANY", limit=_NAME_TRIES)


def _candidates(name: str) -> Iterator[str]:
    endings = [suffix for suffix in SUFFIXES if name.endswith(suffix)]
    ending = endings[0] if endings else PurePath(name).suffix
    stem = name.removesuffix(ending)
    yield name
    for number in range(2, _NAME_TRIES + 1):
        yield f"{stem}-{number}{ending}"


def _entries(folder: int, caps: Caps) -> Iterator[os.DirEntry[str]]:
    """The directory's entries; ``MEDIUM_TOO_MANY`` ends an endless one."""
    with os.scandir(folder) as entries:
        for seen, entry in enumerate(entries):
            if seen == caps.directory_entries:
                raise TransferError("MEDIUM_TOO_MANY", limit=caps.directory_entries)
            yield entry


@contextmanager
def _opened(directory: StrPath) -> Iterator[int]:
    try:
        folder = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except ValueError as error:
        raise TransferError("MEDIUM_GONE") from error
    try:
        yield folder
    finally:
        os.close(folder)


@contextmanager
def regular_file(path: StrPath, extra_flags: int = 0) -> Iterator[int]:
    """A descriptor of the regular file at ``path``, whatever else may lie in wait there."""
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
    try:
        source = os.open(path, flags | extra_flags)
    except OSError as error:
        match error.errno:
            case errno.ENOENT | errno.ENOTDIR | errno.ENAMETOOLONG:
                raise TransferError("FILE_MISSING") from error
            case errno.ELOOP | errno.ENXIO:
                # A symbolic link; a socket.
                raise TransferError("FILE_NOT_REGULAR") from error
            case _:
                raise
    except ValueError as error:
        # NUL or a lone surrogate: no file can have such a name.
        raise TransferError("FILE_MISSING") from error
    try:
        if not stat.S_ISREG(os.fstat(source).st_mode):
            raise TransferError("FILE_NOT_REGULAR")
        yield source
    finally:
        os.close(source)


@contextmanager
def _medium_errors() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise medium_error(error) from error
