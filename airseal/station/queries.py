"""What a screen may ask of a station; nothing here changes anything.

Each answer is for the person who is logged in: a right that is missing is refused, and
written down as 越权, by the guard (AC-03).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import BinaryIO

from airseal.duties import (
    guarding,
    receipting,
    returning,
    sealing,
)
from airseal.evidence.accounts import Edition, edition
from airseal.evidence.board import Board, Line, Tally
from airseal.evidence.partners import Alarm, alarms
from airseal.evidence.quarantine import QUARANTINE_BOOK, Refused, refused_files
from airseal.evidence.receipts import Came, Left
from airseal.evidence.records import RECEIPT_BOOK
from airseal.evidence.tombstones import asked_for, is_condemned
from airseal.keys.tokenhost import TokenStatus
from airseal.model.case import CaseState, Facts, Status, fold, judge
from airseal.model.clock import ClockState
from airseal.model.digest import Digest
from airseal.model.flowacts import kept
from airseal.model.format import Element
from airseal.model.people import Post
from airseal.model.policy import PolicyPack
from airseal.model.problem import Problem
from airseal.model.request import Request
from airseal.model.retention import NOTHING, Retention
from airseal.model.rights import Right, may
from airseal.model.standing import relied_on
from airseal.model.steps import FlowStep
from airseal.paper.placement import PageSize
from airseal.paper.report import Picture
from airseal.station.case_rows import CaseCounts, CaseRow, Names, Stack, pressing_before
from airseal.station.outlook import Outlook
from airseal.station.rooms import Rooms
from transfer import media

__all__ = ["CaseCounts", "CaseRow", "CaseView", "Queries"]


@dataclass(frozen=True, slots=True)
class CaseView:
    """One case as a screen shows it."""

    facts: Facts
    status: Status
    documents: tuple[Digest, ...]
    """The newest form of each document."""
    unfinished: bool
    retention: Retention = NOTHING
    """How long the record is kept, by today's policy pack too (C-22)."""


