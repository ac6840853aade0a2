"""The ledger (台账): an append-only, encrypted chain of entries; the one record of truth.

``ledger/000001``, ``000002`` … are segments: header ‖ segment key, wrapped by the station key
‖ frames. Each opening that writes begins a new segment with a new key. A frame is a u32 length
‖ nonce ‖ AES-256-GCM ciphertext of one payload, with home ‖ segment ‖ sequence ‖ previous hash
as associated data. An entry's hash is SHA-256 over the previous hash, the sequence and the
frame, so the chain can be verified without any key.

A chain takes any cut at an entry border for a shorter but valid chain. What the ledger must
reach is therefore anchored outside it, in the desk: :meth:`Ledger.verify` takes that anchor,
and the place of an earlier *milestone*, from which it verifies everything. What comes before
that place is proven by :meth:`Ledger.prove`, which may take its time.
"""

import hashlib
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import BinaryIO

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from airseal.model.problem import Problem
from airseal.store import chain, cipher, durable, framing, records
from airseal.store.chain import Watch, unwatched
from airseal.store.cipher import Keys, Tampered
from airseal.store.classified import Classified
from airseal.store.records import Entry, EntryIn, Head, Kept, Mark

DIRECTORY = "ledger"
_STAGE = "ledger"

_LENGTH = chain.LENGTH
_PREFIX = framing.HEADER_LENGTH + cipher.KEY_LENGTH + cipher.OVERHEAD
MILESTONE = 4_096
"""Entries from one milestone to the next; opening verifies at least so many, where there are."""

_SEGMENT_NAME = re.compile(r"[0-9]{6,9}")


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


class _Broken(Exception):
    """No entry can be read at ``mark``; ``torn``: the file merely ends too early."""

    def __init__(self, mark: Mark, *, torn: bool) -> None:
        super().__init__()
        self.mark = mark
        self.torn = torn


