"""PDFs nobody may seal, one for each reason, written by hand so that the reason is plain."""

from fpdf import FPDF


def written(*objects: bytes, root: int = 1) -> bytes:
    """A PDF of these objects, numbered from 1, with a right cross-reference table."""
    out = bytearray(b"%PDF-1.7\n")
    starts = []
    for number, content in enumerate(objects, start=1):
        starts.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % start for start in starts)
    out += b"trailer\n<</Size %d/Root %d 0 R>>\n" % (len(objects) + 1, root)
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % table)


def one_page(*, catalog: bytes = b"", more: tuple[bytes, ...] = ()) -> bytes:
    """One A4 page with a line on it; ``more`` objects are numbered from 5."""
    drawing = b"0 0 1 rg 100 700 200 20 re f"
    return written(
        b"<</Type/Catalog/Pages 2 0 R%s>>" % catalog,
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<<>>/Contents 4 0 R>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(drawing), drawing),
        *more,
    )


def stream(content: bytes, entries: bytes = b"") -> bytes:
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (entries, len(content), content)


def _encrypted() -> bytes:
    pdf = FPDF()
    pdf.add_page()
    pdf.set_encryption(owner_password="owner", user_password="")
    return bytes(pdf.output())


TINY = one_page()

HOSTILE = {
    "PDF_ENCRYPTED": _encrypted(),
    "PDF_BROKEN": TINY[: len(TINY) // 2],
    "PDF_TRAILING_BYTES": TINY + b"1 0 obj\n<</Type/Catalog>>\nendobj\n",
    "PDF_NO_PAGES": written(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[]/Count 0>>"),
    "PDF_JAVASCRIPT": one_page(
        catalog=b"/OpenAction 5 0 R", more=(b"<</S/JavaScript/JS(app.alert\\(1\\))>>",)
    ),
    "PDF_XFA": one_page(catalog=b"/AcroForm<</Fields[]/XFA 5 0 R>>", more=(stream(b"<xdp:xdp/>"),)),
    "PDF_EMBEDDED_FILE": one_page(
        catalog=b"/Names<</EmbeddedFiles<</Names[(a.txt) 5 0 R]>>>>",
        more=(
            b"<</Type/Filespec/F(a.txt)/EF<</F 6 0 R>>>>",
            stream(b"hidden", b"/Type/EmbeddedFile"),
        ),
    ),
}
"""What preflight must say, and a document it must say it of."""
