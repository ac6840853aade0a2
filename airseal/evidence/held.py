"""What this station's own ledger holds, recalled rather than verified again.

``recall`` is how a station opens; ``reverify`` is the long way, statement by statement, and
must come to the same (``airseal store check --signatures``).
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import islice

from airseal.evidence.described import describe
from airseal.evidence.records import PARKED, held_statements, station_facts
from airseal.evidence.roots import anchors
from airseal.evidence.signed import Signed, read, recalled
from airseal.evidence.stamps import stampers
from airseal.evidence.trusted import Offered, TrustedSet
from airseal.evidence.wire import CASE_KINDS, GENERAL_KINDS
from airseal.model.digest import Digest, parse_digest
from airseal.model.problem import Problem
from airseal.model.statement import Statement
from airseal.store import Store

Progress = Callable[[int, int, str], None]


RECALLED_AT_ONCE = 4096
"""How many statements that were recalled are kept at hand."""

_BLOCK = 256
_BLOCKS = 16
"""Entries are read in blocks: what belongs together came together, and a single entry costs the
store as much as its neighbours."""


class _Beyond:
    """Where the statements are of which the index does not know yet, found by reading on.

    An index that is made anew may be far behind; nothing may seem not to be held meanwhile.
    """

    def __init__(self, store: Store) -> None:
        self.places: dict[Digest, int] = {}
        self.cases: dict[str, list[int]] = {}
        self.kinds: dict[str, list[int]] = {}
        self.documents: dict[Digest, list[int]] = {}
        index = store.index
        for entry in () if index.complete else store.entries(index.covered):
            if entry.statement_id is None:
                continue
            self.places.setdefault(entry.statement_id, entry.sequence)
            self.cases.setdefault(str(entry.facts.get("case")), []).append(entry.sequence)
            self.kinds.setdefault(str(entry.facts.get("kind")), []).append(entry.sequence)
            for document in describe(entry).documents:
                self.documents.setdefault(document, []).append(entry.sequence)

    def of_kinds(self, kinds: Collection[str]) -> list[int]:
        """The entries that hold statements of these kinds."""
        return sorted(place for kind in kinds for place in self.kinds.get(kind, ()))


class LedgerShelf:
    """The accepted statements of a ledger as it is now, as far as the reader is cleared.

    The index says where they are; only what is asked for is read.
    """

    def __init__(self, store: Store, end: int | None = None) -> None:
        """``end`` is the last entry that counts: the ledger as it was then, or as it is now."""
        self._store = store
        self._end = store.head.sequence if end is None else end
        self._waiting = {key for key, _ in store.desk.items(PARKED)}
        self._beyond = _Beyond(store)
        self._at = lru_cache(RECALLED_AT_ONCE)(self._read)
        self._place = lru_cache(RECALLED_AT_ONCE)(self._find)
        self._block = lru_cache(_BLOCKS)(self._read_block)

    def has(self, statement: Digest) -> bool:
        """See :class:`airseal.evidence.shelf.Shelf`, here and below."""
        place = self._place(statement)
        return place is not None and self._at(place) is not None

    def take(self, statement: Digest) -> Signed:
        """Raises ``KeyError``, and as :meth:`Store.entry`."""
        place = self._place(statement)
        signed = None if place is None else self._at(place)
        if signed is None:
            raise KeyError(statement)
        return signed

    def case(self, case: Digest) -> Collection[Digest]:
        """In the order in which they came."""
        known = self._store.index.statements_of(case)
        return self._ids([*known, *self._beyond.cases.get(case, ())])

    def cases(self) -> Collection[Digest]:
        """In the order in which they came; reads every request."""
        return self._ids(self._of_kinds({"request"}))

    def naming(self, document: Digest) -> Collection[Digest]:
        """In the order in which they came."""
        known = self._store.index.statements_naming(document)
        places = [*known, *self._beyond.documents.get(document, ())]
        acts = (self._at(place) for place in places if place <= self._end)
        told = (one.statement for one in acts if one is not None)
        return list(dict.fromkeys(s.case or s.id for s in told if s.kind in CASE_KINDS))

    def witnessed(self, statement: Statement) -> datetime | None:
        """By the entry that holds it, of which the whole ledger is asked, not only its beginning.

        What a person wrote into the ledger of their own station proves nothing about them.
        """
        place = self._store.index.place(statement.id)
        if place is None:
            return None
        entry = self._store.entry(place.sequence)
        own = statement.unit == station_facts(self._store.desk).unit
        return None if own and entry.by == statement.by else datetime.fromisoformat(entry.at)

    def registry(self) -> Iterable[Signed]:
        """All of them, recalled."""
        places = [one for one in dict.fromkeys(self._of_kinds(GENERAL_KINDS)) if one <= self._end]
        return [signed for place in places if (signed := self._at(place)) is not None]

    def _of_kinds(self, kinds: Collection[str]) -> list[int]:
        return [*self._store.index.statements_by_kind(kinds), *self._beyond.of_kinds(kinds)]

    def _ids(self, places: Iterable[int]) -> list[Digest]:
        found = (self._at(place) for place in places if place <= self._end)
        return list(dict.fromkeys(signed.id for signed in found if signed is not None))

    def _find(self, statement: Digest) -> int | None:
        if statement in self._beyond.places:
            return self._beyond.places[statement]
        place = self._store.index.place(statement)
        return place.sequence if place is not None and place.sequence <= self._end else None

    def _read(self, sequence: int) -> Signed | None:
        """None for what waits for an ancestor, and for what the reader is not cleared for."""
        p7m = self._block((sequence - 1) // _BLOCK)[(sequence - 1) % _BLOCK]
        return None if p7m is None else recalled(p7m)

    def _read_block(self, number: int) -> list[bytes | None]:
        """The statements of some entries in a row, None where there is none to be had."""
        first = number * _BLOCK
        entries = islice(self._store.entries(first), min(_BLOCK, self._end - first))
        return [None if one.statement_id in self._waiting else one.statement for one in entries]


def recall(store: Store) -> TrustedSet:
    """The trusted set of a home: what it would be if every statement were offered anew.

    What waited for an ancestor when it came is tried again, since only that can change.
    """
    trusted = TrustedSet(
        anchors(store.desk), LedgerShelf(store), stampers=lambda: stampers(store.desk)
    )
    trusted.offer(_waiting(store))
    return trusted


def settled(before: TrustedSet, offered: Offered) -> tuple[Digest, ...]:
    """What waited in ``before`` and was accepted now: the entry of an import says so."""
    waited = before.parked
    return tuple(one for one in offered.accepted if one in waited)


@dataclass(frozen=True, slots=True)
class Reverified:
    """What offering every statement anew came to; ``differing`` is empty when all is well."""

    statements: int
    parked: int
    differing: tuple[Digest, ...]


def reverify(store: Store, progress: Progress) -> Reverified:
    """Verify every statement this login can read as if it had just come from outside.

    A statement *differs* when its form or signature does not hold, or when it would now be
    accepted though it was recalled otherwise, or the reverse.
    """
    fresh, known = TrustedSet(anchors(store.desk)), recall(store)
    total, read_well, held = store.head.sequence, [], []
    for count, (key, p7m) in enumerate(held_statements(store)):
        if count % 100 == 0:
            progress(count, total, "reverify")
        held.append(key)
        try:
            signed = read(p7m)
        except Problem:
            continue
        if signed.id == key:
            read_well.append(signed)
    fresh.offer(read_well)
    differing = {key for key in held if not _same(fresh.get(key), known.get(key))}
    differing |= set(fresh.parked) ^ set(known.parked)
    return Reverified(len(held), len(known.parked), tuple(sorted(differing)))


def _same(one: Signed | None, other: Signed | None) -> bool:
    return (one and one.statement, one and one.certificate) == (
        other and other.statement,
        other and other.certificate,
    )


def _waiting(store: Store) -> Iterator[Signed]:
    for key, place in store.desk.items(PARKED):
        assert isinstance(place, int)
        entry = store.entry(place)
        if entry.statement is not None and entry.statement_id == parse_digest(key):
            yield recalled(entry.statement)
