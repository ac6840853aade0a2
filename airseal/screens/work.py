"""A long duty under way: what the thread reports and what the screen may ask of it."""

from dataclasses import dataclass
from threading import Lock
from time import monotonic

from airseal.model.problem import Problem


@dataclass(frozen=True, slots=True)
class Stage:
    """Where a duty stands: ``done`` of ``total`` (0 when unknown), and on ``what``."""

    done: int
    total: int
    what: str
    seconds: float
    cancellable: bool
    cancelling: bool

    @property
    def rate(self) -> float:
        """Items a second so far."""
        return self.done / self.seconds if self.seconds else 0.0

    @property
    def remaining(self) -> float | None:
        """Seconds still needed at this rate, or None when nothing is known yet."""
        if not self.total or not self.rate:
            return None
        return (self.total - self.done) / self.rate


class Work:
    """The progress a duty reports to. The duty's thread calls it, the screen looks at it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._done, self._total, self._what = 0, 0, ""
        self._started = monotonic()
        self._cancelled = False
        self._past_return = False

    def __call__(self, done: int, total: int, what: str) -> None:
        """Report a step; raises ``Problem("CANCELLED")`` when the person cancelled in time."""
        with self._lock:
            self._done, self._total, self._what = done, total, what
            if self._cancelled and not self._past_return:
                raise Problem("CANCELLED")

    def point_of_no_return(self) -> None:
        """From here on the duty runs to its end; raises ``Problem("CANCELLED")`` if too late."""
        with self._lock:
            if self._cancelled:
                raise Problem("CANCELLED")
            self._past_return = True

    def cancel(self) -> bool:
        """Ask the duty to stop at its next step; False when that is no longer possible."""
        with self._lock:
            if self._past_return:
                return False
            self._cancelled = True
            return True

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
            )
