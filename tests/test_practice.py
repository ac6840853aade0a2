"""Practice from the login: TEST seals, a tour that leads where it says, nothing left (SU-05)."""

import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from demo_pilot import Person, at_demo
from demo_unit import DemoUnit
from station_kit import lasting_jail, station_of

from airseal.founding.demo import BUILDING, SEAL, TEST_SEAL_NAME
from airseal.founding.practice import Practice
from airseal.model.people import Post
from airseal.model.problem import Problem
from airseal.model.secret import Secret
from airseal.screens.tour import PASSWORD, PIN, TOURS
from airseal.screens.widgets.tour_line import TourLine
from airseal.station.opened import Station
from airseal.text import use_language
from transfer.errors import TransferError


@pytest.fixture(scope="module", autouse=True)
def jail() -> Iterator[None]:
    """One jail for all stations here."""
    with lasting_jail():
        yield


@pytest.fixture(autouse=True)
def chinese() -> Iterator[None]:
    use_language("zh_CN")
    yield
    use_language("zh_CN")


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where practice is made; everything in it is practice."""
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    return place


def left(temporary: Path) -> list[Path]:
    """What practice has not cleared away."""
    return list(temporary.iterdir())


async def test_every_tour_leads_where_it_says(demo_unit: DemoUnit, temporary: Path):
    tokens = os.environ["SOFTHSM2_CONF"]
    async with at_demo(demo_unit, "custodian") as person:
        await person.press("enter", "f7")
        assert person.name == "StartScreen", person.screen
        assert "练习单位人员" in person.screen
        assert "导引 1/1" in person.screen
        (place,) = left(temporary)
        assert os.environ["SOFTHSM2_CONF"].startswith(str(place))
        for post in TOURS:
            await go_round(person, post)
        await person.press("escape")
        assert person.name == "StartScreen"
        assert "练习" not in person.screen and "导引" not in person.screen
    assert left(temporary) == []
    assert os.environ["SOFTHSM2_CONF"] == tokens


async def until(person: Person, screen: str) -> None:
    """A login and a lock hand over to another screen, which takes more than one wait."""
    for _ in range(100):
        if person.name == screen and person.screen:
            return
        await person.wait()


async def go_round(person: Person, post: Post) -> None:
    """Choose the person of ``post`` and do what the tour says, to its end."""
    people = re.findall(r"^ [> ] +([a-z]+) ", person.screen, re.M)
    one = next(row for row in person.unit.told["people"] if row["post"] == post)
    await person.press("home", *["down"] * people.index(one["id"]), "enter")
    typed = {PASSWORD: one["password"], PIN: one["pin"]}
    for number, step in enumerate(TOURS[post], start=1):
        await until(person, step.screen)
        seen = f"{post} {number}: {step.screen}\n{person.screen}"
        assert person.name == step.screen, seen
        assert f"导引 {number}/{len(TOURS[post])}" in person.screen, seen
        assert person.screen.startswith("  练习 "), seen
        if PIN in step.keys or PASSWORD in step.keys:
            assert one["pin" if PIN in step.keys else "password"] in person.screen, seen
        for key in step.keys:
            text = typed.get(key, key[1:] if key.startswith("'") else None)
            await (person.press(key) if text is None else person.type(text))
    await until(person, "StartScreen")
    assert not person.errors
    assert person.name == "StartScreen", person.screen


async def test_the_tour_is_put_away_and_fetched_again(demo_unit: DemoUnit, temporary: Path):
    async with at_demo(demo_unit, "checker") as person:
        await person.press("enter")
        await person.press("f1")
        assert "F12" not in person.screen, "no tour outside practice"
        await person.press("escape", "f12")
        assert "登录页面进入练习" in person.screen
        await person.press("f7", "f12")
        assert "导引 1/1" not in person.screen
        await person.press("enter")
        assert person.name == "LoginScreen"
        assert not person.app.screen.query_one(TourLine).display
        await person.press("f7")
        assert "现在已是练习" in person.screen
        await person.press("f12")
        assert "导引 1/" in person.screen
        await person.press("f1")
        assert "不在导引之内" in person.screen
    assert left(temporary) == [], "ending the program ends practice"


def test_its_seal_is_a_test_seal_and_nothing_of_it_gets_into_another_home(
    demo_unit: DemoUnit, temporary: Path
):
    practice = Practice.begin()
    try:
        checker = practice.home.person("zhao")
        sealed = next(practice.home.usb.glob("custodian-*"))
        home = practice.home.stations[Post.CHECKER]
        with Station.open(home, checker.id, Secret(checker.password)) as station:
            verdict = station.verify_file(sealed)
            assert station.registry is not None
            record = station.registry.seals[SEAL][1]
        assert (verdict.exit_status, verdict.demo) == (0, True)
        assert record.name == TEST_SEAL_NAME
        with station_of(demo_unit, "checker") as outside:
            assert outside.registry is not None
            assert record.impression != outside.registry.seals[SEAL][1].impression
            before = outside.cases()
            for bundle in practice.home.usb.glob("*.airseal"):
                with pytest.raises((Problem, TransferError)):
                    outside.import_file(bundle)
            assert outside.cases() == before
            assert outside.verify_file(sealed).exit_status != 0
    finally:
        practice.close()
    assert left(temporary) == []


def test_building_that_is_called_off_leaves_nothing(temporary: Path):
    before = os.environ.get("SOFTHSM2_CONF")

    def stop(done: int, total: int, what: str) -> None:
        if what == BUILDING[1]:
            raise Problem("CANCELLED")

    with pytest.raises(Problem, match="CANCELLED"):
        Practice.begin(stop)
    assert left(temporary) == []
    assert os.environ.get("SOFTHSM2_CONF") == before
