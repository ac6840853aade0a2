"""The ways into a station beside a password: a token, and two administrators together."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from demo_unit import DemoUnit
from office_kit import PASSWORDS, Office, office_in
from station_kit import code_of, lasting_jail, pin_of, station_of

from airseal.duties.accounts import Newcomer
from airseal.duties.recovering import Lost
from airseal.evidence.accounts import OVERREACH
from airseal.founding.homes import change_password, enrol_token, open_with_token, recover
from airseal.keys import softtoken
from airseal.model.level import Level
from airseal.model.people import Post
from airseal.model.secret import Secret
from airseal.station import Station
from airseal.store import Query

FRESH = "Wide-River-88k"
PIN = "571934"


@pytest.fixture(scope="module", autouse=True)
def jail() -> Iterator[None]:
    with lasting_jail():
        yield


def two(first: str = "chen", second: str = "wu") -> tuple[tuple[str, Secret], tuple[str, Secret]]:
    return (first, Secret(PASSWORDS[first])), (second, Secret(PASSWORDS[second]))


# Tokens


def test_a_token_opens_the_station_of_its_holder(demo_unit: DemoUnit) -> None:
    home, who = demo_unit.home("custodian"), demo_unit.person("custodian")
    password, pin = Secret(who["password"]), pin_of(demo_unit, "custodian")

    def by_token(person: str, pin: Secret) -> Callable[[], None]:
        def enter() -> None:
            with open_with_token(home, person, pin, None) as station:
                assert station.account.person == person

        return enter

    assert code_of(by_token("zhang", pin)) == "TOKEN_LOGIN_ABSENT"
    with station_of(demo_unit, "custodian") as station:
        assert not station.own.opens_with_token
        assert code_of(lambda: station.own.enrol_token(Secret("wrong"), pin)) == "LOGIN_REFUSED"
        station.own.enrol_token(password, pin)
        assert station.own.opens_with_token
    assert code_of(by_token("zhang", Secret("000000"))) == "PIN_WRONG"
    assert code_of(by_token("zhang", pin)) is None
    assert code_of(by_token("chen", pin)) == "TOKEN_LOGIN_ABSENT", "somebody else's token"
    with station_of(demo_unit, "custodian") as station, station.signing(pin):
        kinds = [entry.kind for entry in station._ports.store.entries()]
    assert "token-enrolled" in kinds
    ran = demo_unit.run("custodian", "cases", password=PIN, token=True)
    assert ran.status == 0, ran


@pytest.fixture
def plugged_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One blank token and nothing else."""
    conf = softtoken.create_store(tmp_path / "tokens")
    monkeypatch.setenv("SOFTHSM2_CONF", str(conf))
    softtoken.init_token(conf, "zhang", "12345678", PIN)


def test_top_secret_asks_for_a_token(tmp_path: Path, plugged_in: None) -> None:
    with office_in(tmp_path / "home", Level.TOP_SECRET) as office:
        home, password = office.home, Secret(PASSWORDS["zhang"])
        enter = lambda: Station.open(home, "zhang", password, clock=office.clock)  # noqa: E731
        assert code_of(enter) == "LOGIN_TOKEN_NEEDED"
        enrol_token(home, "zhang", password, Secret(PIN), None)
        assert code_of(enter) == "LOGIN_TOKEN_NEEDED", "the password alone, still"
        with open_with_token(home, "zhang", Secret(PIN), None, clock=office.clock) as station:
            assert station.account.clearance is Level.TOP_SECRET


def test_enrolling_wants_one_token_and_the_right_password(tmp_path: Path, plugged_in: None) -> None:
    with office_in(tmp_path / "home") as office:
        enrol = lambda word: enrol_token(  # noqa: E731
            office.home, "zhang", Secret(word), Secret(PIN), None
        )
        assert code_of(lambda: enrol("wrong")) == "LOGIN_REFUSED"
        softtoken.init_token(Path(os.environ["SOFTHSM2_CONF"]), "other", "12345678", PIN)
        assert code_of(lambda: enrol(PASSWORDS["zhang"])) == "TOKEN_CHOICE"


# Recovery


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with office_in(tmp_path / "home", Level.SECRET) as made:
        yield made


def arranged(office: Office) -> None:
    with office.at("chen") as station:
        assert station.offices.arrange_recovery() == ("chen", "wu")
        assert station.recoverable


