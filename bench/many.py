"""Many real statements without a token: an own PKI in memory, P-256 or RSA-2048 keys.

A soft token signs a few hundred times a second; a ledger to measure at needs ten thousands.
The signatures are as real as a token's, and pass the same checks.
"""

import base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from airseal.duties import founding
from airseal.evidence.packs import ready_pack
from airseal.evidence.paths import Anchor
from airseal.evidence.signed import Author, Signed, author
from airseal.evidence.wire import Body
from airseal.keys import ca
from airseal.keys.algorithms import ECDSA_SHA256, RSA_SHA256, Algorithm, ecdsa_value
from airseal.keys.roots import root_subject
from airseal.model.digest import Digest, sha256
from airseal.model.level import Level
from airseal.model.matrix import Row, Step
from airseal.model.people import Post, Role
from airseal.model.registry import (
    Appointment,
    Authority,
    Charter,
    RegistryBody,
    RevocationList,
    SealRecord,
    UnitRecord,
)
from airseal.model.request import (
    Decision,
    Grant,
    Outcome,
    PlaceRule,
    Recipient,
    RecipientRole,
    Request,
    RequestedDocument,
    Sealing,
    SealPlace,
)

UNIT = "bureau"
STATION = "seal-room"
_PEOPLE = {
    "li": Post.DRAFTER,
    "wang": Post.OFFICER,
    "zhang": Post.CUSTODIAN,
}
_HEIGHT_UM = 42_000
_YEAR = timedelta(days=365)


@dataclass(frozen=True)
class MemorySigner:
    """A key of this process, and its certificate: what a token is to the rest."""

    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
    certificate: bytes = b""

    @property
    def algorithm(self) -> Algorithm:
        """How the key signs."""
        return RSA_SHA256 if isinstance(self.key, rsa.RSAPrivateKey) else ECDSA_SHA256

    @property
    def public(self) -> bytes:
        """DER SubjectPublicKeyInfo."""
        return self.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    def sign(self, tbs: bytes) -> bytes:
        """The signature value in the one form that is accepted."""
        if isinstance(self.key, rsa.RSAPrivateKey):
            return self.key.sign(tbs, padding.PKCS1v15(), SHA256())
        from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

        r, s = decode_dss_signature(self.key.sign(tbs, ec.ECDSA(SHA256())))
        return ecdsa_value(r.to_bytes(32) + s.to_bytes(32))


def _key() -> MemorySigner:
    return MemorySigner(rsa.generate_private_key(65537, 2048))


