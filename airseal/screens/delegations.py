"""Delegations (授权代表): who may approve in whose place, for what and until when (AP-05)."""

from collections.abc import Sequence
from dataclasses import dataclass

from textual.app import ComposeResult

from airseal.evidence.signed import Signed
from airseal.keys.tokenhost import Signer
from airseal.model.custody import CustodyState, endable
from airseal.model.delegation import Delegation
from airseal.model.digest import to_hex
from airseal.model.statement import Statement
from airseal.screens import export
from airseal.screens.base import AirsealScreen
from airseal.screens.delegation_form import DelegationFormScreen
from airseal.screens.listing import SORTING, Listing
from airseal.screens.reason import ReasonScreen
from airseal.screens.session import Session
from airseal.screens.signing import SigningScreen
from airseal.screens.widgets.fact_table import Fact, FactTable
from airseal.screens.widgets.record_list import RecordList
from airseal.screens.widgets.records import Column, Listed, Record
from airseal.station import Station
from airseal.text import (
    Phrase,
    Shown,
    enumerated,
    level_name,
    mark,
    moment,
    phrase,
    role_name,
    when,
)
from airseal.words.policy import DELEGATION_STATES


@dataclass(frozen=True, slots=True)
class Held:
    """One delegation as a line: who, to whom, where it stands today, and everything about it."""

    statement: Statement
    state: CustodyState
    grantor: str
    delegate: str
    facts: tuple[Fact, ...]

    @property
    def body(self) -> Delegation:
        """What was signed."""
        assert isinstance(self.statement.body, Delegation)
        return self.statement.body


class DelegationsScreen(Listing, SigningScreen[None]):
    """One line for each delegation held; own ones are granted and ended here."""

    HEADING = mark("Delegations")
    HELP = mark(
        "Who may approve in whose place. n lets another officer approve with one of your roles, for"
        " a time, for some seals and kinds of paper; x ends one of yours from that moment on. Both"
        " are signed with your PIN. e takes yours out on the medium, so that the other stations"
        " know them; they also travel with every case you export. An approval given in your place"
        " says so and names the delegation."
    )
    OFFERS = ("open", "delegate", "end_delegation", "export", *SORTING, "refresh")

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._held: Sequence[Held] = ()

    def body(self) -> ComposeResult:
        """The list, empty until the query is done."""
        columns = [
            Column(phrase("Grantor"), 10),
            Column(phrase("Delegate to"), 10),
            Column(phrase("Role")),
            Column(phrase("State"), 10),
            Column(phrase("First day"), 14, wide=True),
            Column(phrase("Last day"), 14),
        ]
        empty = phrase("Nobody approves in another's place.")
        yield RecordList(columns, Listed(()), empty, marking=False)

    def on_screen_resume(self) -> None:
        """Read the list again."""
        self.do_refresh()

    def why_not(self, action: str) -> Phrase | None:
        """Only an own delegation in force is ended; only own ones leave."""
        match action:
            case "open" if self._current is None:
                return phrase("Nobody approves in another's place.")
            case "end_delegation" if self._current is None or not self._is_own(self._current):
                return phrase("Only who gave a delegation ends it.")
            case "end_delegation" if self._current is not None and not endable(self._current.state):
                return phrase("It has ended already.")
            case "export" if not any(map(self._is_own, self._held)):
                return phrase("You have given no delegation.")
            case _:
                return None

    def on_record_list_changed(self) -> None:
        """Another line, other keys."""
        self.update_keys()

    def do_refresh(self) -> None:
        """Read the list again."""
        self.look(_read, self._show)

    def do_open(self) -> None:
        """Everything about the delegation under the cursor."""
        if (held := self._current) is not None:
            self.app.push_screen(DelegationScreen(held.facts))

    def on_record_list_opened(self, event: RecordList.Opened) -> None:
        """Enter in the list."""
        event.stop()
        self.do_open()

    def do_delegate(self) -> None:
        """Ask for whom and what, then sign it."""
        self.app.push_screen(DelegationFormScreen(self.session), self._grant)

    def do_end_delegation(self) -> None:
        """Ask why, then end it."""
        held = self._current
        assert held is not None

        def asked(reason: str | None) -> None:
            if reason is not None:
                self._end(held, reason)

        question = phrase("Why does the delegation to {person} end?", person=held.delegate)
        self.app.push_screen(ReasonScreen(question), asked)

    def do_export(self) -> None:
        """Take the own ones out on the stick."""
        mine = [held.facts[0] for held in self._held if self._is_own(held)]
        self.app.push_screen(export.of_delegations(self.session, mine))

    @property
    def _current(self) -> Held | None:
        key = self.query_one(RecordList).current
        return next((one for one in self._held if one.statement.id == key), None)

    def _is_own(self, held: Held) -> bool:
        return held.statement.by == self.session.station.account.person

    def _grant(self, body: Delegation | None) -> None:
        if body is None:
            return

        def give(station: Station, signer: Signer) -> Signed:
            return station.rules.delegate(body, signer)

        station = self.session.station

        def check(station: Station) -> list[Fact]:
            station.rules.may_delegate(body)
            return _about(station, body)

        self.check_and_sign(
            check,
            phrase("Let {person} approve for you", person=station.person_name(body.delegate)),
            give,
            lambda _: self._done(),
            busy=phrase("Signing the delegation"),
        )

    def _end(self, held: Held, reason: str) -> None:
        def check(station: Station) -> list[Fact]:
            station.rules.may_end(held.statement.id, reason)
            return [*held.facts[:4], Fact(phrase("Reason"), reason)]

        def end(station: Station, signer: Signer) -> Signed:
            return station.rules.end_delegation(held.statement.id, reason, signer)

        self.check_and_sign(
            check,
            phrase("End the delegation to {person}", person=held.delegate),
            end,
            lambda _: self._done(),
            busy=phrase("Signing the end of the delegation"),
        )

    def _done(self) -> None:
        self.say(phrase("Signed. e takes it out, so that the other stations know it."))
        self.do_refresh()

    def _show(self, held: Sequence[Held]) -> None:
        self._held = held
        self.query_one(RecordList).show(Listed(tuple(map(_record, held))))
        self.update_keys()


