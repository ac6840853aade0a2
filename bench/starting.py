"""Starting: the first screen, and one command."""

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
from functools import partial
from time import monotonic, perf_counter
from typing import Final

from airseal.model.people import Post
from bench.table import Row, Section, in_turn, once
from bench.unit import Unit, airseal, command

TIMES: Final = 11
_COLUMNS, _ROWS = 100, 30
_SECONDS: Final = 20
_ESCAPE: Final = re.compile(rb"\x1b\[[0-9;?<>=]*[A-Za-z$]|\x1b[()].")

_HELLO: Final = (
    "from textual.app import App\n"
    "from textual.widgets import Static\n"
    "class Hello(App):\n"
    "    def compose(self):\n"
    "        yield Static('hello')\n"
    "Hello().run()\n"
)


def measure(unit: Unit) -> Section:
    """From exec to the first words on the screen; and ``airseal cases``."""
    python = [sys.executable]
    program = [*airseal(), "--home", str(unit.home(Post.CUSTODIAN))]
    bare, textual, hello, login, cases = in_turn(
        TIMES,
        partial(once, partial(_run, [*python, "-c", "pass"])),
        partial(once, partial(_run, [*python, "-c", "import textual.app"])),
        partial(_first_paint, [*python, "-c", _HELLO], b"hello"),
        partial(_first_paint, program, b"Log in"),
        partial(once, partial(_cases, unit)),
    )
    empty, peer = Row("python -c pass", bare), Row("a bare Textual program, first paint", hello)
    rows = [
        empty,
        Row("python -c 'import textual.app'", textual),
        peer,
        Row("airseal, first paint of the login", login, target=350, peer=peer),
        Row("airseal cases, whole process", cases, peer=empty),
    ]
    notes = ["`airseal cases` opens the home: Argon2id at a demonstration's cost, ledger verified."]
    return Section("Start", rows, notes)


def _run(arguments: list[str]) -> None:
    subprocess.run(arguments, check=True, stdout=subprocess.DEVNULL)


def _cases(unit: Unit) -> None:
    with command(unit, Post.CUSTODIAN, "cases"):
        pass


def _first_paint(arguments: list[str], words: bytes) -> float:
    """Milliseconds from exec until ``words`` stand on the terminal."""
    start = perf_counter()
    child, terminal = pty.fork()
    if child == 0:
        environment = {**os.environ, "TERM": "xterm-256color", "AIRSEAL_LANG": "en"}
        os.execve(arguments[0], arguments, environment)
    try:
        size = struct.pack("HHHH", _ROWS, _COLUMNS, 0, 0)
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, size)
        seen = b""
        deadline = monotonic() + _SECONDS
        while words not in _ESCAPE.sub(b"", seen):
            if not select.select([terminal], [], [], max(0, deadline - monotonic()))[0]:
                raise SystemExit(f"nothing was painted by {arguments[0]}")
            try:
                seen += os.read(terminal, 65_536)
            except OSError:
                raise SystemExit(f"{arguments[0]} ended: {seen[-300:]!r}") from None
        return (perf_counter() - start) * 1_000
    finally:
        os.kill(child, 9)
        os.waitpid(child, 0)
        os.close(terminal)
