"""The store against TinyDB's own JSONStorage and SQLite, and against a bare fsync."""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Final

from tinydb import TinyDB, where

from airseal.model.digest import sha256
from airseal.model.secret import Secret
from airseal.store import BlobIn, DeskView, DeskWrite, Entry, EntryIn, Query, Row, Store
from airseal.store.ledger import Ledger
from bench.stopwatch import watching
from bench.table import Row as Line
from bench.table import Section, in_turn, once
from bench.unit import Unit

_SIZES: Final = (1_000, 100_000, 1_000_000)
MILLION: Final = "--million"
"""The word that asks for 1,000,000 entries too: some minutes and 2 GB of disk."""
_GROUP: Final = 1_000
_TIMES: Final = 7
_PERSON: Final = "bench"
_TITLE: Final = "关于做好第{}号印章使用和档案管理工作的通知"
_AT: Final = "2026-11-22T20:12:00+08:00"

_SCHEMA: Final = """
PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
CREATE TABLE entries (id INTEGER PRIMARY KEY, kind TEXT, title TEXT);
CREATE INDEX kinds ON entries (kind, id);
"""


def measure(unit: Unit) -> Section:
    """Insert, open and page at each size; what a commit costs in fsyncs."""
    del unit
    lines: list[Line] = []
    sizes = _SIZES if MILLION in sys.argv else _SIZES[:-1]
    for size in sizes:
        with TemporaryDirectory(dir=Path.cwd()) as directory:
            lines += _at_size(Path(directory), size)
    with TemporaryDirectory(dir=Path.cwd()) as directory:
        lines += _fsyncs(Path(directory))
    return Section(
        "Store",
        lines,
        [
            "ours is encrypted, chained and searchable; JSONStorage and SQLite are neither",
            "opening: cheap password, ledger end verified, whole index there",
            f"1,000,000 entries with {MILLION}; JSONStorage is not asked for them: an insert"
            " rewrites the file, which takes seconds",
        ],
    )


def _at_size(directory: Path, size: int) -> list[Line]:
    home, database, document = directory / "home", directory / "rows.db", directory / "rows.json"
    with _opened(home, Store.create) as store:
        for first in range(0, size, _GROUP):
            store.commit([_entry(number) for number in range(first, first + _GROUP)])
        store.wait()
    peer = sqlite3.connect(database, isolation_level=None)
    peer.executescript(_SCHEMA)
    rows = [(number, _kind(number), _TITLE.format(number)) for number in range(size)]
    peer.execute("BEGIN")
    peer.executemany("INSERT INTO entries VALUES (?,?,?)", rows)
    peer.execute("COMMIT")
    peer.close()
    small = size < _SIZES[-1]
    if small:
        _fill(document, rows)
    lines: list[Line] = []
    shown = f"{size:,} entries"

    def ours_open() -> float:
        start = perf_counter()
        with _opened(home, Store.open) as store:
            assert store.index.complete
            return (perf_counter() - start) * 1_000

    def sqlite_open() -> float:
        def act() -> None:
            with _sqlite(database) as peer:
                peer.execute("SELECT count(*) FROM entries").fetchone()

        return once(act)

    def tiny_open() -> float:
        return once(lambda: len(TinyDB(document)))

    lines += _beside(f"open, {shown}", small, ours_open, sqlite_open, tiny_open, 1_500.0)
    with _opened(home, Store.open) as store, _sqlite(database) as peer:
        tiny = TinyDB(document) if small else None
        store.wait()
        query = Query(text="档案", kinds=frozenset({_kind(1)}))
        select = "SELECT * FROM entries WHERE kind = ? AND title LIKE ? ORDER BY id DESC LIMIT 50"
        lines += _beside(
            f"page of 50 by kind and text, {shown}",
            small,
            lambda: once(lambda: store.index.page(query)),
            lambda: once(lambda: peer.execute(select, (_kind(1), "%档案%")).fetchall()),
            lambda: once(lambda: tiny and tiny.search(where("kind") == _kind(1))[-50:]),
            50.0,
        )
        rare = Query(text=f"第{size // 2}号")
        like = "SELECT * FROM entries WHERE title LIKE ? ORDER BY id DESC LIMIT 50"
        lines += _beside(
            f"find one title, {shown}",
            False,
            lambda: once(lambda: store.index.page(rare)),
            lambda: once(lambda: peer.execute(like, (f"%第{size // 2}号%",)).fetchall()),
            lambda: 0.0,
            50.0,
        )
        lines += _beside(
            f"insert one, durably, {shown}",
            small,
            lambda: once(lambda: store.commit([_entry(0)])),
            lambda: once(
                lambda: peer.execute("INSERT INTO entries(kind, title) VALUES ('x', 'y')")
            ),
            lambda: once(lambda: tiny and tiny.insert({"kind": "x", "title": "y"})),
            None,
        )
    lines += _proof(home, shown)
    shutil.rmtree(home)
    return lines


