"""Sealing with a real token, checked by ourselves and by others; and every way to spoil it."""

import io
import os
import re
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from io import BytesIO
from pathlib import Path
from random import Random

import pytest
from cryptography import x509
from paper_kit import CORPUS, SEAL, SEAL_UM, assemble, corpus, red_box, simple, stream
from pki import NOW, YEAR, Holder, Pki
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from airseal.keys import ca
from airseal.model.digest import sha256
from airseal.model.problem import Problem
from airseal.paper.jail import Jail, Session
from airseal.paper.papers import Papers, Sealed, SealField, SealPlan
from airseal.paper.placement import Place
from airseal.paper.report import Modification, PdfReport, Revocation

DAY = timedelta(days=1)
TIME = datetime(2026, 3, 4, 5, 6, 7, tzinfo=timezone(timedelta(hours=8)))
FIRST = SealField("seal-1", Place(1, 150_000, 220_000, SEAL_UM, SEAL_UM))
SECOND = SealField("seal-2", Place(1, 60_000, 220_000, SEAL_UM, SEAL_UM))
PLAN = SealPlan((FIRST,), "seal-1", TIME, "示范市档案局", "公文用印", "示范市")
BOTH = replace(PLAN, fields=(FIRST, SECOND))

Seal = Callable[..., Sealed]


@pytest.fixture(scope="module")
def jail() -> Iterator[Jail]:
    made = Jail(formal=True)
    yield made
    made.close()


@pytest.fixture(scope="module")
def papers(jail: Jail) -> Papers:
    return Papers(jail)


@pytest.fixture(scope="module")
def seal(papers: Papers, pki: Pki) -> Seal:
    """Seals bytes as a plan says, by the custodian's token."""

    def sealed(document: bytes, plan: SealPlan = PLAN, session: Session | None = None) -> Sealed:
        with pki.login(pki.custodian) as signer:
            return papers.seal(
                BytesIO(document),
                plan,
                BytesIO(SEAL),
                certificate=pki.custodian.certificate,
                issuers=[pki.issuing.certificate],
                crls=pki.crls,
                sign=signer.sign,
                session=session,
            )

    return sealed


@pytest.fixture(scope="module")
def check(papers: Papers, pki: Pki) -> Callable[[bytes], PdfReport]:
    def checked(document: bytes, session: Session | None = None) -> PdfReport:
        return papers.verify(
            BytesIO(document), roots=[pki.root.certificate], issuers=[], crls=[], session=session
        )

    return checked


@pytest.fixture(scope="module")
def sealed(seal: Seal) -> bytes:
    return seal(simple()).document.read()


def found(report: PdfReport) -> set[str]:
    return {finding.code for finding in report.findings}


def code_of(call: Callable[[], object]) -> str:
    with pytest.raises(Problem) as caught:
        call()
    return caught.value.code


def test_a_seal_says_who_when_where_and_on_which_bytes(
    seal: Seal, check: Callable[[bytes], PdfReport], pki: Pki
) -> None:
    document = simple()
    made = seal(document)
    data = made.document.read()
    assert data.startswith(document)
    assert (made.digest, made.size) == (sha256(data), len(data))
    report = check(data)
    assert report.sound
    (signature,) = report.signatures
    assert signature.field == "seal-1"
    assert signature.certificate == pki.custodian.certificate
    assert datetime.fromisoformat(signature.claimed_time) == TIME
    assert (signature.intact, signature.covers_file, signature.trusted) == (True, True, True)
    assert signature.revocation is Revocation.GOOD
    assert signature.modification is Modification.NONE
    assert signature.place == FIRST.place
    assert data.endswith(b"%%EOF\n") and data.count(b"%%EOF") == 2
    assert b"/SubFilter /ETSI.CAdES.detached" in data
    assert b"/DSS" in data and b"/VRI" not in data and b"pyHanko" not in data


def test_the_sealed_document_cannot_change_any_more(seal: Seal) -> None:
    with seal(simple()).document as document, pytest.raises(OSError):
        os.pwrite(document.fileno(), b"x", 0)


