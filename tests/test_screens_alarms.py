"""The alarms on the first page, and the page that answers them."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from demo_pilot import Person, at_demo, at_home
from demo_unit import DemoUnit, copied
from guard_kit import appoint_guard, at_guard
from station_kit import lasting_jail, pin_of, station_of

from airseal.screens.home import HomeScreen
from airseal.screens.session import Session
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


def set_back(unit: DemoUnit, place: Path) -> None:
    """The drafter's station sends, is set back, and sends again; the checker imports both."""
    stick, keep, home = place / "stick", place / "keep", unit.home("drafter")
    stick.mkdir()
    shutil.copytree(home, keep)
    for again in (False, True):
        if again:
            shutil.rmtree(home)
            shutil.copytree(keep, home)
        pin = pin_of(unit, "drafter")
        with station_of(unit, "drafter") as station, station.signing(pin) as signer:
            path = station.export([station.cases()[0].id], stick, signer).path
        with station_of(unit, "checker") as station:
            station.import_file(path)


@pytest.fixture
def unit(built_demo: DemoUnit, tmp_path: Path) -> Iterator[DemoUnit]:
    with copied(built_demo, tmp_path / "unit") as copy:
        yield copy


async def opened(person: Person) -> str:
    """The page of alarms, by the number of its pile on the first page."""
    row = next(line for line in person.screen.splitlines() if "警报：" in line)
    await person.press(row.split()[0].strip("│ "))
    assert person.name == "AlarmsScreen"
    return person.screen


async def test_without_an_alarm_there_is_no_pile_of_alarms(unit: DemoUnit):
    async with at_home(unit, "checker") as person:
        assert "警报：" not in person.screen


async def test_alarms_stand_on_the_first_page_until_they_are_answered(
    unit: DemoUnit, tmp_path: Path
):
    set_back(unit, tmp_path)
    appoint_guard(unit, "checker")
    async with at_home(unit, "checker") as person:
        assert "bureau/drafter" in await opened(person)
        await person.press("o")
        await person.type("核实过")
        await person.press("enter")
        assert "RIGHT_MISSING" in person.screen
    async with at_demo(unit, "checker") as person:
        session = Session(at_guard(unit, "checker"), unit.usb)
        person.app.let_in(session.situation, HomeScreen(session), session.close)
        await person.wait()
        await opened(person)
        await person.press("o")
        asked = person.screen
        assert "两本" in asked
        await person.type("硬盘损坏，由旧副本恢复")
        await person.press("enter")
        assert "没有警报" in person.screen
        await person.press("escape")
        assert person.name == "HomeScreen"
        assert "警报：" not in person.screen
