"""A pile of cases as a list: open, mark many, decide, seal, check, export."""

from typing import Final

from textual.app import ComposeResult

from airseal.model.digest import Digest, parse_digest
from airseal.model.level import Level
from airseal.model.request import Outcome
from airseal.screens.case_query import CaseQuery, case_columns
from airseal.screens.listing import MARKING, Listing
from airseal.screens.piles import Pile
from airseal.screens.session import Session
from airseal.screens.station_screen import StationScreen
from airseal.screens.widgets.record_list import LONG, RecordList
from airseal.screens.widgets.records import Listed
from airseal.station.case_rows import Stack
from airseal.text import Phrase, mark, phrase

_ON_A_CASE: Final = frozenset(
    {"open", "approve", "return", "deny", "seal", "verify", "export", "mark", "mark_all"}
)


class CasesScreen(Listing, StationScreen[None]):
    """What lies in one pile; an act is on the marked cases, or the one under the cursor.

    Where something waits, what presses stands first, then the oldest.
    """

    HEADING = mark("Cases")
    HELP = mark(
        "What presses stands first with ! before its last day, then the oldest. Enter opens a case."
        " Space marks it, . marks up to here, * marks all; / filters while you type. The keys of"
        " the bottom line act on the marked cases, or on the one under the cursor when none is"
        " marked; many cases need the PIN only once, and each one keeps its own result."
    )
    OFFERS = ("open", "approve", "return", "deny", "seal", "verify", "export", *MARKING, "refresh")

    def __init__(self, session: Session, pile: Pile) -> None:
        super().__init__(session)
        self._pile = pile
        self._stack: Stack | None = None

    @property
    def heading(self) -> Phrase:
        """The name of the pile."""
        return self._pile.words

    def body(self) -> ComposeResult:
        """The list, empty until the query is done."""
        yield RecordList(case_columns(), Listed(()), phrase("This pile is empty."))

    def on_screen_resume(self) -> None:
        """Read the pile again: an act may have moved cases to another one."""
        self.do_refresh()

    def why_not(self, action: str) -> Phrase | None:
        """An act needs a case."""
        if action in _ON_A_CASE and not self._stack:
            return phrase("This pile is empty.")
        return None

    def do_refresh(self) -> None:
        """Read the pile again."""
        self.look(self._pile.stack, self._show)

    def do_open(self) -> None:
        """Read the case under the cursor."""
        if (key := self._list.current) is not None:
            self._open(key)

    def on_record_list_opened(self, event: RecordList.Opened) -> None:
        """Enter in the list."""
        event.stop()
        self._open(event.key)

    def do_approve(self) -> None:
        """Approve the chosen cases."""
        self._decide(Outcome.APPROVE)

    def do_return(self) -> None:
        """Return the chosen cases for correction."""
        self._decide(Outcome.RETURN)

    def do_deny(self) -> None:
        """Do not approve the chosen cases."""
        self._decide(Outcome.DENY)

    def do_seal(self) -> None:
        """Seal the case under the cursor, or the marked ones together."""
        from airseal.screens.seal import SealScreen
        from airseal.screens.seal_batch import BatchSealScreen

        if len(chosen := self._list.chosen) > 1:
            cases = [parse_digest(key) for key in chosen]
            self.app.push_screen(BatchSealScreen(self.session, cases))
        elif (key := self._list.current) is not None:
            self.app.push_screen(SealScreen(self.session, parse_digest(key)))

    def do_verify(self) -> None:
        """See the verdict on the case under the cursor."""
        from airseal.screens.verdict import VerdictScreen

        if (key := self._list.current) is not None:
            case = parse_digest(key)
            level = self._stack.level(key) if self._stack else None
            self.app.push_screen(
                VerdictScreen(
                    self.session,
                    lambda station: station.verify_case(case),
                    Level(level) if level else None,
                )
            )

    def do_export(self) -> None:
        """Write the chosen cases to the medium."""
        from airseal.screens.export import of_cases

        cases = [parse_digest(key) for key in self._list.chosen]
        self.app.push_screen(of_cases(self.session, cases))

    @property
    def _list(self) -> RecordList:
        return self.query_one(RecordList)

    def _open(self, key: str) -> None:
        from airseal.screens.case import CaseScreen

        self.app.push_screen(CaseScreen(self.session, parse_digest(key), self._beside(key)))

    def _beside(self, key: str) -> tuple[Digest, ...]:
        """What is read one after the other: the marked cases, or the list as it stands."""
        rows = self._list.rows
        if key in rows.marks:
            return tuple(map(parse_digest, rows.marks))
        query = rows.shown_query
        return query.stack.cases if isinstance(query, CaseQuery) else ()

    def _decide(self, outcome: Outcome) -> None:
        from airseal.screens.decide import DecideScreen

        cases = [parse_digest(key) for key in self._list.chosen]
        self.app.push_screen(DecideScreen(self.session, cases, outcome))

    def _show(self, stack: Stack) -> None:
        self._stack = stack
        self._list.show(CaseQuery(stack))
        if self._list.rows.marks:
            self._list.keep_marks(stack.ids)
        self.update_keys()
        if len(stack) >= LONG:
            self.look(lambda _: stack.look_through(), lambda _: None)
