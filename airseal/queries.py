"""What a screen may ask of a station; nothing here changes anything.

Each answer is for the person who is logged in: a right that is missing is refused, and
written down as 越权, by the guard (AC-03).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from airseal.duties import (
    arriving,
    guarding,
    sealing,
)
from airseal.evidence.accounts import account_facts
from airseal.evidence.partners import Alarm, alarms
from airseal.evidence.records import (
    Account,
    StationFacts,
    station_facts,
)
from airseal.guard import Guard
from airseal.keys.tokenhost import TokenStatus
from airseal.model.account import time_left
from airseal.model.case import CaseState, Facts, Status, fold, judge
from airseal.model.clock import ClockState
from airseal.model.digest import Digest
from airseal.model.problem import Problem
from airseal.model.registry import Registry
from airseal.model.rights import Right, may
from airseal.offices import Offices
from airseal.paper.jail import Jail
from airseal.paper.placement import PageSize
from airseal.paper.report import Picture
from airseal.ports import Ports
from transfer import media

IDLE_MINUTES = 10
"""When a station that has no policy pack yet locks."""


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One line of a list of cases."""

    id: Digest
    title: str
    state: CaseState
    level: str
    drafter: str
    at: str
    unfinished: bool


@dataclass(frozen=True, slots=True)
class CaseView:
    """One case as a screen shows it."""

    facts: Facts
    status: Status
    documents: tuple[Digest, ...]
    """The newest form of each document."""
    unfinished: bool


class Queries:
    """The reading side of a station."""

    def __init__(self, ports: Ports, jail: Jail) -> None:
        self._ports = ports
        self._jail = jail
        self._guard = Guard(lambda: self._ports)

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
    def days_left(self) -> int | None:
        """Full days until the own password expires; None when it does not age."""
        ports = self._ports
        own = account_facts(ports.store.desk, ports.account.person)
        rule = arriving.password_rule(ports.evidence, ports.station)
        return None if own.known else time_left(own, rule, ports.clock.now()).days

    @property
    def idle_minutes(self) -> int:
        """After how long without a key the station locks; the policy pack says (SC-03)."""
        held = self.registry.policy if self.registry else None
        return held[1].idle_minutes if held else IDLE_MINUTES

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
        """The roster's name of a person, or the id itself."""
        held = self.registry.people.get(person) if self.registry else None
        return held[1].name if held else person

    def unit_name(self, unit: str) -> str:
        """The register's name of a unit, or the id itself."""
        held = self.registry.units.get(unit) if self.registry else None
        return held[1].name if held else unit

    def seal_name(self, seal: str) -> str:
        """The register's name of a seal, or the id itself."""
        held = self.registry.seals.get(seal) if self.registry else None
        return held[1].name if held else seal

    def cases(self) -> list[CaseRow]:
        """All cases with an accepted request, newest first; none for a post that reads none."""
        ports = self._ports
        if not may(ports.account.post, Right.READ):
            return []
        rows = [self._row(self._view(case)) for case in ports.evidence.cases]
        return sorted(rows, key=lambda row: (row.at, row.id), reverse=True)

    def _row(self, view: CaseView) -> CaseRow:
        request = view.facts.request
        return CaseRow(
            id=view.facts.case,
            title=view.facts.asked.title,
            state=view.status.state,
            level=request.level,
            drafter=request.by,
            at=request.at,
            unfinished=view.unfinished,
        )

    def case(self, case: Digest) -> CaseView:
        """One case; raises ``Problem("CASE_UNKNOWN")``, ``CLEARANCE_LOW`` and ``RIGHT_MISSING``."""
        with self._guard.acting(Right.READ):
            view = self._view(case)
            self._guard.check_clearance(view.facts.request.level)
            return view

    def _view(self, case: Digest) -> CaseView:
        evidence = self._ports.evidence
        facts = fold(case, evidence.case_statements(case))
        if facts is None:
            raise Problem("CASE_UNKNOWN")
        status = judge(facts, evidence.context(), self.now())
        forms = tuple(facts.current_form(d.digest) for d in facts.asked.grant.documents)
        step = facts.next_place
        unfinished = (
            step is not None
            and sealing.open_intent(self._ports, case, step[0], step[1].order) is not None
        )
        return CaseView(facts, status, forms, unfinished)

    def find_case(self, text: str) -> Digest:
        """A case by its id, with or without ``sha256:``, or by an unambiguous beginning.

        Raises ``Problem("CASE_UNKNOWN")``.
        """
        wanted = text.removeprefix("sha256:")
        found = [
            case
            for case in self._ports.evidence.cases
            if len(wanted) >= 8 and case.removeprefix("sha256:").startswith(wanted)
        ]
        if len(found) != 1:
            raise Problem("CASE_UNKNOWN")
        return found[0]

    @property
    def parked(self) -> dict[Digest, tuple[Digest, ...]]:
        """Statements that wait for others, with the ids they lack."""
        return dict(self._ports.evidence.parked)

    def holds(self, document: Digest) -> bool:
        """Whether the bytes of ``document`` are in the vault."""
        return self._ports.store.has_blob(document)

    def document_text(self, document: Digest, page: int) -> str:
        """The text layer of one page, as the jail read it; untrusted."""
        with self._reading(document) as source:
            return self._ports.papers.page_text(source, page)

    def document_picture(self, document: Digest, page: int, width_px: int) -> Picture:
        """One page as a picture, drawn in the jail."""
        with self._reading(document) as source:
            return self._ports.papers.render(source, page, width_px)

    def page_sizes(self, document: Digest) -> tuple[PageSize, ...]:
        """Width and height of each page as seen, in µm."""
        with self._reading(document) as source:
            return self._ports.papers.page_sizes(source)

    @contextmanager
    def _reading(self, document: Digest) -> Iterator[BinaryIO]:
        """A document, for a post that reads; the vault opens it to the cleared only (SC-07)."""
        with self._guard.acting(Right.READ) as ports, ports.store.blob(document) as source:
            yield source

    def bundles_on(self, medium: Path) -> tuple[media.Found, ...]:
        """The bundles on a stick."""
        return media.list_bundles(medium)

    @property
    def clock_state(self) -> ClockState:
        """Whether the clock was set back, or leapt ahead, since the last entry (E-04)."""
        return guarding.state_of_clock(self._ports)

    @property
    def clock_problem(self) -> Problem | None:
        """What is wrong with the clock, or None (E-04)."""
        return self._ports.clock_problem

    @property
    def alarms(self) -> tuple[Alarm, ...]:
        """The stations whose ledgers do not hold together, by what their bundles showed."""
        return alarms(self._ports.store.desk)

    def token(self) -> TokenStatus:
        """The state of the token that holds this person's key; raises ``TOKEN_ABSENT``."""
        return self._ports.tokens.status(self._ports.certificate)
