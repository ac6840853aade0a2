"""A small unit that says things: its registry, and the acts of a case, as statements.

``PaperUnit`` writes statements without signatures, for the pure rules of the model.
``SignedUnit`` signs the same with P-256 tokens under the session's PKI, for the evidence.
Both start with one published registry; ``fork`` one before publishing another.
"""

import base64
import copy
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from pki import NOW as NOW_UTC
from pki import PIN, YEAR, Holder, Pki, add_key

from airseal.duties import founding
from airseal.evidence.paths import Anchor
from airseal.evidence.signed import Author, Signed, author
from airseal.evidence.trusted import TrustedSet
from airseal.evidence.wire import Body, decode, encode, kind_of
from airseal.keys import ca
from airseal.keys.roots import root_subject
from airseal.model.case import Status, judge
from airseal.model.catalogue import Catalogue, DocumentKind, SealType
from airseal.model.current import Registry, current_registry
from airseal.model.digest import Digest, sha256
from airseal.model.facts import Facts, fold
from airseal.model.flow import Confirmation, FlowBody
from airseal.model.level import Level
from airseal.model.matrix import Row, Step
from airseal.model.matter import Matter
from airseal.model.people import Post, Role
from airseal.model.policy import PolicyPack
from airseal.model.registry import (
    Appointment,
    Authority,
    Charter,
    RegistryBody,
    RevocationList,
    SealRecord,
    SeriesHead,
    Snapshot,
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
from airseal.model.secret import Secret
from airseal.model.settings import Settings
from airseal.model.standing import Context
from airseal.model.statement import Draft, Statement

NOW = NOW_UTC.astimezone(timezone(timedelta(hours=8)))
DAY = timedelta(days=1)
FOUNDED = NOW - 30 * DAY
ASKED, DECIDED, SEALED = NOW - 4 * DAY, NOW - 3 * DAY, NOW - 2 * DAY
FLOWED = DECIDED + timedelta(hours=1)

PEOPLE = {
    "zhou": (Post.AUTHORITY,),
    "qian": (Post.AUTHORITY,),
    "li": (Post.DRAFTER,),
    "he": (Post.CLERK,),
    "lu": (Post.PRINTER,),
    "wang": (Post.OFFICER,),
    "chen": (Post.OFFICER,),
    "zhang": (Post.CUSTODIAN,),
    "wu": (Post.CUSTODIAN,),
    "sun": (Post.DRAFTER, Post.OFFICER, Post.CUSTODIAN),
}
"""Who is appointed to what; ``sun`` may do everything, which is where rules get tested."""

DOCUMENT = b"%PDF-1.7 a document to be sealed\n%%EOF\n"
STATION = "seal-room"


def day(moment: datetime) -> str:
    return moment.date().isoformat()


def text(moment: datetime) -> str:
    return moment.replace(microsecond=0).isoformat()


def place(order: int = 1, **changes: Any) -> SealPlace:
    made = SealPlace(order, "official", PlaceRule.COORDINATES, 1, 150_000, 220_000, 15_000)
    return replace(made, **changes)


def grant(*places: SealPlace, content: bytes = DOCUMENT, until: datetime | None = None) -> Grant:
    return Grant(
        documents=(RequestedDocument(sha256(content), len(content), 2, places or (place(),)),),
        copies=3,
        recipients=(Recipient("finance", RecipientRole.MAIN),),
        until=None if until is None else day(until),
    )


def asked(*steps: Step, name: str = "公文", **more: Any) -> Row:
    """A row of the matrix for the official seal."""
    return Row(name, "S0-9", steps, seal_types=("official",), **more)


class Unit(ABC):
    """The registry of ``bureau`` and what its people say; statements are kept in ``said``."""

    id = "bureau"

    def __init__(self, certificates: Mapping[str, bytes], issuer: bytes, crls: Sequence[bytes]):
        self.certificates = dict(certificates)
        self.said: dict[Digest, Statement] = {}
        self.bodies: dict[str, RegistryBody] = {b.series: b for b in self._first_registry(crls)}
        self.charter = self.say("root", self.charter_body(issuer), post=Post.ROOT, at=FOUNDED)
        self.registry: dict[str, Statement] = {}
        self.publish(1)

    def fork(self) -> "Any":
        """The same unit, to publish or say more without anybody else noticing."""
        twin = copy.copy(self)
        twin.said, twin.bodies = dict(self.said), dict(self.bodies)
        twin.registry = dict(self.registry)
        return twin

    # The registry

    def charter_body(self, issuer: bytes, number: int = 1, authority: str = "zhou") -> Charter:
        fingerprint = sha256(self.certificates[authority])
        listed = (Authority(authority, fingerprint),)
        return Charter(number, "示范局", (base64.b64encode(issuer).decode(),), listed, True)

    def _first_registry(self, crls: Sequence[bytes]) -> list[RegistryBody]:
        custodian = (sha256(self.certificates["zhang"]), sha256(self.certificates["sun"]))
        return [
            UnitRecord(1, "finance", "示范财政局"),
            RevocationList(1, tuple(base64.b64encode(crl).decode() for crl in crls)),
            PolicyPack(
                number=1,
                title="印章管理办法",
                issuer="示范局",
                effective=day(FOUNDED),
                trial=False,
                owner="办公室",
                legal_basis="电子签名法",
                catalogue=Catalogue(
                    (DocumentKind("official", "公文"), DocumentKind("contract", "合同")),
                    (SealType("official", "单位公章", forbidden=("contract",)),),
                ),
                matrix=(asked(Step(Role.OFFICER)),),
                settings=Settings(require_flow_ref=False),
            ),
            SealRecord(
                number=1,
                seal="official",
                name="示范局公章",
                type="official",
                unit="bureau",
                unit_name="示范局",
                width_um=42_000,
                height_um=42_000,
                impression=sha256(b"impression"),
                custodians=custodian,
                station=STATION,
                enabled_from=day(FOUNDED),
                enabled_until=day(NOW + YEAR),
                enabled=True,
            ),
            *(
                Appointment(
                    number=1,
                    person=person,
                    name=person,
                    posts=posts,
                    certificate=base64.b64encode(self.certificates[person]).decode(),
                    fingerprint=sha256(self.certificates[person]),
                    clearance=Level.INTERNAL,
                    active=True,
                )
                for person, posts in PEOPLE.items()
            ),
        ]

    def publish(self, number: int, at: datetime = FOUNDED, **changes: Any) -> Statement:
        """Publish all documents again; ``policy=replace(…)`` changes one, by its series' name.

        A series such as ``seal/official`` is written ``seal_official``. Returns the snapshot.
        """
        for name, body in changes.items():
            self.bodies[name.replace("_", "/")] = body
        issued = self._issue(list(self.bodies.values()), number, at)
        self.registry = {_series(one): one for one in issued}
        return self.registry["snapshot"]

    @abstractmethod
    def _issue(
        self, bodies: Sequence[RegistryBody], number: int, at: datetime
    ) -> Sequence[Statement]:
        """Say every body and the snapshot that lists them."""

    @property
    def pack(self) -> PolicyPack:
        body = self.bodies["policy"]
        assert isinstance(body, PolicyPack)
        return body

    def with_settings(self, **changes: Any) -> PolicyPack:
        """The pack with other settings."""
        return replace(self.pack, settings=replace(self.pack.settings, **changes))

    @property
    def seal_record(self) -> SealRecord:
        body = self.bodies["seal/official"]
        assert isinstance(body, SealRecord)
        return body

    def appointment(self, person: str) -> Appointment:
        body = self.bodies[f"appointment/{person}"]
        assert isinstance(body, Appointment)
        return body

    def basis(self, person: str, *series: str) -> list[Digest]:
        """What an act of ``person`` relies on."""
        wanted = ("snapshot", "policy", "crl", f"appointment/{person}", *series)
        return [self.registry[name].id for name in wanted]

    # What people say

    @abstractmethod
    def say(
        self,
        person: str,
        body: Body,
        *,
        post: Post,
        at: datetime,
        on: Iterable[Digest] = (),
        case: Digest | None = None,
        station: str = STATION,
        level: Level = Level.INTERNAL,
    ) -> Statement:
        """One statement, kept in ``said``."""

    def request(
        self, asked: Grant | None = None, by: str = "li", at: datetime = ASKED, **more: Any
    ) -> Statement:
        asked = asked or grant()
        on = more.pop("on", self.basis(by, "seal/official", "unit/finance"))
        post = more.pop("post", Post.DRAFTER)
        matter = more.pop("matter", Matter())
        body = Request(more.pop("title", "关于用印的请示"), "印发", asked, matter=matter)
        return self.say(by, body, post=post, at=at, on=on, **more)

    def decide(
        self,
        request: Statement,
        outcome: Outcome = Outcome.APPROVE,
        by: str = "wang",
        replaces: Statement | None = None,
        at: datetime = DECIDED,
        **more: Any,
    ) -> Statement:
        assert isinstance(request.body, Request)
        covered = more.pop("grant", request.body.grant) if outcome is Outcome.APPROVE else None
        role, leave = more.pop("role", Role.OFFICER), more.pop("delegation", None)
        body = Decision(outcome, "理由", covered, replaces.id if replaces else None, role, leave)
        named = [request.id, *([replaces.id] if replaces else []), *more.pop("also", ())]
        on = more.pop("on", [*self.basis(by), *named])
        post = more.pop("post", Post.OFFICER)
        case = more.pop("case", request.id)
        return self.say(by, body, post=post, at=at, case=case, on=on, **more)

    def seal(
        self,
        request: Statement,
        *before: Statement,
        by: str = "zhang",
        at: datetime = SEALED,
        order: int = 1,
        on: Iterable[Digest] | None = None,
        post: Post = Post.CUSTODIAN,
        station: str = STATION,
        case: Digest | None = None,
        level: Level = Level.INTERNAL,
        **changes: Any,
    ) -> Statement:
        """The sealing of one place; ``before`` are the decisions and sealings it names."""
        assert isinstance(request.body, Request)
        document = request.body.grant.documents[0]
        made = Sealing(
            document=document.digest,
            order=order,
            seal="official",
            page=document.seals[0].page,
            x_um=document.seals[0].x_um,
            y_um=document.seals[0].y_um,
            input=document.digest if order == 1 else output(order - 1),
            output=output(order),
            output_size=1_000,
            sealed_at=text(at),
        )
        named = [request.id, *(s.id for s in before), *self.basis(by, "seal/official")]
        return self.say(
            by,
            replace(made, **changes),
            post=post,
            at=at,
            case=request.id if case is None else case,
            on=named if on is None else on,
            station=station,
            level=level,
        )

    def flow(
        self,
        request: Statement,
        body: FlowBody,
        *known: Statement,
        by: str,
        post: Post,
        at: datetime = FLOWED,
        **more: Any,
    ) -> Statement:
        """What else happens to a case; ``known`` are the acts it names."""
        named = [request.id, *(s.id for s in known), *self.basis(by)]
        on = more.pop("on", named)
        return self.say(by, body, post=post, at=at, case=request.id, on=on, **more)

    def confirm(
        self, request: Statement, *known: Statement, by: str = "li", post: Post = Post.DRAFTER
    ) -> Statement:
        assert isinstance(request.body, Request)
        documents = tuple(document.digest for document in request.body.grant.documents)
        return self.flow(request, Confirmation(documents, ""), *known, by=by, post=post)


def sealed_form(order: int) -> bytes:
    """What stands for the document with ``order`` seals on it."""
    return DOCUMENT + b"seal\n%%EOF\n" * order


def output(order: int) -> Digest:
    return sha256(sealed_form(order))


def _series(statement: Statement) -> str:
    assert not isinstance(statement.body, Request | Decision | Sealing)
    return statement.body.series


def draft(
    unit: str,
    person: str,
    certificate: bytes,
    body: Body,
    *,
    post: Post,
    at: datetime,
    on: Iterable[Digest] = (),
    case: Digest | None = None,
    station: str = STATION,
    level: Level = Level.INTERNAL,
    nonce: str = "0" * 32,
) -> Draft:
    return Draft(
        kind=kind_of(body),
        unit=unit,
        station=station,
        case=case,
        by=person,
        cert=sha256(certificate),
        post=post,
        level=level,
        at=text(at),
        on=tuple(sorted(set(on))),
        nonce=nonce,
        body=body,
    )


class PaperUnit(Unit):
    """Says things without signing them; the certificates are only names."""

    def __init__(self) -> None:
        self._count = 0
        names = {person: f"certificate of {person}".encode() for person in ("root", *PEOPLE)}
        self.revoked: dict[str, datetime] = {}
        self.ended: dict[Digest, datetime] = {}
        super().__init__(names, b"issuer", [])

    def fork(self) -> "PaperUnit":
        twin: PaperUnit = super().fork()
        twin.revoked = dict(self.revoked)
        twin.ended = dict(self.ended)
        return twin

    def say(self, person: str, body: Body, **more: Any) -> Statement:
        self._count += 1
        nonce = f"{self._count:032x}"
        made = draft(self.id, person, self.certificates[person], body, nonce=nonce, **more)
        statement = decode(encode(made))
        self.said[statement.id] = statement
        return statement

    def _issue(
        self, bodies: Sequence[RegistryBody], number: int, at: datetime
    ) -> Sequence[Statement]:
        on = [self.charter.id]
        said = [self.say("zhou", body, post=Post.AUTHORITY, at=at, on=on) for body in bodies]
        heads = tuple(
            sorted(
                (SeriesHead(b.series, b.number, s.id) for b, s in zip(bodies, said, strict=True)),
                key=lambda head: head.series,
            )
        )
        snapshot = Snapshot(number, text(NOW + YEAR), heads)
        return [*said, self.say("zhou", snapshot, post=Post.AUTHORITY, at=at, on=on)]

    @property
    def context(self) -> Context:
        def registry(unit: str) -> Registry | None:
            return current_registry(unit, self.said.values())

        return Context(self.said.get, lambda s: self.revoked.get(s.by), registry, self.ended.get)

    def facts(self, request: Statement) -> Facts:
        found = fold(request.id, self.said.values())
        assert found is not None
        return found

    def status(self, request: Statement, now: datetime = NOW) -> Status:
        return judge(self.facts(request), self.context, now)


@dataclass(frozen=True)
class Keys:
    """One unit's root and issuing CA, its people's tokens, and how to sign with one."""

    pki: Pki
    root: Holder
    issuing: Holder
    people: Mapping[str, Holder]
    crls: tuple[bytes, ...]

    @property
    def certificates(self) -> dict[str, bytes]:
        holders = {"root": self.root, **self.people}
        return {person: holder.certificate for person, holder in holders.items()}

    def crl(self, number: int, this_update: datetime, revoked: Mapping[str, datetime]) -> bytes:
        """A newer list of the issuing CA."""
        from cryptography import x509

        lines = [
            ca.Revoked(x509.load_der_x509_certificate(self.certificates[person]).serial_number, at)
            for person, at in revoked.items()
        ]
        with self.pki.host.login_key(self.issuing.public_key, Secret(PIN)) as signer:
            return ca.issue_crl(
                self.issuing.certificate, signer, number, this_update, this_update + YEAR, lines
            )


class SignedUnit(Unit):
    """Says things with real signatures, kept in ``signed``."""

    def __init__(self, keys: Keys, unit: str = "bureau") -> None:
        self.id = unit
        self.keys = keys
        self.signed: dict[Digest, Signed] = {}
        self.anchor = Anchor(unit, keys.root.certificate)
        super().__init__(keys.certificates, keys.issuing.certificate, keys.crls)

    def fork(self) -> "SignedUnit":
        twin: SignedUnit = super().fork()
        twin.signed = dict(self.signed)
        return twin

    def say(self, person: str, body: Body, **more: Any) -> Statement:
        holder = self.keys.root if person == "root" else self.keys.people[person]
        who = Author(
            more.pop("unit", self.id), more.pop("station", STATION), person, more.pop("post")
        )
        level = more.pop("level", Level.INTERNAL)
        on = more.pop("on", ())
        with self.keys.pki.login(holder) as signer:
            made = author(who, signer, body, level=level, on=on, **more)
        return self._keep(made)

    def _keep(self, made: Signed) -> Statement:
        self.signed[made.id] = made
        self.said[made.id] = made.statement
        return made.statement

    def _issue(
        self, bodies: Sequence[RegistryBody], number: int, at: datetime
    ) -> Sequence[Statement]:
        who = Author(self.id, STATION, "zhou", Post.AUTHORITY)
        with self.keys.pki.login(self.keys.people["zhou"]) as signer:
            made = founding.publish(who, signer, self.charter.id, bodies, number, at)
        return [self._keep(one) for one in made]

    def __getitem__(self, statement: Statement) -> Signed:
        return self.signed[statement.id]

    @property
    def basics(self) -> list[Signed]:
        """The charter and the newest registry."""
        return [self[self.charter], *(self[one] for one in self.registry.values())]

    def trusted(self, *statements: Statement) -> TrustedSet:
        """A station that enrolled this unit and holds its registry and ``statements``."""
        trusted = TrustedSet([self.anchor])
        offered = trusted.offer([*self.basics, *(self[one] for one in statements)])
        assert not offered.refused, offered.refused
        assert not offered.parked
        return trusted


def make_keys(pki: Pki, root: Holder, issuing: Holder, crls: Sequence[bytes], mark: str) -> Keys:
    """P-256 tokens for everybody, certified by ``issuing``."""
    validity = ca.Validity(NOW - YEAR, NOW + 4 * YEAR)
    made = {
        person: add_key(pki.configuration, pki.host, f"{mark}-{person}", "p-256")
        for person in PEOPLE
    }
    with pki.host.login_key(issuing.public_key, Secret(PIN)) as signer:
        certificates = {
            person: ca.issue_person(
                ca.Subject(person, mark), public_key, issuing.certificate, signer, validity
            )
            for person, (_, public_key) in made.items()
        }
    people = {
        person: Holder(person, serial, certificates[person], public_key)
        for person, (serial, public_key) in made.items()
    }
    for holder in people.values():
        pki.host.store_certificate(holder.serial, holder.pin, holder.certificate)
    return Keys(pki, root, issuing, people, tuple(crls))


def make_rival_keys(pki: Pki) -> Keys:
    """Another unit with a root of its own."""
    validity = ca.Validity(NOW - YEAR, NOW + 4 * YEAR)
    made = {
        label: add_key(pki.configuration, pki.host, f"rival-{label}", "p-256")
        for label in ("root", "issuing")
    }
    (root_serial, root_key), (issuing_serial, issuing_key) = made["root"], made["issuing"]
    with pki.host.login_key(root_key, Secret(PIN)) as signer:
        root = ca.self_signed_root(root_subject("rival", "他单位"), root_key, signer, validity)
        issuing = ca.issue_ca(ca.Subject("签发", "他单位"), issuing_key, root, signer, validity)
        root_crl = ca.issue_crl(root, signer, 1, NOW - YEAR, NOW + YEAR)
    with pki.host.login_key(issuing_key, Secret(PIN)) as signer:
        crl = ca.issue_crl(issuing, signer, 1, NOW - YEAR, NOW + YEAR)
    pki.host.store_certificate(root_serial, Secret(PIN), root)
    return make_keys(
        pki,
        Holder("rival-root", root_serial, root, root_key),
        Holder("rival-issuing", issuing_serial, issuing, issuing_key),
        (root_crl, crl),
        "rival",
    )


@pytest.fixture
def paper() -> PaperUnit:
    return PaperUnit()


@pytest.fixture(scope="session")
def bureau(pki: Pki) -> SignedUnit:
    """The signed unit; ``fork`` it before publishing anything."""
    return SignedUnit(make_keys(pki, pki.root, pki.issuing, pki.crls, "bureau"))


@pytest.fixture(scope="session")
def rival(pki: Pki) -> SignedUnit:
    """Another unit, whose people try to speak for the first."""
    return SignedUnit(make_rival_keys(pki), "rival")
