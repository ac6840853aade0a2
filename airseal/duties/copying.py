"""Copying: the seal department keeps a copy of a seal's definition and papers (副本档案, BK-01).

A copy is a signed bag with every entry of the seal in the register, what each rests on, and the
impressions they name: what a maker needs to make the seal again, and no key of anybody. It lies
encrypted in the vault, and so in every backup of the station. Two people take it out together.
"""

import io
import secrets
from pathlib import Path
from typing import BinaryIO

from airseal.evidence.accounts import account_facts
from airseal.evidence.opening import document_name, statement_name
from airseal.evidence.outside import memory_file
from airseal.evidence.sealcopies import (
    COPY_KEPT,
    COPY_TAKEN_OUT,
    KIND_COPY,
    SealCopy,
    seal_copies,
)
from airseal.evidence.signed import Signed
from airseal.keys.cms import sign_detached
from airseal.keys.tokenhost import Signer
from airseal.model.account import AccountState
from airseal.model.digest import Digest, from_hex, sha256, to_hex
from airseal.model.level import Level
from airseal.model.people import Post
from airseal.model.problem import Problem
from airseal.model.registry import SealRecord
from airseal.model.secret import Secret
from airseal.ports import Ports
from airseal.store import BlobIn
from transfer import bag, media
from transfer.bundle import Payload, write


def copies(ports: Ports) -> dict[str, SealCopy]:
    """The newest copy of each seal that has one."""
    return seal_copies(ports.store.desk)


def check_keep(ports: Ports, seal: str) -> SealRecord:
    """The entry of ``seal`` that a copy would be of; raises ``SEAL_UNKNOWN``, and as any act."""
    registry = ports.current_registry()
    registry.basis(ports.account.person)
    return registry.find_seal(seal)


def keep(ports: Ports, signer: Signer, seal: str) -> SealCopy:
    """Sign and keep a copy of ``seal`` as the register has it now; raises as ``check_keep``."""
    record = check_keep(ports, seal)
    at = ports.clock.now().replace(microsecond=0)
    entries = _entries(ports, record.seal)
    # Whoever opens the copy must be able to tell who signed it.
    basis = ports.registry.basis(ports.account.person)
    held = ports.evidence.closure([*(one.id for one in entries), *basis])
    level = max((one.statement.level for one in held), key=lambda one: one.rank)
    info = {
        bag.KIND: KIND_COPY,
        bag.SENDER: f"{ports.station.unit}/{ports.station.id}",
        bag.RECIPIENT: "*",
        bag.LEVEL: level,
        bag.BAGGING_DATE: f"{at:%Y-%m-%d}",
        bag.PREPARED: at.isoformat(),
    }
    payloads = [_payload(statement_name(one.id), one.p7m) for one in held]
    payloads += [_impression(ports, one) for one in _impressions(ports, entries)]
    with memory_file() as packed:
        written = write(
            packed,
            top=f"{KIND_COPY}-{at:%Y%m%d%H%M%S}-{secrets.token_hex(4)}",
            info=info,
            payloads=payloads,
            sign=lambda content: sign_detached(content, signer, at),
        )
        packed.flush()
        packed.seek(0)
        digest = from_hex(written.sha256)
        event = ports.event(
            COPY_KEPT, seal=record.seal, number=record.number, digest=digest, size=written.size
        )
        ports.store.commit([event], [BlobIn(digest, packed, Level(level))])
    return copies(ports)[record.seal]


def check_take_out(ports: Ports, seal: str, second: str, reason: str) -> SealCopy:
    """The copy that two people may take out.

    Raises ``SEAL_COPY_NONE``, ``WITNESSES_TWO`` for one person twice, ``PERSON_UNKNOWN`` for
    somebody without an open account here, ``POST_WRONG`` for a custodian, who would have both the
    seal and what it is made from (X-23), and ``REASON_MISSING``.
    """
    copy = copies(ports).get(seal)
    if copy is None:
        raise Problem("SEAL_COPY_NONE")
    if second == ports.account.person:
        raise Problem("WITNESSES_TWO")
    account = account_facts(ports.store.desk, second)
    if account.state is not AccountState.ACTIVE or account.post is None:
        raise Problem("PERSON_UNKNOWN", person=second)
    if account.post is Post.CUSTODIAN:
        raise Problem("POST_WRONG", post=account.post)
    if not reason.strip():
        raise Problem("REASON_MISSING")
    return copy


def take_out(
    ports: Ports, seal: str, second: str, password: Secret, reason: str, medium: Path
) -> str:
    """Write the copy of ``seal`` to ``medium`` for its maker; returns the file's name.

    That both agreed is in the ledger before anything is on the medium. Raises as
    :func:`check_take_out`, ``LOGIN_REFUSED`` for the second person, ``BLOB_MISSING`` and
    ``BLOB_DAMAGED`` for a copy that the vault lost, and those of the medium.
    """
    copy = check_take_out(ports, seal, second, reason)
    with ports.store.blob(copy.digest) as source:
        ports.store.confirm(second, password)
        event = ports.event(
            COPY_TAKEN_OUT,
            seal=seal,
            number=copy.number,
            digest=copy.digest,
            second=second,
            reason=reason.strip(),
        )
        ports.store.commit([event])
        return _place(source, copy, medium)


def _place(source: BinaryIO, copy: SealCopy, medium: Path) -> str:
    def fill(out: BinaryIO) -> None:
        while chunk := source.read(1 << 20):
            out.write(chunk)

    name = media.write_file(medium, f"{KIND_COPY}-{to_hex(copy.digest)[:16]}.zip", fill).name
    media.confirm(medium, name, sha256=to_hex(copy.digest), size=copy.size)
    return name


def _entries(ports: Ports, seal: str) -> list[Signed]:
    """Every entry of the seal in the register that is held here, the oldest first."""
    places = ports.store.index.statements_by_kind({"seal"})
    ids = (ports.store.entry(place).statement_id for place in places)
    held = (ports.evidence.get(one) for one in dict.fromkeys(ids) if one is not None)
    return [one for one in held if one is not None and _is_of(one, seal, ports.station.unit)]


def _is_of(signed: Signed, seal: str, unit: str) -> bool:
    statement = signed.statement
    return (
        statement.unit == unit
        and isinstance(statement.body, SealRecord)
        and statement.body.seal == seal
    )


def _impressions(ports: Ports, entries: list[Signed]) -> list[Digest]:
    """The impressions that the entries name and that are held here."""
    bodies = (one.statement.body for one in entries)
    named = {body.impression for body in bodies if isinstance(body, SealRecord)}
    return sorted(one for one in named if ports.store.has_blob(one))


def _impression(ports: Ports, digest: Digest) -> Payload:
    with ports.store.blob(digest) as source:
        content = source.read()
    return Payload(document_name(digest), io.BytesIO(content), len(content), to_hex(digest))


def _payload(name: str, content: bytes) -> Payload:
    return Payload(name, content, len(content), to_hex(sha256(content)))
