"""Who can open a home, and that nobody else learns anything from its files."""

import os
import stat
import time
from pathlib import Path

import pytest
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
    project,
    refused,
    reopen,
)

from airseal.model.problem import Problem
from airseal.model.secret import Secret
from airseal.store import EntryIn, JsonValue, Store


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def test_people_come_and_go(home: Path) -> None:
    with create(home) as store:
        store.add_person("li.na", Secret("second"))
        with refused("PERSON_EXISTS"):
            store.add_person("li.na", Secret("again"))
        store.change_password("li.na", Secret("second"), Secret("third"))
        with refused("LOGIN_REFUSED"):
            store.change_password("li.na", Secret("second"), Secret("fourth"))
        store.commit([event(1)])
    with refused("LOGIN_REFUSED"):
        reopen(home, "li.na", "second")
    for person, password in (
        ("nobody", PASSWORD),
        ("li.na", PASSWORD),
        (PERSON, "third"),
        ("", ""),
    ):
        with refused("LOGIN_REFUSED"):
            reopen(home, person, password)
    with reopen(home, "li.na", "third") as store:
        store.remove_person(PERSON)
        with refused("PERSON_UNKNOWN"):
            store.remove_person(PERSON)
        with refused("PERSON_LAST"):
            store.remove_person("li.na")
    with refused("LOGIN_REFUSED"):
        reopen(home)
    with reopen(home, "li.na", "third") as store:
        assert numbers(store) == [1]


def test_a_stranger_and_a_wrong_password_are_told_the_same_alike_fast(home: Path) -> None:
    Store.create(home, first={PERSON: Secret("right")}, demo=False, project=project).close()
    took: dict[str, float] = {}
    for person in (PERSON, "nobody"):
        start = time.process_time()
        with pytest.raises(Problem) as refusal:
            reopen(home, person, "wrong")
        took[person] = time.process_time() - start
        assert (refusal.value.code, dict(refusal.value.params)) == ("LOGIN_REFUSED", {})
    assert 0.4 < took["nobody"] / took[PERSON] < 2.5
    assert took["nobody"] > 0.05, "the formal cost is no cost"


def test_the_demonstration_is_recorded(home: Path, tmp_path: Path) -> None:
    create(home).close()
    with reopen(home) as store:
        assert store.demo
    with Store.create(
        tmp_path / "formal", first={"p": Secret("x")}, demo=False, project=project
    ) as formal:
        assert not formal.demo


# --- homes --------------------------------------------------------------------------------


def test_a_home_is_held_by_one(home: Path) -> None:
    with create(home):
        with refused("HOME_BUSY"):
            reopen(home)
        with refused("HOME_BUSY"):
            check(home)
    reopen(home).close()


def test_homes_that_are_none_or_newer(home: Path, tmp_path: Path) -> None:
    with refused("HOME_MISSING"):
        reopen(home)
    with refused("HOME_MISSING"):
        reopen(tmp_path)
    with refused("PERSON_LAST"):
        Store.create(home, first={}, demo=True, project=project)
    with refused("STORE_WRITE_FAILED"):
        create(tmp_path / "no" / "such" / "parent")
    with create(home) as store:
        store.commit([event(1)], [blob(b"x")])
    with refused("HOME_EXISTS"):
        create(home)
    for path in [home / "keyslots", home / "desk", home / "ledger" / "000001"]:
        data = path.read_bytes()
        path.write_bytes(data[:12] + (3).to_bytes(4) + data[16:])
        with refused("HOME_NEWER"):
            reopen(home)
        path.write_bytes(data)
    (home / "keyslots").unlink()
    with refused("KEYSLOTS_MISSING"):
        reopen(home)
    with refused("HOME_EXISTS"):
        create(home)


def test_a_closed_store_does_nothing(home: Path) -> None:
    store = create(home)
    desk = store.desk
    store.close()
    store.close()
    for act in (
        lambda: store.commit([event(1)]),
        lambda: list(store.entries()),
        lambda: desk.get("t", "k"),
        lambda: store.head,
        lambda: store.blob(digest_of(b"")),
        lambda: store.add_person("x", Secret("y")),
    ):
        with refused("STORE_CLOSED"):
            act()


def test_only_the_owner_can_look(home: Path) -> None:
    before = os.umask(0)
    try:
        with create(home) as store:
            store.commit([event(1)], [blob(b"x")])
    finally:
        os.umask(before)
    for path in [home, *home.rglob("*")]:
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode == (0o700 if path.is_dir() else 0o600), path


def test_nothing_on_the_disk_can_be_read(home: Path) -> None:
    words = [PERSON, PASSWORD, "li.na", "second-pass", "关于印发通知的请示", "Annual budget", AT]
    words += ["246813", "cases", "counts", "statement", "seal-intent"]
    document = b"%PDF-1.7 strictly confidential" * 50
    p7m = b"statement bytes: approved by Zhang" * 20
    with create(home) as store:
        store.add_person("li.na", Secret("second-pass"))
        digest = digest_of(document)
        titled: dict[str, JsonValue] = {
            "n": 1,
            "case": digest,
            "title": words[4],
            "pin": "246813",
            "x": words[5],
        }
        store.commit(
            [
                EntryIn("statement", PERSON, AT, titled, p7m, digest_of(p7m)),
                event(2, "seal-intent", case="c", title=words[5]),
            ],
            [blob(document)],
        )
        store.change_password("li.na", Secret("second-pass"), Secret("third-pass"))
    needles = [word.encode() for word in [*words, "third-pass"]]
    needles += [document[:16], p7m[:16]]
    for data in (document, p7m):
        hexdigits = digest_of(data).removeprefix("sha256:")
        needles += [hexdigits.encode(), bytes.fromhex(hexdigits), hexdigits[:16].encode()]
    held = files(home)
    assert len(held) >= 5
    for name, data in held.items():
        for needle in needles:
            assert needle not in data, (name, needle)
            assert needle not in os.fsencode(name)
