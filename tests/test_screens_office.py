"""The office by keys: delegations, approving for less, a batch sealed, what waits after use."""

import importlib
import pkgutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from demo_unit import DemoUnit
from station_kit import lasting_jail, pin_of, station_of
from test_rules import leave, publish, request
from test_screens_work import at, case_in, code_on, give_pin, import_all

from airseal import screens
from airseal.founding.demo import LEADER
from airseal.keys.tokenhost import Signer
from airseal.model.case import CaseState
from airseal.model.flow import Review
from airseal.model.machine import Act, actors_of
from airseal.model.people import Post, Role
from airseal.model.request import Outcome
from airseal.model.rights import may
from airseal.model.secret import Secret
from airseal.screens.base import AirsealScreen
from airseal.screens.case import FLOWS, CaseScreen
from airseal.screens.cases import CasesScreen
from airseal.screens.decide import DecideScreen
from airseal.screens.delegations import DelegationsScreen
from airseal.screens.home import HomeScreen
from airseal.screens.keymap import EVERYWHERE, actions
from airseal.screens.piles import piles
from airseal.screens.station_screen import NEEDS
from airseal.station import Station
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


def pin(unit: DemoUnit, post: str) -> str:
    return pin_of(unit, post).reveal().decode()


@contextmanager
def signing(unit: DemoUnit, post: str) -> Iterator[tuple[Station, Signer]]:
    with station_of(unit, post) as station, station.signing(pin_of(unit, post)) as signer:
        yield station, signer


def open_uses(station: Station) -> int:
    return station.tally(frozenset(), after_use=True).count


def carried(unit: DemoUnit, cases: list[str], sender: str, *receivers: str) -> None:
    stick = unit.directory / f"{sender}-{len(list(unit.directory.iterdir()))}"
    stick.mkdir()
    with signing(unit, sender) as (station, signer):
        path = station.export(cases, stick, signer).path
    for receiver in receivers:
        with station_of(unit, receiver) as station:
            station.import_file(path)


@pytest.fixture
def undecided(demo_unit: DemoUnit) -> tuple[DemoUnit, str]:
    import_all(demo_unit, "officer")
    with station_of(demo_unit, "officer") as station:
        return demo_unit, case_in(station, CaseState.IN_APPROVAL)


# Delegations


async def test_a_delegation_is_given_seen_and_ended(demo_unit: DemoUnit):
    async with at(demo_unit, "officer", DelegationsScreen) as person:
        assert "没有审批授权" in person.screen
        await person.press("x")
        assert person.name == "DelegationsScreen"
        await person.press("n", "enter", "enter")
        await person.type("无此章")
        await person.press("f9")
        assert "此项必填" in person.screen
        await person.type("出差")
        await person.press("f9")
        assert code_on(person) == "NAME_UNKNOWN"
        for _ in range(5):
            await person.press("shift+tab")
        await person.press("backspace", "backspace", "backspace", "f9")
        await give_pin(person, pin(demo_unit, "officer"))
        assert person.name == "DelegationsScreen"
        assert "孙局长" in person.screen
        assert "现行" in person.screen
        await person.press("enter")
        assert "任何印章" in person.screen
        await person.press("escape", "e", "enter")
        await give_pin(person, pin(demo_unit, "officer"))
        await person.press("escape", "x")
        await person.type("已返回")
        await person.press("enter")
        await give_pin(person, pin(demo_unit, "officer"))
        assert "已收回" in person.screen
        await person.press("x")
        assert "已经终止" in person.screen


def test_a_delegation_reaches_another_station_without_a_case(demo_unit: DemoUnit):
    body = leave(delegate=LEADER.id, role=Role.SECTION_CHIEF, start="2026-01-01", end="2036-01-01")
    with signing(demo_unit, "officer") as (station, signer):
        given = station.rules.delegate(body, signer)
        path = station.rules.export_delegations(demo_unit.usb, signer).path
    with station_of(demo_unit, "custodian") as station:
        assert station.import_file(path).cases == ()
        assert [one.id for one in station.rules.delegations] == [given.id]


async def test_the_representative_sees_it_and_approves_in_the_others_place(undecided):
    unit, case = undecided
    body = leave(delegate=LEADER.id, role=Role.SECTION_CHIEF, start="2026-01-01", end="2036-01-01")
    with signing(unit, "officer") as (station, signer):
        station.rules.delegate(body, signer)
    with Station.open(unit.home("officer"), LEADER.id, Secret(LEADER.password)) as station:
        assert [one.by for one in station.rules.delegations] == ["wang"]
        with station.signing(Secret(LEADER.pin)) as signer:
            [result] = station.decide([case], Outcome.APPROVE, "", signer)
        assert result.problem is None
        assert station.case(case).status.state is CaseState.APPROVED


# Approving for less than was asked (E-11)


async def test_an_approval_for_fewer_copies_recipients_and_days(undecided):
    unit, case = undecided
    async with at(unit, "officer", lambda s: DecideScreen(s, [case], Outcome.APPROVE)) as person:
        await person.press("f7")
        assert "示范市财政局、示范市档案局" in person.screen
        await person.press("backspace")
        await person.type("9")
        await person.press("f9")
        assert person.name == "LessScreen", "more than was asked"
        await person.press("backspace")
        await person.type("2")
        await person.press("enter", "backspace", "f9")
        assert code_on(person) == "RECIPIENT_UNKNOWN"
        await person.press(*["backspace"] * 6, "f9")
        assert person.name == "DecideScreen"
        assert "批准份数" in person.screen, person.screen
        await person.press("enter")
        assert "批准份数" in person.screen, person.screen
        await give_pin(person, pin(unit, "officer"))
        assert person.name == "ResultsScreen"
        view = person.app.screen.session.station.case(case)
    assert view.status.grant.copies == 2
    assert [one.unit for one in view.status.grant.recipients] == ["finance"]
    assert view.facts.asked.grant.copies == 3


