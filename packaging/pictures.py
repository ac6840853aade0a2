"""Make the pictures of the guide and the README from the program as it is now.

A demonstration unit is built in a temporary directory; the real program runs in tmux inside
an xterm on a virtual screen (Xvfb), keys are sent, and the window is photographed. Needs
the Debian packages xvfb, xterm, tmux, imagemagick fonts-dejavu-core and
fonts-noto-cjk.

    uv run python packaging/pictures.py docs/pictures
"""

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

DISPLAY = ":87"
SOCKET = "airseal-pictures"
COLUMNS, ROWS = 130, 38
FONT, WIDE_FONT = "DejaVu Sans Mono", "Noto Sans Mono CJK SC"
PATIENCE = 60.0
"""Seconds to wait for a text on the screen."""


@dataclass(frozen=True)
class Shot:
    """Keys to press, the text to wait for after them, and the picture's name (or none)."""

    keys: tuple[str, ...]
    wait_for: str
    picture: str = ""


def tour(password: str) -> Sequence[Shot]:
    """The custodian's way from login to the seal in its place."""
    return (
        Shot((), "软件密钥", "start"),
        Shot(("Enter",), "密码"),
        Shot((password, "Enter"), "可以使用", "home"),
        Shot(("i",), "officer-", "stick"),
        Shot(("/", "officer", "Enter"), "officer-"),
        Shot(("i",), "已导入"),
        Shot(("Escape",), "介质上的数据包"),
        Shot(("Escape",), "待办事项"),
        Shot(("1",), "关于开展数据安全检查的通知", "cases"),
        Shot(("s",), "审批意见", "seal-text"),
        Shot(("t",), "版面", "seal"),
    )


def main(target: Path) -> None:
    """Take all pictures into ``target``."""
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as directory, screen() as environment:
        demo = Path(directory) / "demo"
        command = f"{sys.executable} -m airseal demo open {demo} --post custodian"
        tmux("new-session", "-d", "-s", "p", "-x", str(COLUMNS), "-y", str(ROWS), command)
        with window(environment):
            for shot in tour("Keep-Safe-2026"):
                for key in shot.keys:
                    tmux(
                        "send-keys",
                        "-t",
                        "p",
                        *(
                            ("-l", key)
                            if len(key) > 1 and key not in ("Enter", "Escape")
                            else (key,)
                        ),
                    )
                wait_for(shot.wait_for)
                if shot.picture:
                    photograph(target / f"{shot.picture}.png", environment)


@contextlib.contextmanager
def screen() -> Iterator[dict[str, str]]:
    """A virtual screen, and the environment that uses it."""
    server = subprocess.Popen(["Xvfb", DISPLAY, "-screen", "0", "1600x1200x24", "-nolisten", "tcp"])
    environment = {**os.environ, "DISPLAY": DISPLAY, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
    try:
        yield environment
    finally:
        subprocess.run(["tmux", "-L", SOCKET, "kill-server"], check=False, capture_output=True)
        server.terminate()
        server.wait()


@contextlib.contextmanager
def window(environment: dict[str, str]) -> Iterator[None]:
    """An xterm that shows the tmux session."""
    xterm = subprocess.Popen(
        [
            *("xterm", "-fa", FONT, "-fd", WIDE_FONT, "-fs", "10", "-geometry", f"{COLUMNS}x{ROWS}+0+0"),
            *("-b", "0", "-bw", "0", "+sb", "-u8", "-e"),
            *("tmux", "-L", SOCKET, "-u", "attach", "-t", "p"),
        ],
        env={**environment, "TERM": "xterm-256color", "COLORTERM": "truecolor"},
    )
    try:
        yield
    finally:
        xterm.terminate()
        xterm.wait()


def tmux(*arguments: str) -> str:
    """One tmux command on our own socket, without a status line."""
    done = subprocess.run(
        ["tmux", "-L", SOCKET, "-u", "-f", "/dev/null", *arguments],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "COLORTERM": "truecolor"},
    )
    if arguments[0] == "new-session":
        tmux("set-option", "-g", "status", "off")
        tmux("set-option", "-g", "default-terminal", "tmux-256color")
        tmux("set-option", "-as", "terminal-features", ",xterm*:RGB")
    return done.stdout


def wait_for(text: str) -> None:
    """Return when ``text`` is on the screen and the screen has come to rest."""
    deadline = time.monotonic() + PATIENCE
    before = ""
    while time.monotonic() < deadline:
        now = tmux("capture-pane", "-p", "-t", "p")
        if text in now and now == before:
            return
        before = now
        time.sleep(0.6)
    raise SystemExit(f"never saw {text!r} on the screen:\n{before}")


def photograph(path: Path, environment: dict[str, str]) -> None:
    """The window as a PNG, without the empty rest of the screen."""
    subprocess.run(
        ["import", "-window", "root", "-trim", "+repage", "+dither", "-colors", "128", str(path)],
        check=True,
        env=environment,
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
