"""Sending by light: a bundle as QR codes that change, until whoever films them has it all."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from textual.app import ComposeResult
from textual.timer import Timer

from airseal.duties.light import Outgoing, Printed
from airseal.screens.printers import PrinterScreen
from airseal.screens.session import Session
from airseal.screens.station_screen import StationScreen
from airseal.screens.widgets.code_picture import CodePicture, Drawing
from airseal.screens.widgets.graphics import canvas_of
from airseal.screens.widgets.paint import Say
from airseal.screens.work import Work
from airseal.station import Station
from airseal.text import Phrase, mark, phrase, tr
from airseal.words.light import code_header, header_lines
from transfer.errors import TransferError
from transfer.fountain import Fountain
from transfer.media import write_file
from transfer.parcel import pack
from transfer.qr import VERSIONS, Cells, draw
from transfer.sending import fountain_of, smallest_version

_RATES: Final = (1, 2, 4, 6, 8, 10, 12, 15, 20)
"""Codes a second."""
_FIRST_RATE: Final = 8
_SLOW: Final = 10
"""Below this version a code holds less than 250 bytes."""
_SCREEN: Final = "screen"
_SHEETS: Final = "sheets"


@dataclass(slots=True)
class _Show:
    """What is being shown, cut for one version of symbols."""

    source: Fountain
    version: int
    number: int = 0
    drawn: int = 0
    """The version of the code in view: what fits one code takes no larger one than it needs."""


class LightSendScreen(StationScreen[None]):
    """Shows a bundle or statement as QR codes; nothing is shown that may not leave so.

    ``leaving`` raises why it may not. For a file there is :func:`of_file`.
    """

    HEADING = mark("Send as QR codes")
    HELP = mark(
        "Hold the camera so that it sees the whole code with its white rim. The codes repeat"
        " for ever: it does not matter when the other side begins, or which ones it misses."
        " + and - change the speed; [ and ] make the codes smaller and larger, a new size"
        " begins a new sending. z hides everything but the level and the code. x draws in another"
        " way: as a picture where the terminal can show one, with half blocks, or with spaces only"
        " when the code looks torn. p writes sheets to be printed to the medium, F8"
        " prints them here."
    )
    OFFERS = (
        "pause",
        "faster",
        "slower",
        "sparser",
        "denser",
        "only_code",
        "cells",
        "sheets",
        "print",
    )

    DEFAULT_CSS = """
    LightSendScreen > #body { padding: 0; }
    LightSendScreen #above, LightSendScreen #state {
        height: 1; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis;
    }
    LightSendScreen.-only > #heading, LightSendScreen.-only > KeyBar,
    LightSendScreen.-only > MessageLine, LightSendScreen.-only > BusyLine,
    LightSendScreen.-only #state { display: none; }
    """

    def __init__(self, session: Session, leaving: Callable[[Station], Outgoing]) -> None:
        super().__init__(session)
        self._ask = leaving
        self._leaving: Outgoing | None = None
        self._unit = ""
        self._packed = b""
        self._show: _Show | None = None
        self._ways: tuple[Drawing, ...] = tuple(Cells)
        self._drawing: Drawing = Cells.HALF
        self._rate = _FIRST_RATE
        self._chosen: int | None = None
        self._paused = False
        self._shown = 0
        self._timer: Timer | None = None

    def body(self) -> ComposeResult:
        """Level and title, the code, how far it is."""
        yield Say(id="above")
        yield CodePicture()
        yield Say(id="state")

    def on_mount(self) -> None:
        """Read the file and judge whether it may be shown."""
        self._find_ways()
        ask = self._ask

        def judged(station: Station) -> tuple[Outgoing, str, bytes]:
            leaving = ask(station)
            # Before the first code: a crash must not hide that it was seen.
            station.light.record_showing(leaving, _SCREEN)
            return leaving, station.unit_name(leaving.caption.unit), pack(leaving.parcel)

        self.look(judged, self._begin)

    def on_screen_suspend(self) -> None:
        """Another screen comes before this one."""
        self.query_one(CodePicture).hide()

    def on_resize(self) -> None:
        """Cut the codes anew for the room there is."""
        if self._leaving is not None:
            self.call_after_refresh(self._cut)

    def why_not(self, action: str) -> Phrase | None:
        """Nothing can be changed before something is shown."""
        if self._leaving is None and action in self.OFFERS:
            return phrase("Nothing is shown yet.")
        return None

    def do_pause(self) -> None:
        """Stand still, or go on."""
        self._paused = not self._paused
        self._tell()

    def do_faster(self) -> None:
        """More codes a second."""
        self._rate = next((rate for rate in _RATES if rate > self._rate), _RATES[-1])
        self._wind()

    def do_slower(self) -> None:
        """Fewer codes a second."""
        self._rate = next((rate for rate in reversed(_RATES) if rate < self._rate), _RATES[0])
        self._wind()

    def do_denser(self) -> None:
        """Larger symbols, up to what fits."""
        self._resize_symbol(+1)

    def do_sparser(self) -> None:
        """Smaller symbols, which a poor camera reads more easily."""
        self._resize_symbol(-1)

    def do_cells(self) -> None:
        """Draw as a picture where the terminal can, with half blocks, or with spaces only."""
        self._drawing = self._ways[(self._ways.index(self._drawing) + 1) % len(self._ways)]
        self._chosen = None
        self._cut()

    def do_only_code(self) -> None:
        """Give all room to the code, or take it back."""
        self.toggle_class("-only")
        self.call_after_refresh(self._cut)

    def do_sheets(self) -> None:
        """Write sheets for a printer to the medium."""
        leaving, medium = self._leaving, self.session.medium
        assert leaving is not None

        def write(station: Station, work: Work) -> str:
            station.light.may_write(medium)
            printed = self._drawn()
            work.point_of_no_return()
            station.light.record_showing(leaving, _SHEETS)
            name = f"{leaving.parcel.sha256[:16]}-qr.pdf"
            saved = write_file(medium, name, lambda out: out.write(printed.pdf))
            return saved.name

        def written(name: str) -> None:
            self.say(phrase("The sheets are on the medium: {name}.", name=name))

        self.at_station(write, written, busy=phrase("Drawing the sheets"))

    def do_print(self) -> None:
        """Print sheets on a printer of the station."""
        leaving = self._leaving
        assert leaving is not None

        def go_on(name: str | None) -> None:
            if name is None:
                return

            def send(station: Station, work: Work) -> str:
                printed = self._drawn()
                work.point_of_no_return()
                return station.light.print_sheets(leaving, printed, name)

            def sent(job: str) -> None:
                self.say(phrase("The sheets are with the printer: job {job}.", job=job))

            self.at_station(send, sent, busy=phrase("Drawing the sheets"))

        self.app.push_screen(PrinterScreen(self.session), go_on)

    def _drawn(self) -> Printed:
        from airseal.duties.light import print_sheets

        assert self._leaving is not None
        header = header_lines(self._leaving.caption, self._unit)
        return print_sheets(self._leaving, header, lambda n, m: tr("page {n} of {m}", n=n, m=m))

    def _find_ways(self) -> None:
        """Ask the terminal, which nobody else may read meanwhile, what it can draw."""
        if (drawn := canvas_of(self.app)) is not None:
            self._ways = (drawn, *Cells)
            self._drawing = drawn

    def _begin(self, judged: tuple[Outgoing, str, bytes]) -> None:
        self._leaving, self._unit, self._packed = judged
        caption = self._leaving.caption
        level, unit, kind, name, title = (value for _, value in code_header(caption, self._unit))
        about = phrase("{kind}, {unit}, {name}", kind=kind, unit=unit, name=name)
        if caption.title:
            about = phrase("{title} ({about})", title=title, about=about)
        self.query_one("#above", Say).say(
            phrase("{level}  {about}", level=level, about=about), "bold"
        )
        self._cut()

    def _cut(self) -> None:
        """Cut the parcel for the largest symbol that fits, or the one that was chosen."""
        if self._leaving is None or not self.is_attached:
            return
        room = self.query_one(CodePicture).room(self._drawing)
        if room is None or room < smallest_version():
            self._show = None
            self.show_problem(TransferError("LIGHT_SCREEN"))
            return
        version = min(room, self._chosen or room)
        if self._show is None or self._show.version != version:
            self._show = _Show(fountain_of(self._packed, version), version)
        self.hush()
        if version == room < _SLOW:
            self.say(phrase("This window holds small codes only; a larger one is much faster."))
        self._wind()
        self._step()
        self.update_keys()

    def _resize_symbol(self, step: int) -> None:
        room = self.query_one(CodePicture).room(self._drawing)
        if room is None or self._show is None:
            return
        wanted = self._show.version + step
        if wanted in VERSIONS and smallest_version() <= wanted <= room:
            self._chosen = wanted
            self._cut()
        elif step > 0:
            self.say(phrase("This is the largest code that fits the window."))
        else:
            self.say(phrase("This is the smallest code there is."))

    def _wind(self) -> None:
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_interval(1 / self._rate, self._tick)
        self._tell()

    def _tick(self) -> None:
        if not self._paused and not self.is_busy:
            self._step()

    def _step(self) -> None:
        """The next code; drawing one takes a few milliseconds."""
        show = self._show
        if show is None:
            return
        code = draw(show.source.text(show.number))
        self.query_one(CodePicture).show(code, self._drawing)
        show.drawn = code.version
        show.number += 1
        self._shown += 1
        self._tell()

    def _tell(self) -> None:
        show = self._show
        if show is None or not self.is_attached:
            return
        minutes, seconds = divmod(-(-show.source.needed // self._rate), 60)
        words = phrase(
            "code {n}, at least {needed} needed: {time} at {rate}/s; version {version}",
            n=show.number,
            needed=show.source.needed,
            time=f"{minutes:02}:{seconds:02}",
            rate=self._rate,
            version=show.drawn or show.version,
        )
        if show.source.needed == 1:
            words = phrase("one code; if it does not read, [ draws another; {words}", words=words)
        if self._paused:
            words = phrase("PAUSED  {words}", words=words)
        self.query_one("#state", Say).say(words)


def of_file(session: Session, path: Path) -> LightSendScreen:
    """The screen that shows a bundle or statement of the medium."""
    return LightSendScreen(session, lambda station: station.light.outgoing(path))
