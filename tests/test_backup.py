"""A station is backed up, tried, restored by two administrators; partners hear of it."""

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from demo_unit import DemoUnit, copied
from guard_kit import GUARD, appoint_guard, at_guard
from office_kit import PASSWORDS, Office, office_in
from station_kit import lasting_jail, pin_of, station_of, store_of
from store_kit import refused

from airseal.evidence.partners import restored_at, restores
from airseal.model.secret import Secret
from airseal.ports import silent
from airseal.station.keeping import restore_home
from airseal.store import EntryIn, JsonValue


@pytest.fixture(scope="module", autouse=True)
def _jail() -> Iterator[None]:
    with lasting_jail():
        yield


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with office_in(tmp_path / "home") as office:
        yield office


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    path = tmp_path / "stick"
    path.mkdir()
    return path


def again(office: Office, stick: Path, *names: str) -> None:
    first, second = ((name, Secret(PASSWORDS[name])) for name in names)
    restore_home(stick, None, office.home, (first, second), office.clock.now(), silent)


def test_backup_and_test_are_recorded_and_grow_old(office: Office, stick: Path) -> None:
    with office.at("chen") as station:
        state = station.keeping.state()
        assert (state.number, state.made, state.tested) == (0, None, None)
        made = station.keeping.back_up(stick)
        assert made.number == 1
        assert station.keeping.try_restore(stick)[1].problems == ()
        state = station.keeping.state()
        assert (state.number, state.made, state.tested) == (1, station.now(), station.now())
        office.clock.wait(days=8)
        assert state.backup_overdue(station.now())
        assert not state.test_overdue(station.now())
        office.clock.wait(days=90)
        assert state.test_overdue(station.now())
    kinds = [entry.kind for entry in office.ledger()]
    assert kinds.count("backup-made") == kinds.count("backup-tested") == 1
    assert office.faults() == []


def test_a_test_that_failed_is_recorded_and_counts_for_nothing(office: Office, stick: Path) -> None:
    with office.at("wu") as station:
        station.keeping.back_up(stick)
        next(path for path in stick.rglob("*/pieces/*/*")).write_bytes(b"rotten")
        _, report = station.keeping.try_restore(stick)
        assert [problem.code for problem in report.problems] == ["BACKUP_PIECE"]
        assert station.keeping.state().tested is None
    (told,) = [entry for entry in office.ledger() if entry.kind == "backup-tested"]
    assert told.facts["codes"] == ["BACKUP_PIECE"]


@pytest.mark.parametrize("person", ["zheng", "zhang"])
def test_only_administrators_back_up(office: Office, stick: Path, person: str) -> None:
    with office.at(person) as station:
        for act in (
            lambda: station.keeping.back_up(stick),
            lambda: station.keeping.backups(stick),
            lambda: station.keeping.try_restore(stick),
            lambda: station.keeping.prune(stick, 1),
        ):
            with refused("RIGHT_MISSING"):
                act()
    assert list(stick.iterdir()) == []


def test_two_administrators_restore_and_nobody_else(office: Office, stick: Path) -> None:
    with office.at("chen") as station:
        station.keeping.back_up(stick)
    shutil.rmtree(office.home)
    for names, code in (
        (("chen", "zheng"), "RESTORE_POST"),
        (("zhang", "wu"), "RESTORE_POST"),
        (("chen", "chen"), "RESTORE_PAIR"),
    ):
        with refused(code):
            again(office, stick, *names)
        assert not office.home.exists()
    again(office, stick, "wu", "chen")
    entries = office.ledger()
    (told,) = [entry for entry in entries if entry.kind == "restored"]
    assert (told.by, told.facts["second"], told.facts["number"]) == ("wu", "chen", 1)
    assert office.faults() == []
    with office.at("zhang") as station:
        assert station.keeping.state().made is None, "the ledger of the backup knows nothing of it"


def _opened(unit: DemoUnit, facts: dict[str, JsonValue]) -> EntryIn:
    at = datetime.now().astimezone().replace(microsecond=0).isoformat()
    return EntryIn("account-opened", unit.person("drafter")["id"], at, facts)


def sent(unit: DemoUnit, post: str, stick: Path) -> Path:
    with station_of(unit, post) as station, station.signing(pin_of(unit, post)) as signer:
        case = min(row.id for row in station.cases())
        return station.export([case], stick, signer).path


def test_partners_are_told_of_a_restore(built_demo: DemoUnit, stick: Path, tmp_path: Path) -> None:
    """Twice restored from one backup is told twice, each time with its date."""
    with copied(built_demo, tmp_path / "unit") as unit:
        appoint_guard(unit, "drafter")
        administrator = "ma"
        with store_of(unit, "drafter") as store:
            store.add_person(administrator, Secret("Run-Things-2026"))
            facts: dict[str, JsonValue] = {
                "person": administrator,
                "name": "马",
                "phone": "",
                "post": "system-admin",
                "clearance": "internal",
                "known": True,
                "remembered": "",
            }
            store.commit([_opened(unit, facts)])
        (tmp_path / "disk").mkdir()
        with at_guard(unit, "drafter") as station:
            station.keeping.back_up(tmp_path / "disk")
        bundles = tmp_path / "bundles"
        bundles.mkdir()
        with station_of(unit, "checker") as checker:
            checker.import_file(sent(unit, "drafter", bundles))
            assert checker.alarms == ()
        appoint_guard(unit, "checker")
        for second in range(2):
            shutil.rmtree(unit.home("drafter"))
            with station_of(unit, "checker") as checker:
                # A restore is known by its second: the machine may be faster than that.
                now = checker.now() + timedelta(seconds=second)
            people = (
                (administrator, Secret("Run-Things-2026")),
                (GUARD, Secret("Guard-Well-2026")),
            )
            restore_home(tmp_path / "disk", None, unit.home("drafter"), people, now, silent)
            with store_of(unit, "drafter") as store:
                assert restores(store.desk) == 1
                at = restored_at(store.desk)
            with at_guard(unit, "checker") as checker:
                checker.import_file(sent(unit, "drafter", bundles))
                (alarm,) = checker.alarms
                assert alarm.problem.code == "CHECKPOINT_RESTORED"
                assert alarm.problem.params["at"] == at
                checker.settle_alarm("bureau", "drafter", "听过说明")
                checker.import_file(sent(unit, "drafter", bundles))
                assert checker.alarms == ()
