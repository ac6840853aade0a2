"""Material for showing something else than was signed. Runs inside the jail only.

A signature covers hidden layers, scripts and stale appearances like everything else; none of it
is a change after signing. Preflight keeps it out of what is sealed here; what somebody signed
with other software is looked at again.
"""

from collections.abc import Iterator
from typing import BinaryIO, Final

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader

from airseal.paper import preflight
from airseal.paper.objects import elements, entry, name
from airseal.paper.pages import read_pages

_REDRAW: Final = "/NeedAppearances"
_LOOKS: Final = ("/DA", "/Q")
_IGNORED: Final = frozenset(
    ("PDF_ALREADY_SIGNED", "PDF_SIGNATURE_FIELD", "PDF_FONT_MISSING", "PDF_EXTERNAL_LINK")
)
"""What preflight says of unsealed documents and is no way to show two documents."""


def material(stream: BinaryIO, known: PdfFileReader, foreign: bool) -> Iterator[str]:
    """The codes of what could show another document under the same signature, each once.

    Comments and stale appearances are said of ``foreign`` documents only: what is sealed here
    was read by an officer as it is drawn. ``known`` is a reader of ``stream``; only for a large
    file is it worth a second one, which passes over large contents.
    """
    large = stream.seek(0, 2) > preflight.LARGE
    reader = preflight.skimmed(stream.fileno()) if large else known
    found = set(preflight.hiding_places(reader)) - _IGNORED
    if foreign and entry(entry(reader.root, "/AcroForm"), _REDRAW) is not None:
        found.add("PDF_NEEDS_APPEARANCES")
    if foreign and any(_is_comment_over_page(page) for page in read_pages(reader)):
        found.add("PDF_OVERLAY")
    yield from sorted(found)


def _is_comment_over_page(page: object) -> bool:
    """Whether an annotation with a look of its own, no form field and no link, lies on a page."""
    return any(
        name(one, "/Subtype") not in ("", "/Widget", "/Link", "/Popup")
        and isinstance(entry(one, "/AP"), generic.DictionaryObject)
        for one in elements(entry(page, "/Annots"))
    )


def redraws_since(reader: PdfFileReader, revision: int) -> bool:
    """Whether form fields look otherwise than in ``revision``, as far as the form itself says.

    pyHanko lets these entries pass with the form: that viewers must draw the fields anew, and
    in which font, size and colour. Only adding a default where there was none is harmless.
    """
    then = entry(reader.get_historical_root(revision), "/AcroForm")
    now = entry(reader.root, "/AcroForm")
    return entry(now, _REDRAW) != entry(then, _REDRAW) or any(
        entry(then, key) not in (None, entry(now, key)) for key in _LOOKS
    )
