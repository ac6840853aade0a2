"""Killed at a random instant in every duty: what was reported as saved is there, and whole."""

import os
import pkgutil
import random
import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from demo_unit import DemoUnit, copied
from duty_kit import (
    Drive,
    Saved,
    Workplace,
    again,
    drive,
    first_heads,
    heard,
    in_a_child,
    listen,
    look,
    prepare,
)
from duty_table import DUTIES, LEFT_OUT
from station_kit import lasting_jail

import airseal.duties

KILLS = 6
SOAK_KILLS = 10_000
AGAIN = 3
"""After one kill in so many the duty is done to its end."""


@pytest.fixture(scope="module")
def unit(built_demo: DemoUnit, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoUnit]:
    with lasting_jail(), copied(built_demo, tmp_path_factory.mktemp("kills") / "unit") as unit:
        yield unit


def uninterrupted(what: Drive, place: Workplace) -> tuple[Saved, list[float]]:
    """What the duty says is saved, step by step, and when it came to each step (s)."""

    def work(tell: object) -> None:
        at: list[float] = []
        drive(what, place, tell, lambda _: at.append(time.perf_counter()))  # type: ignore[arg-type]
        at.append(time.perf_counter())
        tell(steps=at)  # type: ignore[operator]

    saved = heard(in_a_child(place, work))
    assert saved.done, (what.id, saved.problem)
    return saved, saved.steps


def killed(what: Drive, place: Workplace, step: int, delay: float) -> Saved:
    """The duty, killed ``delay`` seconds after its ``step``-th changing call began."""
    reached = 0

    def work(tell: object) -> None:
        def before(_: str) -> None:
            nonlocal reached
            if reached == step:
                tell(steps=[0.0])  # type: ignore[operator]
            reached += 1

        drive(what, place, tell, before)  # type: ignore[arg-type]
        signal.pause()

    child = in_a_child(place, work)
    saved = listen(child, until=lambda told: bool(told.steps or told.problem or told.crash))
    assert saved.steps, (what.id, saved)
    instant = time.perf_counter() + delay
    while time.perf_counter() < instant:
        continue
    child.kill()
    saved = listen(child, saved)
    assert os.WIFSIGNALED(child.status())
    return saved


def campaign(what: Drive, unit: DemoUnit, folder: Path, kills: int, seed: int) -> int:
    """Kill so often; returns how many kills came before the duty was done.

    How many that are is up to the machine: a busy one may have been slower when it was measured.
    """
    chance = random.Random(f"{what.id} {seed}")
    ready = prepare(what, unit, folder / "ready")
    whole, at = uninterrupted(what, ready.copy(folder / "whole"))
    heads = sorted({*whole.heads, *first_heads(what, ready)})
    early = 0
    for number in range(kills):
        place = ready.copy(folder / f"kill{number}")
        step = chance.randrange(len(at) - 1)
        pause = chance.random() * 1.1 * (at[step + 1] - at[step])
        saved = killed(what, place, step, pause)
        early += not saved.done
        look(what, place, saved, heads)
        if number % AGAIN == 0:
            again(what, place)
        shutil.rmtree(place.folder)
    return early


@pytest.mark.parametrize("what", DUTIES, ids=lambda what: what.id)
def test_killed_at_any_instant_of_a_duty(what: Drive, unit: DemoUnit, tmp_path: Path) -> None:
    assert campaign(what, unit, tmp_path, KILLS, 1) > 0


def test_every_duty_is_driven() -> None:
    there = {module.name for module in pkgutil.iter_modules(airseal.duties.__path__)}
    driven = {what.duty for what in DUTIES}
    assert driven | set(LEFT_OUT) == there, "a duty has no row in duty_table"
    assert not driven & set(LEFT_OUT)
    assert KILLS * len(DUTIES) >= 200


@pytest.mark.soak
@pytest.mark.parametrize("what", DUTIES, ids=lambda what: what.id)
def test_killed_at_ten_thousand_instants(what: Drive, unit: DemoUnit, tmp_path: Path) -> None:
    kills = -(-SOAK_KILLS // len(DUTIES))
    assert campaign(what, unit, tmp_path, kills, 2) > kills // 4
