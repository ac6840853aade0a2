"""The demo unit's stations at work on cases, and a stick that goes round."""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from demo_unit import DemoUnit
from station_kit import pin_of, station_of

from airseal.duties.drafting import Source, Wish
from airseal.duties.flowing import Build
from airseal.duties.sealing import CHECKS
from airseal.model.case import CaseState
from airseal.model.digest import Digest
from airseal.model.grant import AS_ASKED, Less
from airseal.model.level import Level
from airseal.model.machine import Act
from airseal.model.policy import PolicyPack
from airseal.model.request import Outcome
from airseal.model.secret import Secret
from airseal.station import Station


def pack_of(unit: DemoUnit) -> PolicyPack:
    """The pack in force."""
    with station_of(unit, "authority") as station:
        return station.rules.pack


def publish(unit: DemoUnit, pack: PolicyPack) -> None:
    """Publish and carry it to everybody."""
    stick = unit.directory / f"stick-{pack.number}"
    stick.mkdir()
    with (
        station_of(unit, "authority") as station,
        station.signing(pin_of(unit, "authority")) as signer,
    ):
        station.rules.publish(pack, signer)
        path = station.export_registry(stick, signer).path
    for post in ("drafter", "officer", "custodian"):
        with station_of(unit, post) as station:
            station.import_file(path)


class Office:
    """The demo unit's stations, and a stick that goes round."""

    def __init__(self, unit: DemoUnit, stick: Path) -> None:
        self.unit, self.stick = unit, stick
        stick.mkdir()
        self._carried = 0

    def wish(self, **more: object) -> Wish:
        facts: dict[str, object] = {
            "title": "关于测试的通知",
            "purpose": "",
            "seals": ("bureau-official",),
            "copies": 3,
            "recipients": ("finance", "archives"),
            "until": None,
            "level": Level.INTERNAL,
        }
        return Wish(**{**facts, **more})  # type: ignore[arg-type]  # by name

    def request(self, source: Source | None = None, **more: object) -> Digest:
        with (
            station_of(self.unit, "drafter") as station,
            station.signing(pin_of(self.unit, "drafter")) as signer,
            station.take_in(self.unit.document()) as document,
        ):
            return station.request(document, self.wish(**more), signer, source).id

    def send(self, post: str, cases: Digest | Sequence[Digest], *to: str) -> None:
        """``post`` takes cases out on the stick, and the others import what is on it."""
        some = [cases] if isinstance(cases, str) else list(cases)
        self._carried += 1
        folder = self.stick / str(self._carried)
        folder.mkdir()
        with (
            station_of(self.unit, post) as station,
            station.signing(pin_of(self.unit, post)) as signer,
        ):
            station.export(some, folder, signer)
        for other in to:
            with station_of(self.unit, other) as station:
                for found in station.bundles_on(folder):
                    station.import_file(folder / found.name)

    def decide(self, *cases: Digest, less: Less = AS_ASKED, by: str = "wang") -> None:
        """Officer ``by`` approves at the officer's station."""
        one = self.unit.named(by)
        home, password = self.unit.home("officer"), Secret(one["password"])
        with Station.open(home, by, password) as station:
            for case in cases:
                station.may_decide(case, Outcome.APPROVE, "同意", less)
            with station.signing(Secret(one["pin"])) as signer:
                for result in station.decide(list(cases), Outcome.APPROVE, "同意", signer, less):
                    assert result.problem is None, result.problem

    def act(self, post: str, case: Digest, act: Act, build: Build) -> None:
        with station_of(self.unit, post) as station:
            station.may_act(case, act, build)
            with station.signing(pin_of(self.unit, post)) as signer:
                (result,) = station.act([case], act, build, signer)
                assert result.problem is None, result.problem

    def seal(self, case: Digest) -> None:
        with station_of(self.unit, "custodian") as station:
            station.ready_to_seal(case)
            with station.signing(pin_of(self.unit, "custodian")) as signer:
                station.seal(case, signer, checked=CHECKS)

    def state(self, post: str, case: Digest) -> CaseState:
        with station_of(self.unit, post) as station:
            return station.case(case).status.state

    def approved(self, **more: Any) -> Digest:
        """A case that the officer approved and the custodian holds."""
        case = self.request(**more)
        self.send("drafter", case, "officer")
        self.decide(case)
        self.send("officer", case, "custodian")
        return case

    def contended(self) -> Digest:
        """A case that a copy of the officer's station denied beside; the authority holds both."""
        case = self.request()
        self.send("drafter", case, "officer", "authority")
        home = self.unit.home("officer")
        before = home.with_name("before")
        shutil.copytree(home, before)
        self.decide(case)
        self.send("officer", case, "authority")
        shutil.rmtree(home)
        before.rename(home)
        with (
            station_of(self.unit, "officer") as station,
            station.signing(pin_of(self.unit, "officer")) as signer,
        ):
            station.decide([case], Outcome.DENY, "不同意", signer)
        self.send("officer", case, "authority")
        return case


def words_of(pdf: Path) -> str:
    """What another program reads out of a PDF, without the breaks of lines."""
    done = subprocess.run(["pdftotext", "-raw", pdf, "-"], capture_output=True, check=True)
    return "".join(done.stdout.decode().split())
