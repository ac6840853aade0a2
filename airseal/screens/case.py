"""One case: what it asks for, what has been decided, and the document itself."""

from collections.abc import Iterator, Sequence
from typing import Final

from textual.app import ComposeResult

from airseal.model.digest import Digest
from airseal.model.machine import Act, CaseState, actors_of
from airseal.model.request import Outcome
from airseal.paper.formsheets import draw_form
from airseal.screens import export
from airseal.screens.case_acts import FLOWS, never_here, why_not
from airseal.screens.case_facts import case_facts
from airseal.screens.pages import HeldPages, impression_of
from airseal.screens.reading import ReadingScreen
from airseal.screens.results import Told
from airseal.screens.session import Session
from airseal.screens.widgets.fact_table import Fact, FactTable
from airseal.screens.widgets.key_bar import KeyHint
from airseal.screens.widgets.level_banner import LevelBanner
from airseal.screens.widgets.page_picture import Outline
from airseal.screens.widgets.paint import Say
from airseal.screens.work import Work
from airseal.station import Station
from airseal.station.queries import CaseView
from airseal.text import Phrase, mark, phrase
from airseal.words.forms import form_of
from airseal.words.verdict import SIGNS_OVERALL, summary

_STEPS: Final = {"next_case": 1, "previous_case": -1}
_ONE_AFTER_ANOTHER: Final = 2
"""From so many cases on, they are read one after the other."""
_WAY: Final = {"approve": Act.APPROVE, "return": Act.RETURN, "deny": Act.DENY, "seal": Act.SEAL}
"""The acts of the straight way."""
_ACTS: Final = {act.replace("-", "_"): act for act in FLOWS} | {"resubmit": Act.CORRECT}
"""A corrected version of what was never sealed is called by another name than 重印."""
_ON_A_CASE: Final = frozenset(
    {"approve", "return", "deny", "seal", "export", "show_codes", "verify", "stamps", *_ACTS}
)


