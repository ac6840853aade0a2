"""Backups: only what is new is written, damage is noticed, an interrupted one harms nothing."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from store_acts import stop_at
from store_disk import Disk, Killed, quick
from store_kit import (
    AT,
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
from airseal.store import DeskView, EntryIn, Head, Store, durable, restore
from airseal.store.keyslots import Keyslots
from airseal.store.ledger import Ledger
from airseal.store.manifest import Manifest

SECOND = ("li.na", "another horse")
ABOUT = (1, AT, PERSON)


def silent(done: int, total: int, what: str) -> None:
    """Nobody watches."""


def told(desk: DeskView, backup: Manifest) -> EntryIn:
    return event(99, "restored", of=backup.number)


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    path = tmp_path / "stick"
    path.mkdir()
    return path


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home of two people with three entries and two documents."""
    path = tmp_path / "home"
    with create(path) as store:
        store.add_person(SECOND[0], Secret(SECOND[1]))
        store.commit([event(1)], [blob(b"one" * 1000)])
        store.commit([event(2), event(3)], [blob(b"two" * 1000)])
    return path


def place(stick: Path) -> Path:
    return next(stick.iterdir())


def restored(
    stick: Path, target: Path, number: int = 1, people: tuple[str, str] = (PERSON, SECOND[0])
) -> Head:
    passwords = {PERSON: PASSWORD, SECOND[0]: SECOND[1]}
    first, second = ((one, Secret(passwords.get(one, "?"))) for one in people)
    return restore(
        place(stick),
        number,
        target,
        (first, second),
        project=project,
        account=told,
        report=silent,
        now=patient,
    )


def test_a_second_backup_writes_only_what_is_new(home: Path, stick: Path) -> None:
    with reopen(home) as store:
        first = store.back_up(stick, ABOUT, silent)
        assert first.written == first.pieces == 5  # desk, door, one segment, two documents
        again = store.back_up(stick, ABOUT, silent)
        assert (again.number, again.written) == (2, 0)
        store.commit([event(4)], [blob(b"three")])
        more = store.back_up(stick, ABOUT, silent)
        assert more.written == 3  # a document, the new segment, the desk
        assert [one.number for one in store.backups(stick)] == [3, 2, 1]
        assert store.backups(stick)[0].head == store.head
    on_stick = b"".join(path.read_bytes() for path in stick.rglob("*") if path.is_file())
    assert b"one" * 4 not in on_stick
    assert PERSON.encode() not in on_stick


