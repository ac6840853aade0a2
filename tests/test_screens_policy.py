"""The policy pack on the screen: read by everybody, changed and published by the authority."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from demo_pilot import Person
from demo_unit import DemoUnit
from screens_kit import SMALL, application
from station_kit import lasting_jail, pin_of, station_of

from airseal.model.level import Level
from airseal.model.matter import Matter
from airseal.model.problem import Problem
from airseal.model.retention import ArchiveClass
from airseal.screens.policy import PolicyScreen
from airseal.screens.session import Session
from airseal.screens.widgets.message_line import MessageLine
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


@asynccontextmanager
async def rules_at(unit: DemoUnit, post: str) -> AsyncIterator[Person]:
    with station_of(unit, post) as station:
        session = Session(station, unit.usb)
        app = application(screen=lambda: PolicyScreen(session), situation=session.situation)
        async with app.run_test(size=SMALL) as pilot:
            person = Person(app, pilot, unit)
            await person.wait()
            yield person
            for error in person.errors:
                raise error


def pack_on(person: Person):
    return person.app.screen.session.station.rules.pack


async def test_a_setting_is_changed_compared_and_published(demo_unit: DemoUnit):
    async with rules_at(demo_unit, "authority") as person:
        assert "C-01" in person.screen
        screen = await person.press("down", "enter")
        assert "S1-4.3" in screen
        await person.press("right", "f9")
        assert "1 处改动尚未发布" in person.screen
        assert "仅限登记的模板" in await person.press("d")
        await person.press("escape", "p")
        assert person.name == "PinScreen"
        await person.type(pin_of(demo_unit, "authority").reveal().decode())
        await person.press("enter")
        assert pack_on(person).number == 2
        assert pack_on(person).settings.blank_forms == "registered"
        assert "尚未发布" not in person.screen


async def test_a_row_that_asks_nobody_is_refused_by_its_name(demo_unit: DemoUnit):
    async with rules_at(demo_unit, "authority") as person:
        await person.press("n")
        assert person.name == "RowScreen"
        await person.type("新行")
        await person.press("enter")
        await person.type("S0-9")
        await person.press("f9")
        assert person.app.screen.query_one(MessageLine).code == "PACK_FORM"
        assert "新行" in person.screen
        await person.press("enter")
        await person.type("科长*2, 分管领导")
        await person.press("f9")
        assert person.name == "PolicyScreen"
        assert "1 处改动尚未发布" in person.screen or "改动尚未发布" in person.screen


async def test_trying_out_who_would_have_to_approve(demo_unit: DemoUnit):
    async with rules_at(demo_unit, "officer") as person:
        await person.press("y")
        assert "科长" in await person.press("f9")
        await person.press("tab", "tab", "tab", "right", "right")
        assert "单位主要领导" in await person.press("f9")


async def test_others_read_and_do_not_change(demo_unit: DemoUnit):
    async with rules_at(demo_unit, "officer") as person:
        assert "新增一行" not in person.screen
        await person.press("n")
        assert person.name == "PolicyScreen"
        await person.press("down", "enter", "right", "f9")
        assert person.name == "SettingScreen"


async def go_to(person: Person, part: str, words: str) -> None:
    """Put the cursor on the line of ``part`` that says ``words``, by the filter."""
    await person.press("slash")
    await person.type(words)
    await person.press("enter")
    assert part in person.screen, person.screen


async def test_a_kind_and_a_seal_type_are_added_compared_and_published(demo_unit: DemoUnit):
    async with rules_at(demo_unit, "authority") as person:
        await person.press("k")
        await person.type("minutes")
        await person.press("enter")
        await person.type("会议纪要")
        await person.press("tab", "tab", "right", "right")
        assert "30 年" in person.screen
        await person.press("f9")
        assert person.name == "PolicyScreen", person.screen
        await go_to(person, "会议纪要", "minutes")
        assert "保管期限：30 年" in person.screen, "X-20"
        await person.press("escape", "t")
        await person.type("meeting")
        await person.press("enter")
        await person.type("会议专用章")
        await person.press("enter")
        await person.type("会议纪要")
        await person.press("f9")
        assert person.name == "PolicyScreen", person.screen
        assert "2 处改动尚未发布" not in person.screen, "each field of a new thing is a change"
        changes = await person.press("d")
        assert "会议专用章" in changes
        assert "minutes" in changes
        await person.press("escape", "n")
        await person.type("会议用印")
        await person.press("enter")
        await person.type("S0-9")
        await person.press("enter")
        await person.type("科长")
        await person.press("enter", "enter")
        await person.type("会议专用章")
        await person.press("f9", "p")
        await person.type(pin_of(demo_unit, "authority").reveal().decode())
        await person.press("enter")
        pack = pack_on(person)
        kind = pack.catalogue.kind("minutes")
        assert (kind.name, kind.archive) == ("会议纪要", ArchiveClass.THIRTY)
        assert pack.catalogue.seal_type("meeting").scope == ("minutes",)
        matter = Matter(kind="official")
        with pytest.raises(Problem, match="KIND_OUT_OF_SCOPE"):
            pack.route(matter, Level.INTERNAL, ["meeting"])
        assert pack.route(Matter(kind="minutes"), Level.INTERNAL, ["meeting"]).total == 1


async def test_forbidding_a_kind_is_enforced_and_named(demo_unit: DemoUnit):
    async with rules_at(demo_unit, "authority") as person:
        await go_to(person, "印章种类", "用于任何文种；不得用于")
        await person.press("enter")
        assert person.name == "SealTypeScreen"
        await person.press("tab", "tab")
        await person.type("合同")
        await person.press("f9")
        assert person.app.screen.query_one(MessageLine).code == "PACK_FORM"
        assert "既在用印范围内又被禁用：official" in person.screen


async def test_a_kind_in_use_is_not_removed_and_the_row_is_named(demo_unit: DemoUnit):
    async with rules_at(demo_unit, "authority") as person:
        await go_to(person, "文种", "blank-form")
        await person.press("x")
        assert person.app.screen.query_one(MessageLine).code == "PACK_FORM"
        assert "目录中没有" in person.screen or "不在目录中" in person.screen
        assert "改动尚未发布" not in person.screen


async def test_a_kind_that_is_renamed_keeps_what_its_page_does_not_show(demo_unit: DemoUnit):
    async with rules_at(demo_unit, "authority") as person:
        before = person.app.screen._pack.catalogue.kind("official")
        await go_to(person, "文种", "official")
        await person.press("enter", "tab")
        await person.type("（改）")
        await person.press("f9")
        after = person.app.screen._pack.catalogue.kind("official")
        assert after == replace(before, name=after.name) != before
        assert before.elements
        assert before.archive is ArchiveClass.THIRTY


async def test_the_pack_itself_is_renamed(demo_unit: DemoUnit):
    async with rules_at(demo_unit, "authority") as person:
        await person.press("enter")
        assert person.name == "PackScreen"
        await person.press("tab", "tab", "tab", "tab", "right", "f9")
        assert "1 处改动尚未发布" in person.screen
        assert "是" in await person.press("d")
