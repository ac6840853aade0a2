"""Whatever is changed on the disk from outside is noticed and named, never accepted."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from store_disk import Disk, Killed, quick
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
    reopen,
)

from airseal.model.level import Level
from airseal.model.problem import Problem
from airseal.model.secret import Secret
from airseal.store import (
    Lost,
    Report,
    Store,
    durable,
    framing,
    slotfile,
    slots,
)

DOCUMENT = b"paper"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    quick(monkeypatch)


EXPECTED = {
    "keyslots": {"KEYSLOTS_DAMAGED", "HOME_NEWER"},
    "door": {"DOOR_LOST", "HOME_NEWER"},
    "desk": {"DESK_DAMAGED", "HOME_NEWER"},
    "ledger/000001": {"LEDGER_DAMAGED", "LEDGER_SHORT", "HOME_NEWER"},
    "ledger/000002": {"LEDGER_DAMAGED", "LEDGER_SHORT", "HOME_NEWER"},
    "": {"BLOB_DAMAGED", "HOME_NEWER"},
}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Two segments, three entries, one document, one keyslot."""
    home = tmp_path / "home"
    with create(home) as store:
        store.commit([event(1)], [blob(DOCUMENT)])
    with reopen(home) as store:
        store.commit([event(2), event(3)])
    return home


def use(home: Path) -> None:
    """Open the home and read all there is; raises what is found."""
    with reopen(home) as store:
        assert store.blob(digest_of(DOCUMENT)).read() == DOCUMENT
        assert numbers(store) == [1, 2, 3]
        assert store.desk.get("counts", "tick") == 3


def found(act: Callable[[], object]) -> str:
    """The code of the problem that ``act`` raises; "" when it raises none."""
    try:
        act()
    except Problem as problem:
        return problem.code
    return ""


def expected(name: str) -> set[str]:
    return next(codes for tail, codes in EXPECTED.items() if name.endswith(tail))


def small_files(home: Path) -> Iterator[tuple[Path, bytes, set[str]]]:
    held = files(home)
    assert len(held) == 6
    for name, data in held.items():
        assert len(data) < 2000
        yield home / name, data, expected(name)


def test_every_flipped_byte_is_noticed(home: Path) -> None:
    for path, data, codes in small_files(home):
        for place in range(len(data)):
            flipped = bytearray(data)
            flipped[place] ^= 1 << place % 8
            path.write_bytes(flipped)
            assert found(lambda: use(home)) in codes, (path.name, place)
        path.write_bytes(data)
    use(home)


@pytest.mark.soak
def test_every_flipped_bit_is_noticed(home: Path) -> None:
    for path, data, codes in small_files(home):
        for place in range(len(data)):
            for bit in range(8):
                flipped = bytearray(data)
                flipped[place] ^= 1 << bit
                path.write_bytes(flipped)
                assert found(lambda: use(home)) in codes, (path.name, place, bit)
        path.write_bytes(data)


def test_every_cut_is_noticed(home: Path) -> None:
    for path, data, codes in small_files(home):
        for length in range(len(data)):
            path.write_bytes(data[:length])
            assert found(lambda: use(home)) in codes, (path.name, length)
        path.write_bytes(data)
    use(home)


def test_bytes_after_the_end_are_noticed_or_cut(home: Path) -> None:
    """Behind the last whole commit an unfinished one may lie; anywhere else nothing may."""
    for path, data, codes in small_files(home):
        for more in (b"\0", b"\0" * 40, b"\xff" * 40):
            path.write_bytes(data + more)
            code = found(lambda: use(home))
            if path.name == "000002":
                assert code == ""
                assert path.read_bytes() == data
            else:
                assert code in codes, (path.name, more)
        path.write_bytes(data)


def test_the_sequence_of_the_damage_is_named(home: Path) -> None:
    for name, sequence in (("000001", 1), ("000002", 2)):
        path = home / "ledger" / name
        data = path.read_bytes()
        path.write_bytes(data[:100] + bytes([data[100] ^ 1]) + data[101:])
        with pytest.raises(Problem) as problem:
            use(home)
        assert problem.value.code == "LEDGER_DAMAGED"
        assert problem.value.params == {"sequence": sequence}
        path.write_bytes(data)
    (home / "ledger" / "000002").unlink()
    with pytest.raises(Problem) as problem:
        use(home)
    assert (problem.value.code, problem.value.params) == ("LEDGER_SHORT", {"sequence": 2})


