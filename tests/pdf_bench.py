"""Genuine sealed and signed PDFs, a checker who knows their roots, and what the checker says."""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from foreign_pdf import NOW, Elsewhere
from paper_kit import SEAL, SEAL_UM, simple
from pki import Pki

from airseal.evidence.trusted import TrustedSet
from airseal.evidence.verifier import Verifier
from airseal.model.verdict import Verdict, Word
from airseal.paper.jail import Jail
from airseal.paper.papers import Papers, SealField, SealPlan
from airseal.paper.placement import Place
from airseal.paper.report import PdfReport

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


@dataclass(frozen=True)
class Attack:
    """A forgery of one of the genuine documents, and the exact codes of what fails then."""

    codes: str
    forge: Callable[[bytes], bytes]
    of: str = "sealed"


def told(verdict: Verdict, word: Word | None = None) -> set[str]:
    found = (c for c in verdict.checks if c.reason is not None and word in (None, c.word))
    return {check.reason.code for check in found if check.reason}


def shown(bench: Bench, document: bytes, trusted: TrustedSet | None = None) -> Verdict:
    """The verdict of a checker who has nothing but the document and the unit's lists."""
    verifier = Verifier(trusted or TrustedSet([]), bench.papers, TIME)
    return verifier.pdf(io.BytesIO(document), "x.pdf")
