"""Time stamping: what was asked for, whom this station trusts to stamp, what came back."""

import base64
import binascii
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from airseal.evidence.enrolled import Enrolled, ended_row, enrolled_row, standing_of
from airseal.keys.timestamps import Stamp, check_token
from airseal.model.digest import Digest, sha256
from airseal.model.problem import Problem
from airseal.model.stamp import Timestamp
from airseal.model.statement import Statement
from airseal.store import DeskView, DeskWrite, Entry, JsonValue

TIMESTAMP_REQUESTED = "timestamp-requested"
STAMPER_ENROLLED = "stamper-enrolled"
STAMPER_REVOKED = "stamper-revoked"
_STAMPERS = "stampers"


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolledStamper(Enrolled):
    """An authority for time stamps that was enrolled here, by its root; ``name`` as that says."""

    name: str


def stampers(desk: DeskView, toggled: Collection[str] = ()) -> tuple[bytes, ...]:
    """The roots (DER) of the time stamping authorities that count now.

    As they counted before, when the fingerprints of those that changed since are ``toggled``.
    """
    return tuple(
        base64.b64decode(str(row["root"]))
        for fingerprint, row in desk.items(_STAMPERS)
        if isinstance(row, dict) and ("ended" in row) == (fingerprint in toggled)
    )


def enrolled_stampers(desk: DeskView) -> tuple[EnrolledStamper, ...]:
    """Every authority that was ever enrolled here."""
    return tuple(
        EnrolledStamper(name=str(row["name"]), **standing_of(row))
        for _, row in desk.items(_STAMPERS)
        if isinstance(row, dict)
    )


def stamper_enrolment(name: str, root: bytes, compared_by: Sequence[str]) -> dict[str, JsonValue]:
    """The facts of the ledger entry that enrols an authority."""
    return {
        "fingerprint": sha256(root),
        "name": name,
        "root": base64.b64encode(root).decode(),
        "compared_by": list(compared_by),
    }


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


def project_stamps(desk: DeskView, entry: Entry) -> Iterator[DeskWrite]:
    """What one entry changes in the tables ``stamps`` and ``stampers``."""
    facts = dict(entry.facts)
    match entry.kind:
        case "timestamp-requested":
            row = {"statement": facts["statement"], "imprint": facts["imprint"]}
            yield DeskWrite("stamps", str(facts["nonce"]), {**row, "at": entry.at})
        case "stamper-enrolled":
            yield DeskWrite(_STAMPERS, str(facts["fingerprint"]), enrolled_row(entry))
        case "stamper-revoked":
            key = str(facts["fingerprint"])
            yield DeskWrite(_STAMPERS, key, ended_row(desk.get(_STAMPERS, key), entry))
        case "statement" if facts["kind"] == "timestamp" and "nonce" in facts:
            yield DeskWrite("stamps", str(facts["nonce"]), None)
        case _:
            return
