"""What the program and its reading child say to each other: a tag, a length, a body.

Both sides cap what they take in; the program believes nothing the child says without
checking it again.
"""

import json
import socket
import struct
from enum import IntEnum
from typing import Final

from transfer.frames import Session
from transfer.limits import LIGHT, MIB
from transfer.looking import Hint, Look

_HEAD: Final = struct.Struct(">BI")
_SESSION: Final = struct.Struct(">4sII")
_SIZE: Final = struct.Struct(">II")

MAX_QUESTION: Final = 128 * MIB
MAX_ANSWER: Final = LIGHT.object_bytes + MIB


class Tag(IntEnum):
    """What a message is."""

    SOLVE = 1
    FILE = 2
    PIXELS = 3
    VIDEO = 4
    OBJECT = 16
    NOTHING = 17
    LOOK = 18
    END = 19
    UNREADABLE = 20


class WireError(Exception):
    """The other side ended, or said what the protocol does not allow."""


def send(channel: socket.socket, tag: Tag, *parts: bytes) -> None:
    """Say one message."""
    channel.sendall(_HEAD.pack(tag, sum(map(len, parts))))
    for part in parts:
        channel.sendall(part)


def receive(channel: socket.socket, cap: int) -> tuple[Tag, bytes]:
    """The next message of at most ``cap`` bytes; raises ``WireError``."""
    tag, length = _HEAD.unpack(_exactly(channel, _HEAD.size))
    try:
        known = Tag(tag)
    except ValueError:
        raise WireError from None
    if length > cap:
        raise WireError
    return known, _exactly(channel, length)


def _exactly(channel: socket.socket, length: int) -> bytes:
    data = bytearray()
    while len(data) < length:
        chunk = channel.recv(min(length - len(data), MIB))
        if not chunk:
            raise WireError
        data += chunk
    return bytes(data)


def write_session(session: Session) -> bytes:
    """A session, before its packets."""
    return _SESSION.pack(session.tag, session.length, session.symbol_size)


def read_packets(body: bytes) -> tuple[Session, list[bytes]]:
    """The session and its packets."""
    session = Session(*_SESSION.unpack_from(body))
    step = session.symbol_size + 4
    return session, [body[at : at + step] for at in range(_SESSION.size, len(body), step)]


def write_pixels(width: int, height: int) -> bytes:
    """The size of a picture, before its pixels."""
    return _SIZE.pack(width, height)


def read_pixels(body: bytes) -> tuple[int, int, bytes]:
    """Width, height and the pixels."""
    width, height = _SIZE.unpack_from(body)
    return width, height, body[_SIZE.size :]


def write_look(look: Look) -> bytes:
    """What was seen on one picture."""
    return json.dumps([look.hint, *look.texts]).encode()


def read_look(body: bytes) -> Look:
    """The same; raises ``WireError`` for anything else."""
    try:
        hint, *texts = json.loads(body)
        if not all(isinstance(text, str) for text in texts):
            raise WireError
        return Look(tuple(texts), None if hint is None else Hint(hint))
    except (ValueError, TypeError, RecursionError):
        raise WireError from None
