"""The desk: TinyDB's present picture of what is open, derived from the ledger.

The desk is exactly the fold of the ledger with a :data:`Projection`; nobody else writes it.
It also anchors what it was derived from: the ledger's head and the generation of the
keyslots, so that a shortened ledger or an exchanged keyslot file is noticed.

On the disk it is one file, header ‖ AES-256-GCM of JSON, replaced atomically per commit.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import RLock
from typing import Any, Protocol, TypeAlias

import msgspec
from tinydb import TinyDB
from tinydb.storages import Storage
from tinydb.table import Document, Table

from airseal.model.problem import Problem
from airseal.store import cipher, durable, framing
from airseal.store.cipher import Keys, Tampered
from airseal.store.records import Entry, Head, JsonValue, Mark, copied, is_json, is_text

NAME = "desk"
_STAGE = "desk"
_MAX_FILE = 1 << 28
_VALUE = "value"

_Tables: TypeAlias = dict[str, dict[str, dict[str, Any]]]


class DeskView(Protocol):
    """The desk as everybody but the store sees it."""

    def get(self, table: str, key: str) -> JsonValue:
        """The value of ``key``, or None; a copy of the caller's own."""

    def items(self, table: str) -> Iterator[tuple[str, JsonValue]]:
        """Keys, ascending, with their values; copies of the caller's own."""


@dataclass(frozen=True, slots=True)
class DeskWrite:
    """``key`` of ``table`` now has ``value``; None deletes it."""

    table: str
    key: str
    value: JsonValue


CONDEMNED = "condemned"
"""The table in which whoever uses the store keeps, by digest, the documents about to be destroyed.

A crash may leave such a document with its key overwritten and its file still there."""