class Ledger:
    """The chain on the disk. Nothing is known of it before :meth:`verify`."""

    def __init__(self, home: Path, keys: Keys) -> None:
        self._directory = home / DIRECTORY
        self._home = keys.home
        self._wrapping = keys.cipher("ledger")
        self._classified = Classified(keys)
        self._genesis = _genesis(keys.home)
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
        broken: _Broken | None = None
        try:
            if anchor is not None and reach == 0 and anchor != at.head:
                raise Problem("LEDGER_DAMAGED", sequence=1)
            for kept, at in self._walk(whole):
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
        except _Broken as error:
            broken = error
        bad = at.head.sequence + 1
        if at.head.sequence < reach:
            if broken is None or (broken.torn and broken.mark.segment == self._last_segment()):
                raise Problem("LEDGER_SHORT", sequence=bad)
            raise Problem("LEDGER_DAMAGED", sequence=bad)
        last = self._last_segment()
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
        """Whether segment ``number`` is under the newest station key; raises ``OSError``."""
        with durable.open_regular(self._path(number)) as file:
            wrapped = framing.body(file.read(_PREFIX), framing.SEGMENT)
        try:
            cipher.decrypt(self._wrapping.newest, wrapped or b"", self._segment_id(number))
        except Tampered:
            return False
        return True

    def settle(self, tail: Tail) -> None:
        """Make the tail's whole commits durable and remove an unfinished one; raises OSError.

        The ledger then ends with the last whole commit, on the disk as in this object.
        """
        whole = tail.whole
        for number in range(self._last_segment(), whole.segment, -1):
            durable.remove(self._path(number))
        if whole.segment == 0:
            return
        path = self._path(whole.segment)
        if path.stat().st_size > whole.offset:
            durable.cut(path, whole.offset)
        if tail.commits:
            same = tail.anchor.segment == whole.segment
            durable.confirm(path, tail.anchor.offset if same else 0)

    def prepare(self, entries: Sequence[EntryIn], keyslots: int) -> Batch:
        """``entries`` as one commit after the head, not yet written.

        It remembers the generation of the ``keyslots``, so that they cannot be set back alone.

        Raises ``Problem("ENTRY_FORM")``, ``ENTRY_TOO_LARGE`` and ``CLEARANCE_LOW``.
        """
        if self._segment is None:
            self._segment = self._new_segment(self._end.segment + 1)
            self._end = Mark(self._end.head, self._end.segment + 1, _PREFIX)
        key, _ = self._segment
        mark = self._end
        data = bytearray()
        made: list[Entry] = []
        marks: list[Mark] = []
        for index, entry in enumerate(entries):
            sequence = mark.head.sequence + 1
            closed = self._classified.close(entry)
            payload = records.encode(closed, sequence, len(entries) - index - 1, keyslots)
            sealed = cipher.encrypt(key, payload, self._associated(mark))
            frame = len(sealed).to_bytes(_LENGTH) + sealed
            mark = _after(mark, frame)
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
                path = self._path(self._end.segment)
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
            return next(self._walk(mark), None) is not None
        except _Broken:
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
            for kept, place in self._walk(mark):
                done = place.head.sequence
                if done > after:
                    yield self._classified.open(kept.entry), place
                if done == end:
                    return
        except _Broken as broken:
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
                with durable.open_regular(self._path(number)) as file:
                    key = self._segment_key(file, number, at)
                    at = Mark(at.head, number, _PREFIX)
                    self._try_key(file, key, at)
                    at = chain.follow(file, at, goal, watch)
        except (FileNotFoundError, _Broken, chain.Torn):
            pass
        if at.head != until.head:
            self._find_damage(until)

    def _try_key(self, file: BinaryIO, key: AESGCM, mark: Mark) -> None:
        """The chain says nothing of a segment's key: its first entry shows that it fits."""
        file.seek(mark.offset)
        if (frame := _read_frame(file, mark)) is not None:
            try:
                cipher.decrypt(key, frame[_LENGTH:], self._associated(mark))
            except Tampered:
                raise _Broken(mark, torn=False) from None

    def _find_damage(self, until: Mark) -> None:
        """Name the first entry that cannot be read; the chain only tells that there is one."""
        done = 0
        try:
            for _, place in self._walk(self._genesis):
                done = place.head.sequence
                if done == until.head.sequence:
                    raise Problem("LEDGER_DAMAGED", sequence=done)
        except _Broken as broken:
            raise Problem("LEDGER_DAMAGED", sequence=broken.mark.head.sequence + 1) from None
        raise Problem("LEDGER_SHORT", sequence=done + 1)

    def close(self) -> None:
        """Give the file back."""
        if self._descriptor is not None:
            descriptor, self._descriptor = self._descriptor, None
            durable.close(descriptor)

    def _walk(self, start: Mark) -> Iterator[tuple[Kept, Mark]]:
        """What is kept from ``start`` on, with the place after each; raises ``_Broken``."""
        mark = start
        for number in count(max(start.segment, 1)):
            try:
                file = durable.open_regular(self._path(number))
            except FileNotFoundError:
                return
            with file:
                key = self._segment_key(file, number, mark)
                if number > mark.segment:
                    mark = Mark(mark.head, number, _PREFIX)
                if file.seek(0, os.SEEK_END) < mark.offset:
                    raise _Broken(mark, torn=True)
                file.seek(mark.offset)
                while frame := _read_frame(file, mark):
                    try:
                        payload = cipher.decrypt(key, frame[_LENGTH:], self._associated(mark))
                        after = _after(mark, frame)
                        kept = records.decode(payload, after.head.hash)
                    except (Tampered, ValueError):
                        raise _Broken(mark, torn=False) from None
                    mark = after
                    yield kept, mark

    def _segment_key(self, file: BinaryIO, number: int, mark: Mark) -> AESGCM:
        prefix = file.read(_PREFIX)
        where = Mark(mark.head, number, 0)
        if len(prefix) < _PREFIX:
            raise _Broken(where, torn=True)
        wrapped = framing.body(prefix, framing.SEGMENT)
        try:
            if wrapped is None:
                raise Tampered
            return AESGCM(cipher.decrypt(self._wrapping, wrapped, self._segment_id(number)))
        except Tampered:
            raise _Broken(where, torn=False) from None

    def _new_segment(self, number: int) -> tuple[AESGCM, bytes]:
        key = os.urandom(cipher.KEY_LENGTH)
        wrapped = cipher.encrypt(self._wrapping, key, self._segment_id(number))
        return AESGCM(key), framing.header(framing.SEGMENT) + wrapped

    def _segment_id(self, number: int) -> bytes:
        return self._home + number.to_bytes(8)

    def _associated(self, mark: Mark) -> bytes:
        """What binds the entry at ``mark`` to its place."""
        sequence = mark.head.sequence + 1
        return self._segment_id(mark.segment) + sequence.to_bytes(8) + mark.head.hash

    def _take_back(self) -> None:
        path = self._path(self._end.segment)
        try:
            if self._descriptor is None:
                durable.remove(path)
            else:
                durable.cut(path, self._end.offset)
        except OSError:
            return

    def _last_segment(self) -> int:
        try:
            names = [path.name for path in self._directory.iterdir()]
        except FileNotFoundError:
            return 0
        return max((int(name) for name in names if _SEGMENT_NAME.fullmatch(name)), default=0)

    def _path(self, number: int) -> Path:
        return self._directory / f"{number:06}"


