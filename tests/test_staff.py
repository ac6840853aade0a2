"""Posts that are signed for, people that are filed, ties that keep an account open (AC-14, PE)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from demo_pilot import at_home
from demo_unit import DemoUnit, copied
from station_kit import faults, lasting_jail, pin_of, station_of
from test_flows_stations import code_of
from test_rules import pack_of, publish, request
from unit import ASKED, DECIDED, NOW, SignedUnit, day

from airseal.duties.accounts import ties
from airseal.evidence.wire import decode, encode
from airseal.model.delegation import Delegation, DelegationEnd
from airseal.model.flow import BlankAccount
from airseal.model.level import Level
from airseal.model.people import Post, Role
from airseal.model.problem import Problem
from airseal.model.recall import BlankCount
from airseal.model.request import BlankForms, BlankKind
from airseal.model.staff import Responsibility, StaffList, StaffRow
from airseal.text import use_language

SCOPE = "保管单位公章，核对审批后用印"


@pytest.fixture(autouse=True, scope="module")
def jail() -> Iterator[object]:
    with lasting_jail() as jail:
        yield jail


@pytest.fixture(scope="module")
def unit(
    built_demo: DemoUnit, jail: object, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[DemoUnit]:
    """One unit for all tests here, which build upon each other's changes on purpose."""
    with copied(built_demo, tmp_path_factory.mktemp("staff") / "unit") as unit:
        yield unit


def sign_for(unit: DemoUnit, post: str, scope: str = SCOPE) -> None:
    with station_of(unit, post) as station, station.signing(pin_of(unit, post)) as signer:
        station.own.take_on(scope, signer)


def row_of(unit: DemoUnit, person: str):
    with station_of(unit, "auditor") as station:
        return next(one for one in station.offices.register() if one.person == person)


@dataclass(frozen=True)
class At:
    """A clock that stands."""

    moment: datetime

    def now(self) -> datetime:
        return self.moment


class TestForms:
    @pytest.mark.parametrize(
        "wrong",
        [
            lambda: Responsibility(" ", 1, "办法"),
            lambda: Responsibility("用印", 0, "办法"),
            lambda: StaffRow("zhang", "张", "", Post.CUSTODIAN, "2026-11-29"),
            lambda: StaffRow("zhang", "张", "138", Post.CUSTODIAN, "29.11.2026"),
            lambda: StaffList((), (), "调动"),
        ],
    )
    def test_nothing_half_said(self, wrong) -> None:
        with pytest.raises((ValueError, Problem)):
            wrong()

    def test_packs_of_before_the_setting_stay_what_they_are(self, bureau) -> None:
        statement = bureau.registry["policy"]
        assert b"acknowledgement" not in encode(statement)
        settings = replace(statement.body.settings, acknowledgement="demand")
        payload = encode(replace(statement, body=replace(statement.body, settings=settings)))
        assert decode(payload).body.settings.acknowledgement == "demand"


def test_each_signs_for_the_own_post_and_the_rules(unit: DemoUnit) -> None:
    assert row_of(unit, "zhang").signed is None
    with station_of(unit, "custodian") as station:
        assert station.own.owes_responsibility
        with station.signing(pin_of(unit, "custodian")) as signer:
            assert code_of(lambda: station.own.take_on("  ", signer)) == "SCOPE_MISSING"
    sign_for(unit, "custodian")
    held = row_of(unit, "zhang")
    assert (held.post, held.scope, held.rules, held.current) == (Post.CUSTODIAN, SCOPE, 1, True)
    with station_of(unit, "custodian") as station:
        assert not station.own.owes_responsibility
    with station_of(unit, "auditor") as station:
        vacant = [one.post for one in station.offices.register() if one.person is None]
        assert vacant == [Post.PRINTER]


def test_a_change_of_people_is_filed_with_the_seal_department(
    unit: DemoUnit, tmp_path: Path
) -> None:
    with station_of(unit, "system-admin") as station:
        station.offices.set_phone("zhang", "13900000000")
    with station_of(unit, "security-admin") as station:
        assert station.offices.unfiled_since() is not None
        with station.signing(pin_of(unit, "security-admin")) as signer:
            made = station.offices.file_people(tmp_path, signer, "手机号变更")
        assert station.offices.unfiled_since() is None
    with station_of(unit, "authority") as station:
        imported = station.import_file(made.path)
        assert (imported.kind, imported.again) == ("staff", False)
        (filed,) = station.offices.filed()
        assert (filed.station, filed.by, filed.reason) == ("custodian", "wu", "手机号变更")
        mobiles = {row.person: row.mobile for row in filed.people}
        assert mobiles["zhang"] == "13900000000"
        assert all(mobiles.values())
        assert filed.vacant == (Post.PRINTER,)
        assert station.import_file(made.path).again
    assert faults(unit, "authority") == []


