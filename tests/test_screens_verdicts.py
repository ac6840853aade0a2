"""Many documents checked at the screen: table, filter, one in full, evidence, reports."""

from collections.abc import Iterator

import pytest
from demo_pilot import at_home
from demo_unit import DemoUnit
from hostile_pdf import TINY
from station_kit import lasting_jail

from airseal.text import use_language


@pytest.fixture(scope="module", autouse=True)
def jail() -> Iterator[None]:
    with lasting_jail():
        yield


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    use_language("en")
    yield
    use_language("zh_CN")


async def test_a_stick_is_checked_filtered_and_reported(demo_unit: DemoUnit) -> None:
    for number in range(3):
        (demo_unit.usb / f"copy-{number}.pdf").write_bytes(TINY)
    async with at_home(demo_unit, "checker") as person:
        await person.press("i", "y")
        assert person.name == "VerdictsScreen", person.screen
        assert "1 valid" in person.screen and "invalid" in person.screen
        assert "x Invalid" in person.screen and "The document carries" in person.screen
        await person.press("p")
        (report,) = demo_unit.usb.glob("report-*.pdf")
        assert report.name in person.screen and report.read_bytes().startswith(b"%PDF")
        await person.press("slash")
        await person.type("custodian")
        await person.press("enter")
        assert "copy-0.pdf" not in person.screen
        await person.press("enter")
        assert person.name == "VerdictScreen", person.screen
        assert "Original: the sealed electronic document" in person.screen
        assert "person: zhang" not in person.screen
        assert "person: zhang" in await person.press("d")
        assert "person: zhang" not in await person.press("d")
        await person.press("p")
        assert len(list(demo_unit.usb.glob("report-*.pdf"))) == 2


async def test_a_stick_with_nothing_to_check_says_so(demo_unit: DemoUnit) -> None:
    for path in demo_unit.usb.iterdir():
        path.unlink()
    async with at_home(demo_unit, "checker") as person:
        await person.press("i", "y")
        assert "no bundle and no PDF" in person.screen
