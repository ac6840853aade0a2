"""Children by fork: nothing waits for one without end, and one that hangs says where.

A fork copies the locks of every thread and none of the threads: see ``station_kit`` for what
must be at rest before one.
"""

import faulthandler
import os
import select
import signal
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import NoReturn

import pytest

SILENCE = 60.0
"""How long a child may say nothing (s), on a machine that has much else to do."""
LAST_WORDS = 2.0
"""How long a child that hangs may take to write down where (s)."""


@dataclass(frozen=True)
class Child:
    """A forked child: what it says, and how it ends."""

    pid: int
    _pipe: int
    _where: int
    _handle: int
    silence: float = SILENCE

    def hear(self) -> bytes:
        """What it says next; nothing when it has ended. A child that hangs fails the test."""
        if not select.select([self._pipe], [], [], self.silence)[0]:
            self._give_up()
        return os.read(self._pipe, 65_536)

    def everything(self) -> bytes:
        """All it says until it ends."""
        return b"".join(iter(self.hear, b""))

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)

    def status(self) -> int:
        """How it ended, as ``waitpid`` has it; asked once, after it was heard or killed."""
        if not select.select([self._handle], [], [], self.silence)[0]:
            self._give_up()
        return self._reap()

    def _reap(self) -> int:
        _, status = os.waitpid(self.pid, 0)
        for number in (self._pipe, self._where, self._handle):
            os.close(number)
        return status

    def _give_up(self) -> NoReturn:
        os.kill(self.pid, signal.SIGUSR1)
        select.select([self._handle], [], [], LAST_WORDS)
        where = os.pread(self._where, 65_536, 0).decode()
        self.kill()
        self._reap()
        pytest.fail(f"a child was silent for {self.silence} s; it hung in\n{where}", pytrace=True)


def fork(work: Callable[[int], object]) -> Child:
    """A child that does ``work(pipe)`` and exits: 0, or 1 when the work raised."""
    reader, writer = os.pipe()
    with TemporaryFile() as file:
        pid = os.fork()
        if pid == 0:
            faulthandler.register(signal.SIGUSR1, file, all_threads=True)
            os.close(reader)
            status = 1
            try:
                work(writer)
                status = 0
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(status)
        os.close(writer)
        return Child(pid, reader, os.dup(file.fileno()), os.pidfd_open(pid))
