"""Accounts at the keyboard: a newcomer's first day, from the administrator to the own password."""

import re
from collections.abc import Iterator

import pytest
from demo_pilot import at_demo, at_home
from demo_unit import DemoUnit
from station_kit import lasting_jail

from airseal.model.secret import Secret
from airseal.screens.widgets.message_line import MessageLine
from airseal.station import Station
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
        await person.press("n")
        for text in ("sun", "孙新人", "13912350769"):
            await person.type(text)
            await person.press("enter")
        assert person.name == "OnceScreen"
        shown = re.search(r"\w{4}-\w{4}-\w{4}-\w{4}", person.screen)
        assert shown is not None
        await person.press("escape")
        assert person.name == "AccountsScreen" and "尚无岗位" in person.screen
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
