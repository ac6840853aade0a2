"""The periodic check of a seal: made by its custodian, asked for in time (LC-24, SU-01)."""

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Literal

import pytest
from demo_pilot import at_home
from demo_unit import DemoUnit
from flow_kit import Office, pack_of, publish
from hypothesis import given
from hypothesis import strategies as st
from station_kit import code_of, days_on, held, pin_of, station_of
from unit import PaperUnit

from airseal.duties.checking_seals import LOOKED_AT, TICKED
from airseal.keys.pinflag import mark_initial
from airseal.model.ending import Ending
from airseal.model.periods import is_due, last_day, months_after
from airseal.model.secret import Secret

SEAL = "bureau-official"

pytestmark = pytest.mark.usefixtures("one_jail", "in_english")


def monthly(unit: DemoUnit, rule: Literal["remind", "block"]) -> None:
    """From now on every seal is checked each month."""
    pack = pack_of(unit)
    settings = replace(
        pack.settings, check_cycle_months=1, check_overdue=rule, checks_before_sealing=False
    )
    publish(unit, replace(pack, number=pack.number + 1, settings=settings))


def test_a_check_counts_when_every_point_holds(demo_unit: DemoUnit) -> None:
    pin = pin_of(demo_unit, "custodian")
    with station_of(demo_unit, "custodian") as station:
        assert station.seals.look(SEAL).openable
        found = station.check_seal(SEAL, pin, ["storage"], " 印盒有裂纹 ")
        assert (found.failed, found.finding) == (("device",), "印盒有裂纹")
        (before,) = station.seals.checks()
        assert before.last is None
        found = station.check_seal(SEAL, pin, TICKED)
        assert {*found.points} == {(point, True) for point in (*LOOKED_AT, *TICKED)}
        (after,) = station.seals.checks()
        assert after.last is not None and after.last.by == demo_unit.person("custodian")["id"]
        assert after.until >= before.until
        wrong = lambda: station.check_seal(SEAL, Secret("000000"), TICKED)  # noqa: E731
        assert code_of(wrong) == "PIN_WRONG"
    told = [one.facts for one in held(demo_unit, "custodian").entries if one.kind == "seal-checked"]
    assert [one["failed"] for one in told] == [["device"], []]


def test_only_its_custodian_checks_it_and_only_where_it_is(demo_unit: DemoUnit) -> None:
    keeper = demo_unit.person("custodian")
    with station_of(demo_unit, "drafter") as station:
        assert code_of(lambda: station.seals.look(SEAL)) == "RIGHT_MISSING"
        assert not any(one.what is Ending.SEAL_CHECK for one in station.outlook.endings())
        assert station.seals.checks() == ()
    with station_of(demo_unit, "custodian") as station:
        assert code_of(lambda: station.seals.look("no-such")) == "SEAL_UNKNOWN"
        ports = station._ports
        elsewhere = replace(ports, station=replace(ports.station, id="elsewhere"))
        station._ports = elsewhere
        assert code_of(lambda: station.seals.look(SEAL)) == "SEAL_OTHER_STATION"
        other = demo_unit.person("officer")["id"]
        station._ports = replace(ports, account=replace(ports.account, person=other))
        assert code_of(lambda: station.check_seal(SEAL, None, TICKED)) == "SEAL_NOT_CUSTODIAN"
        station._ports = ports
    last = held(demo_unit, "custodian").last
    assert (last.kind, last.facts["code"]) == ("overreach", "SEAL_NOT_CUSTODIAN")
    assert keeper["id"] not in str(last.facts)


def test_a_token_with_its_first_pin_or_none_at_all_is_found(demo_unit: DemoUnit) -> None:
    """What the check is for: it is recorded, and no PIN is needed to record it."""
    pin = pin_of(demo_unit, "custodian")
    with station_of(demo_unit, "custodian") as station:
        with station._ports.tokens.login(station._ports.certificate, pin) as token:
            mark_initial(token)
        assert station.check_seal(SEAL, pin, TICKED).failed == ("pin",)
    config = Path(demo_unit.told["SOFTHSM2_CONF"]).read_text()
    tokens = Path(config.partition("tokendir")[2].partition("=")[2].splitlines()[0].strip())
    for token in tokens.iterdir():
        shutil.rmtree(token)
    with station_of(demo_unit, "custodian") as station:
        seen = station.seals.look(SEAL)
        assert not seen.token and not seen.openable and seen.certificate and seen.impression
        assert station.check_seal(SEAL, None, TICKED).failed == ("token", "pin")
        (row,) = station.seals.checks()
        assert row.last is None


