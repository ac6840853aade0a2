"""A long duty under way: what the thread reports and what the screen may ask of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from time import monotonic

from airseal.model.problem import Problem


@dataclass(frozen=True, slots=True)
class Stage:
    """Where a duty stands: ``done`` of ``total`` (0 when unknown), and on ``what``.

    ``part`` of ``parts`` says how many files or cases are behind; ``parts`` is 1 for a duty
    that is not cut. ``seconds`` is how long this has been going on: the whole of a duty in
    parts, or else what is done now.
    """

    done: int
    total: int
    what: str
    seconds: float
    cancellable: bool
    cancelling: bool
    part: int = 0
    parts: int = 1

    @property
    def is_cut(self) -> bool:
        """Whether there are several parts."""
        return self.parts > 1

    @property
    def rate(self) -> float:
        """Items a second so far; parts, where there are several."""
        return self._behind / self.seconds if self.seconds else 0.0

    @property
    def remaining(self) -> float | None:
        """Seconds still needed at this rate, or None when nothing is known yet."""
        whole = self.parts if self.is_cut else self.total
        if not whole or not self.rate:
            return None
        return (whole - self._behind) / self.rate

    @property
    def _behind(self) -> float:
        if not self.is_cut:
            return self.done
        return self.part + (self.done / self.total if self.total else 0.0)


class Work:
    """The progress a duty reports to. The duty's thread calls it, the screen looks at it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._done, self._total, self._what = 0, 0, ""
        self._part, self._parts = 0, 1
        self._started = monotonic()
        self._cancelled = False
        self._past_return = False

    def __call__(self, done: int, total: int, what: str) -> None:
        """Report a step; raises ``Problem("CANCELLED")`` when the person cancelled in time."""
        with self._lock:
            if self._parts == 1 and (done < self._done or total != self._total):
                self._started = monotonic()
            self._done, self._total, self._what = done, total, what
            self._stop_if_cancelled()

    def begin_part(self, part: int, parts: int) -> None:
        """``part`` of ``parts`` are behind and the next begins; raises as a step does."""
        with self._lock:
            self._part, self._parts = part, parts
            self._done, self._total = 0, 0
            self._stop_if_cancelled()

    def point_of_no_return(self) -> None:
        """From here on the duty runs to its end; raises ``Problem("CANCELLED")`` if too late."""
        with self._lock:
            if self._cancelled:
                raise Problem("CANCELLED")
            self._past_return = True

    @contextmanager
    def no_return(self) -> Iterator[None]:
        """What is done inside runs to its end; what a batch begins after it may be cancelled.

        Raises ``Problem("CANCELLED")`` when the person cancelled before.
        """
        self.point_of_no_return()
        try:
            yield
        finally:
            with self._lock:
                self._past_return = False

    def cancel(self) -> bool:
        """Ask the duty to stop at its next step; False when what is done now runs to its end."""
        with self._lock:
            self._cancelled = True
            return not self._past_return

    def _stop_if_cancelled(self) -> None:
        if self._cancelled and not self._past_return:
            raise Problem("CANCELLED")

    @property
    def stage(self) -> Stage:
        """A picture of the moment."""
        with self._lock:
            return Stage(
                self._done,
                self._total,
                self._what,
                monotonic() - self._started,
                not self._past_return,
                self._cancelled,
                self._part,
                self._parts,
            )
