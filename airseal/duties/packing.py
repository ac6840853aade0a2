"""Packing: one signed bundle, in the vault and the ledger first, then on a medium (TX-03).

It is in the vault before it is on the medium, and the ledger says so; a restart can read back or
write the same bytes again (DESIGN §4 Export).
"""

import os
import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from airseal.evidence.opening import (
    document_name,
    statement_name,
)
from airseal.evidence.outside import memory_file
from airseal.evidence.partners import provable_sizes, restored_at, restores, sightings
from airseal.evidence.proofs import Beginning, Proofs, encode_proofs, proofs_name
from airseal.evidence.records import (
    EXPORT_DONE,
    EXPORT_FAILED,
    EXPORT_PREPARED,
    delivery_state,
    statement_entry,
)
from airseal.evidence.signed import Signed, author
from airseal.keys.cms import sign_detached
from airseal.keys.tokenhost import Signer
from airseal.model.checkpoint import Checkpoint
from airseal.model.delivery import DELIVERY_MACHINE, DeliveryAct
from airseal.model.digest import Digest, from_hex, sha256, to_hex
from airseal.model.level import Level
from airseal.model.problem import Problem
from airseal.ports import Ports
from airseal.store import BlobIn, JsonValue
from transfer import bag, media
from transfer.bundle import Payload, write
from transfer.errors import TransferError


@dataclass(frozen=True, slots=True)
class Exported:
    """A bundle that lies on the medium and was read back equal."""

    bundle: str
    path: Path
    cases: tuple[Digest, ...]
    statements: tuple[Digest, ...]
    bans: Path | None = None
    """The bundle that bans the versions these cases correct (E-01)."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A bundle that lies in the vault, signed, and has not left yet; ``size`` in bytes."""

    bundle: str
    digest: Digest
    size: int
    cases: tuple[Digest, ...]
    statements: tuple[Digest, ...]


def prepare(
    ports: Ports,
    signer: Signer,
    kind: str,
    level: Level,
    statements: Sequence[Signed],
    documents: Iterable[Digest],
    cases: tuple[Digest, ...],
    **about: JsonValue,
) -> Prepared:
    """The bundle, saved and not yet written; ``about`` is told of it in the ledger beside."""
    at = ports.clock.now().replace(microsecond=0)
    top = f"{ports.station.id}-{at:%Y%m%d%H%M%S}-{secrets.token_hex(4)}"
    info = {
        bag.KIND: kind,
        bag.SENDER: f"{ports.station.unit}/{ports.station.id}",
        bag.RECIPIENT: "*",
        bag.LEVEL: level,
        bag.BAGGING_DATE: f"{at:%Y-%m-%d}",
        bag.PREPARED: at.isoformat(),
    }
    head = _checkpoint(ports, signer, at)
    proofs = _proofs(ports, head, statements)
    with memory_file() as packed:
        payloads = [
            *_payloads(ports, [*statements, head], documents),
            _payload(proofs_name(head.id), proofs),
        ]
        written = write(
            packed,
            top=top,
            info=info,
            payloads=payloads,
            sign=lambda content: sign_detached(content, signer, at),
        )
        packed.flush()
        digest = from_hex(written.sha256)
        packed.seek(0)
        ports.store.commit(
            [
                statement_entry(head, ports.account.person, at),
                ports.event(
                    EXPORT_PREPARED,
                    bundle=top,
                    digest=digest,
                    size=written.size,
                    cases=list(cases),
                    **about,
                ),
            ],
            [BlobIn(digest, packed, level)],
        )
    ports.evidence.offer([head])
    held = tuple(signed.id for signed in (*statements, head))
    return Prepared(top, digest, written.size, cases, held)


def place(ports: Ports, made: Prepared, medium: Path) -> Exported:
    """Write what was prepared to ``medium``; raises as :func:`place_on_medium`."""
    name = place_on_medium(ports, made.bundle, made.digest, made.size, medium)
    return Exported(made.bundle, medium / name, made.cases, made.statements)


def place_on_medium(ports: Ports, bundle: str, digest: Digest, size: int, medium: Path) -> str:
    """Write a prepared bundle to ``medium``, read it back, and record how it went.

    Returns the file's name. It can be cancelled while it is copied: then nothing of it remains
    on the medium, and it may be sent later. The sending time (传送时间, TX-03) is the time of the
    ``export-done`` entry. Raises the ``TransferError`` of the medium after recording it, and
    ``Problem("MOVE_ILLEGAL")`` for what was sent already (TX-08: that wants a new serial).
    """
    state = delivery_state(ports.store.desk, bundle)
    refused = DELIVERY_MACHINE.judge(state, DeliveryAct.SEND, ports.account.post)
    if refused is not None:
        raise refused

    with ExitStack() as final:

        def copy(out: BinaryIO) -> None:
            with ports.store.blob(digest) as source:
                while chunk := source.read(1 << 20):
                    ports.progress(out.tell(), size, "export-write")
                    out.write(chunk)
            # Next it gets its name, and may be carried away.
            final.enter_context(ports.no_return())

        try:
            name = media.write_file(medium, f"{bundle}.airseal", copy).name
            media.confirm(medium, name, sha256=to_hex(digest), size=size)
        except (Problem, TransferError) as error:
            ports.store.commit([ports.event(EXPORT_FAILED, bundle=bundle, code=error.code)])
            raise
        ports.store.commit([ports.event(EXPORT_DONE, bundle=bundle, file=name)])
        return name


def _checkpoint(ports: Ports, signer: Signer, at: datetime) -> Signed:
    """The person on duty commits the station to its ledger as it is, and to what it has seen.

    The checkpoint itself is the entry after those it covers.
    """
    size = ports.history.size
    body = Checkpoint(
        size=size,
        root=ports.history.root(size),
        restores=restores(ports.store.desk),
        seen=sightings(ports.store.desk),
        restored=restored_at(ports.store.desk),
    )
    on = ports.registry.basis(ports.account.person)
    return author(ports.author, signer, body, level=Level.PUBLIC, at=at, on=on)


def _proofs(ports: Ports, head: Signed, statements: Sequence[Signed]) -> bytes:
    """That everything in the bundle is in the ledger, which continues what others may know."""
    body = head.statement.body
    assert isinstance(body, Checkpoint)
    history = ports.history
    proofs = Proofs(
        checkpoint=head.id,
        consistency=tuple(
            Beginning(history.consistency(size, body.size), history.root(size), size)
            for size in provable_sizes(ports.store.desk)
        ),
        inclusion=tuple(
            history.inclusion(one, body.size) for one in sorted(signed.id for signed in statements)
        ),
    )
    return encode_proofs(proofs)


def _payload(name: str, content: bytes) -> Payload:
    return Payload(name, content, len(content), to_hex(sha256(content)))


def _payloads(
    ports: Ports, statements: Sequence[Signed], documents: Iterable[Digest]
) -> Iterator[Payload]:
    for signed in statements:
        yield _payload(statement_name(signed.id), signed.p7m)
    wanted = sorted(set(documents))
    for done, digest in enumerate(wanted):
        ports.progress(done, len(wanted), "export-document")
        source = ports.store.blob(digest)
        size = source.seek(0, os.SEEK_END)
        source.seek(0)
        yield Payload(document_name(digest), source, size, to_hex(digest))
