"""Somebody else reaches into a home: its directory, its links, its modes, its lock."""

import errno
import os
import shutil
import stat
import subprocess
import sys
from itertools import chain, combinations
from pathlib import Path

import pytest
from store_disk import quick
from store_kit import (
    PASSWORD,
    PERSON,
    blob,
    check,
    create,
    digest_of,
    event,
    files,
    numbers,
    patient,
    project,
    refused,
    reopen,
)

from airseal.model.problem import Problem
from airseal.model.secret import Secret
from airseal.store import Store


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    quick(monkeypatch)
    home = tmp_path / "home"
    with create(home) as store:
        store.commit([event(1)], [blob(b"one")])
        store.put_aside("lines", b"derived")
    return home


@pytest.fixture
def theirs(tmp_path: Path) -> Path:
    """A directory that is none of the store's business."""
    place = tmp_path / "letters"
    place.mkdir()
    for name in ("000001", ".draft.new", "letter.txt"):
        (place / name).write_text("dear")
    return place


# The lock


def test_a_second_process_is_kept_out_whatever_is_deleted(home: Path) -> None:
    program = (
        "import sys; sys.path[:0] = sys.argv[2:]\n"
        "from pathlib import Path; from store_kit import reopen\n"
        "try: reopen(Path(sys.argv[1])).close(); print('opened')\n"
        "except Exception as problem: print(problem.code)\n"
    )
    command = [sys.executable, "-c", program, str(home), *sys.path]
    with reopen(home) as store:
        store.commit([event(2)])
        (home / "lock").write_bytes(b"")  # a lock file of an earlier format says nothing
        (home / "lock").unlink()
        assert subprocess.run(command, capture_output=True, text=True).stdout == "HOME_BUSY\n"
        store.commit([event(3)])
    assert subprocess.run(command, capture_output=True, text=True).stdout == "opened\n"


def test_a_home_put_in_the_place_of_the_open_one_is_not_written_to(
    home: Path, tmp_path: Path
) -> None:
    copy = Path(shutil.copytree(home, tmp_path / "copy"))
    with reopen(home) as store:
        store.commit([event(2)])
        home.rename(tmp_path / "away")
        copy.rename(home)
        before = files(home)
        with pytest.raises(Problem) as problem:
            store.commit([event(3)])
        assert problem.value.code == "STORE_WRITE_FAILED"
        assert problem.value.params == {"stage": "home", "reason": "ESTALE"}
        assert files(home) == before
        home.rename(copy)
        (tmp_path / "away").rename(home)
        store.commit([event(4)])
        assert numbers(store) == [1, 2, 4]
    assert check(home) == []


# Links


@pytest.mark.parametrize("name", ["ledger", "vault", "index", "aside", "scratch", "desk"])
def test_a_link_in_a_home_leads_nowhere(home: Path, theirs: Path, name: str) -> None:
    if (home / name).is_dir():
        shutil.rmtree(home / name)
    (home / name).unlink(missing_ok=True)
    (home / name).symlink_to(theirs)
    before = {path: path.read_text() for path in theirs.iterdir()}
    for act in (
        lambda: reopen(home).close(),
        lambda: check(home),
        lambda: Store.rebuild(home, PERSON, Secret(PASSWORD), project=project, now=patient),
        lambda: Store.verify_hashes(home),
    ):
        with refused("STORE_READ_FAILED"):
            act()
    assert {path: path.read_text() for path in theirs.iterdir()} == before


@pytest.mark.parametrize("name", ["index", "aside"])
def test_a_link_put_in_while_the_home_is_open(home: Path, theirs: Path, name: str) -> None:
    with reopen(home) as store:
        shutil.rmtree(home / name, ignore_errors=True)
        (home / name).symlink_to(theirs)
        if name == "aside":
            with refused("STORE_WRITE_FAILED"):
                store.put_aside("letter.txt", b"derived")
        store.commit([event(number) for number in range(2, 1_100)])
    assert (theirs / "letter.txt").read_text() == "dear"
    assert sorted(path.name for path in theirs.iterdir()) == [".draft.new", "000001", "letter.txt"]


def test_nothing_is_made_where_a_link_is(tmp_path: Path, theirs: Path) -> None:
    (tmp_path / "new").symlink_to(tmp_path / "nowhere")
    with refused("STORE_WRITE_FAILED"):
        create(tmp_path / "new")


# Modes


def test_a_home_that_others_may_enter_is_closed_to_them(home: Path) -> None:
    home.chmod(0o777)
    with reopen(home) as store:
        store.commit([event(2)])
    assert stat.S_IMODE(home.stat().st_mode) == 0o700


def test_a_home_that_cannot_be_closed_to_others_is_not_used(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when it belongs to somebody else."""

    def not_ours(descriptor: int, mode: int) -> None:
        raise PermissionError(errno.EPERM, "not the owner")

    home.chmod(0o777)
    monkeypatch.setattr(os, "fchmod", not_ours)
    with refused("STORE_WRITE_FAILED"):
        reopen(home)
    monkeypatch.undo()
    reopen(home).close()


# Old copies


def test_any_mixture_of_old_and_new_files_is_noticed_or_mended(home: Path) -> None:
    """Only ledger and desk together pass here: that is for the token and for partners to find.

    A desk that is one commit behind, alone, is what a crash leaves: it is made as it was.
    """
    old = files(home)
    with reopen(home) as store:
        store.add_person("li.na", Secret("x"))
        store.commit([event(2)], [blob(b"two")])
    new = files(home)
    parts = ("keyslots", "desk", "ledger", "door", "vault")
    codes: dict[frozenset[str], str] = {}
    for older in chain.from_iterable(combinations(parts, count) for count in range(1, 6)):
        lay(home, {name: (old if name.split("/")[0] in older else new) for name in {*old, *new}})
        if not {"desk", "ledger"} <= set(older):
            codes[frozenset(older)] = _found(home)
    mended = {older for older, code in codes.items() if code == ""}
    assert mended == {frozenset(one) for one in (("desk",), ("door",), ("desk", "door"))}
    lay(home, dict.fromkeys({*old, *new}, old))
    with reopen(home) as store:
        assert numbers(store) == [1]


def lay(home: Path, chosen: dict[str, dict[str, bytes]]) -> None:
    for name in files(home):
        (home / name).unlink()
    for name, source in chosen.items():
        if name in source:
            (home / name).write_bytes(source[name])


def _found(home: Path) -> str:
    """The code of what is noticed; "" when everything new is there."""
    try:
        with reopen(home) as store:
            assert numbers(store) == [1, 2]
            for data in (b"one", b"two"):
                assert store.blob(digest_of(data)).read() == data
        reopen(home, "li.na", "x").close()
        assert check(home) == []
    except Problem as problem:
        return problem.code
    return ""
