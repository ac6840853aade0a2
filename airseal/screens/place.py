"""Choosing where a seal goes, on the page itself and in true size (SE-04)."""

from dataclasses import dataclass
from typing import BinaryIO

from textual.app import ComposeResult

from airseal.duties.sealing import Position
from airseal.model.problem import Problem
from airseal.model.registry import SealRecord
from airseal.model.request import PlaceRule
from airseal.paper.placement import PageSize, check_place
from airseal.paper.report import Proposal
from airseal.screens.pages import DraftPages, impression_of
from airseal.screens.placing import PlacingScreen
from airseal.screens.reading import ReadingScreen
from airseal.screens.session import Session
from airseal.screens.widgets.document_view import ReadAs
from airseal.screens.widgets.fact_table import Fact, FactTable
from airseal.screens.widgets.page_picture import Impression
from airseal.text import Phrase, mark, millimetres, phrase


@dataclass(frozen=True, slots=True)
class Placed:
    """The place chosen, and whether it is the signature block or some other place."""

    position: Position
    rule: PlaceRule


class PlaceScreen(PlacingScreen[Placed]):
    """Starts at ``start``, or where the 落款 puts the seal; hands back the place chosen."""

    HEADING = mark("Place of the seal")
    HELP = mark(
        "The circle is the seal in true size. The arrow keys move it by 1 mm, or by 0.1 mm"
        " after f, m takes numbers; b puts it on the signature block. ] and [ turn the page; the"
        " next arrow key takes the seal there. F9 takes the place over."
    )
    OFFERS = ("confirm", "snap", *PlacingScreen.PLACING, *ReadingScreen.READING)

    def __init__(
        self,
        session: Session,
        document: BinaryIO,
        sizes: tuple[PageSize, ...],
        seal: SealRecord,
        start: Position | None,
    ) -> None:
        super().__init__(session)
        self._document = document
        self._sizes = sizes
        self._chosen = seal
        self._start = start
        self._block: Position | None = None

    def beside(self) -> ComposeResult:
        """Which seal, and its size."""
        diameter = phrase(
            "{width} x {height}",
            width=millimetres(self._chosen.width_um),
            height=millimetres(self._chosen.height_um),
        )
        yield FactTable(
            [
                Fact(phrase("Seal"), self._chosen.name, strong=True),
                Fact(phrase("True size"), diameter),
            ],
            id="facts",
        )

    def on_mount(self) -> None:
        """Show the page at once; the signature block is looked for meanwhile."""
        self.take_up(self._chosen, None)
        self.look(lambda station: impression_of(station, self._chosen), self._show_impression)
        self.add_class("-reading")
        self.document.show_as(ReadAs.PICTURE)
        page = self._start.page if self._start else len(self._sizes)
        self.document.open(DraftPages(self.session, self._document, self._sizes), page)
        if self._start is None:
            self.do_snap()
        else:
            self.put(self._start)
        self.set_focus(None)

    def why_not(self, action: str) -> Phrase | None:
        """A place must be there before it can be taken over."""
        if action == "confirm" and self.position is None:
            return phrase("There is no seal to move.")
        return self.why_not_read(action) or self.why_not_place(action)

    def refuse(self, position: Position) -> Problem | None:
        """The seal must stay on the page (SE-02)."""
        return check_place(
            self._sizes[position.page - 1],
            position.x_um,
            position.y_um,
            self._chosen.width_um,
            self._chosen.height_um,
        )

    def do_snap(self) -> None:
        """Put the seal on the signature block."""
        self.at_station(
            lambda station, _: station.signature_block(self._document, self._chosen.seal),
            self._show_block,
            busy=phrase("Looking for the signature block"),
        )

    def do_confirm(self) -> None:
        """Take the place over."""
        if self.position is not None:
            on_block = self.position == self._block
            rule = PlaceRule.SIGNATURE_BLOCK if on_block else PlaceRule.COORDINATES
            self.dismiss(Placed(self.position, rule))

    def _show_impression(self, impression: Impression | None) -> None:
        self.take_up(self._chosen, impression)
        if self.position is not None:
            self.put(self.position)

    def _show_block(self, proposal: Proposal) -> None:
        self.document.go_to(proposal.page)
        self._block = Position(proposal.page, proposal.x_um, proposal.y_um)
        self.put(self._block)
        if proposal.found:
            self.say(phrase("The seal stands on the signature block."))
        else:
            self.say(phrase("No signature block was found; check this place."))
        self.update_keys()
