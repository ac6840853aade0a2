"""Forged bundles: honest tools in hostile hands.

The demo's PINs are known, so a forger here may be anybody of the unit, its CA included, and
may sign whatever our own writers would refuse to write.
"""

import io
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from demo_unit import DemoUnit
from hostile_pdf import TINY
from transfer_bundles import sha256, zipped

from airseal.evidence.opening import document_name, open_signed_bundle, statement_name
from airseal.evidence.paths import Anchor, decode_der
from airseal.evidence.signed import Signed, read
from airseal.evidence.trusted import TrustedSet
from airseal.evidence.wire import Body, decode, encode, kind_of
from airseal.keys.cms import sign_attached, sign_detached
from airseal.keys.roots import unit_of_root
from airseal.keys.tokenhost import Signer, TokenHost
from airseal.model.current import Registry
from airseal.model.digest import sha256 as digest_of
from airseal.model.level import Level
from airseal.model.people import Post
from airseal.model.request import (
    Grant,
    PlaceRule,
    Recipient,
    RecipientRole,
    Request,
    RequestedDocument,
    SealPlace,
)
from airseal.model.secret import Secret
from airseal.model.statement import Draft
from transfer import bag, canonical_zip
from transfer.bundle import Payload, write
from transfer.canonical_zip import Entry
from transfer.limits import DEFAULT

NOW = datetime.now().astimezone().replace(microsecond=0)
TOP = "drafter-20261122120000-00000000"
SIGNATURE = bag.SIGNATURE

Parts = dict[str, bytes]
"""A bundle's payloads: path in the bag → content."""


def trusted_by(trust: Path) -> TrustedSet:
    """The set a checker has who enrolled the root in ``trust`` and took its registry."""
    trusted = TrustedSet([Anchor(*unit_of_root((trust / "root.pem").read_bytes()))])
    for path in trust.glob("*.airseal"):
        trusted = open_signed_bundle(io.BytesIO(path.read_bytes()), trusted).trusted
    return trusted


def unpacked(bundle: bytes) -> Parts:
    """Every member, tag files too: path inside the top folder → content."""
    return {
        entry.name.partition("/")[2]: bundle[entry.data_start : entry.end]
        for entry in entries_of(bundle)
    }


def entries_of(bundle: bytes) -> tuple[Entry, ...]:
    return canonical_zip.read_entries(io.BytesIO(bundle), DEFAULT)


def payloads_of(bundle: bytes) -> Parts:
    return {name: text for name, text in unpacked(bundle).items() if name not in bag.TAG_FILES}


def repacked(bundle: bytes, changes: Mapping[str, bytes | None]) -> bytes:
    """The same archive with members replaced, added, or (None) left out; CRCs are right."""
    top = entries_of(bundle)[0].name.partition("/")[0]
    members = {**unpacked(bundle), **changes}
    return zipped({f"{top}/{name}": text for name, text in members.items() if text is not None})


