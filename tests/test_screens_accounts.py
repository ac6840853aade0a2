"""Accounts at the keyboard: a newcomer's first day, from the administrator to the own password."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from demo_pilot import at_demo, at_home
from demo_unit import DemoUnit
from station_kit import lasting_jail
from test_store_migrate import age

from airseal.model.case import CaseState
from airseal.model.problem import Problem
from airseal.model.secret import Secret
from airseal.screens.widgets.message_line import MessageLine
from airseal.station import Station
from airseal.store import places_on
from airseal.text import use_language


@pytest.fixture(scope="module", autouse=True)
def jail() -> Iterator[None]:
    with lasting_jail():
        yield


@pytest.fixture(autouse=True)
def chinese() -> Iterator[None]:
    use_language("zh_CN")
    yield
    use_language("zh_CN")


def code_on(person) -> str:
    return person.app.screen.query_one(MessageLine).code


async def log_in(person, who: str, password: str) -> None:
    """At the custodian's station, as somebody the start page does not know."""
    await person.press("home", *["down"] * 3, "enter")
    await person.press("up", "ctrl+u")
    await person.type(who)
    await person.press("enter")
    await person.type(password)
    await person.press("enter")


async def test_a_newcomers_first_day(demo_unit: DemoUnit) -> None:
    async with at_home(demo_unit, "system-admin") as person:
        await person.press("u")
        assert person.name == "AccountsScreen" and "张保管" in person.screen
        before = re.search(r"登记表期号 +第 (\d+) 期，\d", person.screen)
        assert before is not None, "E-12"
        await person.press("n")
        for text in ("sun", "孙新人", "13912350769"):
            await person.type(text)
            await person.press("enter")
        assert person.name == "OnceScreen"
        shown = re.search(r"\w{4}-\w{4}-\w{4}-\w{4}", person.screen)
        assert shown is not None
        await person.press("escape")
        assert person.name == "AccountsScreen" and "尚无岗位" in person.screen
        assert f"第 {int(before[1]) + 1} 期" in person.screen
        assert shown[0] not in person.screen
    async with at_home(demo_unit, "security-admin") as person:
        await person.press("u")
        assert "开立账号" not in person.screen, "another administrator's key"
        await person.press("home", "down", "a")
        assert person.name == "AppointScreen" and "孙新人" in person.screen, person.screen
        await person.press("right", "right", "right", "right", "right", "enter", "right", "enter")
        assert "核验人" in person.screen
    async with at_demo(demo_unit, "custodian") as person:
        await log_in(person, "sun", shown[0])
        assert person.name == "PasswordScreen" and "初始密码" in person.screen
        for text in (shown[0], "password1", "password1"):
            await person.type(text)
            await person.press("enter")
        assert person.name == "PasswordScreen" and code_on(person) == "PASSWORD_COMMON"
        for text in (shown[0], "Wide-River-88k", "Wide-River-99k"):
            await person.type(text)
            await person.press("enter")
        assert code_on(person) == "PASSWORDS_DIFFER"
        for text in (shown[0], "Wide-River-88k", "Wide-River-88k"):
            await person.type(text)
            await person.press("enter")
        assert person.name == "LoginScreen"
        await person.type("Wide-River-88k")
        await person.press("enter")
        assert person.name == "HomeScreen" and "孙新人" in person.screen


async def test_a_custodian_sees_no_accounts(demo_unit: DemoUnit) -> None:
    async with at_home(demo_unit, "custodian") as person:
        await person.press("u")
        assert person.name == "HomeScreen"


async def test_the_station_locks_when_nobody_is_there(demo_unit: DemoUnit) -> None:
    async with at_demo(demo_unit, "checker") as person:
        await person.log_in("checker")
        assert person.name == "HomeScreen"
        person.app.lock_if_idle()
        await person.wait()
        assert person.name == "HomeScreen", "a key was pressed just now"
        person.app._touched -= 10 * 60
        person.app.lock_if_idle()
        await person.wait()
        assert person.name == "StartScreen"
    home, who = demo_unit.home("checker"), demo_unit.person("checker")
    with Station.open(home, who["id"], Secret(who["password"])) as station:
        kinds = [entry.kind for entry in station._ports.store.entries()]
    assert kinds[-2:] == ["station-locked", "login"]


async def fill(person, *texts: str) -> None:
    for text in texts:
        await person.type(text)
        await person.press("enter")


