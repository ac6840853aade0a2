"""The index on the disk saves time and is never believed: whatever is there, answers are right."""

import shutil
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from store_disk import quick
from store_kit import PASSWORD, PERSON, patient, project

from airseal.model.level import Level
from airseal.model.secret import Secret
from airseal.store import Entry, EntryIn, Query, Row, Store, commit, shard

ENTRIES = 1_300
HIDDEN = Query(text="绝密")


def describe(entry: Entry) -> Row:
    number = str(entry.facts["n"])
    held = () if entry.statement is None else (entry.statement.decode(),)
    return Row(entry.kind, seals=(f"seal-{number}",), texts=(f"第{number}号文", *held))


def describe_otherwise(entry: Entry) -> Row:
    return Row("other", texts=("另",))


def create(home: Path) -> Store:
    first = {PERSON: Secret(PASSWORD)}
    return Store.create(
        home, first=first, demo=True, project=project, describe=describe, now=patient
    )


def reopen(home: Path, person: str = PERSON, describe: Callable[[Entry], Row] = describe) -> Store:
    return Store.open(
        home, person, Secret(PASSWORD), project=project, describe=describe, now=patient
    )


def event(number: int) -> EntryIn:
    return EntryIn("tick", PERSON, f"2026-11-22T12:{number % 60:02}:00+08:00", {"n": number})


def secret(number: int) -> EntryIn:
    id_ = f"sha256:{number:064x}"
    from airseal.model.digest import Digest

    return EntryIn(
        "statement", PERSON, "x", {"n": number}, "绝密".encode(), Digest(id_), Level.SECRET
    )


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    quick(monkeypatch)
    monkeypatch.setattr(shard, "SIZE", 512)
    monkeypatch.setattr(commit, "_WORTH", 10)