@pytest.mark.parametrize("holder", ["custodian", "officer"])
def test_poppler_agrees(papers: Papers, pki: Pki, tmp_path: Path, holder: str) -> None:
    """RSA-2048 and P-256; pdfsig trusts the demo root through an NSS database."""
    who: Holder = getattr(pki, holder)
    with pki.login(who) as signer:
        made = papers.seal(
            BytesIO(simple()),
            PLAN,
            BytesIO(SEAL),
            certificate=who.certificate,
            issuers=[pki.issuing.certificate],
            crls=pki.crls,
            sign=signer.sign,
        )
    (tmp_path / "sealed.pdf").write_bytes(made.document.read())
    (tmp_path / "root.der").write_bytes(pki.root.certificate)
    database = f"sql:{tmp_path}"
    subprocess.run(["certutil", "-N", "-d", database, "--empty-password"], check=True, timeout=30)
    subprocess.run(
        ["certutil", "-A", "-d", database, "-n", "r", "-t", "CT,C,C", "-i", tmp_path / "root.der"],
        check=True,
        timeout=30,
    )
    done = subprocess.run(
        ["pdfsig", "-nssdir", database, tmp_path / "sealed.pdf"],
        capture_output=True,
        text=True,
        timeout=30,
    )
    for sentence in (
        "Signature is Valid",
        "Certificate is Trusted",
        "Total document signed",
        "ETSI.CAdES.detached",
    ):
        assert sentence in done.stdout


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize(
    ("box", "page"),
    [
        ("0 0 595 842", ""),
        ("-100 -200 495 642", ""),
        ("0 0 700 900", "/CropBox [50 40 645 880]"),
        ("595 842 0 0", ""),
    ],
)
def test_the_seal_stands_upright_in_true_size_where_it_was_approved(
    papers: Papers,
    seal: Seal,
    check: Callable[[bytes], PdfReport],
    rotation: int,
    box: str,
    page: str,
) -> None:
    place = Place(1, 80_000, 120_000, SEAL_UM, SEAL_UM)
    document = simple(box=box, page=f"/Rotate {rotation} {page}", content=b"0 0 1 RG 0 0 m 9 9 l S")
    plan = replace(PLAN, fields=(SealField("seal-1", place),))
    with papers.session() as session:
        data = seal(document, plan, session).document.read()
        seen = red_box(papers, data)
        assert all(abs(a - b) <= 700 for a, b in zip(seen, place.box, strict=True)), (
            seen,
            place.box,
        )
        (signature,) = check(data).signatures
        assert signature.place == place
        picture = papers.render(
            BytesIO(data), 1, papers.preflight(BytesIO(data)).page_sizes[0].width_um // 100
        )
        # Upright: the arc of the name lies in the upper half, nothing in the lower fifth.
        above, below = (
            sum(
                picture.rgb[3 * (y * picture.width + x) + 1] < 128
                for y in range(y1 // 100, y2 // 100)
                for x in range(700, 900)
            )
            for y1, y2 in ((102_000, 110_000), (130_000, 136_000))
        )
        assert above > 2_000 and below == 0, (above, below)


def test_two_seals_two_revisions_and_both_hold(
    seal: Seal, check: Callable[[bytes], PdfReport]
) -> None:
    once = seal(simple(), BOTH).document.read()
    twice = seal(once, replace(BOTH, field="seal-2")).document.read()
    assert twice.startswith(once)
    report = check(twice)
    assert report.sound, report
    assert [s.field for s in report.signatures] == ["seal-1", "seal-2"]
    assert [s.covers_file for s in report.signatures] == [False, True]
    assert report.signatures[0].modification is Modification.SIGNATURES
    assert report.signatures[1].place == SECOND.place


def test_a_field_is_sealed_once_and_where_the_first_sealing_put_it(seal: Seal) -> None:
    once = seal(simple(), BOTH).document.read()
    assert code_of(lambda: seal(once, BOTH)) == "SEAL_FIELD_USED"
    moved = replace(SECOND, place=replace(SECOND.place, x_um=61_000))
    plan = replace(BOTH, fields=(FIRST, moved), field="seal-2")
    assert code_of(lambda: seal(once, plan)) == "SEAL_FIELD_MOVED"
    third = replace(SECOND, name="seal-3")
    plan = replace(BOTH, fields=(FIRST, SECOND, third), field="seal-3")
    assert code_of(lambda: seal(once, plan)) == "SEAL_FIELD_MISSING"
    assert code_of(lambda: seal(simple(), replace(PLAN, field="other"))) == "SEAL_FIELD_MISSING"


def test_a_seal_beyond_the_last_page_is_refused(seal: Seal) -> None:
    plan = replace(PLAN, fields=(replace(FIRST, place=replace(FIRST.place, page=2)),))
    assert code_of(lambda: seal(simple(), plan)) == "PLACE_NO_SUCH_PAGE"


@pytest.mark.parametrize("document", [b"", b"%PDF-1.7\n%%EOF\n", simple()[:-40], simple() + b"x"])
def test_a_broken_document_is_not_sealed(seal: Seal, document: bytes) -> None:
    assert code_of(lambda: seal(document)) in {"PDF_BROKEN", "PDF_TRAILING_BYTES"}


def test_a_token_that_fails_ends_the_sealing_with_its_own_reason(papers: Papers, pki: Pki) -> None:
    def fail(_: bytes) -> bytes:
        raise Problem("TOKEN_GONE")

    ask = lambda: papers.seal(  # noqa: E731
        BytesIO(simple()),
        PLAN,
        BytesIO(SEAL),
        certificate=pki.custodian.certificate,
        issuers=[],
        crls=[],
        sign=fail,
    )
    assert code_of(ask) == "TOKEN_GONE"


def test_a_wrong_key_s_signature_is_seen(
    papers: Papers, pki: Pki, check: Callable[[bytes], PdfReport]
) -> None:
    with pki.login(pki.drafter) as signer:
        made = papers.seal(
            BytesIO(simple()),
            PLAN,
            BytesIO(SEAL),
            certificate=pki.custodian.certificate,
            issuers=[pki.issuing.certificate],
            crls=pki.crls,
            sign=signer.sign,
        )
    (signature,) = check(made.document.read()).signatures
    assert not signature.intact and not signature.trusted


class Liar:
    """A jail that was taken over: it prepares, then lies or meddles."""

    def __init__(self, session: Session, meddle: Callable[[io.FileIO], None]) -> None:
        self.session, self.meddle = session, meddle

    def ask(self, request: object, files: list[io.FileIO], *rest: object) -> object:
        answer = self.session.ask(request, files, *rest)  # type: ignore[arg-type]
        self.meddle(files[0])
        return answer


@pytest.mark.parametrize(
    "meddle",
    [
        lambda file: os.pwrite(file.fileno(), b"J", simple().index(b"Hello")),
        lambda file: os.truncate(file.fileno(), 100),
        lambda file: os.pwrite(file.fileno(), b"1" * 30_000, len(simple())),
    ],
)
def test_a_jail_taken_over_cannot_have_other_bytes_signed(
    papers: Papers, pki: Pki, meddle: Callable[[io.FileIO], None]
) -> None:
    signed: list[bytes] = []
    with papers.session() as session:
        ask = lambda: papers.seal(  # noqa: E731
            BytesIO(simple()),
            PLAN,
            BytesIO(SEAL),
            certificate=pki.custodian.certificate,
            issuers=[],
            crls=[],
            sign=lambda tbs: signed.append(tbs) or bytes(256),  # type: ignore[func-returns-value]
            session=Liar(session, meddle),  # type: ignore[arg-type]
        )
        assert code_of(ask) == "JAIL_DIED"
    assert signed == []


def test_a_change_between_signing_and_freezing_is_seen(papers: Papers, pki: Pki) -> None:
    held: list[io.FileIO] = []
    with papers.session() as session, pki.login(pki.custodian) as signer:

        def sign(tbs: bytes) -> bytes:
            os.pwrite(held[0].fileno(), b"J", simple().index(b"Hello"))
            return signer.sign(tbs)

        ask = lambda: papers.seal(  # noqa: E731
            BytesIO(simple()),
            PLAN,
            BytesIO(SEAL),
            certificate=pki.custodian.certificate,
            issuers=[],
            crls=[],
            sign=sign,
            session=Liar(session, held.append),  # type: ignore[arg-type]
        )
        assert code_of(ask) == "JAIL_DIED"


def test_flipped_bits_are_never_accepted(
    papers: Papers, sealed: bytes, check: Callable[..., PdfReport]
) -> None:
    """250 seeded places, most of them in what the byte range leaves out."""
    chance = Random(20260304)
    gap = re.search(rb"/Contents <[0-9A-F]+>", sealed)
    assert gap is not None
    inside = chance.sample(range(*gap.span()), 150)
    outside = chance.sample(range(len(sealed)), 100)
    with papers.session() as session:
        assert check(sealed, session).sound
        for at in [*inside, *outside, gap.start() + 10, gap.end() - 1]:
            spoilt = bytearray(sealed)
            spoilt[at] ^= 1 << chance.randrange(8)
            assert not check(bytes(spoilt), session).sound, at


def incremental(document: bytes, change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    writer = IncrementalPdfFileWriter(BytesIO(document))
    change(writer)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


FORM = simple(
    root="/AcroForm << /Fields [6 0 R] /DA (/F1 0 Tf 0 g) >>",
    page="/Annots [6 0 R]",
    more={6: b"<< /T (sum) /FT /Tx /V (100) /Subtype /Widget /Rect [100 100 200 120] /F 4 >>"},
)


def test_bytes_behind_the_signature_are_refused(
    sealed: bytes, check: Callable[[bytes], PdfReport]
) -> None:
    for tail in (b"x", b"\n", b"9 0 obj\n<< >>\nendobj\n", b"\n%%EOF\n", sealed[-60:]):
        report = check(sealed + tail)
        assert found(report) & {"PDF_TRAILING_BYTES", "PDF_BROKEN", "PDF_VERIFY_FAILED"}, tail
    assert found(check(sealed[:-1])) and found(check(sealed[:-7]))


def test_a_field_changed_after_sealing_is_refused(
    seal: Seal, check: Callable[[bytes], PdfReport]
) -> None:
    data = seal(FORM).document.read()
    assert check(data).sound

    def fill(writer: IncrementalPdfFileWriter) -> None:
        from pyhanko.pdf_utils.generic import pdf_string

        field = writer.root["/AcroForm"]["/Fields"][0]
        field["/V"] = pdf_string("999")
        writer.update_container(field)

    assert "PDF_FIELD_CHANGED" in found(check(incremental(data, fill)))


def test_a_page_changed_after_sealing_is_refused(
    sealed: bytes, check: Callable[[bytes], PdfReport]
) -> None:
    def paint(writer: IncrementalPdfFileWriter) -> None:
        from pyhanko.pdf_utils.generic import StreamObject

        page = writer.root["/Pages"]["/Kids"][0]
        page["/Contents"] = writer.add_object(StreamObject(stream_data=b"0 0 9 9 re f"))
        writer.update_container(page)

    assert found(check(incremental(sealed, paint))) >= {"PDF_CHANGED_AFTER_SIGNING"}


def test_one_signature_in_two_fields_is_refused(
    seal: Seal, check: Callable[[bytes], PdfReport]
) -> None:
    data = seal(simple(), BOTH).document.read()

    def share(writer: IncrementalPdfFileWriter) -> None:
        first, second = writer.root["/AcroForm"]["/Fields"]
        first, second = first.get_object(), second.get_object()
        second["/V"] = first.raw_get("/V")
        writer.update_container(second)

    assert "PDF_SIGNATURE_SHARED" in found(check(incremental(data, share)))


def test_without_a_signature_a_seal_picture_is_nothing(
    papers: Papers, check: Callable[[bytes], PdfReport]
) -> None:
    """未签章图片: the seal drawn on the page, or an unsigned field, proves nothing (VF-09)."""
    pasted = simple(content=b"1 0 0 RG 5 w 300 300 100 100 re S")
    assert found(check(pasted)) == {"PDF_UNSIGNED"}
    assert found(check(SEAL)) == {"PDF_UNSIGNED"}
    assert not check(pasted).sound


def test_another_kind_of_signature_is_named(check: Callable[[bytes], PdfReport]) -> None:
    foreign = simple(
        root="/AcroForm << /Fields [6 0 R] >>",
        more={
            6: b"<< /FT /Sig /T (s) /V 7 0 R >>",
            7: b"<< /Type /Sig /Filter /X /SubFilter /adbe.x509.rsa_sha1 /Contents <00> "
            b"/ByteRange [0 1 2 3] >>",
        },
    )
    assert found(check(foreign)) == {"PDF_SIGNATURE_KIND"}


@pytest.mark.parametrize("document", [b"", b"nothing", simple()[:300], b"%PDF-1.7\n%%EOF"])
def test_what_cannot_be_read_fails(check: Callable[[bytes], PdfReport], document: bytes) -> None:
    report = check(document)
    assert found(report) and not report.sound


def test_trust_needs_the_root_the_lists_and_the_time(
    papers: Papers, pki: Pki, sealed: bytes
) -> None:
    def judged(**changes: object) -> tuple[bool, bool, Revocation]:
        asked = {"roots": [pki.root.certificate], "issuers": [], "crls": [], **changes}
        (signature,) = papers.verify(BytesIO(sealed), **asked).signatures  # type: ignore[arg-type]
        return signature.intact, signature.trusted, signature.revocation

    assert judged() == (True, True, Revocation.GOOD)
    assert judged(roots=[]) == (True, False, Revocation.UNKNOWN)
    assert judged(roots=[pki.officer.certificate]) == (True, False, Revocation.UNKNOWN)
    late = NOW + timedelta(days=3 * 365)
    assert judged(at=late) == (True, False, Revocation.UNKNOWN)
    assert judged(at=datetime(2000, 1, 1, tzinfo=UTC)) == (True, False, Revocation.UNKNOWN)


@pytest.mark.parametrize(
    ("since", "trusted"),
    [(timedelta(hours=1), [True, False]), (timedelta(hours=-1), [False, False])],
    ids=["revoked between the two", "revoked before both"],
)
def test_each_seal_counts_by_its_own_time(
    papers: Papers, pki: Pki, twice: bytes, since: timedelta, trusted: list[bool]
) -> None:
    line = ca.Revoked(
        x509.load_der_x509_certificate(pki.custodian.certificate).serial_number, TIME + since
    )
    with pki.host.login_key(pki.issuing.public_key, pki.issuing.pin) as signer:
        newer = ca.issue_crl(pki.issuing.certificate, signer, 2, NOW, NOW + YEAR, [line])
    assert _trusted(papers, pki, twice, [TIME, TIME + DAY], newer) == trusted


def test_a_certificate_may_run_out_after_its_seal(papers: Papers, pki: Pki, twice: bytes) -> None:
    assert _trusted(papers, pki, twice, [TIME, NOW + 6 * YEAR]) == [True, False]


@pytest.fixture(scope="module")
def twice(seal: Seal) -> bytes:
    once = seal(simple(), BOTH).document.read()
    return seal(once, replace(BOTH, field="seal-2", signing_time=TIME + DAY)).document.read()


def _trusted(
    papers: Papers, pki: Pki, document: bytes, each: list[datetime], *lists: bytes
) -> list[bool]:
    report = papers.verify(
        BytesIO(document),
        roots=[pki.root.certificate],
        issuers=[],
        crls=lists,
        at=each[-1],
        each=each,
    )
    return [one.trusted for one in report.signatures]


def test_without_any_list_nobody_is_trusted(papers: Papers, pki: Pki) -> None:
    with pki.login(pki.custodian) as signer:
        made = papers.seal(
            BytesIO(simple()),
            PLAN,
            BytesIO(SEAL),
            certificate=pki.custodian.certificate,
            issuers=[pki.issuing.certificate],
            crls=[],
            sign=signer.sign,
        )
    data = made.document.read()
    for crls, trusted in (([], False), ([pki.root_crl], False), (pki.crls, True)):
        report = papers.verify(BytesIO(data), roots=[pki.root.certificate], issuers=[], crls=crls)
        assert report.signatures[0].trusted is trusted


def test_a_table_of_documents_from_many_makers_is_sealed_and_verified(
    papers: Papers, seal: Seal, check: Callable[..., PdfReport]
) -> None:
    if not CORPUS.exists():
        pytest.skip("no corpus here")
    tried = 0
    for path in sorted(CORPUS.glob("*.pdf")):
        document = corpus(path.name).getvalue()
        with papers.session() as session:
            report = papers.preflight(BytesIO(document), session=session)
            if report.first_block is not None:
                continue
            size = report.page_sizes[0]
            place = Place(1, size.width_um // 2, size.height_um // 2, 20_000, 20_000)
            plan = replace(PLAN, fields=(SealField("seal-1", place),))
            data = seal(document, plan, session).document.read()
            assert check(data, session).sound, path.name
            tried += 1
    assert tried >= 20


def test_the_signature_block_is_found_across_lines(papers: Papers) -> None:
    """A name in 三号 on two lines with its date below; found by characters, not by lines."""
    lines = b"BT /F1 16 Tf 20 TL 300 300 Td (Archives of) Tj T* (Shifan City) Tj T* (2026) Tj ET"
    document = BytesIO(simple(content=lines))
    proposal = papers.find_signature_block(document, "Archives of Shifan City", SEAL_UM, SEAL_UM)
    assert proposal.found and proposal.page == 1
    left, top, right, bottom = proposal.place.box
    # The text runs from 300 to about 390 pt across and 280 to 312 pt up.
    assert left < 105_833 and right > 137_000 and top < 187_000 and bottom > 198_000
    missing = papers.find_signature_block(document, "Another Unit", SEAL_UM, SEAL_UM)
    assert not missing.found
    assert missing.x_um > 105_000 and missing.y_um > 148_000


def test_several_pages_and_the_last_one_counts(papers: Papers, seal: Seal) -> None:
    pages = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Kids [3 0 R 4 0 R] /Count 2 /MediaBox [0 0 595 842] "
        b"/Resources << /Font << /F1 7 0 R >> >> >>",
        3: b"<< /Type /Page /Parent 2 0 R /Contents 5 0 R >>",
        4: b"<< /Type /Page /Parent 2 0 R /Contents 6 0 R >>",
        5: stream(b"BT /F1 14 Tf 100 700 Td (Unit A) Tj ET"),
        6: stream(b"BT /F1 14 Tf 300 200 Td (Unit A) Tj ET"),
        7: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    }
    document = assemble(pages)
    proposal = papers.find_signature_block(BytesIO(document), "Unit A", SEAL_UM, SEAL_UM)
    assert (proposal.found, proposal.page) == (True, 2)
    plan = replace(PLAN, fields=(SealField("seal-1", proposal.place),))
    data = seal(document, plan).document.read()
    seen = red_box(papers, data, 2)
    assert all(abs(a - b) <= 700 for a, b in zip(seen, proposal.place.box, strict=True))


def test_a_revoked_signer_is_named_as_such(papers: Papers, pki: Pki, sealed: bytes) -> None:
    """The older list inside the document must not hide what a newer one says."""
    from asn1crypto import x509

    serial = x509.Certificate.load(pki.custodian.certificate).serial_number
    line = ca.Revoked(serial, NOW - timedelta(days=1), "key_compromise")
    with pki.host.login_key(pki.issuing.public_key, pki.issuing.pin) as signer:
        newer = ca.issue_crl(
            pki.issuing.certificate, signer, 2, NOW, NOW + timedelta(days=90), [line]
        )
    for crls, at, revocation in (
        ([newer], None, Revocation.REVOKED),
        ([newer], NOW - timedelta(days=2), Revocation.GOOD),
        ([], None, Revocation.GOOD),
    ):
        report = papers.verify(
            BytesIO(sealed), roots=[pki.root.certificate], issuers=[], crls=crls, at=at
        )
        assert report.signatures[0].revocation is revocation
        assert report.sound is (revocation is Revocation.GOOD)
