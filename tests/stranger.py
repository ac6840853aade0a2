"""A second unit with a root, a charter and a registry of its own, which nobody here enrolled."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass

from forge import NOW, Forger, sealed_up, statement_parts
from pki import Holder, Pki

from airseal.duties.founding import publish
from airseal.evidence.signed import Author, Signed, author
from airseal.model.digest import sha256
from airseal.model.level import Level
from airseal.model.people import Post
from airseal.model.registry import (
    Appointment,
    Authority,
    Charter,
    RegistryBody,
    RevocationList,
)

UNIT = "elsewhere"


@dataclass(frozen=True)
class StrangeUnit:
    """The tests' PKI as a unit: its drafter is the authority too."""

    pki: Pki
    statements: tuple[Signed, ...]

    @classmethod
    def founded(cls, pki: Pki) -> "StrangeUnit":
        charter = _charter(pki, UNIT)
        bodies: list[RegistryBody] = [
            RevocationList(1, tuple(base64.b64encode(crl).decode() for crl in pki.crls)),
            _appointment(pki.drafter),
        ]
        who = Author(UNIT, "authority", "chen", Post.AUTHORITY)
        with pki.login(pki.drafter) as signer:
            return cls(pki, (charter, *publish(who, signer, charter.id, bodies, 1, NOW)))

    def sealed_up(self, parts: Mapping[str, bytes], unit: str) -> bytes:
        with self.pki.login(self.pki.drafter) as signer:
            return sealed_up(parts, signer, unit=unit)

    def bundle(self, unit: str = UNIT) -> bytes:
        """Its registry, as its own drafter sends it, in the name of ``unit``."""
        return self.sealed_up(statement_parts(self.statements), unit)

    def second_charter(self, forger: Forger) -> bytes:
        """A charter for our unit, signed by this root, brought by our own drafter."""
        return forger.bundle([_charter(self.pki, "bureau")])


def _charter(pki: Pki, unit: str) -> Signed:
    body = Charter(
        number=2,
        name="外单位",
        issuers=(base64.b64encode(pki.issuing.certificate).decode(),),
        authorities=(Authority("chen", sha256(pki.drafter.certificate)),),
        demo=True,
    )
    who = Author(unit, "root", "root", Post.ROOT)
    with pki.login(pki.root) as signer:
        return author(who, signer, body, level=Level.INTERNAL, at=NOW, on=())


def _appointment(holder: Holder) -> Appointment:
    return Appointment(
        number=1,
        person="chen",
        name="陈某",
        posts=(Post.DRAFTER,),
        certificate=base64.b64encode(holder.certificate).decode(),
        fingerprint=sha256(holder.certificate),
        clearance=Level.INTERNAL,
        active=True,
    )
