"""Attacks on sealed PDFs, each with the code it meets; and genuine PDFs of other software.

Every forgery starts from a document that our own custodian sealed, and is shown to a checker
who has no case for it: so nothing but the PDF itself can give it away.
"""

import io
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from foreign_pdf import DAY, NOW, Elsewhere, incremental
from hostile_pdf import HOSTILE, one_page, stream
from paper_kit import CORPUS, SEAL, SEAL_UM, corpus, simple
from pki import Pki
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from airseal.evidence.trusted import TrustedSet
from airseal.evidence.verifier import Verifier
from airseal.model.verdict import Copy, Overall, Verdict, Word
from airseal.paper.jail import Jail
from airseal.paper.papers import Papers, SealField, SealPlan
from airseal.paper.placement import Place
from airseal.paper.report import PdfReport, Severity
from airseal.paper.revisions import compared, seen_by

TIME = NOW.replace(microsecond=0)
FIRST = SealField("seal-1", Place(1, 150_000, 220_000, SEAL_UM, SEAL_UM))
SECOND = SealField("seal-2", Place(1, 60_000, 220_000, SEAL_UM, SEAL_UM))
FORM = simple(
    root="/AcroForm << /Fields [6 0 R] /DA (/F1 0 Tf 0 g) >>",
    page="/Annots [6 0 R]",
    more={6: b"<< /T (sum) /FT /Tx /V (100) /Subtype /Widget /Rect [100 100 200 120] /F 4 >>"},
)


@dataclass(frozen=True)
class Bench:
    """Genuine sealed documents, and a checker who knows their root."""

    papers: Papers
    pki: Pki
    sealed: bytes
    twice: bytes
    form: bytes

    def report(self, document: bytes, *, own: bool = False) -> PdfReport:
        return self.papers.verify(
            io.BytesIO(document),
            roots=[self.pki.root.certificate],
            issuers=[self.pki.issuing.certificate],
            crls=self.pki.crls,
            foreign=not own,
        )


@pytest.fixture(scope="module")
def bench(pki: Pki) -> Iterator[Bench]:
    jail = Jail(formal=False)
    papers = Papers(jail)

    def seal(document: bytes, *steps: str) -> bytes:
        for name in steps:
            planned = (FIRST, SECOND) if len(steps) > 1 else (FIRST,)
            with pki.login(pki.custodian) as signer:
                made = papers.seal(
                    io.BytesIO(document),
                    SealPlan(planned, name, TIME, "张保管", "示范局公章"),
                    io.BytesIO(SEAL),
                    certificate=pki.custodian.certificate,
                    issuers=[pki.issuing.certificate],
                    crls=pki.crls,
                    sign=signer.sign,
                )
            with made.document as sealed:
                document = sealed.read()
        return document

    yield Bench(
        papers,
        pki,
        seal(simple(), "seal-1"),
        seal(simple(), "seal-1", "seal-2"),
        seal(FORM, "seal-1"),
    )
    jail.close()


@pytest.fixture(scope="module")
def elsewhere() -> Elsewhere:
    return Elsewhere()


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


@dataclass(frozen=True)
class Attack:
    """A forgery of one of the genuine documents, and the codes of which one must be named."""

    codes: str
    forge: Callable[[bytes], bytes]
    of: str = "sealed"


def later(codes: str, *changes: Change, of: str = "sealed") -> Attack:
    return Attack(codes, lambda document: incremental(document, *changes), of)


_CHANGED = "PDF_CHANGED_AFTER_SIGNING"

