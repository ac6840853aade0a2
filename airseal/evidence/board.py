"""The board: one line for each case, so that no list folds what it does not show.

A line is what fold and judge said of a case, with how long that holds: until a statement of the
case arrives, the registry or the revocations change, or a day passes that the case waits for.
Everything here is derived; the copy put aside between two sessions only saves time.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from heapq import merge
from itertools import islice
from threading import RLock

import msgspec

from airseal.evidence.ordering import Key, Lookups, Ordering
from airseal.evidence.records import IMPORTED, StationFacts, place_key, station_facts
from airseal.evidence.summaries import sealed_on, sealings
from airseal.evidence.trusted import TrustedSet
from airseal.model.case import CaseState, Facts, Status, fold, judge
from airseal.model.delegation import DelegationEnd
from airseal.model.digest import Digest, sha256
from airseal.model.periods import month_of
from airseal.model.problem import Problem
from airseal.model.request import Decision
from airseal.store import Store

_FORMAT = 5
"""Raise it when a line, or what judging says, changes; every board is then made again."""

_NAME = "board"
_REPORT_EVERY = 64

Progress = Callable[[int, int, str], None]


class Line(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One case.

    ``title`` and ``symbol`` (文号) are None where only those may read them who can open the
    request; ``seals`` are the ids of the seals asked for, empty there too.

    ``place`` is the next seal place (``place_key``), None when there is none. ``since`` and
    ``until`` bound, in seconds of the epoch, the time for which ``state`` holds by itself.
    ``confirmers`` must still confirm a use they approved (AP-07); ``review_due``: an emergency use
    that nobody reviewed yet (SE-14). ``sealed`` are the months in which this station sealed it, one
    for each sealing, as :class:`Period` counts them (RE-04).
    """

    at: str
    case: str
    state: CaseState
    level: str
    drafter: str
    title: str | None
    place: str | None
    since: int | None
    until: int | None
    symbol: str | None = None
    seals: tuple[str, ...] = ()
    confirmers: tuple[str, ...] = ()
    review_due: bool = False
    sealed: tuple[int, ...] = ()

    @property
    def key(self) -> Key:
        """Where it stands."""
        return self.at, self.case

    @property
    def due(self) -> int | None:
        """When the term ends, or ended, before which the seal must be applied (AP-11)."""
        return self.since if self.until is None else self.until


class _Kept(msgspec.Struct, frozen=True, array_like=True):
    """A board between two sessions."""

    version: int
    sequence: int
    hash: bytes
    revoked: str
    registries: str
    lines: list[Line]
    unread: list[str]
    """Cases of which something came that the reader of that session could not open."""


@dataclass(frozen=True, slots=True)
class Tally:
    """A pile in figures: how many, how many of them press, and when the oldest was asked for."""

    count: int
    pressing: int
    oldest: str | None


@dataclass(frozen=True, slots=True)
class _Basis:
    """What judging asks besides a case's own statements."""

    revoked: str
    registries: str


