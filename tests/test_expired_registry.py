"""Acting on an expired registry is refused, and its page says so (E-12)."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from demo_pilot import at_home
from demo_unit import DemoUnit, copied
from station_kit import lasting_jail, pin_of, station_of
from test_flows_stations import Office, code_of

from airseal.errors import explain
from airseal.model.problem import Problem
from airseal.model.request import Outcome
from airseal.model.secret import Secret
from airseal.station import Station
from airseal.text import use_language


@dataclass(frozen=True)
class Ahead:
    """A machine whose clock is right, and so many days on."""

    days: int

    def now(self) -> datetime:
        return datetime.now().astimezone() + timedelta(days=self.days)


@pytest.fixture(autouse=True, scope="module")
def jail() -> Iterator[object]:
    with lasting_jail() as jail:
        yield jail


@pytest.fixture(scope="module")
def unit(
    built_demo: DemoUnit, jail: object, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[DemoUnit]:
    with copied(built_demo, tmp_path_factory.mktemp("expired") / "unit") as unit:
        yield unit


async def test_every_document_shows_its_version_and_date(unit: DemoUnit) -> None:
    use_language("zh_CN")
    async with at_home(unit, "checker") as person:
        await person.press("g")
        (written,) = set(re.findall(r"第 1 期，(\d{4}年\d{1,2}月\d{1,2}日)", person.screen))
        rows = [line for line in person.screen.splitlines() if "人员" in line]
        assert rows
        assert all(written in line for line in rows[1:]), rows


@contextmanager
def months_later(unit: DemoUnit, post: str) -> Iterator[Station]:
    """The station 200 days on, whose person has confirmed the clock."""
    person = unit.person(post)
    home, password = unit.home(post), Secret(person["password"])
    with Station.open(home, person["id"], password, clock=Ahead(200)) as station:
        station.accept_clock("停用半年后启用")
        yield station


def test_nobody_acts_by_it(unit: DemoUnit, tmp_path: Path) -> None:
    office = Office(unit, tmp_path / "stick")
    asked, approved = office.request(), office.approved()
    office.send("drafter", asked, "officer")
    with months_later(unit, "officer") as station:
        refused = code_of(lambda: station.may_decide(asked, Outcome.APPROVE, "同意"))
        assert refused == "REGISTRY_EXPIRED"
    with months_later(unit, "custodian") as station:
        assert code_of(lambda: station.ready_to_seal(approved)) == "REGISTRY_EXPIRED"
    with (
        months_later(unit, "drafter") as station,
        station.signing(pin_of(unit, "drafter")) as signer,
        station.take_in(unit.document()) as document,
    ):
        ask = lambda: station.request(document, office.wish(), signer)  # noqa: E731
        assert code_of(ask) == "REGISTRY_EXPIRED"


def test_no_sealed_document_leaves_unjudged(unit: DemoUnit, tmp_path: Path) -> None:
    """VF-07: its seals are asked about before it is used again, and 状态未知 is not 有效."""
    with station_of(unit, "checker") as station:
        (case,) = station.import_file(unit.waiting(2)).cases
        with station.signing(pin_of(unit, "checker")) as signer:
            assert station.export([case], tmp_path, signer).path.exists()
    with (
        months_later(unit, "checker") as station,
        station.signing(pin_of(unit, "checker")) as signer,
    ):
        entries, written = station.entries, sorted(tmp_path.iterdir())
        with pytest.raises(Problem, match="EXPORT_UNSOUND") as caught:
            station.export([case], tmp_path, signer)
        assert caught.value.params["because"] == "REGISTRY_EXPIRED"
        told = explain(caught.value).what
        assert "bureau" in told and "REGISTRY_EXPIRED" not in told, told
        assert code_of(lambda: station.light.prepare_cases([case], signer)) == "EXPORT_UNSOUND"
        assert (station.entries, sorted(tmp_path.iterdir())) == (entries, written)