def test_nobody_is_filed_without_a_mobile_number(unit: DemoUnit, tmp_path: Path) -> None:
    from airseal.duties.accounts import Newcomer

    with station_of(unit, "system-admin") as station:
        station.offices.open_account(Newcomer("sun", "孙新人"))
    with station_of(unit, "security-admin") as station:
        station.offices.appoint("sun", Post.PRINTER, Level.INTERNAL)
        assert station.offices.unfiled_since() is not None
        with station.signing(pin_of(unit, "security-admin")) as signer:
            file = station.offices.file_people
            assert code_of(lambda: file(tmp_path, signer, "新进人员")) == "STAFF_MOBILE"
            assert code_of(lambda: file(tmp_path, signer, " ")) == "REASON_MISSING"
    assert list(tmp_path.glob("*.airseal")) == []


def test_only_the_right_posts_file_and_look(unit: DemoUnit, tmp_path: Path) -> None:
    with station_of(unit, "custodian") as station:
        assert code_of(lambda: station.offices.register()) == "RIGHT_MISSING"
        assert code_of(lambda: station.offices.filed()) == "RIGHT_MISSING"
        with station.signing(pin_of(unit, "custodian")) as signer:
            file = station.offices.file_people
            assert code_of(lambda: file(tmp_path, signer, "x")) == "RIGHT_MISSING"


def test_new_rules_are_acknowledged_before_anybody_acts(unit: DemoUnit) -> None:
    """SU-08, SU-10, where the pack demands it."""
    sign_for(unit, "drafter", "起草并申请用印")
    pack = pack_of(unit)
    publish(
        unit,
        replace(
            pack,
            number=pack.number + 1,
            settings=replace(pack.settings, acknowledgement="demand"),
        ),
    )
    with pytest.raises(Problem, match="RULES_UNACKNOWLEDGED"):
        request(unit)
    assert not row_of(unit, "zhang").current
    sign_for(unit, "drafter", "起草并申请用印")
    assert request(unit)


def test_a_delegation_in_force_keeps_the_account(unit: DemoUnit, bureau: SignedUnit) -> None:
    """Of whoever gave it, and of whoever stands in; one that has ended keeps nobody."""
    first, last = day(NOW), day(NOW + timedelta(days=9))
    body = Delegation("chen", Role.OFFICER, (), (), Level.INTERNAL, first, last, "出差")
    basis = bureau.basis("wang")
    given = bureau.say("wang", body, post=Post.OFFICER, at=ASKED, on=basis)
    with station_of(unit, "system-admin") as station:
        held = replace(station._ports, evidence=bureau.trusted(given), clock=At(NOW))
        assert {who: ties(held, who).proxies for who in ("wang", "chen", "li")} == {
            "wang": 1,
            "chen": 1,
            "li": 0,
        }
        over = replace(held, clock=At(NOW + timedelta(days=10)))
        assert ties(over, "wang").proxies == 0
        end = bureau.say(
            "wang",
            DelegationEnd(given.id, "已返回"),
            post=Post.OFFICER,
            at=DECIDED,
            on=[*basis, given.id],
        )
        ended = replace(held, evidence=bureau.trusted(given, end))
        assert ties(ended, "chen").proxies == 0


def test_blank_forms_that_nobody_accounted_for_keep_the_account(
    unit: DemoUnit, bureau: SignedUnit
) -> None:
    forms = BlankForms("介绍信", BlankKind.TABLE, 1, "he")
    request = bureau.request()
    body = replace(request.body, blanks=forms)
    request = bureau.say(
        "li", body, post=Post.DRAFTER, at=ASKED, on=bureau.basis("li", "seal/official")
    )
    approval = bureau.decide(request)
    sealing = bureau.seal(request, approval)
    with station_of(unit, "system-admin") as station:
        unused = replace(station._ports, evidence=bureau.trusted(request), clock=At(NOW))
        assert ties(unused, "he").allowances == 0
        held = replace(unused, evidence=bureau.trusted(request, approval, sealing))
        assert (ties(held, "he").allowances, ties(held, "li").allowances) == (1, 0)
        told = bureau.flow(
            request,
            BlankAccount(BlankCount(3, 2, 1, 0), ""),
            approval,
            sealing,
            by="he",
            post=Post.CLERK,
        )
        closed = replace(held, evidence=bureau.trusted(request, approval, sealing, told))
        assert ties(closed, "he").allowances == 0


def test_the_old_rights_end_with_the_appointment(unit: DemoUnit) -> None:
    """PE-03: no moment in which both hold."""
    with station_of(unit, "security-admin") as station:
        station.offices.appoint("zhang", Post.PRINTER, Level.INTERNAL)
    with station_of(unit, "custodian") as station:
        case = station.cases()[0].id
        assert code_of(lambda: station.ready_to_seal(case)) == "RIGHT_MISSING"
        assert station.own.owes_responsibility, "another post, another signature"


async def test_signed_and_seen_by_keys(unit: DemoUnit) -> None:
    use_language("zh_CN")
    async with at_home(unit, "checker") as person:
        assert "岗位责任书" in person.screen
        await person.press("w", "r")
        assert person.name == "ResponsibilityScreen"
        await person.type("核验来文印章")
        await person.press("enter")
        await person.type(unit.person("checker")["pin"])
        await person.press("enter")
        assert person.name == "OwnScreen", person.screen
        assert "已签署，依据现行制度" in person.screen
