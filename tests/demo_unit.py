"""One demonstration unit per test session, and a fresh copy of it for whoever changes it."""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from commands import Ran, airseal

from airseal.founding.demo import TOLD, build, sample_pdf


@dataclass(frozen=True)
class DemoUnit:
    """A demo directory with what ``airseal demo build`` told about it."""

    directory: Path
    told: dict[str, Any]

    def home(self, post: str) -> Path:
        return Path(self.told["stations"][post])

    @property
    def usb(self) -> Path:
        return Path(self.told["usb"])

    @property
    def trust(self) -> Path:
        return Path(self.told["trust"])

    def person(self, post: str) -> dict[str, str]:
        return next(one for one in self.told["people"] if one["post"] == post)

    def named(self, person: str) -> dict[str, str]:
        return next(one for one in self.told["people"] if one["id"] == person)

    def waiting(self, index: int) -> Path:
        """The bundles left on the stick: to decide, to seal, to check."""
        sender = ("drafter", "officer", "custodian")[index]
        return next(self.usb.glob(f"{sender}-*.airseal"))

    def document(self, name: str = "公文.pdf") -> Path:
        path = self.directory / name
        path.write_bytes(sample_pdf("关于测试的通知"))
        return path

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "SOFTHSM2_CONF": self.told["SOFTHSM2_CONF"],
            "AIRSEAL_LANG": "en",
        }

    def run(
        self,
        post: str,
        *arguments: str | Path,
        pin: str | None = None,
        password: str | None = None,
        token: bool = False,
    ) -> Ran:
        """One command at a station, secrets over a pipe, JSON back."""
        person = self.person(post)
        return airseal(
            [
                *("--home", self.home(post), "--as", person["id"]),
                *(["--token"] if token else []),
                *arguments,
                "--json",
            ],
            self.environment,
            secrets=f"{password or person['password']}\n{pin or person['pin']}\n".encode(),
        )


@pytest.fixture(scope="session")
def built_demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoUnit]:
    """Built once; never change it: ask for ``demo_unit`` instead.

    Of the workers of one run the first builds, and each has a copy: a home can be open once.
    """
    own = tmp_path_factory.mktemp("demo") / "unit"
    if "PYTEST_XDIST_WORKER" not in os.environ:
        yield DemoUnit(own, build(own))
        return
    shared = tmp_path_factory.getbasetemp().parent / "demo"
    with (shared.parent / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shared / TOLD).exists():
            build(shared)
    unit = DemoUnit(shared, json.loads((shared / TOLD).read_text("utf-8")))
    with copied(unit, own) as mine:
        yield mine


@contextmanager
def copied(built_demo: DemoUnit, directory: Path) -> Iterator[DemoUnit]:
    """A copy in ``directory``, whose tokens are the ones plugged in meanwhile."""
    shutil.copytree(built_demo.directory, directory)
    before, after = str(built_demo.directory), str(directory)
    told = json.loads(json.dumps(built_demo.told).replace(before, after))
    for path in (directory / "demo.json", Path(told["SOFTHSM2_CONF"])):
        path.write_text(path.read_text().replace(before, after))
    previous = os.environ.get("SOFTHSM2_CONF")
    os.environ["SOFTHSM2_CONF"] = told["SOFTHSM2_CONF"]
    try:
        yield DemoUnit(directory, told)
    finally:
        if previous is not None:
            os.environ["SOFTHSM2_CONF"] = previous


@pytest.fixture
def demo_unit(built_demo: DemoUnit, tmp_path: Path) -> Iterator[DemoUnit]:
    """A copy of the demo unit that the test may do anything to."""
    with copied(built_demo, tmp_path / "unit") as unit:
        yield unit