_PROOF: Final = """
import resource, sys, time
from pathlib import Path
from airseal.store import Store
bare = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
start = time.perf_counter()
head = Store.verify_hashes(Path(sys.argv[1]))
print(head.sequence / (time.perf_counter() - start))
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - bare) / 1_000)
"""


def _proof(home: Path, shown: str) -> list[Line]:
    """How fast the chain is verified from its first entry, by a process of its own, and its RSS."""
    rates, sizes = [], []
    for _ in range(3):
        ran = subprocess.run([sys.executable, "-c", _PROOF, home], capture_output=True, check=True)
        rate, size = map(float, ran.stdout.split())
        rates.append(rate)
        sizes.append(size)
    return [
        Line(f"verify the chain, {shown}", rates, unit="/s", target=200_000),
        Line("  memory it takes beside the imports", sizes, unit="MB"),
    ]


def _beside(
    what: str,
    small: bool,
    ours: Callable[[], float],
    sqlite: Callable[[], float],
    tiny: Callable[[], float],
    target: float | None,
) -> list[Line]:
    """Ours beside SQLite, and beside JSONStorage as far as that goes."""
    if not small:
        own, other = in_turn(_TIMES, ours, sqlite)
        return [Line(what, own, target=target, peer=Line("SQLite", other))]
    own, other, third = in_turn(_TIMES, ours, sqlite, tiny)
    return [
        Line(what, own, target=target, peer=Line("SQLite", other)),
        Line("  the same", own, peer=Line("TinyDB JSONStorage", third)),
    ]


def _fsyncs(directory: Path) -> list[Line]:
    """What a commit costs, beside writing and syncing four kilobytes."""
    bare = os.open(directory / "bare", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def sync() -> float:
        def act() -> None:
            os.write(bare, bytes(4_096))
            os.fsync(bare)

        return once(act)

    with _opened(directory / "home", Store.create) as store:
        store.commit([_entry(0)])
        with watching(Ledger, "append") as appends:
            documents = iter(os.urandom(50_000) for _ in range(100))

            def whole() -> float:
                data = next(documents)
                blob = BlobIn(sha256(data), BytesIO(data))
                return once(lambda: store.commit([_entry(1)], [blob]))

            base, plain, commit = in_turn(
                20, sync, lambda: once(lambda: store.commit([_entry(1)])), whole
            )
        group = [_entry(number) for number in range(500)]
        rates = [500_000 / once(lambda: store.commit(group)) for _ in range(_TIMES)]
    os.close(bare)
    peer = Line("a bare fsync", base)
    return [
        Line("a bare fsync of 4 KB", base),
        Line("ledger append", appends, peer=peer, times=2),
        Line("commit of one entry", plain, peer=peer, times=8),
        Line("commit with a document of 50 KB", commit, peer=peer, times=8),
        Line("entries saved in groups of 500", rates, unit="/s", target=2_000),
    ]


def _project(_desk: DeskView, _entry: Entry) -> Iterable[DeskWrite]:
    return ()


def _describe(entry: Entry) -> Row:
    return Row(entry.kind, texts=(str(entry.facts["title"]),))


def _kind(number: int) -> str:
    return f"kind-{number % 7}"


def _entry(number: int) -> EntryIn:
    return EntryIn(_kind(number), _PERSON, _AT, {"title": _TITLE.format(number)})


def _fill(document: Path, rows: Iterable[tuple[int, str, str]]) -> None:
    with TinyDB(document) as tiny:
        tiny.insert_multiple({"kind": kind, "title": title} for _, kind, title in rows)


@contextmanager
def _sqlite(database: Path) -> Iterator[sqlite3.Connection]:
    peer = sqlite3.connect(database, isolation_level=None)
    peer.execute("PRAGMA synchronous = FULL")
    try:
        yield peer
    finally:
        peer.close()


@contextmanager
def _opened(home: Path, way: Callable[..., Store]) -> Iterator[Store]:
    secret = Secret("bench")
    if way == Store.create:
        store = Store.create(
            home, first={_PERSON: secret}, demo=True, project=_project, describe=_describe
        )
    else:
        store = Store.open(home, _PERSON, secret, project=_project, describe=_describe)
    with store:
        yield store
