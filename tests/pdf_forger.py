"""Forged PDFs: what somebody does to a signed document, revision by revision and byte by byte."""

import re
import zlib
from collections.abc import Callable, Mapping, Sequence

from hostile_pdf import one_page, stream
from paper_kit import simple
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

# What changes a document in a revision of its own, behind the signature.

Change = Callable[[IncrementalPdfFileWriter], None]


def page_of(writer: IncrementalPdfFileWriter) -> generic.DictionaryObject:
    return writer.root["/Pages"]["/Kids"][0].get_object()


def on_page(**entries: generic.PdfObject) -> Change:
    def change(writer: IncrementalPdfFileWriter) -> None:
        page = page_of(writer)
        for key, value in entries.items():
            page[f"/{key}"] = value
        writer.update_container(page)

    return change


def in_root(key: str, value: Callable[[], generic.PdfObject]) -> Change:
    def change(writer: IncrementalPdfFileWriter) -> None:
        writer.root[key] = writer.add_object(value())
        writer.update_root()

    return change


def repaint(writer: IncrementalPdfFileWriter) -> None:
    contents = writer.add_object(generic.StreamObject(stream_data=b"0 0 9 9 re f"))
    on_page(Contents=contents)(writer)


def annotate(subtype: str) -> Change:
    def change(writer: IncrementalPdfFileWriter) -> None:
        look = generic.StreamObject(stream_data=b"1 g 0 0 500 500 re f")
        look["/Type"], look["/Subtype"] = (
            generic.NameObject("/XObject"),
            generic.NameObject("/Form"),
        )
        look["/BBox"] = numbers(0, 0, 500, 500)
        over = generic.DictionaryObject(
            {
                generic.NameObject("/Type"): generic.NameObject("/Annot"),
                generic.NameObject("/Subtype"): generic.NameObject(subtype),
                generic.NameObject("/Rect"): numbers(0, 0, 500, 800),
                generic.NameObject("/F"): generic.NumberObject(4),
                generic.NameObject("/AP"): generic.DictionaryObject(
                    {generic.NameObject("/N"): writer.add_object(look)}
                ),
            }
        )
        page = page_of(writer)
        held = list(page.get("/Annots", generic.ArrayObject()))
        page["/Annots"] = generic.ArrayObject([*held, writer.add_object(over)])
        writer.update_container(page)

    return change


def numbers(*values: float) -> generic.ArrayObject:
    return generic.ArrayObject(generic.NumberObject(value) for value in values)


def redefine_font(writer: IncrementalPdfFileWriter) -> None:
    font = page_of(writer)["/Resources"]["/Font"]["/F1"]
    font["/BaseFont"] = generic.NameObject("/Symbol")
    writer.update_container(font)


def more_pages(writer: IncrementalPdfFileWriter) -> None:
    pages = writer.root["/Pages"]
    first = pages.raw_get("/Kids").raw_get(0)
    second = writer.add_object(generic.DictionaryObject(dict(first.get_object())))
    pages["/Kids"] = generic.ArrayObject([first, second])
    pages["/Count"] = generic.NumberObject(2)
    writer.update_container(pages)


def other_pages(writer: IncrementalPdfFileWriter) -> None:
    page = generic.DictionaryObject(
        {
            generic.NameObject("/Type"): generic.NameObject("/Page"),
            generic.NameObject("/MediaBox"): numbers(0, 0, 595, 842),
        }
    )
    tree = generic.DictionaryObject(
        {
            generic.NameObject("/Type"): generic.NameObject("/Pages"),
            generic.NameObject("/Count"): generic.NumberObject(1),
            generic.NameObject("/Kids"): generic.ArrayObject([writer.add_object(page)]),
        }
    )
    writer.root["/Pages"] = writer.add_object(tree)
    writer.update_root()


def field(writer: IncrementalPdfFileWriter, index: int = 0) -> generic.DictionaryObject:
    return writer.root["/AcroForm"]["/Fields"][index].get_object()


def on_field(index: int, **entries: generic.PdfObject) -> Change:
    def change(writer: IncrementalPdfFileWriter) -> None:
        changed = field(writer, index)
        for key, value in entries.items():
            changed[f"/{key}"] = value
        writer.update_container(changed)

    return change


def other_seal_picture(writer: IncrementalPdfFileWriter) -> None:
    look = generic.StreamObject(stream_data=b"0 0 1 rg 0 0 99 99 re f")
    look["/Subtype"], look["/BBox"] = generic.NameObject("/Form"), numbers(0, 0, 99, 99)
    picture = generic.DictionaryObject({generic.NameObject("/N"): writer.add_object(look)})
    on_field(0, AP=picture)(writer)


