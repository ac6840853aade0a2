"""What the terminal can draw besides characters, and how large its cells are; asked once."""

import fcntl
import os
import select
import struct
import termios
import tty
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from time import monotonic
from typing import Final

from transfer.pixels import QUESTION, Protocol, is_answered, largest_in_pixels, replies

_PATIENCE: Final = 0.15
"""Seconds: a terminal answers in a few thousandths; what says nothing draws characters."""
_LONGEST: Final = 4_096
_SIZES: Final = struct.Struct("4H")


@dataclass(frozen=True, slots=True)
class Canvas:
    """A terminal that takes pictures; ``cell_width`` and ``cell_height`` in pixels."""

    protocol: Protocol
    cell_width: int
    cell_height: int

    def pixels(self, columns: int, lines: int) -> tuple[int, int]:
        """Width and height of so many cells."""
        return columns * self.cell_width, lines * self.cell_height

    def room(self, columns: int, lines: int) -> int | None:
        """The largest symbol in so many cells, or None."""
        return largest_in_pixels(*self.pixels(columns, lines))


@cache
def canvas() -> Canvas | None:
    """What this process's terminal can draw; None without one, or when it only has characters.

    Reads the keyboard for a moment: nobody else may be reading it.
    """
    with suppress(OSError, termios.error):
        terminal = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC)
        try:
            return _asked(terminal)
        finally:
            os.close(terminal)
    return None


def _asked(terminal: int) -> Canvas | None:
    before = termios.tcgetattr(terminal)
    try:
        tty.setraw(terminal, termios.TCSAFLUSH)
        os.write(terminal, QUESTION.encode("ascii"))
        protocol, cell = replies(_answer(terminal))
    finally:
        termios.tcsetattr(terminal, termios.TCSAFLUSH, before)
    cell = cell or _cell(terminal)
    return Canvas(protocol, *cell) if protocol is not None and cell is not None else None


def _cell(terminal: int) -> tuple[int, int] | None:
    """Width and height of a cell in pixels as the kernel knows them; many terminals tell it."""
    said = fcntl.ioctl(terminal, termios.TIOCGWINSZ, bytes(_SIZES.size))
    lines, columns, width, height = _SIZES.unpack(said)
    if not (lines and columns and width and height):
        return None
    return width // columns, height // lines


def _answer(terminal: int) -> bytes:
    told, deadline = b"", monotonic() + _PATIENCE
    while not is_answered(told) and len(told) < _LONGEST:
        ready, _, _ = select.select([terminal], [], [], max(0.0, deadline - monotonic()))
        if not ready:
            break
        told += os.read(terminal, _LONGEST)
    return told
