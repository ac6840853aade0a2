"""The jail, seen from the program: start it, open a session, ask, and survive its death.

Everything that parses a document runs in a child without network, files or privileges
(bubblewrap and resource limits). One warm *zygote* has the heavy libraries loaded; each
session is a fresh fork of it, so a hostile document meets only what belongs to itself, and
opening a session costs milliseconds. Documents cross as frozen memfds, answers as short
JSON that is decoded into exact types: the program believes nothing that comes out.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import BinaryIO, Final, TypeVar

import msgspec

from airseal.model.problem import Problem
from airseal.paper import memfd, wire

Answer = TypeVar("Answer")

START_SECONDS: Final = 30.0
FORK_SECONDS: Final = 10.0
CALL_SECONDS: Final = 60.0
"""Wall clock of one question, however large the document."""

_SYSTEM_PATHS: Final = ("/usr", "/lib", "/lib64", "/lib32", "/bin", "/sbin")
_MAX_COMPLAINT: Final = 4_096


class Session:
    """One forked child for one document; use it as a context manager.

    Any misbehaviour ends the session: the child is killed and every later question raises
    ``Problem("JAIL_DIED")``.
    """

    def __init__(self, channel: socket.socket, process: int) -> None:
        self._channel = channel
        self._process = process
        self._alive = True

    def ask(
        self,
        request: wire.Request,
        files: Sequence[BinaryIO],
        answer: type[Answer],
        seconds: float = CALL_SECONDS,
    ) -> Answer:
        """Put one question and wait for its answer, checked to be an ``answer``.

        Raises what the jail reports as ``Problem``; ``JAIL_TIMEOUT`` after ``seconds``;
        ``JAIL_MEMORY`` when the document needs more than the jail may have; ``JAIL_DIED``
        when the child ended, or sent anything else than the protocol allows.
        """
        if not self._alive:
            raise Problem("JAIL_DIED")
        deadline = time.monotonic() + seconds
        try:
            self._channel.settimeout(seconds)
            wire.send(self._channel, wire.OK, request, [file.fileno() for file in files])
            kind, body = wire.receive(self._channel, wire.MAX_ANSWER, deadline)
            if kind == wire.FAILED:
                failure = msgspec.json.decode(body, type=wire.Failure)
                raise Problem(failure.code, **failure.params)
            return msgspec.json.decode(body, type=answer)
        except TimeoutError:
            self.close()
            raise Problem("JAIL_TIMEOUT") from None
        except (wire.WireBrokenError, msgspec.MsgspecError, RecursionError, UnicodeError):
            self.close()
            raise Problem("JAIL_DIED") from None

    def close(self) -> None:
        """Kill the child and forget it; safe to call again."""
        if not self._alive:
            return
        self._alive = False
        self._channel.close()
        try:
            signal.pidfd_send_signal(self._process, signal.SIGKILL)
        except ProcessLookupError:
            pass
        finally:
            os.close(self._process)

    def __enter__(self) -> "Session":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@dataclass(frozen=True, slots=True)
class _Zygote:
    process: subprocess.Popen[bytes]
    control: socket.socket
    confined: bool

    def fork(self, after: bytes) -> Session:
        """A fresh session; what the next child does ``after`` is a message of the wire.

        Raises ``OSError`` when the zygote is gone.
        """
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        with theirs:
            try:
                socket.send_fds(self.control, [after], [theirs.fileno()])
                _, processes, _, _ = socket.recv_fds(self.control, 16, 1)
                if not processes:
                    raise ConnectionResetError
            except OSError:
                ours.close()
                raise
        return Session(ours, processes[0])

    def end(self) -> None:
        self.control.close()
        self.process.kill()
        self.process.wait()


class Jail:
    """The one jail of a running program.

    A ``formal`` station refuses to work without bubblewrap; a demonstration goes on without
    it, with resource limits only, and ``confined`` is then False so that the screen warns.
    Safe to use from several threads; each session belongs to one thread.
    """

    def __init__(self, *, formal: bool) -> None:
        self._formal = formal
        self._lock = Lock()
        # One thread of its own launches and outlives every zygote: --die-with-parent means
        # the parent *thread*, so a worker thread must never be the one that starts it.
        self._keeper = ThreadPoolExecutor(1, thread_name_prefix="jail")
        self._starting: Future[_Zygote] | None = None
        self._rushing = 0

    @contextmanager
    def rushing(self) -> Iterator[None]:
        """While this is open, no child warms up ahead: more documents a second, each later."""
        with self._lock:
            self._rushing += 1
        try:
            yield
        finally:
            with self._lock:
                self._rushing -= 1

    def start(self) -> None:
        """Begin to start the jail and return at once; sessions wait for it."""
        with self._lock:
            if self._starting is None:
                self._starting = self._keeper.submit(self._launch)

    def session(self) -> Session:
        """A fresh session; a dead zygote is replaced first.

        Raises ``Problem("JAIL_UNAVAILABLE", reason)``, the reason being ``missing`` (no
        bubblewrap), ``refused`` (it may not create name spaces here) or ``broken`` (Python
        cannot start inside), and ``Problem("JAIL_DIED")`` when a new one dies at once too.
        """
        for _ in range(2):
            zygote = self._zygote()
            with self._lock:
                try:
                    return zygote.fork(wire.RUSH if self._rushing else wire.WARM)
                except OSError:
                    self._bury(zygote)
        raise Problem("JAIL_DIED")

    @contextmanager
    def using(self, session: Session | None) -> Iterator[Session]:
        """``session`` itself, or a fresh one for the length of the block."""
        if session is not None:
            yield session
        else:
            with self.session() as fresh:
                yield fresh

    @property
    def confined(self) -> bool:
        """Whether bubblewrap holds it; waits until the jail has started."""
        return self._zygote().confined

    def close(self) -> None:
        """End the zygote and with it every session."""
        with self._lock:
            starting, self._starting = self._starting, None
        if starting is not None and starting.exception() is None:
            starting.result().end()
        self._keeper.shutdown()

    def _zygote(self) -> _Zygote:
        self.start()
        starting = self._starting
        if starting is None:
            raise Problem("JAIL_DIED")
        try:
            return starting.result()
        except Problem:
            with self._lock:
                if self._starting is starting:
                    self._starting = None
            raise

    def _bury(self, zygote: _Zygote) -> None:
        zygote.end()
        if self._starting is not None and self._starting.result() is zygote:
            self._starting = None

    def _launch(self) -> _Zygote:
        bubblewrap = shutil.which("bwrap")
        reason = "missing"
        if bubblewrap is not None:
            zygote, reason = _spawn([bubblewrap, *_walls()], confined=True)
            if zygote is not None:
                return zygote
        if not self._formal:
            zygote, reason = _spawn([], confined=False)
            if zygote is not None:
                return zygote
        raise Problem("JAIL_UNAVAILABLE", reason=reason)


def _spawn(walls: Sequence[str], *, confined: bool) -> tuple[_Zygote | None, str]:
    """A zygote that said it is ready; or None and why not."""
    control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    command = [*walls, sys.executable, "-I", "-B", "-m", "airseal.paper.jailed"]
    with theirs, memfd.create() as complaint:
        process = subprocess.Popen(  # noqa: S603 our own interpreter, no shell
            [*command, str(theirs.fileno())],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=complaint,
            pass_fds=[theirs.fileno()],
            env={"LC_ALL": "C.UTF-8"},
            cwd="/",
            start_new_session=True,
        )
        theirs.close()
        control.settimeout(START_SECONDS)
        try:
            ready = control.recv(16) == b"ready"
        except OSError:
            ready = False
        if ready:
            control.settimeout(FORK_SECONDS)
            return _Zygote(process, control, confined), ""
        process.kill()
        process.wait()
        control.close()
        complaint.seek(0)
        refused = complaint.read(_MAX_COMPLAINT).startswith(b"bwrap:")
        return None, "refused" if refused else "broken"


def _walls() -> list[str]:
    """Bubblewrap's arguments: no network, no privileges, nothing but Python to read."""
    walls = ["--unshare-all", "--die-with-parent", "--new-session", "--clearenv"]
    walls += ["--cap-drop", "ALL", "--setenv", "LC_ALL", "C.UTF-8"]
    for name in _SYSTEM_PATHS:
        path = Path(name)
        if path.is_symlink():
            walls += ["--symlink", str(path.readlink()), name]
        elif path.exists():
            walls += ["--ro-bind", name, name]
    package = Path(__file__).parent.parent
    for readable in _outermost([sys.base_prefix, sys.prefix, str(package)]):
        walls += ["--ro-bind", readable, readable]
    return [*walls, "--remount-ro", "/", "--chdir", "/", "--"]


def _outermost(names: Sequence[str]) -> list[str]:
    """Both spellings of each path (as given, and resolved), without what lies inside others."""
    paths = {Path(name) for name in names} | {Path(name).resolve() for name in names}
    covers = paths | {Path(name) for name in _SYSTEM_PATHS}
    return sorted(str(path) for path in paths if not covers.intersection(path.parents))
