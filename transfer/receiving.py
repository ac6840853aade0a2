"""The receiving side: frames from anywhere, in any order, kept apart by session.

Everything shown to it may be forged. Frames are checked before they are kept, what is kept
is bounded, and an object counts only when its SHA-256 says so; who it is from is for the
signatures inside to say.
"""

import heapq
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from transfer.errors import TransferError
from transfer.frames import Alphabet, Frame, FrameError, Session, encode_frame, parse_frame
from transfer.limits import LIGHT, LightCaps
from transfer.parcel import Parcel, unpack

Solver = Callable[[Session, Sequence[bytes]], bytes | None]
"""Symbols to object, as :meth:`transfer.child.ReadingChild.solve`."""

_SPARE: Final = 64
"""Symbols kept beyond twice what is needed, so that a forged one can be left out."""
_EAGER: Final = 4
"""Symbols beyond K up to which every new one is a reason to try; after that seldom."""
_DEATHS: Final = 3
_STALE: Final = 16
"""How many times longer than it must be the list of ranks may grow."""


class Taken(StrEnum):
    """What became of one text."""

    NEW = "new"
    KNOWN = "known"
    FINISHED = "finished"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Reception:
    """How far one session has come, in frames."""

    session: Session
    held: int
    needed: int


@dataclass(slots=True)
class _Pool:
    """The symbols of one session."""

    session: Session
    symbols: OrderedDict[int, bytes] = field(default_factory=OrderedDict)
    arrived: int = 0
    tried_at: int = 0
    deaths: int = 0
    serial: int = 0
    """When it last grew, among all sessions."""

    def take(self, frame: Frame) -> Taken:
        held = self.symbols.get(frame.esi)
        if held == frame.symbol:
            return Taken.KNOWN
        if held is not None:
            # One of the two is forged, and nobody can say which: there will be others.
            del self.symbols[frame.esi]
            return Taken.REFUSED
        if len(self.symbols) == 2 * self.session.needed + _SPARE:
            self.symbols.popitem(last=False)
        self.symbols[frame.esi] = frame.symbol
        self.arrived += 1
        return Taken.NEW

    @property
    def is_due(self) -> bool:
        """Whether another try is worth its price."""
        beyond = len(self.symbols) - self.session.needed
        if beyond < 0:
            return False
        return beyond <= _EAGER or self.arrived - self.tried_at >= max(1, self.session.needed // 50)

    @property
    def packets(self) -> list[bytes]:
        return [esi.to_bytes(4, "big") + symbol for esi, symbol in self.symbols.items()]

    @property
    def bytes_held(self) -> int:
        return len(self.symbols) * self.session.symbol_size


class Receiver:
    """Takes texts of codes one by one and hands out what has become complete."""

    def __init__(self, solver: Solver, caps: LightCaps = LIGHT) -> None:
        self._solver = solver
        self._caps = caps
        self._pools: dict[Session, _Pool] = {}
        self._bytes = 0
        self._ranks: list[tuple[int, int, Session]] = []
        """A heap of (symbols held, serial, session), the first to go on top; some are stale."""
        self._serial = 0
        self._finished: OrderedDict[Session, None] = OrderedDict()
        self.last: Taken | None = None
        """What became of the text that was taken last."""

    def take(self, text: str) -> Parcel | None:
        """Take one text; the parcel it completed, if it did. Never raises for what is shown."""
        try:
            frame = parse_frame(text)
        except FrameError:
            self.last = Taken.REFUSED
            return None
        session = frame.session
        if session in self._finished:
            self.last = Taken.FINISHED
            return None
        pool = self._pools.setdefault(session, _Pool(session))
        before = pool.bytes_held
        self.last = pool.take(frame)
        self._bytes += pool.bytes_held - before
        if self.last is not Taken.NEW:
            return None
        self._rank(pool)
        self._make_room(session)
        return self._try(pool) if pool.is_due else None

    def take_all(self, texts: Iterable[str]) -> list[Parcel]:
        """Take many; everything that became complete."""
        return [made for text in texts if (made := self.take(text)) is not None]

    @property
    def receptions(self) -> tuple[Reception, ...]:
        """What is under way, fullest first."""
        made = [
            Reception(pool.session, len(pool.symbols), pool.session.needed)
            for pool in self._pools.values()
        ]
        return tuple(sorted(made, key=lambda one: -one.held))

    def lines(self, session: Session) -> list[str]:
        """The frames held of a session under way, as texts: what is needed to resume it."""
        symbols = self._pools[session].symbols
        return [
            encode_frame(Frame(session, esi, symbol), Alphabet.BASE45)
            for esi, symbol in symbols.items()
        ]

    def forget(self) -> None:
        """Drop everything that is not complete, and read again what was."""
        for session in list(self._pools):
            self._drop(session)
        self._finished.clear()

    def _try(self, pool: _Pool) -> Parcel | None:
        pool.tried_at = pool.arrived
        try:
            made = self._solver(pool.session, pool.packets)
            if made is None:
                return None
            parcel = unpack(made)
        except TransferError:
            # The decoder died, or the object is not what its header says.
            pool.deaths += 1
            if pool.deaths == _DEATHS:
                self._drop(pool.session)
            return None
        self._drop(pool.session)
        self._finished[pool.session] = None
        if len(self._finished) > self._caps.finished:
            self._finished.popitem(last=False)
        return parcel

    def _make_room(self, wanted: Session) -> None:
        """Keep to the caps: who has the fewest symbols goes, the oldest first, never ``wanted``.

        So a sender outlives any crowd of strangers of whom less is seen.
        """
        spared: tuple[int, int, Session] | None = None
        while self._ranks and (
            len(self._pools) > self._caps.sessions or self._bytes > self._caps.stored_bytes
        ):
            rank = heapq.heappop(self._ranks)
            pool = self._pools.get(rank[2])
            if pool is None or pool.serial != rank[1]:
                continue
            if rank[2] == wanted:
                spared = rank
            else:
                self._drop(rank[2])
        if spared is not None:
            heapq.heappush(self._ranks, spared)

    def _rank(self, pool: _Pool) -> None:
        self._serial += 1
        pool.serial = self._serial
        heapq.heappush(self._ranks, (len(pool.symbols), pool.serial, pool.session))
        if len(self._ranks) > _STALE * (len(self._pools) + 1):
            alive = self._pools.values()
            self._ranks = [(len(one.symbols), one.serial, one.session) for one in alive]
            heapq.heapify(self._ranks)

    def _drop(self, session: Session) -> None:
        self._bytes -= self._pools.pop(session).bytes_held
