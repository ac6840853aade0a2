"""The store through its door: what was committed is there, and nobody else can read it."""

import errno
import fcntl
import hashlib
import io
import os
import threading
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from store_kit import (
    AT,
    PERSON,
    blob,
    check,
    create,
    digest_of,
    event,
    files,
    numbers,
    project,
    refused,
    reopen,
)

from airseal.model.digest import Digest
from airseal.model.secret import Secret
from airseal.store import BlobIn, DeskView, DeskWrite, Entry, EntryIn, JsonValue, Store, records


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def test_what_was_committed_is_there_after_reopening(home: Path) -> None:
    statement = b"\x30\x80" + os.urandom(2000)
    facts: dict[str, JsonValue] = {"n": 1, "case": "甲", "deep": [None, True, {"x": -5}], "t": "印"}
    with create(home) as store:
        head = store.commit(
            [
                EntryIn("statement", PERSON, AT, facts, statement, digest_of(statement)),
                event(2, "login"),
            ]
        )
        assert store.head == head
    with reopen(home) as store:
        assert store.head == head
        first, second = store.entries()
        assert (first.kind, first.by, first.at, first.facts) == ("statement", PERSON, AT, facts)
        assert (first.statement, first.statement_id) == (statement, digest_of(statement))
        assert second.hash == head.hash
        assert first.salt != second.salt
        assert store.desk.get("cases", "甲") == {**facts, "last": 1}
    assert check(home) == []


def test_each_opening_that_writes_begins_a_segment(home: Path) -> None:
    create(home).close()
    for number in range(3):
        with reopen(home) as store:
            store.commit([event(number)])
            store.commit([event(number)])
        reopen(home).close()
    assert sorted(os.listdir(home / "ledger")) == ["000001", "000002", "000003"]


def test_entries_can_be_asked_from_anywhere(home: Path) -> None:
    with create(home) as store:
        store.commit([event(n) for n in range(1, 1301)])
        for wanted in (1, 2, 511, 512, 513, 514, 1024, 1025, 1299, 1300):
            assert store.entry(wanted).facts["n"] == wanted
            assert next(store.entries(wanted - 1)).sequence == wanted
        assert [entry.sequence for entry in store.entries(1298)] == [1299, 1300]
        for unknown in (-1, 0, 1301):
            with refused("ENTRY_UNKNOWN"):
                store.entry(unknown)
    with reopen(home) as store:
        assert store.entry(1025).facts["n"] == 1025
        assert numbers(store) == list(range(1, 1301))


def test_the_desk_is_the_fold_and_belongs_to_the_store(home: Path) -> None:
    with create(home) as store:
        desk = store.desk
        store.commit([event(1, case="b"), event(2, case="a"), event(3, case="c")])
        store.commit([event(4, "closed", case="c"), event(5, case="b")])
        row = desk.get("cases", "a")
        assert isinstance(row, dict)
        row["n"] = 99
        assert [key for key, _ in desk.items("cases")] == ["a", "b"]
        assert desk.get("cases", "a") == {"n": 2, "case": "a", "last": 2}
        assert desk.get("cases", "c") is None
        assert desk.get("nowhere", "x") is None
        assert list(desk.items("nowhere")) == []
        assert desk.get("counts", "tick") == 4
        assert not hasattr(desk, "save")
    assert check(home) == []


def test_committing_nothing_writes_nothing(home: Path) -> None:
    with create(home) as store:
        store.commit([event(1)])
        before = files(home)
        assert store.commit([]) == store.head
        assert files(home) == before


def test_documents_come_back_in_sealed_memory(home: Path) -> None:
    data = os.urandom(300_000)
    with create(home) as store:
        store.commit([event(1)], [blob(data), blob(data), blob(b"")])
    with reopen(home) as store:
        assert store.has_blob(digest_of(data))
        with store.blob(digest_of(data)) as document:
            assert document.read(10) == data[:10]
            document.seek(0)
            assert document.read() == data
            with pytest.raises(OSError, match="Operation not permitted"):
                os.pwrite(document.fileno(), b"x", 0)
            wanted = fcntl.F_SEAL_WRITE | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SHRINK
            assert fcntl.fcntl(document.fileno(), fcntl.F_GET_SEALS) & wanted == wanted
        assert store.blob(digest_of(b"")).read() == b""
        assert not store.has_blob(digest_of(b"other"))
        with refused("BLOB_MISSING"):
            store.blob(digest_of(b"other"))
        with refused("DIGEST_FORM"):
            store.blob(Digest("sha256:../../etc/passwd"))