class Board:
    """The lines of every case the reader can open; safe to use from any thread."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = RLock()
        self._lines: dict[str, Line] = {}
        self._order = Ordering()
        self._bounded: set[str] = set()
        self._open: set[str] = set()
        """What was sealed and is not done with."""
        self._sealed: Counter[int] = Counter()
        self._stale: dict[str, None] = {}
        """In the order in which they are best read: that of the ledger."""
        self._hidden: list[Line] = []
        self._unread: set[str] = set()
        self._basis: _Basis | None = None
        self._sequence = 0
        self._moment: int | None = None
        self._changed = False

    def refresh(self, evidence: TrustedSet, now: datetime, progress: Progress) -> None:
        """Bring every line up to date; ``progress`` may stop it, and the next call goes on."""
        with self._lock:
            if self._basis is None and not self._sequence:
                self._load(evidence)
            self._touch(evidence)
            self._rebase(_basis_of(evidence))
            self._wait(int(now.timestamp()))
            total, here = len(self._stale), station_facts(self._store.desk)
            for done, case in enumerate(list(self._stale)):
                if done % _REPORT_EVERY == 0:
                    progress(done, total, "cases")
                self._put(case, _line_of(Digest(case), evidence, now, here))
                del self._stale[case]

    def counts(self) -> Mapping[CaseState, int]:
        """How many cases are in each state."""
        with self._lock:
            return {state: len(keys) for state, keys in self._order.by_state.items()}

    def page(
        self, states: frozenset[CaseState], after: Key | None, limit: int | None
    ) -> list[Line]:
        """Newest first: the lines after ``after`` in ``states``, or in any when that is empty."""
        with self._lock:
            by_state = self._order.by_state
            piles = [_behind(by_state[state], after) for state in states or CaseState]
            found = islice(merge(*piles, reverse=True), limit)
            return [self._lines[case] for _, case in found]

    def at_place(self, places: frozenset[str]) -> list[Line]:
        """Newest first: the cases whose next seal place is one of ``places``."""
        with self._lock:
            cases = {Digest(place.partition(" ")[0]) for place in places}
            return [line for line in self.of(cases) if line.place in places]

    def of(self, cases: Iterable[Digest]) -> list[Line]:
        """Newest first: the lines of ``cases``, as far as there are any."""
        with self._lock:
            found = [line for case in cases if (line := self._lines.get(case)) is not None]
            return sorted(found, key=lambda line: line.key, reverse=True)

    def stack(
        self, states: frozenset[CaseState], *, due_before: int | None = None, newest: bool = False
    ) -> Sequence[Line]:
        """The lines in ``states``, or in any: those due before an instant first, then by age.

        ``due_before`` is in seconds of the epoch; the oldest come first, or all by age with the
        ``newest`` first. What is handed out stays as it is now.
        """
        with self._lock:
            order = self._order
            cases = order.newest(states) if newest else order.standing(states, due_before)
            return Lookups(cases, dict(self._lines).__getitem__)

    def tally(self, states: frozenset[CaseState], due_before: int) -> "Tally":
        """How many lie in ``states``, how many of them press, and since when the oldest waits."""
        with self._lock:
            order = self._order
            pressing = order.count_pressing(states, due_before)
            return Tally(order.count(states), pressing, order.oldest(states))

    def after_use(self, person: str | None) -> list[Line]:
        """Newest first: emergency uses to review, uses that ``person`` (None: anybody) confirms."""
        with self._lock:
            found = [
                line
                for line in map(self._lines.__getitem__, self._open)
                if line.review_due or person is None or person in line.confirmers
            ]
            return sorted(found, key=lambda line: line.key, reverse=True)

    def sealings(self) -> Mapping[int, int]:
        """How many sealings this station made in each month, as :class:`Period` counts them."""
        with self._lock:
            return +self._sealed

    def sealed_in(self, months: Collection[int]) -> list[Line]:
        """Newest first: the cases that this station sealed in any of ``months``."""
        with self._lock:
            found = [
                line for line in self._lines.values() if not set(months).isdisjoint(line.sealed)
            ]
            return sorted(found, key=lambda line: line.key, reverse=True)

    def keep(self) -> None:
        """Put the board aside for the next session; a disk that refuses is no matter."""
        with self._lock:
            if not self._changed or self._basis is None or self._stale:
                return
            kept = _Kept(
                _FORMAT,
                self._sequence,
                self._hash_at(self._sequence),
                self._basis.revoked,
                self._basis.registries,
                [*self._hidden, *self._lines.values()],
                sorted(self._unread),
            )
            with suppress(Problem):
                self._store.put_aside(_NAME, msgspec.msgpack.encode(kept))
            self._changed = False

    def _load(self, evidence: TrustedSet) -> None:
        kept = self._kept()
        if kept is None:
            return
        self._sequence, self._basis = kept.sequence, _Basis(kept.revoked, kept.registries)
        for line in kept.lines:
            if line.level not in self._store.levels:
                self._hidden.append(line)
                continue
            self._lines[line.case] = line
            self._sort_in(line)
        self._order.fill(self._lines.values())
        for case in kept.unread:
            readable = evidence.statement(Digest(case)) is not None
            self._again(case) if readable else self._unread.add(case)

    def _kept(self) -> _Kept | None:
        """What was put aside, if it belongs to this very ledger."""
        data = self._store.set_aside(_NAME)
        if data is None:
            return None
        try:
            kept = msgspec.msgpack.decode(data, type=_Kept)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            return None
        ours = kept.version == _FORMAT and kept.sequence <= self._store.head.sequence
        return kept if ours and kept.hash == self._hash_at(kept.sequence) else None

    def _hash_at(self, sequence: int) -> bytes:
        return self._store.entry(sequence).hash if sequence else b""

    def _touch(self, evidence: TrustedSet) -> None:
        """The cases of which something was committed since are stale."""
        for entry in self._store.entries(self._sequence):
            self._sequence = entry.sequence
            case = entry.facts.get("case")
            if entry.statement_id is not None and case is not None:
                readable = entry.statement is not None
                self._again(str(case)) if readable else self._unread.add(str(case))
            elif entry.kind == IMPORTED:
                settled = entry.facts.get("settled")
                for one in settled if isinstance(settled, list) else ():
                    statement = evidence.statement(Digest(str(one)))
                    if statement is not None:
                        # A request names no case: it is one. A registry document is none.
                        self._again(statement.case or statement.id)

    def _rebase(self, basis: _Basis) -> None:
        """What was revoked or ended concerns every case, a new registry those still to seal."""
        if basis == self._basis:
            return
        if self._basis is not None:
            whole = basis.revoked != self._basis.revoked
            for line in sorted(self._lines.values(), key=lambda line: line.key):
                if whole or line.place is not None:
                    self._again(line.case)
            # Whoever can open these makes their lines anew.
            self._unread |= {line.case for line in self._hidden}
            self._hidden.clear()
        self._basis, self._changed = basis, True

    def _wait(self, now: int) -> None:
        """What time alone has changed, forwards or, with a clock set back, backwards."""
        if now == self._moment:
            return
        self._moment = now
        for case in self._bounded:
            line = self._lines[case]
            if (line.until is not None and now >= line.until) or (
                line.since is not None and now < line.since
            ):
                self._again(case)

    def _again(self, case: str) -> None:
        self._stale[case] = None

    def _put(self, case: str, line: Line | None) -> None:
        old = self._lines.pop(case, None)
        if old is not None:
            self._order.drop(old)
            self._sealed.subtract(old.sealed)
        self._bounded.discard(case)
        self._open.discard(case)
        self._changed = True
        if line is None:
            return
        self._lines[case] = line
        self._order.add(line)
        self._sort_in(line)

    def _sort_in(self, line: Line) -> None:
        """What else is asked about lines than their state."""
        self._sealed.update(line.sealed)
        if line.since is not None or line.until is not None:
            self._bounded.add(line.case)
        if line.confirmers or line.review_due:
            self._open.add(line.case)


def _behind(keys: Sequence[Key], after: Key | None) -> Iterator[Key]:
    """From the newest down: those behind ``after``."""
    end = len(keys) if after is None else bisect_left(keys, after)
    return (keys[at] for at in range(end - 1, -1, -1))


def _line_of(case: Digest, evidence: TrustedSet, now: datetime, here: StationFacts) -> Line | None:
    statements = evidence.case_statements(case)
    facts = fold(case, statements)
    if facts is None:
        return None
    status = judge(facts, evidence.context(), now)
    request, step = facts.request, facts.next_place
    since, until = _steady(facts, status, now)
    secret = request.level.is_state_secret
    return Line(
        at=request.at,
        case=case,
        state=status.state,
        level=request.level,
        drafter=request.by,
        title=None if secret else facts.asked.title,
        place=None if step is None else place_key(case, step[0], step[1].order),
        since=since,
        until=until,
        symbol=None if secret else facts.asked.matter.symbol or None,
        seals=() if secret else _seals_of(facts),
        confirmers=tuple(sorted(_confirmers(status))),
        review_due=status.review_due,
        sealed=tuple(month_of(sealed_on(one)) for one in sealings(statements, here.unit, here.id)),
    )


def _confirmers(status: Status) -> set[str]:
    """Who approved as one of those that must still confirm the use (AP-07)."""
    return {
        one.by
        for one in status.approvals
        if isinstance(one.body, Decision) and one.body.role in status.unconfirmed
    }


def _seals_of(facts: Facts) -> tuple[str, ...]:
    asked = facts.asked.grant.documents
    return tuple(dict.fromkeys(place.seal for one in asked for place in one.seals))


def _steady(facts: Facts, status: Status, now: datetime) -> tuple[int | None, int | None]:
    """From when until when time alone leaves ``status`` as it is; None for without end.

    The term of an unused approval is the only day a case waits for (AP-11).
    """
    last = status.grant.until
    if last is None or facts.next_place is None:
        return None, None
    midnight = datetime.combine(date.fromisoformat(last) + timedelta(days=1), time(), now.tzinfo)
    edge = int(midnight.timestamp())
    return (None, edge) if now.timestamp() < edge else (edge, None)


def _basis_of(evidence: TrustedSet) -> _Basis:
    held = [evidence.registry(anchor.unit) for anchor in evidence.anchors]
    names = sorted(f"{one.charter_id} {one.snapshot_id}" for one in held if one is not None)
    ended = (one.id for one in evidence.office if isinstance(one.body, DelegationEnd))
    revoked = " ".join([evidence.revocations, *ended])
    return _Basis(revoked, sha256("\n".join(names).encode()))
