"""One frame: a RaptorQ symbol with what a receiver must know, as text for one QR code.

``Q1`` + Base45 (RFC 9285), or ``Q2`` + Base32 (RFC 4648, unpadded) for scanners that type
what they read, of: version 1 B, session 4 B, object length 4 B, SBN 1 B and ESI 3 B
(RFC 6330 §3.2), the symbol, CRC-32 4 B; all big-endian. A frame says everything about itself,
so that frames may be lost, mixed and shown in any order (DESIGN §4 Frame).
"""

import base64
import hashlib
import struct
import zlib
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from transfer import base45
from transfer.limits import LIGHT

VERSION: Final = 1
"""Of the frame format; the flags of its byte are zero so far."""

ALIGNMENT: Final = 8
"""Symbol lengths are multiples of this (RFC 6330 calls it Al)."""

_HEAD: Final = struct.Struct(">B4sII")
_CRC: Final = struct.Struct(">I")
OVERHEAD: Final = _HEAD.size + _CRC.size
"""Bytes of a frame besides its symbol."""


class Alphabet(StrEnum):
    """How a frame is written as text; the value is its first two characters."""

    BASE45 = "Q1"
    BASE32 = "Q2"


class Flaw(StrEnum):
    """Why a text is no frame of ours."""

    MAGIC = "magic"
    TEXT = "text"
    LENGTH = "length"
    CRC = "crc"
    VERSION = "version"
    OBJECT = "object"
    SYMBOL = "symbol"
    BLOCK = "block"
    ESI = "esi"


class FrameError(Exception):
    """A text that is no frame; ``flaw`` says why."""

    def __init__(self, flaw: Flaw) -> None:
        super().__init__(flaw.value)
        self.flaw = flaw


@dataclass(frozen=True, slots=True)
class Session:
    """What all frames of one object share; frames of another never mix with them.

    ``tag`` is SHA-256(length ‖ T ‖ object)[:4]; lengths in bytes.
    """

    tag: bytes
    length: int
    symbol_size: int

    @property
    def name(self) -> str:
        """Eight hex digits to tell sessions apart on a screen."""
        return self.tag.hex()

    @property
    def needed(self) -> int:
        """K, the number of source symbols: as many frames, and at most a few more, suffice."""
        return -(-self.length // self.symbol_size)

    def fits(self, content: bytes) -> bool:
        """Whether ``content`` can be the object; its own SHA-256 has the last word."""
        return len(content) == self.length and _tag(content, self.symbol_size) == self.tag


@dataclass(frozen=True, slots=True)
class Frame:
    """One symbol of one session; ``esi`` below K is a source symbol, the others repair."""

    session: Session
    esi: int
    symbol: bytes

    @property
    def packet(self) -> bytes:
        """The encoding packet of RFC 6330 §3.2: payload id and symbol."""
        return self.esi.to_bytes(4, "big") + self.symbol


def session_of(content: bytes, symbol_size: int) -> Session:
    """The session of an object sent in symbols of ``symbol_size`` bytes."""
    return Session(_tag(content, symbol_size), len(content), symbol_size)


def encode_frame(frame: Frame, alphabet: Alphabet = Alphabet.BASE45) -> str:
    """The text of a frame."""
    session = frame.session
    body = _HEAD.pack(VERSION, session.tag, session.length, frame.esi) + frame.symbol
    data = body + _CRC.pack(zlib.crc32(body))
    return alphabet.value + _written(data, alphabet)


def parse_frame(text: str) -> Frame:
    """The frame a text is; nothing is allocated beyond its own size.

    Raises ``FrameError`` for anything else, before a decoder could see it: another magic,
    text that is not the one way to write its bytes, a wrong checksum, and a length, block or
    id outside the caps.
    """
    if len(text) > LIGHT.frame_chars:
        raise FrameError(Flaw.LENGTH)
    data = _read(text)
    symbol_size = len(data) - OVERHEAD
    if symbol_size < ALIGNMENT:
        raise FrameError(Flaw.LENGTH)
    body, crc = data[: -_CRC.size], data[-_CRC.size :]
    if _CRC.pack(zlib.crc32(body)) != crc:
        raise FrameError(Flaw.CRC)
    version, tag, length, payload_id = _HEAD.unpack_from(body)
    if version != VERSION:
        raise FrameError(Flaw.VERSION)
    if symbol_size % ALIGNMENT or symbol_size > LIGHT.symbol_bytes:
        raise FrameError(Flaw.SYMBOL)
    session = Session(tag, length, symbol_size)
    if not 1 <= length <= LIGHT.object_bytes or session.needed > LIGHT.symbols:
        raise FrameError(Flaw.OBJECT)
    if payload_id >> 24:
        raise FrameError(Flaw.BLOCK)
    if payload_id >= LIGHT.esi:
        raise FrameError(Flaw.ESI)
    return Frame(session, payload_id, body[_HEAD.size :])


def symbol_room(characters: int, alphabet: Alphabet = Alphabet.BASE45) -> int:
    """The longest symbol whose frame has at most ``characters``, in bytes; 0 when none fits."""
    room = characters - len(alphabet.value)
    match alphabet:
        case Alphabet.BASE45:
            size = room // 3 * 2 + (room % 3 == 2)
        case Alphabet.BASE32:
            size = room * 5 // 8
    return max(0, min(size - OVERHEAD, LIGHT.symbol_bytes) // ALIGNMENT * ALIGNMENT)


def symbol_size_for(length: int, room: int) -> int:
    """The smallest symbol that needs no more frames for ``length`` bytes than ``room`` would."""
    frames = -(-length // room)
    share = -(-length // frames)
    return -(-share // ALIGNMENT) * ALIGNMENT


def _tag(content: bytes, symbol_size: int) -> bytes:
    digest = hashlib.sha256(struct.pack(">II", len(content), symbol_size))
    digest.update(content)
    return digest.digest()[:4]


def _written(data: bytes, alphabet: Alphabet) -> str:
    match alphabet:
        case Alphabet.BASE45:
            return base45.encode(data)
        case Alphabet.BASE32:
            return base64.b32encode(data).decode("ascii").rstrip("=")


def _read(text: str) -> bytes:
    """The bytes of a frame's text, if the text is the one way to write them."""
    magic, rest = text[:2], text[2:]
    try:
        match magic:
            case Alphabet.BASE45:
                return base45.decode(rest)
            case Alphabet.BASE32:
                data = base64.b32decode(rest + "=" * (-len(rest) % 8))
                # Bits left over at the end would make a second spelling.
                if _written(data, Alphabet.BASE32) == rest:
                    return data
                raise FrameError(Flaw.TEXT)
            case _:
                raise FrameError(Flaw.MAGIC)
    except ValueError:
        raise FrameError(Flaw.TEXT) from None