def share(writer: IncrementalPdfFileWriter) -> None:
    second = field(writer, 1)
    second["/V"] = field(writer, 0).raw_get("/V")
    writer.update_container(second)


def copy_signature(writer: IncrementalPdfFileWriter) -> None:
    second = field(writer, 1)
    copied = generic.DictionaryObject(dict(field(writer, 0)["/V"]))
    second["/V"] = writer.add_object(copied)
    writer.update_container(second)


def unsign(writer: IncrementalPdfFileWriter) -> None:
    held = field(writer)
    del held["/V"]
    writer.update_container(held)


def no_fields(writer: IncrementalPdfFileWriter) -> None:
    writer.root["/AcroForm"]["/Fields"] = generic.ArrayObject()
    writer.update_container(writer.root["/AcroForm"])


def new_field(writer: IncrementalPdfFileWriter) -> None:
    made = generic.DictionaryObject(
        {
            generic.NameObject("/FT"): generic.NameObject("/Tx"),
            generic.NameObject("/T"): generic.pdf_string("sum"),
            generic.NameObject("/V"): generic.pdf_string("1000000"),
            generic.NameObject("/Subtype"): generic.NameObject("/Widget"),
            generic.NameObject("/Rect"): numbers(100, 100, 300, 120),
        }
    )
    fields = writer.root["/AcroForm"]["/Fields"]
    fields.append(writer.add_object(made))
    writer.update_container(fields)


def layers() -> generic.PdfObject:
    return generic.DictionaryObject(
        {
            generic.NameObject("/OCGs"): generic.ArrayObject([generic.pdf_string("x")]),
            generic.NameObject("/D"): generic.DictionaryObject(
                {generic.NameObject("/OFF"): generic.ArrayObject([generic.pdf_string("x")])}
            ),
        }
    )


def script() -> generic.PdfObject:
    return generic.DictionaryObject(
        {
            generic.NameObject("/S"): generic.NameObject("/JavaScript"),
            generic.NameObject("/JS"): generic.pdf_string("app.alert(1)"),
        }
    )


# What somebody does to the bytes.


