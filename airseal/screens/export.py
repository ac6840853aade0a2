"""Exporting: what leaves on the stick, and proof that it lies there (TX-03)."""

from collections.abc import Callable, Sequence
from typing import Final

from textual.app import ComposeResult
from textual.containers import VerticalScroll

from airseal.duties.packing import Exported
from airseal.keys.tokenhost import Signer
from airseal.model.digest import Digest
from airseal.screens.session import Session
from airseal.screens.signing import SigningScreen
from airseal.screens.widgets.fact_table import Fact, FactTable
from airseal.screens.widgets.paint import Say
from airseal.station import Station
from airseal.text import Phrase, enumerated, file_size, level_name, mark, moment, phrase, plural
from airseal.words.cases import CASE_STATES

_FACTS_IN_DIALOG: Final = 7
_TITLE: Final = 60


class ExportScreen(SigningScreen[Exported]):
    """Shows what will be written; Enter signs and writes it, then shows what lies there.

    Make one with :func:`of_cases`, :func:`of_delegations` or :func:`of_registry`.
    """

    HEADING = mark("Export to the medium")
    HELP = mark(
        "Check what will leave and press Enter; the PIN signs the bundle. It is written to the"
        " medium and read back: only then does the screen say that it is there. q then shows it as"
        " QR codes too."
    )
    OFFERS = ("go_on", "show_codes")

    DEFAULT_CSS = """
    ExportScreen #what { text-style: bold; margin: 1 0; }
    ExportScreen #done { text-style: bold; color: $text-success; margin: 1 0; }
    """

    def __init__(
        self,
        session: Session,
        what: Phrase,
        look: Callable[[Station], Sequence[Fact]],
        export: Callable[[Station, Signer], Exported],
    ) -> None:
        super().__init__(session)
        self._what = what
        self._ask = look
        self._facts: tuple[Fact, ...] = ()
        self._export = export
        self._exported: Exported | None = None

    def body(self) -> ComposeResult:
        """What leaves, and where to; later what lies there."""
        yield Say(self._what, id="what")
        with VerticalScroll():
            yield FactTable(id="leaves")
            yield Say(id="done")
            yield FactTable(id="lies")

    def on_mount(self) -> None:
        """Look at what leaves."""
        self.look(self._ask, self._show)

    def why_not(self, action: str) -> Phrase | None:
        """Nothing leaves unseen."""
        if action == "go_on" and not self._facts:
            return phrase("What leaves is not known yet.")
        if action == "show_codes" and self._exported is None:
            return phrase("Only what was written can be shown as QR codes.")
        return None

    def do_go_on(self) -> None:
        """Sign and write; once written, go back."""
        if self._exported is not None:
            self.leave()
            return
        self.sign(
            self._what,
            self._export,
            self._show_written,
            busy=phrase("Writing to the medium and reading back"),
            facts=self._facts[:_FACTS_IN_DIALOG],
        )

    def do_show_codes(self) -> None:
        """Show what was written as QR codes too."""
        from airseal.screens import light_send

        if self._exported is not None:
            self.app.push_screen(light_send.of_file(self.session, self._exported.path))

    def leave(self) -> None:
        """Go back with what was exported, if anything was."""
        self.dismiss(self._exported)

    def _show(self, facts: Sequence[Fact]) -> None:
        self._facts = tuple(facts)
        medium = Fact(phrase("Medium"), self.session.medium_name)
        self.query_one("#leaves", FactTable).show([*self._facts, medium])
        self.update_keys()

    def _show_written(self, exported: Exported) -> None:
        self._exported = exported
        self.query_one("#done", Say).say(
            phrase("+ Written, and read back equal. The medium may be taken away.")
        )
        self.query_one("#lies", FactTable).show(
            [
                Fact(phrase("File"), exported.path.name, strong=True),
                *_bans(exported),
                Fact(phrase("Statements in it"), str(len(exported.statements))),
                Fact(phrase("Sent at (local time)"), moment(self.session.station.now())),
            ]
        )


def _bans(exported: Exported) -> list[Fact]:
    """The bans of what these cases correct lie in a bundle of their own, which must go along."""
    bans = exported.bans
    return [] if bans is None else [Fact(phrase("Bans, to go along"), bans.name, strong=True)]


def of_cases(session: Session, cases: Sequence[Digest]) -> ExportScreen:
    """The screen that exports ``cases`` with their documents."""

    def look(station: Station) -> list[Fact]:
        leaves = station.leaving(cases, session.medium)
        summary = [
            Fact(phrase("Cases"), str(len(leaves.cases))),
            Fact(phrase("Documents"), str(leaves.documents)),
            Fact(phrase("Statements in it"), str(leaves.statements)),
            Fact(phrase("Level"), level_name(leaves.level), strong=True),
            Fact(phrase("Recipients"), enumerated(map(station.unit_name, leaves.recipients))),
            Fact(phrase("Size about"), file_size(leaves.size)),
        ]
        titles = [
            Fact(
                Phrase(CASE_STATES[view.status.state]),
                view.facts.asked.title,
                strong=True,
                limit=_TITLE,
            )
            for view in map(station.case, leaves.cases)
        ]
        return [*summary, *titles]

    return ExportScreen(
        session,
        plural("Export {n} case", "Export {n} cases", len(cases)),
        look,
        lambda station, signer: station.export(cases, session.medium, signer),
    )


def of_delegations(session: Session, facts: Sequence[Fact]) -> ExportScreen:
    """The screen that exports the person's own delegations, told apart by ``facts``."""

    def look(station: Station) -> Sequence[Fact]:
        station.rules.may_export_delegations(session.medium)
        return facts

    return ExportScreen(
        session,
        plural("Export {n} delegation", "Export {n} delegations", len(facts)),
        look,
        lambda station, signer: station.rules.export_delegations(session.medium, signer),
    )


def of_registry(session: Session) -> ExportScreen:
    """The screen that exports the unit's registry."""

    def look(station: Station) -> list[Fact]:
        station.may_export_registry(session.medium)
        registry = station.registry
        number = registry.snapshot.number if registry and registry.snapshot else 0
        return [Fact(phrase("Registry number"), str(number), strong=True)]

    return ExportScreen(
        session,
        phrase("Export the registry of the unit"),
        look,
        lambda station, signer: station.export_registry(session.medium, signer),
    )
