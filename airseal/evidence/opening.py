"""Opening a bundle: the one order in which anything from outside is believed.

Caps, structure and digests (``transfer.bundle``), then the signature over them, then the
statements, then the documents the statements name. Whatever fails stops there; nothing is
changed by opening (DESIGN §4 Bundle, SE-12).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from airseal.evidence.proofs import check_proofs, decode_proofs, proofs_name
from airseal.evidence.signed import Signed, read
from airseal.evidence.trusted import Offered, TrustedSet
from airseal.evidence.wire import CASE_KINDS
from airseal.keys.cms import open_detached
from airseal.model.case import Facts, fold
from airseal.model.checkpoint import Checkpoint, Shown
from airseal.model.current import Registry
from airseal.model.digest import Digest, from_hex, sha256, to_hex
from airseal.model.level import Level
from airseal.model.moment import parse_moment
from airseal.model.problem import Problem
from airseal.model.registry import SealRecord
from airseal.model.request import Request, Sealing
from airseal.model.statement import Statement
from transfer import bag
from transfer.bundle import Bundle, open_bundle
from transfer.limits import DEFAULT

Progress = Callable[[int, int, str], None]

KIND_REGISTRY = "registry"
KIND_CASES = "cases"
KIND_STAFF = "staff"
KIND_RECEIPTS = "receipts"


@dataclass(frozen=True, slots=True)
class Cover:
    """What the bundle's cover sheet (bag-info.txt) says; signed by ``person``."""

    id: str
    kind: str
    unit: str
    station: str
    level: Level
    prepared: str
    person: str


@dataclass(frozen=True)
class OpenedBundle:
    """A bundle that holds in itself and whose signers are known.

    ``trusted`` is the station's set *with* the bundle's statements: adopt it only after
    they are committed. ``statements`` are all the bundle brought, ``offered`` what became
    of them, ``cases`` the cases they speak of.
    """

    cover: Cover
    bundle: Bundle
    statements: tuple[Signed, ...]
    offered: Offered
    trusted: TrustedSet
    cases: tuple[Digest, ...]
    shown: Shown | None
    """What the sender showed of its ledger; None when it brought no checkpoint we can judge."""
    checkpoint: Checkpoint | None

    def documents(self) -> Iterator[tuple[Digest, BinaryIO]]:
        """Each document: its digest, and a reader of its bytes (one at a time)."""
        for member in self.bundle.members:
            if bag.document_digest(member.name) is not None:
                yield from_hex(member.sha256), self.bundle.stream(member.name)


def _silent(done: int, total: int, what: str) -> None:
    """Nobody watches."""


def open_signed_bundle(
    source: BinaryIO, trusted: TrustedSet, progress: Progress = _silent
) -> OpenedBundle:
    """Open a bundle against what the station trusts; ``trusted`` itself stays as it was.

    ``progress`` hears of every statement and may stop it by raising.

    Raises ``TransferError`` for structure and digests, and ``Problem`` for the rest:
    ``BUNDLE_COVER``, ``BUNDLE_SIGNATURE``, ``UNIT_UNKNOWN``, ``BUNDLE_SIGNER``, the codes
    of statements and certificates, ``PROOF_FORM``, ``PROOF_WRONG``, ``DOCUMENT_UNNAMED``,
    ``DOCUMENT_MISSING`` and ``SOURCE_MISSING``.
    """
    bundle = open_bundle(source)
    cover = _cover(bundle)
    if cover.unit not in {anchor.unit for anchor in trusted.anchors}:
        raise Problem("UNIT_UNKNOWN", unit=cover.unit)
    try:
        seal = open_detached(bundle.signature, bundle.tagmanifest)
    except Problem:
        raise Problem("BUNDLE_SIGNATURE") from None
    statements = tuple(_statements(bundle, progress))
    twin = trusted.copy()
    offered = twin.offer(statements)
    for problem in offered.refused.values():
        raise problem
    person = _signer(twin, cover.unit, seal.certificate)
    if seal.signing_time != parse_moment(cover.prepared):
        raise Problem("BUNDLE_COVER", label=bag.PREPARED)
    twin.check_certificate(cover.unit, seal.certificate, seal.signing_time)
    _check_statements(cover, statements, trusted)
    cases = tuple(sorted({case for s in statements if (case := _case_of(s.statement))}))
    if bool(cases) != (cover.kind == KIND_CASES):
        raise Problem("BUNDLE_COVER", label=bag.KIND)
    checkpoint, shown = _shown(bundle, cover, statements, twin)
    opened = OpenedBundle(
        Cover(
            id=bundle.top,
            kind=cover.kind,
            unit=cover.unit,
            station=cover.station,
            level=cover.level,
            prepared=cover.prepared,
            person=person,
        ),
        bundle,
        statements,
        offered,
        twin,
        cases,
        shown,
        checkpoint,
    )
    _check_documents(opened)
    return opened


