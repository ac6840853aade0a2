"""A key pressed, and what it did painted, through a terminal, in a list of 100,000 cases."""

import fcntl
import hashlib
import itertools
import json
import os
import pty
import re
import select
import struct
import sys
import termios
from functools import partial
from time import monotonic, perf_counter
from typing import ClassVar, Final

import textual.screen
from rich.segment import Segment
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from airseal.app import AirsealApp
from airseal.screens.base import AirsealScreen
from airseal.screens.case_query import CaseQuery, case_columns
from airseal.screens.shell import Situation
from airseal.screens.widgets.record_list import RecordList
from airseal.screens.work import Work
from airseal.text import phrase, use_language
from bench.lists import CASES, filled, opened
from bench.table import Row, Section, in_turn
from bench.unit import Unit

TIMES: Final = 100
TARGET: Final = 30
BUSY_TARGET: Final = 50
_SIZES: Final = ((80, 24), (160, 50))
_SECONDS: Final = 120
_QUIET: Final = 0.5
_ESCAPE: Final = re.compile(rb"\x1b\[[0-9;?<>=]*[A-Za-z$]|\x1b[()].")
_COUNT: Final = re.compile(rf"(\d+) of {CASES}".encode())
_DOWN, _PAGE_DOWN = b"\x1b[B", b"\x1b[6~"


class _Cases(AirsealScreen[None]):
    """A pile as people see it, without a station behind it."""

    def body(self) -> ComposeResult:
        """The list."""
        query = CaseQuery(opened(filled(CASES)))
        yield RecordList(case_columns(), query, phrase("This pile is empty."))


class _Busy(_Cases):
    """The same while a duty computes in its thread and tells how far it is."""

    def on_mount(self) -> None:
        """Begin the work, which never ends."""
        self.run_duty(_long, lambda _: None, busy=phrase("Reading the codes"))


def _long(work: Work) -> None:
    """What imports and sealings are made of: digests, JSON, many small steps."""
    digest, rows = hashlib.sha256(), [{"id": number, "on": ["x"] * 8} for number in range(200)]
    for step in itertools.count():
        digest.update(bytes(1 << 16))
        digest.update(json.dumps(rows).encode())
        work(step % 500, 500, "")


class _Bare(ScrollView, can_focus=True, inherit_bindings=False):
    """The peer: as many lines, a cursor, and nothing else."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move(1)", show=False),
        Binding("pagedown", "leap", show=False),
    ]

    def on_mount(self) -> None:
        """All lines, the cursor in the first."""
        self.row = 0
        self.virtual_size = Size(0, CASES)
        self.focus()

    def action_move(self, rows: int) -> None:
        """Move the cursor."""
        before, self.row = self.row, self.row + rows
        self.scroll_to_region(Region(0, self.row, 1, 1), animate=False, immediate=True)
        self.refresh_line(before)
        self.refresh_line(self.row)

    def action_leap(self) -> None:
        """Move it by a screen."""
        self.action_move(self.size.height - 1)

    def render_line(self, y: int) -> Strip:
        """One line."""
        row = self.scroll_offset.y + y
        sign = ">" if row == self.row else " "
        return Strip([Segment(f"{sign} {row + 1} of {CASES}")]).adjust_cell_length(self.size.width)


class _BareApp(App[None]):
    """Nothing around it."""

    def compose(self) -> ComposeResult:
        """The lines."""
        yield _Bare()


class _Terminal:
    """A program in a terminal of its own; ``cursor`` is how its cursor's line begins."""

    def __init__(self, program: str, cursor: str, columns: int, rows: int) -> None:
        self._cursor = cursor.encode()
        self._row = 1
        self._child, self._terminal = pty.fork()
        if self._child == 0:
            # Before it starts: a size that changes later is painted twice.
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            environment = {**os.environ, "TERM": "xterm-256color", "AIRSEAL_LANG": "en"}
            os.execve(sys.executable, [sys.executable, "-m", "bench.keys", program], environment)
        self._until(b"", 1)

    def learn(self) -> None:
        """See how far a page leaps; only where nothing else is painted meanwhile."""
        before = self._row
        self._until(_PAGE_DOWN, None)
        self._leap = self._row - before

    def down(self) -> float:
        """Milliseconds from the key until the next row has the cursor and the count tells it."""
        return self._until(_DOWN, self._row + 1)

    def page_down(self) -> float:
        """The same a screen further on."""
        return self._until(_PAGE_DOWN, self._row + self._leap)

    def _until(self, key: bytes, row: int | None) -> float:
        start, seen, deadline = perf_counter(), b"", monotonic() + _SECONDS
        os.write(self._terminal, key)
        while True:
            plain = _ESCAPE.sub(b"", seen)
            told = [int(found) for found in _COUNT.findall(plain)]
            new = [one for one in told if one == row or (row is None and one != self._row)]
            # How far a key leaps is known when all is painted, not when part of it is.
            known = row is not None or not select.select([self._terminal], [], [], _QUIET)[0]
            if new and known and self._cursor in plain:
                self._row = new[-1]
                return (perf_counter() - start) * 1_000
            if not select.select([self._terminal], [], [], max(0, deadline - monotonic()))[0]:
                raise SystemExit(f"never painted: row {row}, but {seen[-300:]!r}")
            seen += os.read(self._terminal, 65_536)

    def close(self) -> None:
        """End it."""
        os.kill(self._child, 9)
        os.waitpid(self._child, 0)
        os.close(self._terminal)


def measure(_: Unit) -> Section:
    """Down and page down, one key after the other has been painted, and beside a bare list."""
    rows = []
    for columns, lines in _SIZES:
        ours = _Terminal("cases", "> [ ] ", columns, lines)
        bare = _Terminal("bare", "> ", columns, lines)
        try:
            ours.learn()
            bare.learn()
            for what, act in (("down", _Terminal.down), ("page down", _Terminal.page_down)):
                acts = (partial(act, ours), partial(act, bare))
                mine, theirs = in_turn(TIMES, *acts)
                peer = Row("a bare ScrollView", theirs, p95=True)
                name = f"{what}, {columns}x{lines}"
                rows.append(Row(name, mine, target=TARGET, peer=peer, p95=True))
        finally:
            ours.close()
            bare.close()
        busy = _Terminal("busy", "> [ ] ", columns, lines)
        try:
            during = [busy.down() for _ in range(TIMES)]
        finally:
            busy.close()
        name = f"down while a duty computes, {columns}x{lines}"
        rows.append(Row(name, during, target=BUSY_TARGET, p95=True))
    notes = [f"{TIMES} keys, each after the one before was painted, in turn with the bare list."]
    return Section("Key to paint", rows, notes)


if __name__ == "__main__":
    use_language("en")
    if sys.argv[1:] == ["bare"]:
        # As Textual comes: importing our application has changed it.
        setattr(textual.screen, "UPDATE_PERIOD", 1 / 60)  # noqa: B010
        _BareApp().run(mouse=False)
    else:
        page = _Busy if sys.argv[1:] == ["busy"] else _Cases
        AirsealApp(page, situation=Situation(demo=True)).run(mouse=False)
