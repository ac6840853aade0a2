"""What policies are asked about, from the bundle down to one signature."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, TypeVar

from airseal.evidence.opening import OpenedBundle
from airseal.evidence.trusted import TrustedSet
from airseal.model.case import Context, Facts, Status
from airseal.model.checkpoint import Remembered
from airseal.model.digest import Digest, from_hex
from airseal.model.registry import Charter, RevocationList
from airseal.model.request import RequestedDocument, Sealing
from airseal.model.statement import Statement
from airseal.paper.report import PdfReport, SignatureReport

Body = TypeVar("Body")


def never_met(_unit: str, _station: str) -> None:
    """What is remembered by somebody without a station: nothing."""


@dataclass(frozen=True)
class Ground:
    """What a verdict stands on: the trusted set, the moment, and what is known besides.

    ``stampers`` are the roots (DER) of enrolled time stamping authorities, ``known`` what is
    remembered of the ledger of a unit's station.
    """

    trusted: TrustedSet
    now: datetime
    stampers: tuple[bytes, ...] = ()
    known: Callable[[str, str], Remembered | None] = never_met

    @property
    def context(self) -> Context:
        """What judging may ask."""
        return self.trusted.context()

    @property
    def demo(self) -> bool:
        """Whether any unit here is a demonstration: then everything is said to be one."""
        registries = (self.trusted.registry(anchor.unit) for anchor in self.trusted.anchors)
        return any(registry is not None and registry.charter.demo for registry in registries)


@dataclass(frozen=True)
class BundleSubject:
    """An opened bundle."""

    ground: Ground
    opened: OpenedBundle


@dataclass(frozen=True)
class CaseSubject:
    """A case with its status."""

    ground: Ground
    facts: Facts
    status: Status


@dataclass(frozen=True)
class DocumentSubject:
    """One approved document in its newest form; no ``source`` where its bytes are not here.

    ``found`` is the digest of ``source``.
    """

    case: CaseSubject
    asked: RequestedDocument
    expected: Digest
    source: BinaryIO | None
    found: Digest | None

    @property
    def is_the_one(self) -> bool:
        """Whether these are the bytes that the statements name."""
        return self.found == self.expected

    @property
    def sealings(self) -> tuple[Statement, ...]:
        """The sealings of this document, in the order of its places."""
        done = (self.case.facts.sealing(self.asked.digest, p.order) for p in self.asked.seals)
        return tuple(sealing for sealing in done if sealing is not None)


@dataclass(frozen=True)
class PdfSubject:
    """A signed PDF as the jail reports it; ``stated`` is how many sealings say they made it."""

    report: PdfReport
    stated: int | None = None


@dataclass(frozen=True)
class SealingSubject:
    """A sealing statement beside the PDF signature that should be its own."""

    ground: Ground
    statement: Statement
    signature: SignatureReport

    @property
    def sealing(self) -> Sealing:
        """The statement's body."""
        assert isinstance(self.statement.body, Sealing)
        return self.statement.body


def relied(statement: Statement, body: type[Body], context: Context) -> Body | None:
    """The one document of a kind that ``statement`` names, if it is held."""
    for parent_id in statement.on:
        parent = context.lookup(parent_id)
        if parent is not None and isinstance(parent.body, body):
            return parent.body
    return None


def relied_charter(statement: Statement, context: Context) -> Charter | None:
    """The charter behind the lists an act relied on."""
    for parent_id in statement.on:
        parent = context.lookup(parent_id)
        if parent is not None and isinstance(parent.body, RevocationList):
            return relied(parent, Charter, context)
    return None


def digest_of(source: BinaryIO, size: int | None = None) -> Digest:
    """The digest of a seekable file, or of its first ``size`` bytes; leaves it at the start."""
    source.seek(0)
    state = hashlib.sha256()
    left = size
    while left is None or left > 0:
        chunk = source.read(1 << 20 if left is None else min(left, 1 << 20))
        if not chunk:
            break
        state.update(chunk)
        left = None if left is None else left - len(chunk)
    source.seek(0)
    return from_hex(state.hexdigest())
