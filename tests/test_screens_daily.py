"""Daily use: the first page, the piles, searching, what ends soon, what waits for others."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
import time_machine
from demo_pilot import Person, at_home
from demo_unit import DemoUnit, copied
from screens_kit import LARGE, SMALL
from station_kit import lasting_jail, station_of

from airseal.model.case import CaseState
from airseal.model.ending import Ending, Ends, ending_soon
from airseal.screens.widgets.record_list import RecordList
from airseal.station.case_rows import SortBy
from airseal.text import use_language
from transfer.parcel import Kind, Parcel


@pytest.fixture(scope="module", autouse=True)
def jail() -> Iterator[None]:
    """One jail for all stations here: starting it is another test's matter."""
    with lasting_jail():
        yield


@pytest.fixture(autouse=True)
def chinese() -> Iterator[None]:
    use_language("zh_CN")
    yield
    use_language("zh_CN")


@pytest.fixture(scope="module")
def unit(built_demo: DemoUnit, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoUnit]:
    """One copy for those who only look; the custodian holds everything on the stick."""
    with copied(built_demo, tmp_path_factory.mktemp("daily") / "unit") as unit:
        import_everything(unit, "custodian")
        yield unit


def import_everything(unit: DemoUnit, post: str) -> None:
    with station_of(unit, post) as station:
        for found in station.bundles_on(unit.usb):
            station.import_file(unit.usb / found.name)


@dataclass(frozen=True)
class Step:
    """Keys to press or, with ``types``, text to type; where one is then, and what is read."""

    keys: str = ""
    at: str = "HomeScreen"
    zh: str = ""
    en: str = ""
    types: str = ""


async def walk(person: Person, language: str, steps: list[Step]) -> None:
    """Go through a table of steps in one language."""
    for step in steps:
        await person.press(*step.keys.split())
        await person.type(step.types)
        words = step.zh if language == "zh_CN" else step.en
        assert (person.name, words in person.screen) == (step.at, True), (step, person.screen)


LOOKING_AROUND = [
    Step(zh="已批准，待用印", en="Approved, to seal"),
    Step("x", "EndingsScreen", "近期没有到期的内容。", "Nothing ends soon."),
    Step("escape t", "HeardScreen", "示范市数据局 / officer", "示范市数据局 / officer"),
    Step("i", "MediaScreen", "数据包", "undle"),
    Step("escape escape s", "SearchingScreen", "用印事项", "Case"),
    Step("", "SearchingScreen", "印章      示范市数据局公章", "Seal      示范市数据局公章", "公章"),
    Step("enter enter", "FoundScreen", "有效期至", "In use until"),
    Step("escape escape escape s", "SearchingScreen", "张保管", "张保管", "zhang"),
    Step("escape s", "SearchingScreen", "没有符合的内容。", "Nothing fits.", "no such words"),
    Step("enter", "SearchingScreen", "没有符合的内容。", "Nothing fits."),
    Step("f9", "SearchingScreen", "没有找到用印事项。", "No case was found."),
    Step("escape s", "SearchingScreen", "数据安全检查", "数据安全检查", "数据 检查"),
    Step("f9", "ExportScreen", "关于开展数据安全检查的通知", "关于开展数据安全检查的通知"),
    Step("escape", "SearchingScreen", "数据 检查", "数据 检查"),
    Step("enter enter", "CaseScreen", "关于开展数据安全检查的通知", "关于开展数据安全检查的通知"),
    Step("escape escape escape 1", "CasesScreen", "用印期限", "Use until"),
    Step("escape p", "ParkedScreen", "没有待补材料。", "No statement waits for another."),
]


@pytest.mark.parametrize("language", ["zh_CN", "en"])
async def test_everything_can_be_looked_up_from_the_first_page(unit, language):
    use_language(language)
    async with at_home(unit, "custodian") as person:
        await walk(person, language, LOOKING_AROUND)