def verify_hashes(home: Path, home_id: bytes, watch: Watch = unwatched) -> Head:
    """The head that the chain on the disk leads to, found without any key, in constant memory.

    It says that nothing between the first entry and this head was changed or taken out if,
    and only if, the head is one that somebody remembers: a printed one, or a partner's. Raises
    ``Problem("LEDGER_SHORT", sequence=…)`` where a segment ends inside an entry,
    ``LEDGER_DAMAGED`` (``sequence``) where none can begin, and ``OSError``.
    """
    mark = _genesis(home_id)
    for number in count(1):
        try:
            file = durable.open_regular(home / DIRECTORY / f"{number:06}")
        except FileNotFoundError:
            return mark.head
        with file:
            if framing.body(file.read(_PREFIX), framing.SEGMENT) is None:
                raise Problem("LEDGER_DAMAGED", sequence=mark.head.sequence + 1)
            mark = Mark(mark.head, number, _PREFIX)
            try:
                mark = chain.follow(file, mark, None, watch)
            except chain.Torn as torn:
                code = "LEDGER_SHORT" if torn.short else "LEDGER_DAMAGED"
                raise Problem(code, sequence=torn.sequence) from None
    raise AssertionError("segments are counted without end")


def _genesis(home_id: bytes) -> Mark:
    return Mark(Head(0, hashlib.sha256(b"airseal-ledger" + home_id).digest()), 0, 0)


def _sequence(mark: Mark) -> int:
    return mark.head.sequence


def _last_two(passed: Sequence[Mark], end: Mark) -> tuple[Mark, Mark]:
    """The last two milestones that are not beyond ``end``."""
    *_, older, newer = (mark for mark in passed if mark.head.sequence <= end.head.sequence)
    return older, newer


def _after(mark: Mark, frame: bytes) -> Mark:
    return Mark(chain.link(mark.head, frame), mark.segment, mark.offset + len(frame))


def _read_frame(file: BinaryIO, mark: Mark) -> bytes | None:
    """The next frame with its length, None at the end of the file; raises ``_Broken``."""
    prefix = file.read(_LENGTH)
    if not prefix:
        return None
    length = int.from_bytes(prefix)
    if len(prefix) == _LENGTH and not cipher.OVERHEAD < length <= chain.MAX_FRAME:
        raise _Broken(mark, torn=False)
    sealed = file.read(length) if len(prefix) == _LENGTH else b""
    if len(prefix) < _LENGTH or len(sealed) < length:
        raise _Broken(mark, torn=True)
    return prefix + sealed
