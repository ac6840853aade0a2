"""What the index knows of an entry, and what can be asked of it.

A text is found by any of its characters, Chinese included: it is normalised (NFKC, case
folded, blanks as one) and its *pairs* of neighbouring characters are the words of the full
text search. A phrase of pairs is exactly a substring, and a single character is the beginning
of a pair.
"""

import unicodedata
from base64 import b32encode
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import blake2b
from typing import TypeAlias

from airseal.model.digest import Digest
from airseal.store.records import Entry

MAX_TEXT = 4_096
"""Characters of one entry's texts that can be found."""

MAX_QUERY = 256
"""Characters of a query that count."""

FORMAT = 1
"""Raise it when a description changes, so that every index is made again."""

_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)} | {0x20: 0x3000, 0x0A: 0x2028}
"""ASCII as characters that no tokenizer takes for a border; NFKC leaves none of them."""


@dataclass(frozen=True, slots=True)
class Row:
    """What can be found of one entry.

    ``kind`` is the event, or the statement's own kind; ``case`` the case it belongs to;
    ``persons`` who is named besides ``Entry.by``. Of a statement with a level (密级), all but
    kind and case is kept under the key of that level, for those who can read it.
    """

    kind: str
    case: Digest | None = None
    persons: tuple[str, ...] = ()
    seals: tuple[str, ...] = ()
    documents: tuple[Digest, ...] = ()
    texts: tuple[str, ...] = ()


Describe: TypeAlias = Callable[[Entry], Row]
"""What the index knows of an entry. Pure, and total: it never raises for an entry."""


@dataclass(frozen=True, slots=True)
class Query:
    """What to look for: all that is given must hold.

    Every word of ``text`` must occur somewhere in the entry's texts, as part of a longer word
    too. ``person`` wrote the entry or is named in it. ``kinds``: any of them. ``since`` and
    ``until`` (aware) bound the entry's own time, ``until`` excluded.
    """

    text: str = ""
    kinds: frozenset[str] = frozenset()
    person: str | None = None
    seal: str | None = None
    document: Digest | None = None
    case: Digest | None = None
    statement: Digest | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """One line of an answer; :meth:`Store.entry` has the rest. ``at`` as the entry says it."""

    sequence: int
    kind: str
    by: str
    at: datetime
    case: Digest | None


@dataclass(frozen=True, slots=True)
class Page:
    """Newest first. ``complete`` says whether the whole ledger was searched already.

    ``following`` is what ``before`` must be for the next page, None when there is none.
    """

    rows: tuple[Found, ...]
    following: int | None
    complete: bool


@dataclass(frozen=True, slots=True)
class Place:
    """Where a statement stands in the ledger, and what its leaf needs besides."""

    sequence: int
    kind: str
    salt: bytes


def plain(entry: Entry) -> Row:
    """The envelope of an entry, for homes in which nobody looks for more."""
    case = entry.facts.get("case")
    return Row(kind=entry.kind, case=Digest(case) if isinstance(case, str) else None)


def normal(text: str) -> str:
    """The form in which texts are compared."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def words_of(query: str) -> list[str]:
    """The words of a query, normalised and distinct."""
    return list(dict.fromkeys(normal(query[:MAX_QUERY]).split()))


def text_of(row: Row) -> str:
    """The texts of a row as one, in which no word reaches from one into the next."""
    return "\n".join(map(normal, row.texts))[:MAX_TEXT]


def pairs(text: str) -> str:
    """A normal text as full text search takes it: every character with its right neighbour."""
    wide = text.translate(_WIDE)
    return " ".join(wide[at : at + 2] for at in range(len(wide)))


@lru_cache(maxsize=4_096)
def token(field: str, value: str) -> str:
    """``value`` in ``field`` as one word of 80 bits, whatever characters it has."""
    return b32encode(blake2b(f"{field}\0{value}".encode(), digest_size=10).digest()).decode()


def open_tokens(entry: Entry, row: Row) -> Iterator[str]:
    """What everybody at the station may know of an entry."""
    yield token("kind", row.kind)
    yield token("person", entry.by)
    if row.case is not None:
        yield token("case", row.case)
    if entry.statement_id is not None:
        yield token("statement", entry.statement_id)
        yield token("is", "statement")


def all_tokens(entry: Entry, row: Row) -> Iterator[str]:
    """What those may know who can read the entry."""
    yield from open_tokens(entry, row)
    yield from _tokens("person", row.persons)
    yield from _tokens("seal", row.seals)
    yield from _tokens("document", row.documents)


def match(query: Query, *, statements: bool = False) -> str:
    """The query as an FTS5 expression, "" for one that everything matches."""
    parts = [_name(token("is", "statement"))] if statements else []
    if query.kinds:
        kinds = [_name(token("kind", kind)) for kind in sorted(query.kinds)]
        parts.append(f"({' OR '.join(kinds)})")
    for field, value in (
        ("person", query.person),
        ("seal", query.seal),
        ("document", query.document),
        ("case", query.case),
        ("statement", query.statement),
    ):
        if value is not None:
            parts.append(_name(token(field, value)))
    parts += [_phrase(word) for word in words_of(query.text)]
    return " AND ".join(parts)


def _tokens(field: str, values: Iterable[str]) -> Iterator[str]:
    return (token(field, value) for value in values)


def _name(word: str) -> str:
    return f'names : "{word}"'


def _phrase(word: str) -> str:
    if len(word) == 1:
        return f'texts : "{word.translate(_WIDE)}" *'
    return f'texts : "{pairs(word).rsplit(" ", 1)[0]}"'
