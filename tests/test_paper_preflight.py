"""Preflight finds what would let one signed file show two documents (DC-03, DC-04, DC-13)."""

from collections.abc import Iterator
from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from paper_kit import CORPUS, assemble, corpus, in_object_stream, simple, stream

from airseal.model.digest import sha256
from airseal.model.problem import Problem
from airseal.paper.jail import Jail, Session
from airseal.paper.papers import Papers, PreflightReport
from airseal.paper.placement import PageSize
from airseal.paper.report import Severity

JS = "<< /S /JavaScript /JS (app.alert\\(1\\)) >>"
FILE = "<< /Type /Filespec /F (a.exe) /EF << /F 6 0 R >> >>"


@pytest.fixture(scope="module")
def papers() -> Iterator[Papers]:
    jail = Jail(formal=True)
    yield Papers(jail)
    jail.close()


def codes(report: PreflightReport, severity: Severity | None = None) -> set[str]:
    return {f.code for f in report.findings if severity in (None, f.severity)}


def check(papers: Papers, document: bytes) -> PreflightReport:
    return papers.preflight(BytesIO(document))


def test_an_honest_document_is_let_through(papers: Papers) -> None:
    document = simple(trailer="/Info << /Title (Notice) >>")
    report = check(papers, document)
    assert report.digest == sha256(document)
    assert (report.size, report.pages, report.title) == (len(document), 1, "Notice")
    assert report.page_sizes == (PageSize(209903, 297039),)
    assert report.first_block is None
    assert codes(report) == {"PDF_FONT_MISSING"}
    assert report.findings[0].params == {"name": "Helvetica"}


