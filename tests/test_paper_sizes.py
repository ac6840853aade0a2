"""Page sizes alone, and documents so large that they are looked at in portions."""

from collections.abc import Iterator
from io import BytesIO

import pytest
from paper_kit import assemble, simple, stream

from airseal.model.problem import Problem
from airseal.paper.jail import Jail
from airseal.paper.papers import Papers

PORTIONS = 3
PADDING = bytes(PORTIONS * (16 << 20))


@pytest.fixture(scope="module")
def papers() -> Iterator[Papers]:
    jail = Jail(formal=True)
    yield Papers(jail)
    jail.close()


def pages(count: int, *, blank: int, wide: int, padding: bytes = b"") -> bytes:
    """``count`` pages, one without anything on it and one turned."""
    kids = " ".join(f"{10 + number} 0 R" for number in range(1, count + 1))
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: f"<< /Type /Pages /Kids [{kids}] /Count {count} >>".encode(),
        3: stream(padding),
        4: stream(b"0 0 100 100 re f"),
        **dict.fromkeys(range(5, 11), b"null"),
    }
    for number in range(1, count + 1):
        contents = "" if number == blank else "/Contents 4 0 R"
        turned = "/Rotate 90" if number == wide else ""
        objects[10 + number] = (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] {contents} {turned} >>".encode()
        )
    return assemble(objects)


def test_sizes_are_those_of_preflight(papers: Papers) -> None:
    document = pages(3, blank=0, wide=2)
    sizes = papers.page_sizes(BytesIO(document))
    assert sizes == papers.preflight(BytesIO(document)).page_sizes
    assert sizes[1].width_um == sizes[0].height_um > sizes[0].width_um == sizes[1].height_um


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (b"no document", "PDF_BROKEN"),
        (simple() + b"more", "PDF_TRAILING_BYTES"),
        (simple(box="0 0 0 0"), "PDF_PAGE_SIZE"),
    ],
)
def test_what_cannot_be_read_has_no_sizes(papers: Papers, document: bytes, code: str) -> None:
    with pytest.raises(Problem) as caught:
        papers.page_sizes(BytesIO(document))
    assert caught.value.code == code


def test_a_session_survives_a_document_that_cannot_be_measured(papers: Papers) -> None:
    with papers.session() as session:
        with pytest.raises(Problem, match="PDF_BROKEN"):
            papers.page_sizes(BytesIO(b"no document"), session=session)
        assert len(papers.page_sizes(BytesIO(simple()), session=session)) == 1


@pytest.mark.parametrize("count", [1, 2, PORTIONS, PORTIONS + 1, 3 * PORTIONS + 2])
def test_every_page_of_a_large_document_is_looked_at(papers: Papers, count: int) -> None:
    document = pages(count, blank=count, wide=1, padding=PADDING)
    report = papers.preflight(BytesIO(document))
    assert report.pages == count
    blank = [f.params["page"] for f in report.findings if f.code == "PDF_BLANK_PAGE"]
    assert blank == [count]
