"""What is on the medium: list, import, or check without importing."""

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from textual.app import ComposeResult

from airseal.duties.importing import Imported
from airseal.errors import Explained, explain
from airseal.evidence.opening import KIND_RECEIPTS, KIND_STAFF
from airseal.model.problem import Problem
from airseal.screens.listing import MARKING, Listing
from airseal.screens.session import Session
from airseal.screens.station_screen import StationScreen
from airseal.screens.widgets.paint import Say
from airseal.screens.widgets.record_list import RecordList
from airseal.screens.widgets.records import Column, Listed, Record
from airseal.screens.work import Work
from airseal.station import Station
from airseal.text import Phrase, Shown, file_size, mark, moment, phrase, plural
from transfer.errors import TransferError
from transfer.media import Found

Outcome = Imported | Explained


class MediaScreen(Listing, StationScreen[None]):
    """Lists the bundles; imports the marked ones, each by itself, all of it or nothing."""

    HEADING = mark("Bundles on the medium")
    HELP = mark(
        "s signs for what was imported and shows who signed for what was sent."
        " Enter or i imports the bundle under the cursor, or all that are marked with Space. A"
        " bundle is taken in whole or not at all; one that is refused stays on the medium, a"
        " copy goes into quarantine, and nothing of it counts. Importing twice does no harm."
        " v checks a bundle and shows the verdict without importing it; y checks every bundle and"
        " PDF on the medium. q shows the bundle as QR codes, c reads such codes from a camera, a"
        " scanner or a file."
    )
    OFFERS = (
        *("import", "verify", "verify_all", "receipts", "show_codes", "read_codes"),
        *(*MARKING, "refresh", "medium"),
    )

    DEFAULT_CSS = """
    MediaScreen #place { color: $text-muted; margin: 0 0 1 0; }
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._found: tuple[Found, ...] = ()
        self._outcomes: dict[str, Outcome] = {}
        self._under_cursor: str | None = None

    def body(self) -> ComposeResult:
        """Where the medium is, then the bundles."""
        yield Say(self.session.medium_name, id="place")
        columns = [
            Column(phrase("File")),
            Column(phrase("Size"), 8),
            Column(phrase("Written at"), 20, wide=True),
            Column(phrase("Result"), 16),
        ]
        yield RecordList(columns, Listed(()), phrase("There is no bundle on this medium."))

    def on_screen_resume(self) -> None:
        """Look at the medium again."""
        self.do_refresh()

    def why_not(self, action: str) -> Phrase | None:
        """Importing and checking need a bundle."""
        if action in {"import", "verify", "show_codes", "mark", "mark_all"} and not self._found:
            return phrase("There is no bundle on this medium.")
        return None

    def do_refresh(self) -> None:
        """Look at the medium again."""
        medium = self.session.medium
        self.look(lambda station: _bundles(station, medium), self._list)

    def do_import(self) -> None:
        """Import the marked bundles, or the one under the cursor."""
        names = self.query_one(RecordList).chosen
        self.at_station(self._importing(names), self._imported, busy=phrase("Importing"))

    def on_record_list_opened(self, event: RecordList.Opened) -> None:
        """Enter in the list."""
        event.stop()
        self.action_act("import")

    def on_record_list_changed(self, event: RecordList.Changed) -> None:
        """Say in full why the bundle under the cursor was refused."""
        event.stop()
        before, self._under_cursor = self._under_cursor, self.query_one(RecordList).current
        if self._under_cursor in (before, None):
            return
        if isinstance(outcome := self._outcomes.get(self._under_cursor or ""), Explained):
            self.show_explained(outcome)
        elif isinstance(self._outcomes.get(before or ""), Explained):
            self.hush()

    def do_verify(self) -> None:
        """See the verdict on the bundle under the cursor, without importing it."""
        from airseal.screens.verdict import VerdictScreen

        if (name := self.query_one(RecordList).current) is not None:
            path = self.session.medium / name
            self.app.push_screen(
                VerdictScreen(self.session, lambda station: station.verify_file(path), path=path)
            )

    def do_show_codes(self) -> None:
        """Show the bundle under the cursor as QR codes."""
        from airseal.screens import light_send

        if (name := self.query_one(RecordList).current) is not None:
            self.app.push_screen(light_send.of_file(self.session, self.session.medium / name))

    def do_receipts(self) -> None:
        """See what came and is to be signed for, and who signed for what was sent."""
        from airseal.screens.receipts import ReceiptsScreen

        self.app.push_screen(ReceiptsScreen(self.session))

    def do_read_codes(self) -> None:
        """Read QR codes."""
        from airseal.screens.light_receive import LightReceiveScreen

        self.app.push_screen(LightReceiveScreen(self.session))

    def do_verify_all(self) -> None:
        """See the verdicts on every bundle and PDF of the medium, without importing any."""
        from airseal.screens.verdicts import VerdictsScreen

        self.app.push_screen(VerdictsScreen(self.session, [self.session.medium]))

    def do_medium(self) -> None:
        """Name another directory."""
        from airseal.screens.medium import MediumScreen

        self.app.push_screen(MediumScreen(self.session), self._moved)

    def _moved(self, _: None) -> None:
        self._outcomes.clear()
        self.query_one("#place", Say).say(self.session.medium_name)

    def _importing(
        self, names: tuple[str, ...]
    ) -> Callable[[Station, Work], Mapping[str, Outcome]]:
        medium = self.session.medium

        def import_all(station: Station, work: Work) -> Mapping[str, Outcome]:
            outcomes: dict[str, Outcome] = {}
            for done, name in enumerate(names):
                try:
                    work.begin_part(done, len(names))
                    outcomes[name] = station.import_file(medium / name)
                except (Problem, TransferError) as error:
                    outcomes[name] = explain(error)
                    if error.code == "CANCELLED":
                        break
            return outcomes

        return import_all

    def _list(self, found: tuple[Found, ...] | Explained) -> None:
        if isinstance(found, Explained):
            self.show_explained(found)
            found = ()
        self._found = tuple(sorted(found, key=lambda one: (-one.mtime, one.name)))
        self._repaint_list()

    def _imported(self, outcomes: Mapping[str, Outcome]) -> None:
        self._outcomes |= outcomes
        self.query_one(RecordList).keep_marks(())
        self._repaint_list()
        if len(outcomes) == 1:
            match next(iter(outcomes.values())):
                case Explained() as explained:
                    self.show_explained(explained)
                case Imported() as imported:
                    self.say(told(imported, self.session.station))
        else:
            refused = sum(isinstance(one, Explained) for one in outcomes.values())
            self.say(
                phrase(
                    "{done} imported, {refused} refused; the list says which.",
                    done=len(outcomes) - refused,
                    refused=refused,
                )
            )

    def _repaint_list(self) -> None:
        self.query_one(RecordList).show(Listed(tuple(map(self._record, self._found))))
        self.update_keys()

    def _record(self, found: Found) -> Record:
        at = moment(datetime.fromtimestamp(found.mtime).astimezone())
        result = _in_short(self._outcomes.get(found.name))
        return Record(found.name, (found.name, file_size(found.size), at, result))


def _bundles(station: Station, medium: Path) -> tuple[Found, ...] | Explained:
    try:
        return station.bundles_on(medium)
    except TransferError as error:
        return explain(error)


def told(imported: Imported, station: Station) -> Phrase:
    """What an import brought, in a sentence."""
    unit, _, place = imported.sender.partition("/")
    sender = phrase("{unit} ({station})", unit=station.unit_name(unit), station=place)
    if imported.again:
        return phrase("Everything in this bundle was here already; nothing has changed.")
    if imported.parked:
        return plural(
            "Imported from {sender}; {n} of its statements waits for others.",
            "Imported from {sender}; {n} of its statements wait for others.",
            len(imported.parked),
            sender=sender,
        )
    if imported.kind == KIND_STAFF:
        return phrase("Imported from {sender}: the people of the station.", sender=sender)
    if imported.kind == KIND_RECEIPTS:
        return phrase("Imported from {sender}: receipts for what was sent.", sender=sender)
    if not imported.cases:
        return phrase("Imported from {sender}: the registry is up to date.", sender=sender)
    cases = plural("{n} case", "{n} cases", len(imported.cases))
    return phrase("Imported from {sender}: {cases}.", sender=sender, cases=cases)


def _in_short(outcome: Outcome | None) -> Shown:
    match outcome:
        case None:
            return ""
        case Explained():
            return phrase("x refused: {code}", code=outcome.code)
        case Imported(again=True):
            return phrase("+ was here already")
        case _:
            return phrase("+ imported")
