"""The only place where the store touches the disk for writing.

Each function promises one step of durability and says which. Every system call goes
through ``_os``, so that the crash tests can record, refuse or interrupt them one by one.
All functions raise ``OSError``; the store's doors name it with :func:`writing` and
:func:`reading`.
"""

import errno
import os as _os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from airseal.model.problem import Problem

_FILE_MODE = 0o600
_DIRECTORY_MODE = 0o700
_TEMPORARY = ".new"
_PIECE = 1 << 20


@contextmanager
def writing(stage: str) -> Iterator[None]:
    """Name an ``OSError`` inside as ``Problem("STORE_WRITE_FAILED", stage=…, reason=…)``.

    ``stage`` is one of ``home keyslots door vault ledger desk backup``; ``reason`` is the errno's
    name.
    """
    try:
        yield
    except OSError as error:
        raise Problem("STORE_WRITE_FAILED", stage=stage, reason=_reason(error)) from error


@contextmanager
def reading(stage: str) -> Iterator[None]:
    """Name an ``OSError`` inside as ``Problem("STORE_READ_FAILED", stage=…, reason=…)``."""
    try:
        yield
    except OSError as error:
        raise Problem("STORE_READ_FAILED", stage=stage, reason=_reason(error)) from error


def _reason(error: OSError) -> str:
    return errno.errorcode.get(error.errno or errno.EIO, "EIO")


def open_regular(path: Path) -> BinaryIO:
    """``path`` opened for reading; a link, pipe, device or directory is an ``OSError``."""
    descriptor = _os.open(path, _os.O_RDONLY | _os.O_NOFOLLOW | _os.O_NONBLOCK)
    if not stat.S_ISREG(_os.fstat(descriptor).st_mode):
        _os.close(descriptor)
        raise OSError(errno.EINVAL, "not a regular file")
    return open(descriptor, "rb")


def read_small(path: Path, cap: int) -> bytes:
    """The whole of ``path``, at most ``cap`` bytes; a longer file is ``OSError(EFBIG)``."""
    with open_regular(path) as file:
        size = _os.fstat(file.fileno()).st_size
        if size > cap:
            raise OSError(errno.EFBIG, "too long")
        return file.read(size)


def make_directory(path: Path) -> None:
    """``path`` is a directory of this user only; its name is durable after ``sync_names``.

    A link that leads to one is none.
    """
    try:
        _os.mkdir(path, _DIRECTORY_MODE)
    except FileExistsError:
        if not stat.S_ISDIR(_os.lstat(path).st_mode):
            raise


def sync_names(directory: Path) -> None:
    """Creations, renames and removals inside ``directory`` survive a power cut from here on."""
    descriptor = _os.open(directory, _os.O_RDONLY | _os.O_DIRECTORY)
    try:
        _os.fsync(descriptor)
    finally:
        _os.close(descriptor)


