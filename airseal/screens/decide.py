"""Deciding one case or many: see once more what each one is, give the reason, one PIN (C-29)."""

from collections.abc import Sequence
from typing import Final

from textual.app import ComposeResult
from textual.containers import VerticalScroll

from airseal.keys.tokenhost import Signer
from airseal.model.digest import Digest
from airseal.model.problem import Problem
from airseal.model.request import Outcome
from airseal.screens.case_facts import in_short
from airseal.screens.results import ResultsScreen, Told, told
from airseal.screens.session import Session
from airseal.screens.signing import SigningScreen
from airseal.screens.widgets.entry_fields import TextField
from airseal.screens.widgets.fact_table import Fact, FactTable
from airseal.screens.widgets.form import Form
from airseal.screens.widgets.paint import Say
from airseal.station import Station
from airseal.text import Phrase, mark, phrase, plural, tr

_QUESTIONS: Final = {
    Outcome.APPROVE: mark("Approve the use of the seal"),
    Outcome.RETURN: mark("Return for correction"),
    Outcome.DENY: mark("Do not approve"),
}


class DecideScreen(SigningScreen[None]):
    """What is decided, in short; a reason; then the PIN, once for the whole batch.

    Each case is checked by itself before the PIN is asked and again when it is signed; a
    refused one does not keep back the others.
    """

    HEADING = mark("Decide")
    HELP = mark(
        "Check which cases are meant, write your opinion and press Enter. Returning and denying"
        " need a reason. The PIN is asked once; after it, a list says what became of each case."
    )
    OFFERS = ("confirm",)

    DEFAULT_CSS = """
    DecideScreen #question { text-style: bold; margin: 1 0; }
    DecideScreen #cases { height: 1fr; margin: 0 0 1 0; }
    """

    def __init__(self, session: Session, cases: Sequence[Digest], outcome: Outcome) -> None:
        super().__init__(session)
        self._cases = tuple(cases)
        self._outcome = outcome
        self._seen = False

    @property
    def _question(self) -> Phrase:
        return phrase(
            "{question}: {cases}",
            question=Phrase(_QUESTIONS[self._outcome]),
            cases=plural("{n} case", "{n} cases", len(self._cases)),
        )

    def body(self) -> ComposeResult:
        """The question, the cases, the reason."""
        yield Say(self._question, id="question")
        with VerticalScroll(id="cases"):
            yield FactTable()
        approves = self._outcome is Outcome.APPROVE
        reason = tr("Use of the seal approved.") if approves else ""
        yield Form([TextField("reason", phrase("Opinion"), reason, required=not approves)])

    def on_mount(self) -> None:
        """Look at the cases again."""
        self.look(self._shorten, self._show)

    def why_not(self, action: str) -> Phrase | None:
        """Nothing is decided unseen."""
        if action == "confirm" and not self._seen:
            return phrase("The cases are not open yet.")
        return None

    def on_form_completed(self) -> None:
        """Enter in the field."""
        self.action_act("confirm")

    def do_confirm(self) -> None:
        """Check every case, then ask for the PIN."""
        form = self.query_one(Form)
        if form.check():
            reason = form.field("reason", TextField).value
            self.at_station(
                lambda station, _: self._may(station, reason),
                lambda _: self._sign(reason),
                busy=phrase("Checking before the PIN is asked"),
            )

    def _shorten(self, station: Station) -> list[Fact]:
        facts: list[Fact] = []
        for case in self._cases:
            facts += [*in_short(station, station.case(case)), Fact(Phrase(""), "")]
        return facts

    def _show(self, facts: list[Fact]) -> None:
        self.query_one(FactTable).show(facts)
        self._seen = True
        self.update_keys()

    def _may(self, station: Station, reason: str) -> None:
        """Refuse before the PIN only what nobody could sign; the others go on."""
        refused: list[Problem] = []
        for case in self._cases:
            try:
                station.may_decide(case, self._outcome, reason)
            except Problem as problem:
                refused.append(problem)
        if len(refused) == len(self._cases):
            raise refused[0]

    def _sign(self, reason: str) -> None:
        def decide(station: Station, signer: Signer) -> list[Told]:
            results = station.decide(self._cases, self._outcome, reason, signer)
            return told(station, self._cases, results)

        self.sign(
            self._question,
            decide,
            self._done,
            busy=phrase("Signing the decisions"),
            facts=[Fact(phrase("Opinion"), reason)] if reason else [],
        )

    def _done(self, items: list[Told]) -> None:
        self.app.switch_screen(ResultsScreen(self.session, items))
