"""The program's side of the token host: a child process that holds the token.

The PIN goes down the child's pipe and nowhere else. When the child dies, the caller gets
``Problem("TOKEN_HOST_DIED")`` and the next call starts another; nothing is tried twice, so
no PIN is ever spent by the program itself.
"""

import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from airseal.keys import tokenwire as wire
from airseal.keys.algorithms import Algorithm, algorithm_of_spki
from airseal.keys.certificates import read_certificate
from airseal.keys.signing import KeySigner, Signer
from airseal.keys.softtoken import module as softhsm
from airseal.keys.tokenwire import KeyKind, KeyUse, OaepDigest, PinState, TokenStatus
from airseal.model.problem import Problem
from airseal.model.secret import Secret

__all__ = [
    "KeyKind",
    "KeySigner",
    "KeyUse",
    "OaepDigest",
    "PinState",
    "Signer",
    "TokenHost",
    "TokenKey",
    "TokenSigner",
    "TokenStatus",
    "module_of",
]

MAX_TBS = 2 << 20
MAX_CIPHERTEXT = 1 << 10
MAX_PIN = 255
MAX_NOTE = 4_096
REPLY_SECONDS = 180.0
GOODBYE_SECONDS = 2.0
_INHERITED = ("SOFTHSM2_CONF", "LANG", "LC_ALL")


def module_of(path: str) -> Path | None:
    """What a station's registration says of its driver, as :class:`TokenHost` takes it."""
    return Path(path) if path else None


