"""The ledger (台账): an append-only, encrypted chain of entries; the one record of truth.

It lies in segments (see ``segments``); each opening that writes begins a new one. An entry's hash
is SHA-256 over the previous hash, the sequence and the frame, so the chain can be verified
without any key.

A chain takes any cut at an entry border for a shorter but valid chain. What the ledger must
reach is therefore anchored outside it, in the desk: :meth:`Ledger.verify` takes that anchor,
and the place of an earlier *milestone*, from which it verifies everything. What comes before
that place is proven by :meth:`Ledger.prove`, which may take its time.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from airseal.model.digest import Digest
from airseal.model.problem import Problem
from airseal.store import chain, durable, framing, records, segments
from airseal.store.chain import Watch, unwatched
from airseal.store.cipher import Keys
from airseal.store.classified import Classified
from airseal.store.records import Entry, EntryIn, Head, Mark
from airseal.store.segments import DIRECTORY, Broken, Segments

MILESTONE = 4_096
"""Entries from one milestone to the next; opening verifies at least so many, where there are."""


@dataclass(frozen=True, slots=True)
class Batch:
    """One commit, encrypted and chained but not yet written."""

    entries: tuple[Entry, ...]
    data: bytes
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Tail:
    """What lies beyond the anchor: whole commits, then perhaps bytes of an unfinished one.

    ``keyslots`` is the newest generation of the keyslots that a whole commit was made under.
    """

    anchor: Mark
    whole: Mark
    commits: int
    keyslots: int


class Ledger:
    """The chain on the disk. Nothing is known of it before :meth:`verify`."""

    def __init__(self, home: Path, keys: Keys) -> None:
        self._segments = Segments(home, keys)
        self._classified = Classified(keys)
        self._genesis = segments.genesis(keys.home)
        self._end = self._genesis
        self._milestones = (self._genesis, self._genesis)
        self._segment: tuple[AESGCM, bytes] | None = None
        self._descriptor: int | None = None

    @property
    def head(self) -> Head:
        """The end of what is durably written."""
        return self._end.head

    @property
    def milestone(self) -> Mark:
        """Where the next opening has to begin: the last milestone but one."""
        return self._milestones[0]

    def verify(
        self, anchor: Head | None, since: Mark | None = None, watch: Watch = unwatched
    ) -> Tail:
        """Read the chain after ``since`` (None: the first entry) and compare it with ``anchor``.

        Changes nothing, and takes constant memory. ``watch`` hears of it from time to time.

        Raises ``Problem("LEDGER_DAMAGED", sequence=…)`` where the first entry up to the anchor
        is unreadable or other than it was, and ``Problem("LEDGER_SHORT", sequence=…)`` when the
        ledger ends before that entry. Beyond the anchor a crash may have left whole commits and
        an unfinished one: they are told in the :class:`Tail`. Without an anchor (the desk is
        lost) nothing tells an unfinished commit from a damaged one, so neither is accepted.
        """
        reach = 0 if anchor is None else anchor.sequence
        at = whole = anchored = since or self._genesis
        passed = [at, at]
        commits = keyslots = 0
        broken: Broken | None = None
        try:
            if anchor is not None and reach == 0 and anchor != at.head:
                raise Problem("LEDGER_DAMAGED", sequence=1)
            for kept, at in self._segments.walk(whole):
                if at.head.sequence % MILESTONE == 0:
                    passed.append(at)
                    watch(at.head.sequence)
                if at.head.sequence == reach:
                    if anchor is not None and at.head != anchor:
                        raise Problem("LEDGER_DAMAGED", sequence=reach)
                    anchored = at
                if kept.following == 0:
                    whole = at
                    keyslots = max(keyslots, kept.keyslots)
                    commits += at.head.sequence > reach
        except Broken as error:
            broken = error
        bad = at.head.sequence + 1
        if at.head.sequence < reach:
            if broken is None or (broken.torn and broken.mark.segment == self._segments.last()):
                raise Problem("LEDGER_SHORT", sequence=bad)
            raise Problem("LEDGER_DAMAGED", sequence=bad)
        last = self._segments.last()
        if whole.segment < last - 1 or whole.head.sequence < reach:
            raise Problem("LEDGER_DAMAGED", sequence=bad)
        if broken and (anchor is None or broken.mark.segment < last):
            raise Problem("LEDGER_DAMAGED", sequence=bad)
        if anchor is None and whole != at:
            raise Problem("LEDGER_SHORT", sequence=bad)
        self._end = whole
        self._milestones = _last_two(passed, whole)
        return Tail(anchored, whole, commits, keyslots)

    def is_current(self, number: int) -> bool:
        """See :meth:`Segments.is_current`."""
        return self._segments.is_current(number)

    def settle(self, tail: Tail) -> None:
        """Make the tail's whole commits durable and remove an unfinished one; raises OSError.

        The ledger then ends with the last whole commit, on the disk as in this object.
        """
        whole = tail.whole
        for number in range(self._segments.last(), whole.segment, -1):
            durable.remove(self._segments.path(number))
        if whole.segment == 0:
            return
        path = self._segments.path(whole.segment)
        if path.stat().st_size > whole.offset:
            durable.cut(path, whole.offset)
        if tail.commits:
            same = tail.anchor.segment == whole.segment
            durable.confirm(path, tail.anchor.offset if same else 0)

    def prepare(
        self, entries: Sequence[EntryIn], keyslots: int, documents: Sequence[Digest] = ()
    ) -> Batch:
        """``entries`` as one commit after the head, not yet written.

        It remembers the generation of the ``keyslots``, so that they cannot be set back alone,
        and with its first entry the ``documents`` that are kept with it, so that none of them
        can be taken away unseen.

        Raises ``Problem("ENTRY_FORM")``, ``ENTRY_TOO_LARGE`` and ``CLEARANCE_LOW``.
        """
        if self._segment is None:
            self._segment = self._segments.fresh(self._end.segment + 1)
            self._end = Mark(self._end.head, self._end.segment + 1, segments.PREFIX)
        key, _ = self._segment
        mark = self._end
        data = bytearray()
        made: list[Entry] = []
        marks: list[Mark] = []
        for index, entry in enumerate(entries):
            sequence = mark.head.sequence + 1
            closed = self._classified.close(entry)
            following = len(entries) - index - 1
            beside = () if index else documents
            payload = records.encode(closed, sequence, following, keyslots, beside)
            frame = self._segments.frame(key, payload, mark)
            mark = segments.after(mark, frame)
            data += frame
            marks.append(mark)
            made.append(self._classified.open(records.decode(payload, mark.head.hash).entry))
        return Batch(tuple(made), bytes(data), tuple(marks))

    def append(self, batch: Batch) -> None:
        """``batch`` is durable: one write and one fsync; raises ``OSError``.

        After a failure this object must not be used again: a new one has to verify what the
        disk holds. What was written is taken back first, as far as the disk lets us.
        """
        assert self._segment is not None, "append without prepare"
        try:
            if self._descriptor is None:
                _, prefix = self._segment
                path = self._segments.path(self._end.segment)
                self._descriptor = durable.start(path, prefix + batch.data)
            else:
                durable.append(self._descriptor, batch.data)
        except FileExistsError:
            raise
        except OSError:
            self._take_back()
            raise
        self._end = batch.marks[-1]
        passed = (mark for mark in batch.marks if mark.head.sequence % MILESTONE == 0)
        self._milestones = _last_two([*self._milestones, *passed], self._end)

    @property
    def genesis(self) -> Mark:
        """The place before the first entry."""
        return self._genesis

    def holds(self, mark: Mark) -> bool:
        """Whether ``mark`` is a place of this ledger; raises ``OSError``."""
        if mark.head.sequence >= self._end.head.sequence:
            return mark.head == self._end.head
        try:
            return next(self._segments.walk(mark), None) is not None
        except Broken:
            return False

    def entries(self, after: int = 0, near: Mark | None = None) -> Iterator[Entry]:
        """The entries from ``after`` + 1 to the head as it is when asked, in constant memory.

        ``near`` is a place not after ``after`` from which to look for it. Raises
        ``Problem("LEDGER_DAMAGED", sequence=…)`` when the disk went bad meanwhile.
        """
        known = (self._genesis, *self._milestones, *([near] if near else []))
        before = (mark for mark in known if mark.head.sequence <= after)
        for entry, _ in self.onward(max(before, key=_sequence), after):
            yield entry

    def onward(self, mark: Mark, after: int = 0) -> Iterator[tuple[Entry, Mark]]:
        """The entries after ``mark``, and after ``after``, each with the place behind it.

        Up to the head as it is when asked. Raises as :meth:`entries`, and when ``mark`` is no
        place of this ledger.
        """
        end = self._end.head.sequence
        done = mark.head.sequence
        if end <= max(done, after):
            return
        try:
            for kept, place in self._segments.walk(mark):
                done = place.head.sequence
                if done > after:
                    yield self._classified.open(kept.entry), place
                if done == end:
                    return
        except Broken as broken:
            raise Problem("LEDGER_DAMAGED", sequence=broken.mark.head.sequence + 1) from None
        raise Problem("LEDGER_SHORT", sequence=done + 1)

    def prove(self, until: Mark, watch: Watch = unwatched) -> None:
        """Verify that the entries up to ``until`` are those it was chained from, and no others.

        Hashes only, in constant memory: several times faster than reading. ``watch`` hears how
        many entries are done. Raises ``Problem("LEDGER_DAMAGED", sequence=…)`` (of the first
        entry that cannot be read), ``LEDGER_SHORT`` and ``OSError``.
        """
        at = self._genesis
        goal = until.head.sequence
        try:
            for number in count(1):
                if at.head.sequence == goal:
                    break
                at = self._segments.follow(number, at, goal, watch)
        except (FileNotFoundError, Broken, chain.Torn):
            pass
        if at.head != until.head:
            self._find_damage(until)

    def _find_damage(self, until: Mark) -> None:
        """Name the first entry that cannot be read; the chain only tells that there is one."""
        done = 0
        try:
            for _, place in self._segments.walk(self._genesis):
                done = place.head.sequence
                if done == until.head.sequence:
                    raise Problem("LEDGER_DAMAGED", sequence=done)
        except Broken as broken:
            raise Problem("LEDGER_DAMAGED", sequence=broken.mark.head.sequence + 1) from None
        raise Problem("LEDGER_SHORT", sequence=done + 1)

    def close(self) -> None:
        """Give the file back."""
        if self._descriptor is not None:
            descriptor, self._descriptor = self._descriptor, None
            durable.close(descriptor)

    def _take_back(self) -> None:
        path = self._segments.path(self._end.segment)
        try:
            if self._descriptor is None:
                durable.remove(path)
            else:
                durable.cut(path, self._end.offset)
        except OSError:
            return


def verify_hashes(home: Path, home_id: bytes, watch: Watch = unwatched) -> Head:
    """The head that the chain on the disk leads to, found without any key, in constant memory.

    It says that nothing between the first entry and this head was changed or taken out if,
    and only if, the head is one that somebody remembers: a printed one, or a partner's. Raises
    ``Problem("LEDGER_SHORT", sequence=…)`` where a segment ends inside an entry,
    ``LEDGER_DAMAGED`` (``sequence``) where none can begin, and ``OSError``.
    """
    mark = segments.genesis(home_id)
    for number in count(1):
        try:
            file = durable.open_regular(home / DIRECTORY / f"{number:06}")
        except FileNotFoundError:
            return mark.head
        with file:
            if framing.body(file.read(segments.PREFIX), framing.SEGMENT) is None:
                raise Problem("LEDGER_DAMAGED", sequence=mark.head.sequence + 1)
            mark = Mark(mark.head, number, segments.PREFIX)
            try:
                mark = chain.follow(file, mark, None, watch)
            except chain.Torn as torn:
                code = "LEDGER_SHORT" if torn.short else "LEDGER_DAMAGED"
                raise Problem(code, sequence=torn.sequence) from None
    raise AssertionError("segments are counted without end")


def _sequence(mark: Mark) -> int:
    return mark.head.sequence


def _last_two(passed: Sequence[Mark], end: Mark) -> tuple[Mark, Mark]:
    """The last two milestones that are not beyond ``end``."""
    *_, older, newer = (mark for mark in passed if mark.head.sequence <= end.head.sequence)
    return older, newer
