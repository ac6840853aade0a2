"""The rooms of an open station, each behind the same guard, and the names of what is in it."""

from datetime import datetime

from airseal.evidence.accounts import account_name
from airseal.evidence.board import Board
from airseal.evidence.records import (
    Account,
    StationFacts,
    station_facts,
)
from airseal.model.current import Registry
from airseal.model.digest import Digest
from airseal.paper.jail import Jail
from airseal.ports import Ports
from airseal.station.auditing import AuditOffice
from airseal.station.guard import Guard
from airseal.station.keeping import Keeping
from airseal.station.light import LightDoors
from airseal.station.offices import Offices
from airseal.station.own import Own
from airseal.station.registers import Registers
from airseal.station.rejudging import Rejudging
from airseal.station.rules import Rules
from airseal.station.seals import Seals
from airseal.station.stamps import Stamps
from airseal.station.summaries import Summaries
from airseal.station.templates import Templates
from airseal.station.trainings import Trainings
from airseal.station.trust import Trust
from airseal.store import Soundness

IDLE_MINUTES = 10
"""When a station that has no policy pack yet locks."""


class Rooms:
    """Where a station's offices are, whose it is, and what its registers call things."""

    def __init__(self, ports: Ports, jail: Jail) -> None:
        self._ports = ports
        self._jail = jail
        self._guard = Guard(lambda: self._ports)
        self._board = Board(ports.store)
        self.rejudging = Rejudging(self._guard)
        """What newer lists changed in the verdicts on cases held here."""

    def _fresh_board(self) -> Board:
        ports = self._ports
        self._board.refresh(ports.evidence, ports.clock.now(), ports.progress)
        return self._board

    @property
    def facts(self) -> StationFacts:
        """Which station this is, as registered now."""
        return station_facts(self._ports.store.desk)

    @property
    def account(self) -> Account:
        """Who is logged in."""
        return self._ports.account

    @property
    def offices(self) -> Offices:
        """What is done here about people rather than cases."""
        return Offices(self._guard)

    @property
    def rules(self) -> Rules:
        """The policy pack, the next one, and delegations."""
        return Rules(self._ports, self._guard)

    @property
    def seals(self) -> Seals:
        """The seal register, for the seal department."""
        return Seals(self._guard)

    @property
    def keeping(self) -> Keeping:
        """What is done here for the home itself: backups."""
        return Keeping(self._guard)

    @property
    def stamps(self) -> Stamps:
        """Time stamps of an outside authority."""
        return Stamps(self._guard)

    @property
    def registers(self) -> Registers:
        """The registers that follow from the cases held here."""
        return Registers(self._guard)

    @property
    def trainings(self) -> Trainings:
        """Who was trained, for the seal department."""
        return Trainings(self._guard)

    @property
    def summaries(self) -> Summaries:
        """The summary tables of sealing and printing."""
        return Summaries(self._guard, self._fresh_board)

    @property
    def trust(self) -> Trust:
        """Which units are trusted here, by their roots."""
        return Trust(self._guard)

    @property
    def soundness(self) -> Soundness:
        """How much of the ledger was verified since the login, and what is wrong with it."""
        return self._ports.store.soundness

    @property
    def entries(self) -> int:
        """How many entries the ledger has."""
        return self._ports.store.head.sequence

    @property
    def light(self) -> LightDoors:
        """What leaves and comes as QR codes."""
        return LightDoors(self._guard)

    @property
    def own(self) -> Own:
        """What the person does about their own account and token."""
        return Own(lambda: self._ports)

    @property
    def templates(self) -> Templates:
        """What is the same in many requests."""
        return Templates(self._guard)

    @property
    def recoverable(self) -> bool:
        """Whether two administrators together could open this station."""
        return self._ports.store.recoverable

    @property
    def audit(self) -> AuditOffice:
        """The ledger, for the auditor."""
        return AuditOffice(self._guard)

    @property
    def idle_minutes(self) -> int:
        """After how long without a key the station locks; the policy pack says (SC-03)."""
        held = self.registry.policy if self.registry else None
        return held[1].settings.idle_minutes if held else IDLE_MINUTES

    @property
    def registry(self) -> Registry | None:
        """The own unit's current registry, if it was imported."""
        return self._ports.evidence.registry(self._ports.station.unit)

    @property
    def demo(self) -> bool:
        """Whether the enrolled charter is a demonstration (TK-01)."""
        return self.registry is not None and self.registry.charter.demo

    @property
    def confined(self) -> bool:
        """Whether documents are parsed in a real jail (bubblewrap); a demo may lack it."""
        return self._jail.confined

    def now(self) -> datetime:
        """本机时间."""
        return self._ports.clock.now()

    def person_name(self, person: str) -> str:
        """The roster's name of a person, or that of an account here, or the id itself."""
        held = self.registry.people.get(person) if self.registry else None
        return held[1].name if held else account_name(self._ports.store.desk, person)

    def signed_on(self, document: Digest) -> str:
        """The day (``YYYY-MM-DD``) on which a document of the registry was signed (E-12)."""
        held = self._ports.evidence.statement(document)
        return held.at[:10] if held else ""

    def unit_name(self, unit: str) -> str:
        """The register's name of a unit, or what it calls itself, or the id itself."""
        held = self.registry.units.get(unit) if self.registry else None
        if held is not None:
            return held[1].name
        theirs = self._ports.evidence.registry(unit)
        return theirs.charter.name if theirs is not None else unit

    def kind_name(self, kind: str) -> str:
        """The policy pack's name of a kind of paper, or the id itself."""
        held = self.registry.policy if self.registry else None
        found = held[1].catalogue.kind(kind) if held else None
        return found.name if found else kind

    def seal_name(self, seal: str) -> str:
        """The register's name of a seal, or the id itself."""
        held = self.registry.seals.get(seal) if self.registry else None
        return held[1].name if held else seal
