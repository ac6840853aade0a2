"""Checkpoints in bundles: who was set back, or keeps two books, is found by whom it meets."""

import io
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from demo_unit import DemoUnit, copied
from forge import Forger, forging, payloads_of, sealed_up
from guard_kit import appoint_guard, at_guard
from hostile_pdf import TINY
from station_kit import lasting_jail, pin_of, station_of, store_of

from airseal.evidence import partners
from airseal.evidence.history import History
from airseal.evidence.opening import OpenedBundle, open_signed_bundle, statement_name
from airseal.evidence.proofs import Proofs, decode_proofs, encode_proofs, proofs_name
from airseal.evidence.signed import read
from airseal.model.checkpoint import Checkpoint, Sighting
from airseal.model.digest import sha256
from airseal.model.level import Level
from airseal.model.people import Post
from airseal.model.problem import Problem
from airseal.model.verdict import Overall, Word
from airseal.store import EntryIn
from transfer import bag


@pytest.fixture(scope="module", autouse=True)
def _jail() -> Iterator[None]:
    with lasting_jail():
        yield


@pytest.fixture
def unit(built_demo: DemoUnit, tmp_path: Path) -> Iterator[DemoUnit]:
    with copied(built_demo, tmp_path / "unit") as copy:
        yield copy


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    path = tmp_path / "stick"
    path.mkdir()
    return path


def sent(unit: DemoUnit, post: str, stick: Path, home: Path | None = None) -> Path:
    """A bundle with the first case of a station; what else happened there is in its ledger."""
    with station_of(unit, post, home) as station, station.signing(pin_of(unit, post)) as signer:
        case = min(row.id for row in station.cases())
        return station.export([case], stick, signer).path


def imported(unit: DemoUnit, post: str, *bundles: Path) -> tuple[str, ...]:
    """Import at a station; returns the codes of its alarms, ``station:CODE``."""
    with station_of(unit, post) as station:
        for bundle in bundles:
            station.import_file(bundle)
        return tuple(f"{one.station}:{one.problem.code}" for one in station.alarms)


def set_back(unit: DemoUnit, post: str, keep: Path) -> None:
    home = unit.home(post)
    shutil.rmtree(home)
    shutil.copytree(keep, home)


def kept(unit: DemoUnit, post: str, tmp_path: Path) -> Path:
    keep = tmp_path / f"old-{post}"
    shutil.copytree(unit.home(post), keep)
    return keep


def test_every_bundle_shows_its_ledger_and_the_next_continues_it(unit: DemoUnit, stick: Path):
    first, second, third = (sent(unit, "drafter", stick) for _ in range(3))
    assert imported(unit, "checker", first) == ()
    # Out of order, and twice: sticks are carried like that.
    assert imported(unit, "checker", third, second, first, third) == ()
    with store_of(unit, "checker") as store:
        known = partners.remembered(store.desk, "bureau", "drafter")
    with store_of(unit, "drafter") as store:
        history = History(store)
        assert known is not None
        assert history.root(known.size) == known.root
        assert all(history.root(size) == root for size, root in known.heads.items())
        assert len(known.heads) >= 4


def test_a_station_set_back_to_an_old_copy_is_found_by_the_next_checker(
    unit: DemoUnit, stick: Path, tmp_path: Path
):
    keep = kept(unit, "drafter", tmp_path)
    assert imported(unit, "checker", sent(unit, "drafter", stick)) == ()
    set_back(unit, "drafter", keep)
    assert imported(unit, "checker", sent(unit, "drafter", stick)) == ("drafter:CHECKPOINT_FORKED",)
    # Bundles of the first book do not make it forget.
    assert "drafter:CHECKPOINT_FORKED" in imported(unit, "checker", *stick.glob("*.airseal"))


def test_the_verdict_says_so_before_anything_is_imported(
    unit: DemoUnit, stick: Path, tmp_path: Path
):
    keep = kept(unit, "drafter", tmp_path)
    first = sent(unit, "drafter", stick)
    assert imported(unit, "checker", first) == ()
    set_back(unit, "drafter", keep)
    forked = sent(unit, "drafter", stick)
    with station_of(unit, "checker") as station:
        honest, other = station.verify_file(first), station.verify_file(forked)
    assert [check for check in honest.checks if check.code == "LEDGER"] == []
    (check,) = [check for check in other.checks if check.code == "LEDGER"]
    assert check.word is Word.UNKNOWN and other.overall is Overall.UNKNOWN
    assert check.reason is not None and check.reason.code == "CHECKPOINT_FORKED"


