"""Killed at any instant: what was acknowledged is never missing, and nothing is half."""

import os
import random
import shutil
import signal
import struct
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from forked import fork
from store_acts import newcomer, second_commit, steps_of, stop_at
from store_disk import Disk
from store_kit import (
    blob,
    check,
    create,
    digest_of,
    event,
    numbers,
    reopen,
)

from airseal.model.problem import Problem
from airseal.store import Store, durable

KILLS = 64
SOAK_KILLS = 10_000


def _commit_for_ever(home: Path, pipe: int) -> None:
    """Commit pairs and a document each, and say which number is saved."""
    with reopen(home) as store:
        number = store.head.sequence // 2
        while True:
            number += 1
            store.commit(
                [event(number, case=str(number % 7)), event(number, "second")],
                [blob(b"document %d" % number)] if number % 3 == 0 else [],
            )
            os.write(pipe, struct.pack(">I", number))


def _campaign(home: Path, kills: int) -> None:
    chance = random.Random(20261122)
    create(home).close()
    saved = 0
    for _ in range(kills):
        child = fork(lambda pipe: _commit_for_ever(home, pipe))
        wanted = chance.randrange(4)
        heard = b""
        while len(heard) < 4 * wanted:
            heard += (more := child.hear())
            assert more, "the child ended by itself"
        instant = time.perf_counter() + chance.random() * 0.006
        while time.perf_counter() < instant:
            continue
        child.kill()
        heard += child.everything()
        child.status()
        if heard:
            (saved,) = struct.unpack(">I", heard[-4:])
        saved = _look(home, saved)
    assert check(home) == []
    assert saved > kills, "the children got nothing done"


def _look(home: Path, saved: int) -> int:
    """The home holds 1 … n, each as a whole pair, n being ``saved`` or the one after it."""
    with reopen(home) as store:
        held = numbers(store)
        last = len(held) // 2
        assert last in (saved, saved + 1)
        assert held == [number for each in range(1, last + 1) for number in (each, each)]
        assert store.desk.get("counts", "second") == (last or None)
        for number in range(3, saved + 1, 3):
            assert store.has_blob(digest_of(b"document %d" % number))
        return last


def test_killed_at_any_instant(tmp_path: Path) -> None:
    _campaign(tmp_path / "home", KILLS)


@pytest.mark.soak
def test_killed_at_any_instant_for_hours(tmp_path: Path) -> None:
    for lap in range(SOAK_KILLS // 500):
        _campaign(tmp_path / f"home{lap}", 500)


def _has_come(home: Path) -> bool:
    try:
        reopen(home, "li.na", "x").close()
    except Problem as problem:
        assert problem.code == "LOGIN_REFUSED"
        return False
    return True


@pytest.mark.parametrize("act", [second_commit, newcomer])
def test_killed_between_every_two_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, act: Callable[[Store], None]
) -> None:
    origin = tmp_path / "origin"
    with create(origin) as store:
        store.commit([event(1)])
    shutil.copytree(origin, tmp_path / "counted")
    steps = steps_of(tmp_path / "counted", monkeypatch, act)
    assert steps >= 8
    outcomes: list[bool] = []
    for step in range(1, steps + 1):
        home = tmp_path / f"home{step}"
        shutil.copytree(origin, home)
        _kill_at(home, act, step)
        with reopen(home) as store:
            held = numbers(store)
            assert held in ([1], [1, 2, 2])
            done = len(held) == 3
            if act is second_commit:
                act(store)
                assert store.blob(digest_of(b"document")).read() == b"document"
        if act is newcomer:
            done = _has_come(home)
        outcomes.append(done)
        assert check(home) == []
    assert outcomes == sorted(outcomes)
    assert set(outcomes) == {False, True}


def _kill_at(home: Path, act: Callable[[Store], None], step: int) -> None:
    """Do ``act`` in a child that is killed just before its ``step``-th changing call."""

    def work(pipe: int) -> None:
        with reopen(home) as store:
            kill = stop_at(step, lambda: os.kill(os.getpid(), signal.SIGKILL))
            setattr(durable, "_os", Disk(home.parent, kill))  # noqa: B010 - the seam is private
            act(store)
            os.write(pipe, b"saved")

    child = fork(work)
    assert child.everything() == b""
    assert os.WIFSIGNALED(child.status())
