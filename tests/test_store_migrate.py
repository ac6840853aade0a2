"""Homes of an older format: refused, then brought up to date after a backup (BK-04)."""

import hashlib
import os
import shutil
import signal
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import pytest
from demo_unit import DemoUnit
from store_disk import Disk
from store_kit import AT, PASSWORD, PERSON, blob, digest_of, event, patient, project, refused
from test_kill import in_a_child

from airseal.evidence.records import project as real
from airseal.model.problem import Problem
from airseal.model.secret import Secret
from airseal.store import (
    DeskView,
    DeskWrite,
    Entry,
    EntryIn,
    Migrated,
    Store,
    durable,
    migrate,
    places_on,
    restore,
)
from airseal.store.framing import FORMAT, OLDEST
from airseal.store.ledger import Ledger

PAPER = b"a document of the older home"


def today(desk: DeskView, entry: Entry) -> Iterable[DeskWrite]:
    """The fold of a newer program, which knows one table more."""
    yield from project(desk, entry)
    if entry.kind == "tick":
        yield DeskWrite("ticks", str(entry.facts["n"]), entry.sequence)


def age(home: Path) -> None:
    """Make the keyslots those of the oldest format, as that program wrote them."""
    path = home / "keyslots"
    data = path.read_bytes()[:-32]
    data = data[:12] + OLDEST.to_bytes(4) + data[16:]
    path.write_bytes(data + hashlib.sha256(data).digest())


def format_of(home: Path) -> int:
    return int.from_bytes((home / "keyslots").read_bytes()[12:16])


