"""Make the pictures of the guide and the README from the program as it is now.

For each language a demonstration unit is built in a temporary directory, and one document
goes its way through it: the real program runs in tmux inside an xterm on a virtual screen
(Xvfb), keys are sent, and the window is photographed. Chinese pictures lie in the target
directory, English ones in ``en`` below it. Needs the Debian packages xvfb, xterm, tmux,
imagemagick, fonts-dejavu-core and fonts-noto-cjk.

    uv run python packaging/pictures.py docs/pictures
"""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from airseal.text import tr, use_language

SOCKET = f"airseal-pictures-{os.getpid()}"
COLUMNS, ROWS = 124, 34
FONT, WIDE_FONT = "DejaVu Sans Mono", "Noto Sans Mono CJK SC"
COLOURS = "64"
PATIENCE = 120.0
"""Seconds to wait for a text on the screen."""
FOLDERS = {"zh_CN": "", "en": "en"}
KEYS = frozenset({"Enter", "Escape", "Space", "Down", "Left", "Up", "F7", "F9"})
"""What tmux is to send as a key; anything else is typed letter by letter."""

TO_DRAFT = "关于印发值班安排的通知"
TO_DECIDE = "关于启用新版办公系统的通知"
TO_SEAL = "关于开展数据安全检查的通知"


@dataclass(frozen=True, slots=True)
class Shot:
    """Keys to press, what to wait for after them, and the picture's name (or none).

    ``wait_for`` is a message id of the program or text of the demonstration; it is looked
    for in the language of the tour.
    """

    keys: tuple[str, ...]
    wait_for: str
    picture: str = ""


@dataclass(frozen=True, slots=True)
class Secrets:
    """What a person of the demonstration types."""

    password: str
    pin: str


def login(secrets: Secrets, first: str = "", home: str = "") -> tuple[Shot, ...]:
    """From the page of people to the first page of the post."""
    return (
        Shot((), "People of the demonstration unit", first),
        Shot(("Enter",), "type here, nothing is shown"),
        Shot((secrets.password, "Enter"), "whole", home),
    )


def drafter(secrets: Secrets) -> tuple[Shot, ...]:
    """A request is drafted, signed and written to the medium."""
    return (
        *login(secrets, first="start"),
        Shot(("n",), TO_DRAFT),
        Shot(("Down", "Enter"), "Use until"),
        Shot(("Enter", "印发各科室执行", "Enter", "Enter", "Enter"), "True size"),
        Shot(("F9", "3", "Enter", "Enter"), "archives"),
        Shot(("Space", "Down", "Down", "Space", "Enter"), "Use until", "draft"),
        Shot(("F9",), "type here, nothing is shown", "declare"),
        Shot((secrets.pin, "Enter"), "Export to the medium"),
        Shot(("Enter",), "type here, nothing is shown"),
        Shot(
            (secrets.pin, "Enter"),
            "+ Written, and read back equal. The medium may be taken away.",
            "export",
        ),
    )


def officer(secrets: Secrets) -> tuple[Shot, ...]:
    """What waits on the medium is imported, read and approved."""
    return (
        *login(secrets),
        Shot(("i",), "Bundles on the medium"),
        Shot(("*", "i"), "+ imported", "import"),
        Shot(("Escape", "1"), TO_DECIDE),
        Shot(("/", "办公系统", "Enter", "Enter"), "Digest", "review"),
        Shot(("a",), "Opinion", "decide"),
        Shot(("Enter",), "type here, nothing is shown"),
        Shot((secrets.pin, "Enter"), "Approved"),
    )


def custodian(secrets: Secrets) -> tuple[Shot, ...]:
    """An approved seal is placed and applied."""
    return (
        *login(secrets),
        Shot(("i",), "Bundles on the medium"),
        Shot(("*", "i"), "+ imported"),
        Shot(("Escape",), "What waits for me", "home"),
        Shot(("1",), TO_SEAL),
        Shot(("/", "安全检查", "Enter", "s"), "sha256:"),
        Shot(("1", "2", "3", "t"), "\u2584", "seal"),
        Shot(("s",), "type here, nothing is shown", "pin"),
        Shot((secrets.pin, "Enter"), "Valid"),
    )


def checker(secrets: Secrets) -> tuple[Shot, ...]:
    """A damaged bundle is refused; a sealed document is judged."""
    return (
        *login(secrets),
        Shot(("i",), "Bundles on the medium"),
        Shot(("/", "custodian", "Enter", "i"), "BUNDLE_", "refused"),
        Shot(("Down", "v"), "Valid", "verdict"),
    )


