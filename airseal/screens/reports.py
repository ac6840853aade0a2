"""The base of the screens that write verification reports to the medium, signed when wanted."""

from collections.abc import Sequence
from typing import Final, TypeVar

from airseal.keys.tokenhost import Signer
from airseal.model.verdict import Verdict
from airseal.paper.report import Picture
from airseal.report_files import write_report
from airseal.screens.signing import SigningScreen
from airseal.screens.widgets.fact_table import Fact
from airseal.screens.work import Work
from airseal.station import Station
from airseal.text import Phrase, phrase
from airseal.verdict_report import About
from airseal.words.verdict import summary

Result = TypeVar("Result")

_NAMED: Final = 4
"""How many verdicts the PIN dialog names; the report has all of them."""


class ReportingScreen(SigningScreen[Result]):
    """``p`` writes the report on what was checked, ``s`` writes and signs it."""

    REPORTING = ("report", "sign_report")
    """The keys of reporting, for a subclass's ``OFFERS``."""

    def reported(self) -> Sequence[Verdict]:
        """What the report is about; nothing while nothing was checked."""
        raise NotImplementedError

    def pictures(self, station: Station) -> tuple[Picture, ...]:
        """The page pictures of the report."""
        del station
        return ()

    def why_not(self, action: str) -> Phrase | None:
        """A report needs a verdict."""
        if action in self.REPORTING and not self.reported():
            return phrase("Nothing was checked yet.")
        return None

    def do_report(self) -> None:
        """A report on the medium."""

        def write(station: Station, _work: Work) -> str:
            station.may_report(self.session.medium)
            return self._write(station, None)

        self.at_station(write, self._written, busy=phrase("Writing"))

    def do_sign_report(self) -> None:
        """A report on the medium, with the checker's signature beside it."""

        def check(station: Station) -> list[Fact]:
            station.may_report(self.session.medium)
            verdicts = self.reported()
            return [
                Fact(phrase("Documents"), str(len(verdicts))),
                *map(_line, verdicts[:_NAMED]),
                Fact(phrase("Medium"), self.session.medium_name),
            ]

        self.check_and_sign(
            check, phrase("Sign the report"), self._write, self._written, busy=phrase("Writing")
        )

    def _write(self, station: Station, signer: Signer | None) -> str:
        about = About(*station.about_report, station.confined)
        name = f"report-{about.number}.pdf"
        sign = None if signer is None else lambda made: station.sign_report(made, signer)
        target = self.session.medium / name
        write_report(target, self.reported(), about, self.pictures(station), sign)
        return name

    def _written(self, name: str) -> None:
        self.say(phrase("The report is on the medium: {name}", name=name))


def _line(verdict: Verdict) -> Fact:
    words = phrase("{title}: {result}", title=verdict.subject, result=summary(verdict))
    return Fact(phrase("Verdict"), words, strong=True)
