"""PDFs made by hand for the tests of ``airseal.paper``: honest ones and nasty ones."""

import zlib
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

import pytest

from airseal.paper.impression import draw_round_seal
from airseal.paper.papers import Papers

CORPUS = Path(__file__).parent.parent.parent / "shared" / "corpus" / "pdf"
SEAL_UM = 42_000
SEAL = draw_round_seal("示范市档案局", SEAL_UM)


def corpus(name: str) -> BytesIO:
    """A file of the corpus; skips, saying so, where the corpus is not at hand."""
    path = CORPUS / name
    if not path.exists():
        pytest.skip(f"no corpus file {name} here")
    return BytesIO(path.read_bytes())


def stream(data: bytes, extra: str = "") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), extra.encode(), data)


def assemble(objects: Mapping[int, bytes], trailer: str = "") -> bytes:
    """A PDF of numbered objects with a classic cross-reference table; object 1 is the root."""
    out = bytearray(b"%PDF-1.7\n")
    offsets = {}
    for number, body in objects.items():
        offsets[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    size = max(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % size
    for number in range(1, size):
        out += b"%010d 00000 n \n" % offsets[number]
    out += b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (
        size,
        trailer.encode(),
        start,
    )
    return bytes(out)


def simple(
    *,
    root: str = "",
    page: str = "",
    box: str = "0 0 595 842",
    text: str = "Hello",
    more: Mapping[int, bytes] | None = None,
    trailer: str = "",
    content: bytes | None = None,
    resources: str = "/Font << /F1 5 0 R >>",
) -> bytes:
    """One page with a line of text; ``root`` and ``page`` go into those dictionaries."""
    drawn = content or f"BT /F1 14 Tf 100 700 Td ({text}) Tj ET".encode()
    objects = {
        1: f"<< /Type /Catalog /Pages 2 0 R {root} >>".encode(),
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: f"<< /Type /Page /Parent 2 0 R /MediaBox [{box}] /Contents 4 0 R "
        f"/Resources << {resources} >> {page} >>".encode(),
        4: stream(drawn),
        5: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    }
    return assemble({**objects, **(more or {})}, trailer)


def in_object_stream(hidden: bytes, root: str) -> bytes:
    """A PDF whose object 6, ``hidden``, lies compressed in an object stream."""
    packed = zlib.compress(b"6 0 " + hidden)
    bodies = {
        1: f"<< /Type /Catalog /Pages 2 0 R {root} >>".encode(),
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>",
        4: stream(b"0 0 100 100 re f"),
        5: stream(packed, "/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode"),
    }
    out = bytearray(b"%PDF-1.7\n")
    offsets = []
    for number, body in bodies.items():
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    rows = [(0, 0, 65535)]
    rows += [(1, offset, 0) for offset in offsets] + [(2, 5, 0), (1, start, 0)]
    table = b"".join(
        kind.to_bytes(1, "big") + place.to_bytes(4, "big") + last.to_bytes(2, "big")
        for kind, place, last in rows
    )
    xref = stream(table, f"/Type /XRef /W [1 4 2] /Size {len(rows)} /Root 1 0 R")
    return bytes(out) + b"7 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (xref, start)


def red_box(papers: Papers, document: bytes | BytesIO, page: int = 1) -> tuple[int, ...]:
    """Where red ink is on a rendered page: left, top, right, bottom in µm as seen.

    Drawn 3 pixels a millimetre, so good to about half a millimetre.
    """
    file = BytesIO(document) if isinstance(document, bytes) else document
    width_um = papers.preflight(file).page_sizes[page - 1].width_um
    picture = papers.render(file, page, width_um * 3 // 1000)
    row = picture.width * 3
    across, down = [], []
    for y in range(picture.height):
        line = picture.rgb[y * row : (y + 1) * row]
        red = [
            x
            for x, (r, g, b) in enumerate(zip(line[::3], line[1::3], line[2::3], strict=True))
            if r > 180 and g < 120 and b < 120
        ]
        if red:
            across += [red[0], red[-1] + 1]
            down.append(y)
    scale = width_um / picture.width
    box = min(across), min(down), max(across), max(down) + 1
    return tuple(round(pixel * scale) for pixel in box)
