"""Auditing: what happened here, by whom, and whether the ledger is whole (AC-12, RE-10…RE-13).

The auditor reads the ledger through its index, has the chain checked, takes a copy out and
compares such a copy with the living ledger. Copies of other stations' ledgers are kept here and
show as of when they are.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from airseal.evidence.logs import SUFFIX, VERSION, Head, Log, LogLine, LogWriter, line_of, open_log
from airseal.evidence.outside import memory_file, taken_in
from airseal.evidence.records import LOG_COMPARED, LOG_EXPORTED, LOG_TAKEN, LOGS
from airseal.keys.cms import open_detached, sign_detached
from airseal.keys.tokenhost import Signer
from airseal.model.digest import Digest, sha256
from airseal.model.merkle import Tree
from airseal.model.problem import Problem
from airseal.ports import Ports
from airseal.store import BlobIn, Entry, Found, JsonValue, Page, Query, leaf_of
from transfer import media
from transfer.errors import TransferError

CHAIN_CHECKED = "chain-checked"

MAX_LOG = 1 << 30
"""The largest copy that is taken in, in bytes."""

_SIGNATURE = ".p7s"
_MAX_SIGNATURE = 1 << 16
_REPORT_EVERY = 256
_NAMED = 100
"""How many differences of one kind are named; all are counted."""


@dataclass(frozen=True, slots=True)
class ExportedLog:
    """A copy that lies on the medium with its signature beside it, both read back."""

    path: Path
    signature: Path
    digest: Digest
    entries: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """A copy beside the living ledger.

    ``changed`` are entries that are otherwise here, ``missing`` those that are not here at all,
    ``added`` those the copy should hold and does not (only a whole copy can tell); each with at
    most the first hundred sequences. ``since`` is how many entries the ledger has grown.
    ``signer`` is who signed the copy, None when no valid signature lies beside it.
    """

    at: str
    same: int
    changed: tuple[int, ...]
    missing: tuple[int, ...]
    added: tuple[int, ...]
    differences: int
    since: int
    signer: str | None

    @property
    def first(self) -> int | None:
        """The first difference."""
        return min((*self.changed, *self.missing, *self.added), default=None)


@dataclass(frozen=True, slots=True)
class ForeignLog:
    """The newest copy of another station's ledger that is here."""

    unit: str
    station: str
    at: str
    entries: int
    signer: str | None
    digest: Digest


def page(ports: Ports, query: Query, before: int | None, limit: int) -> Page:
    """One page of the ledger, newest first."""
    return ports.store.index.page(query, before, limit)


def count(ports: Ports, query: Query) -> int:
    """How many entries match."""
    return ports.store.index.count(query)


def counters(ports: Ports, kinds: Mapping[str, frozenset[str]]) -> dict[str, int]:
    """How many entries there are of each group of kinds."""
    index = ports.store.index
    return {name: index.count(Query(kinds=group)) for name, group in kinds.items()}


def titles(ports: Ports, rows: Sequence[Found]) -> dict[Digest, str]:
    """The titles of the cases in ``rows``, as far as the reader may know them (SC-04)."""
    found = {}
    for case in {row.case for row in rows if row.case is not None}:
        title = title_of(ports, case)
        if title is not None:
            found[case] = title
    return found


def title_of(ports: Ports, case: Digest) -> str | None:
    """The title of a case; None where the reader is not cleared for it."""
    request = ports.evidence.statement(case)
    if request is None or not ports.account.clearance.covers(request.level):
        return None
    title = getattr(request.body, "title", None)
    return title if isinstance(title, str) else None


def check_chain(ports: Ports) -> int:
    """Read the ledger from its first entry; the number of entries, all in order.

    Every entry is decrypted where it must stand in the chain, and the tree over all of them is
    the one that checkpoints commit to. Raises ``Problem("LEDGER_DAMAGED")``, ``LEDGER_SHORT``.
    """
    total = ports.store.head.sequence
    tree = Tree(lambda start, stop: _leaves(ports, start, stop))
    for entry in islice(ports.store.entries(), total):
        if entry.sequence % _REPORT_EVERY == 1:
            ports.progress(entry.sequence - 1, total, "chain")
        tree.append(_leaf(entry))
    if tree.size != total:
        raise Problem("LEDGER_SHORT", sequence=tree.size + 1)
    if ports.history.root(total) != _digest(tree.root()):
        raise Problem("LEDGER_DAMAGED", sequence=total)
    ports.store.commit([ports.event(CHAIN_CHECKED, entries=total, root=_digest(tree.root()))])
    return total


