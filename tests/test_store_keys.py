"""Keys: one per level, granted to people; passwords, tokens, recovery; what a rotation ends."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from store_disk import quick
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

from airseal.keys import softtoken
from airseal.keys.tokenhost import TokenHost, TokenKey
from airseal.model.level import Level
from airseal.model.secret import Secret
from airseal.store import BlobIn, EntryIn, Store, grants, slotfile, slots
from airseal.store.cipher import DOOR, STATION, Keys
from airseal.store.desk import Anchor, Desk, Draft
from airseal.store.keyslots import Keyslots
from airseal.store.ledger import Ledger

SECRET_PAPER = b"%PDF-1.7 of some importance"
STATEMENT = b"0\x80 a statement of the case"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    quick(monkeypatch)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def classified(level: Level) -> EntryIn:
    return EntryIn("statement", PERSON, AT, {"n": 1}, STATEMENT, digest_of(STATEMENT), level)


def paper(level: Level | None) -> BlobIn:
    return BlobIn(digest_of(SECRET_PAPER), blob(SECRET_PAPER).source, level)


# --- levels -------------------------------------------------------------------------------


def test_nobody_reads_or_writes_above_their_clearance(home: Path) -> None:
    with create(home) as store:
        store.add_person("li.na", Secret("x"), Level.CONFIDENTIAL)
        store.commit([classified(Level.SECRET), event(2)], [paper(Level.SECRET)])
    with reopen(home, "li.na", "x") as store:
        assert max(store.levels, key=lambda level: level.rank) is Level.CONFIDENTIAL
        first, second = store.entries()
        assert (first.statement, first.statement_id) == (None, digest_of(STATEMENT))
        assert (first.level, second.facts["n"]) == (Level.SECRET, 2)
        assert store.has_blob(digest_of(SECRET_PAPER))
        with refused("CLEARANCE_LOW"):
            store.blob(digest_of(SECRET_PAPER))
        for entries, blobs in (
            ([classified(Level.SECRET)], []),
            ([event(3)], [BlobIn(digest_of(b"y"), blob(b"y").source, Level.SECRET)]),
            ([event(3)], [paper(Level.CONFIDENTIAL)]),
        ):
            with refused("CLEARANCE_LOW"):
                store.commit(entries, blobs)
        with refused("CLEARANCE_LOW"):
            store.add_person("wang", Secret("y"), Level.SECRET)
        with refused("CLEARANCE_LOW"):
            store.set_clearance("li.na", Level.SECRET)
        store.add_person("wang", Secret("y"), Level.INTERNAL)
        store.commit([classified(Level.CONFIDENTIAL)])
    report = Store.check(home, "li.na", Secret("x"), project=project, now=patient)
    assert report.problems == ()
    with reopen(home) as store:
        assert next(store.entries()).statement == STATEMENT
        assert store.blob(digest_of(SECRET_PAPER)).read() == SECRET_PAPER


def test_a_document_rises_to_the_highest_level_it_was_stored_at(home: Path) -> None:
    with create(home) as store:
        store.add_person("li.na", Secret("x"), Level.INTERNAL)
        store.commit([event(1)], [paper(Level.INTERNAL)])
        store.commit([event(2)], [paper(Level.SECRET)])
        store.commit([event(3)], [paper(None)])
        assert store.blob(digest_of(SECRET_PAPER)).read() == SECRET_PAPER
    with reopen(home, "li.na", "x") as store, refused("CLEARANCE_LOW"):
        store.blob(digest_of(SECRET_PAPER))


def test_a_home_holds_nothing_above_its_own_level(home: Path) -> None:
    first = {PERSON: Secret(PASSWORD)}
    with Store.create(
        home, first=first, demo=True, project=project, level=Level.INTERNAL, now=patient
    ) as store:
        assert store.levels == {Level.PUBLIC, Level.INTERNAL}
        with refused("CLEARANCE_LOW"):
            store.commit([event(1)], [paper(Level.CONFIDENTIAL)])
        with refused("CLEARANCE_LOW"):
            store.add_person("li.na", Secret("x"), Level.SECRET)


# --- rotation -----------------------------------------------------------------------------


def test_who_left_reads_nothing_that_came_after(home: Path, tmp_path: Path) -> None:
    """The former colleague kept a copy of the keyslots, and with it every key they had."""
    with create(home) as store:
        store.add_person("li.na", Secret("x"))
        store.commit([event(1)], [blob(b"before")])
    shutil.copytree(home, tmp_path / "kept")
    with reopen(home) as store:
        store.remove_person("li.na")
        store.commit([event(2)], [paper(Level.SECRET)])
    with refused("LOGIN_REFUSED"):
        reopen(home, "li.na", "x")
    old = files(tmp_path / "kept")["keyslots"]
    now = (home / "keyslots").read_bytes()
    (home / "keyslots").write_bytes(old)
    with refused("DESK_DAMAGED"):
        reopen(home, "li.na", "x")
    # Even the old desk does not help: it tells of a shorter ledger.
    (home / "keyslots").write_bytes(now)
    (home / "desk").write_bytes(files(tmp_path / "kept")["desk"])
    with refused("DESK_OLDER"):
        reopen(home)


def test_a_rotation_keeps_everything_readable_to_everybody_else(home: Path) -> None:
    with create(home) as store:
        store.add_person("li.na", Secret("x"), Level.SECRET)
        store.commit([classified(Level.SECRET)], [paper(Level.SECRET)])
        for _ in range(3):
            store.rotate_keys()
            store.commit([classified(Level.SECRET)])
        store.add_person("wang", Secret("y"), Level.SECRET)
    for person, password in ((PERSON, PASSWORD), ("li.na", "x"), ("wang", "y")):
        with reopen(home, person, password) as store:
            assert [entry.statement for entry in store.entries()] == [STATEMENT] * 4
            assert store.blob(digest_of(SECRET_PAPER)).read() == SECRET_PAPER
            assert store.visit.lost is False
    assert check(home) == []


def test_a_rotation_above_the_clearance_waits_for_somebody_cleared(home: Path) -> None:
    def waiting() -> list[Level]:
        return slotfile.load(home).stale

    with create(home) as store:
        store.add_person("li.na", Secret("x"), Level.SECRET)
        store.add_person("wang", Secret("y"), Level.INTERNAL)
    with reopen(home, "wang", "y") as store:
        store.remove_person("li.na")
        assert waiting() == [Level.CONFIDENTIAL, Level.SECRET]
    with reopen(home) as store:
        assert waiting() == []
        store.commit([classified(Level.SECRET)])
    assert check(home) == []


def test_a_lowered_clearance_ends_at_once(home: Path) -> None:
    with create(home) as store:
        store.add_person("li.na", Secret("x"), Level.SECRET)
        store.commit([classified(Level.SECRET)])
        store.set_clearance("li.na", Level.INTERNAL)
        store.commit([classified(Level.SECRET)])
        assert store.clearance("li.na") is Level.INTERNAL
    with reopen(home, "li.na", "x") as store:
        assert [entry.statement for entry in store.entries()] == [None, None]
    with reopen(home) as store:
        store.set_clearance("li.na", Level.SECRET)
    with reopen(home, "li.na", "x") as store:
        assert [entry.statement for entry in store.entries()] == [STATEMENT] * 2


# --- credentials --------------------------------------------------------------------------


def test_a_cheap_slot_is_raised_at_login(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    create(home).close()

    def cost() -> slots.Cost:
        (slot,) = slotfile.load(home).people[0].slots
        assert isinstance(slot, slots.PasswordSlot)
        return slot.cost

    assert cost() == slots.DEMO
    better = slots.Cost(memory=64, passes=2, lanes=1)
    monkeypatch.setattr(slots, "DEMO", better)
    reopen(home).close()
    assert cost() == better
    before = (home / "keyslots").read_bytes()
    reopen(home).close()
    assert (home / "keyslots").read_bytes() == before
    assert check(home) == []


def test_a_forgotten_password_is_reset_without_the_levels_of_the_helper(home: Path) -> None:
    with create(home) as store:
        store.add_person("admin", Secret("a"), Level.INTERNAL)
        store.add_person("li.na", Secret("x"), Level.SECRET)
        store.commit([classified(Level.SECRET)])
    with reopen(home, "admin", "a") as store:
        store.reset_password("li.na", Secret("once"))
        with refused("PERSON_UNKNOWN"):
            store.reset_password("nobody", Secret("once"))
    with refused("LOGIN_REFUSED"):
        reopen(home, "li.na", "x")
    with reopen(home, "li.na", "once") as store:
        assert next(store.entries()).statement is None
        assert store.clearance("li.na") is Level.SECRET
    with reopen(home) as store:
        store.set_clearance("li.na", Level.SECRET)
    with reopen(home, "li.na", "once") as store:
        assert next(store.entries()).statement == STATEMENT


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TokenHost, bytes, bytes]]:
    """A token with an encryption key and a signing key, by their public keys."""
    configuration = softtoken.create_store(tmp_path_factory.mktemp("tokens"))
    softtoken.init_token(configuration, "login", "12345678", "2468")
    with TokenHost(environment={"SOFTHSM2_CONF": str(configuration)}) as host:
        (token,) = host.tokens()
        pin = Secret("2468")
        opens = host.generate(token.serial, pin, "rsa-2048", label="login", use="decrypt")
        signs = host.generate(token.serial, pin, "rsa-2048", label="sign")
        yield host, opens, signs


def test_a_token_opens_the_home(home: Path, host: tuple[TokenHost, bytes, bytes]) -> None:
    tokens, opens, signs = host
    with create(home) as store:
        store.add_person("li.na", Secret("x"))
        with tokens.login_key(opens, Secret("2468")) as key:
            assert key.oaep_digest() == "sha1", "SoftHSM can do no better"
            with refused("LOGIN_REFUSED"):
                store.add_token(PERSON, Secret("wrong"), key)
            store.add_token(PERSON, Secret(PASSWORD), key)
        with tokens.login_key(signs, Secret("2468")) as key, refused("TOKEN_KEY_USE"):
            store.add_token("li.na", Secret("x"), key)
        assert store.has_token(PERSON)
        assert not store.has_token("li.na")
        store.rotate_keys()
        store.commit([event(1)])
    assert opens not in (home / "keyslots").read_bytes()
    with tokens.login_key(opens, Secret("2468")) as key:
        with _by_token(home, PERSON, key) as store:
            assert numbers(store) == [1]
            store.change_password(PERSON, key, Secret("by token"))
        with refused("LOGIN_REFUSED"):
            _by_token(home, "li.na", key)
        with refused("TOKEN_KEY_USE"):
            key.sign(b"x")
    with refused("TOKEN_LOGGED_OUT"):
        _by_token(home, PERSON, key)
    reopen(home, PERSON, "by token").close()


def _by_token(home: Path, person: str, key: TokenKey) -> Store:
    return Store.open(home, person, key, project=project, now=patient)


# --- recovery -----------------------------------------------------------------------------


def test_two_administrators_together_recover_everything(home: Path) -> None:
    with create(home) as store:
        for person in ("sys", "sec", "audit"):
            store.add_person(person, Secret(person), Level.INTERNAL)
        store.commit([classified(Level.SECRET)])
        with refused("RECOVERY_PAIR"):
            store.arrange_recovery(["sys", "sys"])
        with refused("PERSON_UNKNOWN"):
            store.arrange_recovery(["sys", "nobody"])
        assert not store.recoverable
        store.arrange_recovery(["sys", "sec", "audit"])
        assert store.recoverable
        store.rotate_keys()
        store.commit([classified(Level.SECRET)])
        store.change_password("sys", Secret("sys"), Secret("changed"))

    def recover(*people: tuple[str, str]) -> Store:
        first, second = ((person, Secret(password)) for person, password in people)
        return Store.recover(home, first, second, project=project, now=patient)

    for people in ((("sys", "changed"), ("sec", "sec")), (("audit", "audit"), ("sys", "changed"))):
        with recover(*people) as store:
            assert [entry.statement for entry in store.entries()] == [STATEMENT] * 2
    with refused("LOGIN_REFUSED"):
        recover(("sys", "changed"), ("sec", "wrong"))
    for alone in ((("sys", "changed"),) * 2, (("sys", "changed"), (PERSON, PASSWORD))):
        with refused("RECOVERY_MISSING"):
            recover(*alone)
    with recover(("sys", "changed"), ("sec", "sec")) as store:
        store.reset_password(PERSON, Secret("again"))
        store.remove_person("sec")
        assert store.recoverable, "two of three are left"
        store.remove_person("audit")
        assert not store.recoverable
    with reopen(home, PERSON, "again") as store:
        assert next(store.entries()).statement == STATEMENT


# --- forgery ------------------------------------------------------------------------------


def test_a_grant_that_does_not_continue_what_the_slot_saw_is_refused(home: Path) -> None:
    """Anybody can encrypt to a public key: a whole forged home must not take the password."""
    create(home).close()
    content = slotfile.load(home)
    (person,) = content.people
    _, theirs = Keyslots.new({"x": Secret("x")}, demo=True, level=Level.SECRET)
    keys = Keys(content.home, theirs.rings)
    grant = grants.grant(person.recipient, keys.rings)
    people = [msgspec.structs.replace(person, grants=[grant])]
    fake = msgspec.structs.replace(content, people=people, mac=b"")
    slotfile.save(home, msgspec.structs.replace(fake, mac=slotfile.mac(keys, fake)))
    with refused("KEYSLOTS_DAMAGED"):
        reopen(home)


def test_a_rotation_that_nobody_inside_made_is_refused(home: Path) -> None:
    """An outsider adds a key of their own to the genuine grants, as if keys had been rotated."""
    create(home).close()
    content = slotfile.load(home)
    (person,) = content.people
    _, theirs = Keyslots.new({"x": Secret("x")}, demo=True, level=Level.SECRET)
    keys = Keys(content.home, theirs.rings)
    more = grants.grant(person.recipient, {STATION: theirs.rings[STATION]})
    people = [msgspec.structs.replace(person, grants=[*person.grants, more])]
    for links in ([], [bytes(32)], [grants.link(keys.ring(STATION)[0], keys.ring(STATION)[0])]):
        fake = msgspec.structs.replace(content, people=people, links=links, mac=b"")
        slotfile.save(home, msgspec.structs.replace(fake, mac=slotfile.mac(keys, fake)))
        with refused("KEYSLOTS_DAMAGED"):
            reopen(home)


def test_what_was_lowered_or_left_knows_no_key_of_today(home: Path) -> None:
    """They kept every key they were ever granted."""
    with create(home) as store:
        store.add_person("li.na", Secret("x"), Level.SECRET)
        store.add_person("wang", Secret("y"), Level.SECRET)
        kept = Keyslots.load(home).unlock("li.na", Secret("x"))
        store.set_clearance("li.na", Level.INTERNAL)
        now = Keyslots.load(home).unlock("wang", Secret("y"))
        for ring in (Level.SECRET.value, Level.CONFIDENTIAL.value):
            assert now.ring(ring)[-1].reveal() not in [key.reveal() for key in kept.ring(ring)]
        store.remove_person("li.na")
        now = Keyslots.load(home).unlock("wang", Secret("y"))
        for ring in (STATION, DOOR, Level.PUBLIC.value, Level.INTERNAL.value):
            assert now.ring(ring)[-1].reveal() not in [key.reveal() for key in kept.ring(ring)]


def test_a_desk_under_a_former_key_is_refused(home: Path) -> None:
    """Who left still has the old station key, and knows the generation of the keyslots."""
    with create(home) as store:
        store.add_person("li.na", Secret("x"))
        kept = Keyslots.load(home).unlock("li.na", Secret("x"))
        store.commit([event(1, case="a")])
    with reopen(home) as store:
        store.remove_person("li.na")
        head = store.head
    desk = Desk(home, kept)
    desk.save(Draft(desk), Anchor(head, slotfile.load(home).generation))
    with refused("DESK_OLDER"):
        reopen(home)


def test_a_commit_under_a_former_key_is_no_crash(home: Path) -> None:
    """Who left appends what an interrupted commit would leave, in the hope it is completed."""
    with create(home) as store:
        store.add_person("li.na", Secret("x"))
        kept = Keyslots.load(home).unlock("li.na", Secret("x"))
        store.commit([event(1)])
        store.remove_person("li.na")
        head = store.head
    book = Ledger(home, kept)
    book.verify(head)
    book.append(book.prepare([event(666)], 1))
    book.close()
    with refused("LEDGER_DAMAGED"):
        reopen(home)


def test_the_chain_can_be_verified_without_any_key(home: Path) -> None:
    with create(home) as store:
        head = store.commit([event(1), event(2), classified(Level.SECRET)])
    with reopen(home) as store:
        store.rotate_keys()
        head = store.commit([event(4)])
    assert Store.verify_hashes(home) == head
    path = home / "ledger/000002"
    data = path.read_bytes()
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    assert Store.verify_hashes(home) != head
    path.write_bytes(data[:-1])
    with refused("LEDGER_SHORT"):
        Store.verify_hashes(home)
    for junk in (b"", b"junk", data[:76] + b"\xff" * 40):
        path.write_bytes(junk)
        with refused("LEDGER_DAMAGED"):
            Store.verify_hashes(home)
