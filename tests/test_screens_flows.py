"""The flows of a case on the screen: keys by post, why not, form, PIN, what became of it."""

from collections.abc import Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import cycle
from pathlib import Path

import pytest
from demo_unit import DemoUnit
from flow_kit import Office, pack_of, publish
from screens_kit import LARGE, SMALL
from station_kit import lasting_jail, pin_of, station_of
from test_screens_work import at, case_in, give_pin, import_all

from airseal.model.case import CaseState
from airseal.model.digest import Digest
from airseal.model.facts import contentions, outcome_of
from airseal.model.machine import Act
from airseal.model.matter import Matter, Special
from airseal.model.people import Role
from airseal.model.request import BlankForms, BlankKind, Outcome, Window
from airseal.model.verdict import Copy
from airseal.screens.beside_fields import blanks_in
from airseal.screens.case import CaseScreen
from airseal.screens.case_acts import FLOWS
from airseal.screens.flow import FlowScreen
from airseal.screens.flow_forms import FORMS
from airseal.screens.request import RequestScreen
from airseal.screens.widgets.form import Form
from airseal.text import LANGUAGES, Phrase, use_language
from airseal.words.cases import CASE_STATES


@pytest.fixture(scope="module", autouse=True)
def jail() -> Iterator[None]:
    with lasting_jail():
        yield


@pytest.fixture(autouse=True)
def chinese() -> Iterator[None]:
    use_language("zh_CN")
    yield
    use_language("zh_CN")


@pytest.fixture
def approved(demo_unit: DemoUnit):
    import_all(demo_unit, "custodian")
    with station_of(demo_unit, "custodian") as station:
        return demo_unit, case_in(station, CaseState.APPROVED)


def test_every_flow_has_a_form_but_the_corrected_version() -> None:
    assert set(FLOWS) == set(FORMS) | {Act.CORRECT}


@asynccontextmanager
async def opened(unit, post, case, size=SMALL):
    async with at(unit, post, lambda session: CaseScreen(session, case), size) as person:
        yield person


@pytest.mark.parametrize("size", [SMALL, LARGE])
async def test_sent_back_by_the_custodian(approved, size):
    unit, case = approved
    async with opened(unit, "custodian", case, size) as person:
        assert "b 退签" in person.screen
        assert "w 撤回" not in person.screen, "that is the drafter's"
        await person.press("b")
        await person.press("enter")
        await person.press("enter")
        assert person.name == "FlowScreen", "no reason, no PIN"
        await person.type("附件缺页")
        await person.press("enter")
        await give_pin(person, unit.person("custodian")["pin"])
        assert person.name == "ResultsScreen"
        assert "已退签" in person.screen
        await person.press("escape")
        assert "内容出错：附件缺页" in person.screen
        assert " s 用印" not in person.screen
        await person.press("s")
        assert person.name == "CaseScreen", "nothing is asked of the custodian in vain"
        await person.press("b")
        assert person.name == "CaseScreen", "it was sent back already"
        assert "已退签该事项" in person.screen


async def test_what_does_not_add_up_is_refused_before_the_pin(demo_unit):
    import_all(demo_unit, "authority")
    with station_of(demo_unit, "authority") as station:
        case = case_in(station, CaseState.SEALED)
    async with opened(demo_unit, "authority", case) as person:
        assert "x 作废" in person.screen
        await person.press("x")
        await person.type("误盖")
        await person.press("enter")
        await person.type("2")
        for _ in range(4):
            await person.press("enter")
        assert person.name == "FlowScreen"
        assert "FLOW_FORM" in person.screen and "遗失说明" in person.screen
        await person.press("f2")
        assert "recalled" in person.screen and "Why lost" in person.screen


async def test_the_clerk_sees_what_is_the_clerks(approved):
    unit, case = approved
    async with opened(unit, "clerk", case) as person:
        assert "p 转纸质" in person.screen
        assert "b 退签" not in person.screen
        await person.press("k")
        assert person.name == "CaseScreen", "the drafter comes first"


@pytest.mark.parametrize("act", sorted(FORMS))
async def test_every_form_fits_a_small_terminal(approved, act):
    unit, case = approved
    with station_of(unit, "custodian") as station:
        view = station.case(case)

    async with at(unit, "custodian", lambda session: FlowScreen(session, view, act)) as person:
        assert "关于开展数据安全检查的通知" in person.screen
        assert "F9" in person.screen
        await person.press("f2")
        assert "Title" in person.screen


@dataclass(frozen=True)
class Flow:
    """One act by keys: at whose station, on which case, what is filled in, what it becomes.

    ``before`` is the state of the case, or the case itself; ``again``: nothing speaks against
    doing it twice.
    """

    post: str
    before: CaseState | Digest
    key: str
    fields: tuple[str, ...]
    after: CaseState
    again: bool = False


