"""A ZIP archive that can be written in exactly one way (PKWARE APPNOTE 6.3, no zip64).

The same members always give the same bytes: sorted by name, STORED, dated 1980-01-01,
mode 0644, version 2.0, no flags, extra fields, comments, data descriptors or gaps. Reading
takes nothing from an archive but each member's name, size and CRC-32, lays these out again
and insists on the very same bytes. So prefixes, trailing bytes, comments, extra fields,
duplicates, overlaps, compression and every other reading of one file fall to one rule.

The layout is spelled out here and not left to :mod:`zipfile`, because a signed format must
not follow the standard library from version to version, and because a hostile archive then
never reaches a forgiving parser. Any ZIP program reads the result.
"""

import io
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from transfer.errors import TransferError, medium_error
from transfer.limits import CHUNK, Caps

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_LOCAL_MARK = b"PK\x03\x04"
_CENTRAL_MARK = b"PK\x01\x02"
_END_MARK = b"PK\x05\x06"
_END_REACH = _END.size + 0xFFFF
_VERSION = 20
_MADE_ON_UNIX = 3 << 8 | _VERSION
_STORED = 0
_MIDNIGHT = 0
_1980_01_01 = 1 << 5 | 1
_REGULAR_0644 = 0o100644 << 16


@dataclass(frozen=True)
class Entry:
    """One member and its place: ``name`` in ASCII, ``size`` and ``start`` in bytes."""

    name: str
    size: int
    crc: int
    start: int

    @property
    def data_start(self) -> int:
        """Offset of the first content byte."""
        return self.start + _LOCAL.size + len(self.name)

    @property
    def end(self) -> int:
        """Offset just behind the last content byte."""
        return self.data_start + self.size

    def local_header(self) -> bytes:
        """The bytes in front of the content."""
        header = _LOCAL.pack(
            _LOCAL_MARK,
            _VERSION,
            0,
            _STORED,
            _MIDNIGHT,
            _1980_01_01,
            self.crc,
            self.size,
            self.size,
            len(self.name),
            0,
        )
        return header + self.name.encode("ascii")

    def directory_record(self) -> bytes:
        """The member's record in the central directory."""
        record = _CENTRAL.pack(
            _CENTRAL_MARK,
            _MADE_ON_UNIX,
            _VERSION,
            0,
            _STORED,
            _MIDNIGHT,
            _1980_01_01,
            self.crc,
            self.size,
            self.size,
            len(self.name),
            0,
            0,
            0,
            0,
            _REGULAR_0644,
            self.start,
        )
        return record + self.name.encode("ascii")


def lay_out(parts: Iterable[tuple[str, int, int]], caps: Caps) -> tuple[Entry, ...]:
    """Places for ``(name, size, crc)`` parts, which must come sorted by name.

    Raises ``BUNDLE_TOO_LARGE`` or ``BUNDLE_TOO_MANY`` beyond the caps and
    ``BUNDLE_NOT_CANONICAL`` for names that are not ASCII, strictly ascending and in size.
    """
    entries: list[Entry] = []
    start = 0
    previous = ""
    for name, size, crc in parts:
        if len(entries) == caps.members:
            raise TransferError("BUNDLE_TOO_MANY", limit=caps.members)
        if not (previous < name and name.isascii() and len(name) <= caps.name_bytes):
            raise TransferError("BUNDLE_NOT_CANONICAL")
        entry = Entry(name, size, crc, start)
        entries.append(entry)
        previous, start = name, entry.end
        if start > caps.bundle_bytes:
            raise TransferError("BUNDLE_TOO_LARGE", limit=caps.bundle_bytes)
    if start + len(directory(entries)) > caps.bundle_bytes:
        raise TransferError("BUNDLE_TOO_LARGE", limit=caps.bundle_bytes)
    return tuple(entries)


def directory(entries: Iterable[Entry]) -> bytes:
    """Everything behind the last member: the central directory and its end record."""
    records = [(entry.directory_record(), entry.end) for entry in entries]
    body = b"".join(record for record, _ in records)
    start = records[-1][1] if records else 0
    return body + _END.pack(_END_MARK, 0, 0, len(records), len(records), len(body), start, 0)


