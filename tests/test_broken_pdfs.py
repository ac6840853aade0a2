"""A thousand broken PDFs: none crashes the verifier, none keeps it, none is called valid."""

import io
import time

import pytest
from broken_pdf import broken
from foreign_pdf import Elsewhere
from paper_kit import simple
from pdf_bench import Bench, shown, told

from airseal.model.verdict import Overall, Word

HANG_SECONDS = 10


@pytest.fixture(scope="module")
def genuine(bench: Bench, elsewhere: Elsewhere) -> list[bytes]:
    options = {"stamped": True, "embed_validation_info": True, "use_pades_lta": True}
    archived = elsewhere.sign(simple(), **options)
    return [bench.sealed, bench.twice, bench.form, archived]


def judged(bench: Bench, document: bytes) -> None:
    """By the unit that knows its root, and as a file that somebody brought."""
    assert not bench.report(document, own=True).sound
    verdict = shown(bench, document)
    assert verdict.overall in (Overall.INVALID, Overall.UNKNOWN)
    reasons = told(verdict, Word.FAIL) | told(verdict, Word.UNKNOWN)
    assert reasons and not reasons & {"VERIFY_BROKE_OFF", "JAIL_TIMEOUT", "JAIL_DIED"}
    assert verdict.subject == "x.pdf"


@pytest.mark.parametrize("number", range(30))
def test_a_sample_is_refused_with_a_reason(bench: Bench, genuine: list[bytes], number: int) -> None:
    judged(bench, broken(genuine, number))


@pytest.mark.soak
def test_a_thousand_are_refused_and_none_hangs(bench: Bench, genuine: list[bytes]) -> None:
    slowest = 0.0
    for number in range(1_000):
        document = broken(genuine, number)
        began = time.monotonic()
        judged(bench, document)
        slowest = max(slowest, time.monotonic() - began)
    assert slowest < HANG_SECONDS


def test_the_genuine_ones_are_none_of_them(bench: Bench, genuine: list[bytes]) -> None:
    """The campaign could fail: what it starts from is sound."""
    assert all(bench.report(one, own=True).sound for one in genuine[:3])
    assert bench.report(genuine[3]).signatures[0].intact
    assert io.BytesIO(broken(genuine, 1)).read() == broken(genuine, 1)
