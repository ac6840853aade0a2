"""Documents to measure with: the same bytes in every run."""

import random
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

_A4: Final = b"[0 0 595 842]"
_SCAN_SIDE: Final = 2_900
"""Pixels of a raw page scan; three bytes each make 25 MB."""

_HEAD: Final = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"


def letter(number: int, pages: int = 1) -> bytes:
    """A text document of about 3 KB a page; ``number`` makes it different from the others."""
    chooser = random.Random(number)
    contents = []
    for page in range(pages):
        lines = [
            f"BT /F1 11 Tf 72 {780 - 14 * line} Td ({_words(chooser)}) Tj ET" for line in range(30)
        ]
        contents.append(f"{chr(10).join(lines)}\n% {number} {page}\n".encode())
    return b"".join(_pdf(_text_objects(contents)))


def scan(path: Path, megabytes: int) -> None:
    """A document of raw, incompressible page pictures of at least ``megabytes`` MB in all."""
    picture = _SCAN_SIDE * _SCAN_SIDE * 3
    pages = -(-megabytes * 1_000_000 // picture)
    with path.open("wb") as out:
        for piece in _pdf(_scan_objects(pages, picture)):
            out.write(piece)


def _words(chooser: random.Random) -> str:
    return " ".join("".join(chooser.choices("abcdefghij", k=6)) for _ in range(7))


def _text_objects(contents: list[bytes]) -> Iterator[bytes]:
    kids = b" ".join(b"%d 0 R" % (4 + 2 * page) for page in range(len(contents)))
    yield b"<< /Type /Catalog /Pages 2 0 R >>"
    yield b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(contents))
    yield b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
    for page, content in enumerate(contents):
        yield (
            b"<< /Type /Page /Parent 2 0 R /MediaBox %s"
            b" /Resources << /Font << /F1 3 0 R >> >> /Contents %d 0 R >>" % (_A4, 5 + 2 * page)
        )
        yield b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content)


def _scan_objects(pages: int, picture: int) -> Iterator[bytes]:
    kids = b" ".join(b"%d 0 R" % (3 + 3 * page) for page in range(pages))
    yield b"<< /Type /Catalog /Pages 2 0 R >>"
    yield b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, pages)
    content = b"q 595 0 0 842 0 0 cm /I Do Q"
    for page in range(pages):
        first = 3 + 3 * page
        yield (
            b"<< /Type /Page /Parent 2 0 R /MediaBox %s"
            b" /Resources << /XObject << /I %d 0 R >> >> /Contents %d 0 R >>"
            % (_A4, first + 2, first + 1)
        )
        yield b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content)
        yield (
            b"<< /Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceRGB"
            b" /BitsPerComponent 8 /Length %d >>\nstream\n%s\nendstream"
            % (_SCAN_SIDE, _SCAN_SIDE, picture, random.Random(page).randbytes(picture))
        )


def _pdf(objects: Iterable[bytes]) -> Iterator[bytes]:
    """The pieces of a PDF file whose first object is its catalogue."""
    yield _HEAD
    at, offsets = len(_HEAD), []
    for number, body in enumerate(objects, start=1):
        offsets.append(at)
        piece = b"%d 0 obj\n%s\nendobj\n" % (number, body)
        at += len(piece)
        yield piece
    yield b"xref\n0 %d\n0000000000 65535 f \n" % (len(offsets) + 1)
    yield b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    yield b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(offsets) + 1, at)
