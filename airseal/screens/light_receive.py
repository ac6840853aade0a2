"""Receiving by light: from a camera, files, or a scanner that types; then import as ever."""

from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic
from typing import Final

from textual.app import ComposeResult

from airseal.duties.importing import Imported
from airseal.errors import Explained, explain
from airseal.model.problem import Problem
from airseal.screens.media import told
from airseal.screens.path import PathScreen
from airseal.screens.reception import Receptions
from airseal.screens.session import Session
from airseal.screens.station_screen import StationScreen
from airseal.screens.widgets.fact_table import Fact, FactTable
from airseal.screens.widgets.typing_field import TypingField
from airseal.screens.work import Work
from airseal.station import Station
from airseal.text import Phrase, mark, phrase, plural
from transfer.camera import cameras
from transfer.errors import TransferError
from transfer.looking import Hint, Look
from transfer.parcel import Parcel
from transfer.receiving import Reception, Taken

Arrived = tuple[str, Imported | Explained]
"""A name for what came, and what became of it."""

_KEEP_SECONDS: Final = 5.0
"""How much of looking through a camera a power cut may cost."""
_SHOWN: Final = 8
_TYPED: Final = 4_096
"""Typed codes that wait for the one before; a scanner is far slower."""
_QUARANTINED: Final = 8
"""Of objects that are refused in one session at the station, so many are kept."""

_HINTS: Final = {
    Hint.NOTHING: mark("no code in view"),
    Hint.DARK: mark("too dark"),
    Hint.SMALL: mark("too small: go nearer"),
    Hint.BLURRED: mark("hold still"),
}


class LightReceiveScreen(StationScreen[None]):
    """Reads codes from wherever they come and imports what is complete."""

    HEADING = mark("Read QR codes")
    HELP = mark(
        "F7 looks through the registered camera until everything is there or you press Esc."
        " F4 reads a picture, a folder of pictures, a PDF of scanned sheets, a video or a list"
        " of frames. A scanner that types needs no key: set it to end each code with Enter."
        " Keys that come as fast as a scanner types are never commands, in no dialog either."
        " What is incomplete is kept, goes on from any mix of these, and after the next login too;"
        " F6 forgets it, and what was refused, which can then be read again."
        " Whatever is complete is imported exactly like a bundle from a medium."
    )
    OFFERS = ("from_camera", "from_file", "forget_incomplete")

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._arrived: list[Arrived] = []
        self._typed: deque[str] = deque(maxlen=_TYPED)

    def body(self) -> ComposeResult:
        """Where typing goes, what is known, what was imported."""
        yield TypingField()
        yield FactTable(id="known")
        yield FactTable(id="came")

    def on_mount(self) -> None:
        """Wait for a scanner; look at what is known a few times a second."""
        self.query_one(TypingField).focus()
        self.set_interval(0.25, self._look_round)
        self._tell()
        if not self._held.resumed:
            self.at_station(self._resume, self._show_made, busy=phrase("Looking for what was kept"))

    def why_not(self, action: str) -> Phrase | None:
        """A camera must be there, and something to forget."""
        if action == "from_camera" and not cameras():
            return phrase("No camera is connected.")
        if action == "forget_incomplete" and not (self._held.under_way or self._held.refused):
            return phrase("Nothing is incomplete.")
        return None

    def do_forget_incomplete(self) -> None:
        """Drop what is incomplete, here and on the disk."""
        held = self._held

        def forget(station: Station, work: Work) -> None:
            work.point_of_no_return()
            held.forget()
            station.light.keep(b"")

        self.at_station(
            forget,
            lambda _: self.say(phrase("What was incomplete is forgotten.")),
            busy=phrase("Forgetting what is incomplete"),
        )

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
        self.take_code(event.line)

    def take_code(self, line: str) -> None:
        """A scanner has typed a code, here or while a dialog lies over this page."""
        self._typed.append(line.upper())
        self._take_typed()

    def _take_typed(self) -> None:
        """Read what was typed, which may be more than one code by now."""
        if self._typed and not self.is_busy:
            lines = tuple(self._typed)
            self._typed.clear()
            self._read(lambda station: station.light.typed(lines), busy=phrase("Reading the codes"))

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

        def read(station: Station, work: Work) -> list[Arrived]:
            made: list[Arrived] = []
            kept = monotonic()
            try:
                for look in looks(station):
                    made += [self._import(station, parcel) for parcel in held.take(look)]
                    if made and until_complete:
                        break
                    best = held.under_way[0] if held.under_way else None
                    work(best.held if best else 0, best.needed if best else 0, "")
                    if monotonic() - kept > _KEEP_SECONDS:
                        station.light.keep(held.frames)
                        kept = monotonic()
            finally:
                station.light.keep(held.frames)
            return made

        self.at_station(read, self._show_read, busy=busy)

    def _resume(self, station: Station, work: Work) -> list[Arrived]:
        """What a login before left; complete is only what that one had no time to import."""
        work.point_of_no_return()
        return [self._import(station, one) for one in self._held.resume(station.light.kept())]

    def _import(self, station: Station, parcel: Parcel) -> Arrived:
        """Import it; of what is refused only the first is kept as evidence."""
        name, held = f"{parcel.sha256[:16]}{parcel.suffix}", self._held
        try:
            return name, station.import_light(parcel, quarantine=held.refused < _QUARANTINED)
        except (Problem, TransferError) as error:
            held.refused += 1
            return name, explain(error)

    def _show_read(self, made: list[Arrived]) -> None:
        self._show_made(made)
        if not made and not self._held.under_way and not self._held.taken[Taken.FINISHED]:
            self.show_problem(TransferError("LIGHT_NOTHING"))

    def _show_made(self, made: list[Arrived]) -> None:
        self._arrived += made
        rows = [
            Fact(
                phrase("{name}", name=name),
                outcome.sentence if isinstance(outcome, Explained) else self._told(outcome),
            )
            for name, outcome in self._arrived[-_SHOWN:]
        ]
        self.query_one("#came", FactTable).show(rows)
        if made:
            match made[-1][1]:
                case Explained() as explained:
                    self.show_explained(explained)
                case Imported() as imported:
                    self.say(self._told(imported))
        self._tell()
        self.update_keys()

    def _told(self, imported: Imported) -> Phrase:
        return told(imported, self.session.station)

    def _look_round(self) -> None:
        self._tell()
        self._take_typed()

    def _tell(self) -> None:
        held = self._held
        facts = [
            Fact(phrase("Session {name}", name=one.session.name), self._how_far(one), strong=True)
            for one in held.under_way[:_SHOWN]
        ]
        if held.kept:
            kept = plural("{n} code", "{n} codes", held.kept)
            facts.append(Fact(phrase("Kept from before the login"), kept))
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
        if self.is_busy and held.rate:
            facts.append(Fact(phrase("Rate"), phrase("{n} codes a second", n=f"{held.rate:.1f}")))
        if held.hint is not None:
            facts.append(Fact(phrase("Last picture"), Phrase(_HINTS[held.hint]), strong=True))
        self.query_one("#known", FactTable).show(facts)

    def _how_far(self, one: Reception) -> Phrase:
        """The time still needed is that of the fullest, which is in view now."""
        missing, rate = max(0, one.needed - one.held), self._held.rate
        if not self.is_busy or not rate or one != self._held.under_way[0]:
            return phrase("{held} of {needed} codes", held=one.held, needed=one.needed)
        minutes, seconds = divmod(round(missing / rate), 60)
        return phrase(
            "{held} of {needed} codes, about {time} more",
            held=one.held,
            needed=one.needed,
            time=f"{minutes:02}:{seconds:02}",
        )
