"""A statement together with the signature that makes it one."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from airseal.evidence.wire import Body, decode, encode, kind_of, recall
from airseal.keys.cms import open_attached, recall_attached, sign_attached
from airseal.keys.tokenhost import Signer
from airseal.model.digest import Digest, sha256
from airseal.model.level import Level
from airseal.model.people import Post
from airseal.model.problem import Problem
from airseal.model.statement import Draft, Statement


@dataclass(frozen=True, slots=True)
class Signed:
    """A statement, the certificate inside its signature, and the ``.p7m`` bytes.

    Whoever holds one knows that the signature fits the certificate, and that the
    certificate is the one the statement names. Whether to *trust* it is the question of
    ``airseal.evidence.trusted``.
    """

    statement: Statement
    certificate: bytes
    p7m: bytes

    @property
    def id(self) -> Digest:
        """The statement's id."""
        return self.statement.id


@dataclass(frozen=True, slots=True)
class Author:
    """Who signs: the fields every statement of one person at one station shares."""

    unit: str
    station: str
    person: str
    post: Post


def author(
    who: Author,
    signer: Signer,
    body: Body,
    *,
    level: Level,
    at: datetime,
    on: Iterable[Digest],
    case: Digest | None = None,
) -> Signed:
    """Sign ``body`` as a statement; one operation of the token.

    ``at`` is an aware local time (本机时间). Raises the signer's ``Problem`` when the
    token refuses.
    """
    payload = _payload(who, signer.certificate, body, level=level, at=at, on=on, case=case)
    statement = decode(payload)
    return Signed(statement, signer.certificate, sign_attached(payload, signer, statement.time))


def foresee(
    who: Author,
    certificate: bytes,
    body: Body,
    *,
    level: Level,
    at: datetime,
    on: Iterable[Digest],
    case: Digest | None = None,
) -> Statement:
    """The statement that :func:`author` would sign, to be judged before a PIN is asked."""
    return decode(_payload(who, certificate, body, level=level, at=at, on=on, case=case))


def _payload(
    who: Author,
    certificate: bytes,
    body: Body,
    *,
    level: Level,
    at: datetime,
    on: Iterable[Digest],
    case: Digest | None,
) -> bytes:
    return encode(
        Draft(
            kind=kind_of(body),
            unit=who.unit,
            station=who.station,
            case=case,
            by=who.person,
            cert=sha256(certificate),
            post=who.post,
            level=level,
            at=at.replace(microsecond=0).isoformat(),
            on=tuple(sorted(set(on))),
            nonce=secrets.token_hex(16),
            body=body,
        )
    )


def read(p7m: bytes) -> Signed:
    """Open a ``.p7m`` from anywhere: form, signature, and signer as the payload names it.

    Raises ``Problem``: the CMS codes, the ``STATEMENT_`` codes, ``STATEMENT_SIGNER`` when
    another certificate signed, ``STATEMENT_TIME`` when the two times differ.
    """
    opened = open_attached(p7m)
    statement = decode(opened.payload)
    if sha256(opened.certificate) != statement.cert:
        raise Problem("STATEMENT_SIGNER", person=statement.by)
    if opened.signing_time != statement.time:
        raise Problem("STATEMENT_TIME")
    return Signed(statement, opened.certificate, p7m)


def recalled(p7m: bytes) -> Signed:
    """A statement that :func:`read` has read before, from where it was kept since.

    Neither form nor signature is checked again: the ledger's chain shows that these are the
    bytes which were. Raises ``Problem`` only where they could not be read at all.
    """
    opened = recall_attached(p7m)
    return Signed(recall(opened.payload), opened.certificate, p7m)
