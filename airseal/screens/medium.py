"""Naming the directory of the medium that bundles come from and go to."""

from pathlib import Path

from textual.app import ComposeResult

from airseal.model.people import Post
from airseal.screens.session import Session
from airseal.screens.station_screen import StationScreen
from airseal.screens.widgets.entry_fields import TextField
from airseal.screens.widgets.form import Form
from airseal.text import mark, phrase


class MediumScreen(StationScreen[None]):
    """Changes the session's medium, once it could be listed."""

    HEADING = mark("Other medium")
    HELP = mark(
        "Type the directory where the medium is mounted and press Enter. Bundles are read from"
        " it and written to it until you log out."
    )
    OFFERS = ("confirm",)

    def __init__(self, session: Session) -> None:
        super().__init__(session)

    def body(self) -> ComposeResult:
        """One field."""
        shown = str(self.session.medium) if self.post is Post.SYSTEM_ADMIN else ""
        path = TextField("path", phrase("Directory"), shown, longest=1_000)
        yield Form([path])

    def do_confirm(self) -> None:
        """Take the directory if it can be listed."""
        form = self.query_one(Form)
        if not form.check():
            return
        medium = Path(form.field("path", TextField).value).expanduser()

        def take(_: object) -> None:
            self.session.medium = medium
            self.dismiss(None)

        self.at_station(
            lambda station, _work: station.bundles_on(medium),
            take,
            busy=phrase("Looking at the medium"),
        )