def swapped(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    def forge(document: bytes) -> bytes:
        assert old in document and len(old) == len(new)
        return document.replace(old, new, 1)

    return forge


def exchanged_time(document: bytes) -> bytes:
    found = re.search(rb"/M [<(]?\S+", document)
    assert found is not None
    at = found.end() - 4
    return document[:at] + (b"1" if document[at : at + 1] != b"1" else b"2") + document[at + 1 :]


def byte_range(change: Callable[[list[int]], list[int]]) -> Callable[[bytes], bytes]:
    """The numbers of the byte range changed, in the space they have."""

    def forge(document: bytes) -> bytes:
        found = re.search(rb"/ByteRange ?\[([0-9 ]+)\]", document)
        assert found is not None
        text = b" ".join(b"%d" % n for n in change([int(n) for n in found[1].split()]))
        assert len(text) <= len(found[1]) + 20
        fitted = text.ljust(len(found[1]))[: max(len(found[1]), len(text))]
        return document[: found.start(1)] + fitted + document[found.end(1) :]

    return forge


def contents(change: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    """The hex digits of the signature changed."""

    def forge(document: bytes) -> bytes:
        found = re.search(rb"/Contents ?<([0-9A-Fa-f]+)>", document)
        assert found is not None
        return document[: found.start(1)] + change(found[1]) + document[found.end(1) :]

    return forge


def wrapped(document: bytes) -> bytes:
    """Signature wrapping: foreign bytes between the signed halves, the second half moved."""
    found = re.search(rb"/ByteRange ?\[([0-9 ]+)\]", document)
    assert found is not None
    _, first, second, length = (int(n) for n in found[1].split())
    injected = b"%%inj" * 40
    moved = b"0 %d %d %d" % (first, second + len(injected), length)
    forged = document[:second] + injected + document[second:]
    return forged.replace(found[1].strip(), moved.ljust(len(found[1].strip())), 1)


def attached(document: bytes) -> bytes:
    """The sealed document inside another one."""
    inner = stream(zlib.compress(document), b"/Type/EmbeddedFile/Filter/FlateDecode")
    spec = b"<</Type/Filespec/F(sealed.pdf)/EF<</F 6 0 R>>>>"
    catalog = b"/Names<</EmbeddedFiles<</Names[(s) 5 0 R]>>>>"
    return one_page(catalog=catalog, more=(spec, inner))


def printed(_: bytes) -> bytes:
    """The pages with the picture of the seal on them, and no signature."""
    return simple(content=b"1 0 0 RG 5 w 300 300 100 100 re S")


def flipped(digits: bytes) -> bytes:
    """One digit of the signature's last bytes changed, inside the DER."""
    used = len(digits.rstrip(b"0"))
    at = used - 20
    return digits[:at] + (b"1" if digits[at : at + 1] != b"1" else b"2") + digits[at + 1 :]


# Revisions written by hand, as no library would.


def catalog_of(document: bytes) -> tuple[int, bytes]:
    """Number and newest body of the catalog."""
    number = int(re.findall(rb"/Root (\d+)", document)[-1])
    return number, body_of(document, number)


def body_of(document: bytes, number: int) -> bytes:
    """The newest body of an object that lies in the file as it is."""
    return bytes(re.findall(rb"(?:^|\n)%d 0 obj\s*(.*?)\s*endobj" % number, document, re.S)[-1])


def with_entry(document: bytes, number: int, entry: bytes) -> dict[int, bytes]:
    """A dictionary with one more entry, for :func:`revised`."""
    body = body_of(document, number)
    assert body.endswith(b">>")
    return {number: body[:-2] + entry + b" >>"}


def revised(
    document: bytes,
    objects: Mapping[int, bytes],
    *,
    root: bytes = b"",
    prev: int | None = None,
    free: Sequence[int] = (),
    elsewhere: Mapping[int, int] | None = None,
) -> bytes:
    """``document`` with one more revision by hand: new objects, freed ones, lying offsets."""
    out = bytearray(document if document.endswith(b"\n") else document + b"\n")
    places = dict(elsewhere or {})
    for number, body in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    sizes = [int(size) for size in re.findall(rb"/Size (\d+)", document)]
    size = max(sizes + [number + 1 for number in places])
    before = start_of(document) if prev is None else prev
    out += b"xref\n"
    for number in sorted({*places, *free}):
        row = b"%010d 00000 n \n" % places[number] if number in places else b"0000000000 00001 f \n"
        out += b"%d 1\n%s" % (number, row)
    out += b"trailer\n<< /Size %d /Root %s /Prev %d >>\nstartxref\n%d\n%%%%EOF\n" % (
        *(size, root or re.findall(rb"/Root (\d+ \d+ R)", document)[-1], before, start),
    )
    return bytes(out)


def start_of(document: bytes) -> int:
    """Where the newest cross-reference table begins."""
    return int(re.findall(rb"startxref\s+(\d+)", document)[-1])


def packed(document: bytes, objects: Mapping[int, bytes]) -> bytes:
    """``document`` with a revision whose objects lie in an object stream."""
    out = bytearray(document if document.endswith(b"\n") else document + b"\n")
    head, inside = b"", b""
    for number, body in objects.items():
        head += b"%d %d " % (number, len(inside))
        inside += body + b" "
    free = max(int(size) for size in re.findall(rb"/Size (\d+)", document))
    holder, table = free + 1, free + 2
    rows = {holder: (1, len(out), 0)}
    rows |= {number: (2, holder, index) for index, number in enumerate(objects)}
    entries = b"/Type/ObjStm/N %d/First %d/Filter/FlateDecode" % (len(objects), len(head))
    out += b"%d 0 obj\n%s\nendobj\n" % (holder, stream(zlib.compress(head + inside), entries))
    start = len(out)
    rows[table] = (1, start, 0)
    index = b" ".join(b"%d 1" % number for number in sorted(rows))
    data = b"".join(
        kind.to_bytes(1, "big") + place.to_bytes(4, "big") + last.to_bytes(2, "big")
        for kind, place, last in (rows[number] for number in sorted(rows))
    )
    root = re.findall(rb"/Root (\d+ \d+ R)", document)[-1]
    entries = b"/Type/XRef/W[1 4 2]/Index[%s]/Size %d/Root %s/Prev %d" % (
        *(index, table + 1, root, start_of(document)),
    )
    out += b"%d 0 obj\n%s\nendobj\n" % (table, stream(data, entries))
    return bytes(out) + b"startxref\n%d\n%%%%EOF\n" % start


def last_contents(change: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    """The hex digits of the last signature or time stamp changed."""

    def forge(document: bytes) -> bytes:
        found = list(re.finditer(rb"/Contents ?<([0-9A-Fa-f]+)>", document))[-1]
        return document[: found.start(1)] + change(found[1]) + document[found.end(1) :]

    return forge
