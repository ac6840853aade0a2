"""Documents in memory: anonymous files that never touch a disk and can be frozen.

A frozen memfd (``F_SEAL_WRITE`` and its kin) cannot be changed by anybody any more, not
even by a process that still holds a descriptor; so one may be shared with the jail, hashed
once and relied upon.
"""

import fcntl
import hashlib
import os
from typing import BinaryIO, Final

from airseal.model.problem import Problem

CHUNK: Final = 1 << 20
_SEALS: Final = fcntl.F_SEAL_SEAL | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_WRITE


def create() -> BinaryIO:
    """A new, empty, writable memfd that can be frozen later."""
    descriptor = os.memfd_create("airseal", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    return os.fdopen(descriptor, "w+b", buffering=0)


def freeze(file: BinaryIO) -> None:
    """Make a memfd unchangeable for everybody, for ever.

    Raises ``Problem("JAIL_DIED")`` when another process maps it writable, which only a
    misbehaving jail would do.
    """
    try:
        fcntl.fcntl(file.fileno(), fcntl.F_ADD_SEALS, _SEALS)
    except OSError:
        raise Problem("JAIL_DIED") from None
    file.seek(0)


def is_frozen(file: BinaryIO) -> bool:
    """Whether ``file`` is a memfd that nobody can change any more."""
    try:
        return fcntl.fcntl(file.fileno(), fcntl.F_GET_SEALS) & _SEALS == _SEALS
    except (OSError, ValueError):
        return False


def hold(source: bytes | BinaryIO, limit: int) -> BinaryIO:
    """A frozen memfd with the contents of ``source``; one already frozen is shared, not copied.

    The caller closes what it gets, and keeps its own ``source``. Raises
    ``Problem("PDF_TOO_LARGE", limit=bytes)`` before more than ``limit`` bytes are held.
    """
    if not isinstance(source, bytes) and is_frozen(source):
        if size(source) > limit:
            raise Problem("PDF_TOO_LARGE", limit=limit)
        return reopen(source)
    held = create()
    try:
        if isinstance(source, bytes):
            if len(source) > limit:
                raise Problem("PDF_TOO_LARGE", limit=limit)
            write_all(held.fileno(), source)
        else:
            _pour(source, held, limit)
        freeze(held)
    except BaseException:
        held.close()
        raise
    return held


def reopen(file: BinaryIO) -> BinaryIO:
    """The same bytes through a read-only descriptor with a position of its own."""
    return open(f"/proc/self/fd/{file.fileno()}", "rb", buffering=0)


def copy(source: BinaryIO) -> BinaryIO:
    """A writable memfd that starts as the bytes of the frozen ``source``."""
    target = create()
    total, done = size(source), 0
    while done < total:
        sent = os.sendfile(target.fileno(), source.fileno(), done, total - done)
        if sent == 0:
            break
        done += sent
    return target


def size(file: BinaryIO) -> int:
    """Length in bytes, whatever the position."""
    return os.fstat(file.fileno()).st_size


def digests(file: BinaryIO, gap_start: int, gap_end: int) -> tuple[bytes, bytes]:
    """SHA-256 of the whole file, and of everything but the gap, in one pass."""
    whole, signed = hashlib.sha256(), hashlib.sha256()
    for start, end, counts in (
        (0, gap_start, True),
        (gap_start, gap_end, False),
        (gap_end, size(file), True),
    ):
        for at in range(start, end, CHUNK):
            chunk = os.pread(file.fileno(), min(CHUNK, end - at), at)
            whole.update(chunk)
            if counts:
                signed.update(chunk)
    return whole.digest(), signed.digest()


def write_all(descriptor: int, data: bytes) -> None:
    """Write all of ``data`` at the position, however often the kernel takes less."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def _pour(source: BinaryIO, target: BinaryIO, limit: int) -> None:
    source.seek(0)
    total = 0
    while chunk := source.read(CHUNK):
        total += len(chunk)
        if total > limit:
            raise Problem("PDF_TOO_LARGE", limit=limit)
        write_all(target.fileno(), chunk)
