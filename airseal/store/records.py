"""What goes into the ledger and what comes out of it.

An entry's payload is one MessagePack array (:class:`_Payload`), which holds everything its
RFC 6962 leaf is made of: sequence, kind, statement id and 16 random bytes, so that a proof
about one entry tells nothing about its neighbours.
"""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias, cast

import msgspec

from airseal.model.digest import Digest, parse_digest
from airseal.model.level import Level
from airseal.model.merkle import leaf_hash
from airseal.model.problem import Problem

JsonValue: TypeAlias = "None | bool | int | str | list[JsonValue] | dict[str, JsonValue]"
"""JSON without fractions: all numbers are integers of at most 64 bits."""

MAX_PAYLOAD = 1 << 20
"""The longest entry, in bytes."""

_MAX_DEPTH = 16
_SALT_LENGTH = 16
_INTEGERS = range(-(1 << 63), 1 << 63)


@dataclass(frozen=True, slots=True)
class EntryIn:
    """What a duty asks the ledger to keep.

    ``kind`` is ``"statement"`` or the name of an event; ``by`` is a person's id; ``at`` is
    RFC 3339 local time with offset, given by the caller; ``statement`` are the ``.p7m`` bytes,
    kept in the entry itself. With a ``level`` (密级) only people cleared for it can read them;
    the facts are for everybody at the station.
    """

    kind: str
    by: str
    at: str
    facts: Mapping[str, JsonValue]
    statement: bytes | None = None
    statement_id: Digest | None = None
    level: Level | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the ledger. ``hash`` chains it to all before; ``salt`` is for its leaf.

    ``statement`` is None where there is none, and where ``level`` is above the reader's
    clearance; ``statement_id`` tells the two apart. ``documents`` were kept in the vault when it
    was written.
    """

    sequence: int
    kind: str
    by: str
    at: str
    facts: Mapping[str, JsonValue]
    statement: bytes | None
    statement_id: Digest | None
    salt: bytes
    hash: bytes
    level: Level | None = None
    documents: tuple[Digest, ...] = ()


@dataclass(frozen=True, slots=True)
class Head:
    """Where the ledger ends: its last entry's sequence (0: none yet) and hash."""

    sequence: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class Mark:
    """A place between two entries: the one before it, and where the next one starts."""

    head: Head
    segment: int
    offset: int


class _Payload(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    following: int
    sequence: int
    kind: str
    statement_id: str | None
    salt: bytes
    by: str
    at: str
    facts: dict[str, object]
    statement: bytes | None
    level: Level | None
    keyslots: int = 0
    documents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kept:
    """An entry as it is kept: ``following`` entries of its commit come after it.

    ``keyslots`` is the generation of the keyslots when it was written (0: not told).
    """

    entry: Entry
    following: int
    keyslots: int


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(_Payload)


def encode(
    entry: EntryIn,
    sequence: int,
    following: int,
    keyslots: int,
    documents: Iterable[Digest] = (),
) -> bytes:
    """The payload of ``entry``; see :class:`Kept` and :class:`Entry`.

    Raises ``Problem("ENTRY_FORM", kind=…)`` when it is no entry (a fraction, a key that is
    not text, nesting deeper than 16, a statement without its id) and
    ``Problem("ENTRY_TOO_LARGE", size=…, limit=…)`` in bytes.
    """
    if not _is_entry(entry):
        raise Problem("ENTRY_FORM", kind=ascii(entry.kind)[:80])
    payload = _Payload(
        following,
        sequence,
        entry.kind,
        entry.statement_id,
        os.urandom(_SALT_LENGTH),
        entry.by,
        entry.at,
        dict(entry.facts),
        entry.statement,
        entry.level,
        keyslots,
        tuple(documents),
    )
    data = _ENCODER.encode(payload)
    if len(data) > MAX_PAYLOAD:
        raise Problem("ENTRY_TOO_LARGE", size=len(data), limit=MAX_PAYLOAD)
    return data


def decode(payload: bytes, hash_: bytes) -> Kept:
    """What :func:`encode` made a payload of; raises ``ValueError`` for any other bytes."""
    try:
        read = _DECODER.decode(payload)
        statement_id = None if read.statement_id is None else parse_digest(read.statement_id)
        documents = tuple(map(parse_digest, read.documents))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, Problem):
        raise ValueError("not an entry") from None
    entry = Entry(
        sequence=read.sequence,
        kind=read.kind,
        by=read.by,
        at=read.at,
        facts=cast("dict[str, JsonValue]", read.facts),
        statement=read.statement,
        statement_id=statement_id,
        salt=read.salt,
        hash=hash_,
        level=read.level,
        documents=documents,
    )
    return Kept(entry, read.following, read.keyslots)


def leaf_of(kind: str, salt: bytes, sequence: int, statement: Digest | None) -> bytes:
    """The hash of the leaf of one entry, in the Merkle tree over the ledger (RFC 6962)."""
    # The keys are in the order of RFC 8785 already, so this is their canonical form.
    leaf = {"kind": kind, "salt": salt.hex(), "sequence": sequence, "statement": statement}
    return leaf_hash(msgspec.json.encode(leaf))


def is_json(value: object, depth: int = _MAX_DEPTH) -> bool:
    """Whether ``value`` is a :data:`JsonValue` of at most ``depth`` levels."""
    match value:
        case None | bool():
            return True
        case str():
            return is_text(value)
        case int():
            return value in _INTEGERS
        case list():
            return depth > 0 and all(is_json(item, depth - 1) for item in value)
        case dict():
            return depth > 0 and all(
                is_text(key) and is_json(item, depth - 1) for key, item in value.items()
            )
        case _:
            return False


def is_text(value: object) -> bool:
    """Whether ``value`` is a text that UTF-8 can hold (no lone surrogates)."""
    if not isinstance(value, str):
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def copied(value: JsonValue) -> JsonValue:
    """A value of its own, which shares nothing that can be changed."""
    match value:
        case list():
            return [copied(item) for item in value]
        case dict():
            return {key: copied(item) for key, item in value.items()}
        case _:
            return value


def _is_entry(entry: EntryIn) -> bool:
    return (
        all(is_text(text) for text in (entry.kind, entry.by, entry.at))
        and is_json(dict(entry.facts))
        and (entry.statement is None or isinstance(entry.statement, bytes))
        and (entry.statement is None or entry.statement_id is not None)
        and (entry.statement_id is None or _is_digest(entry.statement_id))
        and (entry.level is None or isinstance(entry.level, Level))
    )


def _is_digest(text: str) -> bool:
    try:
        parse_digest(text)
    except (Problem, TypeError):
        return False
    return True
