"""Making requests quicker, and seals exact: templates, places in numbers, what a refusal means."""

from collections.abc import Iterator

import pytest
from demo_pilot import Person, at_home
from demo_unit import DemoUnit, copied
from screens_kit import SMALL
from station_kit import lasting_jail, station_of

from airseal.duties.templating import MAX_NAME
from airseal.errors import explain
from airseal.errors.explaining import TABLES
from airseal.errors.meanings import UNCHANGED
from airseal.model.problem import Problem
from airseal.screens.problem import ProblemScreen
from airseal.screens.widgets.entry_fields import DayField, NumberField, TextField
from airseal.screens.widgets.form import Form
from airseal.screens.widgets.message_line import MessageLine
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


@pytest.fixture(scope="module")
def unit(built_demo: DemoUnit, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoUnit]:
    with copied(built_demo, tmp_path_factory.mktemp("making") / "unit") as unit:
        yield unit


def code_on(person: Person) -> str:
    return person.app.screen.query_one(MessageLine).code


def test_templates_are_kept_replaced_and_forgotten(unit):
    with station_of(unit, "drafter") as station:
        doors = station.templates
        values = {"copies": "3", "title": "此件标题", "source": "/a/path", "purpose": "印发"}
        kept = doors.keep(" 月报 ", values)
        assert (kept.name, kept.values) == ("月报", {"copies": "3", "purpose": "印发"})
        doors.keep("月报", {"copies": "5"})
        assert [dict(one.values) for one in doors.held()] == [{"copies": "5"}]
        with pytest.raises(Problem, match="TEMPLATE_FORM"):
            doors.keep("", values)
        with pytest.raises(Problem, match="TEMPLATE_FORM"):
            doors.keep("x" * (MAX_NAME + 1), values)
        with pytest.raises(Problem, match="TEMPLATE_UNKNOWN"):
            doors.drop("周报")
    with station_of(unit, "drafter") as station:
        assert [one.name for one in station.templates.held()] == ["月报"], "it outlives the login"
        station.templates.drop("月报")
        assert station.templates.held() == ()
    with station_of(unit, "officer") as station, pytest.raises(Problem, match="RIGHT_MISSING"):
        station.templates.held()


@pytest.mark.parametrize("language", ["zh_CN", "en"])
async def test_a_request_is_filled_from_a_template_that_an_earlier_one_left(unit, language):
    use_language(language)
    async with at_home(unit, "drafter", SMALL) as person:
        await person.press("n", "escape")
        assert person.name == "RequestScreen"
        form = person.app.screen.query_one(Form)
        form.field("title", TextField).value = "只属于这一份"
        form.field("purpose", TextField).value = "印发"
        form.field("copies", NumberField).value = "7"
        until = form.field("until", DayField).value
        await person.press("f8")
        assert person.name == "TemplateNameScreen"
        await person.type(f"monthly-{language}")
        await person.press("enter", "escape", "n", "escape", "f6")
        assert person.name == "TemplatesScreen" and f"monthly-{language}" in person.screen
        await person.press("end", "home", *["down"] * (language == "zh_CN"), "enter")
        assert person.name == "RequestScreen"
        form = person.app.screen.query_one(Form)
        assert form.field("title", TextField).value == ""
        assert form.field("purpose", TextField).value == "印发"
        assert form.field("copies", NumberField).number == 7
        assert form.field("until", DayField).value == until
        if language == "zh_CN":
            await person.press("f6", "x")
            assert f"monthly-{language}" in person.screen or "尚无模板" in person.screen


async def test_a_place_is_typed_in_millimetres_and_refused_with_the_number_that_failed(demo_unit):
    with station_of(demo_unit, "custodian") as station:
        for found in station.bundles_on(demo_unit.usb):
            station.import_file(demo_unit.usb / found.name)
    async with at_home(demo_unit, "custodian", SMALL) as person:
        await person.press("1", "s", "t", "t")
        screen = person.app.screen
        assert "sha256: " in person.screen, "the digest of what is read stays in sight"
        start = screen.position
        for typed in ("", "abc", "1", "150.123 220", "150 220 1"):
            await person.press("m")
            await person.type(typed)
            await person.press("enter")
            assert "两个毫米数" in person.screen and screen.position == start, typed
        across, down = start.x_um / 1000 + 1.25, start.y_um / 1000
        await person.press("m")
        await person.type(f"{across:.2f}，{down:.2f}")
        await person.press("enter")
        assert abs(screen.position.x_um - start.x_um - 1_250) <= 10
        moved = screen.position
        await person.press("m")
        await person.type("60 60")
        await person.press("enter")
        assert code_on(person) == "PLACE_OUTSIDE_TOLERANCE"
        assert screen.position == moved
        assert "毫米" in person.screen


async def test_an_error_says_what_it_means_for_the_papers_and_quotes_a_code(unit):
    async with at_home(unit, "officer") as person:
        for code in ("INTERNAL_ERROR", "MEDIUM_GONE", "PIN_WRONG"):
            explained = explain(Problem(code, reference="A1B2C3"))
            person.app.push_screen(ProblemScreen(explained))
            await person.wait()
            flat = person.screen.replace("\n", "").replace(" ", "")
            for said in (explained.what, str(explained.meaning), explained.hint, code):
                assert said.replace(" ", "") in flat or said[:12] in person.screen, said
            await person.press("escape")


def test_every_code_means_something_and_most_changed_nothing():
    codes = [code for table in TABLES for code in table]
    meanings = {code: explain(Problem(code)).meaning.msgid for code in codes}
    assert all(meanings.values())
    assert meanings["PIN_WRONG"] == UNCHANGED
    assert meanings["MEDIUM_GONE"] != UNCHANGED
    assert len(set(meanings.values())) > 5
