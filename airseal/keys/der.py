"""Reading and writing single DER values (X.690), just enough for a fixed form.

The reader takes what it expects and nothing else; that what it read was DER is seen by
whoever writes the same values again and compares.
"""

from datetime import UTC, datetime
from enum import IntEnum

from asn1crypto import parser


class Tag(IntEnum):
    """The identifier octets of the values we meet."""

    INTEGER = 0x02
    BITS = 0x03
    OCTETS = 0x04
    OID = 0x06
    UTC_TIME = 0x17
    TIME = 0x18
    SEQUENCE = 0x30
    SET = 0x31
    CONTEXT_0 = 0xA0


def tlv(tag: Tag, *parts: bytes) -> bytes:
    """One DER value: identifier octet, minimal length, contents."""
    return bytes(parser.emit(tag >> 6, tag >> 5 & 1, tag & 0x1F, b"".join(parts)))


class Reader:
    """Walks the values of one constructed value; raises ValueError where they end or differ."""

    def __init__(self, data: bytes) -> None:
        self._rest = data

    def take(self, tag: int) -> bytes:
        """The contents of the next value, which must have this tag and a definite length."""
        # Looked at first, so that the parser never walks a long tag or nested open lengths.
        if len(self._rest) < 2 or self._rest[0] != tag or self._rest[1] == 0x80:
            raise ValueError
        _, _, _, header, contents, _ = parser.parse(self._rest)
        self._rest = self._rest[len(header) + len(contents) :]
        return bytes(contents)

    def enter(self, tag: int) -> "Reader":
        """A reader of the next value's own values."""
        return Reader(self.take(tag))

    def skip(self, *tags: int) -> "Reader":
        """Step over values with these tags."""
        for tag in tags:
            self.take(tag)
        return self

    def moment(self) -> datetime:
        """The time that comes next."""
        if self._rest[:1] == bytes([Tag.UTC_TIME]):
            text = "20" + self.take(Tag.UTC_TIME).decode("ascii")
        else:
            text = self.take(Tag.TIME).decode("ascii")
        if len(text) != len("20261129235959Z"):
            raise ValueError
        return datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)
