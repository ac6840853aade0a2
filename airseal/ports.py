"""What the duties need from the outside, and nothing more.

A duty is a function of a :class:`Ports`; the station binds them to the real parts once.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO, Protocol

from airseal.evidence.history import History
from airseal.evidence.partners import remembered
from airseal.evidence.paths import decode_der
from airseal.evidence.records import Account, StationFacts, clock_mark, statement_entry
from airseal.evidence.signed import Author, Signed
from airseal.evidence.stamps import stampers
from airseal.evidence.surroundings import look
from airseal.evidence.trusted import TrustedSet
from airseal.evidence.verifier import OWN, Profile, Verifier
from airseal.keys.tokenhost import TokenHost
from airseal.model.checkpoint import Remembered
from airseal.model.clock import ClockState, clock_state
from airseal.model.current import Registry
from airseal.model.digest import Digest
from airseal.model.problem import Problem
from airseal.model.surroundings import Surroundings
from airseal.model.verdict import Verdict
from airseal.paper.papers import Papers
from airseal.store import BlobIn, EntryIn, JsonValue, Store


class Clock(Protocol):
    """The local clock (本机时间)."""

    def now(self) -> datetime:
        """The time now, aware, with the machine's offset."""


class Progress(Protocol):
    """How a long duty tells what it is doing and asks whether to stop."""

    def __call__(self, done: int, total: int, what: str) -> None:
        """Report; raises ``Problem("CANCELLED")`` when the person cancelled in time."""


def silent(done: int, total: int, what: str) -> None:
    """A ``Progress`` that nobody watches."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Everything a duty may use, for one person logged in at one station."""

    station: StationFacts
    account: Account
    store: Store
    history: History
    evidence: TrustedSet
    tokens: TokenHost
    papers: Papers
    clock: Clock
    progress: Progress = field(default=silent)
    no_return: Callable[[], AbstractContextManager[None]] = field(default=nullcontext)
    """What is done inside it is not cancelled any more. Raises ``Problem("CANCELLED")`` when the
    person cancelled before; whatever a duty cannot take back stands in it."""
    surroundings: Callable[[], Surroundings] = field(default=look)

    @property
    def author(self) -> Author:
        """Who signs here."""
        return Author(self.station.unit, self.station.id, self.account.person, self.account.post)

    @property
    def registry(self) -> Registry:
        """The own unit's current registry; raises ``Problem("REGISTRY_MISSING")``."""
        registry = self.evidence.registry(self.station.unit)
        if registry is None or registry.snapshot is None or registry.missing:
            raise Problem("REGISTRY_MISSING", unit=self.station.unit)
        return registry

    @property
    def demo(self) -> bool:
        """Whether the enrolled charter carries the demonstration flag (TK-01)."""
        return self.registry.charter.demo

    @property
    def certificate(self) -> bytes:
        """The certificate the roster ties to this person (DER)."""
        held = self.registry.people.get(self.account.person)
        if held is None or not held[1].active:
            raise Problem("POST_NOT_HELD", person=self.account.person, post=self.account.post)
        return decode_der(held[1].certificate)

    @property
    def clock_problem(self) -> Problem | None:
        """``CLOCK_BEHIND`` or ``CLOCK_AHEAD`` (``mark``) until a person explained it."""
        mark, now = clock_mark(self.store.desk), self.clock.now()
        match clock_state(mark, now):
            case ClockState.STEADY:
                return None
            case ClockState.BEHIND:
                return Problem("CLOCK_BEHIND", mark=str(mark))
            case ClockState.AHEAD:
                return Problem("CLOCK_AHEAD", mark=str(mark))

    def require_steady_clock(self) -> None:
        """Raise :attr:`clock_problem`, if there is one."""
        if (problem := self.clock_problem) is not None:
            raise problem

    def current_registry(self) -> Registry:
        """The own registry for a new act; raises ``REGISTRY_EXPIRED`` too (E-12)."""
        registry = self.registry
        if registry.expired(self.clock.now()):
            raise Problem("REGISTRY_EXPIRED", unit=registry.unit)
        return registry

    def verifier(self, profile: Profile = OWN) -> Verifier:
        """Who judges here, now, by what this station holds."""
        desk = self.store.desk

        def known(unit: str, station: str) -> Remembered | None:
            return remembered(desk, unit, station)

        now = self.clock.now()
        return Verifier(self.evidence, self.papers, now, stampers(desk), known, profile)

    def verdict(self, case: Digest, profile: Profile = OWN) -> Verdict:
        """What the seals of a case held here are worth now; that it was asked is not recorded."""
        with ExitStack() as open_documents:

            def document(digest: Digest) -> BinaryIO | None:
                if not self.store.has_blob(digest):
                    return None
                return open_documents.enter_context(self.store.blob(digest))

            return self.verifier(profile).case(case, document)

    def hold(
        self,
        signed: Signed,
        at: datetime,
        blobs: Sequence[BlobIn] = (),
        beside: Sequence[Signed] = (),
        events: Sequence[EntryIn] = (),
    ) -> None:
        """Commit a statement that was just signed here, if this station accepts it.

        ``beside`` are statements of other subjects, ``events`` what follows from it here; they
        are committed with it or not at all.
        """
        together = [signed, *beside]
        for one in together:
            self.evidence.examine(one)
        entries = [statement_entry(s, self.account.person, at) for s in together]
        self.store.commit([*entries, *events], blobs)
        self.evidence.offer(together)

    def event(self, kind: str, /, **facts: JsonValue) -> EntryIn:
        """A ledger entry of something that happened here, now, by this person."""
        at = self.clock.now().replace(microsecond=0).isoformat()
        return EntryIn(kind=kind, by=self.account.person, at=at, facts=facts)
