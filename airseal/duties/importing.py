"""Importing: what a bundle brings becomes held, all of it or nothing (SE-12, TX-07).

Importing is set union: in any order, twice does no harm (DESIGN §1). A bundle that fails
stays in quarantine with the code, and nothing else is stored.
"""

import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from airseal.duties.admitting import DELETED_CODE, admit
from airseal.evidence.held import settled
from airseal.evidence.opening import (
    OpenedBundle,
    documents_named,
    open_signed_bundle,
)
from airseal.evidence.outside import memory_file, name_of, taken_in
from airseal.evidence.partners import ALARM, Facts, asks_from, compare, compare_sightings
from airseal.evidence.quarantine import IMPORT_REFUSED
from airseal.evidence.records import IMPORTED, statement_entry
from airseal.evidence.rejudging import newer, news_of
from airseal.evidence.signed import read
from airseal.evidence.slips import whole
from airseal.evidence.tombstones import carry_out, sentence
from airseal.evidence.trusted import Offered, TrustedSet
from airseal.evidence.wire import CASE_KINDS
from airseal.model.checkpoint import Sighting
from airseal.model.digest import Digest, sha256
from airseal.model.problem import Problem
from airseal.model.receipt import Receipt
from airseal.model.registry import SealRecord
from airseal.ports import Ports
from airseal.store import BlobIn, EntryIn, JsonValue
from transfer.errors import TransferError

_NOT_ITS_FAULT: Final = ("CANCELLED", "JAIL_UNAVAILABLE")
"""What ends an import without saying anything about the bundle."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import brought. ``again`` says that nothing in it was new."""

    bundle: str
    kind: str
    sender: str
    cases: tuple[Digest, ...]
    statements: tuple[Digest, ...]
    parked: tuple[Digest, ...]
    again: bool


def import_file(ports: Ports, path: Path) -> tuple[Imported, TrustedSet]:
    """Import one bundle file; returns what it brought and the set that now is trusted.

    A file ending in ``.p7m`` or ``.slip`` is one statement, as ``airseal qr read`` saves it.

    Raises the ``TransferError`` or ``Problem`` of the first thing that is wrong, after the
    file was put into quarantine (unless it could not even be read, is over the cap, or
    somebody cancelled).
    """
    with taken_in(path) as (copy, digest):
        match path.suffix:
            case ".p7m":
                return import_statement(ports, copy.read(), name_of(path))
            case ".slip":
                return import_slip(ports, copy.read(), name_of(path))
            case _:
                return _import(ports, copy, digest, name_of(path))


def import_bytes(
    ports: Ports, content: bytes, name: str, *, quarantine: bool = True
) -> tuple[Imported, TrustedSet]:
    """The same for a bundle that came as QR codes; ``name`` says so in the ledger.

    Without ``quarantine`` a refusal leaves nothing behind: whoever holds codes before a camera
    must not be able to fill the disk with them.
    """
    with memory_file() as copy:
        copy.write(content)
        copy.seek(0)
        return _import(ports, copy, sha256(content), name, quarantine=quarantine)


def import_statement(
    ports: Ports, p7m: bytes, name: str, *, quarantine: bool = True
) -> tuple[Imported, TrustedSet]:
    """Import one statement that came by itself; it is judged as if it lay in a bundle.

    Raises the codes of statements and certificates, ``UNIT_UNKNOWN``, ``LEVEL_ABOVE_STATION``,
    and ``DOCUMENT_MISSING`` for one that brings a document along, which only a bundle can.
    """
    return _import_one(ports, p7m, lambda: p7m, name, quarantine=quarantine)


def import_slip(
    ports: Ports, slip: bytes, name: str, *, quarantine: bool = True
) -> tuple[Imported, TrustedSet]:
    """The same for a slip, once its signer's certificate is put back; raises ``SLIP_SIGNER``."""
    return _import_one(
        ports, slip, lambda: whole(slip, ports.evidence), name, quarantine=quarantine
    )


