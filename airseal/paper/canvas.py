"""The smallest PDF that holds a vector drawing: no dates, no names, nothing that varies."""

import zlib


def number(value: float) -> str:
    """A number as PDF writes it: three decimals (0.35 µm), no exponent, no needless zeros."""
    return f"{value:.3f}".rstrip("0").rstrip(".")


def page_of(side: float, drawing: str) -> bytes:
    """A square page of ``side`` points with a drawing (content stream operators) on it."""
    stream = zlib.compress(f"q\n{drawing}\nQ".encode("ascii"), 9)
    box = f"[0 0 {number(side)} {number(side)}]".encode()
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox %s /Resources << >> /Contents 4 0 R >>" % box,
        b"<< /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
    )
    out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for index, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (index, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    for offset in offsets:
        out += b"%010d 00000 n \n" % offset
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        start,
    )
    return bytes(out)
