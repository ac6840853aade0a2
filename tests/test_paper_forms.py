"""The forms that are printed and signed by hand: application, traditional way, over to paper."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from demo_unit import DemoUnit
from flow_kit import words_of
from station_kit import held, lasting_jail, station_of
from test_rules import request
from test_screens_office import signing
from test_screens_work import at, case_in, import_all

from airseal.model.case import CaseState
from airseal.model.flow import Fallback
from airseal.model.machine import Act
from airseal.model.matter import Matter, Way
from airseal.model.paperform import Box, PaperForm
from airseal.paper.formsheets import draw_form
from airseal.screens.case import CaseScreen
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


async def written(unit: DemoUnit, post: str, case: str) -> Path:
    async with at(unit, post, lambda session: CaseScreen(session, case)) as person:
        assert "f 纸质表单" in person.screen
        await person.press("f")
        assert "表单已写入介质" in person.screen, person.screen
    return max(unit.usb.glob("*-*.pdf"), key=lambda path: path.stat().st_mtime_ns)


async def test_the_application_form_says_what_was_asked_and_approved(demo_unit: DemoUnit):
    import_all(demo_unit, "custodian")
    with station_of(demo_unit, "custodian") as station:
        case = case_in(station, CaseState.APPROVED)
    pdf = await written(demo_unit, "custodian", case)
    words = words_of(pdf)
    assert pdf.name == f"application-{case[7:19]}.pdf"
    for told in (
        "电子印章使用申请表",
        "示范市财政局",
        "科长",
        "同意用印",
        "王审批",
        "真实、合法、完整",
    ):
        assert told in words, told
    assert case[7:] in words
    assert held(demo_unit, "custodian").last.kind == "form-written", "it left in the clear"


async def test_the_traditional_form_leaves_room_to_sign(demo_unit: DemoUnit):
    case = request(demo_unit, Matter(way=Way.TRADITIONAL))
    pdf = await written(demo_unit, "drafter", case)
    words = words_of(pdf)
    assert "传统印章使用申请表" in words
    assert words.count("签字：") == 2, "the section chief, and the custodian"
    assert "尚未审批" not in words


async def test_a_case_that_went_over_to_paper_has_its_slip(demo_unit: DemoUnit):
    import_all(demo_unit, "custodian")
    with signing(demo_unit, "custodian") as (station, signer):
        case = case_in(station, CaseState.APPROVED)
        told = Fallback("G-2026-7", "密钥盘损坏", "办公室主任", "今日必须发出")
        [result] = station.act([case], Act.FALL_BACK, lambda _: told, signer)
        assert result.problem is None
    words = words_of(await written(demo_unit, "custodian", case))
    for said in (
        "转纸质办理单",
        "G-2026-7",
        "密钥盘损坏",
        "今日必须发出",
        "张保管",
        "不得再以电子方式用印",
    ):
        assert said in words, said


def test_a_box_never_breaks_over_two_pages_and_hostile_words_stay_words(tmp_path: Path) -> None:
    rows = [Box(f"第{n}栏", "很长的内容" * 60, 2, signed=True) for n in range(9)]
    form = PaperForm("x.pdf", "题 **b** [x]", "1", tuple(rows), "脚注", "签字", "演示")
    target = tmp_path / "form.pdf"
    target.write_bytes(draw_form(form))
    pages = subprocess.run(["pdftotext", target, "-"], capture_output=True, check=True).stdout
    for page in pages.decode().split("\f")[:-1]:
        assert page.count("签字") == sum(page.count(f"第{n}栏") for n in range(9))
