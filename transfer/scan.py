"""Where codes come from: pictures, folders of them, scanned pages, videos, typed lines.

Each source becomes a row of :class:`~transfer.looking.Look`, one a picture; what the texts
are is for :mod:`transfer.receiving` to say. Nothing is parsed here except lines of text.
"""

import io
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, Final

from transfer import media
from transfer.child import ReadingChild
from transfer.errors import TransferError
from transfer.limits import LIGHT, MIB
from transfer.looking import Look

Pixels = tuple[int, int, bytes]
"""Width, height and one grey byte a pixel."""

PageReader = Callable[[BinaryIO], Iterable[Pixels]]
"""Draws the pages of a PDF. PDFs are parsed by whoever has a jail for them, not here."""

_PICTURES: Final = (
    b"\x89PNG\r\n", b"\xff\xd8\xff", b"II*\0", b"MM\0*", b"BM", b"GIF8", b"P5", b"P6",
)  # fmt: skip
_LINE_STARTS: Final = (b"Q1", b"Q2", b"q1", b"q2")
_HEAD: Final = 16
_PASSED_OVER: Final = frozenset(
    {"LIGHT_SOURCE", "LIGHT_PICTURE", "FILE_NOT_REGULAR", "LIGHT_CHILD_DIED"}
)
"""What one file of a folder may be without stopping the rest."""


def scan(path: Path, child: ReadingChild, pages: PageReader) -> Iterator[Look]:
    """Everything to be read from a file or a folder; what a file is, its first bytes say.

    Raises ``LIGHT_SOURCE`` for a file that is none of these, ``LIGHT_PICTURE`` for one that
    cannot be read, ``FILE_MISSING``, ``FILE_NOT_REGULAR``, ``FILE_TOO_LARGE(limit)``.
    """
    if path.is_dir():
        yield from scan_folder(path, child, pages)
        return
    with media.regular_file(path) as source:
        head = os.pread(source, _HEAD, 0)
        if head.startswith(b"%PDF-"):
            with os.fdopen(os.dup(source), "rb") as pdf:
                yield from scan_pages(pages(pdf), child)
        elif head.startswith(_PICTURES) or (head[:4], head[8:12]) == (b"RIFF", b"WEBP"):
            yield child.look_at_file(_picture(path))
        elif head.startswith(_LINE_STARTS):
            with os.fdopen(os.dup(source), "rb") as typed:
                yield from (Look((line,)) for line in lines(typed))
        elif _is_video(head):
            if os.fstat(source).st_size > LIGHT.video_bytes:
                raise TransferError("FILE_TOO_LARGE", limit=LIGHT.video_bytes)
            with os.fdopen(os.dup(source), "rb") as video:
                yield from child.look_at_video(video)
        else:
            raise TransferError("LIGHT_SOURCE")


def scan_folder(folder: Path, child: ReadingChild, pages: PageReader) -> Iterator[Look]:
    """Everything in a folder by name, without its folders; what is no source is passed over.

    So is a picture that ends the child, a few times.
    """
    names = sorted(entry.name for entry in folder.iterdir() if entry.is_file())
    if len(names) > LIGHT.pictures:
        raise TransferError("MEDIUM_TOO_MANY", limit=LIGHT.pictures)
    deaths = 0
    for name in names:
        try:
            yield from scan(folder / name, child, pages)
        except TransferError as error:
            deaths += error.code == "LIGHT_CHILD_DIED"
            if error.code not in _PASSED_OVER or deaths > LIGHT.deaths:
                raise


def scan_pages(pages: Iterable[Pixels], child: ReadingChild) -> Iterator[Look]:
    """Pages that somebody else has drawn."""
    for width, height, grey in pages:
        yield child.look_at_pixels(width, height, grey)


def lines(source: BinaryIO) -> Iterator[str]:
    """What a keyboard-wedge scanner typed, or a saved reception: one frame a line.

    Scanners may be set to small letters; neither way of writing frames has any. Longer lines
    than a code can hold are passed over. Raises ``FILE_TOO_LARGE(limit)``.
    """
    total = 0
    while line := source.readline(MIB):
        total += len(line)
        if total > LIGHT.text_bytes:
            raise TransferError("FILE_TOO_LARGE", limit=LIGHT.text_bytes)
        text = line.rstrip(b"\r\n").decode("ascii", "replace").upper()
        if 0 < len(text) <= LIGHT.frame_chars:
            yield text


def _picture(path: Path) -> bytes:
    held = io.BytesIO()
    media.copy_in(path, held, LIGHT.picture_bytes)
    return held.getvalue()


def _is_video(head: bytes) -> bool:
    """MP4 and MOV, Matroska and WebM, AVI."""
    return (
        head[4:8] in {b"ftyp", b"moov", b"mdat"}
        or head.startswith(b"\x1aE\xdf\xa3")
        or (head[:4], head[8:12]) == (b"RIFF", b"AVI ")
    )