def test_a_longer_second_book_cannot_prove_that_it_continues_the_first(
    unit: DemoUnit, stick: Path, tmp_path: Path
):
    keep = kept(unit, "drafter", tmp_path)
    assert imported(unit, "checker", sent(unit, "drafter", stick)) == ()
    set_back(unit, "drafter", keep)
    with station_of(unit, "drafter"):
        pass
    assert imported(unit, "checker", sent(unit, "drafter", stick)) == (
        "drafter:CHECKPOINT_UNPROVEN",
    )
    # What the checker saw travels back in its own checkpoint: the station learns of itself ...
    back = sent(unit, "checker", stick)
    assert imported(unit, "drafter", back) == ("drafter:LEDGER_ROLLED_BACK",)
    # ... and answers with what it has at that place, which settles what it is.
    assert imported(unit, "checker", sent(unit, "drafter", stick)) == ("drafter:CHECKPOINT_FORKED",)


def test_no_bundle_of_one_book_makes_forget_what_the_other_did_not_prove(
    unit: DemoUnit, stick: Path, tmp_path: Path
):
    keep = kept(unit, "drafter", tmp_path)
    first = sent(unit, "drafter", stick)
    assert imported(unit, "checker", first) == ()
    seconds = kept(unit, "drafter", tmp_path / "second")
    set_back(unit, "drafter", keep)
    with station_of(unit, "drafter"):
        pass
    other = sent(unit, "drafter", stick)
    assert imported(unit, "checker", other) == ("drafter:CHECKPOINT_UNPROVEN",)
    # The book that is known goes on, and proves it; an old bundle of it comes again.
    set_back(unit, "drafter", seconds)
    assert imported(unit, "checker", sent(unit, "drafter", stick), first) == (
        "drafter:CHECKPOINT_UNPROVEN",
    )


def test_a_proof_that_comes_later_ends_the_doubt(unit: DemoUnit, stick: Path):
    first = sent(unit, "drafter", stick)
    bundles = [sent(unit, "drafter", stick) for _ in range(partners.ISSUED + 2)]
    assert imported(unit, "checker", first) == ()
    assert imported(unit, "checker", bundles[-1]) == ("drafter:CHECKPOINT_UNPROVEN",)
    # One between, which knows the first, ends nothing; what knows the last one does.
    assert imported(unit, "checker", bundles[-4]) == ("drafter:CHECKPOINT_UNPROVEN",)
    assert imported(unit, "checker", sent(unit, "drafter", stick)) == ()


def test_two_stations_that_never_meet_compare_through_a_third(
    unit: DemoUnit, stick: Path, tmp_path: Path
):
    keep = kept(unit, "drafter", tmp_path)
    to_checker = sent(unit, "drafter", stick)
    set_back(unit, "drafter", keep)
    to_officer = sent(unit, "drafter", stick)
    assert imported(unit, "checker", to_checker) == ()
    assert imported(unit, "officer", to_officer) == ()
    told = sent(unit, "officer", stick)
    assert imported(unit, "checker", told) == ("drafter:CHECKPOINT_FORKED",)


def test_what_was_seen_is_acknowledged_and_proved_from_ever_after(unit: DemoUnit, stick: Path):
    imported(unit, "officer", sent(unit, "drafter", stick))
    imported(unit, "drafter", sent(unit, "officer", stick))
    with store_of(unit, "officer") as store:
        seen = next(s for s in partners.sightings(store.desk) if s.station == "drafter")
    with store_of(unit, "drafter") as store:
        assert seen.size in partners.provable_sizes(store.desk)
        assert dict(store.desk.items("acknowledged"))["bureau/officer"]["size"] == seen.size
        # Only the latest own checkpoints are proved from, besides those acknowledged.
        body = {"kind": "checkpoint", "unit": "bureau", "station": "drafter", "case": None}
        for size in range(1_000, 1_040):
            facts = {**body, "size": size, "root": sha256(b"")}
            store.commit([EntryIn("statement", "li", "2026-11-22T09:00:00+08:00", facts)])
        sizes = partners.provable_sizes(store.desk)
        assert seen.size in sizes
        assert len([size for size in sizes if size >= 1_000]) == partners.ISSUED


