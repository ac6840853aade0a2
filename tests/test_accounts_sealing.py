"""What accounts and registration mean for sealing, at a real demo unit."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from demo_unit import DemoUnit
from flow_kit import pack_of, publish
from station_kit import code_of, lasting_jail, pin_of, station_of, store_of

from airseal.duties.accounts import Newcomer
from airseal.duties.sealing import CHECKS
from airseal.evidence.accounts import USE_ENDED
from airseal.evidence.packs import ready_pack
from airseal.evidence.records import STATION_REGISTERED
from airseal.founding.demo import SEAL
from airseal.founding.homes import change_password
from airseal.model.case import CaseState
from airseal.model.level import Level
from airseal.model.matter import Importance
from airseal.model.people import Post
from airseal.model.problem import Problem
from airseal.model.rights import Right
from airseal.model.secret import Secret
from airseal.model.use import Operator, UseRight
from airseal.station import Station
from airseal.store import EntryIn

FRESH = "Wide-River-88k"


@pytest.fixture(scope="module", autouse=True)
def jail() -> Iterator[None]:
    with lasting_jail():
        yield


@pytest.fixture
def unit(demo_unit: DemoUnit) -> DemoUnit:
    """The custodian's station holds the case that waits to be sealed."""
    with station_of(demo_unit, "custodian") as station:
        station.import_file(demo_unit.waiting(1))
    return demo_unit


def approved(station):
    return next(row.id for row in station.cases() if row.state is CaseState.APPROVED)


def why_not_sealed(unit):
    with station_of(unit, "custodian") as station:
        return code_of(lambda: station.ready_to_seal(approved(station)))


def settle(unit, person, name, post):
    """An account of ``person`` at the custodian's station."""
    with station_of(unit, "system-admin") as station:
        once = station.offices.open_account(Newcomer(person, name))
    with station_of(unit, "security-admin") as station:
        station.offices.appoint(person, post, Level.INTERNAL)
    change_password(unit.home("custodian"), person, once, Secret(FRESH))


def test_nothing_is_sealed_at_an_unregistered_station(unit):
    assert why_not_sealed(unit) is None
    with station_of(unit, "custodian") as station:
        told = {**station.facts.told(), "place": ""}
    with store_of(unit, "custodian") as store:
        at = "2026-11-22T20:00:00+08:00"
        store.commit([EntryIn(STATION_REGISTERED, "zhang", at, told)])
    assert why_not_sealed(unit) == "STATION_UNREGISTERED"
    with station_of(unit, "system-admin") as station:
        station.offices.register_station("501室", "zhang", (), ())
    assert why_not_sealed(unit) is None


def test_an_impossible_handover_stops_the_seal_and_frees_the_account(unit):
    settle(unit, "he", "何印管", Post.AUTHORITY)
    with station_of(unit, "system-admin") as station:
        assert station.offices.ties("zhang").seals
        assert code_of(lambda: station.offices.close_account("zhang", "失联")) == "ACCOUNT_TIED"
    with Station.open(unit.home("custodian"), "he", Secret(FRESH)) as station:
        offices = station.offices
        assert code_of(lambda: offices.handover_impossible("zhang", SEAL, "")) == "REASON_MISSING"
        assert code_of(lambda: offices.handover_impossible("li", SEAL, "x")) == "SEAL_NOT_CUSTODIAN"
        offices.handover_impossible("zhang", SEAL, "失联，无法交接")
    assert why_not_sealed(unit) == "SEAL_RETIRING"
    with station_of(unit, "system-admin") as station:
        assert not station.offices.ties("zhang")
        station.offices.close_account("zhang", "失联")
    with pytest.raises(Problem, match="LOGIN_REFUSED"), station_of(unit, "custodian"):
        pass


def test_a_use_right_that_ended_ends_sealing(unit):
    settle(unit, "he", "何印管", Post.AUTHORITY)
    with Station.open(unit.home("custodian"), "he", Secret(FRESH)) as station:
        term = UseRight("zhang", "official", "2020-01-01", "2099-12-31", "授权书1号")
        station.offices.grant_use(term)
    assert why_not_sealed(unit) is None
    with station_of(unit, "system-admin") as station:
        assert station.offices.ties("zhang").proxies == 1, "who stands in cannot leave (PE-01)"
    with Station.open(unit.home("custodian"), "he", Secret(FRESH)) as station:
        station.offices.end_use("zhang", "official", "调岗")
    assert why_not_sealed(unit) == "USE_RIGHT_ENDED"
    with station_of(unit, "system-admin") as station:
        assert station.offices.ties("zhang").proxies == 0
    with store_of(unit, "custodian") as store:
        reached = [dict(e.facts) for e in store.entries() if e.kind == "overreach"]
    assert reached == [{"right": "seal", "code": "USE_RIGHT_ENDED"}]


def grant(unit, *rights):
    """What the seal department's administrator grants at the custodian's station."""
    with Station.open(unit.home("custodian"), "he", Secret(FRESH)) as station:
        for right in rights:
            station.offices.grant_use(right)


def day(offset):
    return (datetime.now().astimezone() + timedelta(days=offset)).date().isoformat()


