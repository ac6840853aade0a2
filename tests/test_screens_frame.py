"""The frame of the program: start page, login, first page, lists, media, registry, verdict."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator

import pytest
from demo_pilot import at_demo, at_home
from demo_unit import DemoUnit, copied
from rich.cells import cell_len
from screens_kit import HOSTILE, LARGE, SMALL
from station_kit import lasting_jail

from airseal.evidence.board import Line
from airseal.model.case import CaseState
from airseal.model.digest import sha256
from airseal.model.people import Post
from airseal.model.problem import Problem
from airseal.model.secret import Secret
from airseal.screens import keymap
from airseal.screens.cases import CasesScreen
from airseal.screens.piles import ALL, piles
from airseal.screens.session import Session
from airseal.screens.widgets.message_line import MessageLine
from airseal.screens.widgets.record_list import RecordList
from airseal.screens.work import Work
from airseal.starting import demo_app, run_demo
from airseal.station import Station
from airseal.station.case_rows import Names, Stack
from airseal.text import use_language

POSTS = ["drafter", "officer", "custodian", "checker", "authority"]


@pytest.fixture(scope="module", autouse=True)
def jail() -> Iterator[None]:
    """One jail for all stations here: starting it is another test's matter."""
    with lasting_jail():
        yield


@pytest.fixture(scope="module")
def unit(built_demo: DemoUnit, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoUnit]:
    """One copy for the tests that only look."""
    with copied(built_demo, tmp_path_factory.mktemp("frame") / "unit") as unit:
        yield unit


@pytest.fixture(autouse=True)
def chinese() -> Iterator[None]:
    use_language("zh_CN")
    yield
    use_language("zh_CN")


def code_on(app) -> str:
    return app.screen.query_one(MessageLine).code


# The way in


async def test_the_start_page_says_what_it_is_and_tells_every_secret_of_the_demo(unit):
    async with at_demo(unit, "custodian") as person:
        assert "演示，使用软件密钥" in person.screen
        for one in unit.told["people"]:
            line = next(row for row in person.screen.splitlines() if one["id"] in row)
            assert one["password"] in line and one["pin"] in line and one["name"] in line
        assert "> zhang" in person.screen


async def test_nobody_gets_in_with_another_password_and_the_field_is_empty_again(unit):
    async with at_demo(unit, "officer") as person:
        await person.press("enter")
        assert "wang" in person.screen
        await person.type("Sign-Room-2025")
        await person.press("enter")
        assert person.name == "LoginScreen"
        assert code_on(person.app) == "LOGIN_REFUSED"
        assert "****" not in person.screen


async def test_before_the_login_nothing_of_the_station_is_on_the_screen(unit):
    async with at_demo(unit, "officer") as person:
        await person.press("enter")
        assert "审批工作站" not in person.screen
        assert str(unit.home("officer")) not in person.screen


@pytest.mark.parametrize(("post", "size"), [*((post, SMALL) for post in POSTS), ("officer", LARGE)])
async def test_the_first_page_shows_the_piles_of_the_post_and_how_things_stand(unit, post, size):
    async with at_home(unit, post, size) as person:
        for number, pile in enumerate(piles(Post(post)), start=1):
            row = next(row for row in person.screen.splitlines() if str(pile.words) in row)
            key, count = row.removeprefix(" >").split()[:2]
            assert (key, count.isdigit()) == (str(number), True)
        assert "+密钥盘 可以使用" in person.screen
        assert "+介质 4 个数据包" in person.screen
        assert "+台账 完好" in person.screen and "+时钟 正常" in person.screen
        assert "其他工作站，截至上次导入" in person.screen
        # With room, each part has its sentence too.
        assert ("软件密钥，仅供演示" in person.screen) == (size == LARGE)
        assert ("第 1 期" in person.screen) == (size == LARGE)
        assert unit.person(post)["name"] in person.screen.splitlines()[0]


async def test_the_first_page_is_the_first_one_until_locking_leads_out(unit):
    async with at_home(unit, "checker") as person:
        await person.press("escape")
        assert person.name == "HomeScreen"
        await person.press("6", "f10")
        assert person.name == "StartScreen"
        assert "核验工作站" not in person.screen
        # The home is free again at once, and so are the homes of the others.
        await person.log_in("checker")
        assert person.name == "HomeScreen"
        await person.press("f10")
        await person.log_in("authority")
        assert "周印管 印章管理部门" in person.screen


