"""What a seal saw beside what is shown now: two pages side by side, differences marked."""

from pathlib import Path
from typing import Final

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from airseal.model.verdict import Verdict
from airseal.paper.report import Picture
from airseal.paper.revisions import Difference, seen_by
from airseal.screens.session import Session
from airseal.screens.station_screen import StationScreen
from airseal.screens.widgets.graphics import canvas_of
from airseal.screens.widgets.page_picture import PageImage, PagePicture
from airseal.screens.widgets.paint import Say
from airseal.text import Phrase, mark, phrase, plural
from transfer.pixels import Protocol

_WAYS: Final = {"up": (0, -1), "down": (0, 1), "left": (-1, 0), "right": (1, 0)}
_UM_PER_PIXEL: Final = 1_000
"""A scale for the widget, which asks for lengths; only their proportion is seen."""


class CompareScreen(StationScreen[None]):
    """The page as it was signed on the left, as it is shown now on the right."""

    HEADING = mark("What the seal saw, and what is shown now")
    HELP = mark(
        "Left is the page as it was when the signature was made, right as the file shows it now."
        " Squares that differ are tinted and framed in red on both sides. n turns to the next page"
        " that differs; s takes the next signature, when the file has several. + enlarges both"
        " around the first difference, the arrow keys move what is seen. A page that is not there"
        " is white."
    )
    OFFERS = (
        *("next_page", "previous_page", "next_difference", "next_signature"),
        *("zoom_in", "zoom_out", "pan", "refresh"),
    )

    DEFAULT_CSS = """
    CompareScreen #pair { height: 1fr; }
    CompareScreen .side { width: 1fr; height: 1fr; }
    CompareScreen #then { margin: 0 1 0 0; }
    CompareScreen .title { text-style: bold; }
    """

    def __init__(self, session: Session, path: Path, verdict: Verdict) -> None:
        super().__init__(session)
        self._path = path
        self._verdict = verdict
        self._ends = seen_by(verdict)
        self._signature = 0
        self._page = 1
        self._pages = 1
        self._found: Difference | None = None
        self._point: tuple[int, int] | None = None

    def body(self) -> ComposeResult:
        """Where we are, then the two pages."""
        yield Say(phrase("looking ..."), id="where")
        with Horizontal(id="pair"):
            with Vertical(id="then", classes="side"):
                yield Say(phrase("What the seal saw"), classes="title")
                yield PagePicture(id="picture-then")
            with Vertical(id="now", classes="side"):
                yield Say(phrase("What is shown now"), classes="title")
                yield PagePicture(id="picture-now")

    def on_mount(self) -> None:
        """Draw the first page that differs."""
        canvas = canvas_of(self.app)
        # Kitty's protocol is used with one picture at a time.
        if canvas is not None and canvas.protocol is Protocol.SIXEL:
            for picture in self._pictures:
                picture.draw_on(canvas)
        self.do_next_difference()

    def why_not(self, action: str) -> Phrase | None:
        """What there is only one of cannot be turned."""
        match action:
            case "next_page" if self._page >= self._pages:
                return phrase("This is the last page.")
            case "previous_page" if self._page <= 1:
                return phrase("This is the first page.")
            case "next_signature" if len(self._ends) < 2:
                return phrase("Only one signature has something behind it.")
            case _:
                return None

    def do_refresh(self) -> None:
        """Draw the page again."""
        self._draw(self._page, onwards=False)

    def do_next_page(self) -> None:
        """One page on."""
        self._draw(self._page + 1, onwards=False)

    def do_previous_page(self) -> None:
        """One page back."""
        self._draw(self._page - 1, onwards=False)

    def do_next_difference(self) -> None:
        """The next page that differs, from here around to here."""
        self._draw(self._page if self._found is None else self._page % self._pages + 1)

    def do_next_signature(self) -> None:
        """Compare with what another signature saw."""
        self._signature = (self._signature + 1) % len(self._ends)
        self._draw(1)

    def do_zoom_in(self) -> None:
        """Enlarge both."""
        for picture in self._pictures:
            picture.zoom_in()

    def do_zoom_out(self) -> None:
        """Reduce both."""
        for picture in self._pictures:
            picture.zoom_out()

    def do_pan(self) -> None:
        """Move what is seen of both."""
        found = self._found
        if found is not None:
            across, down = _WAYS[self.pressed_key]
            step = max(1, found.then.width // 8)
            x, y = self._point or (found.then.width // 2, found.then.height // 2)
            x = min(max(0, x + across * step), found.then.width)
            y = min(max(0, y + down * step), found.then.height)
            self._look_at((x, y))

    @property
    def _pictures(self) -> tuple[PagePicture, PagePicture]:
        then = self.query_one("#picture-then", PagePicture)
        return then, self.query_one("#picture-now", PagePicture)

    def _draw(self, page: int, *, onwards: bool = True) -> None:
        """Compare ``page``, or with ``onwards`` the first one from there on that differs."""
        path, verdict, end = self._path, self._verdict, self._ends[self._signature]
        self.at_station(
            lambda station, _: station.compare_pages(path, verdict, end, page, onwards=onwards),
            self._show,
            busy=phrase("Comparing"),
        )

    def _show(self, compared: tuple[int, Difference]) -> None:
        self._pages, found = compared
        self._found, self._page = found, found.page
        for picture, drawn in zip(self._pictures, (found.then, found.now), strict=True):
            picture.show(_image(drawn))
        self._look_at(found.first)
        where = phrase(
            "Page {page} of {pages}, signature {number} of {count}",
            page=found.page,
            pages=self._pages,
            number=self._signature + 1,
            count=len(self._ends),
        )
        squares = plural("{n} square differs", "{n} squares differ", found.squares)
        told = squares if found.squares else phrase("nothing differs on this page")
        colour = "$error" if found.squares else "$success"
        self.query_one("#where", Say).say(phrase("{where}: {told}", where=where, told=told), colour)
        self.update_keys()

    def _look_at(self, point: tuple[int, int] | None) -> None:
        self._point = point
        for picture in self._pictures:
            picture.look_at(
                None if point is None else (point[0] * _UM_PER_PIXEL, point[1] * _UM_PER_PIXEL)
            )


def _image(picture: Picture) -> PageImage:
    width, height = picture.width * _UM_PER_PIXEL, picture.height * _UM_PER_PIXEL
    return PageImage(picture.rgb, picture.width, picture.height, width, height)
