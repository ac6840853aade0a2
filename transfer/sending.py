"""How a parcel is cut into codes for a screen, for files and for paper."""

import math
from typing import Final

from transfer import qr
from transfer.fountain import Fountain
from transfer.frames import Alphabet, symbol_room
from transfer.parcel import Parcel, pack

PAPER_VERSION: Final = 27
"""Of printed codes: six to an A4 page give half a millimetre a module, four dots at 200 dpi."""

FILE_VERSION: Final = 25


def fountain(parcel: Parcel, version: int, alphabet: Alphabet = Alphabet.BASE45) -> Fountain:
    """The frames of ``parcel`` for symbols of at most ``version``; packing takes its time."""
    return fountain_of(pack(parcel), version, alphabet)


def fountain_of(packed: bytes, version: int, alphabet: Alphabet = Alphabet.BASE45) -> Fountain:
    """The frames of what :func:`transfer.parcel.pack` made.

    Raises ``ValueError`` for a version without room for a frame.
    """
    room = symbol_room(qr.characters(version), alphabet)
    if room == 0:
        raise ValueError("too small a version for a frame")
    return Fountain(packed, room, alphabet)


def smallest_version(alphabet: Alphabet = Alphabet.BASE45) -> int:
    """The smallest symbol that holds a frame at all."""
    return next(v for v in qr.VERSIONS if symbol_room(qr.characters(v), alphabet))


def version_for_one(size: int, alphabet: Alphabet = Alphabet.BASE45) -> int | None:
    """The smallest symbol that holds ``size`` packed bytes whole, or None."""
    fitting = (v for v in qr.VERSIONS if symbol_room(qr.characters(v), alphabet) >= size)
    return next(fitting, None)


def codes_on_paper(needed: int, codes_a_page: int) -> int:
    """How many codes to print, in full pages, so that one lost page in ten does no harm.

    What needs a single page is a single page, filled up with repair symbols.
    """
    if needed <= codes_a_page:
        return codes_a_page
    pages = 2
    while (pages - math.ceil(pages / 10)) * codes_a_page < needed + 2:
        pages += 1
    return pages * codes_a_page


def codes_in_files(needed: int) -> int:
    """How many pictures to write: a quarter may be lost."""
    return needed + 2 + math.ceil(needed / 3)
