"""Deciding one case or many: see what each one is, leave some out, one reason, one PIN (C-29)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll

from airseal.errors import explain
from airseal.keys.tokenhost import Signer
from airseal.model.digest import Digest, parse_digest
from airseal.model.format import CODES
from airseal.model.grant import AS_ASKED, Less
from airseal.model.level import Level
from airseal.model.problem import Problem
from airseal.model.request import Grant, Outcome
from airseal.screens.case_facts import digest_facts, in_short
from airseal.screens.less import LessScreen
from airseal.screens.results import ResultsScreen, Told, told
from airseal.screens.session import Session
from airseal.screens.signing import SigningScreen, named
from airseal.screens.widgets.entry_fields import TextField
from airseal.screens.widgets.fact_table import Fact, FactTable
from airseal.screens.widgets.form import Form
from airseal.screens.widgets.level_banner import LevelBanner
from airseal.screens.widgets.paint import Say
from airseal.screens.widgets.record_list import RecordList
from airseal.screens.widgets.records import Column, Listed, Record
from airseal.screens.work import Work
from airseal.station import Result, Station
from airseal.text import Phrase, Shown, enumerated, mark, phrase, plural, tr, when
from airseal.words.cases import FINDINGS

_QUESTIONS: Final = {
    Outcome.APPROVE: mark("Approve the use of the seal"),
    Outcome.RETURN: mark("Return for correction"),
    Outcome.DENY: mark("Do not approve"),
}
_SOME_REASON: Final = "-"
"""Stands for the reason while it is being written, when a case is checked."""
_WAYS: Final = {"up": -1, "down": 1}


@dataclass(frozen=True, slots=True)
class _Asked:
    """One case of the batch, and why this person may not decide it so, if that is so."""

    case: Digest
    title: str
    seals: Shown
    copies: str
    until: Shown
    level: Level
    facts: tuple[Fact, ...]
    refused: Problem | None
    grant: Grant | None = None
    units: Mapping[str, str] = field(default_factory=dict)
    """The recipients that were asked for, by name."""
    faults: tuple[str, ...] = ()
    """The codes of what the paper lacks, as reasons for returning it (DC-16)."""

    @property
    def record(self) -> Record:
        """Its line."""
        check = phrase("+ can be signed")
        if self.refused is not None:
            check = phrase("x {reason}", reason=explain(self.refused).sentence)
        return Record(self.case, (self.title, self.seals, self.copies, self.until, check))


class DecideScreen(SigningScreen[list[Told]]):
    """A line for each case with its own check, the whole of the one under the cursor, the reason.

    Then the PIN, once for all. Each case is checked by itself before the PIN is asked and again
    when it is signed; a refused one does not keep back the others. With ``stay`` a single case
    hands back what became of it instead of showing the list of results.
    """

    HEADING = mark("Decide")
    HELP = mark(
        "Each line is one case with its own check; the arrow keys move through them, also while you"
        " write, and below stands exactly what the one under the cursor asks for. F6 reads it, F8"
        " leaves it out, F7 approves it for less than was asked: fewer copies, only some of the"
        " recipients, an earlier last day. Write your opinion and press Enter. Returning and"
        " denying need a reason; when a paper is returned, what it lacks of its form stands there"
        " already, and can be changed."
        " The PIN is asked once; after it, a list says what became of each case."
    )
    OFFERS = ("confirm", "read_case", "less", "leave_out")

    DEFAULT_CSS = """
    DecideScreen #question { text-style: bold; }
    DecideScreen RecordList { height: 1fr; min-height: 5; }
    DecideScreen #cases { height: auto; max-height: 40%; background: $surface; padding: 0 1; }
    """

    def __init__(
        self,
        session: Session,
        cases: Sequence[Digest],
        outcome: Outcome,
        reason: str | None = None,
        *,
        stay: bool = False,
    ) -> None:
        super().__init__(session)
        self._cases = tuple(cases)
        self._outcome = outcome
        self._reason = reason
        self._stay = stay
        self._asked: dict[Digest, _Asked] = {}
        self._less: dict[Digest, Less] = {}
        """What is taken away from a case; from the others nothing."""

    @property
    def _question(self) -> Phrase:
        return phrase(
            "{question}: {cases}",
            question=Phrase(_QUESTIONS[self._outcome]),
            cases=plural("{n} case", "{n} cases", len(self._allowed or self._cases)),
        )

    def body(self) -> ComposeResult:
        """The question, the cases, the one under the cursor, the reason."""
        yield Say(self._question, id="question")
        columns = [
            Column(phrase("Title")),
            Column(phrase("Seal"), 18, wide=True),
            Column(phrase("Copies"), 4),
            Column(phrase("Use until"), 14),
            Column(phrase("Check"), 20),
        ]
        yield RecordList(columns, Listed(()), phrase("Nothing."), marking=False)
        with VerticalScroll(id="cases", can_focus=False):
            yield FactTable()
        approves = self._outcome is Outcome.APPROVE
        given = tr("Use of the seal approved.") if approves else ""
        reason = given if self._reason is None else self._reason
        yield Form([TextField("reason", phrase("Opinion"), reason, required=not approves)])

    def on_mount(self) -> None:
        """Look at the cases again, and check each."""
        self.at_station(self._check, self._show, busy=phrase("Checking each case by itself"))

    def why_not(self, action: str) -> Phrase | None:
        """Nothing is decided unseen, nor what nobody could sign."""
        if not self._asked:
            left = phrase("No case is left.")
            return left if not self._cases else phrase("The cases are not open yet.")
        if action == "confirm" and not self._allowed:
            first = next(one for one in self._asked.values() if one.refused is not None)
            assert first.refused is not None
            return explain(first.refused).sentence
        if action == "less" and self._outcome is not Outcome.APPROVE:
            return phrase("Only an approval can give less than was asked.")
        return None

    def on_key(self, event: events.Key) -> None:
        """The arrow keys move through the cases while the opinion is being written."""
        if event.key in _WAYS:
            event.stop()
            self.query_one(RecordList).rows.action_move(_WAYS[event.key])

    def on_record_list_changed(self, event: RecordList.Changed) -> None:
        """Show the whole of the case under the cursor."""
        event.stop()
        self._tell()

    def on_record_list_opened(self, event: RecordList.Opened) -> None:
        """Enter in the list."""
        event.stop()
        self.action_act("read_case")

    def do_read_case(self) -> None:
        """Read the case under the cursor, and those beside it."""
        from airseal.screens.case import CaseScreen

        if (one := self._current) is not None:
            row = [parse_digest(record.key) for record in self._records]
            self.app.push_screen(CaseScreen(self.session, one.case, row, only_read=True))

    def do_less(self) -> None:
        """Ask how much less the case under the cursor gets."""
        if (one := self._current) is None or one.grant is None:
            return

        def taken(less: Less | None) -> None:
            if less is not None:
                self._less[one.case] = less
                self._tell()

        less = self._less.get(one.case, AS_ASKED)
        self.app.push_screen(LessScreen(one.grant, one.units, less), taken)

    def do_leave_out(self) -> None:
        """Take the case under the cursor out of the batch; nothing happens to it."""
        if (one := self._current) is not None:
            del self._asked[one.case]
            self._cases = tuple(self._asked)
            self._list()
            self.say(phrase("Left out: {title}", title=one.title))

    def do_confirm(self) -> None:
        """Ask for the PIN."""
        form = self.query_one(Form)
        if form.check():
            self._sign(form.field("reason", TextField).value)

    # how it works

    @property
    def _allowed(self) -> list[Digest]:
        return [one.case for one in self._asked.values() if one.refused is None]

    @property
    def _records(self) -> tuple[Record, ...]:
        """Those that cannot be signed stand first: nobody should have to look for them."""
        ordered = sorted(self._asked.values(), key=lambda one: one.refused is None)
        return tuple(one.record for one in ordered)

    @property
    def _current(self) -> _Asked | None:
        key = self.query_one(RecordList).current
        return None if key is None else self._asked.get(parse_digest(key))

    def _check(self, station: Station, work: Work) -> list[_Asked]:
        asked = []
        for done, case in enumerate(self._cases):
            work(done, len(self._cases), "batch")
            one = _look_at(station, case, self._may(station, case))
            if self._outcome is Outcome.RETURN and one.refused is None:
                one = replace(one, faults=_faults(station, case))
            asked.append(one)
        return asked

    def _may(self, station: Station, case: Digest) -> Problem | None:
        try:
            station.may_decide(case, self._outcome, _SOME_REASON)
        except Problem as problem:
            return problem
        return None

    def _show(self, asked: list[_Asked]) -> None:
        self._asked = {one.case: one for one in asked}
        reason = self.query_one(Form).field("reason", TextField)
        faults = dict.fromkeys(code for one in asked for code in one.faults)
        if faults and not reason.value:
            reason.value = str(_to_correct(faults))
        self._list()

    def _list(self) -> None:
        self.query_one(RecordList).show(Listed(self._records))
        self.query_one("#question", Say).say(self._question)
        levels = [one.level for one in self._asked.values()]
        level = max(levels, key=lambda one: one.rank, default=Level.PUBLIC)
        self.query_one(LevelBanner).open_document(level)
        self._tell()
        self.update_keys()

    def _tell(self) -> None:
        one = self._current
        facts = (*self._given(one), *one.facts) if one else ()
        self.query_one("#cases FactTable", FactTable).show(facts)
        if one is not None and one.refused is not None:
            self.show_problem(one.refused)
        elif not self.is_busy:
            self.hush()

    def _sign(self, reason: str) -> None:
        cases, refused = self._allowed, [one for one in self._asked.values() if one.refused]

        def decide(station: Station, signer: Signer) -> list[Told]:
            results = station.decide(cases, self._outcome, reason, signer, self._less)
            results += [Result(one.case, None, one.refused) for one in refused]
            return told(station, [*cases, *(one.case for one in refused)], results)

        self.sign(
            self._question,
            decide,
            lambda items: self._done(items, reason),
            busy=phrase("Signing the decisions"),
            facts=[
                *named([self._asked[case].title for case in cases]),
                *([Fact(phrase("Opinion"), reason)] if reason else []),
                *(fact for case in cases for fact in self._given(self._asked[case])),
            ],
        )

    def _given(self, one: _Asked) -> list[Fact]:
        """What the approval gives, where that is less than was asked."""
        less = self._less.get(one.case, AS_ASKED)
        if one.grant is None or (left := less.of(one.grant)) == one.grant:
            return []
        kept = {recipient.unit for recipient in left.recipients}
        names = enumerated(name for name, unit in one.units.items() if unit in kept)
        until = when(left.until) if left.until else phrase("no limit")
        return [
            Fact(phrase("Copies approved"), str(left.copies), strong=True),
            Fact(phrase("Recipients approved"), names, strong=True),
            Fact(phrase("Approved until"), until, strong=True),
        ]

    def _done(self, items: list[Told], reason: str) -> None:
        if self._stay and len(items) == 1:
            self.dismiss(items)
            return
        session, outcome = self.session, self._outcome

        def again(cases: Sequence[Digest]) -> DecideScreen:
            return DecideScreen(session, cases, outcome, reason)

        self.app.switch_screen(ResultsScreen(session, items, again))


def _faults(station: Station, case: Digest) -> tuple[str, ...]:
    """What the paper lacks by the checklist, and what else its drafter let stand (DC-16)."""
    lacking = [CODES[element] for element in station.format_faults(case)]
    stands = [code for code in station.case(case).facts.asked.confirmed if code in FINDINGS]
    return tuple(dict.fromkeys([*lacking, *stands]))


def _to_correct(faults: Iterable[str]) -> Phrase:
    words = enumerated(Phrase(FINDINGS[code]) for code in faults)
    return phrase("To correct: {faults}", faults=words)


def _look_at(station: Station, case: Digest, refused: Problem | None) -> _Asked:
    try:
        view = station.case(case)
    except Problem as problem:
        return _Asked(case, "", "", "", "", Level.PUBLIC, (), problem)
    asked = view.facts.asked
    seals = dict.fromkeys(place.seal for one in asked.grant.documents for place in one.seals)
    return _Asked(
        case=case,
        title=asked.title,
        seals=enumerated(map(station.seal_name, seals)),
        copies=str(asked.grant.copies),
        until=when(asked.grant.until) if asked.grant.until else phrase("no limit"),
        level=view.facts.request.level,
        facts=(*in_short(station, view), *digest_facts(view)),
        refused=refused,
        grant=asked.grant,
        units={station.unit_name(one.unit): one.unit for one in asked.grant.recipients},
    )
