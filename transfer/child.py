"""The reading child, seen from the program: start it, ask it, survive its death.

The RaptorQ decoder may panic or abort on what a stranger shows, and pictures and videos are
parsed by libraries that were not written for enemies. All of that runs in one child, behind
bubblewrap where there is one, under resource limits always.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import BinaryIO, Final

import transfer
from transfer import childwire as wire
from transfer.childwire import Tag
from transfer.errors import TransferError
from transfer.frames import Session
from transfer.limits import LIGHT
from transfer.looking import Look

SECONDS: Final = 20.0
"""Wall clock for one answer."""

_SYSTEM_PATHS: Final = ("/usr", "/lib", "/lib64", "/lib32", "/bin", "/sbin")


class ReadingChild:
    """One child at a time, started when it is first needed, again after it died.

    A context manager; safe to use from several threads, one question at a time.
    """

    def __init__(self, *, walls: bool = True) -> None:
        self._walls = walls
        self._lock = Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._channel: socket.socket | None = None

    def solve(self, session: Session, packets: Sequence[bytes]) -> bytes | None:
        """The object of ``session``, checked against its tag; None when it is not there yet.

        Raises ``LIGHT_CHILD_DIED`` when the decoder took the child with it, or took too long.
        """
        with self._lock:
            tag, body = self._ask(Tag.SOLVE, wire.write_session(session), *packets)
            if tag is Tag.OBJECT and session.fits(body):
                return body
            return None

    def look_at_file(self, data: bytes) -> Look:
        """The codes on a picture file; raises ``LIGHT_PICTURE`` and ``LIGHT_CHILD_DIED``."""
        with self._lock:
            return self._look(*self._ask(Tag.FILE, data))

    def look_at_pixels(self, width: int, height: int, grey: bytes) -> Look:
        """The codes on raw pixels, one byte each; raises as :meth:`look_at_file`."""
        with self._lock:
            return self._look(*self._ask(Tag.PIXELS, wire.write_pixels(width, height), grey))

    def look_at_video(self, source: BinaryIO) -> Iterator[Look]:
        """The codes on each picture of a video file; raises as :meth:`look_at_file`.

        A child of its own plays it, so that this one can solve meanwhile.
        """
        with ReadingChild(walls=self._walls) as player:
            yield from player._play(source)

    def _play(self, source: BinaryIO) -> Iterator[Look]:
        try:
            channel = self._started()
            wire.send(channel, Tag.VIDEO)
            socket.send_fds(channel, [b"v"], [source.fileno()])
            while True:
                tag, body = wire.receive(channel, wire.MAX_ANSWER)
                if tag is Tag.END:
                    return
                yield self._look(tag, body)
        except (wire.WireError, OSError):
            raise TransferError("LIGHT_CHILD_DIED") from None

    def close(self) -> None:
        """End the child; a later question starts another."""
        with self._lock:
            self._bury()

    def __enter__(self) -> "ReadingChild":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _look(self, tag: Tag, body: bytes) -> Look:
        if tag is not Tag.LOOK:
            raise TransferError("LIGHT_PICTURE")
        try:
            seen = wire.read_look(body)
        except wire.WireError:
            self._bury()
            raise TransferError("LIGHT_CHILD_DIED") from None
        texts = [text for text in seen.texts if len(text) <= LIGHT.frame_chars]
        return Look(tuple(texts[: LIGHT.codes]), seen.hint)

    def _ask(self, tag: Tag, *parts: bytes) -> tuple[Tag, bytes]:
        try:
            channel = self._started()
            wire.send(channel, tag, *parts)
            return wire.receive(channel, wire.MAX_ANSWER)
        except (wire.WireError, OSError):
            self._bury()
            raise TransferError("LIGHT_CHILD_DIED") from None

    def _started(self) -> socket.socket:
        if self._channel is None:
            ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
            with theirs:
                self._process = _spawn(theirs.fileno(), self._walls)
            ours.settimeout(SECONDS)
            self._channel = ours
        return self._channel

    def _bury(self) -> None:
        if self._channel is not None:
            self._channel.close()
        if self._process is not None:
            # With bubblewrap there are three of them, in one group.
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._channel = self._process = None


def _spawn(descriptor: int, walls: bool) -> subprocess.Popen[bytes]:
    bubblewrap = shutil.which("bwrap") if walls else None
    before = [bubblewrap, *_bubble()] if bubblewrap is not None and _bubbles(bubblewrap) else []
    command = [*before, sys.executable, "-I", "-B", "-m", "transfer.childmain", str(descriptor)]
    return subprocess.Popen(  # noqa: S603 our own interpreter, no shell
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=[descriptor],
        env={"LC_ALL": "C.UTF-8"},
        cwd="/",
        start_new_session=True,
    )


def _bubbles(bubblewrap: str) -> bool:
    """Whether bubblewrap may make name spaces here."""
    tried = subprocess.run(  # noqa: S603 a program of the system, no shell
        [bubblewrap, *_bubble(), sys.executable, "-I", "-S", "-c", ""],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    return tried.returncode == 0


def _bubble() -> list[str]:
    """Bubblewrap's arguments: no network, no privileges, nothing but Python to read."""
    walls = ["--unshare-all", "--clearenv", "--cap-drop", "ALL"]
    for name in _SYSTEM_PATHS:
        path = Path(name)
        if path.is_symlink():
            walls += ["--symlink", str(path.readlink()), name]
        elif path.exists():
            walls += ["--ro-bind", name, name]
    package = Path(transfer.__file__).parent
    for readable in _outermost([sys.base_prefix, sys.prefix, str(package)]):
        walls += ["--ro-bind", readable, readable]
    return [*walls, "--dev", "/dev", "--remount-ro", "/", "--chdir", "/", "--"]


def _outermost(names: Sequence[str]) -> list[str]:
    """Both spellings of each path (as given, and resolved), without what lies inside others."""
    paths = {Path(name) for name in names} | {Path(name).resolve() for name in names}
    covers = paths | {Path(name) for name in _SYSTEM_PATHS}
    return sorted(str(path) for path in paths if not covers.intersection(path.parents))