@pytest.fixture
def old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home that an older program left: its desk lacks a table of today, no entry a document."""
    home = tmp_path / "home"
    first = {PERSON: Secret(PASSWORD), "wu": Secret("Watch-Doors-2026")}
    prepare = Ledger.prepare
    with (
        monkeypatch.context() as patch,
        Store.create(home, first=first, demo=True, project=project, now=patient) as store,
    ):
        patch.setattr(
            Ledger, "prepare", lambda book, entries, slots, _: prepare(book, entries, slots)
        )
        for number in range(5):
            store.commit([event(number)])
        store.commit([event(9, "opened", case="c")], [blob(PAPER)])
    age(home)
    (tmp_path / "stick").mkdir()
    return home


def account(done: Migrated) -> Sequence[EntryIn]:
    told = {"before": done.before, "after": done.after, "backup": done.backup.number}
    return [EntryIn("migrated", PERSON, AT, told)]


def bring(home: Path, medium: Path) -> Migrated:
    return migrate(
        home,
        PERSON,
        Secret(PASSWORD),
        medium,
        project=today,
        authorise=lambda _: (1, AT, PERSON),
        account=account,
        now=patient,
    )


def opened(home: Path) -> Store:
    return Store.open(home, PERSON, Secret(PASSWORD), project=today, now=patient)


def is_today(home: Path) -> None:
    """Of today's format, nothing lost, the desk today's fold, and the ledger says who did it."""
    assert format_of(home) == FORMAT
    with opened(home) as store:
        assert dict(store.desk.items("ticks")) == {str(n): n + 1 for n in range(5)}
        assert store.desk.get("cases", "c") is not None
        with store.blob(digest_of(PAPER)) as source:
            assert source.read() == PAPER
        told = [entry for entry in store.entries() if entry.kind == "migrated"]
        assert (told[-1].by, told[-1].at) == (PERSON, AT)
        assert told[-1].facts["before"] == OLDEST
    report = Store.check(home, PERSON, Secret(PASSWORD), project=today, now=patient)
    assert report.problems == ()
    # A document that no entry named is missed from now on, too.
    away = [*(home / "vault").iterdir()]
    for path in away:
        path.rename(path.with_name(f".{path.name}"))
    report = Store.check(home, PERSON, Secret(PASSWORD), project=today, now=patient)
    assert [one.code for one in report.problems] == ["BLOBS_LOST"]
    assert [one.digest for one in report.lost] == [digest_of(PAPER)]
    for path in away:
        path.with_name(f".{path.name}").rename(path)


def test_an_older_home_is_refused_untouched(old: Path) -> None:
    before = {path: path.read_bytes() for path in old.rglob("*") if path.is_file()}
    tries: list[Callable[[], object]] = [
        lambda: opened(old),
        lambda: Store.check(old, PERSON, Secret(PASSWORD), project=today),
        lambda: Store.rebuild(old, PERSON, Secret(PASSWORD), project=today),
    ]
    for attempt in tries:
        with refused("HOME_OLDER"):
            attempt()
    assert {path: path.read_bytes() for path in old.rglob("*") if path.is_file()} == before


def test_migrated_after_a_backup_of_the_older_home(old: Path, tmp_path: Path) -> None:
    done = bring(old, tmp_path / "stick")
    assert (done.before, done.after) == (OLDEST, FORMAT)
    assert (done.named, done.unnamed) == (1, 0)
    is_today(old)
    with refused("HOME_CURRENT"):
        bring(old, tmp_path / "stick")
    ((place, numbers),) = places_on(tmp_path / "stick")
    assert numbers == [done.backup.number]
    # The backup is the older home, and comes back as one of today.
    again = tmp_path / "again"
    people = ((PERSON, Secret(PASSWORD)), ("wu", Secret("Watch-Doors-2026")))
    restore(
        place,
        numbers[0],
        again,
        people,
        project=today,
        account=lambda desk, backup: EntryIn("restored", PERSON, AT, {}),
        report=lambda *_: None,
        now=patient,
    )
    assert format_of(again) == FORMAT
    with opened(again) as store:
        assert dict(store.desk.items("ticks")) == {str(n): n + 1 for n in range(5)}
    assert Store.check(again, PERSON, Secret(PASSWORD), project=today).problems == ()
    (again / "vault").rename(again / "away")
    (again / "vault").mkdir()
    told = Store.check(again, PERSON, Secret(PASSWORD), project=today)
    assert [one.digest for one in told.lost] == [digest_of(PAPER)]


def test_no_backup_no_migration(old: Path, tmp_path: Path) -> None:
    with refused("BACKUP_INSIDE"):
        bring(old, old / "vault")
    with refused("STORE_WRITE_FAILED"):
        bring(old, tmp_path / "no such medium" / "deeper")
    with refused("LOGIN_REFUSED"):
        migrate(
            old,
            PERSON,
            Secret("wrong"),
            tmp_path / "stick",
            project=today,
            authorise=lambda _: (1, AT, PERSON),
            account=account,
            now=patient,
        )
    assert format_of(old) == OLDEST
    bring(old, tmp_path / "stick")
    is_today(old)


def test_a_newer_home_is_refused(old: Path, tmp_path: Path) -> None:
    bring(old, tmp_path / "stick")
    path = old / "keyslots"
    data = path.read_bytes()
    path.write_bytes(data[:12] + (FORMAT + 1).to_bytes(4) + data[16:])
    for attempt in (lambda: opened(old), lambda: bring(old, tmp_path / "stick")):
        with pytest.raises(Problem) as caught:
            attempt()
        assert (caught.value.code, caught.value.params["version"]) == ("HOME_NEWER", FORMAT + 1)


def kills(old: Path, tmp_path: Path, every: int) -> None:
    """Whatever the kill left, migrating again makes of it a home of today."""

    def run(home: Path, medium: Path, before: Callable[[], None]) -> None:
        setattr(durable, "_os", Disk(tmp_path, lambda *_: before()))  # noqa: B010
        bring(home, medium)

    def fresh(name: str) -> tuple[Path, Path]:
        medium = tmp_path / f"stick-{name}"
        medium.mkdir()
        return Path(shutil.copytree(old, tmp_path / name)), medium

    formats, at, alive = [], 0, False
    while not alive:
        home, medium = fresh(f"killed{at}")
        left = [at]

        def kill(left: list[int] = left) -> None:
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            left[0] -= 1

        status, _ = in_a_child(lambda _, h=home, m=medium, k=kill: run(h, m, k))  # type: ignore[misc]
        alive = not os.WIFSIGNALED(status)
        assert not alive or status == 0
        formats.append(format_of(home))
        if formats[-1] != FORMAT:
            bring(home, medium)
        is_today(home)
        shutil.rmtree(home)
        at += every
    assert formats == sorted(formats)
    assert len(formats) > 5


def test_killed_it_is_repeated(old: Path, tmp_path: Path) -> None:
    kills(old, tmp_path, every=9)


@pytest.mark.soak
def test_killed_before_every_write_it_is_repeated(old: Path, tmp_path: Path) -> None:
    kills(old, tmp_path, every=1)


def test_the_system_administrator_does_it_by_command_line(
    demo_unit: DemoUnit, tmp_path: Path
) -> None:
    home = demo_unit.home("custodian")
    age(home)
    own = demo_unit.run("custodian", "store", "migrate", "--backup", tmp_path)
    assert (own.status, own.json["code"]) == (1, "MIGRATE_POST")
    assert demo_unit.run("custodian", "cases").json["code"] == "HOME_OLDER"
    chen = next(one for one in demo_unit.told["people"] if one["post"] == "system-admin")
    done = migrate_as(demo_unit, chen, home, tmp_path)
    assert done["before"] == OLDEST
    with Store.open(home, chen["id"], Secret(chen["password"]), project=real) as store:
        entry = [one for one in store.entries() if one.kind == "migrated"][-1]
        assert entry.by == chen["id"]
        assert entry.facts["program"]


def migrate_as(unit: DemoUnit, person: dict[str, str], home: Path, medium: Path) -> dict[str, int]:
    told = {**unit.told, "people": [{**person, "post": "custodian", "pin": ""}]}
    return (
        DemoUnit(unit.directory, told).run("custodian", "store", "migrate", "--backup", medium).json
    )  # type: ignore[no-any-return]