Projection: TypeAlias = Callable[[DeskView, Entry], Iterable[DeskWrite]]
"""What one entry changes on the desk. Pure: the same desk and entry give the same writes."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """What a desk was derived from.

    ``since`` is a place of the ledger, some thousand entries before ``head``, from which the
    next opening verifies; None for the beginning. ``newest`` says whether the newest station
    key wrote the desk.
    """

    head: Head
    keyslots: int
    since: Mark | None = None
    newest: bool = True


class Draft:
    """A desk as it would be after some more entries; the desk below stays as it is."""

    def __init__(self, base: DeskView) -> None:
        self._base = base
        self._changes: dict[str, dict[str, JsonValue]] = {}

    @property
    def changes(self) -> Mapping[str, Mapping[str, JsonValue]]:
        """Table → key → new value, None where it is deleted."""
        return self._changes

    def get(self, table: str, key: str) -> JsonValue:
        """See :class:`DeskView`."""
        changed = self._changes.get(table, {})
        return copied(changed[key]) if key in changed else self._base.get(table, key)

    def items(self, table: str) -> Iterator[tuple[str, JsonValue]]:
        """See :class:`DeskView`."""
        merged = dict(self._base.items(table))
        for key, value in self._changes.get(table, {}).items():
            merged[key] = copied(value)
        return iter(sorted((key, value) for key, value in merged.items() if value is not None))

    def follow(self, project: Projection, entries: Iterable[Entry]) -> "Draft":
        """Apply ``project`` to one entry after the other.

        Raises ``Problem("DESK_FORM", kind=…)`` when it yields what is no :class:`DeskWrite`.
        """
        for entry in entries:
            for write in project(self, entry):
                if not (is_text(write.table) and is_text(write.key) and is_json(write.value)):
                    raise Problem("DESK_FORM", kind=entry.kind)
                self._changes.setdefault(write.table, {})[write.key] = copied(write.value)
        return self


class _Content(msgspec.Struct, frozen=True):
    sequence: int
    hash: bytes
    keyslots: int
    tables: _Tables
    since: tuple[int, bytes, int, int] | None = None


class EncryptedStorage(Storage):
    """TinyDB's storage on one encrypted file.

    TinyDB writes once per table operation; ``write`` therefore only stages, and ``flush``
    puts all that was staged on the disk at once. ``revert`` forgets it.
    """

    def __init__(self, home: Path, keys: Keys) -> None:
        self._path = home / NAME
        self._cipher = keys.cipher("desk")
        self._home = keys.home
        self._held: _Tables = {}
        self._staged: _Tables | None = None

    def read(self) -> _Tables:
        """All tables; the caller may change the outermost dictionary."""
        return dict(self._held if self._staged is None else self._staged)

    def write(self, data: _Tables) -> None:
        """Stage ``data`` as the next contents."""
        self._staged = data

    def load(self) -> Anchor:
        """Read the file.

        Raises ``Problem("DESK_MISSING")``, ``DESK_DAMAGED``, ``HOME_NEWER``,
        ``STORE_READ_FAILED``.
        """
        with durable.reading(_STAGE):
            try:
                data = durable.read_small(self._path, _MAX_FILE)
            except FileNotFoundError:
                raise Problem("DESK_MISSING") from None
        body = framing.body(data, framing.DESK)
        try:
            if body is None:
                raise Tampered
            text, newest = self._decrypted(body)
            content = msgspec.json.decode(text, type=_Content)
        except (Tampered, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            raise Problem("DESK_DAMAGED") from None
        self._held, self._staged = content.tables, None
        head = Head(content.sequence, content.hash)
        return Anchor(head, content.keyslots, _mark(content.since), newest)

    def flush(self, anchor: Anchor) -> None:
        """Replace the file durably with what is staged; raises ``OSError``."""
        tables = {name: rows for name, rows in self.read().items() if rows}
        head, since = anchor.head, _place(anchor.since)
        content = _Content(head.sequence, head.hash, anchor.keyslots, tables, since)
        sealed = cipher.encrypt(self._cipher, msgspec.json.encode(content), self._home)
        durable.replace(self._path, framing.header(framing.DESK) + sealed)
        self._held, self._staged = tables, None

    def revert(self) -> None:
        """Forget what is staged."""
        self._staged = None

    def _decrypted(self, body: bytes) -> tuple[bytes, bool]:
        """The contents, and whether the newest key opened them; raises ``Tampered``."""
        try:
            return cipher.decrypt(self._cipher.newest, body, self._home), True
        except Tampered:
            return cipher.decrypt(self._cipher, body, self._home), False


class _KeyedTable(Table):
    """Rows are found by their own key rather than by a number."""

    document_id_class = str  # type: ignore[assignment]  # TinyDB's documented extension point


class _Database(TinyDB):
    table_class = _KeyedTable


class Desk:
    """The desk on the disk, through TinyDB; empty before :meth:`load`.

    Safe to read from any thread.
    """

    def __init__(self, home: Path, keys: Keys) -> None:
        self._storage = EncryptedStorage(home, keys)
        self._database = _Database(storage=lambda: self._storage)
        self._guard = RLock()

    def load(self) -> Anchor:
        """See :meth:`EncryptedStorage.load`."""
        return self._storage.load()

    def get(self, table: str, key: str) -> JsonValue:
        """See :class:`DeskView`."""
        with self._guard:
            row = self._rows(table).get(doc_id=_id(key))
        return copied(row[_VALUE]) if isinstance(row, Document) else None

    def items(self, table: str) -> Iterator[tuple[str, JsonValue]]:
        """See :class:`DeskView`."""
        with self._guard:
            rows = sorted((str(row.doc_id), row[_VALUE]) for row in self._rows(table))
        return ((key, copied(value)) for key, value in rows)

    def tables(self) -> dict[str, dict[str, JsonValue]]:
        """Everything on the desk, for comparison with another."""
        with self._guard:
            names = sorted(self._database.tables())
        contents = {name: dict(self.items(name)) for name in names}
        return {name: rows for name, rows in contents.items() if rows}

    def save(self, draft: Draft, anchor: Anchor) -> None:
        """Make ``draft`` the desk, durably, in one write; raises ``OSError``.

        After a failure the desk is, in memory, what it was before.
        """
        with self._guard:
            try:
                for name, changes in draft.changes.items():
                    self._change(self._rows(name), changes)
                self._storage.flush(anchor)
            except BaseException:
                self._storage.revert()
                raise

    def _change(self, rows: Table, changes: Mapping[str, JsonValue]) -> None:
        rows.remove(doc_ids=[_id(key) for key in changes if rows.contains(doc_id=_id(key))])
        rows.insert_multiple(
            Document({_VALUE: value}, doc_id=_id(key))
            for key, value in changes.items()
            if value is not None
        )

    def _rows(self, table: str) -> Table:
        return self._database.table(table)


def _place(mark: Mark | None) -> tuple[int, bytes, int, int] | None:
    if mark is None:
        return None
    return mark.head.sequence, mark.head.hash, mark.segment, mark.offset


def _mark(place: tuple[int, bytes, int, int] | None) -> Mark | None:
    if place is None:
        return None
    sequence, hash_, segment, offset = place
    return Mark(Head(sequence, hash_), segment, offset)


def _id(key: str) -> Any:
    """A key as TinyDB's document id; its stubs know only numbers."""
    return key