def export_log(ports: Ports, signer: Signer, query: Query, medium: Path) -> ExportedLog:
    """Write the entries that match, oldest first, to a medium; sign and read back.

    The copy holds what was in the ledger when it was begun; that it was made is an event.
    """
    size = ports.store.head.sequence
    chosen = None if query == Query() else _matching(ports, query)
    head = Head(
        version=VERSION,
        unit=ports.station.unit,
        station=ports.station.id,
        by=ports.account.person,
        at=ports.event(LOG_EXPORTED).at,
        size=size,
        root=ports.history.root(size),
        count=size if chosen is None else len(chosen),
        whole=chosen is None,
    )
    name = f"{ports.station.id}-{ports.clock.now():%Y%m%d%H%M%S}{SUFFIX}"
    with memory_file() as copy:
        writer = LogWriter(copy, head)
        for done, entry in enumerate(_entries(ports, size, chosen)):
            if done % _REPORT_EVERY == 0:
                ports.progress(done, head.count, "log")
            writer.add(line_of(entry))
        digest = writer.end()
        copy.seek(0)
        content = copy.read()
    signature = sign_detached(content, signer, ports.clock.now())
    saved = _put(medium, name, content)
    beside = _put(medium, saved + _SIGNATURE, signature)
    ports.store.commit(
        [
            ports.event(
                LOG_EXPORTED,
                name=saved,
                digest=sha256(content),
                entries=head.count,
                size=size,
                whole=head.whole,
            )
        ]
    )
    return ExportedLog(medium / saved, medium / beside, digest, head.count)


def compare_log(ports: Ports, path: Path) -> Comparison:
    """Compare a copy of this station's ledger with the ledger as it is now (RE-11).

    Raises ``Problem("LOG_FORM")``, ``LOG_DIGEST``, ``LOG_OTHER_STATION``.
    """
    with taken_in(path, MAX_LOG) as (source, digest):
        log = open_log(source)
        head, own = log.head, ports.station
        if (head.unit, head.station) != (own.unit, own.id):
            raise Problem("LOG_OTHER_STATION", unit=head.unit, station=head.station)
        found = _compared(ports, log, _signer_of(ports, source, path))
    facts: dict[str, JsonValue] = {"digest": digest, "differences": found.differences}
    ports.store.commit([ports.event(LOG_COMPARED, first=found.first, same=found.same, **facts)])
    return found


def take_log(ports: Ports, path: Path) -> ForeignLog:
    """Keep a copy of another station's ledger; an older one does not replace a newer.

    Raises ``Problem("LOG_FORM")``, ``LOG_DIGEST``, ``LOG_OWN``, ``LOG_OLDER``.
    """
    with taken_in(path, MAX_LOG) as (source, digest):
        head = open_log(source).head
        if (head.unit, head.station) == (ports.station.unit, ports.station.id):
            raise Problem("LOG_OWN")
        for held in foreign_logs(ports):
            if (held.unit, held.station) == (head.unit, head.station) and held.at > head.at:
                raise Problem("LOG_OLDER", at=held.at)
        taken = ForeignLog(
            head.unit,
            head.station,
            head.at,
            head.count,
            _signer_of(ports, source, path),
            digest,
        )
        event = ports.event(
            LOG_TAKEN,
            unit=taken.unit,
            station=taken.station,
            as_of=taken.at,
            entries=taken.entries,
            signer=taken.signer,
            digest=digest,
        )
        source.seek(0)
        blobs = [] if ports.store.has_blob(digest) else [BlobIn(digest, source)]
        ports.store.commit([event], blobs)
    return taken


def foreign_logs(ports: Ports) -> tuple[ForeignLog, ...]:
    """The newest copy of each other station's ledger."""
    return tuple(_foreign(row) for _, row in ports.store.desk.items(LOGS))


