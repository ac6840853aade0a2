"""A station that was worked at, flipped and cut anywhere: noticed, named, never accepted."""

import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from demo_unit import DemoUnit, copied
from station_kit import faults, lasting_jail, pin_of, station_of

from airseal.model.problem import Problem

FLIPS = 60
SOAK_FLIPS = 6_000
NAMED = {
    "keyslots": {"KEYSLOTS_DAMAGED", "HOME_NEWER", "HOME_OLDER"},
    "door": {"DOOR_LOST", "HOME_NEWER"},
    "desk": {"DESK_DAMAGED", "HOME_NEWER"},
    "ledger": {"LEDGER_DAMAGED", "LEDGER_SHORT", "HOME_NEWER"},
    "vault": {"BLOBS_DAMAGED", "HOME_NEWER"},
}
"""By the first name in its path, what a damaged file is called; the rest is derived."""


@pytest.fixture(scope="module")
def unit(built_demo: DemoUnit, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoUnit]:
    """A custodian's station with imports, a sealing and an export."""
    folder = tmp_path_factory.mktemp("damage")
    with lasting_jail(), copied(built_demo, folder / "unit") as unit:
        with (
            station_of(unit, "custodian") as station,
            station.signing(pin_of(unit, "custodian")) as signer,
        ):
            (case,) = station.import_file(unit.waiting(1)).cases
            station.seal(case, signer)
            station.export([case], unit.usb, signer)
        yield unit


def campaign(unit: DemoUnit, folder: Path, times: int) -> None:
    """Each time one file is flipped at one place, or cut there; files take turns."""
    chance = random.Random(20261129)
    origin = unit.home("custodian")
    paths = sorted(path.relative_to(origin) for path in origin.rglob("*") if path.is_file())
    assert set(NAMED) <= {path.parts[0] for path in paths}
    for number in range(times):
        path = paths[number % len(paths)]
        home = Path(shutil.copytree(origin, folder / "home"))
        whole = (home / path).read_bytes()
        place = chance.randrange(len(whole))
        if chance.random() < 0.8:
            flipped = whole[place] ^ 1 << chance.randrange(8)
            (home / path).write_bytes(whole[:place] + bytes([flipped]) + whole[place + 1 :])
        else:
            (home / path).write_bytes(whole[:place])
        found = told(unit, home)
        expected = NAMED.get(path.parts[0])
        if expected is None:
            assert found == set(), (path, place)
        else:
            assert found & expected, (path, place, found)
        shutil.rmtree(home)


def told(unit: DemoUnit, home: Path) -> set[str]:
    """What a check of the whole home says."""
    try:
        return set(faults(unit, "custodian", home))
    except Problem as problem:
        return {problem.code}


def test_a_used_station_is_flipped_and_cut(unit: DemoUnit, tmp_path: Path) -> None:
    assert told(unit, unit.home("custodian")) == set()
    campaign(unit, tmp_path, FLIPS)


@pytest.mark.soak
def test_a_used_station_is_flipped_and_cut_thousands_of_times(
    unit: DemoUnit, tmp_path: Path
) -> None:
    campaign(unit, tmp_path, SOAK_FLIPS)