TABLE = (
    Flow("officer", CaseState.IN_APPROVAL, "g", ("", "", "出差"), CaseState.IN_APPROVAL, True),
    Flow("officer", CaseState.SEALED, "x", ("属实",), CaseState.SEALED, True),
    Flow("drafter", CaseState.IN_APPROVAL, "w", ("改期",), CaseState.WITHDRAWN),
    Flow("drafter", CaseState.APPROVED, "k", ("一致",), CaseState.DRAFTER_CHECKED),
    Flow("drafter", CaseState.SEALED, "z", ("无保存必要",), CaseState.SEALED, True),
    Flow(
        "custodian", CaseState.APPROVED, "p", ("G-7", "断电", "办公室", "急需"), CaseState.ON_PAPER
    ),
    Flow("custodian", CaseState.ON_PAPER, "y", ("断电", "已修复", ""), CaseState.ON_PAPER),
)
"""Steps that every flow screen takes, station by station; an empty field is left as it stands."""


async def test_the_flows_by_their_table_in_both_languages(demo_unit):
    """Passed on, agreed to, withdrawn, confirmed, asked for, over to paper and closed.

    Seven acts at three stations in one unit, in Chinese and English by turns: a unit for each
    act, or for each language, would take far longer.
    """
    for post in dict.fromkeys(flow.post for flow in TABLE):
        import_all(demo_unit, post)
    for flow, language in zip(TABLE, cycle(LANGUAGES), strict=False):
        await walk(demo_unit, flow, language)


async def test_voided_and_acknowledged_by_keys(demo_unit, tmp_path):
    """FL-08, E-01: an officer agrees, the seal department voids, the officer knows it."""
    for post in ("officer", "authority"):
        import_all(demo_unit, post)
    agreed = Flow("officer", CaseState.SEALED, "x", ("属实",), CaseState.SEALED, True)
    await walk(demo_unit, agreed, "zh_CN")
    carry(demo_unit, CaseState.SEALED, "officer", "authority", tmp_path / "1")
    voided = Flow("authority", CaseState.SEALED, "x", ("误盖", "", "", "", ""), CaseState.VOIDED)
    await walk(demo_unit, voided, "zh_CN")
    carry(demo_unit, CaseState.VOIDED, "authority", "officer", tmp_path / "2")
    with station_of(demo_unit, "officer") as station:
        verdict = station.verify_case(case_in(station, CaseState.VOIDED))
    assert verdict.kind is Copy.VOID and verdict.exit_status == 1
    assert "CASE_VOIDED" in {one.reason.code for one in verdict.checks if one.reason}
    known = Flow("officer", CaseState.VOIDED, "l", ("没有副本",), CaseState.VOIDED, True)
    await walk(demo_unit, known, "en")


def asked(case: Digest, reason: str) -> Flow:
    """The drafter asks for the deletion."""
    return Flow("drafter", case, "z", (reason,), CaseState.WITHDRAWN, True)


async def test_the_rarer_acts_by_their_table(demo_unit, tmp_path):
    """What only some cases know of: forms, hours elsewhere, loans, leaders, deletion, conflicts."""
    office = Office(demo_unit, tmp_path / "stick")
    pack = pack_of(demo_unit)
    rows = [
        replace(row, confirmers=(Role.SECTION_CHIEF,)) if row.id == "公文" else row
        for row in pack.matrix
    ]
    rules = replace(
        pack.settings, blank_forms="registered", offsite="carry-out", lending="approved-loan"
    )
    publish(demo_unit, replace(pack, number=pack.number + 1, matrix=tuple(rows), settings=rules))
    now = datetime.now().astimezone().replace(microsecond=0)
    hours = Window(now.isoformat(), (now + timedelta(hours=8)).isoformat())
    forms = BlankForms("登记表", BlankKind.TABLE, 101, "li")
    important = office.request(title="一", emergency="防汛抢险")
    blanks = office.request(title="二", blanks=forms, matter=Matter(kind="blank-form"))
    away = office.request(title="三", matter=Matter(special=Special.OFFSITE), window=hours)
    lent = office.request(title="四", matter=Matter(special=Special.LOAN), window=hours)
    gone = office.request(title="五")
    await walk(demo_unit, Flow("drafter", gone, "w", ("改期",), CaseState.WITHDRAWN), "zh_CN")
    await walk(demo_unit, asked(gone, "无保存必要"), "zh_CN")
    every = [important, blanks, away, lent, gone]
    office.send("drafter", every, "officer")
    office.decide(away, by="yang")
    office.decide(important, blanks, away, lent)
    office.decide(lent, by="yang")
    office.decide(away, lent, by="sun")
    office.send("officer", every, "custodian")
    office.seal(important)
    office.seal(blanks)
    office.send("custodian", important, "officer", "authority")
    flows = (
        Flow("officer", gone, "y", ("须留存",), CaseState.WITHDRAWN),
        Flow("officer", important, "h", ("", "已阅"), CaseState.SEALED),
        Flow("authority", important, "u", ("", "属实"), CaseState.SEALED),
        Flow("clerk", blanks, "m", ("", "3", "", ""), CaseState.SEALED),
        Flow("clerk", away, "i", ("在场",), CaseState.APPROVED, True),
        Flow("custodian", lent, "h", ("", "单机版"), CaseState.APPROVED),
        Flow("custodian", lent, "i", ("", "完好"), CaseState.APPROVED),
    )
    for flow, language in zip(flows, cycle(LANGUAGES), strict=False):
        await walk(demo_unit, flow, language)
    async with opened(demo_unit, "officer", important) as person:
        await person.press("u")
        assert person.name == "CaseScreen", "whoever took part does not review it"
    async with opened(demo_unit, "drafter", blanks) as person:
        await person.press("c")
        person.app.screen.dismiss()
        await person.wait()
        assert blanks_in(person.app.screen.query_one(Form)) == forms, "asked for again as it was"
    office.send("officer", gone, "drafter")
    await walk(demo_unit, asked(gone, "已无用"), "zh_CN")
    office.send("drafter", gone, "officer")
    await walk(demo_unit, Flow("officer", gone, "z", ("同意",), CaseState.DELETED), "en")


