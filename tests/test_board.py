"""The board says of every case what fold and judge say of it, whatever happened in between."""

import base64
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from demo_unit import DemoUnit
from hypothesis import given, settings
from hypothesis import strategies as st
from station_kit import lasting_jail, station_of
from store_kit import PASSWORD, PERSON, event, patient
from test_evidence_trusted import a_busy_unit
from unit import DAY, NOW, SignedUnit, grant

from airseal.evidence.board import Board
from airseal.evidence.described import describe
from airseal.evidence.held import recall, settled
from airseal.evidence.records import (
    IMPORTED,
    STATION_REGISTERED,
    StationFacts,
    project,
    statement_entry,
)
from airseal.evidence.roots import ANCHOR_ENROLLED
from airseal.evidence.signed import Signed
from airseal.evidence.trusted import TrustedSet
from airseal.model.case import CaseState, fold, judge
from airseal.model.digest import Digest
from airseal.model.level import Level
from airseal.model.problem import Problem
from airseal.model.secret import Secret
from airseal.ports import silent
from airseal.store import EntryIn, Store

HALF_A_YEAR = 180 * DAY


@pytest.fixture(scope="module", autouse=True)
def _jail() -> Iterator[None]:
    with lasting_jail():
        yield


@pytest.fixture(scope="module")
def busy(bureau: SignedUnit) -> SignedUnit:
    """Every outcome, revocations and newer registries, and a request whose approval runs out."""
    unit, _ = a_busy_unit(bureau)
    request = unit.request(grant(until=NOW + DAY))
    unit.decide(request)
    unit.decide(request, by="chen")
    return unit


class Home:
    """A store that is closed and opened as often as a test wants."""

    def __init__(self, directory: Path, unit: SignedUnit) -> None:
        self._place = directory / "home"
        person = {PERSON: Secret(PASSWORD)}
        root = base64.b64encode(unit.anchor.root).decode()
        self.store = Store.create(
            self._place, first=person, demo=True, project=project, describe=describe, now=patient
        )
        here = StationFacts("seat", "seat", unit.anchor.unit, Level.INTERNAL)
        self.store.commit([EntryIn(STATION_REGISTERED, PERSON, NOW.isoformat(), here.told())])
        self.store.commit([_entry(ANCHOR_ENROLLED, unit=unit.anchor.unit, root=root)])
        self._start()

    def _start(self) -> None:
        self.trusted, self.board = recall(self.store), Board(self.store)

    def take(self, batch: list[Signed]) -> None:
        """Commit as an import does, without what would be refused."""
        refused = self.trusted.copy().offer(batch).refused
        batch = [one for one in batch if one.id not in refused]
        trial = self.trusted.copy()
        offered = trial.offer(batch)
        new = {one.id: one for one in batch if one.id not in offered.known}
        entries = [
            statement_entry(one, PERSON, NOW, parked=one.id in offered.parked)
            for one in new.values()
        ]
        waited = list(settled(self.trusted, offered))
        self.store.commit([*entries, _entry(IMPORTED, bundle="b", settled=waited)])
        self.trusted = trial

    def reopen(self, *, kept: bool = True) -> None:
        if kept:
            self.board.keep()
        self.store.close()
        self.store = Store.open(
            self._place,
            PERSON,
            Secret(PASSWORD),
            project=project,
            describe=describe,
            now=patient,
        )
        self._start()

    def shown(self, now: datetime) -> dict[str, CaseState]:
        """What the board shows, which must hang together in itself."""
        self.board.refresh(self.trusted, now, silent)
        lines = self.board.page(frozenset(), None, None)
        assert [line.key for line in lines] == sorted((x.key for x in lines), reverse=True)
        counts = self.board.counts()
        for state in CaseState:
            page = self.board.page(frozenset({state}), None, None)
            assert page == [line for line in lines if line.state is state]
            assert counts[state] == len(page)
        return {line.case: line.state for line in lines}

    def judged(self, now: datetime) -> dict[str, CaseState]:
        """The long way: fold and judge everything."""
        return judged(self.trusted, now)


def _entry(kind: str, **facts: str | list[Digest]) -> EntryIn:
    told = {name: list(map(str, v)) if isinstance(v, list) else v for name, v in facts.items()}
    return EntryIn(kind, PERSON, NOW.isoformat(), told)  # type: ignore[arg-type]  # JSON values


def judged(trusted: TrustedSet, now: datetime) -> dict[str, CaseState]:
    held = {case: fold(case, trusted.case_statements(case)) for case in trusted.cases}
    context = trusted.context()
    return {case: judge(facts, context, now).state for case, facts in held.items() if facts}


