"""What was refused on import is kept aside, told, copied out, cleared away."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from demo_pilot import Person, at_demo, at_home
from demo_unit import DemoUnit, copied
from guard_kit import appoint_guard, at_guard
from station_kit import faults, lasting_jail, station_of
from test_flows_stations import code_of

from airseal.model.digest import sha256
from airseal.screens.home import HomeScreen
from airseal.screens.session import Session
from airseal.text import use_language
from transfer.errors import TransferError


@pytest.fixture(scope="module", autouse=True)
def jail() -> Iterator[None]:
    with lasting_jail():
        yield


@pytest.fixture
def chinese() -> Iterator[None]:
    use_language("zh_CN")
    yield
    use_language("zh_CN")


@pytest.fixture(scope="module")
def unit(built_demo: DemoUnit, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoUnit]:
    """A checker's station that has refused two files; a guard is appointed there."""
    folder = tmp_path_factory.mktemp("quarantine")
    with copied(built_demo, folder / "unit") as unit:
        cut = folder / "cut.airseal"
        cut.write_bytes(unit.waiting(2).read_bytes()[:-100])
        none = folder / "\x1b[31m[b]none.airseal"
        none.write_bytes(b"not a bundle at all")
        with station_of(unit, "checker") as station:
            for path in (cut, none):
                with pytest.raises(TransferError):
                    station.import_file(path)
        appoint_guard(unit, "checker")
        yield unit


def test_everybody_who_imports_sees_what_was_refused_and_why(unit: DemoUnit) -> None:
    with station_of(unit, "checker") as station:
        found = station.quarantine
        assert {one.problem.code for one in found} == {
            "BUNDLE_NOT_A_BUNDLE",
            next(one.problem.code for one in found if one.name == "cut.airseal"),
        }
        assert {one.by for one in found} == {unit.person("checker")["id"]}
        # The checker may look, but not touch.
        file = found[0].file
        assert code_of(lambda: station.clear_refused(file, "已查明")) == "RIGHT_MISSING"
        assert code_of(lambda: station.copy_refused(file, unit.usb)) == "RIGHT_MISSING"


async def open_quarantine(person: Person) -> None:
    """By the number of its pile on the first page."""
    rows = [line for line in person.screen.splitlines() if "隔离区" in line]
    assert rows, person.screen
    await person.press(rows[0].split()[0].strip("│ "))


async def test_listed_copied_and_cleared_by_keys(unit: DemoUnit, chinese: None) -> None:
    async with at_home(unit, "checker") as person:
        await open_quarantine(person)
        assert person.name == "QuarantineScreen"
        assert re.search(r"第 \d+ 期", person.screen), "which register it is (E-12)"
        assert "cut.airseal" in person.screen
        assert "\x1b[31m" not in person.screen
        assert "x 清除" not in person.screen, "that is the security administrator's"
    async with at_demo(unit, "checker") as person:
        session = Session(at_guard(unit, "checker"), unit.usb)
        person.app.let_in(session.situation, HomeScreen(session), session.close)
        await person.wait()
        await open_quarantine(person)
        assert "x 清除" in person.screen
        await person.press("e")
        (copy,) = unit.usb.glob("*.refused")
        file = sha256(copy.read_bytes())
        assert file in {one.file for one in session.station.quarantine}
        await person.press("x")
        await person.type("已查明，发送方介质损坏")
        await person.press("enter")
        assert len(session.station.quarantine) == 1
        assert not session.station.holds(file)
    assert faults(unit, "checker") == []
    with station_of(unit, "checker") as station:
        assert file not in {one.file for one in station.quarantine}


def test_by_command_line(unit: DemoUnit, tmp_path: Path) -> None:
    told = unit.run("checker", "quarantine", "list").json
    # Which of the two are left depends on the test before; one alone is no list.
    listed = told[0] if isinstance(told, list) else told
    assert listed["hint"]
    refused = unit.run("checker", "quarantine", "clear", listed["file"], "--reason", "x")
    assert refused.json["code"] == "RIGHT_MISSING"