async def test_a_conflict_is_resolved_by_keys(demo_unit, tmp_path):
    """A copy of the officer's station decided otherwise; the seal department chooses."""
    office = Office(demo_unit, tmp_path / "stick")
    case = office.contended()
    with station_of(demo_unit, "authority") as station:
        (first, *_), *_ = contentions(station.case(case).facts)
    stands = {Outcome.APPROVE: CaseState.APPROVED, Outcome.DENY: CaseState.DENIED}
    settled = Flow("authority", case, "o", ("", "核实"), stands[outcome_of(first)])
    await walk(demo_unit, settled, "zh_CN")


def carry(unit: DemoUnit, state: CaseState, post: str, to: str, stick: Path) -> None:
    """The case in ``state`` goes from one station to the other."""
    stick.mkdir()
    with station_of(unit, post) as station, station.signing(pin_of(unit, post)) as signer:
        written = station.export([case_in(station, state)], stick, signer)
    with station_of(unit, to) as station:
        station.import_file(written.path)


async def test_the_corrected_version_begins_from_the_earlier_one(demo_unit):
    """FL-03, FL-04: what was asked stands in the form; signed, the earlier version is banned."""
    import_all(demo_unit, "drafter")
    with station_of(demo_unit, "drafter") as station:
        case = case_in(station, CaseState.SEALED)
        old = station.case(case).facts.asked
    async with opened(demo_unit, "drafter", case) as person:
        held = person.app.screen.session.station
        await person.press("c")
        person.app.screen.dismiss()
        await person.wait()
        request = person.app.screen
        assert isinstance(request, RequestScreen)
        request._take_file(demo_unit.document())
        await person.wait()
        assert f"更正版本：{old.title}" in person.screen, person.screen
        wish = request._wish()
        assert (wish.title, wish.purpose, wish.copies) == (
            old.title,
            old.purpose,
            old.grant.copies,
        )
        assert wish.recipients == tuple(one.unit for one in old.grant.recipients)
        assert wish.matter == old.matter
        await person.press("f9")
        await give_pin(person, demo_unit.person("drafter")["pin"])
        assert person.name == "ExportScreen", person.screen
        assert held.case(case).status.state is CaseState.SUPERSEDED
        (new,) = [row.id for row in held.cases() if held.case(row.id).facts.asked.replaces == case]
        assert held.case(new).facts.asked.matter == old.matter
        await person.press("escape")
    async with opened(demo_unit, "drafter", case) as person:
        assert "更正" in person.screen


async def test_sent_back_in_english(approved):
    unit, _ = approved
    sent_back = Flow("custodian", CaseState.APPROVED, "b", ("", "缺页"), CaseState.SENT_BACK)
    await walk(unit, sent_back, "en")


async def walk(unit: DemoUnit, flow: Flow, language: str) -> None:
    case = flow.before
    if isinstance(case, CaseState):
        with station_of(unit, flow.post) as station:
            case = case_in(station, case)
    use_language(language)
    async with opened(unit, flow.post, case) as person:
        held = person.app.screen.session.station
        await person.press(flow.key)
        assert person.name == "FlowScreen", person.screen
        for number, words in enumerate(flow.fields):
            await person.type(words)
            await person.press("enter" if number < len(flow.fields) - 1 else "f9")
        assert all(words in person.screen for words in flow.fields), "what is signed is seen"
        assert str(Phrase(CASE_STATES[flow.after])) in person.screen, "and what it leads to"
        await give_pin(person, unit.person(flow.post)["pin"])
        assert person.name == "ResultsScreen", person.screen
        assert str(Phrase(CASE_STATES[flow.after])) in person.screen
        view = held.case(case)
        assert view.status.state is flow.after
        assert all(opinion.problem is None for opinion in view.status.flows)
        await person.press("escape")
        assert person.name == "CaseScreen"
        await person.press(flow.key)
        assert person.name == ("FlowScreen" if flow.again else "CaseScreen"), "done twice"
        if flow.key == "w":
            assert "未审批（1）" in person.screen and "轮到" not in person.screen, "it ended"
