"""Where signature fields show themselves, and which hide something. Runs inside the jail only.

A later signature may bring a field of its own, and with it a picture as large as the page, or a
small one over an amount: nothing that was signed is changed, and yet the page shows something else.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from airseal.paper.objects import elements, entry, resolve
from airseal.paper.pades import rect_of
from airseal.paper.pages import frame_of, read_pages
from airseal.paper.placement import PageSize, Place
from airseal.paper.preview import is_drawn_on

_PART_OF_PAGE: Final = 4
"""A picture that takes more than one part in four of the page is no seal and no name."""

Places = dict[str, tuple[Place, ...]]


class Seats:
    """Every filled signature field by full name, with the places where it shows itself."""

    def __init__(self, reader: PdfFileReader) -> None:
        self._reader = reader
        self._pages = read_pages(reader)
        self._shown = _annotated(self._pages)
        self._places: Places = {
            name: tuple(self._places_of(reference))
            for name, _, reference in enumerate_sig_fields(reader, filled_status=True)
        }

    def place(self, field: str) -> Place | None:
        """Where ``field`` shows itself; None where it does not, or at several places."""
        places = self._places.get(field, ())
        return places[0] if len(places) == 1 else None

    def covering(
        self, signatures: list[EmbeddedPdfSignature], seen: Sequence[Callable[[], bytes]]
    ) -> Iterator[str]:
        """The fields added behind a signature that cover what was there when it was made.

        That is its own field, much of a page, or anything that was drawn in their place.
        ``seen`` gives the document as each of the signatures saw it.
        """
        found: set[str] = set()
        for earlier, document in zip(signatures, seen, strict=True):
            then = self._reader.get_historical_resolver(earlier.signed_revision)
            known = {name for name, _, _ in enumerate_sig_fields(then)}
            taken = self._places.get(earlier.fq_name, ())
            for name, places in self._places.items():
                added = name not in known and name not in found
                if added and any(
                    self._covers(place, taken) or is_drawn_on(document(), place) for place in places
                ):
                    found.add(name)
                    yield name

    def _covers(self, place: Place, taken: tuple[Place, ...]) -> bool:
        page = self._size(place.page)
        large = place.width_um * place.height_um * _PART_OF_PAGE > page.width_um * page.height_um
        return large or any(_overlap(place, one) for one in taken)

    def _size(self, page: int) -> PageSize:
        return frame_of(self._pages[page - 1], page).size

    def _places_of(self, reference: generic.IndirectObject) -> Iterator[Place]:
        for widget in (reference, *_kids(resolve(reference))):
            number, look = self._shown.get(widget.reference), resolve(widget)
            box = rect_of(look) if isinstance(look, generic.DictionaryObject) else None
            if number is not None and box is not None:
                yield frame_of(self._pages[number - 1], number).seen_box(box, number)


def _annotated(pages: list[generic.DictionaryObject]) -> dict[generic.Reference, int]:
    """The page, from 1, of every annotation."""
    shown: dict[generic.Reference, int] = {}
    for number, page in enumerate(pages, start=1):
        annotations = entry(page, "/Annots")
        if isinstance(annotations, generic.ArrayObject):
            for annotation in list.__iter__(annotations):
                if isinstance(annotation, generic.IndirectObject):
                    shown[annotation.reference] = number
    return shown


def _kids(field: object) -> Iterator[generic.IndirectObject]:
    """The widgets of a field that is not its own."""
    kids = entry(field, "/Kids")
    if isinstance(kids, generic.ArrayObject):
        held = zip(list.__iter__(kids), elements(kids), strict=True)
        yield from (
            kid
            for kid, target in held
            if isinstance(kid, generic.IndirectObject)
            and isinstance(target, generic.DictionaryObject)
        )


def _overlap(one: Place, other: Place) -> bool:
    return (
        one.page == other.page
        and abs(one.x_um - other.x_um) * 2 < one.width_um + other.width_um
        and abs(one.y_um - other.y_um) * 2 < one.height_um + other.height_um
    )
