"""Preflight: what speaks against sealing a document (DC-03, DC-04, DC-13). In the jail only.

Signing software signs scripts, attachments, forms that fetch other contents and layers
that hide; so everything that could make one signed file show two documents is refused
here. The whole object graph is walked from the trailer, through object streams and every
spelling of a name, with pyHanko in strict mode: what is ambiguous is broken.
"""

import io
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from typing import BinaryIO, Final

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.misc import PdfStrictReadError
from pyhanko.pdf_utils.reader import PdfFileReader

from airseal.model.problem import Problem
from airseal.paper import preview
from airseal.paper.objects import elements, entry, is_empty, name
from airseal.paper.pages import frame_of, read_pages
from airseal.paper.placement import PageSize
from airseal.paper.report import (
    MAX_FINDINGS,
    MAX_NAME,
    Finding,
    Inspection,
    Severity,
)

MAX_OBJECTS: Final = 2_000_000
_SIZE_SLACK_UM: Final = 400
"""Two readers may round a page's size differently by about a point."""

_TAIL: Final = 32
_ORPHANED: Final = "orphaned generation"
"""What pyHanko says of a new generation of an object whose old one was never freed."""
LARGE: Final = 16 << 20
"""Bytes of one stream from which on preflight does not hold its contents."""

_ACTIONS: Final = {
    "/JavaScript": "PDF_JAVASCRIPT",
    "/Launch": "PDF_LAUNCH",
    "/GoToR": "PDF_LAUNCH",
    "/GoToE": "PDF_LAUNCH",
    "/SubmitForm": "PDF_LAUNCH",
    "/ImportData": "PDF_LAUNCH",
    "/Thread": "PDF_LAUNCH",
    "/Hide": "PDF_LAUNCH",
    "/Movie": "PDF_MULTIMEDIA",
    "/Sound": "PDF_MULTIMEDIA",
    "/Rendition": "PDF_MULTIMEDIA",
    "/RichMediaExecute": "PDF_MULTIMEDIA",
    "/GoTo3DView": "PDF_MULTIMEDIA",
    "/SetOCGState": "PDF_LAYERS",
}
_ANNOTATIONS: Final = {
    "/FileAttachment": "PDF_EMBEDDED_FILE",
    "/Movie": "PDF_MULTIMEDIA",
    "/Sound": "PDF_MULTIMEDIA",
    "/Screen": "PDF_MULTIMEDIA",
    "/RichMedia": "PDF_MULTIMEDIA",
    "/3D": "PDF_MULTIMEDIA",
}
_KEYS: Final = {
    "/JS": "PDF_JAVASCRIPT",
    "/JavaScript": "PDF_JAVASCRIPT",
    "/XFA": "PDF_XFA",
    "/EmbeddedFiles": "PDF_EMBEDDED_FILE",
    "/EF": "PDF_EMBEDDED_FILE",
    "/AF": "PDF_EMBEDDED_FILE",
    "/ByteRange": "PDF_ALREADY_SIGNED",
    "/OPI": "PDF_EXTERNAL_CONTENT",
}
_COMMENTS: Final = frozenset(
    (
        *("/Text", "/FreeText", "/Line", "/Square", "/Circle", "/Polygon", "/PolyLine"),
        *("/Highlight", "/Underline", "/Squiggly", "/StrikeOut", "/Caret", "/Stamp"),
        *("/Ink", "/Popup", "/Redact"),
    )
)
_EDITS: Final = frozenset(("/StrikeOutTextEdit", "/Replace"))
"""Marks that say: this text is to be deleted, or to be put in another's place (ISO 32000)."""

_FONT_PROGRAMS: Final = ("/FontFile", "/FontFile2", "/FontFile3")
_COMPOSED_FONTS: Final = ("/Type0", "/Type3")


def inspect(descriptor: int) -> Inspection:
    """Everything preflight has to say; a document that cannot be read has no pages."""
    with _Skimming(io.FileIO(descriptor, closefd=False)) as stream:
        try:
            reader = read(stream)
            title = _title(reader)
            pages = read_pages(reader)
            sizes = tuple(frame_of(page, number).size for number, page in enumerate(pages, start=1))
            findings = _Findings()
            _walk(reader, findings)
            for number, page in enumerate(pages, start=1):
                _check_annotations(page, number, findings)
            _check_forms(reader.root, findings)
            _check_layers(reader.root, findings)
            _compare(descriptor, sizes, findings)
        except Problem as problem:
            return _unreadable(problem)
        except MemoryError:
            raise
        except Exception:
            # pyHanko raises anything on broken input; none of it means more than this.
            return _unreadable(Problem("PDF_BROKEN"))
        return Inspection(sizes, title, findings.sorted())


