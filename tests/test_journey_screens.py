"""One document, all the way across the gap, with the keyboard alone (issue Journey)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from demo_pilot import Person, at_home
from demo_unit import DemoUnit
from station_kit import lasting_jail

from airseal.founding.demo import DRAFT_TITLE
from airseal.screens.widgets.document_view import ReadAs
from airseal.text import use_language


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


def empty_stick(unit: DemoUnit) -> None:
    """Only the document to draft with stays."""
    for path in unit.usb.iterdir():
        if path.suffix == ".airseal":
            path.unlink()


async def give_pin(person: Person, post: str) -> str:
    assert person.name == "PinScreen", person.screen
    await person.type(person.unit.person(post)["pin"])
    await person.press("enter")
    return person.screen


async def to_stick(person: Person, post: str) -> Path:
    """From the export screen to a bundle on the stick."""
    assert person.name == "ExportScreen", person.screen
    before = set(person.unit.usb.iterdir())
    await person.press("enter")
    assert "已写入并读回核对一致" in await give_pin(person, post)
    (bundle,) = set(person.unit.usb.iterdir()) - before
    assert bundle.name in person.screen
    return bundle


async def take_in(person: Person) -> None:
    """Import everything on the stick, and come back to the first page."""
    await person.press("i", "asterisk", "i")
    assert "已导入" in person.screen
    assert "x " not in person.screen
    await person.press("escape")


async def test_one_document_all_the_way_by_keys(demo_unit):
    empty_stick(demo_unit)
    await draft(demo_unit)
    await approve(demo_unit)
    await seal(demo_unit)
    await check(demo_unit)


async def draft(unit: DemoUnit) -> None:
    async with at_home(unit, "drafter") as person:
        await person.press("n")
        assert person.name == "FilesScreen"
        assert DRAFT_TITLE in person.screen
        await person.press("down", "enter")
        assert person.name == "RequestScreen"
        await person.press("enter")  # the title is there already
        await person.type("印发各科室执行")
        await person.press("enter", "enter", "enter")  # purpose, seal, then the place
        assert person.name == "PlaceScreen"
        assert "落款" in person.screen
        await person.press("f9")
        await person.type("3")
        await person.press("enter", "enter")  # copies, then the recipients
        assert person.name == "RecipientsScreen"
        await person.press("space", "down", "space", "enter")
        assert person.name == "RequestScreen"
        await person.press("f9")
        assert "声明" in person.screen
        assert "sha256: " in person.screen
        await give_pin(person, "drafter")
        assert DRAFT_TITLE in person.screen
        await to_stick(person, "drafter")


async def approve(unit: DemoUnit) -> None:
    async with at_home(unit, "officer") as person:
        await take_in(person)
        await person.press("1", "enter")
        assert person.name == "CaseScreen"
        assert "李承办" in person.screen
        assert "印发各科室执行" in person.screen
        await read_text_then_picture(person)
        await person.press("a")
        assert person.name == "DecideScreen"
        assert DRAFT_TITLE in person.screen
        await person.press("enter")
        assert "已批准" in await give_pin(person, "officer")
        await person.press("e")
        await to_stick(person, "officer")


async def read_text_then_picture(person: Person) -> None:
    view = person.app.screen.document
    if "各有关单位" not in person.screen:
        await person.press("t")
    assert "各有关单位" in person.screen
    await person.press("t")
    assert view.form is ReadAs.PICTURE
    assert "\u2584" in person.screen
    await person.press("t")


async def seal(unit: DemoUnit) -> None:
    async with at_home(unit, "custodian") as person:
        await take_in(person)
        await person.press("1", "s")
        assert person.name == "SealScreen"
        for needed in (DRAFT_TITLE, "王审批", "示范市数据局公章", "sha256: "):
            assert needed in person.screen
        await person.press("s")
        assert person.name == "SealScreen", "sealed without the three ticks"
        await person.press("1", "2", "3")
        while person.app.screen.document.form is not ReadAs.PICTURE:
            await person.press("t")
        approved = person.app.screen.position
        await person.press("left", "f", "up")
        moved = person.app.screen.position
        assert (moved.x_um - approved.x_um, moved.y_um - approved.y_um) == (-1_000, -100)
        await person.press("s")
        await give_pin(person, "custodian")
        assert person.name == "VerdictScreen"
        await verdict_is_valid(person)
        await person.press("escape")
        assert person.name == "SealScreen"
        await person.press("e")
        await to_stick(person, "custodian")


async def check(unit: DemoUnit) -> None:
    async with at_home(unit, "checker") as person:
        await take_in(person)
        await person.press("1", "v")
        assert person.name == "VerdictScreen"
        await verdict_is_valid(person)


async def verdict_is_valid(person: Person) -> None:
    for item in ("张保管", "示范市数据局公章", "PAdES B-LT", DRAFT_TITLE, "有效"):
        assert item in person.screen
    assert "[x]" not in person.screen
    assert "[?]" not in person.screen