def _write_all(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[_os.write(descriptor, rest) :]


class NewFile:
    """A file that appears under its name whole, or not at all.

    ``write`` … ``settle`` (content durable) … ``publish`` (named). The name itself is durable
    after :func:`sync_names`, which is left to the caller so that many files can share one.
    ``discard`` at any time takes the file back.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._temporary = path.with_name(f".{path.name}{_TEMPORARY}")
        self._present = self._temporary
        self._descriptor: int | None = _os.open(
            self._temporary,
            _os.O_WRONLY | _os.O_CREAT | _os.O_TRUNC | _os.O_NOFOLLOW,
            _FILE_MODE,
        )

    def write(self, data: bytes) -> int:
        """Append ``data``."""
        assert self._descriptor is not None, "written after settle"
        _write_all(self._descriptor, data)
        return len(data)

    def settle(self) -> None:
        """What was written survives a power cut."""
        assert self._descriptor is not None, "settled twice"
        _os.fsync(self._descriptor)
        self.close()

    def publish(self) -> None:
        """Give the settled file its name, replacing what had it."""
        _os.rename(self._temporary, self._path)
        self._present = self._path

    def discard(self) -> None:
        """Take the file back; a leftover is harmless, so failures are not reported."""
        with suppress(OSError):
            self.close()
        with suppress(OSError):
            _os.unlink(self._present)

    def close(self) -> None:
        """Give the descriptor back; a second call does nothing."""
        if self._descriptor is not None:
            descriptor, self._descriptor = self._descriptor, None
            _os.close(descriptor)


def read_back(path: Path, cap: int) -> bytes:
    """What the disk, rather than its cache, says that ``path`` holds; durable on return.

    A longer file than ``cap`` is ``OSError(EFBIG)``.
    """
    descriptor = _os.open(path, _os.O_RDONLY | _os.O_NOFOLLOW | _os.O_NONBLOCK)
    try:
        # On FAT the rename has made the content volatile again; and only what is clean is dropped.
        _os.fsync(descriptor)
        _os.posix_fadvise(descriptor, 0, 0, _os.POSIX_FADV_DONTNEED)
    finally:
        _os.close(descriptor)
    return read_small(path, cap)


def replace(path: Path, data: bytes) -> None:
    """``path`` holds ``data`` durably, or still what it held before."""
    file = NewFile(path)
    try:
        file.write(data)
        file.settle()
        file.publish()
    except BaseException:
        file.discard()
        raise
    sync_names(path.parent)


def leave(path: Path, data: bytes) -> None:
    """``path`` holds ``data`` for the next process; a power cut may leave it missing or torn.

    Only for what can be made again, and is recognised when it is whole.
    """
    file = NewFile(path)
    try:
        file.write(data)
        file.publish()
    except BaseException:
        file.discard()
        raise
    file.close()


def sweep(directory: Path) -> None:
    """Remove unpublished files that an earlier process left; failures are harmless.

    Nothing is removed where a link leads.
    """
    with suppress(OSError):
        if stat.S_ISLNK(_os.lstat(directory).st_mode):
            return
        for name in _os.listdir(directory):
            if name.startswith(".") and name.endswith(_TEMPORARY):
                _os.unlink(directory / name)


def start(path: Path, data: bytes) -> int:
    """A new append-only file with ``data``, content and name durable; returns its descriptor."""
    descriptor = _os.open(
        path,
        _os.O_WRONLY | _os.O_CREAT | _os.O_EXCL | _os.O_APPEND | _os.O_NOFOLLOW,
        _FILE_MODE,
    )
    try:
        append(descriptor, data)
        sync_names(path.parent)
    except BaseException:
        close(descriptor)
        raise
    return descriptor


def append(descriptor: int, data: bytes) -> None:
    """``data`` is at the end of the file and durable: one write, one fsync."""
    _write_all(descriptor, data)
    _os.fsync(descriptor)


def close(descriptor: int) -> None:
    """Give the descriptor back; what it wrote is durable already, so failures do not count."""
    with suppress(OSError):
        _os.close(descriptor)


def cut(path: Path, length: int) -> None:
    """Everything in ``path`` from ``length`` on is gone, durably."""
    descriptor = _os.open(path, _os.O_WRONLY | _os.O_NOFOLLOW)
    try:
        _os.ftruncate(descriptor, length)
        _os.fsync(descriptor)
    finally:
        _os.close(descriptor)


def confirm(path: Path, begin: int) -> None:
    """What can be read in ``path`` from ``begin`` on is durable, and so is the file's name.

    The bytes are written again: after an fsync that failed, the kernel may hold them as
    clean though the disk never got them, and a second fsync alone would say all is well.
    """
    descriptor = _os.open(path, _os.O_RDWR | _os.O_NOFOLLOW)
    try:
        while piece := _os.pread(descriptor, _PIECE, begin):
            _os.pwrite(descriptor, piece, begin)
            begin += len(piece)
        _os.fsync(descriptor)
    finally:
        _os.close(descriptor)
    sync_names(path.parent)


def shred(path: Path, length: int) -> None:
    """The first ``length`` bytes of ``path`` are overwritten, then it is gone, both durably."""
    descriptor = _os.open(path, _os.O_WRONLY | _os.O_NOFOLLOW)
    try:
        _os.pwrite(descriptor, bytes(length), 0)
        _os.fsync(descriptor)
    finally:
        _os.close(descriptor)
    _os.unlink(path)
    sync_names(path.parent)


def move(path: Path, name: Path) -> None:
    """``path`` is now called ``name``, in the same directory; durably so."""
    _os.rename(path, name)
    sync_names(name.parent)


def remove(path: Path) -> None:
    """``path`` is gone; durably so after :func:`sync_names`."""
    _os.unlink(path)
