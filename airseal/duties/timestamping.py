"""Time stamping: ask an outside authority by file, attach its answer to the case (E-04)."""

import base64
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from airseal.evidence.outside import taken_in
from airseal.evidence.records import statement_entry
from airseal.evidence.signed import Signed, author
from airseal.evidence.stamps import (
    TIMESTAMP_REQUESTED,
    asked_at,
    check_timestamp,
    requested,
    stampers,
    stamps_of,
)
from airseal.evidence.wire import CASE_KINDS
from airseal.keys.timestamps import (
    MAX_RESPONSE,
    Stamp,
    make_request,
    open_response,
    read_nonce,
)
from airseal.keys.tokenhost import Signer
from airseal.model.digest import Digest, sha256, to_hex
from airseal.model.problem import Problem
from airseal.model.stamp import Timestamp
from airseal.model.statement import Statement, latest_first
from airseal.ports import Ports
from transfer import media


@dataclass(frozen=True, slots=True)
class Query:
    """A request as it leaves: the name of its file, and its bytes (DER)."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class StampedAct:
    """An act of a case and its time stamp, as far as it has come.

    ``asked_at`` is when this station asked last and has no answer; ``problem`` says why a stamp
    that is attached does not count here.
    """

    statement: Statement
    asked_at: str | None
    stamped_at: str | None
    problem: Problem | None


def stamped_acts(ports: Ports, case: Digest) -> tuple[StampedAct, ...]:
    """Every act of ``case`` that can be stamped, the newest first."""
    statements = ports.evidence.case_statements(case)
    acts = (s for s in statements if s.kind in CASE_KINDS and s.kind != "timestamp")
    return tuple(_stamped(ports, one, statements) for one in latest_first(acts))


def _stamped(ports: Ports, act: Statement, statements: Sequence[Statement]) -> StampedAct:
    problem: Problem | None = None
    at: str | None = None
    imprint, authorities = sha256(_act(ports, act.id).p7m), stampers(ports.store.desk)
    for stamp in stamps_of(act.id, statements):
        at = stamp.stamped_at
        try:
            check_timestamp(stamp, imprint, authorities)
        except Problem as found:
            problem = found if authorities else Problem("TIMESTAMP_UNVERIFIED")
        else:
            problem = None
            break
    return StampedAct(act, asked_at(ports.store.desk, act.id), at, problem)


def ask_stamp(ports: Ports, statement: Digest) -> Query:
    """A request about the signed bytes of an act, on record before anybody sees it.

    Raises ``CASE_UNKNOWN`` when the statement is not an accepted act of a case.
    """
    signed = _act(ports, statement)
    imprint, nonce = sha256(signed.p7m), secrets.randbits(63)
    query = make_request(imprint, nonce)
    # The question is on record before it leaves, so that any answer finds it.
    event = ports.event(TIMESTAMP_REQUESTED, statement=statement, imprint=imprint, nonce=nonce)
    ports.store.commit([event])
    return Query(f"{ports.station.id}-{to_hex(statement)[:8]}-{nonce:016x}.tsq", query)


def request_stamp(ports: Ports, statement: Digest, medium: Path) -> str:
    """Write a request as :func:`ask_stamp` to ``medium``; returns the file's name.

    Raises also the ``TransferError`` of the medium.
    """
    query = ask_stamp(ports, statement)

    def copy(out: BinaryIO) -> None:
        out.write(query.content)

    written = media.write_file(medium, query.name, copy).name
    content = query.content
    media.confirm(medium, written, sha256=to_hex(sha256(content)), size=len(content))
    return written


def attach_stamp(ports: Ports, signer: Signer, path: Path) -> Signed:
    """Check an answer and sign the ``timestamp`` statement that carries it to everybody.

    Raises as :func:`read_answer`; nothing is stored then.
    """
    act, stamp, nonce = read_answer(ports, path)
    at = ports.clock.now()
    case = act.statement.case or act.id
    signed = author(
        ports.author,
        signer,
        Timestamp(
            subject=act.id,
            imprint=stamp.imprint,
            stamped_at=stamp.time.astimezone(at.tzinfo).replace(microsecond=0).isoformat(),
            token=base64.b64encode(stamp.token).decode(),
        ),
        level=act.statement.level,
        at=at,
        case=case,
        on=[case, act.id, *ports.registry.basis(ports.account.person)],
    )
    entry = statement_entry(signed, ports.account.person, at)
    ports.store.commit([replace(entry, facts={**entry.facts, "nonce": nonce})])
    ports.evidence.offer([signed])
    return signed


def read_answer(ports: Ports, path: Path) -> tuple[Signed, Stamp, int]:
    """The act that an answer is about, its stamp, and the number it was asked for with.

    Nothing is signed. Raises the ``TIMESTAMP_`` codes, and ``REGISTRY_MISSING`` and
    ``POST_NOT_HELD`` for somebody who could not sign for it.
    """
    with taken_in(path, MAX_RESPONSE) as (source, _):
        response = source.read()
    nonce = read_nonce(response)
    asked = None if nonce is None else requested(ports.store.desk, nonce)
    if nonce is None or asked is None:
        raise Problem("TIMESTAMP_UNKNOWN")
    subject, imprint = asked
    ports.registry.basis(ports.account.person)
    stamp = open_response(response, imprint, nonce, stampers(ports.store.desk))
    return _act(ports, subject), stamp, nonce


def _act(ports: Ports, statement: Digest) -> Signed:
    """An accepted act of a case."""
    signed = ports.evidence.get(statement)
    if signed is None or signed.statement.kind not in CASE_KINDS:
        raise Problem("CASE_UNKNOWN")
    return signed