def test_every_file_is_needed(home: Path) -> None:
    codes = {
        "keyslots": "KEYSLOTS_MISSING",
        "door": "DOOR_LOST",
        "desk": "DESK_MISSING",
        "000001": "LEDGER_SHORT",
        "000002": "LEDGER_SHORT",
        "": "BLOB_MISSING",
    }
    for path, data, _ in small_files(home):
        path.unlink()
        code = next(code for tail, code in codes.items() if path.name.endswith(tail))
        assert found(lambda: use(home)) == code
        path.write_bytes(data)


def test_a_missing_ledger_or_vault_is_noticed(home: Path) -> None:
    for name, code in (("ledger", "LEDGER_SHORT"), ("vault", "BLOB_MISSING")):
        (home / name).rename(home.parent / name)
        assert found(lambda: use(home)) == code
        (home.parent / name).rename(home / name)


@pytest.mark.parametrize("name", ["keyslots", "desk", "ledger/000001"])
def test_links_pipes_and_directories_are_no_files(home: Path, name: str) -> None:
    path = home / name
    path.rename(home.parent / "away")
    path.symlink_to(home.parent / "away")
    assert found(lambda: use(home)) == "STORE_READ_FAILED"
    path.unlink()
    os.mkfifo(path)
    assert found(lambda: use(home)) == "STORE_READ_FAILED"
    path.unlink()
    path.mkdir()
    assert found(lambda: use(home)) == "STORE_READ_FAILED"


def test_every_file_swapped_with_an_older_one(home: Path) -> None:
    older = files(home)
    with reopen(home) as store:
        store.commit([event(4)], [blob(b"second")])
        store.commit([event(5)])
        store.add_person("li.na", Secret("x"))
        store.change_password("li.na", Secret("x"), Secret("y"))
    now = files(home)
    for name, code in (("keyslots", "KEYSLOTS_OLDER"), ("desk", "DESK_OLDER")):
        (home / name).write_bytes(older[name])
        assert found(lambda: reopen(home)) == code
        (home / name).write_bytes(now[name])
    (home / "ledger/000003").unlink()
    assert found(lambda: reopen(home)) == "LEDGER_SHORT"
    (home / "ledger/000003").write_bytes(now["ledger/000003"])
    reopen(home).close()


def test_segments_cannot_change_places(home: Path) -> None:
    one, two = home / "ledger/000001", home / "ledger/000002"
    first, second = one.read_bytes(), two.read_bytes()
    for a, b in ((second, first), (first, first), (second, second)):
        one.write_bytes(a)
        two.write_bytes(b)
        assert found(lambda: use(home)) in ("LEDGER_DAMAGED", "LEDGER_SHORT")
    one.write_bytes(first)
    two.write_bytes(second)
    stray = home / "ledger/000007"
    stray.write_bytes(second)
    assert found(lambda: use(home)) == "LEDGER_DAMAGED"


def test_documents_cannot_change_places(home: Path) -> None:
    with reopen(home) as store:
        store.commit([event(4)], [blob(b"other")])
    one, two = (home / "vault").iterdir()
    first, second = one.read_bytes(), two.read_bytes()
    border = 16 + 1 + 74 + 28
    for a, b in (
        (second, first),
        (second[:border] + first[border:], first[:border] + second[border:]),
    ):
        one.write_bytes(a)
        two.write_bytes(b)
        with reopen(home) as store:
            for document in (DOCUMENT, b"other"):
                with pytest.raises(Problem) as problem:
                    store.blob(digest_of(document))
                assert problem.value.code == "BLOB_DAMAGED"
        assert check(home) == ["BLOBS_DAMAGED"]


def test_another_homes_files_are_not_ours(home: Path, tmp_path: Path) -> None:
    shutil.copytree(home, tmp_path / "copy")
    with create(tmp_path / "other") as store:
        for number in (1, 2, 3):
            store.commit([event(number)])
    theirs = files(tmp_path / "other")
    for name, codes in (
        ("keyslots", {"DESK_DAMAGED"}),
        ("desk", {"DESK_DAMAGED"}),
        ("ledger/000001", {"LEDGER_DAMAGED"}),
    ):
        ours = (home / name).read_bytes()
        (home / name).write_bytes(theirs[name])
        assert found(lambda: use(home)) in codes
        (home / name).write_bytes(ours)


