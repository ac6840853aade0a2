"""Many cases at once, and many one after the other (C-29)."""

from collections.abc import Iterator

import pytest
from demo_pilot import Person, at_home
from demo_unit import DemoUnit, copied
from screens_kit import SMALL
from station_kit import lasting_jail, pin_of, station_of

from airseal.duties.drafting import Wish
from airseal.founding.demo import SEAL
from airseal.model.case import CaseState
from airseal.model.level import Level
from airseal.screens.widgets.message_line import MessageLine
from airseal.screens.widgets.record_list import RecordList
from airseal.text import use_language

TITLES = ("甲请示", "乙请示", "丙请示")
EXPIRED = "过期请示"


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
def asked(built_demo: DemoUnit, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoUnit]:
    """Four requests wait at the officer's station; the term of one has run out."""
    with copied(built_demo, tmp_path_factory.mktemp("asked") / "unit") as unit:
        pin = pin_of(unit, "drafter")
        with station_of(unit, "drafter") as station, station.signing(pin) as signer:
            cases = []
            for title in (*TITLES, EXPIRED):
                until = "2020-01-01" if title == EXPIRED else None
                wish = Wish(title, "用途", (SEAL,), 1, ("finance",), until, Level.INTERNAL)
                with station.take_in(unit.document()) as document:
                    cases.append(station.request(document, wish, signer).id)
            path = station.export(cases, unit.usb, signer).path
        with station_of(unit, "officer") as station:
            station.import_file(path)
        yield unit


@pytest.fixture
def unit(asked: DemoUnit, tmp_path) -> Iterator[DemoUnit]:
    with copied(asked, tmp_path / "unit") as unit:
        yield unit


def states(unit: DemoUnit) -> dict[str, CaseState]:
    with station_of(unit, "officer") as station:
        return {row.title: row.state for row in station.cases()}


def title_under_cursor(person: Person) -> str:
    rows = person.app.screen.query_one(RecordList).rows
    (record,) = rows.shown_query.page(rows.cursor, 1)
    return str(record.cells[0])


async def test_one_page_says_what_each_is_and_one_pin_decides_all_but_the_refused(unit):
    async with at_home(unit, "officer") as person:
        await person.press("9", "slash")
        await person.type("请示")
        await person.press("enter", "asterisk", "a")
        assert title_under_cursor(person) == EXPIRED, "what cannot be signed stands first"
        assert person.app.screen.query_one(MessageLine).code == "APPROVAL_EXPIRED"
        assert "批准用印：3 项用印事项" in person.screen
        await person.press("down")
        assert "sha256: " in person.screen, "what is signed is what was read"
        left_out = title_under_cursor(person)
        await person.press("f8", "enter")
        assert person.name == "PinScreen"
        await person.type(unit.person("officer")["pin"])
        await person.press("enter")
        assert "已签名并保存：2；未办理：1。" in person.screen
        assert title_under_cursor(person) == EXPIRED
        assert person.app.screen.query_one(MessageLine).code == "APPROVAL_EXPIRED"
        await person.press("r")
        assert person.name == "DecideScreen"
        assert person.app.screen.query_one(RecordList).rows.count == 1
        await person.press("enter")
        assert person.name == "DecideScreen", "no PIN for what nobody could sign"
    found = states(unit)
    assert found[EXPIRED] is CaseState.EXPIRED
    assert found[left_out] is CaseState.IN_APPROVAL
    assert sum(found[title] is CaseState.APPROVED for title in TITLES) == 2


async def test_the_first_wrong_pin_stops_the_batch_before_anything_is_signed(unit):
    before = states(unit)
    async with at_home(unit, "officer") as person:
        await person.press("1", "asterisk", "a", "enter")
        await person.type("000000")
        await person.press("enter")
        assert person.name == "PinScreen"
        assert person.app.screen.query_one(MessageLine).code == "PIN_WRONG"
    assert states(unit) == before


async def test_a_pin_that_is_typed_again_after_a_wrong_one_is_shown_nowhere(unit):
    """Nor is it signed as the opinion: the field of the opinion lies under the dialog."""
    pin = unit.person("officer")["pin"]
    async with at_home(unit, "officer") as person:
        await person.press("1", "asterisk", "a", "enter")
        await person.type("000000")
        await person.press("enter")
        await person.type(pin)
        assert pin not in person.screen
        await person.press("escape")
        assert person.name == "DecideScreen" and pin not in person.screen


@pytest.mark.parametrize("language", ["zh_CN", "en"])
async def test_cases_are_read_and_decided_one_after_the_other(unit, language):
    use_language(language)
    place = {"zh_CN": "第 {} 件，共 3 件", "en": "Case {} of 3"}[language]
    async with at_home(unit, "officer", SMALL) as person:
        await person.press("1", "enter")
        assert person.name == "CaseScreen" and place.format(1) in person.screen
        await person.press("less_than_sign")
        assert place.format(1) in person.screen, "there is none before the first"
        await person.press("greater_than_sign")
        assert place.format(2) in person.screen
        await person.press("a", "enter")
        await person.type(unit.person("officer")["pin"])
        await person.press("enter")
        assert person.name == "CaseScreen" and place.format(3) in person.screen
        done = {"zh_CN": "已批准", "en": "approved"}[language]
        assert done in person.screen.casefold(), person.screen
        await person.press("r")
        await person.type("落款有误")
        await person.press("enter")
        await person.type(unit.person("officer")["pin"])
        await person.press("enter")
        assert person.name == "CaseScreen" and place.format(3) in person.screen, "it was the last"
    assert sorted(states(unit)[title] for title in TITLES) == [
        CaseState.APPROVED,
        CaseState.IN_APPROVAL,
        CaseState.RETURNED,
    ]


async def test_what_is_read_out_of_a_batch_cannot_be_decided_a_second_time(unit):
    async with at_home(unit, "officer") as person:
        await person.press("1", "asterisk", "a", "f6")
        assert person.name == "CaseScreen"
        await person.press("a")
        assert person.name == "CaseScreen" and "Esc" in person.screen
        await person.press("escape")
        assert person.name == "DecideScreen"