async def test_the_own_account_changes_its_pin_and_reports_a_leak(demo_unit: DemoUnit) -> None:
    pin = demo_unit.person("custodian")["pin"]
    async with at_home(demo_unit, "custodian") as person:
        await person.press("w")
        assert person.name == "OwnScreen" and "张保管（zhang）" in person.screen
        await person.press("c")
        await fill(person, pin, "123456", "123456")
        assert person.name == "PinChangeScreen" and code_on(person) == "PIN_WEAK"
        await fill(person, pin, "806153", "806153")
        assert person.name == "OwnScreen" and "806153" not in person.screen
        await person.press("e")
        await fill(person, demo_unit.person("custodian")["password"], "806153")
        assert person.name == "OwnScreen"
        await person.press("f5", "l")
        await person.press("enter")
        await person.press("ctrl+u")
        await fill(person, "9 Uhr")
        assert person.name == "LeakScreen"
        await person.press("ctrl+u")
        await fill(person, "00:00")
        assert person.name == "ActsScreen"
        kinds = [line.split()[-1] for line in person.screen.splitlines() if line.split()]
        assert "登录" in kinds and "login" not in person.screen
    async with at_demo(demo_unit, "custodian") as person:
        await person.press("enter", "f4")
        await fill(person, "806153")
        assert person.name == "PasswordScreen", "the password must be changed, whatever opens"


async def test_two_administrators_recover_from_the_login(demo_unit: DemoUnit) -> None:
    async with at_home(demo_unit, "system-admin") as person:
        await person.press("u", "d")
        assert "chen、wu" in person.screen
    passwords = {post: demo_unit.person(post)["password"] for post in ("system-admin",)}
    passwords["wu"] = demo_unit.person("security-admin")["password"]
    async with at_demo(demo_unit, "custodian") as person:
        await person.press("enter", "f6")
        await fill(person, "chen", passwords["system-admin"], "wu", "wrong", "zhang", "遗忘")
        assert person.name == "RecoverScreen" and code_on(person) == "LOGIN_REFUSED"
        await person.press("escape", "f6")
        again = ("chen", passwords["system-admin"], "wu", passwords["wu"], "zhang", "遗忘")
        await fill(person, *again)
        await person.wait()
        assert person.name == "OnceScreen"
        assert re.search(r"\w{4}-\w{4}-\w{4}-\w{4}", person.screen)


async def test_the_system_administrator_unlocks_and_registers(demo_unit: DemoUnit) -> None:
    agreed = demo_unit.person("authority")["password"]
    async with at_home(demo_unit, "system-admin") as person:
        await person.press("u", "k")
        await fill(person, "zhang", "工作证", "遗忘", "zhou", agreed, "20261122")
        assert person.name == "OnceScreen" and re.search(r"\d{8}", person.screen)
        await person.press("escape")
        assert person.name == "AccountsScreen"
        await person.press("r", "enter", "enter", "enter")
        await fill(person, "U1; U2")
        await person.press("enter", "enter")
        assert person.name == "AccountsScreen"
    with Station.open(
        demo_unit.home("custodian"), "chen", Secret(demo_unit.person("system-admin")["password"])
    ) as station:
        assert station.facts.media == ("U1", "U2")


async def test_the_seal_department_grants_and_takes_back(demo_unit: DemoUnit) -> None:
    async with at_demo(demo_unit, "custodian") as person:
        await log_in(person, "zhou", demo_unit.person("authority")["password"])
        assert person.name == "HomeScreen"
        await person.press("r", "n")
        assert person.name == "GrantScreen"
        await person.type("zhang")
        await person.press("enter", "enter", "enter", "enter")
        await fill(person, "授权书1号")
        assert person.name == "UseRightsScreen" and "授权书" in person.screen, person.screen
        await person.press("x")
        await fill(person, "调岗")
        assert person.name == "UseRightsScreen" and "已收回" in person.screen
        await person.press("h")
        await person.type("zhang")
        await person.press("enter", "enter")
        await fill(person, "失联")
        assert person.name == "UseRightsScreen"
    with Station.open(
        demo_unit.home("custodian"), "zhang", Secret(demo_unit.person("custodian")["password"])
    ) as station:
        station.import_file(demo_unit.waiting(1))
        case = next(row.id for row in station.cases() if row.state is CaseState.APPROVED)
        with pytest.raises(Problem) as refused:
            station.ready_to_seal(case)
    assert refused.value.code == "SEAL_RETIRING"


async def test_an_older_station_is_brought_up_to_date_at_the_login(
    demo_unit: DemoUnit, tmp_path: Path
) -> None:
    """BK-04: what will happen is said first, then a backup, then the migration, then the login."""
    age(demo_unit.home("custodian"))
    own, chen = demo_unit.person("custodian"), demo_unit.person("system-admin")
    async with at_demo(demo_unit, "custodian") as person:
        await person.press("enter")
        await fill(person, own["password"])
        assert person.name == "MigrateScreen"
        assert "先做备份" in person.screen
        await person.press("enter")
        await fill(person, own["password"], str(tmp_path))
        assert code_on(person) == "MIGRATE_POST", "not everybody may"
        await person.press("up", "up", "ctrl+u")
        await fill(person, chen["id"], chen["password"])
        await person.press("enter")
        await person.wait()
        assert person.name == "LoginScreen", person.screen
        assert "第 1 号备份" in person.screen
        await fill(person, own["password"])
        assert person.name == "HomeScreen"
    assert places_on(tmp_path), "the backup is there"