def test_attacks_on_dated_use_rights(unit):
    """AC-13, C-06: a right not begun, run out, of another type, of another person, one's own gift.

    Each at the door of a real station whose pack lets only authorised users seal; last, a right
    that is taken back between the questions before the PIN and the signature.
    """
    pack = pack_of(unit)
    only = replace(pack.settings, operator=Operator.AUTHORISED_USER)
    publish(unit, replace(pack, number=pack.number + 1, settings=only))
    settle(unit, "he", "何印管", Post.AUTHORITY)
    assert why_not_sealed(unit) == "USE_RIGHT_MISSING"
    yesterday, today, tomorrow = day(-1), day(0), day(1)
    for right, code in [
        (UseRight("zhang", "finance", yesterday, tomorrow, "另一类印章"), "USE_RIGHT_MISSING"),
        (UseRight("he", "official", yesterday, tomorrow, "另一人"), "USE_RIGHT_MISSING"),
        (UseRight("zhang", "official", tomorrow, day(9), "未到期"), "USE_RIGHT_ENDED"),
        (UseRight("zhang", "official", day(-9), yesterday, "已过期"), "USE_RIGHT_ENDED"),
        (UseRight("zhang", "official", yesterday, today, "在期内"), None),
    ]:
        grant(unit, right)
        assert why_not_sealed(unit) == code, right
    with station_of(unit, "custodian") as station:
        case = approved(station)
        own = UseRight("zhang", "official", today, "2099-12-31", "自行授权")
        assert code_of(lambda: station.offices.grant_use(own)) == "RIGHT_MISSING"
        entries = station.entries
        with station.signing(pin_of(unit, "custodian")) as signer:
            station.ready_to_seal(case)
            ended = {"person": "zhang", "type": "official", "reason": "调岗"}
            event = EntryIn(USE_ENDED, "he", f"{today}T08:00:00+08:00", ended)
            station._ports.store.commit([event])
            assert code_of(lambda: station.seal(case, signer, checked=CHECKS)) == "USE_RIGHT_ENDED"
        kinds = [one.kind for one in station._ports.store.entries(entries)]
        assert "seal-intent" not in kinds and "statement" not in kinds
        assert station.case(case).status.state is CaseState.APPROVED


def test_the_roster_counts_when_posts_are_kept_apart(unit):
    with station_of(unit, "security-admin") as station:
        appoint = station.offices.appoint
        refused = "POSTS_KEPT_APART"
        assert code_of(lambda: appoint("zhou", Post.CUSTODIAN, Level.INTERNAL)) == refused
        assert code_of(lambda: appoint("zhou", Post.AUDITOR, Level.INTERNAL)) == refused
        assert code_of(lambda: appoint("zhou", Post.ROOT, Level.INTERNAL)) == "POST_OFFLINE"
        assert code_of(lambda: appoint("zhou", Post.OFFICER, Level.SECRET)) == "CLEARANCE_ROSTER"
        assert code_of(lambda: appoint("zhou", Post.OFFICER, Level.INTERNAL)) is None


def test_an_account_with_open_cases_stays(unit):
    with station_of(unit, "system-admin") as station:
        station.offices.open_account(Newcomer("li", "李承办"))
        assert station.offices.ties("li").cases == 1
        assert code_of(lambda: station.offices.close_account("li", "调离")) == "ACCOUNT_TIED"


def test_posts_that_the_roster_gives_to_nobody_are_told(unit):
    with station_of(unit, "auditor") as station:
        assert station.offices.vacancies() == [Post.PRINTER]


def test_accounts_from_the_command_line(unit):
    opened = unit.run("system-admin", "account", "open", "sun", "--name", "孙新人")
    assert opened.status == 0, opened.err
    once = opened.json["password"]
    appointed = unit.run(
        "security-admin", "account", "appoint", "sun", "--post", "checker", "--level", "internal"
    )
    assert appointed.json["post"] == "checker"
    change_password(unit.home("custodian"), "sun", Secret(once), Secret(FRESH))
    rows = unit.run("auditor", "account", "list").json
    assert {row["person"]: row["state"] for row in rows}["sun"] == "active"
    refused = unit.run("custodian", "account", "reset", "sun", "--reason", "x")
    assert (refused.status, refused.json["code"]) == (1, "RIGHT_MISSING")
    assert unit.run("system-admin", "account", "close", "sun", "--reason", "调离").status == 0


def test_one_pin_serves_many_only_where_the_pack_says(unit):
    with station_of(unit, "custodian") as station:
        guard = station._guard
        one, other = (row.id for row in station.cases()[:2])
        for case in (one, one, other):
            guard.spend_pin(Right.SEAL, case, Level.INTERNAL)
        guard.forget_pin()
        for case in (one, one):
            guard.spend_pin(Right.SEAL, case, Level.CONFIDENTIAL)
        assert code_of(lambda: guard.spend_pin(Right.SEAL, other, Level.CONFIDENTIAL)) == "PIN_EACH"
        assert guard.one_pin(Right.DECIDE, Level.TOP_SECRET)
        assert guard.one_pin(Right.SIGN_RECEIPT, Level.TOP_SECRET)
        for right in (Right.SETTLE, Right.DELETE):
            assert not guard.one_pin(right, Level.PUBLIC), "what cannot be taken back"


@pytest.mark.parametrize("highest", [None, *Level])
def test_up_to_which_level_a_batch_is_sealed(highest):
    pack = ready_pack("bureau")
    pack = replace(pack, settings=replace(pack.settings, one_pin_sealings=highest))
    for level in Level:
        assert pack.one_pin_seals(level) == (highest is not None and highest.covers(level))
        for importance in (Importance.IMPORTANT, Importance.CRITICAL):
            assert not pack.one_pin_seals(level, importance)
