"""How much memory a process and its children hold, from /proc, while they run."""

import re
import subprocess
import time
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

_LINE: Final = re.compile(r"^(Rss\w+):\s+(\d+) kB", re.MULTILINE)
_EVERY: Final = 0.004


@dataclass
class Peaks:
    """The most each kind of process held, in MB (10^6); documents in memory counted apart."""

    own: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    """RssAnon + RssFile: what the process itself needs."""
    shared: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    """RssShmem: pages of memfds it had mapped, which exist once whoever maps them."""


def watch(process: subprocess.Popen[bytes]) -> Peaks:
    """Sample ``process`` and all its descendants until it ends."""
    peaks = Peaks()
    while process.poll() is None:
        for number in _family(process.pid):
            with suppress(OSError, KeyError):
                kind = "program" if number == process.pid else _kind(number)
                sizes = _sizes(number)
                peaks.own[kind] = max(peaks.own[kind], sizes["RssAnon"] + sizes["RssFile"])
                peaks.shared[kind] = max(peaks.shared[kind], sizes["RssShmem"])
        time.sleep(_EVERY)
    return peaks


def _family(root: int) -> list[int]:
    found, waiting = [], [root]
    while waiting:
        number = waiting.pop()
        found.append(number)
        with suppress(OSError):
            for task in Path(f"/proc/{number}/task").iterdir():
                waiting += map(int, (task / "children").read_text().split())
    return found


def _kind(number: int) -> str:
    command = Path(f"/proc/{number}/cmdline").read_bytes()
    if b"airseal.paper.jailed" in command:
        return "bwrap" if command.split(b"\0")[0].endswith(b"bwrap") else "jail"
    return "token host" if b"tokenserver" in command else "other"


def _sizes(number: int) -> dict[str, float]:
    status = Path(f"/proc/{number}/status").read_text()
    return {name: int(size) * 1_024 / 1e6 for name, size in _LINE.findall(status)}