def skimmed(descriptor: int) -> PdfFileReader:
    """A reader for looking at structure only: large contents are passed over.

    The stream lives as long as the reader.
    """
    return read(_Skimming(io.FileIO(descriptor, closefd=False)))


def hiding_places(reader: PdfFileReader) -> Iterator[str]:
    """The blocking codes of what could make one file show two documents, in no order."""
    findings = _Findings()
    _walk(reader, findings)
    _check_forms(reader.root, findings)
    _check_layers(reader.root, findings)
    yield from (one.code for one in findings.sorted() if one.severity is Severity.BLOCK)


class _Skimming(io.BufferedReader):
    """Passes over large contents: the walk needs dictionaries, not the pictures behind them.

    A structure that large (object streams are refused with it) is no document of ours.
    """

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > LARGE:
            self.seek(size, io.SEEK_CUR)
            return b""
        return super().read(size)


def measure(descriptor: int) -> tuple[PageSize, ...]:
    """The size of every page; raises what makes a document unreadable."""
    with open(descriptor, "rb", closefd=False) as stream:
        pages = read_pages(read(stream))
        return tuple(frame_of(page, number).size for number, page in enumerate(pages, start=1))


def read(stream: BinaryIO) -> PdfFileReader:
    """A strict reader of a document that can be understood in one way only.

    Raises ``PDF_ENCRYPTED``, ``PDF_TRAILING_BYTES`` (something after the last ``%%EOF``)
    ``PDF_HYBRID`` (two cross-references that may differ), ``PDF_IRREGULAR`` (numbers its parts
    against the standard) and ``PDF_BROKEN``.
    """
    end = stream.seek(0, 2)
    stream.seek(max(0, end - _TAIL))
    if not stream.read().rstrip(b"\r\n \t\0").endswith(b"%%EOF"):
        stream.seek(max(0, end - 4096))
        has_end = b"%%EOF" in stream.read()
        raise Problem("PDF_TRAILING_BYTES" if has_end else "PDF_BROKEN")
    try:
        reader = PdfFileReader(stream, strict=True)
        if "/Encrypt" in reader.trailer.flatten():
            raise Problem("PDF_ENCRYPTED")
    except Problem:
        raise
    except MemoryError:
        raise
    except PdfStrictReadError as error:
        # poppler signs like this; every other breach of the standard stays broken.
        irregular = _ORPHANED in str(error)
        raise Problem("PDF_IRREGULAR" if irregular else "PDF_BROKEN") from None
    except Exception:
        raise Problem("PDF_BROKEN") from None
    if reader.xrefs.hybrid_xrefs_present:
        raise Problem("PDF_HYBRID")
    return reader


def _unreadable(problem: Problem) -> Inspection:
    return Inspection((), "", (Finding(problem.code, Severity.BLOCK, problem.params),))


class _Findings:
    """Findings without repetition, blocking ones first, never more than the cap."""

    def __init__(self) -> None:
        self._found: dict[tuple[object, ...], Finding] = {}
        self._per_code: Counter[str] = Counter()

    def block(self, code: str, **params: str | int) -> None:
        self._add(Finding(code, Severity.BLOCK, params))

    def warn(self, code: str, **params: str | int) -> None:
        self._add(Finding(code, Severity.WARN, params))

    def sorted(self) -> tuple[Finding, ...]:
        return tuple(sorted(self._found.values(), key=lambda f: (f.severity, f.code)))

    def _add(self, finding: Finding) -> None:
        key = (finding.code, *finding.params.items())
        # A tenth of the cap for each code, so that no kind can crowd out another.
        if key not in self._found and self._per_code[finding.code] < MAX_FINDINGS // 25:
            self._found[key] = finding
            self._per_code[finding.code] += 1


def _title(reader: PdfFileReader) -> str:
    with suppress(Exception):
        title = reader.trailer["/Info"]["/Title"]
        return str(title)[:MAX_NAME]
    return ""


def _walk(reader: PdfFileReader, findings: _Findings) -> None:
    """Look at every object reachable from the trailer once."""
    seen: set[generic.Reference] = set()
    waiting: list[generic.PdfObject] = [reader.trailer.flatten()]
    visited = 0
    while waiting:
        value = waiting.pop()
        visited += 1
        if visited > MAX_OBJECTS:
            raise Problem("PDF_TOO_COMPLEX")
        match value:
            case generic.IndirectObject():
                if value.reference in seen:
                    continue
                seen.add(value.reference)
                if reader.xrefs[value.reference] is None:
                    findings.block("PDF_REFERENCE_MISSING")
                    continue
                target = value.reference.get_object()
                waiting.append(target)
                if isinstance(target, generic.StreamObject):
                    # The walk needs dictionaries only: do not keep a large file in memory.
                    reader.resolved_objects.pop(
                        (value.reference.generation, value.reference.idnum), None
                    )
            case generic.DictionaryObject():
                _check_dictionary(value, findings)
                waiting.extend(dict.values(value))
            case generic.ArrayObject():
                waiting.extend(list.__iter__(value))
            case _:
                pass