class ManyStatements:
    """One unit with three people, who request, approve and seal as often as they are asked."""

    def __init__(self, now: datetime) -> None:
        founded, self._now = now - timedelta(days=30), now
        root, issuing = _key(), _key()
        self._people = {person: _key() for person in ("zhou", *_PEOPLE)}
        valid = ca.Validity(now - _YEAR, now + 4 * _YEAR)
        root_certificate = ca.self_signed_root(
            root_subject(UNIT, "示范局"), root.public, root, valid
        )
        issuer = ca.issue_ca(ca.Subject("签发机构"), issuing.public, root_certificate, root, valid)
        crls = (
            ca.issue_crl(root_certificate, root, 1, now - _YEAR, now + _YEAR),
            ca.issue_crl(issuer, issuing, 1, now - _YEAR, now + _YEAR),
        )
        for person, signer in self._people.items():
            certificate = ca.issue_person(ca.Subject(person), signer.public, issuer, issuing, valid)
            self._people[person] = replace(signer, certificate=certificate)
        self.anchor = Anchor(UNIT, root_certificate)
        charter = author(
            Author(UNIT, STATION, "root", Post.ROOT),
            replace(root, certificate=root_certificate),
            Charter(
                1,
                "示范局",
                (base64.b64encode(issuer).decode(),),
                (Authority("zhou", sha256(self._people["zhou"].certificate)),),
                True,
            ),
            level=Level.INTERNAL,
            at=founded,
            on=(),
        )
        published = founding.publish(
            Author(UNIT, STATION, "zhou", Post.AUTHORITY),
            self._people["zhou"],
            charter.id,
            self._registry(crls, founded),
            1,
            founded,
        )
        self.registry: Sequence[Signed] = (charter, *published)
        self._held = {_series(one): one.id for one in published}

    def signer(self, person: str) -> MemorySigner:
        """The key of one of the people."""
        return self._people[person]

    def case(
        self, number: int, *, sealed: bool = True, paper: bytes | None = None
    ) -> Iterator[Signed]:
        """The statements of one case: request, approval and, if ``sealed``, sealing.

        ``paper`` is what it asks to seal; without, nothing there is.
        """
        content = sha256(paper if paper is not None else f"document {number}".encode())
        place = SealPlace(1, "official", PlaceRule.COORDINATES, 1, 150_000, 220_000, 15_000)
        grant = Grant(
            documents=(
                RequestedDocument(
                    content,
                    1_000 if paper is None else len(paper),
                    2 if paper is None else 1,
                    (place,),
                ),
            ),
            copies=3,
            recipients=(Recipient("finance", RecipientRole.MAIN),),
            until=None,
        )
        asked = self._now - timedelta(days=4) + timedelta(seconds=number)
        request = self._say(
            "li",
            Request(f"关于第 {number} 号用印的请示", "印发", grant),
            asked,
            None,
            "seal/official",
            "unit/finance",
        )
        yield request
        decision = self._say(
            "wang", Decision(Outcome.APPROVE, "同意", grant, None), asked, request.id, request.id
        )
        yield decision
        if sealed:
            output = sha256(f"sealed {number}".encode())
            yield self._say(
                "zhang",
                Sealing(
                    document=content,
                    order=1,
                    seal="official",
                    page=1,
                    x_um=150_000,
                    y_um=220_000,
                    input=content,
                    output=output,
                    output_size=2_000,
                    sealed_at=asked.replace(microsecond=0).isoformat(),
                ),
                asked,
                request.id,
                request.id,
                decision.id,
                "seal/official",
            )

    def _say(
        self, person: str, body: Body, at: datetime, case: Digest | None, *named: str
    ) -> Signed:
        wanted = ("snapshot", "policy", "crl", f"appointment/{person}", *named)
        return author(
            Author(UNIT, STATION, person, _PEOPLE[person]),
            self._people[person],
            body,
            level=Level.INTERNAL,
            at=at,
            on=[self._held.get(name) or Digest(name) for name in wanted],
            case=case,
        )

    def _registry(self, crls: Sequence[bytes], at: datetime) -> Sequence[RegistryBody]:
        today, certificates = at.date().isoformat(), self._people
        pack = ready_pack("bureau")
        rules = replace(pack.settings, require_flow_ref=False, checks_before_sealing=False)
        return [
            UnitRecord(1, "finance", "示范财政局"),
            RevocationList(1, tuple(base64.b64encode(crl).decode() for crl in crls)),
            replace(
                pack,
                matrix=(Row("公章", "S0-9", (Step(Role.OFFICER),)),),
                settings=rules,
            ),
            SealRecord(
                number=1,
                seal="official",
                name="示范局公章",
                type="official",
                unit=UNIT,
                unit_name="示范局",
                width_um=_HEIGHT_UM,
                height_um=_HEIGHT_UM,
                impression=sha256(b"impression"),
                custodians=(sha256(certificates["zhang"].certificate),),
                station=STATION,
                enabled_from=today,
                enabled_until=(at + _YEAR).date().isoformat(),
                enabled=True,
            ),
            *(
                Appointment(
                    number=1,
                    person=person,
                    name=person,
                    posts=(post,),
                    certificate=base64.b64encode(certificates[person].certificate).decode(),
                    fingerprint=sha256(certificates[person].certificate),
                    clearance=Level.INTERNAL,
                    active=True,
                )
                for person, post in _PEOPLE.items()
            ),
        ]


def _series(signed: Signed) -> str:
    body = signed.statement.body
    assert not isinstance(body, Request | Decision | Sealing)
    return str(getattr(body, "series", ""))
