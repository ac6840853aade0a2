"""Shadow attacks: what a forger prepares before somebody signs, and what is done with it later.

The signers are honest and use other software, so nothing but their PDF signature protects the
document. Hide, replace, hide and replace (Mainka and others, 2021); certified documents; further
signatures laid over the page; cross-reference tables that lie; spoiled evidence.
"""

import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import pytest
from foreign_pdf import DAY, NOW, Elsewhere, incremental
from paper_kit import simple, stream
from pdf_bench import FORM, Bench, shown, told
from pdf_forger import (
    annotate,
    body_of,
    catalog_of,
    flipped,
    last_contents,
    numbers,
    on_field,
    packed,
    revised,
    start_of,
    swapped,
    with_entry,
)
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm

from airseal.evidence.trusted import TrustedSet
from airseal.evidence.verifier import Verifier
from airseal.model.verdict import Overall, Word
from airseal.paper.report import Revocation, SignatureReport, Trouble

WHITE = stream(b"1 g 0 0 500 800 re f", "/Type /XObject /Subtype /Form /BBox [0 0 500 800]")
NOTHING = stream(b"", "/Type /XObject /Subtype /Form /BBox [0 0 1 1]")
SHOWN = b"BT /F1 14 Tf 100 700 Td (Hello) Tj ET /X Do"
WITH_X = "/Font << /F1 5 0 R >> /XObject << /X 6 0 R >>"
OTHER = stream(b"BT /F1 14 Tf 100 700 Td (Pay) Tj ET")
SECOND_TREE = {
    6: b"<< /Type /Catalog /Pages 7 0 R >>",
    7: b"<< /Type /Pages /Kids [8 0 R] /Count 1 >>",
    8: b"<< /Type /Page /Parent 7 0 R /MediaBox [0 0 595 842] /Contents 9 0 R >>",
    9: OTHER,
}
LATER = "PDF_CHANGED_AFTER_SIGNING PDF_TRAILING_BYTES RANGE_CHANGED"


@dataclass(frozen=True)
class Prepared:
    """Documents that somebody honest signed, and a forger may have prepared."""

    signer: Elsewhere

    @cached_property
    def plain(self) -> bytes:
        return self.signer.sign(simple())

    @cached_property
    def form(self) -> bytes:
        return self.signer.sign(FORM)

    @cached_property
    def overlaid(self) -> bytes:
        return self.signer.sign(simple(content=SHOWN, resources=WITH_X, more={6: WHITE}))

    @cached_property
    def dangling(self) -> bytes:
        return self.signer.sign(simple(content=SHOWN, resources=WITH_X.replace("6 0 R", "60 0 R")))

    @cached_property
    def doubled(self) -> bytes:
        return self.signer.sign(simple(more=SECOND_TREE))

    @cached_property
    def smuggled(self) -> bytes:
        return self.signer.sign(simple(more={6: stream(b"4 0 obj\n" + OTHER + b"\nendobj\n")}))

    @cached_property
    def closed(self) -> bytes:
        return self._certified(MDPPerm.NO_CHANGES)

    @cached_property
    def fillable(self) -> bytes:
        return self._certified(MDPPerm.FILL_FORMS)

    @cached_property
    def annotatable(self) -> bytes:
        return self._certified(MDPPerm.ANNOTATE)

    @cached_property
    def visible(self) -> bytes:
        return self.signer.sign(simple(), box=(100, 100, 200, 200))

    @cached_property
    def archived(self) -> bytes:
        options = {"stamped": True, "embed_validation_info": True, "use_pades_lta": True}
        return self.signer.sign(simple(), **options)

    @cached_property
    def stamped(self) -> bytes:
        return self.signer.sign(simple(), stamped=True)

    def _certified(self, permission: MDPPerm) -> bytes:
        return self.signer.sign(simple(), certify=True, docmdp_permissions=permission)


@pytest.fixture(scope="module")
def prepared(elsewhere: Elsewhere) -> Prepared:
    return Prepared(elsewhere)