class TokenHost:
    """The tokens plugged into this machine.

    May be used from several threads; requests are served one at a time. The child starts
    with the first call and again after it died or after :meth:`close`.
    """

    def __init__(
        self,
        module: Path | None = None,
        *,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Speak to the PKCS#11 ``module``; ``None`` means SoftHSM2.

        ``environment`` is all the child gets to see; ``None`` means ``SOFTHSM2_CONF`` and
        the language of this process.
        """
        self._module = module
        if environment is None:
            environment = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        self._environment = dict(environment)
        self._turn = threading.Lock()
        self._child: _Child | None = None

    def tokens(self) -> tuple[TokenStatus, ...]:
        """Every token plugged in now. One plugged in during a login is seen after it."""
        match self._call(wire.ListTokens()):
            case wire.Tokens(tokens):
                return tokens
            case reply:
                raise self._unexpected(reply)

    def status(self, certificate: bytes) -> TokenStatus:
        """The token that carries ``certificate``; raises ``Problem("TOKEN_ABSENT")``."""
        for token in self.tokens():
            if certificate in token.certificates:
                return token
        raise Problem("TOKEN_ABSENT")

    def login(self, certificate: bytes, pin: Secret) -> "TokenSigner":
        """Log in to the token that holds the key of ``certificate``: one try of the PIN.

        An earlier login ends. Use the result as a context manager: leaving it clears the
        token's login state (TK-06). Raises TOKEN_ABSENT, PIN_FORM, PIN_WRONG (``state``),
        PIN_LOCKED, TOKEN_FAILED (``reason``), TOKEN_HOST_DIED, KEY_ALGORITHM, CERT_FORM.
        """
        key = self.login_key(read_certificate(certificate).spki, pin)
        return TokenSigner(key.algorithm, key.public_key, key._host, key._session, certificate)

    def login_key(self, public_key: bytes, pin: Secret) -> "TokenKey":
        """The same for a key that has no certificate yet (DER SubjectPublicKeyInfo)."""
        algorithm = algorithm_of_spki(public_key)
        match self._call(wire.Login(public_key, _pin(pin))):
            case wire.Session(session):
                return TokenKey(algorithm, public_key, self, session)
            case reply:
                raise self._unexpected(reply)

    def change_pin(self, certificate: bytes, old: Secret, new: Secret) -> None:
        """Change the PIN of the token that holds the key of ``certificate`` (TK-02).

        The old PIN is tried once; a login ends. Raises what :meth:`login` raises.
        """
        self._done(wire.ChangePin(read_certificate(certificate).spki, _pin(old), _pin(new)))

    def unlock_pin(self, serial: str, so_pin: Secret, new: Secret) -> None:
        """Give a token whose PIN is locked or forgotten a new one (C-11, X-30).

        The administrator's PIN is tried once; a login ends. Raises TOKEN_ABSENT, PIN_FORM,
        SO_PIN_WRONG, SO_PIN_LOCKED, TOKEN_PULLED, TOKEN_FAILED (``reason``), TOKEN_HOST_DIED.
        """
        self._done(wire.UnlockPin(serial, _pin(so_pin), _pin(new)))

    def generate(
        self, serial: str, pin: Secret, key: KeyKind, *, label: str = "", use: KeyUse = "sign"
    ) -> bytes:
        """Make a key pair inside the token; returns its DER SubjectPublicKeyInfo.

        The private key never leaves the token, and can do its ``use`` only. Raises what
        :meth:`login` raises.
        """
        match self._call(wire.Generate(serial, _pin(pin), key, label, use)):
            case wire.Value(public_key):
                return public_key
            case reply:
                raise self._unexpected(reply)

    def store_certificate(self, serial: str, pin: Secret, certificate: bytes) -> None:
        """Put ``certificate`` beside its key; raises TOKEN_KEY_ABSENT, CERT_FORM besides."""
        self._done(wire.StoreCertificate(serial, _pin(pin), certificate))

    def close(self) -> None:
        """End the child and with it any login; a later call starts another."""
        with self._turn:
            if self._child is not None:
                self._child.dismiss()
            self._end()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def process_id(self) -> int | None:
        """The child's process id while it runs; tests and the status page ask for it."""
        return self._child.process.pid if self._child else None

    def _sign(self, session: str, algorithm: Algorithm, tbs: bytes) -> bytes:
        if len(tbs) > MAX_TBS:
            raise Problem("TOKEN_FAILED", reason="DataLenRange")
        match self._call(wire.Sign(session, algorithm.name, tbs)):
            case wire.Value(signature):
                return signature
            case reply:
                raise self._unexpected(reply)

    def _notes(self, session: str, label: str) -> tuple[bytes, ...]:
        match self._call(wire.ReadNotes(session, label)):
            case wire.Notes(values):
                return values
            case reply:
                raise self._unexpected(reply)

    def _write_note(self, session: str, label: str, value: bytes) -> None:
        if len(value) > MAX_NOTE:
            raise Problem("TOKEN_FAILED", reason="DataLenRange")
        self._done(wire.WriteNote(session, label, value))

    def _decrypt(self, session: str, data: bytes, digest: OaepDigest) -> bytes:
        if len(data) > MAX_CIPHERTEXT:
            raise Problem("TOKEN_FAILED", reason="DataLenRange")
        match self._call(wire.Decrypt(session, digest, data)):
            case wire.Value(plaintext):
                return plaintext
            case reply:
                raise self._unexpected(reply)

    def _logout(self, session: str) -> None:
        # A child that is gone took the login with it.
        if self._child is not None:
            with contextlib.suppress(Problem):
                self._call(wire.Logout(session))

    def _done(self, request: wire.Request) -> None:
        match self._call(request):
            case wire.Done():
                return
            case reply:
                raise self._unexpected(reply)

    def _call(self, request: wire.Request) -> wire.Reply:
        with self._turn:
            try:
                if self._child is None:
                    self._child = _Child(self._module or softhsm(), self._environment)
                wire.send(self._child.requests, request)
                reply = wire.receive_reply(self._child.replies, REPLY_SECONDS)
            except wire.WireError:
                self._end()
                raise Problem("TOKEN_HOST_DIED") from None
            except BaseException:
                # An interrupted exchange leaves half a message in the pipe.
                self._end()
                raise
        if isinstance(reply, wire.Failed):
            raise Problem(reply.code, **reply.params)
        return reply

    def _unexpected(self, reply: wire.Reply) -> Problem:
        self.close()
        return Problem("TOKEN_FAILED", reason=type(reply).__name__)

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.end()


@dataclass(frozen=True, slots=True)
class TokenKey:
    """A key in a token somebody is logged in to. Leaving the context logs out (TK-06)."""

    algorithm: Algorithm
    public_key: bytes
    _host: TokenHost
    _session: str

    def sign(self, tbs: bytes) -> bytes:
        """The signature value over ``tbs`` (at most 2 MiB).

        Raises TOKEN_LOGGED_OUT after the login ended, TOKEN_PULLED, TOKEN_HOST_DIED,
        TOKEN_FAILED (``reason``).
        """
        return self._host._sign(self._session, self.algorithm, tbs)

    def notes(self, label: str) -> tuple[bytes, ...]:
        """What :meth:`write_note` left under ``label``; readable only after a login.

        One value, or two when a writing was cut off. Raises what :meth:`sign` raises.
        """
        return self._host._notes(self._session, label)

    def write_note(self, label: str, value: bytes) -> None:
        """Keep ``value`` (at most 4,096 bytes) in the token, in the place of what was there.

        Raises what :meth:`sign` raises.
        """
        self._host._write_note(self._session, label, value)

    def decrypt(self, ciphertext: bytes, digest: OaepDigest) -> bytes:
        """What was encrypted to this key with RSA-OAEP (RFC 8017), empty label.

        Raises what :meth:`sign` raises, TOKEN_KEY_USE when this key may only sign, and
        TOKEN_OAEP when the token cannot do this ``digest``.
        """
        return self._host._decrypt(self._session, ciphertext, digest)

    def oaep_digest(self) -> OaepDigest:
        """The best digest this token can do: found by trying, for no token tells.

        SoftHSM2 can do SHA-1 only. Raises what :meth:`decrypt` raises, save TOKEN_OAEP.
        """
        try:
            self.decrypt(encrypt_oaep(self.public_key, b"probe", "sha256"), "sha256")
        except Problem as problem:
            if problem.code != "TOKEN_OAEP":
                raise
            return "sha1"
        return "sha256"

    def logout(self) -> None:
        """Clear the token's login state; safe to call twice and when the token is gone."""
        self._host._logout(self._session)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.logout()


@dataclass(frozen=True, slots=True)
class TokenSigner(TokenKey):
    """A key in a token, and the certificate that says whose it is: a ``Signer``."""

    certificate: bytes


def encrypt_oaep(public_key: bytes, data: bytes, digest: OaepDigest) -> bytes:
    """``data`` encrypted with RSA-OAEP to a DER SubjectPublicKeyInfo.

    Raises ``Problem("KEY_ALGORITHM")`` when that is no RSA key of ours.
    """
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding, rsa
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    algorithm_of_spki(public_key)
    key = load_der_public_key(public_key)
    if not isinstance(key, rsa.RSAPublicKey):
        raise Problem("KEY_ALGORITHM")
    # Collisions do not matter to OAEP, and SoftHSM can do no better than SHA-1.
    chosen = hashes.SHA256() if digest == "sha256" else hashes.SHA1()  # noqa: S303
    return key.encrypt(data, padding.OAEP(padding.MGF1(chosen), chosen, None))


class _Child:
    """A running token host process and the two ends of its pipes."""

    def __init__(self, module: Path, environment: Mapping[str, str]) -> None:
        self._started: subprocess.Popen[bytes] | None = None
        ready = threading.Event()
        # The kernel ends the child with the *thread* that started it, so that thread has
        # to live as long as the child does; it also reaps it.
        threading.Thread(
            target=self._keep, args=(module, environment, ready), name="token-host", daemon=True
        ).start()
        ready.wait()
        if self._started is None:
            raise wire.WireError
        self.process: subprocess.Popen[bytes] = self._started
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.requests: int = self.process.stdin.fileno()
        self.replies: int = self.process.stdout.fileno()

    def _keep(self, module: Path, environment: Mapping[str, str], ready: threading.Event) -> None:
        command = [sys.executable, "-I", "-m", "airseal.keys.tokenserver"]
        try:
            self._started = subprocess.Popen(  # noqa: S603  # our own interpreter and module
                [*command, str(os.getpid()), str(module)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                bufsize=0,
                cwd="/",
                env=dict(environment),
                start_new_session=True,
            )
        except OSError:
            return
        finally:
            ready.set()
        self._started.wait()

    def dismiss(self) -> None:
        """Let the child log out of its token and leave, if it does so at once."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(GOODBYE_SECONDS)

    def end(self) -> None:
        """Kill and reap."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()


def _pin(pin: Secret) -> bytes:
    """A PIN no token can have is refused here, before it costs a try."""
    if not 0 < len(pin) <= MAX_PIN:
        raise Problem("PIN_FORM")
    return pin.reveal()