# A batch sealed (SE-13, C-29)


async def test_each_item_of_a_batch_keeps_its_own_ticks(undecided):
    unit, case = undecided
    with signing(unit, "officer") as (station, signer):
        station.decide([case], Outcome.APPROVE, "", signer)
    import_all(unit, "custodian")
    carried(unit, [case], "officer", "custodian")
    pile = piles(Post.CUSTODIAN)[0]
    async with at(unit, "custodian", lambda session: CasesScreen(session, pile)) as person:
        await person.press("asterisk", "s")
        assert person.name == "BatchSealScreen"
        await person.press("f9")
        assert "没有三项均已勾选的行" in person.screen
        await person.press("1")
        assert "[x]" not in person.screen, "nothing is ticked unread"
        await person.press("enter")
        assert person.name == "CaseScreen"
        await person.press("escape", "1", "2", "3")
        assert person.screen.count("[x]") == 3
        await person.press("enter", "escape", "1", "2", "f9")
        await give_pin(person, pin(unit, "custodian"))
        assert person.name == "ResultsScreen"
        assert "已签名并保存：1；未办理：0" in person.screen
        states = [row.state for row in person.app.screen.session.station.cases()]
        assert states.count(CaseState.APPROVED) == 1, "the line with two ticks is as it was"


# What waits after the use (AP-07, RE-16, SE-14)


async def test_an_important_paper_stays_open_until_its_approver_confirms_the_use(
    demo_unit: DemoUnit,
):
    with station_of(demo_unit, "authority") as station:
        pack = station.rules.pack
    rows = [replace(one, confirmers=tuple(step.role for step in one.steps)) for one in pack.matrix]
    publish(demo_unit, replace(pack, matrix=tuple(rows)))
    case = request(demo_unit)
    carried(demo_unit, [case], "drafter", "officer")
    with signing(demo_unit, "officer") as (station, signer):
        station.decide([case], Outcome.APPROVE, "", signer)
        assert open_uses(station) == 0, "nothing was used yet"
    carried(demo_unit, [case], "officer", "custodian")
    with signing(demo_unit, "custodian") as (station, signer):
        station.seal_all([case], signer)
    carried(demo_unit, [case], "custodian", "officer", "authority")
    with station_of(demo_unit, "authority") as station:
        assert open_uses(station) == 1, "the seal department sees what is open"
    async with at(demo_unit, "officer", HomeScreen) as person:
        await person.press("2")
        assert "关于测试的通知" in person.screen
        await person.press("enter")
        assert "h 用后确认" in person.screen
        await person.press("h", "enter", "f9")
        await give_pin(person, pin(demo_unit, "officer"))
        assert person.name == "ResultsScreen", person.screen
        assert open_uses(person.app.screen.session.station) == 0
    with Station.open(demo_unit.home("officer"), LEADER.id, Secret(LEADER.password)) as station:
        assert open_uses(station) == 0


async def test_an_emergency_use_stays_open_until_it_is_reviewed(demo_unit: DemoUnit):
    case = request(demo_unit, emergency="防汛")
    carried(demo_unit, [case], "drafter", "officer")
    with signing(demo_unit, "officer") as (station, signer):
        station.decide([case], Outcome.APPROVE, "", signer)
    carried(demo_unit, [case], "officer", "custodian")
    with signing(demo_unit, "custodian") as (station, signer):
        station.seal_all([case], signer)
    carried(demo_unit, [case], "custodian", "officer")
    with Station.open(demo_unit.home("officer"), LEADER.id, Secret(LEADER.password)) as station:
        assert station.stack(after_use=True).cases == (case,)
        with station.signing(Secret(LEADER.pin)) as signer:
            review = Review(True, "属实")
            [result] = station.act([case], Act.REVIEW, lambda _: review, signer)
        assert result.problem is None
        assert open_uses(station) == 0


def shown(screen: type[AirsealScreen], post: Post) -> list[str]:
    """The keys that this post sees on a screen, whatever state a case is in."""
    names = [name for name in screen.OFFERS if name not in NEEDS or may(post, NEEDS[name])]
    if issubclass(screen, CaseScreen):
        acts = {act.replace("-", "_"): act for act in FLOWS}
        # What was never sealed is corrected by another name, and one of the two is shown.
        names = [name for name in names if name != "resubmit"]
        names = [name for name in names if name not in acts or post in actors_of(acts[name])]
    return [key for action in actions((*names, *EVERYWHERE)) for key in action.keys]


@pytest.mark.parametrize("post", list(Post))
def test_no_key_of_a_screen_means_two_things_to_one_person(post: Post) -> None:
    for module in pkgutil.iter_modules(screens.__path__):
        importlib.import_module(f"{screens.__name__}.{module.name}")
    pending, seen = [AirsealScreen], 0
    while pending:
        screen = pending.pop()
        pending += screen.__subclasses__()
        seen += 1
        keys = shown(screen, post)
        twice = {key for key in keys if keys.count(key) > 1}
        assert not twice, (screen.__name__, twice)
    assert seen > 30