def test_a_document_twice_is_harmless_and_heals(home: Path) -> None:
    with create(home) as store:
        store.commit([event(1)], [blob(b"paper")])
        before = files(home / "vault")
        store.commit([event(2)], [blob(b"paper")])
        assert files(home / "vault") == before
        (path,) = (home / "vault").iterdir()
        path.write_bytes(path.read_bytes()[:-1])
        with refused("BLOB_DAMAGED"):
            store.blob(digest_of(b"paper"))
        store.commit([event(3)], [blob(b"paper")])
        assert store.blob(digest_of(b"paper")).read() == b"paper"


def test_a_destroyed_document_is_gone_for_good(home: Path) -> None:
    with create(home) as store:
        store.commit([event(1)], [blob(b"paper"), blob(b"other")])
        (home / "copy").mkdir()
        for path in (home / "vault").iterdir():
            os.link(path, home / "copy" / path.name)
        store.destroy_blob(digest_of(b"paper"))
        store.destroy_blob(digest_of(b"never there"))
        assert not store.has_blob(digest_of(b"paper"))
        with refused("BLOB_MISSING"):
            store.blob(digest_of(b"paper"))
        assert store.blob(digest_of(b"other")).read() == b"other"
    # The key is gone even from a second name of the same file.
    for path in (home / "copy").iterdir():
        path.replace(home / "vault" / path.name)
    with reopen(home) as store, refused("BLOB_DAMAGED"):
        store.blob(digest_of(b"paper"))


class _FailingSource(io.BytesIO):
    def read(self, size: int | None = -1, /) -> bytes:
        raise OSError(errno.EIO, "stick pulled")


def test_a_document_that_is_not_what_it_says_saves_nothing(home: Path) -> None:
    with create(home) as store:
        store.commit([event(1)], [blob(b"held")])
        before, head = files(home), store.head
        wrong = BlobIn(digest_of(b"promised"), io.BytesIO(b"delivered"))
        with refused("BLOB_MISMATCH"):
            store.commit([event(2)], [blob(b"good"), wrong])
        with refused("BLOB_MISMATCH"):
            store.commit([event(2)], [BlobIn(digest_of(b"held"), io.BytesIO(b"other"))])
        with refused("BLOB_UNREADABLE"):
            store.commit([event(2)], [BlobIn(digest_of(b"x"), _FailingSource())])
        with refused("BLOB_UNREADABLE"):
            store.commit([event(2)], [BlobIn(digest_of(b"held"), _FailingSource())])
        assert (files(home), store.head) == (before, head)
        store.commit([event(2)])
        assert numbers(store) == [1, 2]


@pytest.mark.parametrize(
    "entry",
    [
        EntryIn("k", "p", AT, {"x": 0.5}),  # type: ignore[dict-item]  # the point of the test
        EntryIn("k", "p", AT, {"x": b"raw"}),  # type: ignore[dict-item]  # the point of the test
        EntryIn("k", "p", AT, {"x": {1: 2}}),  # type: ignore[dict-item]  # the point of the test
        EntryIn("k", "p", AT, {"x": 1 << 64}),
        EntryIn("k", "p", AT, {"x": "\ud800"}),
        EntryIn("\ud800", "p", AT, {}),
        EntryIn("k", "p", AT, {}, statement=b"without id"),
        EntryIn("k", "p", AT, {}, b"", Digest("md5:1")),
    ],
)
def test_what_is_no_entry_is_refused(home: Path, entry: EntryIn) -> None:
    with create(home) as store:
        with refused("ENTRY_FORM"):
            store.commit([event(1), entry])
        assert store.head.sequence == 0
        store.commit([event(1)])


