"""Bundles of a :class:`unit.SignedUnit`, packed as a station packs them."""

import io
from collections.abc import Iterable
from datetime import datetime

from unit import NOW, STATION, SignedUnit

from airseal.evidence.opening import KIND_CASES, document_name, statement_name
from airseal.evidence.signed import Signed
from airseal.keys.cms import sign_detached
from airseal.model.digest import sha256, to_hex
from transfer import bag
from transfer.bundle import Payload, write


def pack(
    unit: SignedUnit,
    statements: Iterable[Signed],
    documents: Iterable[bytes] = (),
    *,
    by: str = "li",
    kind: str = KIND_CASES,
    at: datetime = NOW,
    **labels: str,
) -> io.BytesIO:
    """A bundle signed by ``by``; ``labels`` replace those of the cover (``LEVEL="secret"``)."""
    prepared = at.isoformat()
    info = {
        bag.KIND: kind,
        bag.SENDER: f"{unit.id}/{STATION}",
        bag.RECIPIENT: "*",
        bag.LEVEL: "internal",
        bag.BAGGING_DATE: prepared[:10],
        bag.PREPARED: prepared,
    } | {getattr(bag, name): value for name, value in labels.items()}
    payloads = [
        Payload(statement_name(s.id), s.p7m, len(s.p7m), to_hex(sha256(s.p7m))) for s in statements
    ]
    payloads += [
        Payload(document_name(sha256(content)), content, len(content), to_hex(sha256(content)))
        for content in documents
    ]
    out = io.BytesIO()
    with unit.keys.pki.login(unit.keys.people[by]) as signer:
        write(
            out,
            top="case-1",
            info=info,
            payloads=payloads,
            sign=lambda content: sign_detached(content, signer, at),
        )
    out.seek(0)
    return out