class Queries(Rooms):
    """The reading side of a station."""

    @property
    def outlook(self) -> Outlook:
        """What ends soon, what waits for others, when each partner was heard last."""
        return Outlook(self._ports, self.own, self.stack, self._fresh_board)

    def cases(
        self,
        states: frozenset[CaseState] = frozenset(),
        *,
        unfinished: bool = False,
        to_delete: bool = False,
        after: CaseRow | None = None,
        limit: int | None = None,
    ) -> list[CaseRow]:
        """The cases in one of ``states``, or all; newest first; none for a post that reads none.

        With ``unfinished`` only those whose sealing was begun here and not ended, with
        ``to_delete`` only those whose deletion waits for an answer. A page: at
        most ``limit`` rows, those behind the row ``after``.
        """
        if not may(self._ports.account.post, Right.READ):
            return []
        board, begun = self._fresh_board(), self._begun()
        if unfinished or to_delete:
            found = board.at_place(begun) if unfinished else board.of(self._asked())
            lines = [one for one in found if not states or one.state in states]
            behind = lines if after is None else [x for x in lines if x.key < (after.at, after.id)]
            lines = behind[:limit]
        else:
            lines = board.page(states, None if after is None else (after.at, after.id), limit)
        return [self._row(line, begun) for line in lines]

    def case_counts(self) -> CaseCounts:
        """How many cases there are of each kind; none for a post that reads none."""
        if not may(self._ports.account.post, Right.READ):
            return CaseCounts({}, 0)
        board = self._fresh_board()
        begun, asked = board.at_place(self._begun()), board.of(self._asked())
        return CaseCounts(board.counts(), len(begun), len(asked))

    def stack(
        self,
        states: frozenset[CaseState] = frozenset(),
        *,
        unfinished: bool = False,
        to_delete: bool = False,
        after_use: bool = False,
        newest: bool = False,
    ) -> Stack:
        """A pile of cases: what presses first, then the oldest; empty for a post that reads none.

        With ``newest`` the newest come first: for piles in which nothing waits. ``unfinished``
        and ``to_delete`` as in :meth:`cases`; with ``after_use`` only those that wait for a
        confirmation by this person (AP-07; any post but an officer's sees everybody's) or for
        the review of an emergency use (SE-14).
        """
        before, begun = pressing_before(self.now()), self._begun()
        names = Names(
            self._title_of, self._symbol_of, cache(self.person_name), cache(self.seal_name)
        )
        if not may(self._ports.account.post, Right.READ):
            return Stack((), names)
        board = self._fresh_board()
        if unfinished or to_delete or after_use:
            found = self._few(board, unfinished=unfinished, after_use=after_use)
            wanted = [one for one in found if not states or one.state in states]
            return Stack(wanted[::-1], names, before, begun)
        lines = board.stack(states, due_before=None if newest else before, newest=newest)
        return Stack(lines, names, before, begun)

    def tally(
        self,
        states: frozenset[CaseState],
        *,
        unfinished: bool = False,
        to_delete: bool = False,
        after_use: bool = False,
    ) -> Tally:
        """A pile in figures, without reading it; nothing for a post that reads no case."""
        if not may(self._ports.account.post, Right.READ):
            return Tally(0, 0, None)
        board, before = self._fresh_board(), pressing_before(self.now())
        if unfinished or to_delete or after_use:
            lines = self._few(board, unfinished=unfinished, after_use=after_use)
            pressing = sum(1 for one in lines if one.due is not None and one.due <= before)
            return Tally(len(lines), pressing, lines[-1].at if lines else None)
        return board.tally(states, before)

    def _few(self, board: Board, *, unfinished: bool, after_use: bool) -> list[Line]:
        """Newest first: begun sealings, uses not done with, or else deletions asked for."""
        if unfinished:
            return board.at_place(self._begun())
        if not after_use:
            return board.of(self._asked())
        account = self._ports.account
        return board.after_use(account.person if account.post is Post.OFFICER else None)

    def _asked(self) -> tuple[Digest, ...]:
        return asked_for(self._ports.store.desk)

    def _begun(self) -> frozenset[str]:
        """The seal places at which a sealing was begun and not ended."""
        return frozenset(key for key, _ in self._ports.store.desk.items("intents"))

    def _row(self, line: Line, begun: frozenset[str]) -> CaseRow:
        case = Digest(line.case)
        return CaseRow(
            id=case,
            title=self._title_of(line),
            state=line.state,
            level=line.level,
            drafter=line.drafter,
            at=line.at,
            unfinished=line.place in begun,
        )

    def title_of(self, case: str) -> str:
        """The title of a case, as far as this person can open it."""
        return self._title(Digest(case))

    def _title_of(self, line: Line) -> str:
        return self._title(Digest(line.case)) if line.title is None else line.title

    def _symbol_of(self, line: Line) -> str:
        if line.title is not None:
            return line.symbol or ""
        request = self._request(Digest(line.case))
        return request.matter.symbol if request else ""

    def _title(self, case: Digest) -> str:
        request = self._request(case)
        return request.title if request else ""

    def _request(self, case: Digest) -> Request | None:
        held = self._ports.evidence.statement(case)
        return held.body if held and isinstance(held.body, Request) else None

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
        retention = kept(facts, (), evidence.context(), self._current_packs())
        return CaseView(facts, status, forms, unfinished, retention)

    def _current_packs(self) -> tuple[PolicyPack, ...]:
        held = self.registry.policy if self.registry else None
        return () if held is None else (held[1],)

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

    @property
    def arrived(self) -> tuple[Came, ...]:
        """The bundles of others that were imported, those to be signed for first."""
        with self._guard.acting(Right.SIGN_RECEIPT) as ports:
            return receipting.arrived(ports)

    @property
    def sent(self) -> tuple[Left, ...]:
        """The bundles that left, those nobody signed for first."""
        with self._guard.acting(Right.SIGN_RECEIPT) as ports:
            return receipting.sent(ports)

    @property
    def overdue(self) -> frozenset[str]:
        """Those of them whose receipt is late (TX-10)."""
        with self._guard.acting(Right.SIGN_RECEIPT) as ports:
            return receipting.overdue(ports)

    @property
    def quarantine(self) -> tuple[Refused, ...]:
        """Files that were refused on import and are kept aside; for whoever may import."""
        with self._guard.acting(Right.IMPORT) as ports:
            return refused_files(ports.store.desk)

    @property
    def quarantine_edition(self) -> Edition:
        """The version of the register of refused files (E-12)."""
        with self._guard.acting(Right.IMPORT) as ports:
            return edition(ports.store, QUARANTINE_BOOK)

    @property
    def receipts_edition(self) -> Edition:
        """The version of the register of what came and left (E-12)."""
        with self._guard.acting(Right.SIGN_RECEIPT) as ports:
            return edition(ports.store, RECEIPT_BOOK)

    def name_of_station(self, unit: str, station: str) -> str:
        """The unit's registered name with the station's id behind it."""
        return f"{self.unit_name(unit)} / {station}"

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

    def flow_of(self, facts: Facts) -> tuple[FlowStep, ...]:
        """The steps of the physical seal by the packs that the request relied on (AP-01)."""
        packs = relied_on(facts.request, PolicyPack, self._ports.evidence.context())
        return tuple(dict.fromkeys(step for pack in packs for step in pack.flow))

    def format_faults(self, case: Digest) -> tuple[Element, ...]:
        """The elements of a 公文 that the papers of a case lack, by its own pack (DC-16).

        Looked for here again, whatever the drafter's station said; a paper that is not held
        lacks nothing.
        """
        with self._guard.acting(Right.READ) as ports:
            facts = self._view(case).facts
            return returning.format_faults(ports, facts)

    @contextmanager
    def _reading(self, document: Digest) -> Iterator[BinaryIO]:
        """A document, for a post that reads; the vault opens it to the cleared only (SC-07)."""
        with self._guard.acting(Right.READ) as ports:
            if is_condemned(ports.store.desk, document):
                raise Problem("CASE_DELETED")
            with ports.store.blob(document) as source:
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
