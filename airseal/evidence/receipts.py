"""Receipts as the ledger tells them: what came and is to be signed for, what left and was."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from airseal.model.delivery import DeliveryState
from airseal.model.digest import Digest, parse_digest
from airseal.model.receipt import Receipt
from airseal.model.statement import Statement
from airseal.store import DeskView, DeskWrite, Entry, JsonValue

_IMPORTS: Final = "imports"
_EXPORTS: Final = "exports"


_OUT: Final = (DeliveryState.SENT, DeliveryState.CLOSED, "shown")
"""Where a bundle stands that left: on a medium, or shown as codes."""


@dataclass(frozen=True, slots=True)
class Came:
    """A bundle that was imported, with its ``cases``.

    ``signed`` is when its receipt was signed here, ``left`` whether that was sent too,
    ``receipt`` the id of that statement.
    """

    bundle: str
    digest: Digest
    unit: str
    station: str
    imported: str
    size: int
    root: Digest | None
    signed: str | None
    left: bool
    receipt: Digest | None = None
    cases: tuple[Digest, ...] = ()

    @property
    def waits(self) -> bool:
        """Whether its sender cannot have a receipt yet: it is to be signed, or to be sent."""
        return self.signed is None or not self.left


@dataclass(frozen=True, slots=True)
class Left:
    """A bundle that was sent; ``receipts`` say which station signed for it when."""

    bundle: str
    at: str
    receipts: Mapping[str, str]


def receipt_facts(statement: Statement) -> dict[str, JsonValue]:
    """What the ledger's entry of a receipt says in the open."""
    body = statement.body
    assert isinstance(body, Receipt)
    return {
        "unit": statement.unit,
        "station": statement.station,
        "signed": statement.at,
        "bundle": body.bundle,
        "digest": body.digest,
        "sender": f"{body.unit}/{body.station}",
    }


def project_receipts(desk: DeskView, entry: Entry) -> Iterator[DeskWrite]:
    """A receipt closes the line of the bundle: as come at its author's, as sent at the sender's."""
    facts = entry.facts
    if entry.kind != "statement" or facts.get("kind") != "receipt":
        return
    own, bundle = desk.get("station", "facts"), str(facts["bundle"])
    if not isinstance(own, dict):
        return
    here, author = f"{own['unit']}/{own['id']}", f"{facts['unit']}/{facts['station']}"
    came, left = desk.get(_IMPORTS, bundle), desk.get(_EXPORTS, bundle)
    if author == here and isinstance(came, dict) and came.get("digest") == facts["digest"]:
        receipt = {"receipt": facts["signed"], "receipt_id": str(entry.statement_id)}
        yield DeskWrite(_IMPORTS, bundle, {**came, **receipt})
    if facts["sender"] == here and isinstance(left, dict) and left["digest"] == facts["digest"]:
        held = left.get("receipts")
        receipts = {**(held if isinstance(held, dict) else {}), author: facts["signed"]}
        yield DeskWrite(
            _EXPORTS, bundle, {**left, "state": DeliveryState.CLOSED, "receipts": receipts}
        )


def came(desk: DeskView) -> tuple[Came, ...]:
    """The bundles that came from other stations, those that wait first, then the newest."""
    own = desk.get("station", "facts")
    here = f"{own['unit']}/{own['id']}" if isinstance(own, dict) else ""
    out = frozenset(_signed_for(desk))
    rows = [
        _came(bundle, row, left=bundle in out)
        for bundle, row in desk.items(_IMPORTS)
        if isinstance(row, dict) and "size" in row and row["sender"] != here
    ]
    newest = sorted(rows, key=lambda one: one.imported, reverse=True)
    return tuple(sorted(newest, key=lambda one: not one.waits))


def _signed_for(desk: DeskView) -> Iterator[str]:
    """The bundles whose receipts are in a bundle that left."""
    for _, row in desk.items(_EXPORTS):
        if isinstance(row, dict) and row.get("state") in _OUT:
            told = row.get("signed_for")
            yield from map(str, told if isinstance(told, list) else ())


def left(desk: DeskView) -> tuple[Left, ...]:
    """The bundles that were sent, those nobody signed for first, then the newest."""
    rows = [
        _left(bundle, row)
        for bundle, row in desk.items(_EXPORTS)
        if isinstance(row, dict) and row.get("state") in _OUT
    ]
    newest = sorted(rows, key=lambda one: one.at, reverse=True)
    return tuple(sorted(newest, key=lambda one: bool(one.receipts)))


def _came(bundle: str, row: Mapping[str, JsonValue], *, left: bool) -> Came:
    unit, _, station = str(row["sender"]).partition("/")
    size, root, signed = row["size"], row["root"], row.get("receipt")
    receipt, cases = row.get("receipt_id"), row.get("cases")
    assert isinstance(size, int)
    return Came(
        bundle=bundle,
        digest=parse_digest(str(row["digest"])),
        unit=unit,
        station=station,
        imported=str(row["at"]),
        size=size,
        root=None if root is None else parse_digest(str(root)),
        signed=None if signed is None else str(signed),
        left=left,
        receipt=None if receipt is None else parse_digest(str(receipt)),
        cases=tuple(parse_digest(str(one)) for one in cases) if isinstance(cases, list) else (),
    )


def _left(bundle: str, row: Mapping[str, JsonValue]) -> Left:
    held = row.get("receipts")
    receipts = held if isinstance(held, dict) else {}
    return Left(bundle, str(row["at"]), {str(who): str(at) for who, at in receipts.items()})
