"""Attacks on sealed PDFs, each with the codes it meets; and genuine PDFs of other software.

Every forgery starts from a document that our own custodian sealed, and is shown to a checker
who has no case for it: so nothing but the PDF itself can give it away.
"""

import io

import pytest
from foreign_pdf import DAY, NOW, Elsewhere, incremental
from hostile_pdf import HOSTILE
from paper_kit import CORPUS, SEAL, corpus, simple
from pdf_bench import Attack, Bench, shown, told
from pdf_forger import (
    Change,
    annotate,
    attached,
    byte_range,
    contents,
    copy_signature,
    exchanged_time,
    flipped,
    in_root,
    layers,
    more_pages,
    new_field,
    no_fields,
    numbers,
    on_field,
    on_page,
    other_pages,
    other_seal_picture,
    printed,
    redefine_font,
    repaint,
    script,
    share,
    swapped,
    unsign,
    wrapped,
)
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from airseal.model.verdict import Copy, Overall, Word
from airseal.paper.report import Severity
from airseal.paper.revisions import compared, seen_by


def later(codes: str, *changes: Change, of: str = "sealed") -> Attack:
    return Attack(codes, lambda document: incremental(document, *changes), of)


_CHANGED = "PDF_CHANGED_AFTER_SIGNING PDF_TRAILING_BYTES RANGE_CHANGED"

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
    "form field added": later(_CHANGED, new_field),
    "form field filled": later(
        "PDF_FIELD_CHANGED PDF_TRAILING_BYTES RANGE_CHANGED",
        on_field(0, V=generic.pdf_string("999")),
        of="form",
    ),
    "form field renamed": later(_CHANGED, on_field(0, T=generic.pdf_string("tax")), of="form"),
    "seal picture exchanged": later(_CHANGED, other_seal_picture),
    "seal moved": later(_CHANGED, on_field(0, Rect=numbers(0, 0, 99, 99))),
    "seal hidden": later(_CHANGED, on_field(0, F=generic.NumberObject(2))),
    "one signature shown twice": later(f"PDF_SIGNATURE_SHARED {_CHANGED}", share, of="twice"),
    "signature copied to another field": later(
        f"PDF_SIGNATURE_SHARED {_CHANGED}", copy_signature, of="twice"
    ),
    "signature taken out of its field": later("PDF_UNSIGNED", unsign),
    "form emptied": later("PDF_UNSIGNED", no_fields),
    # bytes behind the end
    "line end appended": Attack("PDF_TRAILING_BYTES", lambda d: d + b"\n"),
    "comment appended": Attack("PDF_TRAILING_BYTES", lambda d: d + b"% paid\n"),
    "second end appended": Attack("PDF_BROKEN", lambda d: d + b"%%EOF\n"),
    "object appended": Attack(
        "PDF_TRAILING_BYTES", lambda d: d + b"9 0 obj\n<</Type/Catalog>>\nendobj\n"
    ),
    "object appended with an end of its own": Attack(
        "PDF_TRAILING_BYTES",
        lambda d: d + b"9 0 obj\n<<>>\nendobj\n" + d[d.rindex(b"startxref") :],
    ),
    "other document appended": Attack("PDF_BROKEN", lambda d: d + simple(text="Pay")),
    "end cut off": Attack("PDF_BROKEN", lambda d: d[:-7]),
    "half cut off": Attack("PDF_BROKEN", lambda d: d[: len(d) // 2]),
    "signature revision cut off": Attack("PDF_UNSIGNED", lambda d: d[: d.index(b"%%EOF") + 6]),
    # bytes exchanged
    "text exchanged": Attack("SIGNATURE_BROKEN", swapped(b"Hello", b"Hullo")),
    "time exchanged": Attack("SIGNATURE_BROKEN", exchanged_time),
    "name in the seal exchanged": Attack("SIGNATURE_BROKEN", swapped(b"/Reason", b"/Season")),
    "bytes put before it": Attack("PDF_BROKEN", lambda d: b"%PDF-1.7\n%x\n" + d),
    # the signature itself
    "signature blanked": Attack("PDF_VERIFY_FAILED", contents(lambda digits: b"0" * len(digits))),
    "padding used": Attack("SIGNATURE_BROKEN", contents(lambda digits: digits[:-2] + b"41")),
    "signature value flipped": Attack(
        "SIGNATURE_BROKEN",
        contents(flipped),
    ),
    "byte range ends early": Attack(
        f"SIGNATURE_BROKEN {_CHANGED}", byte_range(lambda r: [*r[:3], r[3] - 9])
    ),
    "byte range starts late": Attack(
        "PDF_CHANGED_AFTER_SIGNING PDF_TRAILING_BYTES SIGNATURE_BROKEN",
        byte_range(lambda r: [9, r[1] - 9, *r[2:]]),
    ),
    "byte range leaves more out": Attack(
        f"SIGNATURE_BROKEN {_CHANGED}", byte_range(lambda r: [r[0], r[1] - 5, *r[2:]])
    ),
    "byte range of nothing": Attack(
        "PDF_CHANGED_AFTER_SIGNING PDF_TRAILING_BYTES SIGNATURE_BROKEN",
        byte_range(lambda r: [0, 0, 0, 0]),
    ),
    "byte range of two numbers": Attack(
        "PDF_CHANGED_AFTER_SIGNING PDF_TRAILING_BYTES SIGNATURE_BROKEN", byte_range(lambda r: r[:2])
    ),
    "byte range with negative numbers": Attack(
        "PDF_CHANGED_AFTER_SIGNING PDF_TRAILING_BYTES SIGNATURE_BROKEN",
        byte_range(lambda r: [0, -1, 5, 5]),
    ),
    "byte range behind the end": Attack("PDF_BROKEN", byte_range(lambda r: [*r[:3], 999_999_999])),
    "no byte range": Attack("PDF_VERIFY_FAILED", swapped(b"/ByteRange", b"/BiteRange")),
    "no contents": Attack("PDF_VERIFY_FAILED", swapped(b"/Contents <", b"/Kontents <")),
    "signature wrapping": Attack("PDF_BROKEN", wrapped),
    # something else altogether
    "sealed document as an attachment": Attack("PDF_UNSIGNED", attached),
    "picture of the seal": Attack("PDF_UNSIGNED", printed),
    "seal's own picture file": Attack("PDF_UNSIGNED", lambda _: SEAL),
    "nothing": Attack("PDF_BROKEN", lambda _: b""),
    "no PDF": Attack("PDF_BROKEN", lambda d: d[100:]),
}


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
    assert told(verdict, Word.FAIL) == set(attack.codes.split())
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
        assert len(report.stamps) == (1 if name == "B-LTA" else 0)
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
