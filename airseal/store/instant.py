"""A moment on this machine that setting the clock cannot move while the machine runs."""

import time
from pathlib import Path

import msgspec

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


class Instant(msgspec.Struct, frozen=True, array_like=True):
    """``wall``: Unix time; ``up``: seconds since the boot named ``boot``, sleep included."""

    wall: int
    boot: str
    up: int

    def since(self, earlier: "Instant") -> int:
        """Seconds from ``earlier`` to here: by the boot's own counter, else by the clock.

        A clock that went back gives 0, so that nobody waits less by setting it back.
        """
        if self.boot and self.boot == earlier.boot:
            return max(0, self.up - earlier.up)
        return max(0, self.wall - earlier.wall)


def now() -> Instant:
    """The present instant, by the machine's clocks."""
    try:
        boot = _BOOT_ID.read_text(encoding="ascii").strip()
    except OSError:
        boot = ""
    return Instant(int(time.time()), boot, int(time.clock_gettime(time.CLOCK_BOOTTIME)))
