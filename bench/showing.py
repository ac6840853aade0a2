"""The sending screen as a person sees it: in a terminal, watched from outside."""

import fcntl
import os
import pty
import struct
import sys
import termios
from contextlib import suppress
from pathlib import Path
from signal import SIGKILL
from threading import Thread
from time import perf_counter, sleep
from typing import Final

from airseal.model.people import Post
from bench.unit import Unit, person_of

COLUMNS: Final = 126
LINES: Final = 80
"""Room for version 25 and no more, in half blocks."""
_BEFORE: Final = 6.0
_SECONDS: Final = 10.0

_SHOW: Final = """
import sys
from pathlib import Path
from airseal.app import AirsealApp
from airseal.model.secret import Secret
from airseal.screens.light_send import of_file
from airseal.screens.session import Session
from airseal.station import Station

home, person, password, bundle = sys.argv[1:]
with Station.open(Path(home), person, Secret(password)) as station:
    session = Session(station, Path(bundle).parent)
    AirsealApp(lambda: of_file(session, Path(bundle)), situation=session.situation).run()
"""


def share_of_a_core(unit: Unit) -> float:
    """Per cent of one core that showing a bundle takes, at 8 codes a second and version 25."""
    person = person_of(Post.CUSTODIAN)
    bundle = next((unit.directory / "unit" / "usb").glob("officer-*.airseal"))
    arguments = [str(unit.home(Post.CUSTODIAN)), person.id, person.password, str(bundle)]
    process, terminal = pty.fork()
    if process == 0:
        environment = {**os.environ, "COLORTERM": "truecolor", "TERM": "xterm-256color"}
        os.execve(sys.executable, [sys.executable, "-c", _SHOW, *arguments], environment)
    try:
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
        Thread(target=_drain, args=[terminal], daemon=True).start()
        sleep(_BEFORE)
        before, began = _seconds(process), perf_counter()
        sleep(_SECONDS)
        used, took = _seconds(process) - before, perf_counter() - began
    finally:
        os.kill(process, SIGKILL)
        os.waitpid(process, 0)
    if used == 0.0:
        raise SystemExit("the sending screen showed nothing")
    return 100 * used / took


def _drain(terminal: int) -> None:
    with suppress(OSError):
        while os.read(terminal, 1 << 16):
            pass


def _seconds(process: int) -> float:
    """What it has computed so far."""
    told = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")