def test_a_bundle_without_checkpoint_is_told_until_one_comes(unit: DemoUnit, stick: Path):
    with forging(unit) as forger:
        path = stick / "bare.airseal"
        path.write_bytes(forger.requested(TINY))
    assert imported(unit, "checker", path) == ("drafter:CHECKPOINT_ABSENT",)
    assert imported(unit, "checker", sent(unit, "drafter", stick)) == ()


def test_only_the_security_administrator_settles_an_alarm(
    unit: DemoUnit, stick: Path, tmp_path: Path
):
    keep = kept(unit, "drafter", tmp_path)
    imported(unit, "checker", sent(unit, "drafter", stick))
    set_back(unit, "drafter", keep)
    forked = sent(unit, "drafter", stick)
    imported(unit, "checker", forked)
    with station_of(unit, "checker") as station, pytest.raises(Problem, match="RIGHT_MISSING"):
        station.settle_alarm("bureau", "drafter", "已核实")
    appoint_guard(unit, "checker")
    with at_guard(unit, "checker") as station:
        with pytest.raises(Problem, match="REASON_MISSING"):
            station.settle_alarm("bureau", "drafter", " ")
        with pytest.raises(Problem, match="ALARM_UNKNOWN"):
            station.settle_alarm("bureau", "custodian", "已核实")
        station.settle_alarm("bureau", "drafter", "已核实：硬盘损坏后恢复")
        assert station.alarms == ()
    # The new history is the known one from now on.
    assert imported(unit, "checker", sent(unit, "drafter", stick)) == ()


@pytest.fixture(scope="module")
def world(
    built_demo: DemoUnit, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Forger, bytes]]:
    """A forger with every token, and an honest bundle to start from."""
    place = tmp_path_factory.mktemp("proofs")
    with copied(built_demo, place / "unit") as copy, forging(copy) as forger:
        yield forger, sent(copy, "drafter", place).read_bytes()


def opened(world: tuple[Forger, bytes], parts: dict[str, bytes]) -> OpenedBundle:
    forger, _ = world
    with forger.signer("li") as signer:
        bundle = sealed_up(parts, signer)
    return open_signed_bundle(io.BytesIO(bundle), forger.trusted)


def proofs_in(world: tuple[Forger, bytes]) -> tuple[dict[str, bytes], Proofs]:
    parts = payloads_of(world[1])
    (name,) = [one for one in parts if bag.is_proofs(one)]
    return parts, decode_proofs(parts[name])


def test_what_a_bundle_shows_of_its_ledger(world: tuple[Forger, bytes]):
    parts, proofs = proofs_in(world)
    shown = opened(world, parts).shown
    assert shown is not None
    assert (shown.unit, shown.station) == ("bureau", "drafter")
    assert set(shown.beginnings) == {one.size for one in proofs.consistency}
    statements = {name for name in parts if bag.is_statement(name)}
    proved = {statement_name(one.statement) for one in proofs.inclusion}
    assert statements - proved == {statement_name(proofs.checkpoint)}


def altered(proofs: Proofs, how: str) -> Proofs:
    replace_ = msgspec.structs.replace
    first, *rest = proofs.inclusion
    begun, *others = proofs.consistency
    wrong = sha256(b"wrong")
    match how:
        case "an entry less":
            return replace_(proofs, inclusion=tuple(rest))
        case "another place":
            moved = replace_(first, sequence=first.sequence + 1)
            return replace_(proofs, inclusion=(moved, *rest))
        case "another salt":
            salted = replace_(first, salt="00" * 16)
            return replace_(proofs, inclusion=(salted, *rest))
        case "another kind":
            renamed = replace_(first, kind="login")
            return replace_(proofs, inclusion=(renamed, *rest))
        case "another beginning":
            told = replace_(begun, root=wrong)
            return replace_(proofs, consistency=(told, *others))
        case "a shorter path":
            cut = replace_(begun, path=begun.path[:-1])
            return replace_(proofs, consistency=(cut, *others))
        case _:
            raise AssertionError(how)


@pytest.mark.parametrize(
    "how",
    [
        "an entry less",
        "another place",
        "another salt",
        "another kind",
        "another beginning",
        "a shorter path",
    ],
)
def test_proofs_that_do_not_hold_are_refused(world: tuple[Forger, bytes], how: str):
    parts, proofs = proofs_in(world)
    parts[proofs_name(proofs.checkpoint)] = encode_proofs(altered(proofs, how))
    with pytest.raises(Problem, match="PROOF_WRONG"):
        opened(world, parts)