def _import_one(
    ports: Ports, content: bytes, p7m: Callable[[], bytes], name: str, *, quarantine: bool
) -> tuple[Imported, TrustedSet]:
    digest = sha256(content)
    try:
        signed = read(p7m())
        statement = signed.statement
        if statement.unit not in {anchor.unit for anchor in ports.evidence.anchors}:
            raise Problem("UNIT_UNKNOWN", unit=statement.unit)
        if not ports.station.level.covers(statement.level):
            raise Problem("LEVEL_ABOVE_STATION", level=statement.level)
        if documents_named(statement):
            raise Problem("DOCUMENT_MISSING")
        trusted = ports.evidence.copy()
        offered = trusted.offer([signed])
        for problem in offered.refused.values():
            raise problem
    except Problem as problem:
        if quarantine:
            event = _refusal(ports, digest, name, problem)
            ports.store.commit([event], [BlobIn(digest, io.BytesIO(content))])
        raise
    new = [] if signed.id in offered.known else [signed]
    case = statement.case or (statement.id if statement.kind in CASE_KINDS else None)
    cases = (case,) if case is not None else ()
    event = ports.event(
        IMPORTED,
        bundle=name,
        digest=digest,
        kind="statement",
        sender=f"{statement.unit}/{statement.station}",
        by=statement.by,
        new=len(new),
        cases=list(cases),
        settled=list(settled(ports.evidence, offered)),
    )
    at = ports.clock.now()
    entries = [
        statement_entry(one, ports.account.person, at, parked=one.id in offered.parked)
        for one in new
    ]
    gone = _gone(ports, trusted, offered, cases)
    taken = _acknowledged(ports, trusted, offered, name)
    news = _news(ports, trusted, offered)
    ports.store.commit([*entries, *taken, event, *gone, *news])
    carry_out(ports.store, ports.account.person, at)
    imported = Imported(
        bundle=name,
        kind="statement",
        sender=f"{statement.unit}/{statement.station}",
        cases=cases,
        statements=(signed.id,),
        parked=tuple(offered.parked),
        again=not new,
    )
    return imported, trusted


def _import(
    ports: Ports, copy: BinaryIO, digest: Digest, name: str, *, quarantine: bool = True
) -> tuple[Imported, TrustedSet]:
    try:
        opened = open_signed_bundle(copy, ports.evidence, ports.progress)
        admit(ports, opened)
    except (Problem, TransferError) as error:
        if error.code in _NOT_ITS_FAULT or not quarantine:
            raise
        copy.seek(0)
        event = _refusal(ports, digest, name, error)
        # What was deleted does not come back as a copy of what was refused (DC-11).
        kept = [] if error.code == DELETED_CODE else [BlobIn(digest, copy)]
        ports.store.commit([event], kept)
        raise
    return _commit(ports, opened, digest), opened.trusted


def _refusal(ports: Ports, file: Digest, name: str, why: Problem | TransferError) -> EntryIn:
    params: dict[str, JsonValue] = dict(why.params)
    return ports.event(IMPORT_REFUSED, bundle=file, code=why.code, params=params, name=name)


def _gone(
    ports: Ports, trusted: TrustedSet, offered: Offered, cases: Iterable[Digest]
) -> list[EntryIn]:
    """What follows here from the tombstones that were accepted now."""
    accepted = (trusted.statement(one) for one in offered.accepted)
    told = {s.case for s in accepted if s is not None and s.case is not None}
    found = sorted({*told, *cases})
    gone = sentence(ports.store, trusted, found, ports.station.unit, ports.clock.now())
    return [ports.event(kind, **facts) for kind, facts in gone]


def _news(ports: Ports, trusted: TrustedSet, offered: Offered) -> list[EntryIn]:
    """That verdicts given here are to be judged again, if newer lists touch any (VF-11)."""
    news = news_of(ports.evidence, trusted, offered)
    told = newer(news, ports.station.level, ports.store.head.sequence)
    return [ports.event(kind, **facts) for kind, facts in told]


