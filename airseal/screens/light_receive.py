"""Receiving by light: from a camera, files, or a scanner that types; then import as ever."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from textual import events
from textual.app import ComposeResult
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from airseal.duties.importing import Imported
from airseal.errors import Explained, explain
from airseal.model.problem import Problem
from airseal.screens.media import told
from airseal.screens.path import PathScreen
from airseal.screens.reception import Receptions
from airseal.screens.session import Session
from airseal.screens.station_screen import StationScreen
from airseal.screens.widgets.fact_table import Fact, FactTable
from airseal.screens.widgets.paint import content
from airseal.screens.work import Work
from airseal.station import Station
from airseal.text import Phrase, mark, phrase, plural
from transfer.camera import cameras
from transfer.errors import TransferError
from transfer.limits import LIGHT
from transfer.looking import Hint, Look
from transfer.parcel import Parcel
from transfer.receiving import Taken

Outcome = Imported | Explained

_HINTS: Final = {
    Hint.NOTHING: mark("no code in view"),
    Hint.DARK: mark("too dark"),
    Hint.SMALL: mark("too small: go nearer"),
    Hint.BLURRED: mark("hold still"),
}


def _import(station: Station, parcel: Parcel) -> Outcome:
    try:
        return station.import_light(parcel)
    except (Problem, TransferError) as error:
        return explain(error)


class TypingField(Widget, can_focus=True):
    """Takes what a keyboard-wedge scanner types; a line ends with Enter and is then a text."""

    DEFAULT_CSS = """
    TypingField { height: 1; width: 1fr; background: $surface; padding: 0 1; }
    TypingField:focus { background: $primary 30%; }
    """

    class Typed(Message):
        """A whole line."""

        def __init__(self, line: str) -> None:
            super().__init__()
            self.line = line

    def __init__(self) -> None:
        super().__init__()
        self._typed: list[str] = []

    def on_key(self, event: events.Key) -> None:
        """Take characters, so that none of them is a command."""
        if event.key == "enter" and self._typed:
            event.stop()
            self._finish()
        elif event.character is not None and event.is_printable and self._begins(event.character):
            event.stop()
            if len(self._typed) < LIGHT.frame_chars:
                self._typed.append(event.character)
            self.refresh()

    def _begins(self, character: str) -> bool:
        """A line of ours begins with Q; until then the keys are those of the screen."""
        return bool(self._typed) or character in "Qq"

    def on_paste(self, event: events.Paste) -> None:
        """Lines that arrive in one piece."""
        event.stop()
        for line in event.text.splitlines():
            self.post_message(self.Typed(line[: LIGHT.frame_chars]))

    def render(self) -> Content:
        """How much was typed of the line under way."""
        words = plural("{n} character typed", "{n} characters typed", len(self._typed))
        waiting = phrase("A scanner that types may be used at any time.")
        return content(words if self._typed else waiting)

    def _finish(self) -> None:
        self.post_message(self.Typed("".join(self._typed)))
        self._typed.clear()
        self.refresh()


class LightReceiveScreen(StationScreen[None]):
    """Reads codes from wherever they come and imports what is complete."""

    HEADING = mark("Read QR codes")
    HELP = mark(
        "F7 looks through the registered camera until everything is there or you press Esc."
        " F4 reads a picture, a folder of pictures, a PDF of scanned sheets, a video or a list"
        " of frames. A scanner that types needs no key: set it to end each code with Enter."
        " What is incomplete waits until you log out, and goes on from any mix of these."
        " Whatever is complete is imported exactly like a bundle from a medium."
    )
    OFFERS = ("from_camera", "from_file")

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._outcomes: list[tuple[str, Outcome]] = []

    def body(self) -> ComposeResult:
        """Where typing goes, what is known, what was imported."""
        yield TypingField()
        yield FactTable(id="known")
        yield FactTable(id="came")

    def on_mount(self) -> None:
        """Wait for a scanner; look at what is known a few times a second."""
        self.query_one(TypingField).focus()
        self.set_interval(0.25, self._tell)
        self._tell()

    def why_not(self, action: str) -> Phrase | None:
        """A camera must be there."""
        if action == "from_camera" and not cameras():
            return phrase("No camera is connected.")
        return None

    def do_from_camera(self) -> None:
        """Look through the first camera until something is complete."""
        device = cameras()[0]
        self._read(
            lambda station: station.light.film(device, self._held.child),
            busy=phrase("Looking through the camera"),
            until_complete=True,
        )

    def do_from_file(self) -> None:
        """Ask for a file or folder."""

        def chosen(path: Path | None) -> None:
            if path is not None:
                self._read(
                    lambda station: station.light.scan(path, self._held.child),
                    busy=phrase("Reading the codes"),
                )

        self.app.push_screen(PathScreen(self.session.medium), chosen)

    def on_typing_field_typed(self, event: TypingField.Typed) -> None:
        """A scanner has typed a code."""
        event.stop()
        if self.is_busy:
            return
        line = event.line.upper()
        self._read(lambda _: iter([Look((line,))]), busy=phrase("Reading the codes"))

    @property
    def _held(self) -> Receptions:
        return self.session.receptions

    def _read(
        self,
        looks: Callable[[Station], Iterator[Look]],
        *,
        busy: Phrase,
        until_complete: bool = False,
    ) -> None:
        held = self._held

        def read(station: Station, work: Work) -> list[tuple[str, Outcome]]:
            made: list[tuple[str, Outcome]] = []
            for look in looks(station):
                for parcel in held.take(look):
                    name = f"{parcel.sha256[:16]}{parcel.suffix}"
                    made.append((name, _import(station, parcel)))
                if made and until_complete:
                    break
                best = held.under_way[0] if held.under_way else None
                work(best.held if best else 0, best.needed if best else 0, "")
            return made

        self.at_station(read, self._show_read, busy=busy)

    def _show_read(self, made: list[tuple[str, Outcome]]) -> None:
        self._outcomes += made
        rows = [
            Fact(
                phrase("{name}", name=name),
                outcome.sentence if isinstance(outcome, Explained) else self._told(outcome),
            )
            for name, outcome in self._outcomes[-8:]
        ]
        self.query_one("#came", FactTable).show(rows)
        if made:
            match made[-1][1]:
                case Explained() as explained:
                    self.show_explained(explained)
                case Imported() as imported:
                    self.say(self._told(imported))
        elif not self._held.under_way and not self._held.taken[Taken.FINISHED]:
            self.show_problem(TransferError("LIGHT_NOTHING"))
        self._tell()

    def _told(self, imported: Imported) -> Phrase:
        return told(imported, self.session.station)

    def _tell(self) -> None:
        held = self._held
        facts = [
            Fact(
                phrase("Session {name}", name=one.session.name),
                phrase("{held} of {needed} codes", held=one.held, needed=one.needed),
                strong=True,
            )
            for one in held.under_way[:4]
        ]
        facts.append(Fact(phrase("Pictures looked at"), str(held.pictures)))
        facts.append(
            Fact(
                phrase("Codes"),
                phrase(
                    "{new} new, {known} known already, {refused} not ours or damaged",
                    new=held.taken[Taken.NEW],
                    known=held.taken[Taken.KNOWN] + held.taken[Taken.FINISHED],
                    refused=held.taken[Taken.REFUSED],
                ),
            )
        )
        if held.hint is not None:
            facts.append(Fact(phrase("Last picture"), Phrase(_HINTS[held.hint]), strong=True))
        self.query_one("#known", FactTable).show(facts)
