"""A whole sitting: a thousand decisions by one officer, ten thousand statements imported."""

import io
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from time import perf_counter, process_time
from typing import Final

from airseal.duties import administering
from airseal.evidence.opening import KIND_CASES, document_name, statement_name
from airseal.evidence.records import Account, StationFacts
from airseal.keys.cms import sign_detached
from airseal.model.digest import sha256, to_hex
from airseal.model.level import Level
from airseal.model.people import Post
from airseal.model.request import Outcome
from airseal.model.secret import Secret
from airseal.station import Station
from bench import documents
from bench.many import STATION, UNIT, ManyStatements, MemorySigner
from bench.stopwatch import watching
from bench.table import Row, Section
from bench.unit import Unit
from transfer import bag
from transfer.bundle import Payload, write

DECISIONS: Final = 1_000
STATEMENTS: Final = 10_000
_OF_A_CASE: Final = 2
"""A request and its approval: a sealing would bring a document of its own to be judged."""
_BUNDLES: Final = 2
"""A bundle has at most 10,000 members."""
_SECRET: Final = "Bench-Desk-2026"
_NOTES: Final = [
    "every request asks for one and the same paper, so that papers cost nothing here",
    "decisions: one PIN, each committed by itself; the time inside sign() is the token's",
    f"import: {_BUNDLES} bundles as a station exports them, RSA-2048, with checkpoint and proofs;"
    " then every case is folded and judged for the list",
]


def measure(unit: Unit) -> Section:
    """Seconds for a sitting of ``DECISIONS``, and for an import of ``STATEMENTS``."""
    (unit.directory / "office").mkdir()
    office = Office(unit.directory / "office")
    own, decided, exported = office.sitting(DECISIONS)
    read, folded, busy = office.importing(STATEMENTS)
    return Section(
        "A whole sitting",
        [
            Row(f"{DECISIONS:,} decisions: signing them, in memory", [own], unit="s"),
            Row("  deciding, over that", [decided], unit="s"),
            Row("  and exporting", [decided + exported], unit="s", target=30),
            Row(f"{STATEMENTS:,} statements imported and verified", [read], unit="s"),
            Row("  and folded", [read + folded], unit="s", target=5),
            Row("  processor time of both", [busy], unit="s"),
        ],
        _NOTES,
    )


class Office:
    """A unit of :class:`ManyStatements`, and stations of its own in ``directory``."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._now = datetime.now().astimezone().replace(microsecond=0)
        self._people = ManyStatements(self._now)

    def sitting(self, number: int) -> tuple[float, float, float]:
        """``number`` requests decided and exported: seconds of the key, of the rest, of export."""
        bundle = self._bundle(range(number), approved=False)
        signer = self._people.signer("wang")
        with self._station("officer", "wang", Post.OFFICER) as station:
            cases = station.import_file(bundle).cases
            start = perf_counter()
            with watching(MemorySigner, "sign") as signing:
                results = station.decide(cases, Outcome.APPROVE, "同意", signer)
            decided = perf_counter()
            assert not [one.problem for one in results if one.problem is not None]
            station.export(cases, self._directory, signer)
            own = sum(signing) / 1_000
            return own, decided - start - own, perf_counter() - decided

    def importing(self, number: int) -> tuple[float, float, float]:
        """Bundles of ``number`` statements imported, then all cases listed: seconds of each.

        And of the processor for both, which a busy machine does not make longer by much.
        """
        cases = number // _OF_A_CASE
        bundles = self._exported([range(cases)[at::_BUNDLES] for at in range(_BUNDLES)])
        with self._station("checker", "li", Post.DRAFTER) as station:
            station.warm_up()
            start, busy = perf_counter(), process_time()
            for bundle in bundles:
                station.import_file(bundle)
            read = perf_counter()
            assert station.case_counts().of(frozenset()) == cases
            return read - start, perf_counter() - read, process_time() - busy

    def _exported(self, groups: Iterable[range]) -> list[Path]:
        """A bundle of each group of approved cases, as an officer's station exports it."""
        signer = self._people.signer("wang")
        with self._station("sender", "wang", Post.OFFICER) as station:
            held = [station.import_file(self._bundle(group)).cases for group in groups]
            return [station.export(cases, self._directory, signer).path for cases in held]

    def _station(self, name: str, person: str, post: Post) -> Station:
        """A station of the unit that has nothing yet but its root."""
        home = self._directory / name
        administering.create_station(
            home,
            StationFacts(name, name, UNIT, Level.INTERNAL),
            [(Account(person, person, post), Secret(_SECRET))],
            [(self._people.anchor, (person, "zhou"))],
            demo=True,
            at=self._now,
        )
        return Station.open(home, person, Secret(_SECRET))

    def _bundle(self, cases: range, *, approved: bool = True) -> Path:
        """Requests for one paper, and if ``approved`` their approvals, as one bundle."""
        paper = documents.letter(4_000)
        statements = list(self._people.registry)
        for number in cases:
            request, approval = self._people.case(number, sealed=False, paper=paper)
            statements += [request, approval] if approved else [request]
        prepared = self._now.isoformat()
        info = {
            bag.KIND: KIND_CASES,
            bag.SENDER: f"{UNIT}/{STATION}",
            bag.RECIPIENT: "*",
            bag.LEVEL: Level.INTERNAL,
            bag.BAGGING_DATE: prepared[:10],
            bag.PREPARED: prepared,
        }
        members = [(statement_name(one.id), one.p7m) for one in statements]
        out, signer = io.BytesIO(), self._people.signer("wang")
        write(
            out,
            top="many",
            info=info,
            payloads=list(_payloads([*members, (document_name(sha256(paper)), paper)])),
            sign=lambda content: sign_detached(content, signer, self._now),
        )
        path = self._directory / f"{cases[0]}-{approved}.airseal"
        path.write_bytes(out.getvalue())
        return path


def _payloads(members: Iterable[tuple[str, bytes]]) -> Iterable[Payload]:
    return (Payload(name, data, len(data), to_hex(sha256(data))) for name, data in members)