def _commit(ports: Ports, opened: OpenedBundle, digest: Digest) -> Imported:
    known = set(opened.offered.known)
    new = [signed for signed in opened.statements if signed.id not in known]
    at = ports.clock.now()
    event = ports.event(
        IMPORTED,
        bundle=opened.cover.id,
        digest=digest,
        kind=opened.cover.kind,
        sender=f"{opened.cover.unit}/{opened.cover.station}",
        by=opened.cover.person,
        new=len(new),
        cases=list(opened.cases),
        settled=list(settled(ports.evidence, opened.offered)),
        size=0 if opened.shown is None else opened.shown.size,
        root=None if opened.shown is None else opened.shown.root,
    )
    witnessed = [ports.event(kind, **facts) for kind, facts in _witnessed(ports, opened)]
    parked = opened.offered.parked
    entries = [
        statement_entry(signed, ports.account.person, at, parked=signed.id in parked)
        for signed in new
    ]
    # Pictures of seals belong to the registry, which is for everybody at the station.
    pictures = {
        one.statement.body.impression
        for one in opened.statements
        if isinstance(one.statement.body, SealRecord)
    }
    blobs = [
        BlobIn(name, document, None if name in pictures else opened.cover.level)
        for name, document in opened.documents()
        if not ports.store.has_blob(name)
    ]
    gone = _gone(ports, opened.trusted, opened.offered, opened.cases)
    taken = _acknowledged(ports, opened.trusted, opened.offered, opened.cover.id)
    news = _news(ports, opened.trusted, opened.offered)
    with ports.no_return():
        ports.store.commit([*entries, *witnessed, *taken, event, *gone, *news], blobs)
        carry_out(ports.store, ports.account.person, at)
    return Imported(
        bundle=opened.cover.id,
        kind=opened.cover.kind,
        sender=f"{opened.cover.unit}/{opened.cover.station}",
        cases=opened.cases,
        statements=tuple(signed.id for signed in opened.statements),
        parked=tuple(opened.offered.parked),
        again=all(signed.statement.kind == "checkpoint" for signed in new),
    )


def _witnessed(ports: Ports, opened: OpenedBundle) -> Iterator[tuple[str, Facts]]:
    """What the bundle shows of its station's ledger, of ours and of others'."""
    cover, desk, own = opened.cover, ports.store.desk, ports.station
    if (cover.unit, cover.station) == (own.unit, own.id):
        return
    yield from compare(desk, opened.shown, cover.unit, cover.station, cover.id)
    if opened.checkpoint is None:
        return
    others = []
    for one in opened.checkpoint.seen:
        if (one.unit, one.station) != (own.unit, own.id):
            others.append(one)
            continue
        if one.size <= ports.history.size:
            # Ours or not: the next checkpoint tells the sender what we had at that size.
            yield from asks_from(desk, cover.unit, cover.station, one.size)
        if not _is_ours(ports, one):
            names: Facts = {"unit": own.unit, "station": own.id, "bundle": cover.id}
            told: Facts = {"code": "LEDGER_ROLLED_BACK", "params": {"sequence": one.size}}
            yield ALARM, {**names, **told}
    yield from compare_sightings(desk, others, cover.id)


def _acknowledged(
    ports: Ports, trusted: TrustedSet, offered: Offered, bundle: str
) -> list[EntryIn]:
    """What the receipts that were accepted now say of our own ledger.

    They countersign a checkpoint of ours: the next proof begins there (DESIGN §4). One that
    countersigns what we never had is an alarm, as when a checkpoint has seen it.
    """
    own, events = ports.station, list[EntryIn]()
    for signed in (trusted.statement(one) for one in offered.accepted):
        body = signed.body if signed is not None else None
        if signed is None or not isinstance(body, Receipt) or body.root is None:
            continue
        if (body.unit, body.station) != (own.unit, own.id):
            continue
        if body.size <= ports.history.size:
            known = asks_from(ports.store.desk, signed.unit, signed.station, body.size)
            events += [ports.event(kind, **facts) for kind, facts in known]
        if not _is_ours(ports, Sighting(own.unit, own.id, body.size, body.root)):
            names: Facts = {"unit": own.unit, "station": own.id, "bundle": bundle}
            told: Facts = {"code": "LEDGER_ROLLED_BACK", "params": {"sequence": body.size}}
            events.append(ports.event(ALARM, **names, **told))
    return events


def _is_ours(ports: Ports, sighting: Sighting) -> bool:
    """Whether what a partner was shown under our name is a beginning of our ledger."""
    if sighting.size > ports.history.size:
        return False
    return ports.history.root(sighting.size) == sighting.root