@dataclass(frozen=True)
class Shadow:
    """What is done to a prepared document, and the exact codes of what fails then."""

    of: str
    codes: str
    forge: Callable[[bytes], bytes] | None
    """None signs it once more, whatever the first signature forbids."""

    def made(self, prepared: Prepared) -> bytes:
        """The forgery."""
        genuine: bytes = getattr(prepared, self.of)
        if self.forge is None:
            return prepared.signer.sign(genuine, field="Second", forbidden=True)
        return self.forge(genuine)


def in_catalog(entry: bytes) -> Callable[[bytes], bytes]:
    return lambda document: revised(document, with_entry(document, catalog_of(document)[0], entry))


def in_form(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    """The form, which is part of the catalog, with ``new`` in place of ``old``."""

    def forge(document: bytes) -> bytes:
        number, catalog = catalog_of(document)
        assert old in catalog
        return revised(document, {number: catalog.replace(old, new)})

    return forge


def form_of(document: bytes) -> int:
    found = re.search(rb"/AcroForm (\d+) 0 R", catalog_of(document)[1])
    assert found is not None
    return int(found[1])


def other_form(document: bytes) -> bytes:
    """The catalog names another form, with the signature and a field more."""
    number, catalog = catalog_of(document)
    form = body_of(document, form_of(document))
    fields = re.sub(rb"/Fields \[", b"/Fields [ 61 0 R ", form)
    field = b"<< /T (sum) /FT /Tx /V (9) /Subtype /Widget /Rect [0 0 9 9] >>"
    swap = re.sub(rb"/AcroForm \d+ 0 R", b"/AcroForm 60 0 R", catalog)
    return revised(document, {number: swap, 60: fields, 61: field})


def other_tree(document: bytes) -> bytes:
    """The catalog names the second page tree, which was signed with the rest."""
    number, catalog = catalog_of(document)
    return revised(document, {number: catalog.replace(b"/Pages 2 0 R", b"/Pages 7 0 R")})


def smuggled_contents(document: bytes) -> bytes:
    """The table says that the page's contents begin inside another stream."""
    inside = document.index(b"4 0 obj\n", document.index(b"6 0 obj"))
    return revised(document, {}, elsewhere={4: inside})


def loop(document: bytes) -> bytes:
    longer = revised(document, {60: b"null"})
    last = b"/Prev %d" % start_of(document)
    return longer.replace(last, b"/Prev %d" % start_of(longer))


def skipping(document: bytes) -> bytes:
    """The newest table follows the first one, as if the signed revision were not there."""
    first = int(re.findall(rb"startxref\s+(\d+)", document)[0])
    return revised(document, {60: b"null"}, prev=first)


def redrawn_field(document: bytes) -> bytes:
    """The value stays, its picture says something else."""

    def redraw(writer: IncrementalPdfFileWriter) -> None:
        look = generic.StreamObject(stream_data=b"BT /F1 9 Tf (999) Tj ET")
        look["/Subtype"], look["/BBox"] = generic.NameObject("/Form"), numbers(0, 0, 99, 20)
        picture = generic.DictionaryObject({generic.NameObject("/N"): writer.add_object(look)})
        on_field(0, AP=picture)(writer)

    return incremental(document, redraw)


def value(entry: bytes, new: bytes) -> Callable[[bytes], bytes]:
    """The signature dictionary's ``entry`` in another form of the same length."""

    def forge(document: bytes) -> bytes:
        found = re.search(rb"/%s ?([<\[][^>\]]*[>\]])" % entry, document)
        assert found is not None
        return document[: found.start(1)] + new.ljust(len(found[1])) + document[found.end(1) :]

    return forge


def doubled_key(entry: bytes) -> Callable[[bytes], bytes]:
    return lambda d: d.replace(b"/" + entry, b"/%s [0 1 2 3] /%s" % (entry, entry), 1)


SHADOWS = {
    # hide
    "overlay freed": Shadow("overlaid", LATER, lambda d: revised(d, {}, free=[6])),
    "overlay emptied": Shadow("overlaid", LATER, lambda d: revised(d, {6: NOTHING})),
    "overlay emptied in an object stream": Shadow(
        "overlaid", LATER, lambda d: packed(d, {6: b"null"})
    ),
    # replace
    "font exchanged in an object stream": Shadow(
        "plain",
        LATER,
        lambda d: packed(d, {5: b"<< /Type /Font /Subtype /Type1 /BaseFont /Symbol >>"}),
    ),
    "field drawn anew": Shadow(
        "form", LATER.replace("CHANGED_AFTER_SIGNING", "FIELD_CHANGED"), redrawn_field
    ),
    "viewers told to draw fields anew": Shadow(
        "form", "PDF_FORM_REDRAWN", in_form(b"/DA", b"/NeedAppearances true /DA")
    ),
    "looks of all fields exchanged": Shadow(
        "form", "PDF_FORM_REDRAWN", in_form(b"0 Tf 0 g", b"99 Tf 1 g")
    ),
    # hide and replace
    "second catalog made the root": Shadow(
        "doubled", "PDF_BROKEN", lambda d: revised(d, {}, root=b"6 0 R")
    ),
    "second catalog made the root, with a change": Shadow(
        "doubled", "PDF_UNSIGNED", lambda d: revised(d, {60: b"null"}, root=b"6 0 R")
    ),
    "second page tree shown": Shadow("doubled", LATER, other_tree),
    "second page's contents shown": Shadow(
        "doubled",
        LATER,
        lambda d: revised(d, {3: body_of(d, 3).replace(b"/Contents 4", b"/Contents 9")}),
    ),
    "what a reference lacked is defined": Shadow(
        "dangling", "PDF_VERIFY_FAILED", lambda d: revised(d, {60: WHITE})
    ),
    # cross-reference tables
    "contents begin in another stream": Shadow("smuggled", LATER, smuggled_contents),
    "contents at the font's place": Shadow(
        "plain", "PDF_VERIFY_FAILED", lambda d: revised(d, {}, elsewhere={4: d.index(b"5 0 obj")})
    ),
    "table follows itself": Shadow("plain", "PDF_BROKEN", loop),
    "table follows its own end": Shadow(
        "plain", "PDF_BROKEN", lambda d: revised(d, {60: b"null"}, prev=len(d) + 99)
    ),
    "table leaves the signed revision out": Shadow("plain", "PDF_UNSIGNED", skipping),
    "table without entries": Shadow("plain", "PDF_BROKEN", lambda d: revised(d, {})),
    # the form and the catalog
    "form exchanged": Shadow("plain", LATER, other_form),
    "viewer told to open elsewhere": Shadow(
        "plain", LATER, in_catalog(b"/OpenAction [3 0 R /Fit]")
    ),
    "made a portfolio": Shadow("plain", LATER, in_catalog(b"/Collection << /View /H >>")),
    "usage rights added": Shadow("plain", LATER, in_catalog(b"/Perms << /UR3 8 0 R >>")),
    "language changed": Shadow("plain", LATER, in_catalog(b"/Lang (x)")),
    # certified documents
    "closed, then signed": Shadow("closed", "PDF_FORBIDDEN_CHANGE RANGE_CHANGED", None),
    "closed, then commented": Shadow(
        "closed", LATER, lambda d: incremental(d, annotate("/FreeText"))
    ),
    "certified for forms, then commented": Shadow(
        "fillable", LATER, lambda d: incremental(d, annotate("/Stamp"))
    ),
    "certified for comments, then covered by one": Shadow(
        "annotatable", LATER, lambda d: incremental(d, annotate("/FreeText"))
    ),
    # the signature dictionary
    "contents null": Shadow("plain", "PDF_VERIFY_FAILED", value(b"Contents", b"null")),
    "contents empty": Shadow("plain", "PDF_VERIFY_FAILED", value(b"Contents", b"<>")),
    "contents in brackets": Shadow("plain", "PDF_VERIFY_FAILED", value(b"Contents", b"(00)")),
    "byte range null": Shadow("plain", "PDF_VERIFY_FAILED", value(b"ByteRange", b"null")),
    "byte range empty": Shadow(
        "plain",
        "PDF_CHANGED_AFTER_SIGNING PDF_TRAILING_BYTES SIGNATURE_BROKEN",
        value(b"ByteRange", b"[]"),
    ),
    "byte range of names": Shadow(
        "plain", "PDF_VERIFY_FAILED", value(b"ByteRange", b"[/a /b /c /d]")
    ),
    "byte range said twice": Shadow("plain", "PDF_BROKEN", doubled_key(b"ByteRange")),
    "contents said twice": Shadow("plain", "PDF_BROKEN", doubled_key(b"Contents")),
    "kind of signature exchanged": Shadow(
        "plain",
        "SIGNATURE_BROKEN",
        swapped(b"/ETSI.CAdES.detached", b"/adbe.pkcs7.detached"),
    ),
    # evidence
    "document time stamp changed": Shadow("archived", "TIMESTAMP_BROKEN", last_contents(flipped)),
    "document time stamp emptied": Shadow(
        "archived", "TIMESTAMP_BROKEN", last_contents(lambda d: b"0" * len(d))
    ),
    "evidence that is none": Shadow(
        "plain",
        "PDF_VERIFY_FAILED",
        lambda d: revised(
            d,
            {
                **with_entry(d, catalog_of(d)[0], b"/DSS 60 0 R"),
                60: b"<< /Type /DSS /CRLs [61 0 R] >>",
                61: stream(b"no list"),
            },
        ),
    ),
}


@pytest.mark.parametrize("name", SHADOWS)
def test_a_shadow_is_found_out(bench: Bench, prepared: Prepared, name: str) -> None:
    shadow = SHADOWS[name]
    genuine = getattr(prepared, shadow.of)
    assert not told(shown(bench, genuine), Word.FAIL)
    forged = shadow.made(prepared)
    assert forged != genuine
    verdict = shown(bench, forged)
    assert verdict.overall is Overall.INVALID
    assert told(verdict, Word.FAIL) == set(shadow.codes.split())


class TestCovering:
    """Sneaky signatures: nothing is changed, and a further signature's picture hides the page."""

    def covered(self, bench: Bench, document: bytes) -> None:
        verdict = shown(bench, document)
        assert "PDF_SEAL_COVERING" in told(verdict, Word.LIMIT), told(verdict)
        assert verdict.overall is not Overall.VALID

    def test_the_whole_page(self, bench: Bench, prepared: Prepared, elsewhere: Elsewhere) -> None:
        self.covered(bench, elsewhere.sign(prepared.plain, field="Two", box=(0, 0, 595, 842)))

    def test_the_earlier_signature(
        self, bench: Bench, prepared: Prepared, elsewhere: Elsewhere
    ) -> None:
        self.covered(bench, elsewhere.sign(prepared.visible, field="Two", box=(150, 150, 260, 260)))

    @pytest.mark.parametrize("scanned", [False, True])
    def test_a_word_that_was_signed(
        self, bench: Bench, prepared: Prepared, elsewhere: Elsewhere, scanned: bool
    ) -> None:
        """No larger than an amount; and where the page is one picture and has no text."""
        grey = b"0.8 g 0 0 595 842 re f 0 g 100 700 60 10 re f"
        signed = elsewhere.sign(simple(content=grey)) if scanned else prepared.plain
        self.covered(bench, elsewhere.sign(signed, field="Two", box=(95, 695, 140, 715)))
        blank = shown(bench, elsewhere.sign(signed, field="Two", box=(300, 400, 345, 420)))
        assert not told(blank, Word.LIMIT) and not told(blank, Word.FAIL)

    def test_by_somebody_unknown(self, bench: Bench, prepared: Prepared) -> None:
        self.covered(bench, Elsewhere().sign(prepared.plain, field="Two", box=(0, 0, 595, 842)))

    def test_one_beside_the_other_is_no_cover(
        self, bench: Bench, prepared: Prepared, elsewhere: Elsewhere
    ) -> None:
        beside = elsewhere.sign(prepared.visible, field="Two", box=(300, 100, 400, 200))
        verdict = shown(bench, beside)
        assert not told(verdict, Word.LIMIT) and not told(verdict, Word.FAIL)


class TestWhoSigned:
    """The signature fits, and whoever made it may not have."""

    @pytest.mark.parametrize("who", ["stamper", "server", "unsuitable"])
    def test_with_a_certificate_for_something_else(
        self, bench: Bench, elsewhere: Elsewhere, who: str
    ) -> None:
        found = judged(bench, elsewhere, elsewhere.sign(simple(), by=getattr(elsewhere, who)))
        assert (found.trusted, found.trouble) == (False, Trouble.UNSUITABLE)

    def test_under_the_same_names_with_other_keys(self, bench: Bench, elsewhere: Elsewhere) -> None:
        assert not judged(bench, elsewhere, Elsewhere().sign(simple())).trusted

    def test_a_signature_of_another_document(self, bench: Bench, prepared: Prepared) -> None:
        found = re.findall(rb"/Contents ?<([0-9A-Fa-f]+)>", prepared.form)[-1]
        forged = last_contents(lambda d: found.ljust(len(d), b"0")[: len(d)])(prepared.plain)
        assert told(shown(bench, forged), Word.FAIL) == {"SIGNATURE_BROKEN"}

    def test_an_older_list_inside_does_not_hide_a_revocation(
        self, bench: Bench, elsewhere: Elsewhere
    ) -> None:
        """The list is genuine, and older than the one that names the signer."""
        signed = elsewhere.sign(simple(), by=elsewhere.revoked)
        older = with_list(signed, elsewhere.list_of(at=NOW - 3 * DAY))
        assert judged(bench, elsewhere, older).revocation is Revocation.REVOKED

    def test_a_forged_list_inside_revokes_nobody(
        self, bench: Bench, prepared: Prepared, elsewhere: Elsewhere
    ) -> None:
        forged = elsewhere.list_of(elsewhere.signer, at=NOW - DAY, by=Elsewhere().root)
        assert judged(bench, elsewhere, with_list(prepared.plain, forged)).trusted

    def test_without_any_list_nobody_is_trusted(
        self, bench: Bench, prepared: Prepared, elsewhere: Elsewhere
    ) -> None:
        found = judged(bench, elsewhere, prepared.plain, crls=[])
        assert (found.trusted, found.trouble) == (False, Trouble.NO_LIST)


class TestTimeStamps:
    """Present ones are verified and shown; only their authority may be unknown (VF-10)."""

    @pytest.mark.parametrize(("of", "count"), [("plain", 0), ("stamped", 1), ("archived", 2)])
    @pytest.mark.parametrize("enrolled", [True, False])
    def test_are_said(
        self,
        bench: Bench,
        prepared: Prepared,
        elsewhere: Elsewhere,
        of: str,
        count: int,
        enrolled: bool,
    ) -> None:
        stampers = (elsewhere.root.der,) if enrolled else ()
        verifier = Verifier(TrustedSet([]), bench.papers, NOW + DAY, stampers)
        verdict = verifier.pdf(io.BytesIO(getattr(prepared, of)), "x.pdf")
        said = [one for one in verdict.checks if one.code == "TIMESTAMP"]
        assert all(one.evidence.get("time") for one in said) == bool(count)
        reasons = {one.reason.code if one.reason else None for one in said}
        assert len(said) == max(1, count)
        known = {None} if enrolled else {"TIMESTAMP_UNVERIFIED"}
        assert reasons == (known if count else {"TIMESTAMP_ABSENT"})


def judged(
    bench: Bench, elsewhere: Elsewhere, document: bytes, crls: Sequence[bytes] | None = None
) -> SignatureReport:
    """The only signature of ``document``, by somebody who trusts its signer's root."""
    (signature,) = bench.papers.verify(
        io.BytesIO(document),
        roots=[elsewhere.root.der],
        issuers=[],
        crls=[elsewhere.crl] if crls is None else crls,
        foreign=True,
    ).signatures
    return signature


def with_list(document: bytes, crl: bytes) -> bytes:
    """``document`` with a list put into it after signing, as archives do."""
    store = {60: b"<< /Type /DSS /CRLs [61 0 R] >>", 61: stream(crl)}
    return revised(
        document, {**with_entry(document, catalog_of(document)[0], b"/DSS 60 0 R"), **store}
    )