def test_entries_have_a_limit(home: Path) -> None:
    def entry(size: int) -> EntryIn:
        data = bytes(size)
        return EntryIn("statement", PERSON, AT, {"n": 1}, data, digest_of(data))

    with create(home) as store:
        with refused("ENTRY_TOO_LARGE"):
            store.commit([entry(records.MAX_PAYLOAD)])
        store.commit([entry(records.MAX_PAYLOAD - 500)])
    with reopen(home) as store:
        assert numbers(store) == [1]


def test_a_projection_that_goes_wrong_saves_nothing(home: Path) -> None:
    def bad(desk: DeskView, entry: Entry) -> Iterable[DeskWrite]:
        if entry.kind == "bad":
            raise ZeroDivisionError
        if entry.kind == "fraction":
            yield DeskWrite("t", "k", 0.5)  # type: ignore[arg-type]  # the point of the test
        yield from project(desk, entry)

    with Store.create(home, first={PERSON: Secret("x")}, demo=True, project=bad) as store:
        with pytest.raises(ZeroDivisionError):
            store.commit([event(1), event(2, "bad")])
        with refused("DESK_FORM"):
            store.commit([event(1), event(2, "fraction")])
        assert (store.head.sequence, store.desk.get("counts", "tick")) == (0, None)
        store.commit([event(1)])
        assert numbers(store) == [1]


def test_threads_commit_one_after_the_other(home: Path) -> None:
    with create(home) as store:
        threads = [
            threading.Thread(target=lambda n=n: [store.commit([event(n)]) for _ in range(10)])
            for n in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(numbers(store)) == sorted([*range(4)] * 10)
        assert store.desk.get("counts", "tick") == 40
    assert check(home) == []


def test_memory_stays_small_for_a_large_document(home: Path) -> None:
    size = 192 << 20

    class Zeros(io.RawIOBase):
        left = size

        def readinto(self, buffer: object) -> int:
            view = memoryview(buffer)  # type: ignore[arg-type]  # RawIOBase promises a buffer
            count = min(len(view), self.left)
            view[:count] = bytes(count)
            self.left -= count
            return count

        def readable(self) -> bool:
            return True

    digest = hashlib.sha256()
    for _ in range(192):
        digest.update(bytes(1 << 20))
    name = Digest("sha256:" + digest.hexdigest())
    with create(home) as store:
        Path("/proc/self/clear_refs").write_text("5")  # the peak is counted from here
        before = _memory("VmRSS")
        store.commit([event(1)], [BlobIn(name, io.BufferedReader(Zeros()))])
        assert _memory("VmHWM") - before < 40 << 20


def _memory(name: str) -> int:
    """A size of this process from /proc, in bytes."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(name):
            return int(line.split()[1]) * 1024
    raise AssertionError(name)


# --- parsers ------------------------------------------------------------------------------

_JSON: st.SearchStrategy[JsonValue] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(facts=st.dictionaries(st.text(), _JSON, max_size=5), kind=st.text(max_size=9))
@settings(max_examples=150, deadline=None)
def test_an_entry_reads_back_as_it_was_written(facts: dict[str, JsonValue], kind: str) -> None:
    data = records.encode(EntryIn(kind, "p", AT, facts), 7, 2, 5)
    kept = records.decode(data, b"h" * 32)
    entry, following = kept.entry, kept.following
    assert kept.keyslots == 5
    assert (entry.kind, entry.facts, entry.sequence, following) == (kind, facts, 7, 2)


@given(st.binary(max_size=200))
@settings(max_examples=300, deadline=None)
def test_bytes_that_are_no_entry_are_a_value_error(data: bytes) -> None:
    with pytest.raises(ValueError, match="not an entry"):
        records.decode(data, b"")


def test_nesting_has_a_limit(home: Path) -> None:
    deep: JsonValue = None
    for _ in range(10_000):
        deep = [deep]
    with create(home) as store, refused("ENTRY_FORM"):
        store.commit([EntryIn("k", "p", AT, {"n": deep})])
