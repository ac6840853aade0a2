"""Where pages come from: the vault, or a document taken in for a draft. Only ever the jail."""

from dataclasses import dataclass
from typing import BinaryIO, Final, Protocol

from airseal.model.digest import Digest
from airseal.model.registry import SealRecord
from airseal.paper.placement import PageSize
from airseal.paper.report import Picture
from airseal.screens.session import Session
from airseal.screens.widgets.page_picture import Impression
from airseal.screens.work import Work
from airseal.station import Station

_IMPRESSION_PX: Final = 400


class Pages(Protocol):
    """A document to be read page by page, from 1. The calls block: ask them in a thread.

    They raise the ``Problem`` codes of the jail and the store; texts are outside text.
    """

    def sizes(self) -> tuple[PageSize, ...]:
        """The size of every page, as seen."""

    def picture(self, page: int, width_px: int) -> Picture:
        """A page as a picture."""

    def text(self, page: int) -> str:
        """The text layer of a page."""


@dataclass(frozen=True, slots=True)
class HeldPages:
    """The pages of a document in the vault."""

    session: Session
    document: Digest

    def sizes(self) -> tuple[PageSize, ...]:
        """The size of every page."""
        with self.session.at_work(Work()) as station:
            return station.page_sizes(self.document)

    def picture(self, page: int, width_px: int) -> Picture:
        """A page as a picture."""
        with self.session.at_work(Work()) as station:
            return station.document_picture(self.document, page, width_px)

    def text(self, page: int) -> str:
        """The text layer of a page."""
        with self.session.at_work(Work()) as station:
            return station.document_text(self.document, page)


@dataclass(frozen=True, slots=True)
class DraftPages:
    """The pages of a document that was taken in and preflighted, not frozen yet."""

    session: Session
    document: BinaryIO
    page_sizes: tuple[PageSize, ...]

    def sizes(self) -> tuple[PageSize, ...]:
        """The size of every page."""
        return self.page_sizes

    def picture(self, page: int, width_px: int) -> Picture:
        """A page as a picture."""
        with self.session.at_work(Work()) as station:
            return station.preview_picture(self.document, page, width_px)

    def text(self, page: int) -> str:
        """The text layer of a page."""
        with self.session.at_work(Work()) as station:
            return station.preview_text(self.document, page)


def impression_of(station: Station, seal: SealRecord) -> Impression | None:
    """How ``seal`` looks, drawn in the jail; None when its picture is not held here."""
    if not station.holds(seal.impression):
        return None
    picture = station.document_picture(seal.impression, 1, _IMPRESSION_PX)
    return Impression(picture.rgb, picture.width, picture.height)
