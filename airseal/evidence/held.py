"""What this station's own ledger holds, recalled rather than verified again.

``recall`` is how a station opens; ``reverify`` is the long way, statement by statement, and
must come to the same (``airseal store check --signatures``).
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass

from airseal.evidence.records import PARKED, anchors, held_statements
from airseal.evidence.signed import Signed, read, recalled
from airseal.evidence.trusted import Offered, TrustedSet
from airseal.evidence.wire import GENERAL_KINDS
from airseal.model.digest import Digest, parse_digest
from airseal.model.problem import Problem
from airseal.store import Store

Progress = Callable[[int, int, str], None]


class LedgerShelf:
    """The accepted statements of a ledger as it is now, as far as the reader is cleared."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._places: dict[Digest, int] = {}
        self._cases: dict[Digest, list[Digest]] = {}
        self._registry: list[Digest] = []
        waiting = {key for key, _ in store.desk.items(PARKED)}
        for entry in store.entries():
            key = entry.statement_id
            if key is None or key in waiting or entry.statement is None or key in self._places:
                continue
            self._places[key] = entry.sequence
            case = entry.facts.get("case")
            if case is not None:
                self._cases.setdefault(Digest(str(case)), []).append(key)
            elif entry.facts.get("kind") in GENERAL_KINDS:
                self._registry.append(key)

    def has(self, statement: Digest) -> bool:
        """See :class:`airseal.evidence.shelf.Shelf`, here and below."""
        return statement in self._places

    def take(self, statement: Digest) -> Signed:
        """Raises ``KeyError``, and as :meth:`Store.entry`."""
        return _recalled(self._store, self._places[statement])

    def case(self, case: Digest) -> Collection[Digest]:
        """In the order in which they came."""
        return self._cases.get(case, ())

    def cases(self) -> Collection[Digest]:
        """In the order in which they came."""
        return self._cases.keys()

    def registry(self) -> Iterable[Signed]:
        """All of them, recalled."""
        return map(self.take, self._registry)


def recall(store: Store) -> TrustedSet:
    """The trusted set of a home: what it would be if every statement were offered anew.

    What waited for an ancestor when it came is tried again, since only that can change.
    """
    trusted = TrustedSet(anchors(store.desk), LedgerShelf(store))
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


def _recalled(store: Store, sequence: int) -> Signed:
    statement = store.entry(sequence).statement
    if statement is None:
        raise KeyError(sequence)
    return recalled(statement)