def _cover(bundle: Bundle) -> Cover:
    """The cover sheet, as far as its form goes; ``person`` is filled in from the signature."""
    info = bundle.info
    for label in (bag.KIND, bag.SENDER, bag.LEVEL, bag.PREPARED):
        if label not in info:
            raise Problem("BUNDLE_COVER", label=label)
    if info[bag.KIND] not in (KIND_REGISTRY, KIND_CASES, KIND_STAFF, KIND_RECEIPTS):
        raise Problem("BUNDLE_COVER", label=bag.KIND)
    unit, slash, station = info[bag.SENDER].partition("/")
    if not slash:
        raise Problem("BUNDLE_COVER", label=bag.SENDER)
    try:
        level = Level(info[bag.LEVEL])
    except ValueError:
        raise Problem("BUNDLE_COVER", label=bag.LEVEL) from None
    try:
        parse_moment(info[bag.PREPARED])
    except ValueError:
        raise Problem("BUNDLE_COVER", label=bag.PREPARED) from None
    return Cover(bundle.top, info[bag.KIND], unit, station, level, info[bag.PREPARED], "")


def _statements(bundle: Bundle, progress: Progress) -> Iterator[Signed]:
    """Every statement in the bundle, each under the name of its own id."""
    members = [member for member in bundle.members if bag.is_statement(member.name)]
    for done, member in enumerate(members):
        progress(done, len(members), "import-statement")
        signed = read(bundle.read(member.name, DEFAULT.statement_bytes))
        if member.name != statement_name(signed.id):
            raise Problem("STATEMENT_NAME")
        yield signed


def statement_name(statement_id: Digest) -> str:
    """Where a statement lies in a bundle."""
    return f"data/statements/{to_hex(statement_id)}.p7m"


def document_name(digest: Digest, extension: str = "pdf") -> str:
    """Where a document lies in a bundle."""
    return f"data/documents/{to_hex(digest)}.{extension}"


def _signer(trusted: TrustedSet, unit: str, certificate: bytes) -> str:
    """The person of ``unit`` whom this certificate belongs to; raises ``BUNDLE_SIGNER``."""
    registry = trusted.registry(unit)
    fingerprint = sha256(certificate)
    if registry is not None:
        for row in registry.charter.authorities:
            if row.certificate == fingerprint:
                return row.person
        for _, appointment in registry.people.values():
            if appointment.fingerprint == fingerprint and appointment.active:
                return appointment.person
    raise Problem("BUNDLE_SIGNER")


def _check_statements(cover: Cover, statements: tuple[Signed, ...], trusted: TrustedSet) -> None:
    """Every statement is of an enrolled unit, no case above the level on the cover (SC-01)."""
    units = {anchor.unit for anchor in trusted.anchors}
    for statement in (signed.statement for signed in statements):
        if statement.unit not in units:
            raise Problem("UNIT_UNKNOWN", unit=statement.unit)
        if statement.kind in CASE_KINDS and not cover.level.covers(statement.level):
            raise Problem("BUNDLE_COVER", label=bag.LEVEL)