def flipped(bundle: bytes, member: str, at: int = -1, bit: int = 0) -> bytes:
    """One bit of a member's content, in its middle unless ``at`` says where."""
    entry = next(e for e in entries_of(bundle) if e.name.partition("/")[2] == member)
    place = entry.data_start + (entry.size // 2 if at < 0 else at)
    forged = bytearray(bundle)
    forged[place] ^= 1 << bit
    return bytes(forged)


def mended(bundle: bytes, entry: Entry) -> bytes:
    """``bundle``, where the content of ``entry`` was changed, with both its CRC-32s made right."""
    content = bundle[entry.data_start : entry.end]
    right = replace(entry, crc=zlib.crc32(content))
    rest = bundle[entry.end :].replace(entry.directory_record(), right.directory_record())
    return bundle[: entry.start] + right.local_header() + content + rest


def statements_of(bundle: bytes) -> list[Signed]:
    return [read(text) for name, text in payloads_of(bundle).items() if bag.is_statement(name)]


def document_parts(*documents: bytes) -> Parts:
    return {document_name(digest_of(text)): text for text in documents}


def statement_parts(statements: Iterable[Signed]) -> Parts:
    return {statement_name(one.id): one.p7m for one in statements}


def sealed_up(
    parts: Mapping[str, bytes],
    signer: Signer,
    *,
    unit: str = "bureau",
    kind: str = "cases",
    level: str = "internal",
    prepared: str = "",
    signed_at: datetime = NOW,
    more: Mapping[str, str] | None = None,
) -> bytes:
    """A bundle of ``parts`` as our own writer packs it, signed by ``signer``."""
    info = {
        bag.KIND: kind,
        bag.SENDER: f"{unit}/drafter",
        bag.RECIPIENT: "*",
        bag.LEVEL: level,
        bag.PREPARED: prepared or signed_at.isoformat(),
        **(more or {}),
    }
    out = io.BytesIO()
    write(
        out,
        top=TOP,
        info={label: value for label, value in info.items() if value != "-"},
        payloads=[Payload(name, text, len(text), sha256(text)) for name, text in parts.items()],
        sign=lambda content: sign_detached(content, signer, signed_at),
    )
    return out.getvalue()


def request_for(document: bytes, *, pages: int = 1, size: int = 0, title: str = "伪造") -> Request:
    """A request for one seal on ``document``; ``pages`` and ``size`` may lie."""
    place = SealPlace(1, "bureau-official", PlaceRule.COORDINATES, 1, 100_000, 100_000, 0)
    asked = RequestedDocument(digest_of(document), size or len(document), pages, (place,))
    recipient = Recipient("finance", RecipientRole.MAIN)
    return Request(title, "", Grant((asked,), 1, (recipient,), None))


@dataclass(frozen=True)
class Forger:
    """Somebody with every token of the demo unit and its public registry."""

    unit: DemoUnit
    tokens: TokenHost
    trusted: TrustedSet

    @property
    def registry(self) -> Registry:
        registry = self.trusted.registry("bureau")
        assert registry is not None
        return registry

    def certificate(self, person: str) -> bytes:
        match person:
            case "root":
                return self.trusted.anchors[0].root
            case "issuing":
                return decode_der(self.registry.charter.issuers[0])
            case _:
                return decode_der(self.registry.people[person][1].certificate)

    @contextmanager
    def signer(self, person: str) -> Iterator[Signer]:
        pins = {one["id"]: one["pin"] for one in self.unit.told["people"]}
        pins |= {"root": "730159", "issuing": "268401"}
        with self.tokens.login(self.certificate(person), Secret(pins[person])) as signer:
            yield signer

    @property
    def registry_parts(self) -> Parts:
        """The statements of the whole registry."""
        path = next(self.unit.trust.glob("*.airseal"))
        parts = payloads_of(path.read_bytes())
        return {name: text for name, text in parts.items() if bag.is_statement(name)}

    def draft(self, body: Body, by: str = "li", **changes: Any) -> Draft:
        """What ``by`` would honestly say at the drafter's station, with ``changes``."""
        seals = ["bureau-official"] if isinstance(body, Request) else []
        units = [r.unit for r in body.grant.recipients] if isinstance(body, Request) else []
        honest = Draft(
            kind=kind_of(body),
            unit="bureau",
            station="drafter",
            case=None,
            by=by,
            cert=digest_of(self.certificate(by)),
            post=self.registry.people[by][1].posts[0] if by in self.registry.people else Post.ROOT,
            level=Level.INTERNAL,
            at=NOW.isoformat(),
            on=self.registry.basis(by, seals, units) if by in self.registry.people else (),
            nonce="0" * 32,
            body=body,
        )
        return replace(honest, **changes)

    def signed(self, draft: Draft, by: str, at: datetime | None = None) -> Signed:
        """``draft`` under the signature of ``by``, whoever the draft says signs."""
        payload = encode(draft)
        with self.signer(by) as signer:
            p7m = sign_attached(payload, signer, at or draft.time)
        return Signed(decode(payload), self.certificate(by), p7m)

    def request(self, document: bytes = TINY, **lies: Any) -> Signed:
        return self.signed(self.draft(request_for(document, **lies)), "li")

    def requested(self, document: bytes = TINY, **lies: Any) -> bytes:
        """A bundle with one request and its document, signed by the drafter from end to end."""
        return self.bundle([self.request(document, **lies)], document)

    def bundle(
        self, statements: Iterable[Signed], *documents: bytes, by: str = "li", **cover: Any
    ) -> bytes:
        parts = {
            **self.registry_parts,
            **statement_parts(statements),
            **document_parts(*documents),
        }
        with self.signer(by) as signer:
            return sealed_up(parts, signer, **cover)


@contextmanager
def forging(unit: DemoUnit) -> Iterator[Forger]:
    with TokenHost(environment={"SOFTHSM2_CONF": unit.told["SOFTHSM2_CONF"]}) as tokens:
        yield Forger(unit, tokens, trusted_by(unit.trust))
