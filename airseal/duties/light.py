"""Light and paper: what leaves and comes as QR codes, judged before it is shown (E-10, C-25)."""

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO, Final

from airseal.evidence.records import LIGHT_SHOWN
from airseal.evidence.signed import Signed, read
from airseal.model.channel import LIGHT_CEILING, Leaving, judge_light
from airseal.model.digest import from_hex
from airseal.model.level import Level
from airseal.model.problem import Problem
from airseal.model.request import Request
from airseal.paper.papers import Papers
from airseal.paper.sheets import CODES_A_PAGE, Labelled, pages_for, sheets
from airseal.ports import Ports
from transfer import bag, qr
from transfer.bundle import open_bundle
from transfer.limits import DEFAULT, LIGHT
from transfer.parcel import Kind, Parcel, parcel_of
from transfer.scan import Pixels
from transfer.sending import PAPER_VERSION, codes_on_paper, fountain

_PAGE_PIXELS: Final = 2_000
"""Width of a scanned page as drawn: 240 dots an inch on A4, five pixels a module."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A bundle or statement that may be shown, and what to say above its codes (X-25).

    ``unit`` is the id of the sender's unit (发文单位), ``kinds`` says what it is (文种) by the
    kinds of its statements, ``name`` is its own id (发文字号), ``title`` (标题) is empty when
    there is not exactly one.
    """

    parcel: Parcel
    level: Level
    unit: str
    kinds: frozenset[str]
    name: str
    title: str


def outgoing(content: bytes, ceiling: Level = LIGHT_CEILING) -> Outgoing:
    """What a bundle or a single statement is, if it may leave as codes.

    Raises ``Problem("QR_LEVEL", level, limit)`` when it may not (E-10), the codes of
    ``transfer.bundle`` and of statements for anything that is not one, ``LIGHT_KIND`` and
    ``LIGHT_TOO_LARGE``.
    """
    parcel = parcel_of(content)
    match parcel.kind:
        case Kind.STATEMENT:
            statements, cover, name, documents = [read(content)], Level.PUBLIC, "", False
            name = statements[0].id
        case Kind.BUNDLE:
            bundle = open_bundle(io.BytesIO(content))
            statements = [
                read(bundle.read(member.name, DEFAULT.statement_bytes))
                for member in bundle.members
                if bag.is_statement(member.name)
            ]
            cover, name = _level_of(bundle.info.get(bag.LEVEL, "")), bundle.top
            documents = any(bag.document_digest(one.name) for one in bundle.members)
    levels = [cover, *(one.statement.level for one in statements)]
    level = max(levels, key=lambda one: one.rank)
    kinds = frozenset(one.statement.kind for one in statements)
    problem = judge_light(Leaving(level, kinds, documents), ceiling)
    if problem is not None:
        raise problem
    unit = statements[-1].statement.unit if statements else ""
    return Outgoing(parcel, level, unit, kinds, name, _title(statements))


@dataclass(frozen=True, slots=True)
class Printed:
    """Sheets of codes as a PDF: how many pages and codes, and how many codes are needed."""

    pdf: bytes
    pages: int
    codes: int
    needed: int


def print_sheets(
    leaving: Outgoing, header: Sequence[str], foot: Callable[[int, int], str]
) -> Printed:
    """A4 sheets that survive the loss of one page in ten; ``foot`` says page n of m.

    Raises ``Problem("FONT_MISSING")`` without 宋体.
    """
    source = fountain(leaving.parcel, PAPER_VERSION)
    count = codes_on_paper(source.needed, CODES_A_PAGE)
    pages = pages_for(count)
    codes = [
        Labelled(qr.draw_to_last(source.text(number)), f"{source.session.name}-{number + 1}")
        for number in range(count)
    ]
    feet = [foot(page + 1, pages) for page in range(pages)]
    return Printed(sheets(header, codes, feet), pages, count, source.needed)


def record_showing(ports: Ports, leaving: Outgoing, how: str) -> None:
    """That a bundle or statement leaves as codes, on the ``screen`` or as ``sheets``."""
    digest = from_hex(leaving.parcel.sha256)
    event = ports.event(
        LIGHT_SHOWN,
        name=leaving.name,
        digest=digest,
        level=leaving.level,
        how=how,
    )
    ports.store.commit([event])


def pdf_pages(papers: Papers, source: BinaryIO) -> Iterator[Pixels]:
    """The pages of a scanned PDF in grey, drawn in the jail; raises its ``PDF_…`` codes."""
    pages = min(len(papers.page_sizes(source)), LIGHT.pictures)
    for number in range(1, pages + 1):
        picture = papers.render(source, number, _PAGE_PIXELS)
        # Green is most of what brightness is, and codes are black on white.
        yield picture.width, picture.height, picture.rgb[1::3]


def _level_of(text: str) -> Level:
    try:
        return Level(text)
    except ValueError:
        raise Problem("BUNDLE_COVER", label=bag.LEVEL) from None


def _title(statements: list[Signed]) -> str:
    titles = {
        one.statement.body.title for one in statements if isinstance(one.statement.body, Request)
    }
    return titles.pop() if len(titles) == 1 else ""