class DelegationScreen(AirsealScreen[None]):
    """Everything about one delegation."""

    HEADING = mark("Delegation")
    HELP = mark("An approval in another's place names the number of its delegation.")

    def __init__(self, facts: Sequence[Fact]) -> None:
        super().__init__()
        self._facts = list(facts)

    def body(self) -> ComposeResult:
        """Its facts."""
        yield FactTable(self._facts)


def _read(station: Station) -> list[Held]:
    today = station.now().date().isoformat()
    found = []
    for statement in station.rules.delegations:
        body = statement.body
        assert isinstance(body, Delegation)
        state = body.state_on(today, ended=station.rules.ended(statement.id))
        grantor, delegate = station.person_name(statement.by), station.person_name(body.delegate)
        facts = (
            Fact(phrase("Delegation"), to_hex(statement.id)[:8], strong=True),
            Fact(phrase("Grantor"), grantor, strong=True),
            *_about(station, body),
            Fact(phrase("Signed at"), moment(statement.time)),
            Fact(phrase("State"), Phrase(DELEGATION_STATES[state]), strong=True),
        )
        found.append(Held(statement, state, grantor, delegate, facts))
    return found


def _about(station: Station, body: Delegation) -> list[Fact]:
    """What is signed when it is given."""
    catalogue = station.rules.pack.catalogue
    types = catalogue.seal_type_names
    seals: Shown = enumerated(types.get(one, one) for one in body.seal_types)
    kinds: Shown = enumerated(station.kind_name(one) for one in body.kinds)
    return [
        Fact(phrase("Delegate to"), station.person_name(body.delegate), strong=True),
        Fact(phrase("Role"), role_name(body.role), strong=True),
        Fact(phrase("Seals"), seals or phrase("any seal")),
        Fact(phrase("Kinds"), kinds or phrase("any kind of paper")),
        Fact(phrase("Up to level"), level_name(body.level)),
        Fact(phrase("First day"), when(body.start)),
        Fact(phrase("Last day"), when(body.end)),
        Fact(phrase("Reason"), body.reason),
    ]


def _record(held: Held) -> Record:
    body = held.body
    cells = (
        held.grantor,
        held.delegate,
        role_name(body.role),
        Phrase(DELEGATION_STATES[held.state]),
        when(body.start),
        when(body.end),
    )
    return Record(held.statement.id, cells)
