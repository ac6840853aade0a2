"""Search: whatever is asked, the index answers what a plain look at every entry would."""

import secrets
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from store_disk import quick
from store_kit import PASSWORD, PERSON, patient, project

from airseal.model.digest import Digest, sha256
from airseal.model.level import Level
from airseal.model.merkle import TILE, subtree_root
from airseal.model.secret import Secret
from airseal.store import Entry, EntryIn, JsonValue, Query, Row, Store, leaf_of, shard

START = datetime(2026, 11, 22, 12, tzinfo=UTC)
PEOPLE = ("zhang.wei", "li.na", "wang fang")
SEALS = ("seal-1", "seal-1b")
CASES = tuple(sha256(bytes([number])) for number in range(4))
DOCUMENTS = tuple(sha256(bytes([64, number])) for number in range(4))
WORDS = (
    "关于",
    "印章使用的通知",
    "〔2026〕12号",
    "Annual ＲＥＰＯＲＴ",
    "straße",
    "印",
    'a"b*',
    "e\u0301",
    "👍🏽",
)


def describe(entry: Entry) -> Row:
    """What a statement holds is in its bytes, what an event tells is in its facts."""
    held = entry.statement.decode().split("|") if entry.statement else []
    facts = entry.facts
    texts = [facts.get("reason"), *held[:1]]
    return Row(
        kind=str(facts.get("kind", entry.kind)),
        case=None if facts.get("case") is None else Digest(str(facts["case"])),
        persons=tuple(held[1:2]),
        seals=tuple(held[2:3]),
        documents=tuple(map(Digest, held[3:4])),
        texts=tuple(text for text in texts if isinstance(text, str)),
    )


def is_found(entry: Entry, query: Query) -> bool:
    """The plain filter."""
    row = describe(entry)
    texts = [_folded(text) for text in row.texts]
    at = datetime.fromisoformat(entry.at)
    return (
        all(any(word in text for text in texts) for word in _folded(query.text).split())
        and (not query.kinds or row.kind in query.kinds)
        and query.person in (None, entry.by, *row.persons)
        and query.seal in (None, *row.seals)
        and query.document in (None, *row.documents)
        and query.case in (None, row.case)
        and query.statement in (None, entry.statement_id)
        and (query.since is None or query.since <= at)
        and (query.until is None or at < query.until)
    )


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


texts = st.lists(st.sampled_from(WORDS), max_size=3).map(" ".join)
moments = st.integers(0, 40).map(lambda hours: START + timedelta(hours=hours))


@st.composite
def entries(draw: st.DrawFn) -> EntryIn:
    facts: dict[str, JsonValue] = {"n": 0}
    if draw(st.booleans()):
        facts["case"] = draw(st.sampled_from(CASES))
    at = draw(moments).astimezone().isoformat()
    by = draw(st.sampled_from(PEOPLE))
    if draw(st.booleans()):
        return EntryIn(
            draw(st.sampled_from(("tick", "tock"))), by, at, {**facts, "reason": draw(texts)}
        )
    parts = (
        draw(texts),
        draw(st.sampled_from(PEOPLE)),
        draw(st.sampled_from(SEALS)),
        draw(st.sampled_from(DOCUMENTS)),
    )
    facts["kind"] = draw(st.sampled_from(("request", "decision")))
    level = draw(st.sampled_from((None, Level.INTERNAL, Level.SECRET)))
    id_ = sha256(secrets.token_bytes(8))
    return EntryIn("statement", by, at, facts, "|".join(parts).encode(), id_, level)


@st.composite
def queries(draw: st.DrawFn) -> Query:
    def maybe(choices: Iterable[str]) -> str | None:
        return draw(st.none() | st.sampled_from(tuple(choices)))

    document, case = maybe(DOCUMENTS), maybe(CASES)
    piece = draw(st.sampled_from(("", *WORDS)) | st.text('关于印章通知号〔a 2*"\u0301', max_size=4))
    cut = draw(st.integers(0, len(piece)))
    return Query(
        text=piece[cut:] or piece,
        kinds=draw(st.frozensets(st.sampled_from(("tick", "request", "decision")), max_size=2)),
        person=maybe(PEOPLE),
        seal=maybe(SEALS),
        document=None if document is None else Digest(document),
        case=None if case is None else Digest(case),
        since=draw(st.none() | moments),
        until=draw(st.none() | moments),
    )


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    quick(monkeypatch)
    monkeypatch.setattr(shard, "SIZE", 4 * TILE)


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Iterator[Path]]:
    root = tmp_path_factory.mktemp("homes")
    yield (root / str(number) for number in range(1_000_000))


def create(home: Path, level: Level = Level.TOP_SECRET) -> Store:
    return Store.create(
        home,
        first={PERSON: Secret(PASSWORD)},
        demo=True,
        project=project,
        describe=describe,
        level=level,
        now=patient,
    )


def reopen(home: Path, person: str = PERSON) -> Store:
    return Store.open(
        home, person, Secret(PASSWORD), project=project, describe=describe, now=patient
    )


def pages(store: Store, query: Query, limit: int) -> list[int]:
    """Every page in turn."""
    found: list[int] = []
    before: int | None = None
    while True:
        page = store.index.page(query, before, limit)
        assert page.complete
        assert len(page.rows) <= limit
        found += [row.sequence for row in page.rows]
        if page.following is None:
            return found
        assert len(page.rows) == limit
        before = page.following


