"""Killed anywhere while sealing: a sealing is whole, or openly unfinished, and never half.

The custodian's process ends by SIGKILL before each write to the disk and before each call of
the token, in turn. Whoever opens the station next finds ledger and desk in agreement, sees
what was begun, and ends with one verified seal. Then the children die instead of the program.
"""

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path
from typing import Any

import pytest
from demo_unit import DemoUnit, copied
from forked import fork
from station_kit import children, faults, held, lasting_jail, pin_of, rebuild, station_of
from store_disk import Disk

from airseal.duties.sealing import CHECKS
from airseal.keys.tokenhost import Signer, TokenHost
from airseal.model.case import CaseState
from airseal.model.digest import Digest
from airseal.model.problem import Problem
from airseal.model.request import Sealing
from airseal.station import Station
from airseal.store import durable

EVERY = 4
"""Of the steps, how many the normal run leaves out between two."""


class Stage(IntEnum):
    """How far the sealing got before the kill."""

    NOTHING = 0
    BEGUN = 1
    DOCUMENT_SIGNED = 2
    WHOLE = 3


@dataclass(frozen=True)
class Custodian:
    """The custodian's home with one approved request in it, to be copied for each kill."""

    unit: DemoUnit
    case: Digest
    homes: Path

    def home(self, name: str) -> Path:
        """A copy of the home, and of the tokens: they remember how far its ledger went."""
        name = f"{name}-{len(list(self.homes.iterdir()))}"
        store = Path(self.unit.told["SOFTHSM2_CONF"])
        tokens = Path(shutil.copytree(store.parent, self.homes / f"{name}-tokens"))
        conf = tokens / store.name
        conf.write_text(conf.read_text().replace(str(store.parent), str(tokens)))
        os.environ["SOFTHSM2_CONF"] = str(conf)
        return Path(shutil.copytree(self.unit.home("custodian"), self.homes / name))

    def seal(self, station: Station) -> None:
        with station.signing(pin_of(self.unit, "custodian")) as signer:
            station.seal(self.case, signer, checked=CHECKS)


@pytest.fixture(scope="module")
def custodian(
    built_demo: DemoUnit, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Custodian]:
    folder = tmp_path_factory.mktemp("kill")
    with lasting_jail(), copied(built_demo, folder / "unit") as unit:
        with station_of(unit, "custodian") as station:
            (case,) = station.import_file(unit.waiting(1)).cases
        yield Custodian(unit, case, folder)


def in_a_child(work: Callable[[int], None]) -> tuple[int, bytes]:
    """What a child did that does ``work(pipe)``: its status and what it wrote."""
    child = fork(work)
    heard = child.everything()
    return child.status(), heard


def seal_in_steps(custodian: Custodian, home: Path, before: Callable[[str], None]) -> None:
    """Open the station and seal; ``before`` is told of each write and each token call of that.

    Only in a child: nothing is put back.
    """
    call, sealing = TokenHost._call, False

    def step(name: str) -> None:
        if sealing:
            before(name)

    def calling(host: TokenHost, request: Any) -> Any:
        step(type(request).__name__)
        return call(host, request)

    setattr(TokenHost, "_call", calling)  # noqa: B010 - the seam is private
    setattr(durable, "_os", Disk(home.parent, lambda name, _: step(name)))  # noqa: B010
    with station_of(custodian.unit, "custodian", home) as station:
        sealing = True
        custodian.seal(station)
        sealing = False


@pytest.fixture(scope="module")
def steps(custodian: Custodian) -> list[str]:
    """What sealing does, step by step, when nobody kills it."""
    home = custodian.home("counted")

    def work(pipe: int) -> None:
        names: list[str] = []
        seal_in_steps(custodian, home, names.append)
        os.write(pipe, " ".join(names).encode())

    status, heard = in_a_child(work)
    assert status == 0
    return heard.decode().split()


def kill_before(custodian: Custodian, step: int) -> Path:
    """A home whose custodian was killed just before the ``step``-th step of sealing."""
    home = custodian.home(f"home{step}")
    seen = 0

    def before(_: str) -> None:
        nonlocal seen
        if seen == step:
            os.kill(os.getpid(), signal.SIGKILL)
        seen += 1

    def work(pipe: int) -> None:
        seal_in_steps(custodian, home, before)
        os.write(pipe, b"sealed")

    status, heard = in_a_child(work)
    assert os.WIFSIGNALED(status)
    assert heard == b""
    return home


def stage_of(station: Station, case: Digest) -> Stage:
    view = station.case(case)
    if view.status.state is CaseState.SEALED:
        assert not view.unfinished
        return Stage.WHOLE
    assert view.status.state is CaseState.APPROVED
    assert not view.facts.sealings
    intent = station.ready_to_seal(case).intent
    assert view.unfinished == (intent is not None)
    if intent is None:
        return Stage.NOTHING
    if intent.output is None:
        return Stage.BEGUN
    assert station.holds(intent.output)
    return Stage.DOCUMENT_SIGNED