BLOCKED = {
    "a word struck out for good": (
        "PDF_TRACKED_CHANGE",
        simple(page="/Annots [<< /Subtype /StrikeOut /IT /StrikeOutTextEdit /Rect [0 0 9 9] >>]"),
    ),
    "a word to be put in": (
        "PDF_TRACKED_CHANGE",
        simple(page="/Annots [<< /Subtype /Caret /Rect [0 0 9 9] >>]"),
    ),
    "JavaScript when opened": ("PDF_JAVASCRIPT", simple(root=f"/OpenAction {JS}")),
    "JavaScript by reference to a reference": (
        "PDF_JAVASCRIPT",
        simple(
            root="/OpenAction 6 0 R",
            more={6: b"<< /S 7 0 R /X 8 0 R >>", 7: b"/JavaScript", 8: b"1"},
        ),
    ),
    "JavaScript of a page": ("PDF_JAVASCRIPT", simple(page=f"/AA << /O {JS} >>")),
    "JavaScript of an annotation": (
        "PDF_JAVASCRIPT",
        simple(page=f"/Annots [<< /Subtype /Link /Rect [0 0 9 9] /A {JS} >>]"),
    ),
    "JavaScript of the document": (
        "PDF_JAVASCRIPT",
        simple(root="/Names << /JavaScript << /Names [(a) 6 0 R] >> >>", more={6: JS.encode()}),
    ),
    "JavaScript spelt with escapes": (
        "PDF_JAVASCRIPT",
        simple(root="/OpenAction << /#53 /#4aava#53cript /#4a#53 (1) >>"),
    ),
    "JavaScript in a chain of actions": (
        "PDF_JAVASCRIPT",
        simple(root=f"/OpenAction << /S /GoTo /D [3 0 R /Fit] /Next [{JS}] >>"),
    ),
    "JavaScript in an object stream": (
        "PDF_JAVASCRIPT",
        in_object_stream(JS.encode(), "/OpenAction 6 0 R"),
    ),
    "XFA": (
        "PDF_XFA",
        simple(root="/AcroForm << /Fields [] /XFA 6 0 R >>", more={6: stream(b"<x/>")}),
    ),
    "embedded file by name": (
        "PDF_EMBEDDED_FILE",
        simple(
            root=f"/Names << /EmbeddedFiles << /Names [(a) {FILE}] >> >>", more={6: stream(b"MZ")}
        ),
    ),
    "embedded file by annotation": (
        "PDF_EMBEDDED_FILE",
        simple(
            page=f"/Annots [<< /Subtype /FileAttachment /Rect [0 0 9 9] /FS {FILE} >>]",
            more={6: stream(b"MZ")},
        ),
    ),
    "associated file": (
        "PDF_EMBEDDED_FILE",
        simple(root=f"/AF [{FILE}]", more={6: stream(b"MZ")}),
    ),
    "launching a program": (
        "PDF_LAUNCH",
        simple(root="/OpenAction << /S /Launch /F (calc.exe) >>"),
    ),
    "sending a form": (
        "PDF_LAUNCH",
        simple(
            page="/Annots [<< /Subtype /Link /Rect [0 0 9 9] /A << /S /SubmitForm /F (x) >> >>]"
        ),
    ),
    "film": (
        "PDF_MULTIMEDIA",
        simple(page="/Annots [<< /Subtype /RichMedia /Rect [0 0 9 9] >>]"),
    ),
    "hidden layer": (
        "PDF_LAYERS",
        simple(
            root="/OCProperties << /OCGs [6 0 R] /D << /OFF [6 0 R] >> >>",
            more={6: b"<< /Type /OCG /Name (x) >>"},
        ),
    ),
    "layer that shows on paper only": (
        "PDF_LAYERS",
        simple(
            root="/OCProperties << /OCGs [6 0 R] /D << /AS [<< /Event /Print /OCGs [6 0 R] "
            "/Category [/Print] >>] >> >>",
            more={6: b"<< /Type /OCG /Name (x) >>"},
        ),
    ),
    "contents outside the file": (
        "PDF_EXTERNAL_CONTENT",
        simple(
            resources="/XObject << /I 6 0 R >>",
            more={6: stream(b"", "/Type /XObject /Subtype /Image /F (//server/x)")},
        ),
    ),
    "somebody's signature": (
        "PDF_ALREADY_SIGNED",
        simple(
            root="/AcroForm << /Fields [6 0 R] >>",
            more={6: b"<< /FT /Sig /T (s) /V << /Type /Sig /Filter /X /Contents <00> >> >>"},
        ),
    ),
    "somebody's signature field": (
        "PDF_SIGNATURE_FIELD",
        simple(root="/AcroForm << /Fields [6 0 R] >>", more={6: b"<< /FT /Sig /T (s) >>"}),
    ),
    "encryption": (
        "PDF_ENCRYPTED",
        simple(
            trailer="/Encrypt 6 0 R /ID [<00> <00>]",
            more={6: b"<< /Filter /Standard /V 1 /R 2 /O (x) /U (x) /P 0 >>"},
        ),
    ),
    "scaled user units": ("PDF_PAGE_SIZE", simple(page="/UserUnit 2")),
    "a page turned askew": ("PDF_PAGE_SIZE", simple(page="/Rotate 45")),
    "a page smaller than a seal": ("PDF_PAGE_SIZE", simple(box="0 0 10 10")),
    "no pages": (
        "PDF_NO_PAGES",
        assemble(
            {1: b"<< /Type /Catalog /Pages 2 0 R >>", 2: b"<< /Type /Pages /Kids [] /Count 0 >>"}
        ),
    ),
    "a page count that lies": (
        "PDF_BROKEN",
        simple(more={2: b"<< /Type /Pages /Kids [3 0 R] /Count 2 >>"}),
    ),
    "a page tree that loops": (
        "PDF_BROKEN",
        simple(more={2: b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>"}),
    ),
    "too many pages": (
        "PDF_TOO_MANY_PAGES",
        simple(more={2: b"<< /Type /Pages /Kids [3 0 R] /Count 99999 >>"}),
    ),
    "something behind the end": ("PDF_TRAILING_BYTES", simple() + b"PK\3\4"),
    "a cut file": ("PDF_BROKEN", simple()[:-60]),
    "no document at all": ("PDF_BROKEN", b"not a PDF"),
    "nothing": ("PDF_BROKEN", b""),
}


@pytest.mark.parametrize("what", BLOCKED)
def test_what_must_not_be_sealed_is_refused(papers: Papers, what: str) -> None:
    code, document = BLOCKED[what]
    report = check(papers, document)
    assert code in codes(report, Severity.BLOCK), report.findings
    assert report.first_block is not None


def test_a_mixed_cross_reference_is_refused_rather_than_guessed(papers: Papers) -> None:
    plain = simple()
    start = int(plain.split(b"startxref\n")[1].split(b"\n")[0])
    table = stream(bytes(7), "/Type /XRef /W [1 4 2] /Size 1 /Root 1 0 R")
    hybrid = plain[:start] + b"6 0 obj\n" + table + b"\nendobj\n"
    moved = len(hybrid)
    tail = plain[start:].replace(b"/Root", b"/XRefStm %d /Root" % start)
    document = hybrid + tail.replace(b"startxref\n%d" % start, b"startxref\n%d" % moved)
    assert codes(check(papers, document)) == {"PDF_HYBRID"}


WARNED = {
    "a comment": (
        "PDF_COMMENT",
        {"page": 1},
        simple(page="/Annots [<< /Subtype /Text /Rect [0 0 9 9] >>]"),
    ),
    "a blank page": ("PDF_BLANK_PAGE", {"page": 1}, simple(content=b" ")),
    "white ink only": ("PDF_BLANK_PAGE", {"page": 1}, simple(content=b"1 1 1 rg 0 0 90 90 re f")),
    "a link": (
        "PDF_EXTERNAL_LINK",
        {"target": "http://x/"},
        simple(
            page="/Annots [<< /Subtype /Link /Rect [0 0 9 9] /A << /S /URI /URI (http://x/) >> >>]"
        ),
    ),
    "an empty field": (
        "PDF_FORM_FIELD_EMPTY",
        {"name": "a.b"},
        simple(
            root="/AcroForm << /Fields [6 0 R] >>",
            more={
                6: b"<< /T (a) /FT /Tx /Kids [7 0 R] >>",
                7: b"<< /T (b) /Parent 6 0 R /Subtype /Widget /Rect [0 0 9 9] >>",
            },
        ),
    ),
}


@pytest.mark.parametrize("what", WARNED)
def test_what_people_should_see_is_said_but_not_refused(papers: Papers, what: str) -> None:
    code, params, document = WARNED[what]
    report = check(papers, document)
    assert (code, Severity.WARN, params) in [
        (f.code, f.severity, dict(f.params)) for f in report.findings
    ]
    assert report.first_block is None


def test_findings_of_one_kind_cannot_crowd_out_the_others(papers: Papers) -> None:
    links = " ".join(
        f"<< /Subtype /Link /Rect [0 0 9 9] /A << /S /URI /URI (http://{n}/) >> >>"
        for n in range(900)
    )
    report = check(papers, simple(page=f"/Annots [{links}]", root=f"/OpenAction {JS}"))
    assert "PDF_JAVASCRIPT" in codes(report, Severity.BLOCK)
    assert len(report.findings) < 60


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_no_damage_raises_or_kills(papers: Papers, shared: Session, data: st.DataObject) -> None:
    """Whatever is overwritten, preflight answers with a report, in the same living session."""
    document = bytearray(in_object_stream(JS.encode(), "/OpenAction 6 0 R"))
    at = data.draw(st.integers(0, len(document) - 1))
    document[at : at + 4] = data.draw(st.binary(min_size=0, max_size=6))
    report = papers.preflight(BytesIO(bytes(document)), session=shared)
    assert report.pages == 1 or report.first_block is not None


@pytest.fixture(scope="module")
def shared(papers: Papers) -> Iterator[Session]:
    with papers.session() as session:
        yield session


EXPECTED = {
    "annotation-fileattachment.pdf": {"PDF_EMBEDDED_FILE"},
    "js-authors.pdf": {"PDF_JAVASCRIPT"},
    "js-buttons.pdf": {"PDF_JAVASCRIPT"},
    "multimedia_annotations.pdf": {"PDF_MULTIMEDIA", "PDF_EMBEDDED_FILE"},
    "xfa_issue14315.pdf": {"PDF_JAVASCRIPT", "PDF_XFA"},
    "boundingBox_invalid.pdf": {"PDF_PAGE_SIZE"},
    "encrypted-attachment.pdf": {"PDF_BROKEN"},
    "basicapi.pdf": {"PDF_BROKEN"},
    "scan-bad.pdf": {"PDF_BROKEN"},
}


def test_the_corpus_is_judged_as_known(papers: Papers) -> None:
    if not CORPUS.exists():
        pytest.skip("no corpus here")
    found = {
        path.name: codes(papers.preflight(corpus(path.name)), Severity.BLOCK)
        for path in sorted(CORPUS.glob("*.pdf"))
    }
    assert {name: blocks for name, blocks in found.items() if blocks} == EXPECTED
    assert len(found) > 30


def test_pages_are_drawn_and_read(papers: Papers) -> None:
    document = BytesIO(simple(text="Secretariat"))
    picture = papers.render(document, 1, 300)
    assert (picture.width, picture.height) == (300, 425)
    assert len(picture.rgb) == 300 * 425 * 3
    assert picture.rgb[:3] == b"\xff\xff\xff" and min(picture.rgb) < 80
    assert papers.page_text(document, 1).strip() == "Secretariat"
    with pytest.raises(Problem) as caught:
        papers.page_text(document, 2)
    assert (caught.value.code, caught.value.params) == (
        "PLACE_NO_SUCH_PAGE",
        {"page": 2, "pages": 1},
    )


def test_a_broken_document_is_not_drawn(papers: Papers) -> None:
    for ask in (lambda d: papers.render(d, 1, 100), lambda d: papers.page_text(d, 1)):
        with pytest.raises(Problem) as caught:
            ask(BytesIO(b"%PDF-1.7 nothing"))
        assert caught.value.code == "PDF_BROKEN"
