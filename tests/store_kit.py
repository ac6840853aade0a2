"""What the store's tests share: a cheap home, a projection, and ways to look at a home."""

import hashlib
import io
from collections.abc import Iterable
from pathlib import Path

import pytest

from airseal.model.digest import Digest
from airseal.model.problem import Problem
from airseal.model.secret import Secret
from airseal.store import (
    CONDEMNED,
    BlobIn,
    DeskView,
    DeskWrite,
    Entry,
    EntryIn,
    Instant,
    Store,
)

PERSON = "zhang.wei"
PASSWORD = "correct horse 电池"
AT = "2026-11-22T20:12:00+08:00"


def project(desk: DeskView, entry: Entry) -> Iterable[DeskWrite]:
    """A fold that depends on what is there: counts per kind, open cases, documents to destroy."""
    seen = desk.get("counts", entry.kind)
    yield DeskWrite("counts", entry.kind, (seen if isinstance(seen, int) else 0) + 1)
    case = entry.facts.get("case")
    if isinstance(case, str):
        closed = entry.kind == "closed"
        yield DeskWrite("cases", case, None if closed else {**entry.facts, "last": entry.sequence})
    for key, value in (("condemned", ""), ("destroyed", None)):
        if key in entry.facts:
            yield DeskWrite(CONDEMNED, str(entry.facts[key]), value)


class Clock:
    """A machine whose person is patient: whenever it is asked, two hours have passed."""

    def __init__(self, step: int = 7200) -> None:
        self.step = step
        self.at = Instant(1_800_000_000, "boot", 100)

    def __call__(self) -> Instant:
        self.at = Instant(self.at.wall + self.step, self.at.boot, self.at.up + self.step)
        return self.at


patient = Clock()


def event(number: int, kind: str = "tick", **facts: str | int) -> EntryIn:
    return EntryIn(kind, PERSON, AT, {"n": number, **facts})


def blob(data: bytes) -> BlobIn:
    return BlobIn(digest_of(data), io.BytesIO(data))


def digest_of(data: bytes) -> Digest:
    return Digest("sha256:" + hashlib.sha256(data).hexdigest())


def create(home: Path) -> Store:
    return Store.create(
        home, first={PERSON: Secret(PASSWORD)}, demo=True, project=project, now=patient
    )


def reopen(home: Path, person: str = PERSON, password: str = PASSWORD) -> Store:
    return Store.open(home, person, Secret(password), project=project, now=patient)


def numbers(store: Store) -> list[int]:
    """The ``n`` of every entry, in order."""
    return [number for entry in store.entries() if isinstance(number := entry.facts["n"], int)]


def check(home: Path) -> list[str]:
    """The codes of what a check finds."""
    report = Store.check(home, PERSON, Secret(PASSWORD), project=project, now=patient)
    return [problem.code for problem in report.problems]


def files(home: Path) -> dict[str, bytes]:
    """Every file of the home with its bytes."""
    return {
        str(path.relative_to(home)): path.read_bytes()
        for path in sorted(home.rglob("*"))
        if path.is_file()
    }


def refused(code: str) -> "pytest.RaisesExc[Problem]":
    """That the block raises the problem of this code."""
    return pytest.raises(Problem, check=lambda problem: problem.code == code)
