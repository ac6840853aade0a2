"""The ledger's head on the custodian's token: a copy of the whole disk is not enough."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from demo_unit import DemoUnit, copied
from guard_kit import appoint_guard, at_guard
from pki import Pki
from station_kit import held, lasting_jail, pin_of, station_of, store_of

from airseal.evidence import partners
from airseal.evidence.tokenhead import TokenHead, decode_head, encode_head, head_label
from airseal.keys.tokenhost import MAX_NOTE, TokenHost, TokenKey
from airseal.model.problem import Problem
from airseal.station import Station

LABEL = head_label("bureau", "custodian")


@pytest.fixture(scope="module")
def host(pki: Pki) -> Iterator[TokenHost]:
    with TokenHost(environment=pki.environment) as tokens:
        yield tokens


def test_a_note_is_kept_in_place_of_the_old_one(pki: Pki, host: TokenHost):
    person = pki.drafter
    for value in (b"first", b"second", b"x" * MAX_NOTE):
        with host.login(person.certificate, person.pin) as token:
            token.write_note("label", value)
            token.write_note("another", b"untouched")
        with host.login(person.certificate, person.pin) as token:
            assert token.notes("label") == (value,)
            assert token.notes("another") == (b"untouched",)
            assert token.notes("lab") == ()


def test_a_note_is_for_whoever_knows_the_pin(pki: Pki, host: TokenHost):
    person = pki.drafter
    with host.login(person.certificate, person.pin) as token:
        token.write_note("label", b"private")
    for ask in (lambda: token.notes("label"), lambda: token.write_note("label", b"")):
        with pytest.raises(Problem, match="TOKEN_LOGGED_OUT"):
            ask()
    with host.login(person.certificate, person.pin) as token:
        with pytest.raises(Problem, match="TOKEN_FAILED"):
            token.write_note("label", b"x" * (MAX_NOTE + 1))
        assert token.notes("label") == (b"private",)


@pytest.fixture(scope="module", autouse=True)
def _jail() -> Iterator[None]:
    with lasting_jail():
        yield


@pytest.fixture
def unit(built_demo: DemoUnit, tmp_path: Path) -> Iterator[DemoUnit]:
    with copied(built_demo, tmp_path / "unit") as copy:
        yield copy


@contextmanager
def signing(unit: DemoUnit) -> Iterator[tuple[Station, TokenKey]]:
    with (
        station_of(unit, "custodian") as station,
        station.signing(pin_of(unit, "custodian")) as signer,
    ):
        assert isinstance(signer, TokenKey)
        yield station, signer


def signed_something(unit: DemoUnit, stick: Path) -> Path:
    with signing(unit) as (station, token):
        return station.export([station.cases()[0].id], stick, token).path


def alarms(unit: DemoUnit, post: str) -> list[str]:
    with station_of(unit, post) as station:
        return [f"{one.station}:{one.problem.code}" for one in station.alarms]


def whole_home_set_back(unit: DemoUnit, stick: Path) -> None:
    """Sign once more, then bring back everything on the disk as it was before."""
    home, keep = unit.home("custodian"), stick.parent / "keep"
    shutil.copytree(home, keep)
    signed_something(unit, stick)
    shutil.rmtree(home)
    shutil.copytree(keep, home)


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    path = tmp_path / "stick"
    path.mkdir()
    return path


def test_every_signing_leaves_the_head_on_the_token(unit: DemoUnit, stick: Path):
    for _ in range(2):
        signed_something(unit, stick)
        head = held(unit, "custodian").head
        with signing(unit) as (_, token):
            (value,) = token.notes(LABEL)
        known = decode_head(value)
        assert known == TokenHead(head.hash.hex(), 0, head.sequence)


@pytest.mark.parametrize("logins", [0, 6], ids=["shorter", "longer than before"])
def test_a_whole_home_set_back_signs_nothing_any_more(unit: DemoUnit, stick: Path, logins: int):
    whole_home_set_back(unit, stick)
    for _ in range(logins):
        with station_of(unit, "custodian"):
            pass
    with pytest.raises(Problem, match="LEDGER_ROLLED_BACK"), signing(unit):
        raise AssertionError
    assert alarms(unit, "custodian") == ["custodian:LEDGER_ROLLED_BACK"]


def test_the_security_administrator_goes_on_and_partners_are_told(unit: DemoUnit, stick: Path):
    whole_home_set_back(unit, stick)
    with station_of(unit, "checker") as station:
        station.import_file(next(stick.glob("*.airseal")))
    with pytest.raises(Problem, match="LEDGER_ROLLED_BACK"), signing(unit):
        raise AssertionError
    appoint_guard(unit, "custodian")
    with at_guard(unit, "custodian") as station:
        station.settle_alarm("bureau", "custodian", "硬盘损坏，由旧副本恢复")
    after = signed_something(unit, stick)
    assert alarms(unit, "custodian") == []
    with store_of(unit, "custodian") as store:
        assert partners.restores(store.desk) == 1
    with station_of(unit, "checker") as station:
        station.import_file(after)
    assert alarms(unit, "checker") == ["custodian:CHECKPOINT_RESTORED"]


@pytest.mark.parametrize(
    "value",
    [b"", b"{}", b"[" * 5_000, b"\xff", encode_head(TokenHead("", 0, 0)), b'{"hash":"","more":1}'],
)
def test_what_is_no_head_is_none(value: bytes):
    assert decode_head(value) is None
