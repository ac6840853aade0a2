"""PINs of tokens: the holder changes theirs, two people unlock one (TK-02, C-11).

SoftHSM never locks a PIN, so a locked state is shown by the flags only (test_keys_tokenhost);
here a PIN is forgotten, and the way back is the same.
"""

from collections.abc import Iterator

import pytest
from demo_unit import DemoUnit
from station_kit import code_of, held, lasting_jail, pin_of, station_of

from airseal.duties.pins import Unlocking
from airseal.founding.demo import SO_PIN
from airseal.keys.pinflag import is_initial, mark_initial
from airseal.model.people import Post
from airseal.model.pin import judge_pin
from airseal.model.problem import Problem
from airseal.model.secret import Secret

NEW = "806153"
WANTED = Unlocking("zhang", "zhou", "工作证 0417", "本人遗忘")


@pytest.fixture(scope="module", autouse=True)
def jail() -> Iterator[None]:
    with lasting_jail():
        yield


def password_of(unit: DemoUnit, post: str) -> Secret:
    return Secret(unit.person(post)["password"])


def signs(unit: DemoUnit, pin: Secret) -> str | None:
    def sign() -> None:
        with station_of(unit, "custodian") as station, station.signing(pin):
            pass

    return code_of(sign)


def test_a_pin_is_changed_and_its_value_is_nowhere(demo_unit: DemoUnit) -> None:
    old = pin_of(demo_unit, "custodian")
    with station_of(demo_unit, "custodian") as station:
        assert code_of(lambda: station.own.change_pin(Secret("000000"), Secret(NEW))) == "PIN_WRONG"
        assert code_of(lambda: station.own.change_pin(old, old)) == "PIN_WEAK"
        station.own.change_pin(old, Secret(NEW))
    assert signs(demo_unit, old) == "PIN_WRONG"
    assert signs(demo_unit, Secret(NEW)) is None
    entries = held(demo_unit, "custodian").entries
    changed = [entry for entry in entries if entry.kind == "pin-changed"]
    assert [(entry.by, dict(entry.facts)) for entry in changed] == [("zhang", {"person": "zhang"})]
    assert NEW not in str([dict(entry.facts) for entry in entries])


def test_a_pin_that_somebody_else_gave_signs_nothing(demo_unit: DemoUnit) -> None:
    pin = pin_of(demo_unit, "custodian")
    with (
        station_of(demo_unit, "custodian") as station,
        station._ports.tokens.login(station._ports.certificate, pin) as token,
    ):
        mark_initial(token)
    assert signs(demo_unit, pin) == "PIN_INITIAL"
    with station_of(demo_unit, "custodian") as station:
        station.own.change_pin(pin, Secret(NEW))
    assert signs(demo_unit, Secret(NEW)) is None


def test_two_people_unlock_and_the_holder_changes(demo_unit: DemoUnit) -> None:
    agreed = password_of(demo_unit, "authority")
    with station_of(demo_unit, "system-admin") as station:
        once = station.offices.unlock_pin(WANTED, agreed, Secret(SO_PIN))
    assert signs(demo_unit, pin_of(demo_unit, "custodian")) == "PIN_WRONG"
    assert signs(demo_unit, once) == "PIN_INITIAL"
    with station_of(demo_unit, "custodian") as station:
        station.own.change_pin(once, Secret(NEW))
        with station._ports.tokens.login(station._ports.certificate, Secret(NEW)) as token:
            assert not is_initial(token)
    assert signs(demo_unit, Secret(NEW)) is None
    entries = held(demo_unit, "custodian").entries
    told = next(entry for entry in entries if entry.kind == "pin-unlocked")
    assert (told.by, dict(told.facts)) == (
        "chen",
        {"person": "zhang", "second": "zhou", "identity": "工作证 0417", "reason": "本人遗忘"},
    )
    assert once.reveal().decode() not in str([dict(entry.facts) for entry in entries])


REFUSED = (
    ({"second": "wu"}, "UNLOCK_SECOND"),
    ({"second": "chen"}, "UNLOCK_SECOND"),
    ({"second": "nobody"}, "PERSON_UNKNOWN"),
    ({"reason": " "}, "REASON_MISSING"),
    ({"identity": ""}, "REASON_MISSING"),
    ({"person": "nobody"}, "POST_NOT_HELD"),
    ({"password": "wrong"}, "LOGIN_REFUSED"),
    ({"so_pin": "11111111"}, "SO_PIN_WRONG"),
)


def test_what_unlocking_wants(demo_unit: DemoUnit) -> None:
    usual = {"person": "zhang", "second": "zhou", "identity": "工作证", "reason": "遗忘"}
    usual |= {"password": demo_unit.person("authority")["password"], "so_pin": SO_PIN}
    with station_of(demo_unit, "system-admin") as station:
        for changed, code in REFUSED:
            told = usual | changed
            wanted = Unlocking(told["person"], told["second"], told["identity"], told["reason"])
            secrets = Secret(told["password"]), Secret(told["so_pin"])
            with pytest.raises(Problem) as refused:
                station.offices.unlock_pin(wanted, *secrets)
            assert refused.value.code == code
    assert signs(demo_unit, pin_of(demo_unit, "custodian")) is None


@pytest.mark.parametrize("post", [Post.CUSTODIAN, Post.SECURITY_ADMIN])
def test_unlocking_is_for_the_system_administrator(demo_unit: DemoUnit, post: Post) -> None:
    with station_of(demo_unit, post) as station, pytest.raises(Problem) as refused:
        station.offices.unlock_pin(WANTED, Secret("x"), Secret("y"))
    assert refused.value.code == "RIGHT_MISSING"


def test_unlocking_by_command(demo_unit: DemoUnit) -> None:
    agreed = demo_unit.person("authority")["password"]
    ran = demo_unit.run(
        *("system-admin", "pin", "unlock", "zhang", "--second", "zhou"),
        *("--identity", "工作证", "--reason", "遗忘"),
        pin=f"{agreed}\n{SO_PIN}",
    )
    assert ran.status == 0, ran
    changed = demo_unit.run("custodian", "pin", "change", pin=f"{ran.json['pin']}\n{NEW}")
    assert (changed.status, changed.json) == (0, {"done": True})
    assert demo_unit.run("custodian", "pin", "status").json["pin"] == "ok"


@pytest.mark.parametrize(
    ("pin", "weak"),
    [
        ("12345", True),
        ("123456", True),
        ("987654", True),
        ("111111", True),
        ("121212", True),
        ("123123", True),
        ("571934", False),
        ("a7-k2m", False),
    ],
)
def test_simple_pins(pin: str, weak: bool) -> None:
    assert (judge_pin(pin) is not None) is weak
