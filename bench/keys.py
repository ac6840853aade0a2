"""A key pressed, and what it did painted, through a terminal, in a list of 100,000 cases."""

import fcntl
import os
import pty
import re
import select
import struct
import sys
import termios
from time import monotonic, perf_counter
from typing import Final

from textual.app import ComposeResult

from airseal.app import AirsealApp
from airseal.screens.base import AirsealScreen
from airseal.screens.case_query import CaseQuery, case_columns
from airseal.screens.shell import Situation
from airseal.screens.widgets.record_list import RecordList
from airseal.text import phrase, use_language
from bench.lists import CASES, filled, opened
from bench.table import Row, Section
from bench.unit import Unit

TIMES: Final = 100
TARGET: Final = 30
_SIZES: Final = ((80, 24), (160, 50))
_SECONDS: Final = 120
_ESCAPE: Final = re.compile(rb"\x1b\[[0-9;?<>=]*[A-Za-z$]|\x1b[()].")
_DOWN, _PAGE_DOWN = b"\x1b[B", b"\x1b[6~"


class _Cases(AirsealScreen[None]):
    """A pile as people see it, without a station behind it."""

    def body(self) -> ComposeResult:
        """The list."""
        query = CaseQuery(opened(filled(CASES)))
        yield RecordList(case_columns(), query, phrase("This pile is empty."))


class _Terminal:
    """The program in a terminal of its own."""

    def __init__(self, columns: int, rows: int) -> None:
        self._child, self._terminal = pty.fork()
        if self._child == 0:
            environment = {**os.environ, "TERM": "xterm-256color", "AIRSEAL_LANG": "en"}
            os.execve(sys.executable, [sys.executable, "-m", "bench.keys"], environment)
        size = struct.pack("HHHH", rows, columns, 0, 0)
        fcntl.ioctl(self._terminal, termios.TIOCSWINSZ, size)

    def until(self, words: str, key: bytes = b"") -> float:
        """Milliseconds from ``key`` until ``words`` are painted."""
        start, seen, deadline = perf_counter(), b"", monotonic() + _SECONDS
        os.write(self._terminal, key)
        while words.encode() not in _ESCAPE.sub(b"", seen):
            if not select.select([self._terminal], [], [], max(0, deadline - monotonic()))[0]:
                raise SystemExit(f"never painted: {words!r}, but {seen[-300:]!r}")
            seen += os.read(self._terminal, 65_536)
        return (perf_counter() - start) * 1_000

    def close(self) -> None:
        """End it."""
        os.kill(self._child, 9)
        os.waitpid(self._child, 0)
        os.close(self._terminal)


def measure(_: Unit) -> Section:
    """Down and page down, one key after the other has been painted."""
    rows = []
    for columns, lines in _SIZES:
        terminal = _Terminal(columns, lines)
        try:
            terminal.until(f" of {CASES}")
            down = [terminal.until(f"{n + 2} of {CASES}", _DOWN) for n in range(TIMES)]
            rows.append(_row(f"down, {columns}x{lines}", down))
            pages = [terminal.until(f" of {CASES}", _PAGE_DOWN) for _ in range(TIMES)]
            rows.append(_row(f"page down, {columns}x{lines}", pages))
        finally:
            terminal.close()
    notes = [f"{TIMES} keys, each pressed after the one before was painted; the row is the p95."]
    return Section("Key to paint", rows, notes)


def _row(what: str, samples: list[float]) -> Row:
    p95 = sorted(samples)[int(len(samples) * 0.95) - 1]
    return Row(f"{what}, p95 of {len(samples)}", [p95], target=TARGET)


if __name__ == "__main__":
    use_language("en")
    AirsealApp(_Cases, situation=Situation(demo=True)).run(mouse=False)
