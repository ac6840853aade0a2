"""Time stamping: what was asked for, whom this station trusts to stamp, what came back."""

import base64
import binascii
from collections.abc import Iterator, Sequence

from airseal.keys.timestamps import Stamp, check_token
from airseal.model.digest import Digest
from airseal.model.problem import Problem
from airseal.model.stamp import Timestamp
from airseal.model.statement import Statement
from airseal.store import DeskView, DeskWrite, Entry

TIMESTAMP_REQUESTED = "timestamp-requested"
STAMPER_ENROLLED = "stamper-enrolled"


def stampers(desk: DeskView) -> tuple[bytes, ...]:
    """The enrolled roots of time stamping authorities (DER)."""
    return tuple(base64.b64decode(str(root)) for _, root in desk.items("stampers"))


def requested(desk: DeskView, nonce: int) -> tuple[Digest, Digest] | None:
    """The statement and imprint that a request with this nonce was made for."""
    row = desk.get("stamps", str(nonce))
    if not isinstance(row, dict):
        return None
    return Digest(str(row["statement"])), Digest(str(row["imprint"]))


def asked_at(desk: DeskView, statement: Digest) -> str | None:
    """When this station asked last for a stamp of ``statement`` that has not been answered."""
    rows = (row for _, row in desk.items("stamps") if isinstance(row, dict))
    return max((str(row["at"]) for row in rows if row["statement"] == statement), default=None)


def check_timestamp(body: Timestamp, p7m_digest: Digest, authorities: Sequence[bytes]) -> Stamp:
    """The stamp a ``timestamp`` statement carries; raises the ``TIMESTAMP_`` codes."""
    try:
        token = base64.b64decode(body.token, validate=True)
    except (binascii.Error, ValueError):
        raise Problem("TIMESTAMP_FORM") from None
    if body.imprint != p7m_digest:
        raise Problem("TIMESTAMP_OTHER")
    return check_token(token, body.imprint, authorities)


def stamps_of(subject: Digest, statements: Sequence[Statement]) -> Iterator[Timestamp]:
    """The time stamps of one act among ``statements``."""
    for statement in statements:
        if isinstance(statement.body, Timestamp) and statement.body.subject == subject:
            yield statement.body


def project_stamps(entry: Entry) -> Iterator[DeskWrite]:
    """What one entry changes in the tables ``stamps`` and ``stampers``."""
    facts = dict(entry.facts)
    match entry.kind:
        case "timestamp-requested":
            row = {"statement": facts["statement"], "imprint": facts["imprint"]}
            yield DeskWrite("stamps", str(facts["nonce"]), {**row, "at": entry.at})
        case "stamper-enrolled":
            yield DeskWrite("stampers", str(facts["fingerprint"]), facts["root"])
        case "statement" if facts["kind"] == "timestamp" and "nonce" in facts:
            yield DeskWrite("stamps", str(facts["nonce"]), None)
        case _:
            return
