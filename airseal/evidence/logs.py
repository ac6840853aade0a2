"""The ledger as a file that others can read: JSON Lines with a digest (RE-11).

The first line says whose ledger it is and where it ended, each further line is one entry, the
last holds the SHA-256 of everything before it. An entry carries its hash in the chain, so a copy
can be compared with the ledger it came from; statements are named by their ids only. What is a
state secret has no title in it (SC-04): the ledger's own facts never have one.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, Final, TypeVar

import msgspec

from airseal.model.digest import Digest, from_hex
from airseal.model.problem import Problem
from airseal.model.statement import is_id
from airseal.store import Entry

Form = TypeVar("Form", bound=msgspec.Struct)

SUFFIX: Final = ".airseal-log"
VERSION: Final = 1
MAX_LINE: Final = 4 << 20
"""The longest line, in bytes; an entry has at most 1 MiB."""


class Head(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whose ledger, how far, and when it was copied.

    ``size`` and ``root`` are the ledger's at that moment (RFC 6962), ``count`` the entries that
    follow; ``whole`` says that these are all.
    """

    version: int
    unit: str
    station: str
    by: str
    at: str
    size: int
    root: Digest
    count: int
    whole: bool


class LogLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One entry. ``hash`` is its place in the chain, in hex."""

    sequence: int
    at: str
    by: str
    kind: str
    level: str | None
    statement: Digest | None
    facts: dict[str, Any]
    hash: str


class _Foot(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    digest: Digest


@dataclass(frozen=True, slots=True)
class Log:
    """A file that holds in itself; its lines are read when they are asked for."""

    head: Head
    digest: Digest
    _source: BinaryIO

    def lines(self) -> Iterator[LogLine]:
        """Every entry, by ascending sequence."""
        self._source.seek(0)
        _line(self._source)
        for _ in range(self.head.count):
            yield _decoded(_line(self._source), LogLine)


def line_of(entry: Entry) -> LogLine:
    """An entry as it stands in a copy."""
    return LogLine(
        entry.sequence,
        entry.at,
        entry.by,
        entry.kind,
        entry.level,
        entry.statement_id,
        dict(entry.facts),
        entry.hash.hex(),
    )


class LogWriter:
    """Writes one copy to a stream, line by line."""

    def __init__(self, out: BinaryIO, head: Head) -> None:
        self._out = out
        self._digest = hashlib.sha256()
        self._write(head)

    def add(self, line: LogLine) -> None:
        """The next entry."""
        self._write(line)

    def end(self) -> Digest:
        """The last line; the digest in it."""
        digest = from_hex(self._digest.hexdigest())
        self._write(_Foot(digest))
        return digest

    def _write(self, what: msgspec.Struct) -> None:
        data = msgspec.json.encode(what) + b"\n"
        self._digest.update(data)
        self._out.write(data)


def open_log(source: BinaryIO) -> Log:
    """A copy from anywhere: its form and digest are checked before anything in it counts.

    Raises ``Problem("LOG_FORM")``, ``LOG_DIGEST``.
    """
    source.seek(0)
    digest = hashlib.sha256()
    first = _line(source)
    digest.update(first)
    head = _decoded(first, Head)
    if head.version != VERSION or head.count < 0 or not (is_id(head.unit) and is_id(head.station)):
        raise Problem("LOG_FORM")
    before = 0
    for _ in range(head.count):
        data = _line(source)
        digest.update(data)
        line = _decoded(data, LogLine)
        if not before < line.sequence <= head.size:
            raise Problem("LOG_FORM")
        before = line.sequence
    last = _line(source)
    if source.read(1):
        raise Problem("LOG_FORM")
    if _decoded(last, _Foot).digest != from_hex(digest.hexdigest()):
        raise Problem("LOG_DIGEST")
    return Log(head, from_hex(digest.hexdigest()), source)


def _line(source: BinaryIO) -> bytes:
    data = source.readline(MAX_LINE)
    if not data.endswith(b"\n"):
        raise Problem("LOG_FORM")
    return data


def _decoded(data: bytes, form: type[Form]) -> Form:
    try:
        return msgspec.json.decode(data, type=form)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise Problem("LOG_FORM") from None