def foreign_lines(ports: Ports, digest: Digest) -> tuple[LogLine, ...]:
    """The entries of such a copy, newest first."""
    with ports.store.blob(digest) as source:
        return tuple(open_log(source).lines())[::-1]


def _foreign(row: JsonValue) -> ForeignLog:
    assert isinstance(row, dict)
    entries, signer = row["entries"], row["signer"]
    assert isinstance(entries, int)
    return ForeignLog(
        str(row["unit"]),
        str(row["station"]),
        str(row["as_of"]),
        entries,
        None if signer is None else str(signer),
        Digest(str(row["digest"])),
    )


def _compared(ports: Ports, log: Log, signer: str | None) -> Comparison:
    """Walks both in step; neither is held in memory."""
    size = ports.store.head.sequence
    live = ports.store.entries()
    at = next(live, None)
    same, changed, missing, added = 0, [], [], []
    for done, line in enumerate(log.lines()):
        if done % _REPORT_EVERY == 0:
            ports.progress(done, log.head.count, "compare")
        while at is not None and at.sequence < line.sequence:
            if log.head.whole:
                added.append(at.sequence)
            at = next(live, None)
        if at is None or at.sequence != line.sequence:
            missing.append(line.sequence)
        elif line_of(at) != line:
            changed.append(line.sequence)
            at = next(live, None)
        else:
            same += 1
            at = next(live, None)
    if log.head.whole:
        while at is not None and at.sequence <= log.head.size:
            added.append(at.sequence)
            at = next(live, None)
    if log.head.size <= size and ports.history.root(log.head.size) != log.head.root:
        # Every line may be right and the ledger another one before them.
        changed = changed or [log.head.size]
    return Comparison(
        at=log.head.at,
        same=same,
        changed=tuple(changed[:_NAMED]),
        missing=tuple(missing[:_NAMED]),
        added=tuple(added[:_NAMED]),
        differences=len(changed) + len(missing) + len(added),
        since=max(0, size - log.head.size),
        signer=signer,
    )


def _signer_of(ports: Ports, source: BinaryIO, path: Path) -> str | None:
    """Who signed the copy, by the signature beside it; None without a valid one."""
    try:
        with taken_in(path.with_name(path.name + _SIGNATURE), _MAX_SIGNATURE) as (beside, _):
            source.seek(0)
            signed = open_detached(beside.read(), source.read())
    except (Problem, TransferError):
        return None
    fingerprint = sha256(signed.certificate)
    for anchor in ports.evidence.anchors:
        registry = ports.evidence.registry(anchor.unit)
        for _, row in registry.people.values() if registry else ():
            if row.fingerprint == fingerprint:
                try:
                    ports.evidence.check_certificate(
                        anchor.unit, signed.certificate, signed.signing_time
                    )
                except Problem:
                    return None
                return row.person
    return None


def _entries(ports: Ports, size: int, chosen: Sequence[int] | None) -> Iterator[Entry]:
    if chosen is None:
        return islice(ports.store.entries(), size)
    return map(ports.store.entry, chosen)


def _matching(ports: Ports, query: Query) -> list[int]:
    """The sequences of all entries that match, oldest first."""
    found: list[int] = []
    before: int | None = None
    while True:
        answer = ports.store.index.page(query, before, 1_000)
        found.extend(row.sequence for row in answer.rows)
        before = answer.following
        if before is None:
            return found[::-1]


def _put(medium: Path, name: str, content: bytes) -> str:
    """``content`` on the medium, read back equal; under which name."""
    saved = media.write_file(medium, name, lambda out: out.write(content))
    media.confirm(medium, saved.name, sha256=_hex(content), size=len(content))
    return saved.name


def _hex(content: bytes) -> str:
    return sha256(content).removeprefix("sha256:")


def _digest(root: bytes) -> Digest:
    return Digest(f"sha256:{root.hex()}")


def _leaf(entry: Entry) -> bytes:
    return leaf_of(entry.kind, entry.salt, entry.sequence, entry.statement_id)


def _leaves(ports: Ports, start: int, stop: int) -> list[bytes]:
    return [_leaf(entry) for entry in islice(ports.store.entries(start), stop - start)]
