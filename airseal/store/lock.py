"""One process at a time holds a home, and nobody else can look into it meanwhile."""

import errno
import fcntl
import os
import stat
from pathlib import Path

from airseal.model.problem import Problem
from airseal.store import durable

_OTHERS = 0o077


class HomeLock:
    """The home's directory, held until :meth:`release` or the end of the process.

    The kernel drops the lock with its holder, so a killed process leaves no stale lock; and
    it is on the directory itself, so that no file can be taken away from under it.

    Raises ``Problem("HOME_BUSY")`` when another process, or this one, holds it already;
    ``STORE_READ_FAILED`` (``ELOOP``) when a link in it leads elsewhere, where the store would
    write and remove what is not its own; ``STORE_WRITE_FAILED`` when others may enter and it
    cannot be closed to them.
    """

    def __init__(self, home: Path) -> None:
        with durable.reading("home"):
            self._descriptor: int | None = os.open(home, os.O_RDONLY | os.O_DIRECTORY)
        try:
            _hold(self._descriptor)
            _refuse_links(self._descriptor)
            _close_to_others(self._descriptor)
        except BaseException:
            self.release()
            raise

    def require(self, home: Path) -> None:
        """Raise ``Problem("STORE_WRITE_FAILED")`` (``ESTALE``) unless ``home`` is what is held.

        Whoever puts another directory in its place gets nothing written into it.
        """
        assert self._descriptor is not None, "required after release"
        with durable.writing("home"):
            if not os.path.samestat(os.stat(home), os.fstat(self._descriptor)):
                raise OSError(errno.ESTALE, "another directory")

    def release(self) -> None:
        """Let the next one in; a second call does nothing."""
        if self._descriptor is not None:
            descriptor, self._descriptor = self._descriptor, None
            os.close(descriptor)


def _hold(descriptor: int) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Problem("HOME_BUSY") from None
    except OSError as error:
        raise Problem("STORE_READ_FAILED", stage="home", reason="ENOLCK") from error


def _refuse_links(descriptor: int) -> None:
    with durable.reading("home"), os.scandir(descriptor) as inside:
        if any(one.is_symlink() for one in inside):
            raise OSError(errno.ELOOP, "a link in the home")


def _close_to_others(descriptor: int) -> None:
    with durable.writing("home"):
        mode = stat.S_IMODE(os.fstat(descriptor).st_mode)
        if mode & _OTHERS:
            os.fchmod(descriptor, mode & ~_OTHERS)
