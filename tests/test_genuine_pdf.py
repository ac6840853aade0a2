"""Genuine PDFs of other makers, signed with other software: intact, or the true reason why not."""

import logging
import re
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from foreign_pdf import Elsewhere
from paper_kit import CORPUS, assemble, in_object_stream, simple, stream
from pdf_bench import Bench, shown, told
from pyhanko.pdf_utils.misc import PdfReadError

from airseal.model.verdict import Overall, Word

UNKNOWN = {"CERT_ROOT_UNKNOWN", "BASIS_MISSING"}
"""What nobody here can know of a signer elsewhere."""


def judged(bench: Bench, document: bytes) -> set[str]:
    """Why it is limited, beside what is unknown of every stranger."""
    verdict = shown(bench, document)
    assert verdict.overall is Overall.UNKNOWN and not told(verdict, Word.FAIL), told(verdict)
    assert told(verdict, Word.UNKNOWN) == UNKNOWN
    return told(verdict, Word.LIMIT)


@pytest.mark.parametrize("archived", [False, True])
def test_real_documents_of_many_makers(
    bench: Bench, elsewhere: Elsewhere, archived: bool, caplog: pytest.LogCaptureFixture
) -> None:
    """Linearised, with object streams, rotated, with forms, scripts and comments: all of them."""
    caplog.set_level(logging.CRITICAL)
    if not CORPUS.exists():
        pytest.skip("the corpus is not at hand: ../shared/corpus/pdf")
    options = {"stamped": True, "embed_validation_info": True, "use_pades_lta": True}
    signed = linearised = 0
    for path in sorted(CORPUS.glob("*.pdf"))[:: 4 if archived else 1]:
        document = path.read_bytes()
        try:
            made = elsewhere.sign(document, **(options if archived else {}))
        except PdfReadError:
            continue  # broken or encrypted: nobody can sign it
        hints = judged(bench, made)
        assert hints <= {
            *("PDF_EMBEDDED_FILE", "PDF_JAVASCRIPT", "PDF_MULTIMEDIA", "PDF_OVERLAY", "PDF_XFA"),
            *("PDF_LAUNCH", "PDF_NEEDS_APPEARANCES"),
        }, path.name
        signed += 1
        linearised += b"/Linearized" in document[:2_000]
    assert signed >= (6 if archived else 30) and linearised >= 1


def test_with_an_object_stream(bench: Bench, elsewhere: Elsewhere) -> None:
    plain = in_object_stream(b"<< /Producer (x) >>", "")
    assert not judged(bench, elsewhere.sign(plain))
    assert not judged(bench, elsewhere.sign(elsewhere.sign(plain), field="Two"))


def test_with_two_tables_is_unknown_because_of_them(bench: Bench, elsewhere: Elsewhere) -> None:
    """A hybrid file: old readers follow one table, new ones another. The reason is said."""
    signed = elsewhere.sign(simple())
    before = int(re.findall(rb"startxref\s+(\d+)", signed)[-1])
    empty = b"/Type/XRef/W[1 4 2]/Index[0 0]/Size 1"
    more = b"90 0 obj\n%s\nendobj\n" % stream(b"", empty.decode())
    table = (
        b"xref\n0 0\ntrailer\n<</Size 91/Root 1 0 R/Prev %d/XRefStm %d>>\nstartxref\n%d\n%%%%EOF\n"
    )
    hybrid = signed + more + table % (before, len(signed), len(signed + more))
    verdict = shown(bench, hybrid)
    assert verdict.overall is Overall.UNKNOWN
    assert told(verdict, Word.UNKNOWN) >= {"PDF_HYBRID"}


def test_with_a_reference_into_nothing_is_unknown_because_of_it(
    bench: Bench, elsewhere: Elsewhere
) -> None:
    verdict = shown(bench, elsewhere.sign(simple(page="/Thumb 60 0 R")))
    assert told(verdict, Word.UNKNOWN) == {*UNKNOWN, "PDF_REFERENCE_MISSING"}


def test_signed_with_poppler(bench: Bench, elsewhere: Elsewhere, tmp_path: Path) -> None:
    """Another maker's signatures altogether: ``pdfsig`` with NSS.

    poppler gives objects new generations without having freed the old: it says so.
    """
    database, plain = f"sql:{tmp_path}", tmp_path / "plain.pdf"
    plain.write_bytes(simple())
    key = pkcs12.serialize_key_and_certificates(
        b"signer",
        elsewhere.signer.key,
        elsewhere.signer.certificate,
        [elsewhere.root.certificate],
        BestAvailableEncryption(b"tests"),
    )
    (tmp_path / "key.p12").write_bytes(key)
    for command in (
        ["certutil", "-N", "-d", database, "--empty-password"],
        ["pk12util", "-i", tmp_path / "key.p12", "-d", database, "-W", "tests", "-K", ""],
        [
            *("pdfsig", "-nssdir", database, "-add-signature", "-nick", "signer"),
            *(plain, tmp_path / "signed.pdf"),
        ],
    ):
        subprocess.run(command, check=True, capture_output=True, timeout=60)
    verdict = shown(bench, (tmp_path / "signed.pdf").read_bytes())
    assert verdict.overall is Overall.UNKNOWN
    assert told(verdict, Word.UNKNOWN) == {"PDF_IRREGULAR", "BASIS_MISSING"}


def test_a_straddle_seal_is_one_signature_with_a_part_on_the_edge_of_each_page(
    bench: Bench, elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    """骑缝: several pictures of one field, all there before it was signed."""
    # pyHanko draws into one picture only, and here there is nothing left to draw.
    drawn = "pyhanko.sign.signers.cms_embedder.get_single_field_annot"
    monkeypatch.setattr(drawn, lambda field: field["/Kids"][0] if "/Kids" in field else field)
    page = (
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R /Annots [%d 0 R] >>"
    )
    part = (
        "<< /Type /Annot /Subtype /Widget /Parent 6 0 R /P %d 0 R /Rect [565 380 595 440] /F 132"
        " /AP << /N 9 0 R >> >>"
    )
    picture = "/Type /XObject /Subtype /Form /BBox [0 0 30 60]"
    plain = assemble(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [6 0 R] /SigFlags 3 >> >>",
            2: b"<< /Type /Pages /Kids [3 0 R 4 0 R] /Count 2 >>",
            3: (page % 7).encode(),
            4: (page % 8).encode(),
            5: stream(b"0 0 100 100 re f"),
            6: b"<< /FT /Sig /T (Straddle) /Kids [7 0 R 8 0 R] >>",
            7: (part % 3).encode(),
            8: (part % 4).encode(),
            9: stream(b"1 0 0 rg 0 0 30 60 re f", picture),
        }
    )
    signed = elsewhere.sign(plain, field="Straddle")
    assert not judged(bench, signed)
    assert not judged(bench, elsewhere.sign(signed, field="Two"))