def _shown(
    bundle: Bundle, cover: Cover, statements: tuple[Signed, ...], trusted: TrustedSet
) -> tuple[Checkpoint | None, Shown | None]:
    """The sender's checkpoint with its proofs, all of which hold, or nothing.

    Proofs come with exactly one checkpoint, and show that every other statement of the bundle
    is an entry of the ledger it commits to. Other checkpoints are statements like any other.
    """
    names = [member.name for member in bundle.members if bag.is_proofs(member.name)]
    if not names:
        return None, None
    proofs = decode_proofs(bundle.read(names[0], DEFAULT.proofs_bytes))
    if names != [proofs_name(proofs.checkpoint)]:
        raise Problem("PROOF_FORM")
    signed = next((one for one in statements if one.id == proofs.checkpoint), None)
    head = signed.statement.body if signed is not None else None
    if signed is None or not isinstance(head, Checkpoint):
        raise Problem("PROOF_FORM")
    if (signed.statement.unit, signed.statement.station) != (cover.unit, cover.station):
        raise Problem("BUNDLE_COVER", label=bag.SENDER)
    check_proofs(proofs, head, (one.id for one in statements if one is not signed))
    if trusted.get(signed.id) is None:
        return None, None
    beginnings = {one.size: one.root for one in proofs.consistency}
    shown = Shown(
        cover.unit, cover.station, head.size, head.root, head.restores, beginnings, head.restored
    )
    return head, shown


def _case_of(statement: Statement) -> Digest | None:
    if statement.kind not in CASE_KINDS:
        return None
    return statement.case or statement.id


def _check_documents(opened: OpenedBundle) -> None:
    """Every document is named by a statement here, every case brings its current form.

    A banned or deleted case may come without: what says so goes to whoever holds it.

    Current as this bundle tells the case: the station may know of later forms already.
    """
    brought = {digest for digest, _ in opened.documents()}
    named = {name for s in opened.statements for name in documents_named(s.statement)}
    for digest in sorted(brought - named):
        raise Problem("DOCUMENT_UNNAMED", digest=digest)
    told: dict[Digest, list[Statement]] = {case: [] for case in opened.cases}
    for signed in opened.statements:
        case = _case_of(signed.statement)
        if case is not None and opened.trusted.get(signed.id) is not None:
            told[case].append(signed.statement)
    for case, statements in told.items():
        facts = fold(case, statements)
        if facts is None or facts.paperless:
            continue
        if not set(current_documents(facts)) <= brought:
            raise Problem("DOCUMENT_MISSING")
        if facts.asked.lacks_source or not set(sources(facts)) <= brought:
            raise Problem("SOURCE_MISSING")


def current_documents(facts: Facts) -> tuple[Digest, ...]:
    """The newest form of each document of a case: what a bundle of the case must hold."""
    return tuple(facts.current_form(document.digest) for document in facts.asked.grant.documents)


def sources(facts: Facts) -> tuple[Digest, ...]:
    """The source files that a bundle of the case must hold, until all of it is sealed (DC-08)."""
    if facts.next_place is None:
        return ()
    return tuple(one.digest for one in facts.asked.sources)


def papers_named(statement: Statement) -> tuple[Digest, ...]:
    """The papers and pictures whose bytes a statement speaks of: all of them are PDFs."""
    match statement.body:
        case Request(grant=grant):
            return tuple(document.digest for document in grant.documents)
        case Sealing(input=source, output=output):
            return (source, output)
        case SealRecord(impression=impression):
            return (impression,)
        case _:
            return ()


def documents_named(statement: Statement) -> tuple[Digest, ...]:
    """Everything whose bytes a statement speaks of: papers, and what they were made from."""
    made_from: tuple[Digest, ...] = ()
    if isinstance(statement.body, Request):
        found = (document.source for document in statement.body.grant.documents)
        made_from = tuple(source.digest for source in found if source is not None)
    return (*papers_named(statement), *made_from)


def impressions(registry: Registry) -> tuple[Digest, ...]:
    """The impressions of all seals of a registry."""
    return tuple(record.impression for _, record in registry.seals.values())
