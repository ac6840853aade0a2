"""Many documents checked at the screen: table, filter, one in full, evidence, reports."""

from zipfile import ZipFile

import pytest
from demo_pilot import at_home
from demo_unit import DemoUnit
from foreign_pdf import incremental
from hostile_pdf import TINY
from pdf_forger import annotate
from station_kit import station_of

from airseal.model.verdict import Overall
from airseal.screens.case import CaseScreen
from airseal.screens.widgets.page_picture import PagePicture

pytestmark = pytest.mark.usefixtures("one_jail", "in_english")


async def test_a_stick_is_checked_filtered_and_reported(demo_unit: DemoUnit) -> None:
    for number in range(3):
        (demo_unit.usb / f"copy-{number}.pdf").write_bytes(TINY)
    async with at_home(demo_unit, "checker") as person:
        await person.press("i", "y")
        assert person.name == "VerdictsScreen", person.screen
        assert "1 valid" in person.screen and "invalid" in person.screen
        assert "x Invalid" in person.screen and "reference copy: The " in person.screen
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
        await person.press("d")
        assert "person: zhang" in person.screen
        await person.press("d")
        assert "person: zhang" not in person.screen
        await person.press("p")
        assert len(list(demo_unit.usb.glob("report-*.pdf"))) == 2
        demo_unit.usb.rename(away := demo_unit.usb.with_name("away"))
        await person.press("s")
        assert person.name == "VerdictScreen" and "medium" in person.screen, person.screen
        away.rename(demo_unit.usb)
        await person.press("s")
        assert "custodian" in person.screen, "what is signed stands above the PIN"
        await person.type(demo_unit.person("checker")["pin"])
        await person.press("enter")
        assert len(list(demo_unit.usb.glob("report-*.pdf.p7s"))) == 1, person.screen


async def test_what_a_seal_saw_stands_beside_what_is_shown_now(demo_unit: DemoUnit) -> None:
    with ZipFile(demo_unit.waiting(2)) as bundle:
        (name,) = [one for one in bundle.namelist() if one.endswith(".pdf")]
        sealed = bundle.read(name)
    for path in demo_unit.usb.iterdir():
        path.unlink()
    (demo_unit.usb / "a.pdf").write_bytes(sealed)
    (demo_unit.usb / "b.pdf").write_bytes(incremental(sealed, annotate("/Stamp")))
    async with at_home(demo_unit, "checker") as person:
        await person.press("i", "y", "enter")
        assert person.name == "VerdictScreen", person.screen
        await person.press("c")
        assert "it saw what is shown now" in person.screen
        await person.press("escape", "down", "enter", "c")
        assert person.name == "CompareScreen", person.screen
        assert "What the seal saw" in person.screen and "What is shown now" in person.screen
        assert "squares differ" in person.screen
        await person.press("right_square_bracket")
        assert "This is the last page" in person.screen
        await person.press("plus", "right", "down")
        assert person.app.screen.query(PagePicture).first().zoom == 2


async def test_a_stick_with_nothing_to_check_says_so(demo_unit: DemoUnit) -> None:
    for path in demo_unit.usb.iterdir():
        path.unlink()
    async with at_home(demo_unit, "checker") as person:
        await person.press("i", "y")
        assert "no bundle and no PDF" in person.screen


async def test_a_sealed_case_is_checked_as_it_is_opened(demo_unit: DemoUnit) -> None:
    with station_of(demo_unit, "checker") as station:
        (case,) = station.import_file(demo_unit.waiting(2)).cases
        entries = station.entries
        assert station.glance(case).overall is Overall.VALID and station.entries == entries
    async with at_home(demo_unit, "checker") as person:
        person.app.push_screen(CaseScreen(person.app.screen.session, case))
        await person.wait()
        assert "Seal check" in person.screen and "+ Valid" in person.screen, person.screen
