"""One process at a time holds a home."""

import fcntl
import os
from pathlib import Path

from airseal.model.problem import Problem
from airseal.store import durable

_NAME = "lock"


class HomeLock:
    """The home's lock file, held until :meth:`release` or the end of the process.

    The kernel drops the lock with its holder, so a killed process leaves no stale lock.
    Raises ``Problem("HOME_BUSY")`` when another process, or this one, holds it already.
    """

    def __init__(self, home: Path) -> None:
        with durable.writing("home"):
            self._descriptor: int | None = os.open(
                home / _NAME, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK, 0o600
            )
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._descriptor)
            if isinstance(error, BlockingIOError):
                raise Problem("HOME_BUSY") from None
            raise Problem("STORE_READ_FAILED", stage="home", reason="ENOLCK") from error

    def release(self) -> None:
        """Let the next one in; a second call does nothing."""
        if self._descriptor is not None:
            descriptor, self._descriptor = self._descriptor, None
            os.close(descriptor)
