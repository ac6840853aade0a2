"""Light and paper: what leaves and comes as QR codes, judged before it is shown (E-10, C-25)."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

from airseal.evidence.signed import Signed, read
from airseal.model.channel import LIGHT_CEILING, Leaving, judge_light
from airseal.model.level import Level
from airseal.model.problem import Problem
from airseal.model.request import Request
from airseal.paper.papers import Papers
from transfer import bag
from transfer.bundle import open_bundle
from transfer.limits import DEFAULT, LIGHT
from transfer.parcel import Kind, Parcel, parcel_of
from transfer.scan import Pixels

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