def finish(custodian: Custodian, station: Station, stage: Stage) -> None:
    """What the custodian does next, which each stage allows in one way only."""
    case = custodian.case
    match stage:
        case Stage.NOTHING:
            custodian.seal(station)
        case Stage.BEGUN:
            with pytest.raises(Problem) as caught:
                custodian.seal(station)
            assert caught.value.code == "SEAL_UNFINISHED"
            station.abandon(case, "程序中断")
            custodian.seal(station)
        case Stage.DOCUMENT_SIGNED:
            intent = station.ready_to_seal(case).intent
            assert intent is not None
            custodian.seal(station)
            (sealing,) = station.case(case).facts.sealings
            assert isinstance(sealing.body, Sealing)
            assert sealing.body.output == intent.output
        case Stage.WHOLE:
            with pytest.raises(Problem) as caught:
                station.ready_to_seal(case)
            assert caught.value.code == "CASE_ALREADY_SEALED"
    is_sealed(station, case)


def is_sealed(station: Station, case: Digest) -> None:
    assert stage_of(station, case) is Stage.WHOLE
    assert len(station.case(case).facts.sealings) == 1
    verdict = station.verify_case(case)
    assert verdict.exit_status == 0, verdict


def kill_and_recover(custodian: Custodian, step: int) -> Stage:
    unit = custodian.unit
    home = kill_before(custodian, step)
    assert faults(unit, "custodian", home) == []
    with station_of(unit, "custodian", home) as station:
        stage = stage_of(station, custodian.case)
    before = held(unit, "custodian", home)
    rebuild(unit, "custodian", home)
    assert held(unit, "custodian", home) == before
    with station_of(unit, "custodian", home) as station:
        finish(custodian, station, stage)
    assert faults(unit, "custodian", home) == []
    shutil.rmtree(home)
    return stage


def test_the_seams_see_every_commit_and_every_signature(steps: list[str]) -> None:
    assert steps.count("Sign") == 2
    assert steps.count("rename") >= 3, "three commits, and so three desks"
    first, second = (at for at, name in enumerate(steps) if name == "Sign")
    assert steps[:first].count("rename") >= 1, "no signature before its intent is saved"
    assert "rename" in steps[first:second], "no statement before its document is saved"
    assert "rename" in steps[second:]


def test_killed_between_writes_and_token_calls(custodian: Custodian, steps: list[str]) -> None:
    signs = [at for at, name in enumerate(steps) if name == "Sign"]
    chosen = sorted({*range(0, len(steps), EVERY), *signs, *(at + 1 for at in signs)})
    stages = [kill_and_recover(custodian, step) for step in chosen]
    assert stages == sorted(stages)
    assert set(stages) == set(Stage)


@pytest.mark.soak
def test_killed_between_every_two_writes_and_token_calls(
    custodian: Custodian, steps: list[str]
) -> None:
    stages = [kill_and_recover(custodian, step) for step in range(len(steps))]
    assert stages == sorted(stages)
    assert set(stages) == set(Stage)


# The children die, the program lives


@dataclass
class Trap:
    """A signer before whose ``nth`` signature something happens."""

    signer: Signer
    nth: int
    happen: Callable[[], None]
    _asked: int = field(default=0)

    @property
    def certificate(self) -> bytes:
        return self.signer.certificate

    def sign(self, tbs: bytes) -> bytes:
        self._asked += 1
        if self._asked == self.nth:
            self.happen()
        return self.signer.sign(tbs)


def kill_all(pids: set[int]) -> None:
    assert pids
    for pid in pids:
        os.kill(pid, signal.SIGKILL)


@pytest.mark.parametrize(
    ("child", "nth", "code", "stage"),
    [
        ("airseal.keys.tokenserver", 1, "TOKEN_HOST_DIED", Stage.BEGUN),
        ("airseal.keys.tokenserver", 2, "TOKEN_HOST_DIED", Stage.DOCUMENT_SIGNED),
        ("airseal.paper.jailed", 1, "JAIL_DIED", Stage.BEGUN),
    ],
)
def test_a_child_that_dies_while_sealing_leaves_the_program_alive(
    custodian: Custodian, child: str, nth: int, code: str, stage: Stage
) -> None:
    home = custodian.home(f"{child}{nth}")
    bystanders = children("airseal.keys.tokenserver")
    with station_of(custodian.unit, "custodian", home) as station:
        with (
            station.signing(pin_of(custodian.unit, "custodian")) as signer,
            pytest.raises(Problem) as caught,
        ):
            trap = Trap(signer, nth, lambda: kill_all(children(child) - bystanders))
            station.seal(custodian.case, trap, checked=CHECKS)  # type: ignore[arg-type]
        assert caught.value.code == code
        assert stage_of(station, custodian.case) is stage
        finish(custodian, station, stage)
    assert faults(custodian.unit, "custodian", home) == []


def test_children_that_died_at_rest_are_replaced(custodian: Custodian) -> None:
    """Nobody notices a jail that is replaced; a dead token host is said once, then replaced."""
    home = custodian.home("at-rest")
    bystanders = children("airseal.keys.tokenserver")
    with station_of(custodian.unit, "custodian", home) as station:
        assert station.token().soft
        kill_all(children("airseal.") - bystanders)
        with pytest.raises(Problem) as caught:
            station.token()
        assert caught.value.code == "TOKEN_HOST_DIED"
        custodian.seal(station)
        is_sealed(station, custodian.case)
