"""Reading and writing single DER values (X.690), just enough for a fixed form.

The reader takes what it expects and nothing else: a low tag, a definite length in its shortest
form, contents that end where the values around them allow. That what it read was DER throughout
is seen by whoever writes the same values again and compares.
"""

from datetime import UTC, datetime
from enum import IntEnum

_LONG = 0x80
_MOST = 4
"""Octets of a length; nothing here is longer than 4 GiB."""


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


def tlv(tag: int, *parts: bytes) -> bytes:
    """One DER value: identifier octet, minimal length, contents."""
    contents = b"".join(parts)
    size = len(contents)
    if size < _LONG:
        return bytes((tag, size)) + contents
    length = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes((tag, _LONG | len(length))) + length + contents


class Reader:
    """Walks the values of one constructed value; raises ValueError where they end or differ."""

    __slots__ = ("_at", "_data", "_end")

    def __init__(self, data: bytes, start: int = 0, end: int | None = None) -> None:
        """Of ``data``, or of what lies from ``start`` to ``end`` in it."""
        self._data = data
        self._at = start
        self._end = len(data) if end is None else end

    def take(self, tag: int) -> bytes:
        """The contents of the next value, which must have this tag and a definite length."""
        start = self._step(tag)
        return self._data[start : self._at]

    def enter(self, tag: int) -> "Reader":
        """A reader of the next value's own values."""
        start = self._step(tag)
        return Reader(self._data, start, self._at)

    def skip(self, *tags: int) -> "Reader":
        """Step over values with these tags."""
        for tag in tags:
            self._step(tag)
        return self

    def moment(self) -> datetime:
        """The time that comes next."""
        if self._data[self._at : min(self._at + 1, self._end)] == bytes([Tag.UTC_TIME]):
            text = "20" + self.take(Tag.UTC_TIME).decode("ascii")
        else:
            text = self.take(Tag.TIME).decode("ascii")
        digits = text.removesuffix("Z")
        if len(text) != 15 or len(digits) != 14 or not digits.isdigit():
            raise ValueError
        month, day, hour, minute, second = (int(digits[at : at + 2]) for at in range(4, 14, 2))
        return datetime(int(digits[:4]), month, day, hour, minute, second, tzinfo=UTC)

    def _step(self, tag: int) -> int:
        """Go behind the next value, which has this tag; where its contents begin."""
        data, start = self._data, self._at + 2
        if start > self._end or data[start - 2] != tag:
            raise ValueError
        size = data[start - 1]
        if size >= _LONG:
            count = size - _LONG
            if not 1 <= count <= _MOST or start + count > self._end:
                raise ValueError
            size = int.from_bytes(data[start : start + count])
            if size < _LONG or size >> 8 * (count - 1) == 0:
                raise ValueError
            start += count
        if start + size > self._end:
            raise ValueError
        self._at = start + size
        return start
