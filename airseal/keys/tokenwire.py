"""What the program and the token host say to each other.

Length-prefixed JSON over two pipes, capped both ways. A PIN travels in a request and in
nothing else; replies and failures never carry one.
"""

import os
import select
import time
from enum import StrEnum
from typing import Literal

import msgspec

MAX_REQUEST = 4 << 20
MAX_REPLY = 4 << 20
_PREFIX = 4

KeyKind = Literal["rsa-2048", "p-256"]

KeyUse = Literal["sign", "decrypt"]
"""What the private key of a new pair may do; never both."""

OaepDigest = Literal["sha256", "sha1"]
"""The digest of RSA-OAEP (RFC 8017) and of its mask generation."""


class PinState(StrEnum):
    """How near a token's PIN is to being locked (X-30), the most pressing state first."""

    LOCKED = "locked"
    FINAL_TRY = "final-try"
    INITIAL = "initial"
    LOW = "low"
    OK = "ok"


LOGIN_LABEL = "airseal-login"
"""The label of a key pair that opens a home and does nothing else."""


class TokenStatus(msgspec.Struct, frozen=True):
    """One token that is plugged in now.

    ``soft`` tells a software token (TK-01); ``certificates`` are DER. ``pin`` is
    ``INITIAL`` while the token demands that its first PIN be changed (TK-02), ``LOW``
    after a wrong try. ``login_keys`` are the public keys (DER SubjectPublicKeyInfo) that were
    made to open a home.
    """

    serial: str
    label: str
    model: str
    soft: bool
    pin: PinState
    certificates: tuple[bytes, ...]
    login_keys: tuple[bytes, ...] = ()


class ListTokens(msgspec.Struct, frozen=True, tag=True):
    """Which tokens are plugged in."""


class Login(msgspec.Struct, frozen=True, tag=True):
    """Log in, once, to the token that holds this public key (DER SubjectPublicKeyInfo)."""

    public_key: bytes
    pin: bytes


class Sign(msgspec.Struct, frozen=True, tag=True):
    """Sign with the key of the login ``session``."""

    session: str
    algorithm: str
    data: bytes


class ReadNotes(msgspec.Struct, frozen=True, tag=True):
    """The private data objects of one label on the token of the login ``session``."""

    session: str
    label: str


class WriteNote(msgspec.Struct, frozen=True, tag=True):
    """Put one private data object of ``label`` in the place of all there are."""

    session: str
    label: str
    value: bytes


class Decrypt(msgspec.Struct, frozen=True, tag=True):
    """Decrypt RSA-OAEP with the key of the login ``session``."""

    session: str
    digest: OaepDigest
    data: bytes


class Logout(msgspec.Struct, frozen=True, tag=True):
    """End the login ``session``."""

    session: str


class ChangePin(msgspec.Struct, frozen=True, tag=True):
    """Change the user PIN of the token that holds this public key."""

    public_key: bytes
    old: bytes
    new: bytes


class UnlockPin(msgspec.Struct, frozen=True, tag=True):
    """Give the token ``serial`` a new user PIN with its administrator's PIN."""

    serial: str
    so_pin: bytes
    new: bytes


class Generate(msgspec.Struct, frozen=True, tag=True):
    """Make a key pair inside the token."""

    serial: str
    pin: bytes
    key: KeyKind
    label: str
    use: KeyUse


class StoreCertificate(msgspec.Struct, frozen=True, tag=True):
    """Put a certificate beside its key."""

    serial: str
    pin: bytes
    certificate: bytes


Request = (
    ListTokens
    | Login
    | Sign
    | Decrypt
    | ReadNotes
    | WriteNote
    | Logout
    | ChangePin
    | UnlockPin
    | Generate
    | StoreCertificate
)


class Done(msgspec.Struct, frozen=True, tag=True):
    """It is done and there is nothing to hand back."""


class Tokens(msgspec.Struct, frozen=True, tag=True):
    """The answer to ``ListTokens``."""

    tokens: tuple[TokenStatus, ...]


class Value(msgspec.Struct, frozen=True, tag=True):
    """A signature, a plaintext or a public key."""

    value: bytes


class Notes(msgspec.Struct, frozen=True, tag=True):
    """The answer to ``ReadNotes``."""

    values: tuple[bytes, ...]


class Session(msgspec.Struct, frozen=True, tag=True):
    """The answer to ``Login``."""

    session: str


class Failed(msgspec.Struct, frozen=True, tag=True):
    """A ``Problem`` on its way back."""

    code: str
    params: dict[str, str | int]


Reply = Done | Tokens | Value | Notes | Session | Failed

_encoder = msgspec.json.Encoder()
_requests: msgspec.json.Decoder[Request] = msgspec.json.Decoder(Request)
_replies: msgspec.json.Decoder[Reply] = msgspec.json.Decoder(Reply)


class WireError(Exception):
    """The other side is gone, too slow, or does not speak this protocol."""


def send(pipe: int, message: Request | Reply) -> None:
    """Write one message; raises :class:`WireError` when nobody reads."""
    body = _encoder.encode(message)
    data = memoryview(len(body).to_bytes(_PREFIX) + body)
    try:
        while data:
            data = data[os.write(pipe, data) :]
    except OSError:
        raise WireError from None


def receive_request(pipe: int) -> Request:
    """The next request, waiting as long as it takes; raises :class:`WireError` at the end."""
    try:
        return _requests.decode(_receive(pipe, MAX_REQUEST, None))
    except msgspec.MsgspecError:
        raise WireError from None


def receive_reply(pipe: int, within: float) -> Reply:
    """The reply, at most ``within`` seconds from now; raises :class:`WireError`."""
    try:
        return _replies.decode(_receive(pipe, MAX_REPLY, time.monotonic() + within))
    except (msgspec.MsgspecError, RecursionError):
        raise WireError from None


def _receive(pipe: int, limit: int, deadline: float | None) -> bytes:
    length = int.from_bytes(_read(pipe, _PREFIX, deadline))
    if length > limit:
        raise WireError
    return _read(pipe, length, deadline)


def _read(pipe: int, length: int, deadline: float | None) -> bytes:
    parts = bytearray()
    ready = select.poll()
    ready.register(pipe, select.POLLIN)
    while len(parts) < length:
        if deadline is not None and not ready.poll(max(0, deadline - time.monotonic()) * 1000):
            raise WireError
        try:
            part = os.read(pipe, length - len(parts))
        except OSError:
            raise WireError from None
        if not part:
            raise WireError
        parts += part
    return bytes(parts)