def test_a_branch_of_the_same_home_is_not_its_ledger(home: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(home, copy)
    for each in (home, copy):
        with reopen(each) as store:
            store.commit([event(4)])
    shutil.copy(copy / "ledger/000003", home / "ledger/000003")
    assert found(lambda: reopen(home)) == "LEDGER_DAMAGED"


def test_slots_cannot_be_changed_without_the_key(home: Path) -> None:
    """An attacker can renew the checksum, but not the MAC."""
    with reopen(home) as store:
        store.add_person("li.na", Secret("x"))
    path = home / "keyslots"
    data = path.read_bytes()
    content = msgspec.msgpack.decode(data[16:-32], type=slotfile.Content)
    replace = msgspec.structs.replace
    one, two = content.people
    for forged in (
        replace(content, people=[one]),
        replace(content, people=[two, one]),
        replace(content, people=[replace(one, clearance=Level.PUBLIC), two]),
        replace(content, people=[replace(one, grants=two.grants), two]),
        replace(content, people=[replace(one, grants=[]), two]),
        replace(content, people=[replace(one, slots=two.slots), two]),
        replace(content, demo=False),
        replace(content, generation=content.generation + 1),
        replace(content, stale=[Level.SECRET]),
        replace(content, links=[bytes(32)]),
    ):
        head = framing.header(framing.KEYSLOTS) + msgspec.msgpack.encode(forged)
        path.write_bytes(head + slotfile.checksum(head))
        assert found(lambda: reopen(home)) in ("KEYSLOTS_DAMAGED", "LOGIN_REFUSED")
    (slot,) = one.slots
    greedy = replace(slot, cost=slots.Cost(1 << 31, 1, 1))
    weak = replace(slot, cost=slots.Cost(16, 1, 1))
    for changed, code in ((greedy, "KEYSLOTS_DAMAGED"), (weak, "LOGIN_REFUSED")):
        forged = replace(content, people=[replace(one, slots=[changed]), two])
        head = framing.header(framing.KEYSLOTS) + msgspec.msgpack.encode(forged)
        path.write_bytes(head + slotfile.checksum(head))
        assert found(lambda: reopen(home)) == code


@given(body=st.binary(max_size=120))
@settings(max_examples=200, deadline=None)
def test_any_keyslot_file_with_a_right_checksum_is_refused(
    tmp_path_factory: pytest.TempPathFactory, body: bytes
) -> None:
    home = tmp_path_factory.getbasetemp() / "slots"
    home.mkdir(exist_ok=True)
    head = framing.header(framing.KEYSLOTS) + body
    (home / "keyslots").write_bytes(head + slotfile.checksum(head))
    assert found(lambda: slotfile.load(home)) == "KEYSLOTS_DAMAGED"


# --- check and rebuild ----------------------------------------------------------------------


def checked(home: Path) -> Report:
    return Store.check(home, PERSON, Secret(PASSWORD), project=project, now=patient)


def rebuild(home: Path) -> int:
    return Store.rebuild(home, PERSON, Secret(PASSWORD), project=project, now=patient).sequence


def test_a_check_reports_and_changes_nothing(home: Path) -> None:
    report = checked(home)
    assert (report.entries, report.blobs, report.problems) == (3, 1, ())
    (home / "ledger/000002").write_bytes((home / "ledger/000002").read_bytes() + b"unfinished")
    (age,) = (home / "vault").iterdir()
    age.write_bytes(age.read_bytes() + b"x")
    before = files(home)
    report = checked(home)
    assert [problem.code for problem in report.problems] == ["BLOBS_DAMAGED"]
    assert (report.entries, report.blobs) == (3, 0)
    after = files(home)
    assert before.pop("door") != after.pop("door"), "every login knocks"
    assert after == before
    (home / "desk").unlink()
    assert check(home) == ["DESK_MISSING", "BLOBS_DAMAGED"]


def test_an_interrupted_destroying_is_told_apart_from_damage(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed between the key and the file: only what the desk has condemned is no damage."""

    def report() -> tuple[list[str], int, int]:
        told = checked(home)
        return [problem.code for problem in told.problems], told.blobs, told.unfinished

    def kill(call: str, _name: str) -> None:
        if call == "unlink":
            raise Killed

    with reopen(home) as store:
        store.commit([event(4, condemned=digest_of(DOCUMENT))], [blob(b"other")])
    assert report() == ([], 1, 1)
    with reopen(home) as store:
        monkeypatch.setattr(durable, "_os", Disk(home, kill))
        with pytest.raises(Killed):
            store.destroy_blob(digest_of(DOCUMENT))
        quick(monkeypatch)
    assert report() == ([], 1, 1)
    for path in (home / "vault").iterdir():
        path.write_bytes(bytes(100) + path.read_bytes()[100:])
    assert report() == (["BLOBS_DAMAGED"], 0, 1), "the other is damaged, whoever damaged it so"


def test_a_document_taken_out_of_the_vault_is_named_as_lost(home: Path) -> None:
    (paper,) = (home / "vault").iterdir()
    data = paper.read_bytes()
    with reopen(home) as store:
        store.commit([event(4), event(5)], [blob(b"other")])
    assert checked(home).lost == ()
    paper.unlink()
    told = checked(home)
    assert [(one.code, one.params) for one in told.problems] == [("BLOBS_LOST", {"count": 1})]
    assert told.lost == (Lost(digest_of(DOCUMENT), sequence=1),)
    assert (told.entries, told.blobs) == (5, 1)
    with reopen(home) as store:
        store.commit([event(6)], [blob(DOCUMENT)])
    assert check(home) == [], "imported again, it is here again"
    paper.unlink()
    assert checked(home).lost == (Lost(digest_of(DOCUMENT), sequence=6),)
    paper.write_bytes(data)
    assert check(home) == []


def test_a_destroyed_document_is_not_lost_and_a_kept_one_is(home: Path) -> None:
    """Only what a tombstone took is missed by nobody; one that comes again is expected again."""
    digest = digest_of(DOCUMENT)
    with reopen(home) as store:
        store.commit([event(4, condemned=digest)])
        store.destroy_blob(digest)
    assert (check(home), checked(home).unfinished) == ([], 0), "before the ledger says it is done"
    with reopen(home) as store:
        store.commit([event(5, destroyed=digest)])
    assert check(home) == []
    with reopen(home) as store:
        store.commit([event(6)], [blob(DOCUMENT)])
    (paper,) = (home / "vault").iterdir()
    paper.unlink()
    assert checked(home).lost == (Lost(digest, sequence=6),)
    with reopen(home) as store:
        store.commit([event(7, condemned=digest_of(b"never here"))])
    assert check(home) == ["BLOBS_LOST"]


def test_a_desk_that_is_not_the_fold_is_found(home: Path) -> None:
    report = Store.check(
        home, PERSON, Secret(PASSWORD), project=lambda desk, entry: [], now=patient
    )
    assert [problem.code for problem in report.problems] == ["DESK_DIFFERS"]


@pytest.mark.parametrize("spoilt", ["lost", "damaged", "older"])
def test_a_desk_is_rebuilt_on_request_only(home: Path, spoilt: str) -> None:
    desk = home / "desk"
    older = desk.read_bytes()
    with reopen(home) as store:
        for number in (4, 5, 6):
            store.commit([event(number, case=str(number))])
        whole = list(store.desk.items("cases"))
    match spoilt:
        case "lost":
            desk.unlink()
        case "damaged":
            desk.write_bytes(b"junk")
        case "older":
            desk.write_bytes(older)
    assert found(lambda: reopen(home)).startswith("DESK_")
    assert rebuild(home) == 6
    assert check(home) == []
    with reopen(home) as store:
        assert list(store.desk.items("cases")) == whole
        store.commit([event(7)])
    with reopen(home) as store:
        assert store.desk.get("counts", "tick") == 7


def test_a_rebuilding_never_accepts_a_damaged_or_shortened_ledger(home: Path) -> None:
    path = home / "ledger/000002"
    data, desk = path.read_bytes(), (home / "desk").read_bytes()
    border = 76 + 4 + int.from_bytes(data[76:80])
    for spoilt in (
        data[:-1],
        data[:border],
        data[:90],
        data[:100] + b"\0" + data[101:],
        data + b"\0\0",
    ):
        path.write_bytes(spoilt)
        (home / "desk").unlink(missing_ok=True)
        assert found(lambda: rebuild(home)) in ("LEDGER_DAMAGED", "LEDGER_SHORT")
        assert path.read_bytes() == spoilt
    path.unlink()
    (home / "desk").write_bytes(desk)
    assert found(lambda: rebuild(home)) == "LEDGER_SHORT"
