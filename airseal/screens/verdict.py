"""The checker's word (核验结论): the five items first, then every check with its reason."""

from collections.abc import Callable, Sequence
from pathlib import Path

from textual.app import ComposeResult
from textual.containers import VerticalScroll

from airseal.model.level import Level
from airseal.model.verdict import Verdict
from airseal.paper.report import Picture
from airseal.paper.revisions import seen_by
from airseal.screens.reports import ReportingScreen
from airseal.screens.session import Session
from airseal.screens.widgets.level_banner import LevelBanner
from airseal.screens.widgets.verdict_view import VerdictView
from airseal.station import Station
from airseal.text import Phrase, mark, phrase


class VerdictScreen(ReportingScreen[Verdict]):
    """Asks ``judge`` for the verdict and shows it; leaving hands it back.

    ``path`` is the file it is about, for the page picture in the report.
    """

    HEADING = mark("Verdict")
    HELP = mark(
        "First who sealed what, with which seal, when and how; then the verdict, and every"
        " check with its answer: [+] holds, [!] held then, with limits today, [x] fails,"
        " [?] unknown, [i] a note. One check that fails makes the document invalid; one that is"
        " unknown means that it cannot be judged here. d shows what each answer rests on and"
        " which rule asks for it; c shows what a seal saw beside what is shown now, when something"
        " was added later; p writes a report to the medium, s signs it too. The arrow keys scroll."
    )
    OFFERS = ("evidence", "compare", *ReportingScreen.REPORTING, "refresh")

    def __init__(
        self,
        session: Session,
        judge: Callable[[Station], Verdict],
        level: Level | None = None,
        path: Path | None = None,
    ) -> None:
        super().__init__(session)
        self._path = path
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

    def why_not(self, action: str) -> Phrase | None:
        """What there is nothing to show or to report of."""
        if action == "compare" and self.verdict is None:
            return phrase("Nothing was checked yet.")
        if action == "compare" and self._path is None:
            return phrase("Only files from a medium are compared.")
        if action == "compare" and self.verdict is not None and not seen_by(self.verdict):
            return phrase("Nothing follows the last seal: it saw what is shown now.")
        return super().why_not(action)

    def reported(self) -> Sequence[Verdict]:
        """The one verdict."""
        return () if self.verdict is None else (self.verdict,)

    def pictures(self, station: Station) -> tuple[Picture, ...]:
        """The sealed page, and what is shown now, where that differs."""
        if self._path is None or self.verdict is None:
            return ()
        return station.page_pictures(self._path, self.verdict)

    def do_compare(self) -> None:
        """What the seal saw, beside what is shown now."""
        from airseal.screens.compare import CompareScreen

        if self.verdict is not None and self._path is not None:
            self.app.push_screen(CompareScreen(self.session, self._path, self.verdict))

    def leave(self) -> None:
        """Go back with the verdict."""
        self.dismiss(self.verdict)

    def _show(self, verdict: Verdict) -> None:
        self.verdict = verdict
        self.query_one(VerdictView).show(verdict)
