"""Time stamping: ask an outside authority by file, attach its answer to the case (E-04)."""

import base64
import secrets
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from airseal.evidence.outside import taken_in
from airseal.evidence.records import statement_entry
from airseal.evidence.signed import Signed, author
from airseal.evidence.stamps import (
    STAMPER_ENROLLED,
    TIMESTAMP_REQUESTED,
    requested,
    stampers,
)
from airseal.evidence.wire import CASE_KINDS
from airseal.keys.certificates import read_certificate
from airseal.keys.timestamps import MAX_RESPONSE, make_request, open_response, read_nonce
from airseal.keys.tokenhost import Signer
from airseal.model.digest import Digest, sha256, to_hex
from airseal.model.people import Post
from airseal.model.problem import Problem
from airseal.model.stamp import Timestamp
from airseal.ports import Ports
from transfer import media


def enrol_stamper(ports: Ports, root: bytes, witnesses: Sequence[str]) -> Digest:
    """Trust an authority by its root (DER), whose fingerprint two people compared (TX-16).

    Raises ``POST_WRONG`` for anybody but the security administrator, ``WITNESSES_TWO`` and
    ``CERT_FORM``.
    """
    if ports.account.post is not Post.SECURITY_ADMIN:
        raise Problem("POST_WRONG", post=ports.account.post)
    if len(set(witnesses)) < 2:
        raise Problem("WITNESSES_TWO")
    read_certificate(root)
    fingerprint = sha256(root)
    event = ports.event(
        STAMPER_ENROLLED,
        fingerprint=fingerprint,
        root=base64.b64encode(root).decode(),
        compared_by=[*sorted(set(witnesses))],
    )
    ports.store.commit([event])
    return fingerprint


def request_stamp(ports: Ports, statement: Digest, medium: Path) -> str:
    """Write a request about the signed bytes of an act to ``medium``; returns the file's name.

    Raises ``CASE_UNKNOWN`` when the statement is not an accepted act of a case, and the
    ``TransferError`` of the medium.
    """
    signed = _act(ports, statement)
    imprint, nonce = sha256(signed.p7m), secrets.randbits(63)
    query = make_request(imprint, nonce)
    # The question is on record before it leaves, so that any answer finds it.
    event = ports.event(TIMESTAMP_REQUESTED, statement=statement, imprint=imprint, nonce=nonce)
    ports.store.commit([event])

    def copy(out: BinaryIO) -> None:
        out.write(query)

    name = f"{ports.station.id}-{to_hex(statement)[:8]}-{nonce:016x}.tsq"
    written = media.write_file(medium, name, copy).name
    media.confirm(medium, written, sha256=to_hex(sha256(query)), size=len(query))
    return written


def attach_stamp(ports: Ports, signer: Signer, path: Path) -> Signed:
    """Check an answer and sign the ``timestamp`` statement that carries it to everybody.

    Raises the ``TIMESTAMP_`` codes; nothing is stored then.
    """
    with taken_in(path, MAX_RESPONSE) as (source, _):
        response = source.read()
    nonce = read_nonce(response)
    asked = None if nonce is None else requested(ports.store.desk, nonce)
    if nonce is None or asked is None:
        raise Problem("TIMESTAMP_UNKNOWN")
    subject, imprint = asked
    act = _act(ports, subject)
    stamp = open_response(response, imprint, nonce, stampers(ports.store.desk))
    at = ports.clock.now()
    case = act.statement.case or act.id
    signed = author(
        ports.author,
        signer,
        Timestamp(
            subject=subject,
            imprint=imprint,
            stamped_at=stamp.time.astimezone(at.tzinfo).replace(microsecond=0).isoformat(),
            token=base64.b64encode(stamp.token).decode(),
        ),
        level=act.statement.level,
        at=at,
        case=case,
        on=[case, subject, *ports.registry.basis(ports.account.person)],
    )
    entry = statement_entry(signed, ports.account.person, at)
    ports.store.commit([replace(entry, facts={**entry.facts, "nonce": nonce})])
    ports.evidence.offer([signed])
    return signed


def _act(ports: Ports, statement: Digest) -> Signed:
    """An accepted act of a case."""
    signed = ports.evidence.get(statement)
    if signed is None or signed.statement.kind not in CASE_KINDS:
        raise Problem("CASE_UNKNOWN")
    return signed