def test_an_overdue_seal_is_not_used_before_it_is_checked(
    demo_unit: DemoUnit, tmp_path: Path
) -> None:
    office = Office(demo_unit, tmp_path / "stick")
    case = office.approved()
    monthly(demo_unit, "block")
    with station_of(demo_unit, "custodian") as station:
        (due,) = (one for one in station.outlook.endings() if one.what is Ending.SEAL_CHECK)
        assert due.key == SEAL and 27 <= due.days_left(station.now().date()) <= 30
        station.ready_to_seal(case)
    with days_on(demo_unit, "custodian", 40) as station:
        (due,) = (one for one in station.outlook.endings() if one.what is Ending.SEAL_CHECK)
        assert due.days_left(station.now().date()) < 0
        assert code_of(lambda: station.ready_to_seal(case)) == "SEAL_CHECK_OVERDUE"
        pin = pin_of(demo_unit, "custodian")
        station.check_seal(SEAL, pin, [], "未查验")
        assert code_of(lambda: station.ready_to_seal(case)) == "SEAL_CHECK_OVERDUE"
        station.check_seal(SEAL, pin, TICKED)
        station.ready_to_seal(case)


def test_a_check_by_a_clock_that_was_ahead_puts_nothing_off(demo_unit: DemoUnit) -> None:
    monthly(demo_unit, "block")
    with days_on(demo_unit, "custodian", 80) as station:
        station.check_seal(SEAL, pin_of(demo_unit, "custodian"), TICKED)
        (ahead,) = station.seals.checks()
    with station_of(demo_unit, "security-admin", demo_unit.home("custodian")) as station:
        station.accept_clock("时钟曾快八十天")
    with days_on(demo_unit, "custodian", 40) as station:
        (row,) = station.seals.checks()
        assert row.last is None and row.until < station.now().date().isoformat() < ahead.until
        station.check_seal(SEAL, pin_of(demo_unit, "custodian"), TICKED)
        (row,) = station.seals.checks()
        assert row.last is not None and row.until < ahead.until


def test_where_the_pack_only_reminds_it_may_be_used(demo_unit: DemoUnit, tmp_path: Path) -> None:
    case = Office(demo_unit, tmp_path / "stick").approved()
    monthly(demo_unit, "remind")
    with days_on(demo_unit, "custodian", 40) as station:
        assert any(one.what is Ending.SEAL_CHECK for one in station.outlook.endings())
        station.ready_to_seal(case)


async def test_from_what_ends_soon_to_the_recorded_check(demo_unit: DemoUnit) -> None:
    monthly(demo_unit, "block")
    async with at_home(demo_unit, "custodian") as person:
        await person.press("x", "end", "enter")
        while person.name == "EndingsScreen":
            await person.press("up", "enter")
        assert person.name == "SealCheckScreen", person.screen
        await person.press("space", "enter", "space", "enter")
        await person.type("在库")
        await person.press("f9")
        assert person.name == "PinScreen" and "Impression right" in person.screen, person.screen
        await person.type(demo_unit.person("custodian")["pin"])
        await person.press("enter")
        assert "The check is passed and recorded." in person.screen, person.screen
        assert "NOT in order" not in person.screen
        await person.press("f9")
        assert "The check is recorded." in person.screen
    last = [one for one in held(demo_unit, "custodian").entries if one.kind == "seal-checked"][-1]
    assert (last.facts["failed"], last.facts["finding"]) == ([], "在库")


async def test_a_failed_check_says_what_to_do(demo_unit: DemoUnit) -> None:
    async with at_home(demo_unit, "custodian") as person:
        await person.press("g", "k")
        assert person.name == "SealChecksScreen" and "none yet" in person.screen, person.screen
        await person.press("enter", "f9")
        await person.type(demo_unit.person("custodian")["pin"])
        await person.press("enter")
        assert "The check is NOT passed" in person.screen and "NOT in order" in person.screen
        await person.press("escape")
        assert person.name == "SealChecksScreen" and "none yet" in person.screen, person.screen


def test_by_command(demo_unit: DemoUnit) -> None:
    failed = demo_unit.run("custodian", "custody", "check", SEAL, "--stored")
    assert failed.status == 1 and not failed.json["points"]["device"]
    both = ("--stored", "--undamaged", "--note", "在库")
    passed = demo_unit.run("custodian", "custody", "check", SEAL, *both)
    assert (passed.status, passed.json["passed"]) == (0, True), passed
    row = demo_unit.run("custodian", "custody", "checks").json
    assert row["by"] == demo_unit.person("custodian")["id"] and not row["overdue"]
    refused = demo_unit.run("officer", "custody", "check", SEAL, *both)
    assert refused.json["code"] == "RIGHT_MISSING"


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(1, 60), st.dates(date(2000, 1, 1)))
def test_a_check_holds_until_its_last_day_and_no_longer(
    done: date, months: int, other: date
) -> None:
    last = last_day(done.isoformat(), months)
    assert not is_due(done.isoformat(), months, last)
    assert is_due(done.isoformat(), months, months_after(done.isoformat(), months))
    pack = PaperUnit().with_settings(check_cycle_months=months)
    later = max(done, min(other, date(2090, 1, 1)))
    until = pack.checked_until(done.isoformat(), min(other, date(2090, 1, 1)).isoformat())
    assert until == last_day(later.isoformat(), months)
