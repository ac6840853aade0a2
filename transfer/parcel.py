"""What the frames carry: a bundle, a statement or a slip, compressed, behind a header.

The header is kind 1 B, method 1 B, true size 4 B big-endian, SHA-256 32 B, of the content as
it was. Only that SHA-256 decides whether what arrived is what was sent (DESIGN §4 Frame).
"""

import hashlib
import lzma
import struct
import zlib
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from transfer.errors import TransferError
from transfer.limits import LIGHT
from transfer.wording import WORDS

SLIP_MAGIC: Final = b"S1"
"""What a slip begins with."""

_HEAD: Final = struct.Struct(">BBI32s")
_STORED: Final = 0
_LZMA: Final = 1
_WORDS: Final = 2
_FILTERS: Final = [
    {"id": lzma.FILTER_LZMA1, "preset": 9 | lzma.PRESET_EXTREME, "dict_size": 4 << 20}
]
_SHORT: Final = 16 << 10
"""Bytes: what is longer gains nothing from words known beforehand."""


class Kind(IntEnum):
    """What a parcel holds; the number travels."""

    BUNDLE = 1
    STATEMENT = 2
    SLIP = 3
    """Payload and signature of a statement; the addressee holds the signer's certificate."""


_MAGIC: Final = {Kind.BUNDLE: b"PK\x03\x04", Kind.STATEMENT: b"\x30", Kind.SLIP: SLIP_MAGIC}


@dataclass(frozen=True, slots=True)
class Parcel:
    """One bundle (``*.airseal``), signed statement (``*.p7m``) or slip, as its bytes."""

    kind: Kind
    content: bytes

    @property
    def sha256(self) -> str:
        """Of the content, hex."""
        return hashlib.sha256(self.content).hexdigest()

    @property
    def suffix(self) -> str:
        """The ending of a file that holds the content."""
        match self.kind:
            case Kind.BUNDLE:
                return ".airseal"
            case Kind.STATEMENT:
                return ".p7m"
            case Kind.SLIP:
                return ".slip"


def parcel_of(content: bytes) -> Parcel:
    """The parcel for a file's bytes: a ZIP is a bundle, DER a statement, or it is a slip.

    Raises ``LIGHT_KIND`` for anything else and ``LIGHT_TOO_LARGE(limit)`` above the cap.
    """
    if len(content) > LIGHT.payload_bytes:
        raise TransferError("LIGHT_TOO_LARGE", limit=LIGHT.payload_bytes)
    for kind, magic in _MAGIC.items():
        if content.startswith(magic):
            return Parcel(kind, content)
    raise TransferError("LIGHT_KIND")


def pack(parcel: Parcel) -> bytes:
    """The object that frames carry; raises ``LIGHT_TOO_LARGE(limit)`` above its cap."""
    content = parcel.content
    ways = {_STORED: content, _LZMA: _compressed(content)}
    if len(content) <= _SHORT:
        ways[_WORDS] = _abridged(content)
    method, body = min(ways.items(), key=lambda way: len(way[1]))
    digest = hashlib.sha256(content).digest()
    made = _HEAD.pack(parcel.kind, method, len(content), digest) + body
    if len(made) > LIGHT.object_bytes:
        raise TransferError("LIGHT_TOO_LARGE", limit=LIGHT.object_bytes)
    return made


def unpack(made: bytes) -> Parcel:
    """The parcel an object is; never makes more bytes than the header promised and we allow.

    Raises ``LIGHT_DAMAGED`` for a header that is not ours, a size, SHA-256 or kind that does not
    match, and bytes left over; ``LIGHT_TOO_LARGE(limit)`` for a size above the cap.
    """
    if len(made) < _HEAD.size:
        raise TransferError("LIGHT_DAMAGED")
    number, method, size, digest = _HEAD.unpack_from(made)
    if size > LIGHT.payload_bytes:
        raise TransferError("LIGHT_TOO_LARGE", limit=LIGHT.payload_bytes)
    try:
        kind = Kind(number)
    except ValueError:
        raise TransferError("LIGHT_DAMAGED") from None
    match method:
        case 0:
            content = made[_HEAD.size :]
        case 1:
            content = _decompressed(made[_HEAD.size :], size)
        case 2:
            content = _unabridged(made[_HEAD.size :], size)
        case _:
            raise TransferError("LIGHT_DAMAGED")
    if len(content) != size or hashlib.sha256(content).digest() != digest:
        raise TransferError("LIGHT_DAMAGED")
    # The SHA-256 speaks of the content alone: what the header says it is must fit it.
    if not content.startswith(_MAGIC[kind]):
        raise TransferError("LIGHT_DAMAGED")
    return Parcel(kind, content)


def _compressed(content: bytes) -> bytes:
    return lzma.compress(content, format=lzma.FORMAT_RAW, filters=_FILTERS)


def _abridged(content: bytes) -> bytes:
    """Deflate (RFC 1951) that knows the words of statements beforehand.

    What stands before the text is random, so it has a block and thereby a code of its own.
    """
    head, brace, text = content.partition(b'{"')
    encoder = zlib.compressobj(
        9, wbits=-zlib.MAX_WBITS, memLevel=9, strategy=zlib.Z_FILTERED, zdict=WORDS
    )
    packed = encoder.compress(head) + encoder.flush(zlib.Z_BLOCK)
    return packed + encoder.compress(brace + text) + encoder.flush()


def _unabridged(packed: bytes, size: int) -> bytes:
    decoder = zlib.decompressobj(wbits=-zlib.MAX_WBITS, zdict=WORDS)
    try:
        content = decoder.decompress(packed, size + 1)
    except zlib.error:
        raise TransferError("LIGHT_DAMAGED") from None
    if not decoder.eof or decoder.unused_data:
        raise TransferError("LIGHT_DAMAGED")
    return content


def _decompressed(packed: bytes, size: int) -> bytes:
    decoder = lzma.LZMADecompressor(format=lzma.FORMAT_RAW, filters=_FILTERS)
    try:
        content = decoder.decompress(packed, max_length=size + 1)
    except (lzma.LZMAError, EOFError):
        raise TransferError("LIGHT_DAMAGED") from None
    if not decoder.eof or decoder.unused_data:
        raise TransferError("LIGHT_DAMAGED")
    return content
