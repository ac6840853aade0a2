"""The real sending screen in a real terminal: painted by xterm, photographed, read back."""

import os
import signal
import struct
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from light_kit import photographed
from PIL import Image

from transfer.child import ReadingChild
from transfer.parcel import parcel_of
from transfer.receiving import Receiver

SCREEN = "1400x1000x24"
XTERM = ["xterm", "-geometry", "140x70+0+0", "-bg", "black", "-fg", "white"]
_HALF = ["-fa", "DejaVu Sans Mono", "-fs", "7"]
TERMINALS = {"full": ["-fn", "6x13"], "half": _HALF, "sixel": [*_HALF, "-ti", "vt340"]}
"""The bitmap font has no half block: the case for drawing with spaces only. A VT340 has sixels."""

DRIVER = """
import sys
from pathlib import Path
from airseal.app import AirsealApp
from airseal.model.secret import Secret
from airseal.screens.light_send import LightSendScreen
from airseal.screens.session import Session
from airseal.station import Station
from transfer.terminal import Canvas

home, person, password, bundle, cells = sys.argv[1:]
with Station.open(Path(home), person, Secret(password)) as station:
    session = Session(station, Path(bundle).parent)


    class Sending(LightSendScreen):
        def _begin(self, judged):
            if cells == "full":
                self.do_cells()
            assert isinstance(self._drawing, Canvas) == (cells == "sixel")
            super()._begin(judged)

    screen = lambda: Sending(session, lambda at: at.light.outgoing(Path(bundle)))
    AirsealApp(screen, situation=session.situation, report=lambda *_: None).run()
"""


def frame_buffer(path: Path) -> Image.Image:
    """The screen as Xvfb keeps it, in XWD form (32 bits a pixel, blue first)."""
    data = path.read_bytes()
    head = struct.unpack(">25I", data[:100])
    start, width, height, line, colours = head[0], head[4], head[5], head[12], head[19]
    pixels = data[start + colours * 12 :][: line * height]
    return Image.frombuffer("RGB", (width, height), pixels, "raw", "BGRX", line, 1).convert("L")


@pytest.mark.parametrize("cells", list(TERMINALS))
def test_the_sending_screen_in_xterm_is_photographed_and_read(demo_unit, tmp_path, cells):
    bundle = statement_of(demo_unit, tmp_path)
    person = demo_unit.person("custodian")
    (tmp_path / "driver.py").write_text(DRIVER)
    arguments = [demo_unit.home("custodian"), person["id"], person["password"], bundle, cells]
    command = [sys.executable, tmp_path / "driver.py", *arguments]
    with xterm(tmp_path, TERMINALS[cells], command, demo_unit.environment):
        made = film(tmp_path / "Xvfb_screen0")
    assert made == parcel_of(bundle.read_bytes())


def test_the_command_in_xterm_is_photographed_and_read(demo_unit, tmp_path):
    bundle = statement_of(demo_unit, tmp_path)
    command = [sys.executable, "-m", "airseal", "qr", "show", bundle, "--fps", "4"]
    with xterm(tmp_path, TERMINALS["sixel"], command, demo_unit.environment):
        made = film(tmp_path / "Xvfb_screen0")
    assert made == parcel_of(bundle.read_bytes())


def statement_of(unit, place: Path) -> Path:
    """The shortest statement of a bundle as a file: every code of it costs a photograph or more."""
    with zipfile.ZipFile(unit.waiting(2)) as archive:
        acts = [archive.read(name) for name in archive.namelist() if name.endswith(".p7m")]
    (place / "statement.p7m").write_bytes(min(acts, key=len))
    return place / "statement.p7m"


@contextmanager
def xterm(place: Path, look, command, environment) -> Iterator[None]:
    """A terminal under an X server of its own, whose frame buffer is in ``place``."""
    reader, writer = os.pipe()
    server = ["Xvfb", "-displayfd", str(writer), "-screen", "0", SCREEN, "-fbdir", str(place)]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(server, pass_fds=[writer], **quiet) as display:
        os.close(writer)
        with os.fdopen(reader) as told:
            number = f":{told.readline().strip()}"
        run = [*XTERM, *look, "-e", *command]
        surroundings = {**environment, "DISPLAY": number, "LANG": "C.UTF-8"}
        surroundings |= {"COLORTERM": "truecolor"}
        with subprocess.Popen(
            list(map(str, run)), env=surroundings, start_new_session=True, **quiet
        ) as terminal:
            try:
                yield
            finally:
                os.killpg(terminal.pid, signal.SIGKILL)
                display.terminate()


def film(screen: Path):
    """Photograph the screen again and again until the bundle is there."""
    deadline, seed = time.monotonic() + 120, 0
    with ReadingChild() as child:
        receiver = Receiver(child.solve)
        while time.monotonic() < deadline:
            seed += 1
            # The window covers the left of the screen; the rest is the desk behind it.
            shown = frame_buffer(screen).crop((0, 0, 860, 930))
            look = child.look_at_file(photographed(shown, seed, blur=0.5))
            if made := receiver.take_all(look.texts):
                return made[0]
    raise AssertionError(f"{receiver.receptions} after {seed} pictures")