async def test_ending_the_program_frees_the_home(unit):
    async with at_home(unit, "checker") as person:
        await person.press("ctrl+q")
    who = unit.person("checker")
    with Station.open(unit.home("checker"), who["id"], Secret(who["password"])) as station:
        assert station.account.post is Post.CHECKER


async def test_another_program_at_the_same_home_is_told_so(unit):
    who = unit.person("checker")
    with Station.open(unit.home("checker"), who["id"], Secret(who["password"])):
        async with at_demo(unit, "checker") as person:
            await person.log_in("checker")
            assert code_on(person.app) == "HOME_BUSY"


def test_a_demonstration_that_is_damaged_or_a_post_that_is_none_is_refused(tmp_path):
    (tmp_path / "demo.json").write_text('{"SOFTHSM2_CONF": "x", "people": [{}]}')
    with pytest.raises(Problem) as refused:
        demo_app(tmp_path, Post.OFFICER)
    assert refused.value.code == "DEMO_MISSING"
    with pytest.raises(Problem) as refused:
        run_demo(tmp_path, "king")
    assert refused.value.code == "POST_UNKNOWN"


FIRST_PAINT = """
import asyncio, sys
from pathlib import Path
from airseal.starting import demo_app
from airseal.model.people import Post
app = demo_app(Path(sys.argv[1]), Post.OFFICER)
async def main():
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        print(" ".join(sorted(sys.modules)))
asyncio.run(main())
"""


