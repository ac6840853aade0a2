"""Many documents checked at once: a line for each, and one report on all."""

from collections.abc import Sequence
from pathlib import Path

from textual.app import ComposeResult

from airseal.evidence.verifier.batch import files_in
from airseal.model.problem import Problem
from airseal.model.verdict import Overall, Verdict
from airseal.screens.reports import ReportingScreen
from airseal.screens.session import Session
from airseal.screens.verdict import VerdictScreen
from airseal.screens.widgets.paint import Say
from airseal.screens.widgets.record_list import RecordList
from airseal.screens.widgets.records import Column, Listed, Record
from airseal.screens.work import Work
from airseal.station import Station
from airseal.text import Phrase, mark, phrase
from airseal.verdict_report import main_reason
from airseal.words.verdict import SIGNS_OVERALL, summary


class VerdictsScreen(ReportingScreen[None]):
    """Checks the files and directories ``roots`` in one go; Enter shows one verdict in full."""

    HEADING = mark("Many documents checked")
    HELP = mark(
        "One line for each file: [+] valid, [!] valid with limits, [?] cannot be judged, [x]"
        " invalid, and why. / shows only the lines with the words typed. Enter shows a verdict in"
        " full. p writes one report on all of them to the medium, s signs it too. Nothing is"
        " imported."
    )
    OFFERS = ("open", "filter", *ReportingScreen.REPORTING, "refresh")

    DEFAULT_CSS = """
    VerdictsScreen #tally { text-style: bold; margin: 1 0; }
    """

    def __init__(self, session: Session, roots: Sequence[Path]) -> None:
        super().__init__(session)
        self._roots = tuple(roots)
        self._paths: tuple[Path, ...] = ()
        self.verdicts: tuple[Verdict, ...] = ()

    def body(self) -> ComposeResult:
        """The tally and the table."""
        yield Say(phrase("Nothing was checked yet."), id="tally")
        columns = [
            Column(phrase("File")),
            Column(phrase("Verdict"), 18),
            Column(phrase("Reason")),
        ]
        yield RecordList(columns, Listed(()), phrase("Nothing."), marking=False)

    def on_mount(self) -> None:
        """Begin to check."""
        self.query_one(RecordList).rows.focus()
        self.do_refresh()

    def why_not(self, action: str) -> Phrase | None:
        """Only what was checked can be opened or reported."""
        if action in {"open", "filter"} and not self.verdicts:
            return phrase("Nothing was checked yet.")
        return super().why_not(action)

    def do_refresh(self) -> None:
        """Check all of them, again."""

        def check(station: Station, _work: Work) -> tuple[Sequence[Path], Sequence[Verdict]]:
            paths = files_in(self._roots)
            if not paths:
                raise Problem("NOTHING_TO_VERIFY")
            return paths, station.verify_files(paths)

        self.at_station(check, self._show, busy=phrase("Checking"))

    def do_filter(self) -> None:
        """Let the person type a filter."""
        self.query_one(RecordList).open_filter()

    def on_record_list_opened(self, event: RecordList.Opened) -> None:
        """Enter in the list."""
        event.stop()
        self.action_act("open")

    def do_open(self) -> None:
        """The verdict under the cursor, in full, judged again."""
        if (key := self.query_one(RecordList).current) is not None:
            path = self._paths[int(key)]
            self.app.push_screen(
                VerdictScreen(self.session, lambda station: station.verify_file(path), path=path)
            )

    def reported(self) -> Sequence[Verdict]:
        """All of them."""
        return self.verdicts

    def _show(self, checked: tuple[Sequence[Path], Sequence[Verdict]]) -> None:
        self._paths, self.verdicts = tuple(checked[0]), tuple(checked[1])
        verdicts = self.verdicts
        count = {word: sum(one.overall is word for one in verdicts) for word in Overall}
        self.query_one("#tally", Say).say(
            phrase(
                "{valid} valid, {limited} with limits, {unknown} cannot be judged,"
                " {invalid} invalid",
                **{word.value: number for word, number in count.items()},
            )
        )
        records = tuple(
            Record(
                str(index),
                (
                    one.subject,
                    phrase(
                        "{sign} {verdict}", sign=SIGNS_OVERALL[one.overall], verdict=summary(one)
                    ),
                    main_reason(one),
                ),
            )
            for index, one in enumerate(verdicts)
        )
        self.query_one(RecordList).show(Listed(records))
        self.update_keys()