def test_two_administrators_give_back_every_level(office: Office) -> None:
    arranged(office)
    once = recover(office.home, *two(), Lost("zhang", "遗忘"))
    assert code_of(lambda: office.at("zhang").__enter__()) == "LOGIN_REFUSED"
    change_password(office.home, "zhang", once, Secret(FRESH), clock=office.clock)
    with office.at("zhang", FRESH) as station:
        assert station._ports.store.levels >= {Level.SECRET, Level.CONFIDENTIAL}
    told = next(entry for entry in office.ledger() if entry.kind == "password-reset")
    assert (told.by, told.facts["second"], told.facts["reason"]) == ("chen", "wu", "遗忘")
    assert once.reveal().decode() not in str(dict(told.facts))
    assert office.faults() == []


def test_recovery_is_for_two_who_were_named(office: Office) -> None:
    def tried(first: str, second: str, person: str = "zhang", reason: str = "遗忘") -> str | None:
        return code_of(lambda: recover(office.home, *two(first, second), Lost(person, reason)))

    assert tried("chen", "wu") == "RECOVERY_MISSING"
    arranged(office)
    assert tried("chen", "zheng") == "RECOVERY_MISSING"
    assert tried("chen", "wu", "wu") == "ACCOUNT_OWN"
    assert tried("chen", "wu", "nobody") == "PERSON_UNKNOWN"
    assert tried("chen", "wu", reason=" ") == "REASON_MISSING"
    wrong = (("chen", Secret(PASSWORDS["chen"])), ("wu", Secret("guess")))
    assert code_of(lambda: recover(office.home, *wrong, Lost("zhang", "x"))) == "LOGIN_REFUSED"
    with office.at("zhang"):
        pass


def test_a_one_time_password_takes_part_in_no_recovery(office: Office) -> None:
    with office.at("chen") as station:
        once = station.offices.open_account(Newcomer("sun", "孙新人"))
    with office.at("wu") as station:
        station.offices.appoint("sun", Post.SYSTEM_ADMIN, Level.PUBLIC)
    arranged_people = ("chen", "sun", "wu")
    with office.at("chen") as station:
        assert station.offices.arrange_recovery() == arranged_people
    pair = (("sun", once), ("wu", Secret(PASSWORDS["wu"])))
    lost = Lost("zhang", "遗忘")
    assert code_of(lambda: recover(office.home, *pair, lost)) == "RECOVERY_POSTS"
    with office.at("zhang"):
        pass


# Media


def test_only_registered_media_are_used(demo_unit: DemoUnit, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    with station_of(demo_unit, "system-admin") as station:
        station.offices.register_station("501室", "chen", (), ("usb",))
    with station_of(demo_unit, "custodian") as station:
        station.import_file(demo_unit.waiting(1))
        stray = tmp_path / "other" / "x.airseal"
        stray.write_bytes(demo_unit.waiting(1).read_bytes())
        assert code_of(lambda: station.import_file(stray)) == "MEDIUM_NOT_REGISTERED"
        case = station.cases()[0].id
        with station.signing(pin_of(demo_unit, "custodian")) as signer:
            export = lambda place: station.export([case], place, signer)  # noqa: E731
            assert code_of(lambda: export(tmp_path / "other")) == "MEDIUM_NOT_REGISTERED"
            assert export(demo_unit.usb).path.exists()
        assert code_of(lambda: station.light.may_write(stray)) == "MEDIUM_NOT_REGISTERED"
        assert code_of(lambda: station.may_report(stray)) == "MEDIUM_NOT_REGISTERED"
    with station_of(demo_unit, "auditor") as station:
        assert code_of(lambda: station.audit.may_export(stray)) == "MEDIUM_NOT_REGISTERED"
        with station.signing(pin_of(demo_unit, "auditor")) as signer:
            copy = lambda place: station.audit.export(signer, Query(), place)  # noqa: E731
            assert code_of(lambda: copy(tmp_path / "other")) == "MEDIUM_NOT_REGISTERED"
            assert copy(demo_unit.usb).path.exists()
        refused = station.audit.page(Query(kinds=frozenset({OVERREACH}))).rows
        entries = [station.audit.entry(row.sequence)[0].facts for row in refused]
        assert [one["code"] for one in entries] == ["MEDIUM_NOT_REGISTERED"] * 6