def test_a_large_file_costs_only_the_piece_that_changed(
    home: Path, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("airseal.store.backup.PIECE", 4096)
    with reopen(home) as store:
        store.commit([event(number) for number in range(4, 300)])
        first = store.back_up(stick, ABOUT, silent)
        store.commit([event(300)])
        second = store.back_up(stick, ABOUT, silent)
        assert first.pieces > 10
        assert second.written <= 3  # the end of the segment, the desk
        assert store.test_backup(stick, 2, silent).problems == ()


def test_a_backup_is_restored_by_two_people_with_new_keys(
    home: Path, stick: Path, tmp_path: Path
) -> None:
    with reopen(home) as store:
        store.back_up(stick, ABOUT, silent)
        store.commit([event(4)])
    target = tmp_path / "new"
    before = files(home)
    head = restored(stick, target)
    assert files(home) == before
    assert check(target) == []
    with reopen(target) as store:
        assert numbers(store) == [1, 2, 3, 99]
        assert store.head == head
        assert store.blob(digest_of(b"two" * 1000)).read() == b"two" * 1000
        assert store.desk.get("counts", "restored") == 1
        store.commit([event(5)])
    segments = sorted((target / "ledger").iterdir())
    assert segments[0].read_bytes() == (home / "ledger/000001").read_bytes()
    # A holder of the old keys alone reads nothing of what came after.
    keys = Keyslots.load(home).unlock(PERSON, Secret(PASSWORD))
    with refused("LEDGER_DAMAGED"):
        Ledger(target, keys).verify(None)


@pytest.mark.parametrize(
    ("people", "code"),
    [
        ((PERSON, PERSON), "RESTORE_PAIR"),
        ((PERSON, "nobody"), "LOGIN_REFUSED"),
        (("nobody", SECOND[0]), "LOGIN_REFUSED"),
    ],
)
def test_one_person_restores_nothing(
    home: Path, stick: Path, tmp_path: Path, people: tuple[str, str], code: str
) -> None:
    with reopen(home) as store:
        store.back_up(stick, ABOUT, silent)
    with refused(code):
        restored(stick, tmp_path / "new", people=people)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["home", "stick"]


def test_who_may_not_restore_leaves_nothing(home: Path, stick: Path, tmp_path: Path) -> None:
    def never(desk: DeskView, backup: Manifest) -> EntryIn:
        raise Problem("RESTORE_POST", person=PERSON)

    with reopen(home) as store:
        store.back_up(stick, ABOUT, silent)
    people = ((PERSON, Secret(PASSWORD)), (SECOND[0], Secret(SECOND[1])))
    with refused("RESTORE_POST"):
        restore(
            place(stick),
            1,
            tmp_path / "new",
            people,
            project=project,
            account=never,
            report=silent,
            now=patient,
        )
    assert not (tmp_path / "new").exists()
    with refused("HOME_EXISTS"):
        restored(stick, home)


def test_every_flipped_and_every_cut_piece_is_noticed(
    home: Path, stick: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick(monkeypatch)
    with reopen(home) as store:
        store.back_up(stick, ABOUT, silent)
        pieces = [path for path in sorted(stick.rglob("*")) if path.is_file()]
        assert len(pieces) == 6
        for path in pieces:
            whole = path.read_bytes()
            step = max(1, len(whole) // 5)
            for at in range(0, len(whole), step):
                for bad in (
                    whole[:at],
                    whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :],
                    whole + b"\0",
                ):
                    path.write_bytes(bad)
                    with pytest.raises(Problem) as refusal:
                        store.test_backup(stick, 1, silent)
                    codes = ("BACKUP_PIECE", "BACKUP_DAMAGED", "KEYSLOTS_DAMAGED", "HOME_NEWER")
                    assert refusal.value.code in codes
                    assert not (home / "scratch").exists()
            path.unlink()
            with pytest.raises(Problem) as refusal:
                store.test_backup(stick, 1, silent)
            assert refusal.value.code in ("BACKUP_PIECE", "BACKUP_MISSING")
            path.write_bytes(whole)
        assert store.test_backup(stick, 1, silent).problems == ()


def test_a_damaged_piece_is_written_again_by_the_next_backup(home: Path, stick: Path) -> None:
    with reopen(home) as store:
        store.back_up(stick, ABOUT, silent)
        piece = next(path for path in sorted(stick.rglob("??/*")) if path.is_file())
        piece.write_bytes(b"rotten")
        assert store.back_up(stick, ABOUT, silent).written == 1
        assert store.test_backup(stick, 1, silent).problems == ()


def test_manifests_of_other_homes_and_numbers_are_refused(
    home: Path, stick: Path, tmp_path: Path
) -> None:
    with create(tmp_path / "other") as other, reopen(home) as store:
        other.back_up(tmp_path / "stick", ABOUT, silent)
        made = store.back_up(stick, ABOUT, silent)
        own, foreign = sorted(stick.iterdir(), key=lambda path: len(list(path.rglob("*"))))[::-1]
        shutil.copy(own / "000001.backup", own / "000007.backup")
        shutil.copy(foreign / "000001.backup", own / "000008.backup")
        for number in (7, 8):
            with refused("BACKUP_DAMAGED"):
                store.test_backup(stick, number, silent)
        assert [one.number for one in store.backups(stick)] == [made.number]
        with refused("BACKUP_DAMAGED"):
            store.prune_backups(stick, 1)
        assert store.test_backup(stick, 1, silent).problems == ()
        with refused("BACKUP_INSIDE"):
            store.back_up(home, ABOUT, silent)


def test_pruning_keeps_what_the_newest_need(home: Path, stick: Path) -> None:
    with reopen(home) as store:
        store.back_up(stick, ABOUT, silent)
        store.commit([event(4, condemned=digest_of(b"one" * 1000))])
        store.destroy_blob(digest_of(b"one" * 1000))
        store.back_up(stick, ABOUT, silent)
        assert [one.deleted for one in store.backups(stick)] == [0, 1]
        with refused("BACKUP_KEEP"):
            store.prune_backups(stick, 0)
        removed, pieces = store.prune_backups(stick, 1)
        assert removed == [1]
        assert pieces == 2  # the destroyed document, the older desk
        assert [one.number for one in store.backups(stick)] == [2]
        assert store.test_backup(stick, 2, silent).problems == ()
        assert store.back_up(stick, ABOUT, silent).number == 3


def test_a_backup_older_than_a_rotation_can_still_be_tested(home: Path, stick: Path) -> None:
    with reopen(home) as store:
        store.back_up(stick, ABOUT, silent)
        store.rotate_keys()
        store.commit([event(4)])
        assert store.test_backup(stick, 1, silent).problems == ()
        assert store.back_up(stick, ABOUT, silent).number == 2
        assert store.test_backup(stick, 2, silent).problems == ()


def _each_step(
    root: Path, monkeypatch: pytest.MonkeyPatch, prepare: Callable[[], Callable[[], object]]
) -> int:
    """Run what ``prepare`` gives once for each step it has, killed there; returns how many."""
    calls: list[str] = []
    work = prepare()
    with monkeypatch.context() as patch:
        patch.setattr(durable, "_os", Disk(root, lambda call, _: calls.append(call)))
        work()
    steps = len(calls)

    def kill() -> None:
        raise Killed

    for step in range(1, steps + 1):
        work = prepare()
        with monkeypatch.context() as patch:
            patch.setattr(durable, "_os", Disk(root, stop_at(step, kill)))
            with pytest.raises(Killed):
                work()
    return steps


def test_killed_at_every_write_a_backup_spoils_no_earlier_one(
    home: Path, stick: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with reopen(home) as store:
        store.back_up(stick, ABOUT, silent)
        store.commit([event(4)], [blob(b"three")])
        keep = tmp_path / "keep"
        shutil.copytree(stick, keep)

        def prepare() -> Callable[[], object]:
            if stick.exists():
                quick_check(store, stick)
                shutil.rmtree(stick)
            shutil.copytree(keep, stick)
            return lambda: store.back_up(stick, ABOUT, silent)

        assert _each_step(tmp_path, monkeypatch, prepare) > 15
        quick_check(store, stick)


def quick_check(store: Store, stick: Path) -> None:
    """Every backup that is listed can be restored, the first one is; nothing is half."""
    found = [one.number for one in store.backups(stick)]
    assert found in ([1], [2, 1])
    for number in found:
        assert store.test_backup(stick, number, silent).problems == ()


def test_killed_at_every_write_a_restore_leaves_a_whole_home_or_none(
    home: Path, stick: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with reopen(home) as store:
        store.back_up(stick, ABOUT, silent)
    target = tmp_path / "new"

    def prepare() -> Callable[[], object]:
        if target.exists():
            assert check(target) == []
            with reopen(target) as store:
                assert numbers(store) == [1, 2, 3, 99]
            shutil.rmtree(target)
        return lambda: restored(stick, target)

    assert _each_step(tmp_path, monkeypatch, prepare) > 30
    prepare()()
    assert check(target) == []
