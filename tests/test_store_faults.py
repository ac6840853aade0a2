"""A disk that refuses: a clear error, nothing lost, and work goes on when the cause is gone."""

import errno
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from store_acts import newcomer, second_commit, steps_of, stop_at
from store_disk import Disk
from store_kit import (
    blob,
    check,
    create,
    event,
    files,
    numbers,
    reopen,
)

from airseal.model.problem import Problem
from airseal.store import Store, durable


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EROFS])
@pytest.mark.parametrize("lasting", [False, True])
def test_a_disk_that_refuses_any_call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, lasting: bool
) -> None:
    for name, act in (("commit", second_commit), ("slots", newcomer)):
        home = tmp_path / name
        with create(home) as store:
            store.commit([event(1)])
        shutil.copytree(home, tmp_path / f"{name}-counted")
        steps = steps_of(tmp_path / f"{name}-counted", monkeypatch, act)
        for step in range(1, steps + 1):
            _refuse(home, monkeypatch, act, step, code, lasting)


def _refuse(
    origin: Path,
    monkeypatch: pytest.MonkeyPatch,
    act: Callable[[Store], None],
    step: int,
    code: int,
    lasting: bool,
) -> None:
    """Refuse the call number ``step`` (and all after it, if ``lasting``), then let go on."""
    home = origin.parent / f"{origin.name}-{step}"
    shutil.copytree(origin, home)
    with reopen(home) as store:
        seen = 0

        def before(call: str, name: str) -> None:
            nonlocal seen
            seen += 1
            if seen == step or (lasting and seen > step):
                raise OSError(code, "refused")

        with monkeypatch.context() as patch:
            patch.setattr(durable, "_os", Disk(home.parent, before))
            with pytest.raises(Problem) as problem:
                act(store)
        assert problem.value.code == "STORE_WRITE_FAILED"
        assert problem.value.params["reason"] == errno.errorcode[code]
        assert numbers(store)[:1] == [1]
        assert store.desk.get("counts", "tick") == 1
        stage = problem.value.params["stage"]
        store.commit([event(9)])
        held = numbers(store)
        match stage:
            case "vault" | "keyslots":
                assert held == [1, 9]
            case "ledger":
                assert held in ([1, 9], [1, 2, 2, 9]) if lasting else held == [1, 9]
            case "desk":
                assert held in ([1, 2, 2, 9], [1, 9])
                assert (held == [1, 9]) == origin.name.startswith("slots")
        assert store.desk.get("counts", "tick") == held.count(1) + held.count(9) + (2 in held)
    with reopen(home) as store:
        assert numbers(store) == held
    assert check(home) == []
    shutil.rmtree(home)


def test_keyslots_forged_while_the_home_is_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Verifying anew trusts the file as little as opening does."""
    home = tmp_path / "home"
    with create(home) as store:
        with monkeypatch.context() as patch:
            patch.setattr(durable, "_os", Disk(tmp_path, _refusing(1)))
            with pytest.raises(Problem):
                store.commit([event(1)])
        genuine = files(home)["keyslots"]
        with create(tmp_path / "other"):
            forged = files(tmp_path / "other")["keyslots"]
        (home / "keyslots").write_bytes(forged)
        with pytest.raises(Problem, match="KEYSLOTS_DAMAGED"):
            store.commit([event(2)])
        (home / "keyslots").write_bytes(genuine)
        store.commit([event(3)])
        assert numbers(store) == [3]


def _refusing(step: int) -> Callable[[str, str], None]:
    def refuse() -> None:
        raise OSError(errno.ENOSPC, "refused")

    return stop_at(step, refuse)


def test_a_disk_that_refuses_while_opening(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three homes in need of completing or cutting; a refused opening can be repeated."""
    for kill in range(3):
        origin = tmp_path / f"origin{kill}"
        with create(origin) as store:
            store.commit([event(1)])
            store.commit([event(2)])
        with reopen(origin) as store:
            store.commit([event(3)])
            desk = (origin / "desk").read_bytes()
            store.commit([event(4)])
        match kill:
            case 0:
                (origin / "desk").write_bytes(desk)
            case 1:
                with (origin / "ledger/000002").open("ab") as segment:
                    segment.write(b"torn")
            case 2:
                (origin / "ledger/000003").write_bytes(b"torn")
        step, opened = 0, False
        while not opened:
            step += 1
            home = tmp_path / f"home{kill}-{step}"
            shutil.copytree(origin, home)
            with monkeypatch.context() as patch:
                patch.setattr(durable, "_os", Disk(tmp_path, _refusing(step)))
                try:
                    reopen(home).close()
                    opened = True
                except Problem as problem:
                    assert problem.code == "STORE_WRITE_FAILED"
            with reopen(home) as store:
                store.commit([event(5)])
                assert numbers(store) == [1, 2, 3, 4, 5]
            assert check(home) == []
        assert step > 1


def test_a_disk_that_refuses_a_creation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    step, created = 0, False
    while not created:
        step += 1
        home = tmp_path / f"home{step}"
        with monkeypatch.context() as patch:
            patch.setattr(durable, "_os", Disk(tmp_path, _refusing(step)))
            try:
                create(home).close()
                created = True
            except Problem as problem:
                assert problem.code == "STORE_WRITE_FAILED"
        with create(home) if _is_missing(home) else reopen(home) as store:
            store.commit([event(1)])
        assert check(home) == []
    assert step > 8


def _is_missing(home: Path) -> bool:
    try:
        reopen(home).close()
    except Problem as problem:
        assert problem.code == "HOME_MISSING"
        return True
    return False


def test_a_home_that_vanishes_is_an_error_that_passes(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with create(home) as store:
        store.commit([event(1)])
        home.rename(tmp_path / "away")
        for _ in range(2):
            with pytest.raises(Problem, match=r"STORE_WRITE_FAILED|DESK_MISSING|STORE_READ_FAILED"):
                store.commit([event(2)], [blob(b"x")])
        (tmp_path / "away").rename(home)
        store.commit([event(3)], [blob(b"x")])
        assert numbers(store)[-1] == 3
    assert check(home) == []
