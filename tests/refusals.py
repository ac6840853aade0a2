"""What a refusal must be at a station: said by name, recorded, and nothing else stored."""

import re
from pathlib import Path

import pytest
from demo_unit import DemoUnit
from station_kit import Held, held, station_of, store_of

from airseal.errors import Coded, explain
from airseal.errors.explaining import sentence_for
from airseal.model.digest import sha256
from airseal.model.problem import Problem
from airseal.store import Entry
from airseal.text import language, use_language
from transfer.errors import TransferError


def refused(unit: DemoUnit, folder: Path, bundle: bytes, code: str, post: str = "checker") -> None:
    """``bundle`` is refused with ``code``; nothing is stored but the refusal and the original."""
    path = folder / "坏包.airseal"
    path.write_bytes(bundle)
    before = held(unit, post)
    with station_of(unit, post) as station:
        rows, parked = station.cases(), station.parked
        with pytest.raises((Problem, TransferError)) as caught:
            station.import_file(path)
        error = caught.value
        assert isinstance(error, Problem | TransferError)
        assert error.code == code
        assert (station.cases(), station.parked) == (rows, parked)
    after = held(unit, post)
    digest = sha256(bundle)
    assert [entry.kind for entry in new_entries(before, after)] == ["login", "import-refused"]
    told = {"bundle": digest, "code": code, "params": error.params, "name": path.name}
    assert after.last.facts == told
    assert after.tables["quarantine"][digest] == {
        **told,
        "by": after.last.by,
        "at": after.last.at,
    }
    for table in ("cases", "imports", "intents"):
        assert after.tables[table] == before.tables[table]
    with store_of(unit, post) as store, store.blob(digest) as kept:
        assert kept.read() == bundle
    assert path.read_bytes() == bundle
    is_explained(error)


def new_entries(before: Held, after: Held) -> list[Entry]:
    return list(after.entries[before.head.sequence :])


def is_explained(error: Coded) -> None:
    """A sentence and a hint of its own in both languages, with nothing left to fill in."""
    assert sentence_for(error.code) is not None
    here = language()
    try:
        for name, script in (("zh_CN", r"[\u4e00-\u9fff]"), ("en", r"[a-z]{2,}")):
            use_language(name)
            told = explain(error)
            assert min(len(re.findall(script, text)) for text in (told.what, told.hint)) >= 3, told
            assert not re.search(r"[{}]", str(told)), told
    finally:
        use_language(here)