def test_the_start_page_is_painted_before_anything_heavy_is_loaded(unit):
    loaded = subprocess.run(
        [sys.executable, "-c", FIRST_PAINT, str(unit.directory)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        env=unit.environment,
    ).stdout.split()
    heavy = {"pyhanko", "pkcs11", "cryptography", "PIL", "pypdfium2", "fpdf", "tinydb"}
    heavy |= {"zxingcpp", "raptorq", "av", "qrcode", "asn1crypto", "msgspec", "xlsxwriter"}
    assert "airseal.screens.start" in loaded
    assert heavy.isdisjoint(loaded)


# The medium


async def test_an_officer_imports_a_request_and_it_waits_once_however_often(demo_unit):
    async with at_home(demo_unit, "officer") as person:
        before = waiting(person)
        await person.press("i")
        go_to(person, demo_unit.waiting(0).name)
        await person.press("enter")
        assert "已导入，来自 示范市数据局（drafter）：1 项用印事项。" in person.screen
        await person.press("enter")
        assert "没有变化" in person.screen
        assert "+ 内容此前已有" in person.screen
        await person.press("escape")
        assert waiting(person) == before + 1


async def test_many_are_imported_each_by_itself(demo_unit):
    (demo_unit.usb / "broken.airseal").write_bytes(b"PK\x03\x04 no bundle")
    assert len(list(demo_unit.usb.glob("*.airseal"))) == 5
    async with at_home(demo_unit, "officer") as person:
        await person.press("i", "asterisk", "i")
        assert "已导入 4 个，拒绝 1 个" in person.screen
        row = next(line for line in person.screen.splitlines() if "broken" in line)
        assert "x 拒绝" in row
        assert "[x]" not in person.screen


async def test_what_is_no_bundle_is_refused_with_a_code_and_nothing_changes(demo_unit):
    for path in demo_unit.usb.iterdir():
        path.unlink()
    (demo_unit.usb / "[@click=app.quit]\x1b[2J.airseal").write_bytes(b"nothing")
    async with at_home(demo_unit, "officer", LARGE) as person:
        await person.press("i")
        assert "[@click=app.quit]␛[2J.airseal" in person.screen
        await person.press("enter")
        assert code_on(person.app).startswith("BUNDLE_")
        assert "\x1b" not in person.screen
        await person.press("escape")
        assert waiting(person) == 0


async def test_of_many_imported_the_refused_one_under_the_cursor_says_why(demo_unit):
    (demo_unit.usb / "cut.airseal").write_bytes(demo_unit.waiting(1).read_bytes()[:40_000])
    async with at_home(demo_unit, "custodian") as person:
        await person.press("i", "asterisk", "i")
        assert "拒绝 1 个" in person.screen
        await person.press("end", "home")
        go_to(person, "cut.airseal")
        await person.wait()
        assert code_on(person.app).startswith("BUNDLE_")
        await person.press("down", "up", "up", "down")
        assert ("[BUNDLE_" in person.screen) == (
            person.app.screen.query_one(RecordList).current == "cut.airseal"
        )


async def test_a_medium_that_is_not_there_is_said_and_another_can_be_named(
    demo_unit, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "stick").mkdir()
    (tmp_path / "stick" / "one.airseal").write_bytes(b"x")
    demo_unit.usb.rename(tmp_path / "gone")
    async with at_home(demo_unit, "officer") as person:
        await person.press("i")
        assert code_on(person.app) == "MEDIUM_GONE"
        await person.press("enter")
        assert person.name == "MediaScreen"
        await person.press("m", "ctrl+u")
        await person.type("nowhere")
        await person.press("enter")
        assert person.name == "MediumScreen"
        assert code_on(person.app) == "MEDIUM_GONE"
        await person.press("ctrl+u")
        await person.type("stick")
        await person.press("enter")
        assert person.name == "MediaScreen"
        assert "one.airseal" in person.screen


async def test_the_checker_sees_five_items_first_then_the_checks(unit):
    sealed = unit.waiting(2)
    async with at_home(unit, "checker", LARGE) as person:
        await person.press("i")
        go_to(person, sealed.name)
        await person.press("v")
        assert person.name == "VerdictScreen"
        said = person.screen
        order = ["张保管", "示范市数据局公章", "PAdES B-LT", "有效", "格式", "真实完整"]
        places = [said.find(words) for words in order[:4]]
        assert -1 not in places and places == sorted(places), said
        assert "演示" in said
        assert "[x]" not in said
        await person.press("escape", "escape", "3")
        assert "此类没有用印事项" in person.screen, "checking must import nothing"


async def test_checking_a_changed_bundle_says_that_it_is_invalid(demo_unit):
    sealed = demo_unit.waiting(2)
    changed = bytearray(sealed.read_bytes())
    changed[len(changed) // 2] ^= 1
    sealed.write_bytes(changed)
    async with at_home(demo_unit, "checker", LARGE) as person:
        await person.press("i")
        go_to(person, sealed.name)
        await person.press("v")
        assert "无效" in person.screen
        assert "[x]" in person.screen


# Lists of cases


async def test_only_the_keys_of_ones_own_post_are_shown_and_work(unit):
    async with at_home(unit, "drafter") as person:
        await person.press("7")
        assert "批准" not in bar(person) and "用印" not in bar(person)
        assert "导出" in bar(person)
        await person.press("a")
        assert person.name == "CasesScreen"
        assert "您的岗位不能进行此操作" in person.screen


async def test_an_empty_pile_says_so_and_why_its_keys_do_nothing(unit):
    async with at_home(unit, "officer", LARGE) as person:
        await person.press("4")
        assert "(e 导出)" in bar(person)
        await person.press("e")
        assert person.name == "CasesScreen"
        assert "> 此类没有用印事项。" in person.screen


async def test_cases_are_filtered_marked_and_exported_together(unit):
    async with at_home(unit, "drafter", LARGE) as person:
        await person.press("7")
        assert "第 1 条，共 3 条" in person.screen
        await person.press("slash")
        await person.type("检查")
        assert "共 1 条" in person.screen
        await person.press("enter", "space", "slash", "escape")
        rows = person.app.screen.query_one(RecordList)
        if rows.current in rows.chosen:
            await person.press("down")
        await person.press("space")
        assert "已标记 2 条" in person.screen
        await person.press("e")
        assert person.name == "ExportScreen"
        assert "关于开展数据安全检查的通知" in person.screen


async def test_the_level_of_a_checked_document_is_in_sight(unit):
    async with at_home(unit, "drafter") as person:
        await person.press("7")
        assert "工作站密级：内部" in person.screen
        await person.press("v")
        assert person.name == "VerdictScreen"
        assert " 内部 " in person.screen.splitlines()[0]
        assert "工作站密级" not in person.screen


async def test_marks_of_cases_that_are_gone_go_with_them(unit):
    async with at_home(unit, "drafter") as person:
        await person.press("7", "asterisk")
        rows = person.app.screen.query_one(RecordList)
        assert len(rows.chosen) == 3
        rows.keep_marks(set(rows.chosen[:1]))
        await person.press("f5")
        assert "已标记 1 条" in person.screen


async def test_a_hostile_title_is_text_and_nothing_else(unit):
    async with at_home(unit, "drafter") as person:
        for title in HOSTILE:
            line = Line(
                case=sha256(b"no such case"),
                title=title,
                state=CaseState.APPROVED,
                level=title,
                drafter=title,
                at=title,
                place=None,
                since=None,
                until=None,
                symbol=title,
                seals=(title,),
            )
            names = Names(lambda _, title=title: title, lambda _: "", str, str)
            screen = CasesScreen(person.app.screen.session, ALL)
            await person.app.push_screen(screen)
            await person.wait()
            screen._show(Stack([line], names))
            await person.wait()
            assert "\x1b" not in person.screen and "\u202e" not in person.screen
            assert all(cell_len(line) <= SMALL[0] for line in person.screen.splitlines())
            assert person.name == "CasesScreen"
            await person.press("escape")
            assert person.name == "HomeScreen"


# The registry, and what waits


async def test_the_registry_tells_people_seals_units_rules_and_lists(unit):
    async with at_home(unit, "authority", LARGE) as person:
        await person.press("g")
        for words in ("王审批", "示范市数据局公章", "示范市档案局", "保管人张保管", "42.0 毫米"):
            assert words in person.screen
        assert "第 1 条，共 17 条" in person.screen
        await person.press("p")
        assert person.name == "ExportScreen"


async def test_only_the_seal_department_exports_the_registry(unit):
    async with at_home(unit, "officer") as person:
        await person.press("g", "p")
        assert person.name == "AuthorityScreen"
        assert "您的岗位不能进行此操作" in person.screen


async def test_statements_that_wait_have_a_pile_of_their_own(unit):
    async with at_home(unit, "officer") as person:
        await person.press("p")
        assert person.name == "ParkedScreen"
        assert "没有待补材料" in person.screen


# Everywhere


async def test_every_screen_has_help_speaks_both_languages_and_leads_back(unit):
    async with at_home(unit, "officer") as person:
        for way in [("i",), ("g",), ("6",), ("7",), ("i", "m"), ("i", "v")]:
            await person.press(*way)
            chinese, name = heading(person), person.name
            await person.press("f2")
            english = heading(person)
            assert english != chinese and english.isascii()
            await person.press("f1")
            assert person.name == "HelpScreen"
            await person.press("escape")
            assert person.name == name
            await person.press("f2")
            assert heading(person) == chinese
            await person.press(*["escape"] * len(way))
            assert person.name == "HomeScreen"


async def test_a_station_serves_one_duty_at_a_time(unit):
    who = unit.person("officer")
    with Station.open(unit.home("officer"), who["id"], Secret(who["password"])) as station:
        session = Session(station, unit.usb)

        def look() -> str:
            with session.at_work(Work()):
                return "looked"

        with session.at_work(Work()):
            later = asyncio.create_task(asyncio.to_thread(look))
            done, _ = await asyncio.wait([later], timeout=0.2)
            assert not done, "two threads were at the station at once"
        assert await later == "looked"


def waiting(person) -> int:
    """The count of the first pile."""
    row = next(line for line in person.screen.splitlines() if " 1     " in line)
    return int(row.removeprefix(" >").split()[1])


def heading(person) -> str:
    return person.screen.splitlines()[1].strip()


def bar(person) -> str:
    return "\n".join(person.screen.splitlines()[-2:])


def go_to(person, name: str) -> None:
    """Put the cursor on the record ``name``."""
    rows = person.app.screen.query_one(RecordList).rows
    while rows.current != name:
        before = rows.cursor
        rows.action_move(1)
        assert rows.cursor != before, f"{name} is not in the list"


def test_no_two_actions_have_one_name():
    names = [action.name for action in keymap._ACTIONS]
    assert len(names) == len(set(names))
