"""The checker's word (核验结论): the five items first, then every check with its reason."""

from collections.abc import Callable

from textual.app import ComposeResult
from textual.containers import VerticalScroll

from airseal.model.level import Level
from airseal.model.verdict import Verdict
from airseal.screens.session import Session
from airseal.screens.station_screen import StationScreen
from airseal.screens.widgets.level_banner import LevelBanner
from airseal.screens.widgets.verdict_view import VerdictView
from airseal.station import Station
from airseal.text import mark, phrase


class VerdictScreen(StationScreen[Verdict]):
    """Asks ``judge`` for the verdict and shows it; leaving hands it back."""

    HEADING = mark("Verdict")
    HELP = mark(
        "First who sealed what, with which seal, when and how; then the verdict, and every"
        " check with its answer: [+] holds, [!] held then, with limits today, [x] fails,"
        " [?] unknown, [i] a note. One check that fails makes the document invalid; one that is"
        " unknown means that it cannot be judged here. d shows what each answer rests on and"
        " which rule asks for it. The arrow keys scroll."
    )
    OFFERS = ("evidence", "refresh")

    def __init__(
        self, session: Session, judge: Callable[[Station], Verdict], level: Level | None = None
    ) -> None:
        super().__init__(session)
        self._judge = judge
        self._level = level
        self._more = False
        self.verdict: Verdict | None = None

    def body(self) -> ComposeResult:
        """The verdict, which may be longer than the screen."""
        with VerticalScroll():
            yield VerdictView()

    def on_mount(self) -> None:
        """Ask for the verdict; the banner shows the level of the document, where it is known."""
        if self._level is not None:
            self.query_one(LevelBanner).open_document(self._level)
        self.query_one(VerticalScroll).focus()
        self.do_refresh()

    def do_refresh(self) -> None:
        """Judge again."""
        self.at_station(
            lambda station, _work: self._judge(station), self._show, busy=phrase("Checking")
        )

    def do_evidence(self) -> None:
        """Show, or hide again, what each answer rests on."""
        self._more = not self._more
        self.query_one(VerdictView).explain_more(self._more)

    def leave(self) -> None:
        """Go back with the verdict."""
        self.dismiss(self.verdict)

    def _show(self, verdict: Verdict) -> None:
        self.verdict = verdict
        self.query_one(VerdictView).show(verdict)
