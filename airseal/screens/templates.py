"""Choosing a request template, forgetting one, and naming a new one."""

from textual.app import ComposeResult

from airseal.screens.base import AirsealScreen
from airseal.screens.listing import SORTING, Listing
from airseal.screens.session import Session
from airseal.screens.station_screen import StationScreen
from airseal.screens.widgets.entry_fields import TextField
from airseal.screens.widgets.form import Form
from airseal.screens.widgets.paint import Say
from airseal.screens.widgets.record_list import RecordList
from airseal.screens.widgets.records import Column, Listed, Record
from airseal.station import Station
from airseal.station.templates import Template
from airseal.text import Phrase, mark, phrase

_LONGEST = 60


class TemplatesScreen(Listing, StationScreen[Template]):
    """Hands back the template that was chosen, or None."""

    HEADING = mark("Request templates")
    HELP = mark(
        "A template holds what is the same in many requests: seal, copies, recipients, kind of"
        " paper and the like, never a document or a title. Enter fills the request with it; every"
        " field can still be changed. x forgets it. In the request, F8 keeps a new one."
    )
    OFFERS = ("open", "forget", *SORTING)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._held: dict[str, Template] = {}

    def body(self) -> ComposeResult:
        """The list, empty until the station has answered."""
        columns = [Column(phrase("Template")), Column(phrase("Made by"), 12)]
        yield RecordList(columns, Listed(()), phrase("No template is kept yet."), marking=False)

    def on_mount(self) -> None:
        """Read them."""
        self.look(_read, self._show)

    def why_not(self, action: str) -> Phrase | None:
        """There must be one."""
        if action in ("open", "forget") and not self._held:
            return phrase("No template is kept yet.")
        return None

    def do_open(self) -> None:
        """Take the one under the cursor."""
        key = self.query_one(RecordList).current
        if key is not None:
            self.dismiss(self._held[key])

    def on_record_list_opened(self, event: RecordList.Opened) -> None:
        """Enter in the list."""
        event.stop()
        self.action_act("open")

    def do_forget(self) -> None:
        """Forget the one under the cursor."""
        key = self.query_one(RecordList).current
        if key is None:
            return

        def forget(station: Station) -> list[tuple[Template, str]]:
            station.templates.drop(key)
            return _read(station)

        self.look(forget, self._show)

    def _show(self, found: list[tuple[Template, str]]) -> None:
        self._held = {one.name: one for one, _ in found}
        records = tuple(Record(one.name, (one.name, by)) for one, by in found)
        self.query_one(RecordList).show(Listed(records))
        self.update_keys()


class TemplateNameScreen(AirsealScreen[str]):
    """Hands back the name under which a template is kept, or None."""

    HEADING = mark("Keep as a template")
    HELP = mark(
        "Type a name for the template and press Enter; one of the same name is replaced. Title,"
        " document and place are not kept: they belong to this paper alone."
    )
    OFFERS = ("confirm",)

    DEFAULT_CSS = """
    TemplateNameScreen #about { margin: 1 0; }
    """

    def body(self) -> ComposeResult:
        """What is kept, and the name."""
        yield Say(phrase("Title, document and place are not kept."), id="about")
        yield Form([TextField("name", phrase("Name of the template"), longest=_LONGEST)])

    def do_confirm(self) -> None:
        """Hand it back."""
        form = self.query_one(Form)
        if form.check():
            self.dismiss(form.field("name", TextField).value)


def _read(station: Station) -> list[tuple[Template, str]]:
    return [(one, station.person_name(one.by)) for one in station.templates.held()]
