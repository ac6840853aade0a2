"""The token host process: ``python -I -m airseal.keys.tokenserver PARENT MODULE``.

It hosts the token vendor's library, which may crash, hang or print, and is the only place
a PIN reaches besides the keyboard. It cannot be traced or dumped, and ends with the
process that started it.
"""

import contextlib
import ctypes
import os
import resource
import secrets
import signal
import sys
from typing import assert_never

from airseal.keys import tokenwire as wire
from airseal.keys.token import TokenReader
from airseal.model.problem import Problem

_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4


class Server:
    """Answers one request at a time."""

    def __init__(self, module: str) -> None:
        self._module = module
        self._opened: TokenReader | None = None
        self._session = ""

    def answer(self, request: wire.Request) -> wire.Reply:
        """Do what is asked; whatever goes wrong becomes a ``Failed``."""
        try:
            return self._do(request)
        except Problem as problem:
            return wire.Failed(problem.code, dict(problem.params))
        except Exception as error:  # the vendor's library and its wrapper may raise anything
            return wire.Failed("TOKEN_FAILED", {"reason": type(error).__name__})

    def leave(self) -> None:
        """Log out (TK-06); nobody is left to hear of a failure."""
        if self._opened is not None:
            with contextlib.suppress(Exception):
                self._opened.logout()

    @property
    def _reader(self) -> TokenReader:
        if self._opened is None:
            self._opened = TokenReader(self._module)
        return self._opened

    def _require(self, session: str) -> None:
        if session != self._session:
            raise Problem("TOKEN_LOGGED_OUT")

    def _do(self, request: wire.Request) -> wire.Reply:
        reader = self._reader
        match request:
            case wire.ListTokens():
                return wire.Tokens(reader.list())
            case wire.Login(public_key, pin):
                self._session = ""
                reader.login(public_key, pin)
                self._session = secrets.token_hex(16)
                return wire.Session(self._session)
            case wire.Sign(session, algorithm, data):
                self._require(session)
                return wire.Value(reader.sign(algorithm, data))
            case wire.ReadNotes(session, label):
                self._require(session)
                return wire.Notes(reader.notes(label))
            case wire.WriteNote(session, label, value):
                self._require(session)
                reader.write_note(label, value)
                return wire.Done()
            case wire.Decrypt(session, digest, data):
                self._require(session)
                return wire.Value(reader.decrypt(digest, data))
            case wire.Logout(session):
                if session == self._session:
                    self._session = ""
                    reader.logout()
                return wire.Done()
            case wire.ChangePin(public_key, old, new):
                reader.change_pin(public_key, old, new)
                return wire.Done()
            case wire.UnlockPin(serial, so_pin, new):
                reader.unlock_pin(serial, so_pin, new)
                return wire.Done()
            case wire.Generate(serial, pin, key, label, use):
                return wire.Value(reader.generate(serial, pin, key, label, use))
            case wire.StoreCertificate(serial, pin, certificate):
                reader.store_certificate(serial, pin, certificate)
                return wire.Done()
            case _:
                assert_never(request)


def harden(parent: int) -> None:
    """No core dump, no tracing, and no life without ``parent``."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def main(parent: str, module: str) -> None:
    """Serve requests from the standard input until it ends."""
    harden(int(parent))
    # A vendor's library that prints must not be able to speak on our pipes.
    requests, replies = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    server = Server(module)
    try:
        while True:
            wire.send(replies, server.answer(wire.receive_request(requests)))
    except wire.WireError:
        server.leave()
        # Not sys.exit: a vendor's library may crash while it is torn down.
        os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