def test_a_statement_that_is_not_in_the_ledger_is_noticed(world: tuple[Forger, bytes]):
    parts, _ = proofs_in(world)
    forged = world[0].request()
    parts |= {statement_name(forged.id): forged.p7m}
    with pytest.raises(Problem, match="PROOF_WRONG"):
        opened(world, parts)


@pytest.mark.parametrize("spelling", [b"", b"{}", b"[]", b"\xff", b'{"v":2}', b"[" * 5_000])
def test_proofs_in_no_form_of_ours_are_refused(world: tuple[Forger, bytes], spelling: bytes):
    parts, proofs = proofs_in(world)
    for bytes_ in (spelling, encode_proofs(proofs) + b" ", b" " + encode_proofs(proofs)):
        parts[proofs_name(proofs.checkpoint)] = bytes_
        with pytest.raises(Problem, match="PROOF_FORM"):
            decode_proofs(bytes_)


def test_proofs_are_about_a_checkpoint_of_the_sender(world: tuple[Forger, bytes]):
    parts, proofs = proofs_in(world)
    honest = parts.pop(proofs_name(proofs.checkpoint))
    assert opened(world, parts).shown is None
    another = proofs.inclusion[0].statement
    for checkpoint in (another, sha256(b"nothing")):
        about = msgspec.structs.replace(proofs, checkpoint=checkpoint)
        with pytest.raises(Problem, match="PROOF_FORM"):
            opened(world, {**parts, proofs_name(checkpoint): encode_proofs(about)})
    with pytest.raises(Problem, match="PROOF_FORM"):
        opened(world, {**parts, proofs_name(another): honest})
    names = (proofs_name(proofs.checkpoint), proofs_name(another))
    with pytest.raises(Problem, match="PROOF_FORM"):
        opened(world, {**parts, **dict.fromkeys(names, honest)})


def test_a_checkpoint_of_another_station_is_not_the_sender_s(world: tuple[Forger, bytes]):
    forger, _ = world
    parts, proofs = proofs_in(world)
    signed = read(parts[statement_name(proofs.checkpoint)])
    body = signed.statement.body
    assert isinstance(body, Checkpoint)
    elsewhere = forger.signed(forger.draft(body, station="officer", level=Level.PUBLIC), "li")
    del parts[statement_name(proofs.checkpoint)], parts[proofs_name(proofs.checkpoint)]
    moved = msgspec.structs.replace(proofs, checkpoint=elsewhere.id)
    parts |= {statement_name(elsewhere.id): elsewhere.p7m}
    with pytest.raises(Problem, match="BUNDLE_COVER"):
        opened(world, {**parts, proofs_name(elsewhere.id): encode_proofs(moved)})


def test_a_checkpoint_is_of_no_case_and_relies_on_the_registry_alone(world: tuple[Forger, bytes]):
    forger, _ = world
    body = Checkpoint(1, sha256(b"root"), 0, ())
    request = forger.request()
    trusted = forger.trusted.copy()
    trusted.offer([request])
    honest = forger.draft(body, level=Level.PUBLIC)
    for wrong in (
        replace(honest, case=request.id),
        replace(honest, on=tuple(sorted((*honest.on, request.id)))),
        replace(honest, on=()),
        replace(honest, by="wang"),
        replace(honest, post=Post.CUSTODIAN),
    ):
        signed = forger.signed(wrong, "li")
        assert signed.id in trusted.copy().offer([signed]).refused
    signed = forger.signed(honest, "li")
    assert signed.id in trusted.offer([signed]).accepted


@pytest.mark.parametrize(
    "seen",
    [
        [{"station": "b", "unit": "u"}, {"station": "a", "unit": "u"}],
        [{"station": "a", "unit": "u"}, {"station": "a", "unit": "u"}],
        [{"station": "a/b", "unit": "u"}],
        [{"station": "a", "unit": "../u"}],
    ],
)
def test_sightings_are_sorted_once_each_and_named_well(seen: list[dict[str, str]]):
    with pytest.raises(ValueError):
        Checkpoint(
            1, sha256(b""), 0, tuple(Sighting(**one, size=1, root=sha256(b"")) for one in seen)
        )


@pytest.mark.parametrize("size", [0, -1, 1 << 48])
def test_sizes_are_those_of_ledgers(size: int):
    with pytest.raises(ValueError):
        Checkpoint(size, sha256(b""), 0, ())
    with pytest.raises(ValueError):
        Sighting("u", "s", size, sha256(b""))