class CaseScreen(ReadingScreen[None]):
    """Opening it is recorded as reading the document (RE-03).

    With cases ``beside`` it, one is read and decided after the other without going back; one
    that is ``only_read`` is part of an act under way, so nothing is done to it here.
    """

    HEADING = mark("Case")
    HELP = mark(
        "Read the facts of the case and the document itself: t goes on to the text and to the"
        " picture of the page. The officer decides with a, r or d, the custodian seals with s;"
        " both are asked for the PIN. The other keys are what else your post may do to the case; a"
        " key that does not work now says why. > and < go on to the next case of the list and back."
        " f writes the form of the case to the medium as PDF, to be printed. What was signed leaves"
        " on the medium with e, or as QR codes with q; F8 asks for time stamps."
    )
    OFFERS = (
        "approve",
        "return",
        "deny",
        "seal",
        "export",
        "show_codes",
        "verify",
        "stamps",
        "next_case",
        "previous_case",
        "paper_form",
        *(act.replace("-", "_") for act in FLOWS),
        "resubmit",
        *ReadingScreen.READING,
    )

    def __init__(
        self,
        session: Session,
        case: Digest,
        beside: Sequence[Digest] = (),
        *,
        only_read: bool = False,
    ) -> None:
        super().__init__(session)
        self._case = case
        self._row = beside
        self._only_read = only_read
        self._view: CaseView | None = None

    @property
    def heading(self) -> Phrase:
        """With the place among the cases that are read one after the other."""
        if len(self._row) < _ONE_AFTER_ANOTHER:
            return super().heading
        place = self._row.index(self._case) + 1
        return phrase("Case {place} of {total}", place=place, total=len(self._row))

    def beside(self) -> ComposeResult:
        """The facts."""
        yield FactTable(id="facts")

    def on_mount(self) -> None:
        """Open the case."""
        self._open_case()

    def on_screen_resume(self) -> None:
        """Back from an act: look at the case again."""
        if self._view is not None and not self.is_busy:
            self.look(self._read, self._show)

    def why_not(self, action: str) -> Phrase | None:
        """Nothing is done to a case unseen; the duties say the rest before any PIN."""
        if action in _ON_A_CASE and self._view is None:
            return phrase("The case is not open yet.")
        if action in _ON_A_CASE and self._only_read:
            return phrase("This case is part of what you are about to sign: go back with Esc.")
        if action in _STEPS:
            return self._why_not_step(_STEPS[action])
        account, now = self.session.station.account, self.session.station.now()
        if action in _ACTS and self._view is not None:
            return why_not(_ACTS[action], self._view, account, now)
        if action in _WAY and self._view is not None and account.post in actors_of(_WAY[action]):
            return why_not(_WAY[action], self._view, account, now)
        return self.why_not_read(action)

    def key_hints(self) -> list[KeyHint]:
        """Without the acts of other posts."""
        post = self.session.station.account.post
        others = {name for name, act in _ACTS.items() if post not in actors_of(act)}
        if len(self._row) < _ONE_AFTER_ANOTHER:
            others |= set(_STEPS)
        if self._only_read:
            others |= _ON_A_CASE
        others |= {name for name, act in _ACTS.items() if never_here(act, self._view, post)}
        sealed = self._view is not None and bool(self._view.facts.sealings)
        others.add("resubmit" if sealed else "correct")
        return [hint for hint in super().key_hints() if hint.action.name not in others]

    def do_approve(self) -> None:
        """Approve it."""
        self._decide(Outcome.APPROVE)

    def do_return(self) -> None:
        """Return it for correction."""
        self._decide(Outcome.RETURN)

    def do_deny(self) -> None:
        """Do not approve it."""
        self._decide(Outcome.DENY)

    def do_next_case(self) -> None:
        """Read the next one."""
        self._step(1)

    def do_previous_case(self) -> None:
        """Read the one before."""
        self._step(-1)

    def do_seal(self) -> None:
        """Go to the sealing table."""
        from airseal.screens.seal import SealScreen

        self.app.push_screen(SealScreen(self.session, self._case))

    def do_export(self) -> None:
        """Take it out on the stick."""
        self.app.push_screen(export.of_cases(self.session, [self._case]))

    def do_show_codes(self) -> None:
        """Send it, or what was said of it, without a medium."""
        from airseal.screens.light_case import LightCaseScreen

        self.app.push_screen(LightCaseScreen(self.session, self._case))

    def do_verify(self) -> None:
        """Ask for the verdict."""
        from airseal.screens.verdict import VerdictScreen

        assert self._view is not None
        case, level = self._case, self._view.facts.request.level
        self.app.push_screen(VerdictScreen(self.session, lambda s: s.verify_case(case), level))

    def do_paper_form(self) -> None:
        """The form of this case as PDF, on the medium: to be printed and signed by hand."""
        medium, case = self.session.medium, self._case

        def write(station: Station, _: Work) -> str:
            view = station.case(case)
            form = form_of(view.facts, view.status, station, demo=station.demo)
            return station.write_form(case, form.name, draw_form(form), medium)

        self.at_station(
            write,
            lambda name: self.say(phrase("The form is on the medium: {name}", name=name)),
            busy=phrase("Writing the form"),
        )

    def do_stamps(self) -> None:
        """Ask for time stamps of its acts, and attach them."""
        from airseal.screens.stamps import StampsScreen

        self.app.push_screen(StampsScreen(self.session, self._case))

    def do_check(self) -> None:
        """Confirm the final file."""
        self._flow(Act.CHECK)

    def do_withdraw(self) -> None:
        """Take the request back."""
        self._flow(Act.WITHDRAW)

    def do_send_back(self) -> None:
        """Give it back unsealed or unprinted."""
        self._flow(Act.SEND_BACK)

    def do_correct(self) -> None:
        """Ask for the corrected version."""
        from airseal.screens.request import RequestScreen

        self.app.push_screen(RequestScreen(self.session, self._view))

    def do_resubmit(self) -> None:
        """Ask again with what was to be corrected."""
        self.do_correct()

    def do_void(self) -> None:
        """Void it."""
        self._flow(Act.VOID)

    def do_resolve(self) -> None:
        """Settle a conflict."""
        self._flow(Act.RESOLVE)

    def do_transfer(self) -> None:
        """Pass the decision on."""
        self._flow(Act.TRANSFER)

    def do_consent_void(self) -> None:
        """Agree that it is voided."""
        self._flow(Act.CONSENT_VOID)

    def do_acknowledge(self) -> None:
        """Say that the ban is known."""
        self._flow(Act.ACKNOWLEDGE)

    def do_attend(self) -> None:
        """Be the second person."""
        self._flow(Act.ATTEND)

    def do_hand_out(self) -> None:
        """Hand out the seal."""
        self._flow(Act.HAND_OUT)

    def do_take_back(self) -> None:
        """Take the seal back."""
        self._flow(Act.TAKE_BACK)

    def do_deliver_paper(self) -> None:
        """An attachment on paper was handed over."""
        self._flow(Act.DELIVER_PAPER)

    def do_review(self) -> None:
        """Review an emergency use."""
        self._flow(Act.REVIEW)

    def do_fall_back(self) -> None:
        """Go over to paper."""
        self._flow(Act.FALL_BACK)

    def do_reconcile(self) -> None:
        """Close what went over to paper."""
        self._flow(Act.RECONCILE)

    def do_account_blanks(self) -> None:
        """Account for blank forms."""
        self._flow(Act.ACCOUNT_BLANKS)

    def do_confirm_use(self) -> None:
        """Confirm the use of an important paper."""
        self._flow(Act.CONFIRM_USE)

    def do_ask_deletion(self) -> None:
        """Ask that its papers be deleted."""
        self._flow(Act.ASK_DELETION)

    def do_delete(self) -> None:
        """Agree that its papers are deleted."""
        self._flow(Act.DELETE)

    def do_refuse_deletion(self) -> None:
        """Keep its papers, though somebody asked."""
        self._flow(Act.REFUSE_DELETION)

    def _flow(self, act: Act) -> None:
        from airseal.screens.flow import FlowScreen

        assert self._view is not None
        self.app.push_screen(FlowScreen(self.session, self._view, act))

    def _decide(self, outcome: Outcome) -> None:
        from airseal.screens.decide import DecideScreen

        stay = len(self._row) >= _ONE_AFTER_ANOTHER
        self.app.push_screen(
            DecideScreen(self.session, [self._case], outcome, stay=stay), self._decided
        )

    def _decided(self, items: list[Told] | None) -> None:
        """One of many was decided: say so, and go on to the next."""
        for item in items or ():
            if item.why is not None:
                self.show_explained(item.why)
            elif self._why_not_step(1) is None:
                self._step(1, phrase("{title}: {result}", title=item.title, result=item.words))
            else:
                self.say(phrase("That was the last case of the list."))

    def _step(self, by: int, said: Phrase | None = None) -> None:
        self._case = self._row[self._row.index(self._case) + by]
        self._view = None
        self.query_one("#heading", Say).say(self.heading)
        self._open_case(said)

    def _why_not_step(self, by: int) -> Phrase | None:
        at = self._row.index(self._case) + by if self._row else -1
        if 0 <= at < len(self._row):
            return None
        last, first = phrase("This is the last case."), phrase("This is the first case.")
        return last if by > 0 else first

    def _open_case(self, said: Phrase | None = None) -> None:
        def show(found: tuple[CaseView, list[Fact]]) -> None:
            self._show_opened(found)
            if said is not None:
                self.say(said)

        self.at_station(self._open, show, busy=phrase("Opening the case"))

    def _open(self, station: Station, work: Work) -> tuple[CaseView, list[Fact]]:
        del work
        found = self._read(station)
        station.read(self._case)
        return found

    def _read(self, station: Station) -> tuple[CaseView, list[Fact]]:
        view = station.case(self._case)
        return view, [*_checked(station, view), *case_facts(station, view)]

    def _show_opened(self, found: tuple[CaseView, list[Fact]]) -> None:
        view, _ = found
        self._show(found)
        self.query_one(LevelBanner).open_document(view.facts.request.level)
        self._focus_what_scrolls()

    def _show(self, found: tuple[CaseView, list[Fact]]) -> None:
        before, (view, facts) = self._view, found
        self._view = view
        # Whoever left the case before it was read has no table any more.
        for table in self.query("#facts").results(FactTable):
            table.show(facts)
        self.update_keys()
        gone = view.status.state is CaseState.DELETED
        if (before is None or before.documents != view.documents) and not gone:
            document = view.documents[0]
            reference = view.facts.is_reference(view.facts.asked.grant.documents[0].digest)
            pages = HeldPages(self.session, document)
            self.document.open(pages, digest=document, reference=reference)
            self.look(lambda station: _seal_to_come(station, view), self._lay_seal)

    def _lay_seal(self, laid: tuple[int, Outline] | None) -> None:
        if laid is None:
            self.document.lay_nothing()
        else:
            self.document.lay(*laid)


def _seal_to_come(station: Station, view: CaseView) -> tuple[int, Outline] | None:
    """Page and look of a seal at its approved place that is not there yet."""
    step, registry = view.facts.next_place, station.registry
    if step is None or registry is None or step[1].seal not in registry.seals:
        return None
    place, record = step[1], registry.seals[step[1].seal][1]
    impression = impression_of(station, record)
    return place.page, Outline(place.x_um, place.y_um, record.width_um, impression)


def _checked(station: Station, view: CaseView) -> Iterator[Fact]:
    """What the seals on it are worth now: checked whenever a sealed case is opened (VF-07)."""
    if view.facts.sealings and view.status.state is not CaseState.DELETED:
        verdict = station.glance(view.facts.request.id)
        sign = SIGNS_OVERALL[verdict.overall]
        words = phrase("{sign} {verdict}", sign=sign, verdict=summary(verdict))
        yield Fact(phrase("Seal check"), words, strong=True)