def authority(secrets: Secrets) -> tuple[Shot, ...]:
    """The registry."""
    return (
        *login(secrets),
        Shot(("g",), "Policy pack", "registry"),
    )


def practice(secrets: Secrets) -> tuple[Shot, ...]:
    """Practice from the login, and its guided tour."""
    return (
        Shot((), "People of the demonstration unit"),
        Shot(("Enter",), "type here, nothing is shown"),
        Shot(("F7",), "People of the practice unit", "practice"),
        Shot(("Down", "Down", "Enter"), "type here, nothing is shown"),
        Shot((secrets.password, "Enter"), "whole"),
        Shot(("i",), "drafter-", "tour"),
    )


TOURS: Mapping[str, Callable[[Secrets], Sequence[Shot]]] = {
    "drafter": drafter,
    "officer": officer,
    "custodian": custodian,
    "checker": checker,
    "authority": authority,
    "practice": practice,
}
AT: Mapping[str, str] = {"practice": "officer"}
"""The post at which a tour begins, where it does not bear its name."""


def main(target: Path) -> None:
    """Take all pictures into ``target``."""
    with screen() as environment:
        for language, folder in FOLDERS.items():
            use_language(language)
            pictures = target / folder
            pictures.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory() as directory:
                take(Path(directory) / "demo", language, pictures, environment)


def take(demo: Path, language: str, pictures: Path, environment: dict[str, str]) -> None:
    """Take the pictures of one language at a demonstration unit built at ``demo``."""
    airseal = [sys.executable, "-m", "airseal", "demo"]
    built = subprocess.run([*airseal, "build", str(demo)], check=True, capture_output=True)
    # The cursor stands on the first person of a post.
    people = {one["post"]: one for one in reversed(json.loads(built.stdout)["people"])}
    for name, tour in TOURS.items():
        if name == "checker":
            damage(demo / "usb")
        post = AT.get(name, name)
        command = " ".join(airseal) + f" open {demo} --post {post}"
        size = ("-x", str(COLUMNS), "-y", str(ROWS))
        tmux(
            "new-session",
            "-d",
            "-s",
            "p",
            *size,
            "env",
            f"AIRSEAL_LANG={language}",
            "sh",
            "-c",
            command,
        )
        with window(environment):
            for shot in tour(Secrets(people[post]["password"], people[post]["pin"])):
                take_one(shot, pictures, environment)
        tmux("kill-session", "-t", "p")


def take_one(shot: Shot, pictures: Path, environment: dict[str, str]) -> None:
    """Press the keys, wait, and photograph if the shot has a name."""
    for key in shot.keys:
        tmux("send-keys", "-t", "p", *((key,) if key in KEYS else ("-l", key)))
        time.sleep(0.2)
    wait_for(tr(shot.wait_for))
    if shot.picture:
        photograph(pictures / f"{shot.picture}.png", environment)


def damage(medium: Path) -> None:
    """Leave a copy of the custodian's bundle with one byte changed."""
    (whole,) = medium.glob("custodian-*.airseal")
    content = bytearray(whole.read_bytes())
    content[len(content) // 2] ^= 1
    (medium / "custodian-damaged.airseal").write_bytes(content)


@contextlib.contextmanager
def screen() -> Iterator[dict[str, str]]:
    """A virtual screen on a number of its own, and the environment that uses it."""
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "1600x1200x24", "-nolisten", "tcp"],
        pass_fds=(write,),
    )
    os.close(write)
    with os.fdopen(read) as told:
        display = f":{told.readline().strip()}"
    try:
        yield {**os.environ, "DISPLAY": display, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
    finally:
        subprocess.run(["tmux", "-L", SOCKET, "kill-server"], check=False, capture_output=True)
        server.terminate()
        server.wait()


@contextlib.contextmanager
def window(environment: dict[str, str]) -> Iterator[None]:
    """An xterm that shows the tmux session."""
    xterm = subprocess.Popen(
        [
            *(
                "xterm",
                "-fa",
                FONT,
                "-fd",
                WIDE_FONT,
                "-fs",
                "10",
                "-geometry",
                f"{COLUMNS}x{ROWS}+0+0",
            ),
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
        tmux("set-option", "-s", "exit-empty", "off")
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
        [
            "import",
            "-window",
            "root",
            "-trim",
            "+repage",
            "+dither",
            "-colors",
            COLOURS,
            "-strip",
            f"PNG8:{path}",
        ],
        check=True,
        env=environment,
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