@pytest.fixture
def described(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Which entries had to be read to make the index."""
    seen: list[int] = []
    module = __import__("airseal.store.index", fromlist=["Index"])
    original = module.Index.describe

    def listening(self: object, entries: list[Entry]) -> list[Row]:
        seen.extend(entry.sequence for entry in entries)
        rows: list[Row] = original(self, entries)
        return rows

    monkeypatch.setattr(module.Index, "describe", listening)
    yield seen


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("made") / "home"
    with pytest.MonkeyPatch.context() as patch:
        quick(patch)
        patch.setattr(shard, "SIZE", 512)
        with create(home) as store:
            store.add_person("li.na", Secret(PASSWORD), Level.INTERNAL)
            for first in range(0, ENTRIES, 100):
                store.commit([event(number) for number in range(first, first + 90)])
                store.commit([secret(number) for number in range(first + 90, first + 100)])
    return home


@pytest.fixture
def home(tmp_path: Path, made: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "home"))


def right(store: Store, entries: int = ENTRIES) -> None:
    """Whatever is asked is answered from the whole ledger."""
    store.wait()
    assert store.index.complete
    assert store.index.covered == entries == store.head.sequence
    assert store.index.count(Query()) == entries
    assert store.index.count(HIDDEN) == ENTRIES // 10
    for number in (0, 511, 512, 700, ENTRIES - 1):
        (row,) = store.index.page(Query(text=f"第{number}号")).rows
        assert row.sequence == number + 1
        assert store.index.count(Query(seal=f"seal-{number}")) == 1
    entry = store.entry(777)
    assert entry.facts["n"] == 776
    assert len(store.index.tile_roots()) == entries // 256
    assert len(store.index.leaves(0, entries)) == entries


def test_what_is_on_the_disk_is_not_read_again(home: Path, described: list[int]) -> None:
    with reopen(home) as store:
        right(store)
        assert described == []
        store.commit([event(ENTRIES + each) for each in range(20)])
    described.clear()
    with reopen(home) as store:
        right(store, ENTRIES + 20)
        assert described == []
        store.commit([event(0)])
    described.clear()
    with reopen(home) as store:
        assert described == [ENTRIES + 21], "too little to be written"


def test_nothing_on_the_disk_tells_anything(home: Path) -> None:
    data = b"".join(path.read_bytes() for path in (home / "index").iterdir())
    assert len(data) > 10_000
    for word in ("SQLite", "seal-7", "statement", "绝密", PERSON):
        assert word.encode() not in data


def _missing(path: Path) -> None:
    path.unlink()


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _torn(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5_000])


def _flipped(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def _exchanged(path: Path) -> None:
    other = path.with_name("000001" if path.name != "000001" else "000000")
    shutil.copy(other, path)


def _a_directory(path: Path) -> None:
    path.unlink()
    path.mkdir()


SPOILS = (_missing, _empty, _torn, _flipped, _exchanged, _a_directory)


@pytest.mark.parametrize("spoil", SPOILS)
@pytest.mark.parametrize("name", ["000000", "000001", "000002", "000001.3"])
def test_a_spoilt_part_is_made_again(home: Path, name: str, spoil: Callable[[Path], None]) -> None:
    spoil(home / "index" / name)
    with reopen(home) as store:
        right(store)


def test_an_older_index_catches_up(home: Path) -> None:
    older = shutil.copytree(home / "index", home.parent / "older")
    with reopen(home) as store:
        store.commit([event(ENTRIES + each) for each in range(300)])
    shutil.rmtree(home / "index")
    shutil.copytree(older, home / "index")
    with reopen(home) as store:
        right(store, ENTRIES + 300)


@pytest.mark.parametrize("name", ["000002", "000002.3"])
def test_one_older_part_catches_up(home: Path, name: str) -> None:
    older = (home / "index" / name).read_bytes()
    with reopen(home) as store:
        store.commit([event(ENTRIES), secret(ENTRIES + 1), *map(event, range(ENTRIES + 2, 1_330))])
    (home / "index" / name).write_bytes(older)
    with reopen(home) as store:
        store.wait()
        assert store.index.count(HIDDEN) == ENTRIES // 10 + 1
        assert store.index.count(Query()) == 1_330
        assert store.index.complete


def test_the_index_of_another_home_is_not_used(home: Path, tmp_path: Path) -> None:
    with create(tmp_path / "other") as store:
        store.commit([event(0)] * ENTRIES)
    shutil.rmtree(home / "index")
    shutil.copytree(tmp_path / "other/index", home / "index")
    with reopen(home) as store:
        right(store)


def test_an_index_of_a_ledger_that_went_another_way_is_not_used(home: Path) -> None:
    """All of the home is put back, save the index."""
    older = shutil.copytree(home, home.parent / "older")
    with reopen(home) as store:
        store.commit([event(5)] * 30)
    shutil.rmtree(older / "index")
    shutil.copytree(home / "index", older / "index")
    with reopen(older) as store:
        store.commit([event(ENTRIES + each) for each in range(40)])
        right(store, ENTRIES + 40)


def test_another_description_makes_another_index(home: Path) -> None:
    with reopen(home, describe=describe_otherwise) as store:
        store.wait()
        assert store.index.count(Query(text="另")) == ENTRIES
        assert store.index.count(Query(text="号")) == 0
    with reopen(home) as store:
        right(store)


def test_after_a_rotation_the_old_key_writes_no_index(home: Path) -> None:
    old = shutil.copytree(home / "index", home.parent / "old")
    with reopen(home) as store:
        store.remove_person("li.na")
    assert all((old / path.name).read_bytes() != path.read_bytes() for path in _parts(home))
    shutil.rmtree(home / "index")
    shutil.copytree(old, home / "index")
    with reopen(home) as store:
        right(store)


def _parts(home: Path) -> list[Path]:
    return sorted((home / "index").iterdir())


def test_who_is_not_cleared_neither_reads_nor_spoils_what_others_find(home: Path) -> None:
    with reopen(home, "li.na") as store:
        store.wait()
        assert store.index.count(HIDDEN) == 0
        assert store.index.count(Query(seal="seal-95")) == 0
        assert store.index.count(Query(kinds=frozenset({"statement"}))) == ENTRIES // 10
        store.commit([event(ENTRIES + each) for each in range(20)])
    with reopen(home) as store:
        right(store, ENTRIES + 20)


def test_a_statement_indexed_by_who_could_not_read_it_is_found_by_who_can(home: Path) -> None:
    shutil.rmtree(home / "index")
    with reopen(home, "li.na") as store:
        store.wait()
        assert store.index.complete
        assert store.index.count(HIDDEN) == 0
    with reopen(home) as store:
        right(store)


def test_a_disk_that_is_full_only_costs_time(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = count()

    def full(*_: object) -> None:
        next(numbers)
        raise OSError(28, "full")

    with monkeypatch.context() as patch:
        patch.setattr("airseal.store.durable.leave", full)
        with reopen(home) as store:
            store.commit([event(ENTRIES + each) for each in range(20)])
    assert next(numbers) > 0
    with reopen(home) as store:
        right(store, ENTRIES + 20)
