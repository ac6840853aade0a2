"""One act on a case beside deciding and sealing: what it is about, the form, the PIN."""

from textual.app import ComposeResult

from airseal.duties.flowing import Build
from airseal.keys.tokenhost import Signer
from airseal.model.machine import Act, CaseState
from airseal.screens.case_facts import in_short
from airseal.screens.flow_forms import FORMS
from airseal.screens.results import ResultsScreen, Told, told
from airseal.screens.session import Session
from airseal.screens.signing import SigningScreen
from airseal.screens.widgets.fact_table import Fact, FactTable
from airseal.screens.widgets.form import Form
from airseal.screens.widgets.level_banner import LevelBanner
from airseal.screens.widgets.paint import Say
from airseal.station import Station
from airseal.station.queries import CaseView
from airseal.text import Phrase, mark, phrase
from airseal.words.cases import CASE_STATES


class FlowScreen(SigningScreen[None]):
    """Everything is checked before the PIN, and once more when it is signed."""

    HEADING = mark("What happens to the case")
    HELP = mark(
        "Fill in the fields: Enter goes on to the next one, the arrows change a choice. F9 checks"
        " and asks for the PIN. What is signed goes to the other stations with the next export."
    )
    OFFERS = ("confirm",)

    DEFAULT_CSS = """
    FlowScreen #question { text-style: bold; margin: 1 0 0 0; }
    FlowScreen #advice { margin: 0 0 1 0; color: $text-muted; }
    FlowScreen FactTable { margin: 0 0 1 0; }
    FlowScreen Field { margin: 0; }
    """

    def __init__(self, session: Session, view: CaseView, act: Act) -> None:
        super().__init__(session)
        self._view, self._act, self._form = view, act, FORMS[act]

    def body(self) -> ComposeResult:
        """The question, the case in short, the fields."""
        yield Say(Phrase(self._form.question), id="question")
        yield Say(Phrase(self._form.advice), id="advice")
        yield FactTable()
        yield Form(self._form.fields(self.session.station, self._view))

    def on_mount(self) -> None:
        """Say which case it is."""
        facts = in_short(self.session.station, self._view)
        self.query_one(FactTable).show(facts)
        self.query_one(LevelBanner).open_document(self._view.facts.request.level)

    def do_confirm(self) -> None:
        """Check, then ask for the PIN."""
        form = self.query_one(Form)
        if not form.check():
            return
        build, case = self._form.build(form), self._view.facts.case
        self.at_station(
            lambda station, _: station.may_act(case, self._act, build),
            lambda after: self._sign(build, self._foretold(form, after)),
            busy=phrase("Checking before the PIN is asked"),
        )

    def _foretold(self, form: Form, after: CaseState) -> list[Fact]:
        """The whole of it before the PIN: which case, what it becomes, what was filled in."""
        title, *more = in_short(self.session.station, self._view)
        before = self._view.status.state
        words = phrase("{state}, as before", state=Phrase(CASE_STATES[after]))
        if after is not before:
            words = phrase(
                "{before}, then {after}",
                before=Phrase(CASE_STATES[before]),
                after=Phrase(CASE_STATES[after]),
            )
        return [title, Fact(phrase("State"), words, strong=True), *form.said(), *more]

    def _sign(self, build: Build, facts: list[Fact]) -> None:
        case = self._view.facts.case

        def act(station: Station, signer: Signer) -> list[Told]:
            return told(station, [case], station.act([case], self._act, build, signer))

        self.sign(
            Phrase(self._form.question),
            act,
            self._done,
            busy=phrase("Signing"),
            facts=facts,
        )

    def _done(self, items: list[Told]) -> None:
        self.app.switch_screen(ResultsScreen(self.session, items))
