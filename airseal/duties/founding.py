"""Founding a unit: its root, its issuing CA, its charter and its first registry.

This is the authority's duty (印章管理部门). All keys are made inside tokens; certificates
are signed through them (LC-08, LC-38, TX-16).
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from airseal.evidence.paths import Anchor
from airseal.evidence.signed import Author, Signed, author
from airseal.keys import ca
from airseal.keys.pinflag import mark_initial
from airseal.keys.roots import root_subject
from airseal.keys.tokenhost import KeyKind, Signer, TokenHost
from airseal.model.digest import Digest, sha256
from airseal.model.level import Level
from airseal.model.people import Post
from airseal.model.problem import Problem
from airseal.model.registry import (
    Appointment,
    Authority,
    Charter,
    RegistryBody,
    SeriesHead,
    Snapshot,
)
from airseal.model.rights import clash
from airseal.model.secret import Secret

ROOT_LIFE = timedelta(days=20 * 365)
PERSON_LIFE = timedelta(days=5 * 365)
LIST_LIFE = timedelta(days=90)
"""How long a published CRL and snapshot hold before the next must be there (E-12)."""

ISSUER_KEY: KeyKind = "rsa-2048"


@dataclass(frozen=True, slots=True)
class TokenAccess:
    """A blank token at hand: its serial number and PIN."""

    serial: str
    pin: Secret


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A person to be given a certificate; ``person`` is the short ASCII id."""

    person: str
    name: str
    token: TokenAccess


@dataclass(frozen=True, slots=True)
class Founded:
    """A unit's certificates (DER) and first lists. The root key can go back into the safe."""

    anchor: Anchor
    issuer: bytes
    certificates: dict[str, bytes]
    crls: tuple[bytes, ...]
    charter: Signed


@dataclass(frozen=True, slots=True)
class Plan:
    """What is founded: the unit, who its authority is, everybody who gets a certificate."""

    unit: str
    name: str
    authority: str
    people: tuple[Newcomer, ...]
    demo: bool


def found_unit(
    tokens: TokenHost,
    plan: Plan,
    root: TokenAccess,
    issuing: TokenAccess,
    at: datetime,
) -> Founded:
    """Make root and issuing CA, certify the people, sign the charter with the root.

    Raises the ``Problem`` of the token that refused.
    """
    start = at - timedelta(minutes=5)
    long = ca.Validity(start, at + ROOT_LIFE)
    short = ca.Validity(start, at + PERSON_LIFE)
    root_key = tokens.generate(root.serial, root.pin, ISSUER_KEY, label="root")
    issuer_key = tokens.generate(issuing.serial, issuing.pin, ISSUER_KEY, label="issuing")
    keys = {
        one.person: tokens.generate(one.token.serial, one.token.pin, "rsa-2048", label=one.person)
        for one in plan.people
    }
    with tokens.login_key(root_key, root.pin) as signer:
        certificate = ca.self_signed_root(
            root_subject(plan.unit, plan.name), root_key, signer, long
        )
        issuer = ca.issue_ca(
            ca.Subject(f"{plan.name} 签发机构", organization=plan.name),
            issuer_key,
            certificate,
            signer,
            long,
        )
        root_crl = ca.issue_crl(certificate, signer, 1, start, at + ROOT_LIFE)
    with tokens.login_key(issuer_key, issuing.pin) as signer:
        certificates = {
            one.person: ca.issue_person(
                ca.Subject(one.name, organization=plan.name, serial_number=one.person),
                keys[one.person],
                issuer,
                signer,
                short,
            )
            for one in plan.people
        }
        crl = ca.issue_crl(issuer, signer, 1, start, at + LIST_LIFE)
    tokens.store_certificate(root.serial, root.pin, certificate)
    tokens.store_certificate(issuing.serial, issuing.pin, issuer)
    for one in plan.people:
        tokens.store_certificate(one.token.serial, one.token.pin, certificates[one.person])
        if not plan.demo:
            # Whoever sits at this table has given the PIN; only its holder may know it (TK-02).
            with tokens.login(certificates[one.person], one.token.pin) as holder:
                mark_initial(holder)
    with tokens.login(certificate, root.pin) as root_signer:
        charter = _sign_charter(plan, root_signer, issuer, certificates[plan.authority], at)
    return Founded(Anchor(plan.unit, certificate), issuer, certificates, (root_crl, crl), charter)


def _sign_charter(
    plan: Plan, signer: Signer, issuer: bytes, authority: bytes, at: datetime
) -> Signed:
    body = Charter(
        number=1,
        name=plan.name,
        issuers=(base64.b64encode(issuer).decode(),),
        authorities=(Authority(plan.authority, sha256(authority)),),
        demo=plan.demo,
    )
    who = Author(plan.unit, "root", "root", Post.ROOT)
    return author(who, signer, body, level=Level.INTERNAL, at=at, on=())


def publish(
    who: Author,
    signer: Signer,
    charter: Digest,
    bodies: Sequence[RegistryBody],
    number: int,
    at: datetime,
) -> list[Signed]:
    """Sign registry documents and the snapshot that lists them as heads; the snapshot is last.

    ``number`` is the snapshot's. Raises ``Problem("SERIES_TWICE")`` when two documents
    claim one series, and ``POSTS_KEPT_APART`` (``one``, ``other``) for an appointment to two
    posts that one person may not hold (X-17, X-23).
    """
    for body in bodies:
        if isinstance(body, Appointment) and (pair := tuple(clash(body.posts))):
            raise Problem("POSTS_KEPT_APART", one=pair[0], other=pair[1])
    if len({body.series for body in bodies}) != len(bodies):
        raise Problem("SERIES_TWICE")
    signed = [
        author(who, signer, body, level=Level.INTERNAL, at=at, on=[charter]) for body in bodies
    ]
    heads = sorted(
        (
            SeriesHead(body.series, body.number, one.id)
            for body, one in zip(bodies, signed, strict=True)
        ),
        key=lambda head: head.series,
    )
    update = (at + LIST_LIFE).replace(microsecond=0).isoformat()
    snapshot = Snapshot(number=number, next_update=update, heads=tuple(heads))
    signed.append(author(who, signer, snapshot, level=Level.INTERNAL, at=at, on=[charter]))
    return signed
