"""Drafting: a document becomes a request (用印申请), frozen by its digest (DC-01, AP-11)."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from airseal.evidence.signed import Signed, author
from airseal.keys.tokenhost import Signer
from airseal.model.channel import Channel
from airseal.model.current import Registry
from airseal.model.digest import Digest
from airseal.model.finding import TO_CONFIRM
from airseal.model.format import CODES, Element, Expected
from airseal.model.level import Level
from airseal.model.matrix import Demand
from airseal.model.matter import WINDOWED, Matter
from airseal.model.people import Post
from airseal.model.problem import Problem
from airseal.model.registry import SealRecord
from airseal.model.request import (
    BlankForms,
    Grant,
    PaperAttachment,
    PlaceRule,
    Recipient,
    RecipientRole,
    Request,
    RequestedDocument,
    SealPlace,
    SourceFile,
    Window,
    parse_place,
)
from airseal.model.routing import unfilled
from airseal.paper.papers import digest_of
from airseal.paper.placement import check_place
from airseal.paper.report import MAX_DOCUMENT, PreflightReport
from airseal.paper.texts import judge_unit, lacking
from airseal.ports import Ports
from airseal.store import BlobIn


@dataclass(frozen=True, slots=True)
class Wish:
    """What a drafter fills in.

    ``seals`` are ``SEAL[@PLACE]`` texts: id or name, and ``p<page>,<x mm>,<y mm>`` or
    ``signature-block`` (the default). ``recipients`` are ids or names of units; the first
    is 主送, the others 抄送. ``until`` is ``YYYY-MM-DD`` or None. ``replaces``, ``emergency``
    and ``blanks`` are those of the request; ``matter`` is what the matrix is asked about;
    ``window`` is that of an off-site use or a loan;
    ``confirmed`` are the codes of the findings that the drafter lets stand (DC-03, DC-04).
    """

    title: str
    purpose: str
    seals: tuple[str, ...]
    copies: int
    recipients: tuple[str, ...]
    until: str | None
    level: Level
    replaces: Digest | None = None
    emergency: str = ""
    blanks: BlankForms | None = None
    confirmed: tuple[str, ...] = ()
    paper_attachments: tuple[PaperAttachment, ...] = ()
    matter: Matter = field(default_factory=Matter)
    window: Window | None = None


def route(ports: Ports, seals: Sequence[str], matter: Matter, level: Level) -> Demand:
    """Who will have to approve this, before anything is signed (AP-04).

    ``seals`` are ``SEAL[@PLACE]`` texts as in a ``Wish``. Raises the ``Problem`` that keeps
    everybody from approving it: the codes of ``PolicyPack.route``, ``SEAL_UNKNOWN``, and
    ``APPROVAL_NOBODY`` (``role``) where the roster has too few people for what is asked.
    """
    registry = ports.current_registry()
    assert registry.policy is not None
    types = [registry.find_seal(text.partition("@")[0]).type for text in seals]
    demand = registry.policy[1].route(matter, level, types)
    others = [row for who, (_, row) in registry.people.items() if who != ports.account.person]
    if (role := unfilled(demand, others)) is not None:
        raise Problem("APPROVAL_NOBODY", role=role)
    return demand


def check_size(ports: Ports, size: int) -> None:
    """Refuse a file that no channel carries: its attachments go on paper (DC-15).

    ``size`` in bytes; ``ATTACHMENT_TOO_LARGE`` (``limit`` in MB).
    """
    held = ports.current_registry().policy
    assert held is not None
    problem = held[1].judge_size(Channel.MEDIUM, size)
    if problem is not None:
        raise problem


def preflight(ports: Ports, document: BinaryIO) -> PreflightReport:
    """What speaks for and against sealing this document (DC-03, DC-04)."""
    return ports.papers.preflight(document)


def check_format(ports: Ports, document: BinaryIO, pages: int, wish: Wish) -> tuple[Element, ...]:
    """The elements of a 公文 that the pack asks of this kind of paper and that it lacks (DC-16)."""
    registry = ports.current_registry()
    assert registry.policy is not None
    expected = Expected(
        title=wish.title,
        symbol=wish.matter.symbol,
        main=tuple(registry.find_unit(text).name for text in wish.recipients[:1]),
        level=wish.level,
        attachments=tuple(one.title for one in wish.paper_attachments),
    )
    kind = registry.policy[1].catalogue.kind(wish.matter.kind)
    return lacking(ports.papers, document, pages, expected, kind)


@dataclass(frozen=True, slots=True)
class Source:
    """The editable file that the document was made from (DC-07); ``ending`` as ``docx``."""

    file: BinaryIO
    ending: str


@dataclass(frozen=True, slots=True)
class Prepared:
    """A request that may be signed: its body, who must approve it, and what the paper lacks."""

    body: Request
    demand: Demand
    lacking: tuple[Element, ...]


def check(ports: Ports, document: BinaryIO, wish: Wish, source: Source | None = None) -> Prepared:
    """Whether ``document`` may be asked for so, before any PIN is asked (AP-04, DC-03).

    Raises ``Problem``: the first blocking finding of the preflight, an unknown seal or
    unit, a place off the page, a wrong number or date, ``SIGNATURE_UNIT`` for a paper that
    another unit signs (SE-03), ``SOURCE_MISSING`` (DC-08), ``PDF_TOO_LARGE``,
    ``ATTACHMENT_TOO_LARGE`` (DC-15), ``APPROVAL_NOBODY`` where nobody may approve it.
    """
    if ports.account.post is not Post.DRAFTER:
        raise Problem("POST_WRONG", post=ports.account.post)
    registry = ports.current_registry()
    if not ports.station.level.covers(wish.level):
        raise Problem("LEVEL_ABOVE_STATION", level=wish.level)
    demand = route(ports, wish.seals, wish.matter, wish.level)
    if wish.blanks is not None and not (registry.policy and registry.policy[1].allows_blanks):
        raise Problem("BLANKS_FORBIDDEN")
    if wish.matter.special in WINDOWED and wish.window is None:
        raise Problem("WINDOW_MISSING")
    report = preflight(ports, document)
    if (blocked := report.first_block) is not None:
        raise blocked
    for finding in report.findings:
        if finding.code in TO_CONFIRM and finding.code not in wish.confirmed:
            raise Problem("FINDINGS_UNCONFIRMED", finding=finding.code)
    check_size(ports, report.size)
    places = tuple(
        _place(ports, registry, document, report, order, text)
        for order, text in enumerate(wish.seals, start=1)
    )
    for place in places:
        seal = registry.seal(place.seal)[1]
        problem = judge_unit(ports.papers, document, place, seal, registry.unit_names)
        if problem is not None:
            raise problem
    missing = check_format(ports, document, report.pages, wish)
    made_from = _source_file(source)
    if made_from is not None:
        check_size(ports, made_from.size)
    faults = [CODES[one] for one in missing]
    body = _request_body(registry, report, places, wish, made_from, faults)
    if body.lacks_source:
        raise Problem("SOURCE_MISSING")
    return Prepared(body, demand, missing)


def request(
    ports: Ports,
    signer: Signer,
    document: BinaryIO,
    wish: Wish,
    beside: Callable[[Digest], Signed] | None = None,
    source: Source | None = None,
) -> Signed:
    """Freeze ``document``, sign the request and commit both; the statement's id is the case.

    ``beside`` signs what is committed with it, given the id of the new case; ``source`` is
    kept beside the document. Raises as :func:`check`.
    """
    body = check(ports, document, wish, source).body
    (asked,) = body.grant.documents
    units = [recipient.unit for recipient in body.grant.recipients]
    at = ports.clock.now()
    signed = author(
        ports.author,
        signer,
        body,
        level=wish.level,
        at=at,
        on=ports.registry.basis(ports.account.person, [p.seal for p in asked.seals], units),
    )
    document.seek(0)
    others = [beside(signed.id)] if beside else []
    blobs = [BlobIn(asked.digest, document, wish.level)]
    if source is not None and asked.source is not None:
        source.file.seek(0)
        blobs.append(BlobIn(asked.source.digest, source.file, wish.level))
    ports.hold(signed, at, blobs, others)
    return signed


def _source_file(source: Source | None) -> SourceFile | None:
    """Digest and size of the source (DC-07)."""
    if source is None:
        return None
    size = source.file.seek(0, os.SEEK_END)
    if size > MAX_DOCUMENT:
        raise Problem("PDF_TOO_LARGE", limit=MAX_DOCUMENT)
    try:
        return SourceFile(digest_of(source.file), size, source.ending.lower().lstrip("."))
    except ValueError:
        raise Problem("REQUEST_FORM") from None


def _request_body(
    registry: Registry,
    report: PreflightReport,
    places: tuple[SealPlace, ...],
    wish: Wish,
    source: SourceFile | None,
    faults: Sequence[str],
) -> Request:
    """The request as it will be signed; what its own rules refuse is ``REQUEST_FORM``."""
    recipients: Sequence[Recipient] = [
        Recipient(
            registry.find_unit(text).unit,
            RecipientRole.COPY if index else RecipientRole.MAIN,
        )
        for index, text in enumerate(wish.recipients)
    ]
    if len({recipient.unit for recipient in recipients}) != len(recipients):
        raise Problem("RECIPIENT_TWICE")
    try:
        return Request(
            title=wish.title.strip(),
            purpose=wish.purpose.strip(),
            grant=Grant(
                documents=(
                    RequestedDocument(report.digest, report.size, report.pages, places, source),
                ),
                copies=wish.copies,
                recipients=tuple(recipients),
                until=wish.until,
            ),
            replaces=wish.replaces,
            emergency=wish.emergency.strip() or None,
            blanks=wish.blanks,
            paper_attachments=wish.paper_attachments,
            confirmed=tuple(sorted({*faults, *(one.code for one in report.findings)})),
            matter=wish.matter,
            window=wish.window,
        )
    except ValueError:
        raise Problem("REQUEST_FORM") from None


def _place(
    ports: Ports,
    registry: Registry,
    document: BinaryIO,
    report: PreflightReport,
    order: int,
    text: str,
) -> SealPlace:
    """``SEAL[@PLACE]`` as an approved place; the 落款 is looked for in the document."""
    name, _, place = text.partition("@")
    seal = registry.find_seal(name)
    assert registry.policy is not None
    if place in ("", PlaceRule.SIGNATURE_BLOCK):
        rule = PlaceRule.SIGNATURE_BLOCK
        page, x_um, y_um = find_signature_block(ports, document, seal)
    else:
        rule = PlaceRule.COORDINATES
        page, x_um, y_um = parse_place(place)
    if page > report.pages:
        raise Problem("PLACE_NO_SUCH_PAGE", page=page, pages=report.pages)
    size = report.page_sizes[page - 1]
    problem = check_place(size, x_um, y_um, seal.width_um, seal.height_um)
    if problem is not None:
        raise problem
    # Later fields are created by the first sealing, so those seals can no longer be moved.
    tolerance = registry.policy[1].settings.placement_tolerance_um if order == 1 else 0
    return SealPlace(order, seal.seal, rule, page, x_um, y_um, tolerance)


def find_signature_block(
    ports: Ports, document: BinaryIO, seal: SealRecord
) -> tuple[int, int, int]:
    """Page and centre (µm) of the 落款 for ``seal`` (GB/T 9704-2012 §7.3.5.1)."""
    proposal = ports.papers.find_signature_block(
        document, seal.unit_name, seal.width_um, seal.height_um
    )
    return proposal.page, proposal.x_um, proposal.y_um