async def test_what_ends_is_named_on_the_first_page_and_says_what_to_do(demo_unit):
    unit = demo_unit
    import_everything(unit, "custodian")
    with time_machine.travel(datetime.now() + timedelta(days=27), tick=True):
        async with at_home(unit, "custodian") as person:
            row = next(line for line in person.screen.splitlines() if "已批准，待用印" in line)
            assert row.split()[:4] == [">", "1", "1", "!"], "the term ends in three days or less"
            await person.press("1")
            assert "! 20" in person.screen
            # In another month the summary table of this one stands first.
            await person.press("escape", "x", "end")
            assert "事项期限" in person.screen and "须在最后一天之前用印" in person.screen
            await person.press("enter")
            assert person.name == "CaseScreen"


async def test_a_registry_that_ends_is_told_by_name(demo_unit):
    unit = demo_unit
    with station_of(unit, "custodian") as station:
        last = station.registry.snapshot.next_update
    with time_machine.travel(datetime.fromisoformat(last) - timedelta(days=2), tick=True):
        async with at_home(unit, "custodian", LARGE) as person:
            assert "示范市数据局：剩余2天" in person.screen, person.screen
            await person.press("x", "end")
            assert "登记表" in person.screen
            await person.press("enter")
            assert "此处只能打开用印事项、印章定期检查或汇总表。" in person.screen


def test_ends_are_announced_within_the_lead_of_their_kind():
    today = date(2026, 11, 29)

    def ends(what: Ending, days: int) -> Ends:
        return Ends(what, f"{what}{days}", today + timedelta(days=days))

    seals = [ends(Ending.SEAL, days) for days in (-1, 0, 30, 31)]
    terms = [ends(Ending.TERM, days) for days in (7, 8)]
    told = ending_soon([*terms, *seals], today, 30)
    assert [one.key for one in told] == ["seal-1", "seal0", "term7", "seal30"]


async def test_a_parked_statement_says_what_it_lacks_who_has_it_and_how_to_ask(demo_unit):
    decided = demo_unit.run("officer", "import", demo_unit.waiting(0))
    assert decided.status == 0
    case = decided.json["cases"][0]
    ran = demo_unit.run("officer", "decide", case, "--approve", "--reason", "同意")
    assert ran.status == 0, ran.err
    with station_of(demo_unit, "officer") as station:
        (decision,) = [
            signed.p7m
            for signed in station._ports.evidence.closure(
                [s.id for s in station._ports.evidence.case_statements(case)]
            )
            if signed.statement.kind == "decision"
        ]
    with station_of(demo_unit, "custodian") as station:
        station.import_light(Parcel(Kind.STATEMENT, decision))
    async with at_home(demo_unit, "custodian", (110, 30)) as person:
        await person.press("p")
        assert person.name == "ParkedScreen"
        assert "该事项的用印申请" in person.screen
        assert "王审批，示范市数据局 / officer" in person.screen
        await person.press("enter")
        assert person.name == "AskingScreen"
        assert "请将含有「签署审批意见」的事项" in person.screen
        assert case.removeprefix("sha256:")[:4] in person.screen


def test_a_pile_is_counted_paged_filtered_and_sorted(unit):
    with station_of(unit, "custodian") as station:
        stack = station.stack()
        words = {state: state.value for state in CaseState}
        assert len(stack) == len(station.cases())
        assert [row.id for row in stack.page(0, 2)] == [row.id for row in stack.page(0, 10)][:2]
        assert len(stack.matching("安全 通知", words)) == 1
        assert len(stack.matching("公章 李承办", words)) == len(stack)
        assert len(stack.matching("sealed", words)) == 1
        assert not len(stack.matching("sealed 请示", words))
        day = station.now().date()
        assert len(stack.matching(f"{day.month}月{day.day}日", words)) == len(stack)
        for by in SortBy:
            up, down = stack.ordered(by, down=False), stack.ordered(by, down=True)
            assert [line.case for line in up.lines] == [line.case for line in down.lines][::-1]
            assert up.ids == stack.ids


async def test_a_list_of_cases_is_filtered_by_chinese_words_as_they_are_typed(unit):
    async with at_home(unit, "custodian", SMALL) as person:
        await person.press("6", "slash")
        await person.type("目录 函")
        assert person.app.screen.query_one(RecordList).rows.count == 1
        assert "关于公布政务数据目录的函" in person.screen
