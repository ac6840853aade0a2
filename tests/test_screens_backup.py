"""Backups at the keyboard: make one, test it; only administrators see the key."""

from collections.abc import Iterator

import pytest
from demo_pilot import at_home
from demo_unit import DemoUnit
from screens_kit import LARGE
from station_kit import lasting_jail

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


async def test_an_administrator_makes_and_tests_a_backup(demo_unit: DemoUnit) -> None:
    async with at_home(demo_unit, "system-admin", LARGE) as person:
        assert "!备份 尚无备份" in person.screen
        await person.press("b")
        assert person.name == "BackupsScreen" and "此介质上没有备份" in person.screen
        await person.press("n")
        assert "第 1 号备份已写入介质并读回核对" in person.screen, person.screen
        await person.press("t")
        assert "第 1 号备份试恢复成功" in person.screen, person.screen
        piece = next(path for path in demo_unit.usb.rglob("pieces/*/*"))
        piece.write_bytes(b"rotten")
        await person.press("t")
        assert "备份有一块缺失或损坏" in person.screen, person.screen
        await person.press("n")
        assert "新写" in person.screen
        await person.press("escape")
        assert "第 2 号，今天；今天试恢复成功" in person.screen, person.screen
        assert "+备份 今天" in person.screen


async def test_others_have_no_such_key(demo_unit: DemoUnit) -> None:
    async with at_home(demo_unit, "custodian") as person:
        assert "b 备份" not in person.screen
        await person.press("b")
        assert person.name == "HomeScreen"
