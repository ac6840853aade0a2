"""Reading and writing single DER values (X.690), just enough for a fixed form.

The reader takes what it expects and nothing else; that what it read was DER is seen by
whoever writes the same values again and compares.
"""

import re
from datetime import UTC, datetime
from enum import IntEnum

_MOMENT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})Z\Z")


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


_SHORT = 0x80
"""Lengths below are one octet; above, the first octet says how many follow."""


def tlv(tag: Tag, *parts: bytes) -> bytes:
    """One DER value: identifier octet, minimal length, contents."""
    contents = b"".join(parts)
    length = len(contents)
    if length < _SHORT:
        return bytes((tag, length)) + contents
    octets = length.to_bytes((length.bit_length() + 7) // 8)
    return bytes((tag, _SHORT | len(octets))) + octets + contents


class Reader:
    """Walks the values of one constructed value; raises ValueError where they end or differ."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def take(self, tag: int) -> bytes:
        """The contents of the next value, which must have this tag and a definite length."""
        data, start = self._data, self._at + 2
        if len(data) < start or data[start - 2] != tag:
            raise ValueError
        length = data[start - 1]
        if length >= _SHORT:
            # Open lengths and those of more than four octets are nothing that we read.
            if not 1 <= (octets := length - _SHORT) <= 4 or len(data) < start + octets:
                raise ValueError
            length = int.from_bytes(data[start : start + octets])
            start += octets
        end = start + length
        if end > len(data):
            raise ValueError
        self._at = end
        return data[start:end]

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
        if self._data[self._at : self._at + 1] == bytes([Tag.UTC_TIME]):
            text = "20" + self.take(Tag.UTC_TIME).decode("ascii")
        else:
            text = self.take(Tag.TIME).decode("ascii")
        if (found := _MOMENT.match(text)) is None:
            raise ValueError
        year, month, day, hour, minute, second = map(int, found.groups())
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