def read_entries(source: BinaryIO, caps: Caps) -> tuple[Entry, ...]:
    """The members of the archive in ``source``, once every byte but their contents is proven.

    Contents are only placed here: whoever reads them compares their CRC-32.
    Raises ``BUNDLE_TOO_LARGE``, ``BUNDLE_TOO_MANY``, ``BUNDLE_NOT_A_BUNDLE``, ``BUNDLE_CUT``,
    ``BUNDLE_NOT_CANONICAL`` or a ``MEDIUM_*`` code.
    """
    size = _size(source)
    if size > caps.bundle_bytes:
        raise TransferError("BUNDLE_TOO_LARGE", limit=caps.bundle_bytes)
    _require_first_header(read_at(source, 0, min(size, len(_LOCAL_MARK))))
    count, length, start = _end_record(source, size)
    if start + length + _END.size != size:
        raise TransferError("BUNDLE_NOT_CANONICAL")
    # The count has 16 bits, so this also bounds what is read next: 16 MB at the worst.
    if length > count * (_CENTRAL.size + caps.name_bytes):
        raise TransferError("BUNDLE_NOT_CANONICAL")
    found = read_at(source, start, length + _END.size)
    entries = lay_out(_records(found, count, length), caps)
    if directory(entries) != found:
        raise TransferError("BUNDLE_NOT_CANONICAL")
    for entry in entries:
        header = entry.local_header()
        if read_at(source, entry.start, len(header)) != header:
            raise TransferError("BUNDLE_NOT_CANONICAL")
    return entries


def contents(source: BinaryIO, entry: Entry) -> Iterator[bytes]:
    """The member's content in chunks; the caller compares its CRC-32 with ``entry.crc``."""
    for start in range(entry.data_start, entry.end, CHUNK):
        yield read_at(source, start, min(CHUNK, entry.end - start))


def read_at(source: BinaryIO, start: int, length: int) -> bytes:
    """Exactly ``length`` bytes from ``start``; raises ``BUNDLE_CUT`` or ``MEDIUM_*``."""
    pieces: list[bytes] = []
    try:
        source.seek(start)
        while length > 0:
            piece = source.read(length)
            if not piece:
                raise TransferError("BUNDLE_CUT")
            pieces.append(piece)
            length -= len(piece)
    except OSError as error:
        raise medium_error(error) from error
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


class MemberReader(io.RawIOBase):
    """One member's content as a file of its own."""

    def __init__(self, source: BinaryIO, entry: Entry) -> None:
        self._source = source
        self._entry = entry
        self._at = 0

    def readable(self) -> bool:
        """Yes."""
        return True

    def seekable(self) -> bool:
        """Yes, within the member."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move as :meth:`io.IOBase.seek` does."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._entry.size}[whence]
        if base + offset < 0:
            raise ValueError("negative seek position")
        self._at = base + offset
        return self._at

    def readinto(self, buffer: "WriteableBuffer") -> int:
        """Fill ``buffer`` as far as the member reaches; raises as :func:`read_at`."""
        view = memoryview(buffer).cast("B")
        length = max(0, min(len(view), self._entry.size - self._at))
        view[:length] = read_at(self._source, self._entry.data_start + self._at, length)
        self._at += length
        return length


def _size(source: BinaryIO) -> int:
    try:
        return source.seek(0, 2)
    except OSError as error:
        raise medium_error(error) from error


def _require_first_header(found: bytes) -> None:
    if found == _LOCAL_MARK:
        return
    # The first bytes of a bundle, or none at all, are what a torn copy leaves behind.
    if _LOCAL_MARK.startswith(found):
        raise TransferError("BUNDLE_CUT")
    raise TransferError("BUNDLE_NOT_A_BUNDLE")


def _end_record(source: BinaryIO, size: int) -> tuple[int, int, int]:
    """Member count, directory length and directory offset, as the last end record claims."""
    reach = min(size, _END_REACH)
    tail = read_at(source, size - reach, reach)
    found = tail.rfind(_END_MARK)
    if found < 0 or len(tail) - found < _END.size:
        raise TransferError("BUNDLE_CUT")
    _, _, _, _, count, length, start, _ = _END.unpack_from(tail, found)
    return count, length, start


def _records(found: bytes, count: int, length: int) -> Iterator[tuple[str, int, int]]:
    """Name, size and CRC-32 of each record; all else is proven by laying out again."""
    at = 0
    for _ in range(count):
        if at + _CENTRAL.size > length:
            raise TransferError("BUNDLE_NOT_CANONICAL")
        fields = _CENTRAL.unpack_from(found, at)
        crc, size, name_length = fields[7], fields[9], fields[10]
        name = found[at + _CENTRAL.size : at + _CENTRAL.size + name_length]
        if not name.isascii():
            raise TransferError("BUNDLE_NOT_CANONICAL")
        yield name.decode("ascii"), size, crc
        at += _CENTRAL.size + name_length
