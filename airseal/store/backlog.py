"""What opening leaves for later, done by one thread beside everything else.

Opening verifies the end of the ledger; here the rest is proven, the index is brought to the
head if it is far behind, and kept on the disk. Everything here may be stopped at any entry
and is begun again by the next opening.
"""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from time import sleep

from airseal.model.problem import Problem
from airseal.store import durable
from airseal.store.ledger import Ledger
from airseal.store.records import Mark


@dataclass(frozen=True, slots=True)
class Soundness:
    """How much of the ledger was verified since it was opened: ``verified`` of ``entries``.

    ``problem`` is why it is not whole (``LEDGER_DAMAGED``, ``LEDGER_SHORT``,
    ``STORE_READ_FAILED``), or None.
    """

    verified: int
    entries: int
    problem: Problem | None = None

    @property
    def complete(self) -> bool:
        """Whether there is nothing left to verify."""
        return self.problem is None and self.verified >= self.entries


class _Stopped(Exception):
    """The home is being closed."""


class Backlog:
    """Proves the entries up to ``since``, then does ``chores`` until one of them says it is idle.

    ``chores`` yields after each piece of work, so that it can be stopped there.
    """

    def __init__(self, ledger: Ledger, since: Mark, chores: Callable[[], Iterator[None]]) -> None:
        self._ledger = ledger
        self._since = since
        self._chores = chores
        self._stop = threading.Event()
        self._guard = threading.Lock()
        self._thread: threading.Thread | None = None
        self.soundness = Soundness(0, since.head.sequence)

    def start(self) -> None:
        """See to what there is to do, unless it is being done; not after :meth:`stop`."""
        with self._guard:
            running = self._thread is not None and self._thread.is_alive()
            if not running and not self._stop.is_set():
                self._thread = threading.Thread(
                    target=self._work, name="airseal-store", daemon=True
                )
                self._thread.start()

    def stop(self) -> None:
        """End the work and wait for that, which takes some milliseconds."""
        self._stop.set()
        with self._guard:
            thread = self._thread
        if thread is not None:
            thread.join()

    def wait(self, seconds: float) -> bool:
        """Whether the work is done; waits for it, at most so long."""
        with self._guard:
            thread = self._thread
        if thread is not None:
            thread.join(seconds)
        return thread is None or not thread.is_alive()

    def _work(self) -> None:
        try:
            if not self.soundness.complete and self.soundness.problem is None:
                self._prove()
            with durable.reading("ledger"):
                for _ in self._chores():
                    self._pause()
        except Problem as problem:
            self.soundness = replace(self.soundness, problem=problem)
        except _Stopped:
            return

    def _prove(self) -> None:
        with durable.reading("ledger"):
            self._ledger.prove(self._since, self._proven)
        self.soundness = replace(self.soundness, verified=self.soundness.entries)

    def _proven(self, done: int) -> None:
        # One less than all until the comparison with the anchor is made, at the very end.
        self.soundness = replace(self.soundness, verified=min(done, self.soundness.entries - 1))
        self._pause()

    def _pause(self) -> None:
        if self._stop.is_set():
            raise _Stopped
        sleep(0)