@given(data=st.data())
@settings(max_examples=8, deadline=None)
def test_the_board_is_what_judging_everything_says(busy: SignedUnit, data: st.DataObject) -> None:
    statements = list(busy.signed.values())
    order = data.draw(st.permutations(range(len(statements))))
    shuffled = [statements[at] for at in order]
    cuts = sorted(data.draw(st.lists(st.integers(0, len(shuffled)), max_size=4)))
    moments = st.sampled_from([NOW, NOW + DAY, NOW + 3 * DAY, NOW + HALF_A_YEAR])
    with tempfile.TemporaryDirectory() as directory:
        home = Home(Path(directory), busy)
        for start, stop in zip([0, *cuts], [*cuts, len(shuffled)], strict=True):
            home.take(shuffled[start:stop])
            match data.draw(st.sampled_from(["stay", "reopen", "crash"])):
                case "reopen":
                    home.reopen()
                case "crash":
                    home.reopen(kept=False)
            for _ in range(2):
                now = data.draw(moments)
                assert home.shown(now) == home.judged(now)
        home.store.close()


def test_a_request_that_waited_for_the_registry_appears_when_it_comes(
    bureau: SignedUnit, tmp_path: Path
) -> None:
    unit = bureau.fork()
    request = unit[unit.request()]
    home = Home(tmp_path, unit)
    home.take([request])
    assert home.shown(NOW) == {}
    home.take(unit.basics)
    assert home.shown(NOW) == {request.id: CaseState.IN_APPROVAL} == home.judged(NOW)
    home.store.close()


@pytest.fixture
def home(busy: SignedUnit, tmp_path: Path) -> Iterator[Home]:
    made = Home(tmp_path, busy)
    made.take(list(busy.signed.values()))
    yield made
    made.store.close()


def test_the_board_is_not_trivial(home: Home) -> None:
    """Otherwise the tests here would show little."""
    assert set(home.shown(NOW).values()) >= {
        CaseState.SEALED,
        CaseState.DENIED,
        CaseState.IN_APPROVAL,
    }
    assert CaseState.EXPIRED in home.shown(NOW + 3 * DAY).values()
    assert CaseState.EXPIRED not in home.shown(NOW).values()


def test_pages_join_up(home: Home) -> None:
    home.board.refresh(home.trusted, NOW, silent)
    whole = home.board.page(frozenset(), None, None)
    for size in (1, 2, 3):
        joined, after = [], None
        while page := home.board.page(frozenset(), after, size):
            assert len(page) <= size
            joined += page
            after = page[-1].key
        assert joined == whole


def test_a_kept_board_is_taken_up_and_nothing_is_judged_again(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = home.shown(NOW)
    home.reopen()
    monkeypatch.setattr("airseal.evidence.board.judge", _nobody)
    assert home.shown(NOW) == before
    home.store.commit([event(1)])
    assert home.shown(NOW) == before


def _nobody(*_: object) -> None:
    raise AssertionError("judged again")


def test_a_board_of_another_ledger_is_not_taken_up(home: Home, busy: SignedUnit) -> None:
    """Somebody who brings back an old file, or one of a longer ledger, gains nothing."""
    home.shown(NOW)
    home.board.keep()
    kept = home.store.set_aside("board")
    assert kept is not None
    for spoilt in (b"", kept[:-1], kept + b"x", b"\x90"):
        home.store.put_aside("board", spoilt)
        home.reopen(kept=False)
        assert home.shown(NOW) == home.judged(NOW)
    with tempfile.TemporaryDirectory() as directory:
        other = Home(Path(directory), busy)
        other.store.put_aside("board", kept)
        other.reopen(kept=False)
        assert other.shown(NOW) == {}
        other.store.close()


def test_a_cancelled_refresh_is_taken_up_where_it_stopped(home: Home) -> None:
    def cancelled(done: int, total: int, what: str) -> None:
        raise Problem("CANCELLED")

    with pytest.raises(Problem, match="CANCELLED"):
        home.board.refresh(home.trusted, NOW, cancelled)
    assert home.shown(NOW) == home.judged(NOW)


def test_titles_of_state_secrets_are_not_on_the_board(home: Home) -> None:
    home.board.refresh(home.trusted, NOW, silent)
    for line in home.board.page(frozenset(), None, None):
        secret = line.level in ("confidential", "secret", "top-secret")
        assert (line.title is None) == secret


@pytest.mark.parametrize("post", ["drafter", "officer", "custodian", "checker"])
def test_a_station_lists_its_cases_as_it_shows_them(demo_unit: DemoUnit, post: str) -> None:
    with station_of(demo_unit, post) as station:
        if post != "drafter":
            bundle = {"officer": 0, "custodian": 1, "checker": 2}[post]
            station.import_file(demo_unit.waiting(bundle))
        rows = station.cases()
        assert rows
        for row in rows:
            view = station.case(row.id)
            assert (row.title, row.state) == (view.facts.asked.title, view.status.state)
            assert row.unfinished == view.unfinished
        counts = station.case_counts()
        assert counts.of(frozenset()) == len(rows)
        assert station.cases(limit=1) == rows[:1]
        assert station.cases(after=rows[0]) == rows[1:]
        states = frozenset(row.state for row in rows[:1])
        assert len(station.cases(states)) == counts.of(states)
    with station_of(demo_unit, post) as station:
        assert station.cases() == rows
