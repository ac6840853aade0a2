"""Files from outside: judged only as a private copy, which cannot change under us."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from airseal.model.digest import Digest, from_hex
from airseal.paper import memfd
from transfer import media
from transfer.limits import DEFAULT

MAX_NAME = 200
"""Characters kept of the name of a file from outside."""


def name_of(path: Path) -> str:
    """The name of a file from outside as a text that can be kept and sent.

    A medium may hold names that are no UTF-8; each such byte becomes U+FFFD.
    """
    return os.fsencode(path.name).decode("utf-8", "replace")[:MAX_NAME]


def memory_file() -> BinaryIO:
    """An anonymous file in memory: plaintext that never touches the disk."""
    return os.fdopen(os.memfd_create("airseal", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING), "w+b")


@contextmanager
def taken_in(path: Path, cap: int = DEFAULT.bundle_bytes) -> Iterator[tuple[BinaryIO, Digest]]:
    """A copy of the file at ``path`` in memory, at its start, with its digest.

    Raises the ``TransferError`` codes of :func:`transfer.media.copy_in`: not a regular file,
    larger than ``cap`` bytes, a medium that is gone.
    """
    with memory_file() as copy:
        copied = media.copy_in(path, copy, cap)
        copy.flush()
        # Nobody can change it any more, so the jail may read it without a copy of its own.
        memfd.freeze(copy)
        yield copy, from_hex(copied.sha256)