def _check_dictionary(value: generic.DictionaryObject, findings: _Findings) -> None:
    for key, code in _KEYS.items():
        if not is_empty(entry(value, key)):
            findings.block(code)
    action, subtype = name(value, "/S"), name(value, "/Subtype")
    if action in _ACTIONS:
        findings.block(_ACTIONS[action])
    if subtype in _ANNOTATIONS:
        findings.block(_ANNOTATIONS[subtype])
    if action == "/URI":
        findings.warn("PDF_EXTERNAL_LINK", target=name(value, "/URI")[:MAX_NAME])
    if isinstance(value, generic.StreamObject) and entry(value, "/F") is not None:
        findings.block("PDF_EXTERNAL_CONTENT")
    if subtype == "/Form" and entry(value, "/Ref") is not None:
        findings.block("PDF_EXTERNAL_CONTENT")
    if name(value, "/Type") == "/Font" and subtype not in _COMPOSED_FONTS:
        _check_font(value, findings)


def _check_font(font: generic.DictionaryObject, findings: _Findings) -> None:
    """A font that is not inside looks different on another machine (DC-13)."""
    descriptor = entry(font, "/FontDescriptor")
    if not any(entry(descriptor, key) is not None for key in _FONT_PROGRAMS):
        findings.warn("PDF_FONT_MISSING", name=name(font, "/BaseFont")[1 : MAX_NAME + 1])


def _check_annotations(page: generic.DictionaryObject, number: int, findings: _Findings) -> None:
    for annotation in elements(entry(page, "/Annots")):
        if name(annotation, "/IT") in _EDITS or name(annotation, "/Subtype") == "/Caret":
            findings.block("PDF_TRACKED_CHANGE", page=number)
        elif name(annotation, "/Subtype") in _COMMENTS:
            findings.warn("PDF_COMMENT", page=number)


def _check_forms(root: generic.DictionaryObject, findings: _Findings) -> None:
    if not is_empty(entry(root, "/Perms")):
        findings.block("PDF_ALREADY_SIGNED")
    for full_name, kind, filled in _fields(entry(root, "/AcroForm")):
        if kind == "/Sig":
            # An empty signature field of somebody else would be ours to explain.
            findings.block("PDF_ALREADY_SIGNED" if filled else "PDF_SIGNATURE_FIELD")
        elif not filled and kind in ("/Tx", "/Ch"):
            findings.warn("PDF_FORM_FIELD_EMPTY", name=full_name[:MAX_NAME])


def _fields(form: object) -> Iterator[tuple[str, str, bool]]:
    """Terminal fields: full name, type, and whether they have a value."""
    seen: set[int] = set()
    waiting = [(field, "", "", False) for field in elements(entry(form, "/Fields"))]
    while waiting:
        field, prefix, kind, filled = waiting.pop()
        if id(field) in seen:
            continue
        seen.add(id(field))
        full_name = ".".join(part for part in (prefix, name(field, "/T")) if part)
        kind = name(field, "/FT") or kind
        filled = filled or entry(field, "/V") not in (None, "", b"")
        kids = [kid for kid in elements(entry(field, "/Kids")) if entry(kid, "/T") is not None]
        if kids:
            waiting.extend((kid, full_name, kind, filled) for kid in kids)
        else:
            yield full_name, kind, filled


def _check_layers(root: generic.DictionaryObject, findings: _Findings) -> None:
    """Layers that are, or could become, hidden: what is signed must be what is seen."""
    layers = entry(root, "/OCProperties")
    if is_empty(entry(layers, "/OCGs")):
        return
    default = entry(layers, "/D")
    if (
        any(not is_empty(entry(default, key)) for key in ("/OFF", "/AS", "/RBGroups"))
        or name(default, "/BaseState") not in ("", "/ON")
        or not is_empty(entry(layers, "/Configs"))
    ):
        findings.block("PDF_LAYERS")


def _compare(descriptor: int, sizes: tuple[PageSize, ...], findings: _Findings) -> None:
    """PDFium, which draws what people read, must see the same pages as pyHanko, which signs."""
    for document, numbers in preview.portions(descriptor, len(sizes)):
        if preview.page_count(document) != len(sizes):
            raise Problem("PDF_BROKEN")
        for number in numbers:
            drawn, size = preview.size_of(document, number), sizes[number - 1]
            if (
                abs(drawn.width_um - size.width_um) > _SIZE_SLACK_UM
                or abs(drawn.height_um - size.height_um) > _SIZE_SLACK_UM
            ):
                raise Problem("PDF_PAGE_SIZE", page=number)
            if preview.is_blank(document, number):
                findings.warn("PDF_BLANK_PAGE", page=number)