@given(
    batches=st.lists(st.lists(entries(), min_size=1, max_size=6), min_size=1, max_size=5),
    asked=st.lists(queries(), min_size=1, max_size=8),
    limit=st.integers(1, 5),
)
@settings(max_examples=30)
def test_a_query_is_a_plain_filter(
    homes: Iterator[Path], batches: list[list[EntryIn]], asked: list[Query], limit: int
) -> None:
    home = next(homes)
    with create(home) as store:
        for batch in batches:
            store.commit(batch)
        _compare(store, asked, limit)
    with reopen(home) as store:
        _compare(store, asked, limit)


def _compare(store: Store, asked: list[Query], limit: int) -> None:
    held = list(store.entries())
    for query in asked:
        wanted = [entry.sequence for entry in reversed(held) if is_found(entry, query)]
        assert pages(store, query, limit) == wanted, query
        assert store.index.count(query) == len(wanted), query
    for case in CASES:
        assert list(store.index.statements_of(case)) == [
            one.sequence for one in held if one.statement_id and one.facts.get("case") == case
        ]
    assert list(store.index.statements_by_kind(["request"])) == [
        one.sequence for one in held if one.facts.get("kind") == "request"
    ]


@pytest.fixture
def long_home(tmp_path: Path) -> Path:
    """Three shards, in commits of many sizes."""
    with create(tmp_path / "home") as store:
        number = 0
        for size in (1, 255, 3, 1_000, 700, 1, 90):
            store.commit([_numbered(number + each) for each in range(size)])
            number += size
    return tmp_path / "home"


def _numbered(number: int) -> EntryIn:
    at = (START + timedelta(seconds=number)).isoformat()
    reason = f"第{number}号"
    if number % 3:
        return EntryIn("tick", PERSON, at, {"n": number, "reason": reason})
    id_ = sha256(str(number).encode())
    facts: dict[str, JsonValue] = {"n": number, "kind": "request", "case": id_}
    statement = f"{reason}|li.na|seal-{number % 7}|{DOCUMENTS[0]}"
    return EntryIn("statement", PERSON, at, facts, statement.encode(), id_, Level.INTERNAL)


def test_shards_answer_as_one(long_home: Path) -> None:
    with reopen(long_home) as store:
        assert store.index.covered == store.head.sequence == 2_050
        hour = Query(since=START + timedelta(seconds=1_000), until=START + timedelta(seconds=1_100))
        assert pages(store, hour, 7) == list(range(1_100, 1_000, -1))
        assert store.index.count(hour) == 100
        assert pages(store, Query(text="第1234号"), 5) == [1_235]
        assert pages(store, Query(text="234", kinds=frozenset({"request"})), 5) == [235]
        assert store.index.count(Query(kinds=frozenset({"tick"}))) == 1_366
        assert store.index.count(Query(person="li.na", seal="seal-3")) == 98
        held = [row.sequence for row in store.index.page(Query(), limit=200).rows]
        assert held == list(range(2_050, 1_850, -1))


def test_a_line_says_what_the_entry_says(long_home: Path) -> None:
    with reopen(long_home) as store:
        for row in store.index.page(Query(), before=1_030, limit=20).rows:
            entry = store.entry(row.sequence)
            assert (row.by, row.at) == (entry.by, datetime.fromisoformat(entry.at))
            assert (row.kind, row.case) == (describe(entry).kind, describe(entry).case)


def test_a_statement_has_its_place_and_every_leaf_its_hash(long_home: Path) -> None:
    with reopen(long_home) as store:
        held = list(store.entries())
        for entry in held[::97]:
            if entry.statement_id is not None:
                place = store.index.place(entry.statement_id)
                assert place is not None
                assert (place.sequence, place.salt) == (entry.sequence, entry.salt)
                assert place.kind == "statement"
        assert store.index.place(sha256(b"never")) is None
        leaves = [leaf_of(e.kind, e.salt, e.sequence, e.statement_id) for e in held]
        for start, stop in ((0, 2_050), (255, 257), (1_000, 1_600), (2_047, 2_050), (7, 7)):
            assert store.index.leaves(start, stop) == leaves[start:stop]
        tiles = [leaves[at : at + TILE] for at in range(0, 2_048, TILE)]
        assert store.index.tile_roots() == [subtree_root(tile) for tile in tiles]


def test_who_may_not_read_finds_the_envelope_only(tmp_path: Path) -> None:
    home = tmp_path / "home"
    secret = EntryIn(
        "statement",
        PERSON,
        START.isoformat(),
        {"n": 1, "kind": "request", "case": CASES[0]},
        f"绝密方案|li.na|seal-1|{DOCUMENTS[0]}".encode(),
        CASES[0],
        Level.SECRET,
    )
    with create(home) as store:
        store.commit([secret])
        store.add_person("li.na", Secret(PASSWORD), Level.INTERNAL)
    told = (Query(text="方案"), Query(seal="seal-1"), Query(document=DOCUMENTS[0]))
    with reopen(home) as store:
        assert [store.index.count(query) for query in told] == [1, 1, 1]
    with reopen(home, "li.na") as store:
        assert [pages(store, query, 5) for query in told] == [[], [], []]
        assert pages(store, Query(person="li.na"), 5) == []
        assert pages(store, Query(case=CASES[0]), 5) == [1]
        assert store.index.statements_of(CASES[0]) == (1,)


def test_a_commit_that_failed_is_not_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from airseal.model.problem import Problem

    with create(tmp_path / "home") as store:
        store.commit([_numbered(0)])
        with monkeypatch.context() as patch:
            patch.setattr("airseal.store.durable.append", _full)
            patch.setattr("airseal.store.durable.replace", _full)
            with pytest.raises(Problem):
                store.commit([_numbered(1)])
        assert pages(store, Query(), 5) == [1]
        store.commit([_numbered(2)])
        assert pages(store, Query(), 5) == list(range(store.head.sequence, 0, -1))


def _full(*_: object) -> None:
    raise OSError(28, "full")
