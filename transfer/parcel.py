"""What the frames carry: a bundle or a statement, compressed, behind a header.

The header is kind 1 B, method 1 B, true size 4 B big-endian, SHA-256 32 B, of the content as
it was. Only that SHA-256 decides whether what arrived is what was sent (DESIGN §4 Frame).
"""

import hashlib
import lzma
import struct
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from transfer.errors import TransferError
from transfer.limits import LIGHT

_HEAD: Final = struct.Struct(">BBI32s")
_STORED: Final = 0
_LZMA: Final = 1
_FILTERS: Final = [
    {"id": lzma.FILTER_LZMA1, "preset": 9 | lzma.PRESET_EXTREME, "dict_size": 4 << 20}
]


class Kind(IntEnum):
    """What a parcel holds; the number travels."""

    BUNDLE = 1
    STATEMENT = 2


@dataclass(frozen=True, slots=True)
class Parcel:
    """One bundle (``*.airseal``) or one signed statement (``*.p7m``), as its bytes."""

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


def parcel_of(content: bytes) -> Parcel:
    """The parcel for a file's bytes: a ZIP is a bundle, DER is a statement.

    Raises ``LIGHT_KIND`` for anything else and ``LIGHT_TOO_LARGE(limit)`` above the cap.
    """
    if len(content) > LIGHT.payload_bytes:
        raise TransferError("LIGHT_TOO_LARGE", limit=LIGHT.payload_bytes)
    if content.startswith(b"PK\x03\x04"):
        return Parcel(Kind.BUNDLE, content)
    if content.startswith(b"\x30"):
        return Parcel(Kind.STATEMENT, content)
    raise TransferError("LIGHT_KIND")


def pack(parcel: Parcel) -> bytes:
    """The object that frames carry; raises ``LIGHT_TOO_LARGE(limit)`` above its cap."""
    content = parcel.content
    packed = lzma.compress(content, format=lzma.FORMAT_RAW, filters=_FILTERS)
    method, body = (_LZMA, packed) if len(packed) < len(content) else (_STORED, content)
    digest = hashlib.sha256(content).digest()
    made = _HEAD.pack(parcel.kind, method, len(content), digest) + body
    if len(made) > LIGHT.object_bytes:
        raise TransferError("LIGHT_TOO_LARGE", limit=LIGHT.object_bytes)
    return made


def unpack(made: bytes) -> Parcel:
    """The parcel an object is; never makes more bytes than the header promised and we allow.

    Raises ``LIGHT_DAMAGED`` for a header that is not ours, a size or SHA-256 that does not
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
        case _:
            raise TransferError("LIGHT_DAMAGED")
    if len(content) != size or hashlib.sha256(content).digest() != digest:
        raise TransferError("LIGHT_DAMAGED")
    return Parcel(kind, content)


def _decompressed(packed: bytes, size: int) -> bytes:
    decoder = lzma.LZMADecompressor(format=lzma.FORMAT_RAW, filters=_FILTERS)
    try:
        content = decoder.decompress(packed, max_length=size + 1)
    except (lzma.LZMAError, EOFError):
        raise TransferError("LIGHT_DAMAGED") from None
    if not decoder.eof or decoder.unused_data:
        raise TransferError("LIGHT_DAMAGED")
    return content
