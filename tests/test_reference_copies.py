"""参考件: what the sealing flow did not make is marked wherever it is shown (DC-17)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from demo_pilot import at_home
from demo_unit import DemoUnit
from flow_kit import Office
from station_kit import lasting_jail, station_of

from airseal.model.verdict import Copy
from airseal.screens.case import CaseScreen
from airseal.screens.case_facts import case_facts
from airseal.screens.widgets.document_view import DocumentView
from airseal.text import use_language
from airseal.words.verdict import copy_name, verdict_lines

MARK = "reference copy"


@pytest.fixture(autouse=True, scope="module")
def jail() -> Iterator[object]:
    with lasting_jail() as jail:
        yield jail


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    use_language("en")
    yield
    use_language("zh_CN")


@pytest.fixture
def office(demo_unit: DemoUnit, tmp_path: Path) -> Office:
    return Office(demo_unit, tmp_path / "stick")


@pytest.mark.parametrize("kind", Copy)
def test_only_what_was_sealed_here_is_no_reference_copy(kind: Copy) -> None:
    made_by_the_flow = kind in (Copy.ORIGINAL, Copy.VOID)
    assert kind.reference is not made_by_the_flow
    assert (MARK in str(copy_name(kind))) is kind.reference


def test_a_case_is_marked_until_its_last_seal_is_on_it(office: Office) -> None:
    case = office.approved()
    unit = office.unit
    shown = unit.run("custodian", "case", "show", case).json
    with station_of(unit, "custodian") as station:
        (document,) = station.case(case).facts.asked.grant.documents
    assert shown["reference"] == [document.digest]
    office.seal(case)
    assert unit.run("custodian", "case", "show", case).json["reference"] == []


def test_a_bare_pdf_is_judged_as_one(office: Office) -> None:
    path = office.unit.document()
    told = office.unit.run("checker", "verify", path)
    assert told.json["reference"] is True
    with station_of(office.unit, "checker") as station:
        verdict = station.verify_file(path)
        assert any(MARK in line for line in verdict_lines(verdict))
        original = station.verify_file(office.unit.waiting(2))
        assert original.kind is Copy.ORIGINAL
        assert not any(MARK in line for line in verdict_lines(original))


async def test_the_list_of_many_documents_marks_each(demo_unit: DemoUnit) -> None:
    (demo_unit.usb / "copy.pdf").write_bytes(demo_unit.document().read_bytes())
    async with at_home(demo_unit, "checker") as person:
        await person.press("i", "y")
        rows = [line for line in person.screen.splitlines() if ".pdf" in line or "airseal" in line]
        marked = {line.removeprefix(" >").split()[0] for line in rows if MARK in line}
        assert "copy.pdf" in marked, person.screen
        assert not any(name.startswith("custodian-") for name in marked), person.screen


@pytest.mark.parametrize(("post", "marked"), [("officer", True), ("checker", False)])
async def test_the_head_of_a_document_and_its_facts_say_it(
    demo_unit: DemoUnit, post: str, marked: bool
) -> None:
    with station_of(demo_unit, post) as station:
        station.import_file(demo_unit.waiting(0 if marked else 2))
        case = station.cases()[0].id
    async with at_home(demo_unit, post) as person:
        person.app.push_screen(CaseScreen(person.app.screen.session, case))
        await person.wait()
        head = person.app.screen.query_one(DocumentView).query_one(".where")
        assert (MARK in str(head.render())) is marked, person.screen
    with station_of(demo_unit, post) as station:
        facts = case_facts(station, station.case(case))
    (told,) = (str(fact.value) for fact in facts if str(fact.label) == "Document")
    assert (MARK in told) is marked


def test_a_draft_is_one_too() -> None:
    """What was never opened as sealed is marked."""
    assert DocumentView()._reference
