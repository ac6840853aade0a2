"""Inside the jail: the zygote that forks, and the child that serves one document.

Run only by :mod:`airseal.paper.jail` as ``python -I -m airseal.paper.jailed FD``. It gives
up every privilege before a document arrives; a session sets tighter limits on top. Nothing
leaves but answers of the types in :mod:`airseal.paper.wire`: no prose of an exception, no
path, no trace.
"""

import ctypes
import gc
import logging
import os
import resource
import signal
import socket
import sys
from dataclasses import dataclass
from typing import Final

import msgspec

from airseal.model.problem import Problem
from airseal.paper import pades, pdfverify, preflight, preview, wire
from airseal.paper.report import MAX_DOCUMENT, MAX_NAME
from airseal.paper.warmup import Sample

CPU_SECONDS: Final = 120
GARBAGE: Final = 200_000
"""Objects made between two looks for garbage."""
ADDRESS_SPACE: Final = 2 << 30
OPEN_FILES: Final = 32
FILE_SIZE: Final = 2 * MAX_DOCUMENT

_WARM_ROUNDS: Final = 3

_PR_SET_PDEATHSIG: Final = 1
_PR_SET_DUMPABLE: Final = 4
_PR_SET_NO_NEW_PRIVS: Final = 38


@dataclass(frozen=True, slots=True)
class _Child:
    """A forked child that waits for its session; both are descriptors of the zygote."""

    inbox: socket.socket
    process: int

    def close(self) -> None:
        self.inbox.close()
        os.close(self.process)


def main() -> None:
    """Confine this process, say ``ready``, then give each socket received to a fresh child.

    One child is always forked ahead, so that a session begins without waiting.
    """
    control = socket.socket(fileno=int(sys.argv[1]))
    os.set_inheritable(control.fileno(), False)
    logging.disable()
    _confine()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sample = Sample()
    for _ in range(_WARM_ROUNDS):
        sample.exercise()
    # From here on complaints of libraries go where stdout goes: nowhere.
    os.dup2(1, 2)
    gc.collect()
    gc.freeze()
    control.send(b"ready")
    warm = True
    while True:
        child = _fork(control, sample, warm=warm)
        message, descriptors, _, _ = socket.recv_fds(control, 16, 1)
        if not message or not descriptors:
            return
        warm = message != wire.RUSH
        child = _hand_over(child, descriptors[0], control, sample)
        os.close(descriptors[0])
        socket.send_fds(control, [b"forked"], [child.process])
        child.close()


def _hand_over(child: _Child, session: int, control: socket.socket, sample: Sample) -> _Child:
    """Give the session to the waiting child, or to a new one if that one has died waiting."""
    try:
        socket.send_fds(child.inbox, [b"serve"], [session])
    except OSError:
        child.close()
        child = _fork(control, sample, warm=False)
        socket.send_fds(child.inbox, [b"serve"], [session])
    return child


def _fork(control: socket.socket, sample: Sample, *, warm: bool) -> _Child:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    number = os.fork()
    if number == 0:
        try:
            control.close()
            ours.close()
            _confine_session()
            if warm:
                sample.exercise()
            _, descriptors, _, _ = socket.recv_fds(theirs, 16, 1)
            theirs.close()
            if descriptors:
                _serve(socket.socket(fileno=descriptors[0]))
        finally:
            # Whatever happens, a child must never come back into the zygote's loop.
            os._exit(0)
    theirs.close()
    return _Child(ours, os.pidfd_open(number))


def _confine() -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    for option, value in (
        (_PR_SET_NO_NEW_PRIVS, 1),
        (_PR_SET_DUMPABLE, 0),
        (_PR_SET_PDEATHSIG, signal.SIGKILL),
    ):
        if libc.prctl(option, value, 0, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), "prctl")
    for limit, value in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, FILE_SIZE),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_AS, ADDRESS_SPACE),
    ):
        resource.setrlimit(limit, (value, value))


def _confine_session() -> None:
    """Tighter than the zygote: no children of its own, a cap on its time, no life as an orphan."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    # A session is short: looking for cycles costs it more than the cycles would.
    gc.set_threshold(GARBAGE)


def _serve(channel: socket.socket) -> None:
    """Answer requests until the program closes the channel."""
    while True:
        try:
            body, descriptors = wire.receive_request(channel)
        except wire.WireBrokenError:
            return
        try:
            request: wire.Request = msgspec.json.decode(body, type=wire.Request)
            kind, answer = wire.OK, _answer(request, descriptors)
        except Problem as problem:
            kind, answer = wire.FAILED, _failure(problem)
        except MemoryError:
            kind, answer = wire.FAILED, wire.Failure("JAIL_MEMORY", {})
        except Exception:
            # Libraries raise anything on hostile bytes; what they say stays in here.
            kind, answer = wire.FAILED, wire.Failure("PDF_BROKEN", {})
        finally:
            for descriptor in descriptors:
                os.close(descriptor)
        wire.send(channel, kind, answer)


def _answer(request: wire.Request, files: list[int]) -> object:
    match request:
        case wire.Inspect():
            return preflight.inspect(files[0])
        case wire.Measure():
            return wire.Measured(preflight.measure(files[0]))
        case wire.ReadText(page):
            return preview.page_text(files[0], page)
        case wire.FindSignatureBlock(unit_name, width_um, height_um):
            return preview.find_signature_block(files[0], unit_name, width_um, height_um)
        case wire.Render(page, width_px):
            return preview.render(files[0], page, width_px, files[1])
        case wire.Prepare():
            return pades.prepare(request, files[0], files[1])
        case wire.Verify():
            return pdfverify.verify(request, files[0])


def _failure(problem: Problem) -> wire.Failure:
    params = {
        key: value[:MAX_NAME] if isinstance(value, str) else value
        for key, value in problem.params.items()
    }
    return wire.Failure(problem.code, params)


if __name__ == "__main__":
    main()
