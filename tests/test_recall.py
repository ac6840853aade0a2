"""Opening recalls what was examined before; offering everything anew comes to the same."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from demo_unit import DemoUnit
from forge import Forger, forging, statements_of
from hypothesis import given, settings
from hypothesis import strategies as st
from station_kit import lasting_jail, station_of, store_of
from test_evidence_trusted import a_busy_unit, outcome
from unit import SignedUnit

from airseal.evidence.held import LedgerShelf, recall, reverify
from airseal.evidence.records import PARKED, statement_entry
from airseal.evidence.shelf import MemoryShelf
from airseal.evidence.signed import Signed, read, recalled
from airseal.evidence.trusted import TrustedSet
from airseal.model.people import Post
from airseal.model.problem import Problem
from airseal.model.statement import Statement
from airseal.ports import silent
from airseal.store import snapshot

POSTS = ("authority", "drafter", "officer", "custodian", "checker")


@pytest.fixture(scope="module", autouse=True)
def _jail() -> Iterator[None]:
    with lasting_jail():
        yield


@pytest.fixture(scope="module")
def busy(bureau: SignedUnit) -> tuple[SignedUnit, list[Statement]]:
    return a_busy_unit(bureau)


def reopened(unit: SignedUnit, before: TrustedSet) -> TrustedSet:
    """The same holdings after a station was closed and opened again."""
    accepted = [before.get(key) for key in unit.signed if before.get(key)]
    after = TrustedSet([unit.anchor], MemoryShelf(one for one in accepted if one))
    after.offer(recalled(unit.signed[key].p7m) for key in before.parked)
    return after


@given(data=st.data())
@settings(max_examples=25, deadline=None)
def test_closing_and_opening_between_two_imports_changes_nothing(
    busy: tuple[SignedUnit, list[Statement]], data: st.DataObject
) -> None:
    unit, cases = busy
    whole = TrustedSet([unit.anchor])
    whole.offer(unit.signed.values())
    shuffled = data.draw(st.permutations(list(unit.signed.values())))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(shuffled)), max_size=4)))
    trusted = TrustedSet([unit.anchor])
    for start, stop in zip([0, *cuts], [*cuts, len(shuffled)], strict=True):
        trial = trusted.copy()
        trial.offer(shuffled[start:stop])
        held = {key for key in unit.signed if trusted.get(key)}
        trusted = reopened(unit, trial)
        assert held <= {key for key in unit.signed if trusted.get(key)}
        assert set(trusted.parked) == set(trial.parked)
    assert outcome(unit, trusted, cases) == outcome(unit, whole, cases)
    roots = [case.id for case in cases]
    assert trusted.closure(roots) == whole.closure(roots)


def test_what_is_recalled_is_what_was_read(bureau: SignedUnit) -> None:
    unit = bureau.fork()
    request = unit.request()
    for signed in [*unit.basics, unit[request], unit[unit.decide(request)]]:
        assert recalled(signed.p7m) == read(signed.p7m) == signed


@pytest.mark.parametrize("post", POSTS)
def test_every_demo_home_is_recalled_as_it_would_be_verified(
    demo_unit: DemoUnit, post: str
) -> None:
    with store_of(demo_unit, post) as store:
        told = reverify(store, silent)
        assert told.statements > 10
        assert (told.parked, told.differing) == (0, ())
        trusted, shelf = recall(store), LedgerShelf(store)
        assert trusted.cases == tuple(shelf.cases())
        assert all(trusted.case_statements(case) for case in trusted.cases)


def test_nothing_seems_missing_while_the_index_is_made_anew(
    demo_unit: DemoUnit, monkeypatch: pytest.MonkeyPatch
) -> None:
    with store_of(demo_unit, "custodian") as store:
        before = recall(store)
        cases, parts = before.cases, before.registry("bureau")
        statements = {case: before.case_statements(case) for case in cases}
    shutil.rmtree(demo_unit.home("custodian") / snapshot.DIRECTORY, ignore_errors=True)
    monkeypatch.setattr("airseal.store.commit._AT_ONCE", 0)
    monkeypatch.setattr("airseal.store.backlog.Backlog.start", lambda self: None)
    with store_of(demo_unit, "custodian") as store:
        assert not store.index.complete, "otherwise this shows nothing"
        after = recall(store)
        assert (after.cases, after.registry("bureau")) == (cases, parts)
        assert {case: after.case_statements(case) for case in cases} == statements
        assert reverify(store, silent).differing == ()


def decision_of(unit: DemoUnit) -> Signed:
    """The approval in the bundle that waits for the custodian."""
    made = statements_of(unit.waiting(1).read_bytes())
    return next(one for one in made if one.statement.kind == "decision")


def brought(forger: Forger, path: Path, *statements: Signed) -> Path:
    path.write_bytes(forger.bundle(statements))
    return path


def test_a_parked_statement_stays_parked_until_its_ancestor_comes(
    demo_unit: DemoUnit, tmp_path: Path
) -> None:
    decision = decision_of(demo_unit)
    request = decision.statement.case
    assert request is not None
    with forging(demo_unit) as forger:
        early = brought(forger, tmp_path / "early.airseal", decision)
    with station_of(demo_unit, "custodian") as station:
        assert set(station.import_file(early).parked) == {decision.id}
    with store_of(demo_unit, "custodian") as store:
        assert [key for key, _ in store.desk.items(PARKED)] == [decision.id]
        assert reverify(store, silent).differing == ()
    with station_of(demo_unit, "custodian") as station:
        assert station.parked == {decision.id: (request,)}
        assert request not in {row.id for row in station.cases()}
        assert decision.id not in station.import_file(demo_unit.waiting(1)).parked
        assert station.parked == {}
    with store_of(demo_unit, "custodian") as store:
        assert list(store.desk.items(PARKED)) == []
        assert recall(store).get(decision.id) == decision
        assert reverify(store, silent).differing == ()
    with station_of(demo_unit, "custodian") as station:
        assert request in {row.id for row in station.cases()}


def test_a_parked_statement_that_turns_out_to_be_bad_never_counts(
    demo_unit: DemoUnit, tmp_path: Path
) -> None:
    honest = decision_of(demo_unit)
    with forging(demo_unit) as forger:
        said = honest.statement
        lie = forger.draft(said.body, said.by, case=said.case, on=said.on, post=Post.CUSTODIAN)
        forged = forger.signed(lie, said.by)
        early = brought(forger, tmp_path / "early.airseal", forged)
    with station_of(demo_unit, "custodian") as station:
        assert set(station.import_file(early).parked) == {forged.id}
        station.import_file(demo_unit.waiting(1))
        assert station.parked == {}
    with station_of(demo_unit, "custodian") as station:
        assert station.parked == {}
    with store_of(demo_unit, "custodian") as store:
        assert recall(store).get(forged.id) is None
        assert reverify(store, silent).differing == ()


def test_a_statement_that_was_never_examined_is_found_by_the_long_way(
    demo_unit: DemoUnit,
) -> None:
    """Only a defect of the program could commit one; ``--signatures`` would tell."""
    honest = decision_of(demo_unit)
    broken = Signed(honest.statement, honest.certificate, _spoilt(honest.p7m))
    with pytest.raises(Problem, match="CMS_SIGNATURE"):
        read(broken.p7m)
    with store_of(demo_unit, "custodian") as store:
        store.commit([statement_entry(broken, "zhang", honest.statement.time)])
        assert recall(store).get(honest.id) is not None
        assert reverify(store, silent).differing == (honest.id,)


def test_the_command_verifies_every_signature(demo_unit: DemoUnit) -> None:
    told = demo_unit.run("custodian", "store", "check", "--signatures")
    assert told.status == 0, told.err
    assert told.json["signatures"]["statements"] > 10
    assert told.json["signatures"]["differing"] == []


def _spoilt(p7m: bytes) -> bytes:
    """Another signature value: its last byte changed."""
    return p7m[:-1] + bytes([p7m[-1] ^ 1])