ATTACKS = {
    # shown otherwise by a later revision
    "page painted over": later(_CHANGED, repaint),
    "page covered by a white comment": later(_CHANGED, annotate("/FreeText")),
    "page covered by a stamp": later(_CHANGED, annotate("/Stamp")),
    "page covered by a square": later(_CHANGED, annotate("/Square")),
    "font replaced": later(_CHANGED, redefine_font),
    "page added": later(_CHANGED, more_pages),
    "all pages replaced": later(_CHANGED, other_pages),
    "page cropped": later(_CHANGED, on_page(CropBox=numbers(0, 400, 595, 842))),
    "page made larger": later(_CHANGED, on_page(MediaBox=numbers(0, 0, 595, 1200))),
    "page turned": later(_CHANGED, on_page(Rotate=generic.NumberObject(180))),
    "hidden layer added": later(_CHANGED, in_root("/OCProperties", layers)),
    "script added": later(_CHANGED, in_root("/OpenAction", script)),
    "script for the page added": later(_CHANGED, on_page(AA=script())),
    "attachment tree added": later(_CHANGED, in_root("/Names", generic.DictionaryObject)),
    "page labels changed": later(_CHANGED, in_root("/PageLabels", generic.DictionaryObject)),
    "form field added": later(f"PDF_FIELD_CHANGED {_CHANGED}", new_field),
    "form field filled": later(
        "PDF_FIELD_CHANGED", on_field(0, V=generic.pdf_string("999")), of="form"
    ),
    "form field renamed": later(
        f"PDF_FIELD_CHANGED {_CHANGED}", on_field(0, T=generic.pdf_string("tax")), of="form"
    ),
    "seal picture exchanged": later(
        f"PDF_FIELD_CHANGED {_CHANGED} PDF_TRAILING_BYTES", other_seal_picture
    ),
    "seal moved": later(f"{_CHANGED} PDF_TRAILING_BYTES", on_field(0, Rect=numbers(0, 0, 99, 99))),
    "seal hidden": later(f"{_CHANGED} PDF_TRAILING_BYTES", on_field(0, F=generic.NumberObject(2))),
    "one signature shown twice": later("PDF_SIGNATURE_SHARED", share, of="twice"),
    "signature copied to another field": later("PDF_SIGNATURE_SHARED", copy_signature, of="twice"),
    "signature taken out of its field": later("PDF_UNSIGNED", unsign),
    "form emptied": later("PDF_UNSIGNED", no_fields),
    # bytes behind the end
    "line end appended": Attack("PDF_TRAILING_BYTES", lambda d: d + b"\n"),
    "comment appended": Attack("PDF_TRAILING_BYTES", lambda d: d + b"% paid\n"),
    "second end appended": Attack("PDF_TRAILING_BYTES PDF_BROKEN", lambda d: d + b"%%EOF\n"),
    "object appended": Attack(
        "PDF_TRAILING_BYTES", lambda d: d + b"9 0 obj\n<</Type/Catalog>>\nendobj\n"
    ),
    "object appended with an end of its own": Attack(
        "PDF_TRAILING_BYTES PDF_BROKEN",
        lambda d: d + b"9 0 obj\n<<>>\nendobj\n" + d[d.rindex(b"startxref") :],
    ),
    "other document appended": Attack(
        "PDF_BROKEN PDF_UNSIGNED PDF_VERIFY_FAILED", lambda d: d + simple(text="Pay")
    ),
    "end cut off": Attack("PDF_BROKEN PDF_TRAILING_BYTES SIGNATURE_BROKEN", lambda d: d[:-7]),
    "half cut off": Attack("PDF_BROKEN", lambda d: d[: len(d) // 2]),
    "signature revision cut off": Attack("PDF_UNSIGNED", lambda d: d[: d.index(b"%%EOF") + 6]),
    # bytes exchanged
    "text exchanged": Attack("SIGNATURE_BROKEN", swapped(b"Hello", b"Hullo")),
    "time exchanged": Attack("SIGNATURE_BROKEN", exchanged_time),
    "name in the seal exchanged": Attack("SIGNATURE_BROKEN", swapped(b"/Reason", b"/Season")),
    "bytes put before it": Attack(
        "PDF_BROKEN PDF_VERIFY_FAILED SIGNATURE_BROKEN", lambda d: b"%PDF-1.7\n%x\n" + d
    ),
    # the signature itself
    "signature blanked": Attack("PDF_VERIFY_FAILED", contents(lambda digits: b"0" * len(digits))),
    "padding used": Attack("SIGNATURE_BROKEN", contents(lambda digits: digits[:-2] + b"41")),
    "signature value flipped": Attack(
        "SIGNATURE_BROKEN PDF_VERIFY_FAILED",
        contents(lambda d: _flipped(d)),
    ),
    "byte range ends early": Attack(
        "SIGNATURE_BROKEN PDF_TRAILING_BYTES", byte_range(lambda r: [*r[:3], r[3] - 9])
    ),
    "byte range starts late": Attack(
        "SIGNATURE_BROKEN", byte_range(lambda r: [9, r[1] - 9, *r[2:]])
    ),
    "byte range leaves more out": Attack(
        "SIGNATURE_BROKEN", byte_range(lambda r: [r[0], r[1] - 5, *r[2:]])
    ),
    "byte range of nothing": Attack(
        "SIGNATURE_BROKEN PDF_VERIFY_FAILED", byte_range(lambda r: [0, 0, 0, 0])
    ),
    "byte range of two numbers": Attack(
        "SIGNATURE_BROKEN PDF_VERIFY_FAILED", byte_range(lambda r: r[:2])
    ),
    "byte range with negative numbers": Attack(
        "SIGNATURE_BROKEN PDF_VERIFY_FAILED", byte_range(lambda r: [0, -1, 5, 5])
    ),
    "byte range behind the end": Attack(
        "SIGNATURE_BROKEN PDF_VERIFY_FAILED PDF_BROKEN", byte_range(lambda r: [*r[:3], 999_999_999])
    ),
    "no byte range": Attack("PDF_VERIFY_FAILED", swapped(b"/ByteRange", b"/BiteRange")),
    "no contents": Attack("PDF_VERIFY_FAILED", swapped(b"/Contents <", b"/Kontents <")),
    "signature wrapping": Attack(
        "SIGNATURE_BROKEN PDF_BROKEN PDF_VERIFY_FAILED PDF_TRAILING_BYTES", wrapped
    ),
    # something else altogether
    "sealed document as an attachment": Attack("PDF_UNSIGNED", attached),
    "picture of the seal": Attack("PDF_UNSIGNED", printed),
    "seal's own picture file": Attack("PDF_UNSIGNED", lambda _: SEAL),
    "nothing": Attack("PDF_BROKEN", lambda _: b""),
    "no PDF": Attack("PDF_BROKEN", lambda d: d[100:]),
}


def _flipped(digits: bytes) -> bytes:
    """One digit of the signature's last bytes changed, inside the DER."""
    used = len(digits.rstrip(b"0"))
    at = used - 20
    return digits[:at] + (b"1" if digits[at : at + 1] != b"1" else b"2") + digits[at + 1 :]


def told(verdict: Verdict, word: Word | None = None) -> set[str]:
    found = (c for c in verdict.checks if c.reason is not None and word in (None, c.word))
    return {check.reason.code for check in found if check.reason}


def shown(bench: Bench, document: bytes, trusted: TrustedSet | None = None) -> Verdict:
    """The verdict of a checker who has nothing but the document and the unit's lists."""
    verifier = Verifier(trusted or TrustedSet([]), bench.papers, TIME)
    return verifier.pdf(io.BytesIO(document), "x.pdf")


def test_the_genuine_ones_are_sound(bench: Bench) -> None:
    for document in (bench.sealed, bench.twice, bench.form):
        for own in (True, False):
            report = bench.report(document, own=own)
            assert report.sound and not report.findings, report.findings


@pytest.mark.parametrize("name", ATTACKS)
def test_a_forged_pdf_is_found_out(bench: Bench, name: str) -> None:
    attack = ATTACKS[name]
    forged = attack.forge(getattr(bench, attack.of))
    assert forged != getattr(bench, attack.of)
    verdict = shown(bench, forged)
    assert verdict.overall is Overall.INVALID, verdict.checks
    assert told(verdict, Word.FAIL) & set(attack.codes.split()), told(verdict)
    assert verdict.kind in (Copy.ALTERED, Copy.UNSEALED)
    for own in (True, False):
        report = bench.report(forged, own=own)
        assert not report.sound, name


def test_a_title_changed_after_sealing(bench: Bench) -> None:
    """Properties are not the page; our own seals suffer nothing behind them all the same."""

    def retitle(writer: IncrementalPdfFileWriter) -> None:
        title = {generic.NameObject("/Title"): generic.pdf_string("Other")}
        writer.set_info(writer.add_object(generic.DictionaryObject(title)))

    forged = incremental(bench.sealed, retitle)
    assert {f.code for f in bench.report(forged, own=True).findings} == {"PDF_TRAILING_BYTES"}
    assert "RANGE_EVIDENCE_ADDED" in told(shown(bench, forged), Word.PASS)


@pytest.mark.parametrize(
    "code", ["PDF_JAVASCRIPT", "PDF_XFA", "PDF_EMBEDDED_FILE", "PDF_LAYERS", "PDF_OVERLAY"]
)
def test_what_could_show_something_else_limits_a_signed_pdf(
    bench: Bench, elsewhere: Elsewhere, code: str
) -> None:
    """Signed with other software, scripts and layers included: nothing was changed since."""
    made = dict(HOSTILE)
    made["PDF_LAYERS"] = incremental(simple(), in_root("/OCProperties", layers))
    made["PDF_OVERLAY"] = incremental(simple(), annotate("/FreeText"))
    signed = elsewhere.sign(made[code])
    report = bench.report(signed)
    assert (code, Severity.WARN) in {(f.code, f.severity) for f in report.findings}
    if code != "PDF_OVERLAY":
        own = bench.report(signed, own=True)
        assert (code, Severity.BLOCK) in {(f.code, f.severity) for f in own.findings}
    assert code in told(shown(bench, signed), Word.LIMIT)


class TestSignedElsewhere:
    """Genuine PDFs of other software are judged, or it is said why they cannot be."""

    @pytest.mark.parametrize(
        ("name", "options"),
        [
            ("B-B", {}),
            ("B-T", {"stamped": True}),
            ("B-LT", {"stamped": True, "embed_validation_info": True}),
            ("B-LTA", {"stamped": True, "embed_validation_info": True, "use_pades_lta": True}),
            ("Adobe", {"subfilter": "/adbe.pkcs7.detached"}),
            ("certified", {"certify": True}),
        ],
    )
    def test_is_intact(
        self, bench: Bench, elsewhere: Elsewhere, name: str, options: dict[str, object]
    ) -> None:
        from pyhanko.sign.fields import SigSeedSubFilter

        if "subfilter" in options:
            options = {"subfilter": SigSeedSubFilter.ADOBE_PKCS7_DETACHED}
        signed = elsewhere.sign(simple(), **options)
        report = bench.papers.verify(
            io.BytesIO(signed),
            roots=[elsewhere.root.der],
            issuers=[],
            crls=[elsewhere.crl],
            foreign=True,
        )
        assert report.sound, report
        assert report.timestamps == (1 if name == "B-LTA" else 0)
        verdict = shown(bench, signed)
        assert verdict.overall is Overall.UNKNOWN
        assert told(verdict, Word.UNKNOWN) == {"CERT_ROOT_UNKNOWN", "BASIS_MISSING"}
        assert (verdict.items[0].signer, verdict.kind) == ("elsewhere signer", Copy.FOREIGN)

    @pytest.mark.parametrize("rotation", [0, 90, 270])
    def test_several_signatures_on_a_turned_page(
        self, bench: Bench, elsewhere: Elsewhere, rotation: int
    ) -> None:
        once = elsewhere.sign(simple(page=f"/Rotate {rotation}"))
        twice = elsewhere.sign(once, field="Signature2")
        report = bench.report(twice)
        assert [s.intact for s in report.signatures] == [True, True] and not report.findings
        assert report.signatures[0].end == len(once)

    def test_the_root_two_people_accepted_is_enough_for_the_signature(
        self, bench: Bench, elsewhere: Elsewhere
    ) -> None:
        report = bench.papers.verify(
            io.BytesIO(elsewhere.sign(simple())),
            roots=[elsewhere.root.der],
            issuers=[],
            crls=[],
            foreign=True,
        )
        (signature,) = report.signatures
        assert (signature.intact, signature.trusted, signature.trouble) == (True, False, "no-list")

    @pytest.mark.parametrize(
        ("who", "trouble"),
        [("revoked", "revoked"), ("expired", "expired"), ("unsuitable", "unsuitable")],
    )
    def test_whose_signer_is_no_good(
        self, bench: Bench, elsewhere: Elsewhere, who: str, trouble: str
    ) -> None:
        signed = elsewhere.sign(simple(), by=getattr(elsewhere, who))
        report = bench.papers.verify(
            io.BytesIO(signed),
            roots=[elsewhere.root.der],
            issuers=[],
            crls=[elsewhere.crl],
            at=NOW + DAY,
            foreign=True,
        )
        assert report.signatures[0].trouble == trouble
        assert not report.sound

    def test_a_script_in_another_spelling_of_the_form_is_not_ours(
        self, bench: Bench, elsewhere: Elsewhere
    ) -> None:
        """The own profile knows one spelling of a signature: nothing can hide in another."""
        report = bench.report(elsewhere.sign(simple(), embed_validation_info=True), own=True)
        assert not report.sound

    def test_loose_bytes_between_its_revisions_are_refused(
        self, bench: Bench, elsewhere: Elsewhere
    ) -> None:
        options = {"stamped": True, "embed_validation_info": True, "use_pades_lta": True}
        signed = elsewhere.sign(simple(), **options)
        (signature,) = bench.report(signed).signatures
        loose = signed[: signature.end] + b"%%EOF\n" + signed[signature.end :]
        assert shown(bench, loose).overall is Overall.INVALID

    @pytest.mark.parametrize("kind", ["adbe.pkcs7.sha1", "adbe.x509.rsa_sha1", "GMT.0031"])
    def test_a_kind_of_signature_not_known_here_is_said_to_be_unknown(
        self, bench: Bench, kind: str
    ) -> None:
        """国标 SES signatures are another kind: 无法判断, with the reason."""
        foreign = simple(
            root="/AcroForm << /Fields [6 0 R] >>",
            more={
                6: b"<< /FT /Sig /T (s) /V 7 0 R >>",
                7: b"<< /Type /Sig /Filter /X /SubFilter /%s /Contents <00> "
                b"/ByteRange [0 1 2 3] >>" % kind.encode(),
            },
        )
        verdict = shown(bench, foreign)
        assert verdict.overall is Overall.UNKNOWN
        assert "PDF_SIGNATURE_KIND" in told(verdict, Word.UNKNOWN)

    def test_an_encrypted_one_is_said_to_be_unknown(self, bench: Bench) -> None:
        verdict = shown(bench, HOSTILE["PDF_ENCRYPTED"])
        assert verdict.overall is Overall.UNKNOWN
        assert "PDF_ENCRYPTED" in told(verdict, Word.UNKNOWN)


def test_no_document_of_the_corpus_is_called_valid(bench: Bench) -> None:
    """Real PDFs of many makers, none of them signed: each refused with a code, none crashes."""
    if not CORPUS.exists():
        pytest.skip("the corpus is not at hand: ../shared/corpus/pdf")
    seen = 0
    for path in sorted(CORPUS.glob("*.pdf")):
        verdict = shown(bench, corpus(path.name).getvalue())
        assert verdict.overall in (Overall.INVALID, Overall.UNKNOWN), path.name
        assert told(verdict), path.name
        seen += 1
    assert seen >= 30


def test_what_the_seal_saw_is_told_from_what_is_shown_now(bench: Bench) -> None:
    """The same page then and now: where it was painted over, and nowhere else."""
    forged = incremental(bench.sealed, annotate("/Stamp"))
    end = bench.report(bench.sealed).signatures[0].end
    assert bench.report(forged).signatures[0].end == end == len(bench.sealed)
    found = compared(bench.papers, io.BytesIO(forged), end, 1, 300)
    same = compared(bench.papers, io.BytesIO(bench.sealed), end, 1, 300)
    assert found.squares > 0 and same.squares == 0
    assert found.then.rgb != found.now.rgb
    added = incremental(bench.sealed, more_pages)
    assert compared(bench.papers, io.BytesIO(added), end, 2, 300).squares > 0
    verdict = shown(bench, forged)
    assert seen_by(verdict) == (end,)
    assert seen_by(shown(bench, bench.sealed)) == ()
