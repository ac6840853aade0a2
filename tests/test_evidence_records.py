"""The desk as the fold of the ledger: what an entry of a sealing changes on it."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from unit import NOW, SignedUnit, output

from airseal.evidence.records import SEAL_INTENT, SEAL_OUTPUT, place_key, project, statement_entry
from airseal.evidence.signed import Signed
from airseal.model.digest import Digest, sha256
from airseal.store import Entry, EntryIn, JsonValue


@dataclass
class Table:
    """A desk in memory."""

    rows: dict[tuple[str, str], JsonValue] = field(default_factory=dict)

    def get(self, table: str, key: str) -> JsonValue:
        return self.rows.get((table, key))

    def items(self, table: str) -> Iterator[tuple[str, JsonValue]]:
        return ((key, row) for (name, key), row in self.rows.items() if name == table)

    def take(self, entry: EntryIn) -> None:
        held = Entry(
            sequence=1,
            kind=entry.kind,
            by=entry.by,
            at=entry.at,
            facts=entry.facts,
            statement=entry.statement,
            statement_id=entry.statement_id,
            salt=b"",
            hash=b"",
        )
        for write in list(project(self, held)):
            if write.value is None:
                self.rows.pop((write.table, write.key), None)
            else:
                self.rows[write.table, write.key] = write.value


def begun(table: Table, case: Digest, document: Digest, made: Digest) -> str:
    """An unfinished sealing whose output is in the vault."""
    facts: dict[str, JsonValue] = {"case": case, "document": document, "order": 1}
    at = NOW.isoformat()
    table.take(EntryIn(kind=SEAL_INTENT, by="zhang", at=at, facts=facts))
    table.take(EntryIn(kind=SEAL_OUTPUT, by="zhang", at=at, facts={**facts, "output": made}))
    return place_key(case, document, 1)


def sealing_of(bureau: SignedUnit) -> tuple[Signed, Digest, Digest]:
    unit = bureau.fork()
    request = unit.request()
    sealing = unit.seal(request, unit.decide(request))
    return unit[sealing], request.id, request.body.grant.documents[0].digest  # type: ignore[union-attr]  # a request


def test_the_statement_of_its_output_closes_an_unfinished_sealing(bureau: SignedUnit) -> None:
    sealing, case, document = sealing_of(bureau)
    table = Table()
    key = begun(table, case, document, output(1))
    assert table.get("intents", key) is not None
    table.take(statement_entry(sealing, "zhang", NOW))
    assert table.get("intents", key) is None


def test_a_statement_from_outside_does_not_make_it_forgotten(bureau: SignedUnit) -> None:
    """Otherwise an import between signing and stating would let the seal be used again."""
    sealing, case, document = sealing_of(bureau)
    table = Table()
    key = begun(table, case, document, sha256(b"what was really signed here"))
    table.take(statement_entry(sealing, "wang", NOW))
    assert table.get("intents", key) is not None
