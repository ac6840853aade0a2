"""The policy pack on the screen: read by everybody, changed and published by the authority."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from demo_pilot import Person
from demo_unit import DemoUnit
from screens_kit import SMALL, application
from station_kit import lasting_jail, pin_of, station_of
from test_screens_work import at, case_in, code_on, give_pin, import_all

from airseal.founding.demo import SEAL
from airseal.model.case import CaseState
from airseal.model.catalogue import ArchiveClass
from airseal.model.level import Level
from airseal.model.matter import Matter
from airseal.model.problem import Problem
from airseal.model.seal import SealAct
from airseal.screens.authority import AuthorityScreen
from airseal.screens.policy import PolicyScreen
from airseal.screens.seal_entry import SealEntryScreen
from airseal.screens.session import Session
from airseal.screens.widgets.message_line import MessageLine
from airseal.station.seals import Entry
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
        await person.press("down", "enter")
        screen = person.screen
        assert "S1-4.3" in screen
        await person.press("right", "f9")
        assert "1 处改动尚未发布" in person.screen
        await person.press("d")
        assert "仅限登记的模板" in person.screen
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
        await person.press("f9")
        assert "科长" in person.screen
        await person.press("tab", "tab", "tab", "right", "right")
        await person.press("f9")
        assert "单位主要领导" in person.screen


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
        await person.press("d")
        changes = person.screen
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
        await person.press("d")
        assert "是" in person.screen


async def enter(person: Person, act: int, reason: str, *more: str) -> None:
    """The ``act``-th of what can be entered of the seal, its reason and the fields after it."""
    await person.press(*["right"] * act, "enter")
    await person.type(reason)
    for words in more:
        await person.press("enter")
        await person.type(words)
    await person.press("f9")


async def test_what_became_of_a_seal_is_entered_until_it_is_destroyed(
    demo_unit: DemoUnit, tmp_path: Path
):
    """LC-16, LC-30, LC-32, LC-34, C-14: one act an entry, and at other stations it stops the seal.

    Retired, approved, deregistered, destroyed: four entries, each signed.
    """
    import_all(demo_unit, "custodian")
    pin = demo_unit.person("authority")["pin"]
    async with at(demo_unit, "authority", AuthorityScreen) as person:
        await person.press("slash")
        await person.type("公章")
        await person.press("enter", "enter")
        assert person.name == "SealEntryScreen", person.screen
        for number, reason in ((3, "单位更名"), (0, "局长批准"), (0, "已交回")):
            await enter(person, number, reason)
            assert reason in person.screen, "seen before the PIN"
            await give_pin(person, pin)
            assert person.name == "AuthorityScreen", person.screen
            await person.press("enter")
        assert "已注销" in person.screen and "已交回" in person.screen
        await enter(person, 0, "销毁", "", "吴某=保密；李某=办公室")
        assert code_on(person) == "WITNESSES_MISSING", person.screen
        await person.type("；周某=印章管理")
        await person.press("f9")
        await give_pin(person, pin)
        await person.press("enter")
        assert "没有可登记的变动" in person.screen
        await person.press("f9")
        assert person.name == "SealEntryScreen"
        session = person.app.screen.session
        with session.station.signing(pin_of(demo_unit, "authority")) as signer:
            path = session.station.export_registry(tmp_path, signer).path
        record = session.station.registry.seals[SEAL][1]
        assert (record.number, record.standing, len(record.witnesses)) == (5, "destroyed", 3)
        with pytest.raises(Problem, match="MOVE_ILLEGAL"):
            session.station.seals.may_register(Entry(SEAL, SealAct.RESUME, "又用"))
    async with at(demo_unit, "custodian", lambda one: SealEntryScreen(one, SEAL)) as person:
        station = person.app.screen.session.station
        station.import_file(path)
        case = case_in(station, CaseState.APPROVED)
        with pytest.raises(Problem, match="SEAL_NOT_VALID"):
            station.ready_to_seal(case)
        with pytest.raises(Problem, match="RIGHT_MISSING"):
            station.seals.may_register(Entry(SEAL, SealAct.RESUME, "又用"))
        await person.press("f9")
        assert person.name == "SealEntryScreen", "others only read"
    with station_of(demo_unit, "system-admin") as station:
        assert not station.offices.ties("zhang").seals, "nothing is left to hand over (PE-01)"


def test_a_suspended_seal_comes_back_only_filed_where_the_pack_says(demo_unit: DemoUnit):
    """LC-15, LC-39."""
    with (
        station_of(demo_unit, "authority") as station,
        station.signing(pin_of(demo_unit, "authority")) as signer,
    ):
        pack = station.rules.pack
        strict = replace(pack.settings, filing_before_enabling=True)
        station.rules.publish(replace(pack, settings=strict), signer)
        station.seals.register(Entry(SEAL, SealAct.SUSPEND, "密码外泄"), signer)
        for entry, code in (
            (Entry(SEAL, SealAct.RESUME, "已检查"), "SEAL_NOT_FILED"),
            (Entry(SEAL, SealAct.RESUME, " ", "公备7"), "REASON_MISSING"),
            (Entry("nothing", SealAct.RESUME, "已检查", "公备7"), "SEAL_UNKNOWN"),
            (Entry(SEAL, SealAct.FIND, "已检查", "公备7"), "MOVE_ILLEGAL"),
        ):
            with pytest.raises(Problem, match=code):
                station.seals.may_register(entry)
        station.seals.register(Entry(SEAL, SealAct.RESUME, "已检查", "公备7"), signer)
        today = station.now().date().isoformat()
        assert station.registry is not None
        assert station.registry.seals[SEAL][1].valid_on(today)
        assert not station.registry.barred
