"""Light and paper: what leaves and comes as QR codes, judged before it is shown (E-10, C-25)."""

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import BinaryIO, Final

from airseal.evidence.opening import documents_named
from airseal.evidence.receipts import came
from airseal.evidence.records import LIGHT_SHOWN
from airseal.evidence.signed import Signed, read
from airseal.evidence.slips import slip_of, told
from airseal.model.case import fold
from airseal.model.channel import LIGHT_CEILING, Caption, Leaving, judge_light
from airseal.model.digest import Digest, from_hex
from airseal.model.level import Level
from airseal.model.problem import Problem
from airseal.model.request import Request
from airseal.model.statement import Statement
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
    """A bundle or statement that may be shown, and what to say above its codes."""

    parcel: Parcel
    caption: Caption


def outgoing(content: bytes, ceiling: Level = LIGHT_CEILING) -> Outgoing:
    """What a bundle or a single statement is, if it may leave as codes.

    Raises ``Problem("QR_LEVEL", level, limit)`` when it may not (E-10), the codes of
    ``transfer.bundle`` and of statements for anything that is not one, ``LIGHT_KIND`` and
    ``LIGHT_TOO_LARGE``.
    """
    parcel = parcel_of(content)
    match parcel.kind:
        case Kind.STATEMENT | Kind.SLIP:
            one = read(content).statement if parcel.kind is Kind.STATEMENT else told(content)
            statements, cover, name, documents = [one], Level.PUBLIC, str(one.id), False
        case Kind.BUNDLE:
            bundle = open_bundle(io.BytesIO(content))
            statements = [
                read(bundle.read(member.name, DEFAULT.statement_bytes)).statement
                for member in bundle.members
                if bag.is_statement(member.name)
            ]
            cover, name = _level_of(bundle.info.get(bag.LEVEL, "")), bundle.top
            documents = any(bag.document_digest(one.name) for one in bundle.members)
    level = max([cover, *(one.level for one in statements)], key=lambda one: one.rank)
    kinds = frozenset(one.kind for one in statements)
    problem = judge_light(Leaving(level, kinds, documents), ceiling)
    if problem is not None:
        raise problem
    unit = statements[-1].unit if statements else ""
    bodies = [one.body for one in statements]
    return Outgoing(parcel, Caption(level, unit, kinds, name, *_of_paper(bodies)))


def alone(ports: Ports, signed: Signed, ceiling: Level) -> Outgoing:
    """One statement, as the slip of it where its signer's appointment is held; raises likewise.

    Who can take the statement in holds that appointment too, and a slip is half as long.
    """
    leaving = outgoing(signed.p7m, ceiling)
    slip = slip_of(signed, ports.evidence)
    return leaving if slip is None else replace(leaving, parcel=Parcel(Kind.SLIP, slip))


def of_file(ports: Ports, content: bytes, ceiling: Level) -> Outgoing:
    """What a file holds, a statement as short as :func:`alone` makes it; raises likewise."""
    leaving = outgoing(content, ceiling)
    if leaving.parcel.kind is not Kind.STATEMENT:
        return leaving
    return alone(ports, read(content), ceiling)


@dataclass(frozen=True, slots=True)
class Slip:
    """A statement of a case that can cross by itself, or the ``problem`` why it may not."""

    statement: Statement
    leaving: Outgoing | None
    problem: Problem | None


def slips(ports: Ports, case: Digest, ceiling: Level) -> tuple[Slip, ...]:
    """What of a case needs no bundle, newest first: what brings no document along.

    The receipts for the bundles that brought it here are among them.
    Each says the 字号 and title of the case, which the other side may not hold yet.
    """
    statements = [*ports.evidence.case_statements(case), *_receipts(ports, case)]
    symbol, title = _of_paper([one.body for one in statements])
    found = []
    for one in sorted(statements, key=lambda one: one.at, reverse=True):
        held = ports.evidence.get(one.id)
        if held is None or documents_named(one):
            continue
        try:
            leaving = alone(ports, held, ceiling)
            caption = replace(leaving.caption, symbol=symbol, title=title)
            found.append(Slip(one, replace(leaving, caption=caption), None))
        except Problem as problem:
            found.append(Slip(one, None, problem))
    return tuple(found)


def receipt_of(ports: Ports, bundle: str, ceiling: Level) -> Outgoing:
    """The receipt that was signed here for ``bundle``; raises ``Problem("RECEIPT_NOTHING")``."""
    signed = {one.bundle: one.receipt for one in came(ports.store.desk)}.get(bundle)
    held = ports.evidence.get(signed) if signed is not None else None
    if held is None:
        raise Problem("RECEIPT_NOTHING")
    return alone(ports, held, ceiling)


def _receipts(ports: Ports, case: Digest) -> Iterator[Statement]:
    """The receipts that were signed here for bundles with this case."""
    for one in came(ports.store.desk):
        held = ports.evidence.statement(one.receipt) if one.receipt is not None else None
        if held is not None and case in one.cases:
            yield held


def check_cases(ports: Ports, cases: Sequence[Digest], ceiling: Level) -> None:
    """Raise why these cases may not be shown with their documents, before a PIN is asked."""
    for case in cases:
        facts = fold(case, ports.evidence.case_statements(case))
        if facts is None:
            raise Problem("CASE_UNKNOWN")
        problem = judge_light(
            Leaving(facts.request.level, frozenset({"request"}), documents=True), ceiling
        )
        if problem is not None:
            raise problem


def from_vault(ports: Ports, digest: Digest, ceiling: Level) -> Outgoing:
    """A bundle that was prepared here; raises as :func:`outgoing`."""
    with ports.store.blob(digest) as source:
        return outgoing(source.read(LIGHT.payload_bytes + 1), ceiling)


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
        name=leaving.caption.name,
        digest=digest,
        level=leaving.caption.level,
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


def _of_paper(bodies: Iterable[object]) -> tuple[str, str]:
    """字号 and title, when they all speak of the same."""
    requests = [body for body in bodies if isinstance(body, Request)]
    told = {(body.matter.symbol, body.title) for body in requests}
    return told.pop() if len(told) == 1 else ("", "")
