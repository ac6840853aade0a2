"""Receipts: signed for once, countersigning the sender's ledger, closing its line (TX-06)."""

import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
import time_machine
from demo_pilot import at_home
from demo_unit import DemoUnit, copied
from station_kit import faults, lasting_jail, pin_of, station_of, store_of
from test_flows_stations import code_of
from test_screens_work import at, give_pin

from airseal.duties import exporting
from airseal.evidence.partners import ISSUED, provable_sizes
from airseal.evidence.proofs import decode_proofs
from airseal.evidence.slips import slip_of, told, whole
from airseal.evidence.trusted import TrustedSet
from airseal.model.case import CaseState
from airseal.model.digest import from_hex
from airseal.model.moment import parse_moment
from airseal.model.problem import Problem
from airseal.model.receipt import Receipt
from airseal.screens.light_case import LightCaseScreen
from airseal.screens.receipts import ReceiptsScreen
from airseal.store import Query
from airseal.text import use_language
from transfer import bag
from transfer.bundle import open_bundle
from transfer.parcel import Kind, Parcel, pack
from transfer.sending import version_for_one


@pytest.fixture(autouse=True, scope="module")
def jail() -> Iterator[object]:
    with lasting_jail() as jail:
        yield jail


@pytest.fixture
def unit(built_demo: DemoUnit, tmp_path: Path) -> Iterator[DemoUnit]:
    with copied(built_demo, tmp_path / "unit") as unit:
        yield unit


def send(unit: DemoUnit, post: str, medium: Path) -> Path:
    """The sender's newest case, on a medium of its own."""
    medium.mkdir(exist_ok=True)
    with station_of(unit, post) as station, station.signing(pin_of(unit, post)) as signer:
        return station.export([station.cases()[0].id], medium, signer).path


def sign(unit: DemoUnit, post: str, medium: Path) -> Path:
    medium.mkdir(exist_ok=True)
    with station_of(unit, post) as station, station.signing(pin_of(unit, post)) as signer:
        waiting = [one.bundle for one in station.arrived if one.waits]
        return station.sign_receipts(waiting, medium, signer).path


def beginnings(path: Path) -> set[int]:
    """The sizes from which the bundle proves that its ledger goes on."""
    with path.open("rb") as source:
        bundle = open_bundle(source)
        (name,) = (one.name for one in bundle.members if bag.is_proofs(one.name))
        return {one.size for one in decode_proofs(bundle.read(name, 1 << 20)).consistency}


def size_shown(unit: DemoUnit, path: Path) -> int:
    with station_of(unit, "checker") as station:
        return next(one.size for one in station.arrived if one.bundle == path.stem)


def test_the_receipt_countersigns_and_the_next_proof_begins_there(
    unit: DemoUnit, tmp_path: Path
) -> None:
    first = send(unit, "custodian", tmp_path / "1")
    with station_of(unit, "checker") as station:
        station.import_file(first)
    size = size_shown(unit, first)
    receipt = sign(unit, "checker", tmp_path / "2")
    with station_of(unit, "checker") as station:
        assert all(one.signed for one in station.arrived if one.bundle == first.stem)
        with station.signing(pin_of(unit, "checker")) as signer:
            sign_again = lambda: station.sign_receipts([first.stem], tmp_path, signer)  # noqa: E731
            assert code_of(sign_again) == "RECEIPT_NOTHING"
    with station_of(unit, "custodian") as station:
        assert not next(one for one in station.sent if one.bundle == first.stem).receipts
        assert station.import_file(receipt).kind == "receipts"
        line = next(one for one in station.sent if one.bundle == first.stem)
        assert set(line.receipts) == {"bureau/checker"}
        assert station.alarms == ()
    with store_of(unit, "custodian") as store:
        row = store.desk.get("acknowledged", "bureau/checker")
        assert isinstance(row, dict)
        assert row["size"] == size
    # However many checkpoints come after it, the acknowledged one stays provable.
    with station_of(unit, "custodian") as station, station.signing(pin_of(unit, "custodian")) as s:
        case = station.cases()[0].id
        for number in range(ISSUED + 2):
            (tmp_path / f"more-{number}").mkdir()
            last = station.export([case], tmp_path / f"more-{number}", s).path
    with store_of(unit, "custodian") as store:
        issued = {int(key) for key, _ in store.desk.items("issued")}
        assert size not in issued
        assert size in provable_sizes(store.desk)
    assert size in beginnings(last)
    with station_of(unit, "checker") as station:
        station.import_file(last)
        assert station.alarms == ()
    for post in ("checker", "custodian"):
        assert faults(unit, post) == []


def test_a_receipt_that_was_signed_and_did_not_leave_waits_to_be_sent(
    unit: DemoUnit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk, or the medium, refuses between: the second try sends the very same receipt."""
    sent = send(unit, "custodian", tmp_path / "1")
    with station_of(unit, "checker") as station:
        station.import_file(sent)
    line = lambda station: next(one for one in station.arrived if one.bundle == sent.stem)  # noqa: E731

    def refuse(*_: object, **__: object) -> None:
        raise Problem("STORE_WRITE_FAILED")

    for seam in ("prepare", "place"):
        with monkeypatch.context() as patch, pytest.raises(Problem):
            patch.setattr(exporting, seam, refuse)
            sign(unit, "checker", tmp_path / "2")
        with station_of(unit, "checker") as station:
            assert line(station).waits
            at = line(station).signed
            assert at is not None
            digest = line(station).digest
    receipt = sign(unit, "checker", tmp_path / "2")
    with station_of(unit, "checker") as station:
        assert not line(station).waits
        assert line(station).signed == at
    with store_of(unit, "checker") as store:
        store.wait()
        assert store.index.count(Query(kinds=frozenset({"receipt"}), document=digest)) == 1
    with pytest.raises(Problem, match="RECEIPT_NOTHING"):
        sign(unit, "checker", tmp_path / "2")
    with station_of(unit, "custodian") as station:
        station.import_file(receipt)
        (left,) = (one for one in station.sent if one.bundle == sent.stem)
        assert set(left.receipts) == {"bureau/checker"}


def test_a_receipt_for_what_the_ledger_never_had_is_an_alarm(
    unit: DemoUnit, tmp_path: Path
) -> None:
    """The sender was set back to an old copy; the receipt it gets knows more than it does."""
    home = unit.home("custodian")
    kept = Path(shutil.copytree(home, tmp_path / "kept"))
    sent = send(unit, "custodian", tmp_path / "1")
    with station_of(unit, "checker") as station:
        station.import_file(sent)
    receipt = sign(unit, "checker", tmp_path / "2")
    shutil.rmtree(home)
    shutil.move(kept, home)
    with station_of(unit, "custodian") as station:
        station.import_file(receipt)
        assert [one.problem.code for one in station.alarms] == ["LEDGER_ROLLED_BACK"]


def test_a_receipt_for_other_bytes_closes_nothing(unit: DemoUnit, tmp_path: Path) -> None:
    from airseal.evidence.signed import author

    sent = send(unit, "custodian", tmp_path / "1")
    with station_of(unit, "checker") as station:
        station.import_file(sent)
        came = next(one for one in station.arrived if one.bundle == sent.stem)
        body = Receipt(
            came.bundle,
            from_hex("ab" * 32),
            came.unit,
            came.station,
            came.imported,
            came.size,
            came.root,
        )
        ports, now = station._ports, station.now()
        with station.signing(pin_of(unit, "checker")) as signer:
            basis = ports.registry.basis("zhao")
            from airseal.model.level import Level

            wrong = author(ports.author, signer, body, level=Level.PUBLIC, at=now, on=basis)
            ports.hold(wrong, now)
            (tmp_path / "2").mkdir()
            path = exporting.export_receipts(ports, signer, [wrong], tmp_path / "2").path
        assert next(one for one in station.arrived if one.bundle == sent.stem).signed is None
    with station_of(unit, "custodian") as station:
        station.import_file(path)
        assert not next(one for one in station.sent if one.bundle == sent.stem).receipts


def test_a_receipt_leaves_as_one_code_and_closes_the_line(unit: DemoUnit) -> None:
    sent = unit.waiting(2)
    with station_of(unit, "checker") as station, station.signing(pin_of(unit, "checker")) as signer:
        (case,) = station.import_file(sent).cases
        assert code_of(lambda: station.light.receipt_of(sent.stem)) == "RECEIPT_NOTHING"
        (receipt,) = station.light.sign_receipts([sent.stem], signer)
        # Half blocks draw so much in a window of 160 columns and 50 lines.
        assert version_for_one(len(pack(receipt.parcel))) <= 18
        # Later it is offered again: by itself, and from the case.
        assert station.light.receipt_of(sent.stem).parcel == receipt.parcel
        offered = [one.leaving for one in station.light.slips(case)]
        assert receipt.parcel in [one.parcel for one in offered if one is not None]
    with station_of(unit, "custodian") as station:
        assert station.import_light(receipt.parcel).kind == "statement"
        line = next(one for one in station.sent if one.bundle == sent.stem)
        assert set(line.receipts) == {"bureau/checker"}


def test_a_slip_is_the_statement_it_stands_for_or_nothing(unit: DemoUnit, tmp_path: Path) -> None:
    sent = unit.waiting(2)
    with station_of(unit, "checker") as station, station.signing(pin_of(unit, "checker")) as signer:
        station.import_file(sent)
        (receipt,) = station.light.sign_receipts([sent.stem], signer)
        (held,) = [one for one in station.arrived if one.receipt is not None]
        signed = station._ports.evidence.get(held.receipt)
        assert signed is not None
        slip = receipt.parcel.content
        assert whole(slip, station._ports.evidence) == signed.p7m
        assert told(slip) == signed.statement
        assert slip_of(signed, TrustedSet(())) is None
    with station_of(unit, "custodian") as station:
        for at in (1, 3, 10, len(slip) // 2, len(slip) - 5):
            forged = bytearray(slip)
            forged[at] ^= 1
            parcel = Parcel(Kind.SLIP, bytes(forged))
            assert code_of(lambda parcel=parcel: station.import_light(parcel)) in {
                "CMS_FORM",
                "CMS_SIGNATURE",
                "STATEMENT_FORM",
                "SLIP_SIGNER",
            }
        for short in (b"", b"S1", slip[:4], slip[:-1]):
            with pytest.raises(Problem):
                station.import_light(Parcel(Kind.SLIP, short))
        assert all(not line.receipts for line in station.sent)
        # As `airseal qr read` saves it.
        saved = tmp_path / "qr-1.slip"
        saved.write_bytes(slip)
        assert station.import_file(saved).kind == "statement"
        saved.with_suffix(".p7m").write_bytes(signed.p7m)
        assert station.import_file(saved.with_suffix(".p7m")).again
    with pytest.raises(Problem, match="SLIP_SIGNER"):
        whole(slip, TrustedSet(()))


async def test_a_receipt_is_shown_right_after_it_is_signed(unit: DemoUnit) -> None:
    use_language("zh_CN")
    medium = sorted(unit.usb.iterdir())
    with station_of(unit, "checker") as station:
        station.import_file(unit.waiting(2))
    async with at_home(unit, "checker", (150, 72)) as person:
        await person.press("i", "s", "q")
        await give_pin(person, unit.person("checker")["pin"])
        assert person.name == "LightSendScreen"
        shown = person.app.screen._leaving
        assert shown.caption.kinds == {"receipt"}
        # Signed already: q shows the very same, and asks for no PIN.
        await person.press("escape", "q")
        assert person.name == "LightSendScreen"
        assert person.app.screen._leaving.parcel == shown.parcel
    assert sorted(unit.usb.iterdir()) == medium


async def test_where_a_case_stands_is_asked_and_answered_by_one_code_each(unit: DemoUnit) -> None:
    use_language("zh_CN")
    with station_of(unit, "checker") as station:
        (case,) = station.import_file(unit.waiting(2)).cases
        title = station.title_of(case)
    asking = partial(LightCaseScreen, case=case)
    async with at(unit, "checker", asking, (150, 72)) as person:
        await person.press("end", "enter")
        await give_pin(person, unit.person("checker")["pin"])
        assert person.name == "LightSendScreen"
        question = person.app.screen._leaving
        assert question.caption.kinds == {"question"} and question.caption.title == ""
        assert version_for_one(len(pack(question.parcel))) <= 17
    with station_of(unit, "custodian") as station:
        station.import_light(question.parcel)
        assert station.import_light(question.parcel).again
    async with at(unit, "custodian", ReceiptsScreen, (150, 72)) as person:
        assert "待答复" in person.screen and title in person.screen
        assert re.search(r"第 \d+ 期", person.screen), "which register it is (E-12)"
        await person.press("q")
        await give_pin(person, unit.person("custodian")["pin"])
        answer = person.app.screen._leaving
        assert answer.caption.kinds == {"answer"}
        assert version_for_one(len(pack(answer.parcel))) <= 18
        await person.press("escape")
        assert "待答复" not in person.screen
    with station_of(unit, "checker") as station, station.signing(pin_of(unit, "checker")) as signer:
        station.import_light(answer.parcel)
        (asked,) = station.light.questions()
        (told,) = asked.told
        assert (told.station, told.state) == ("bureau/custodian", CaseState.SEALED)
        assert station.case(case).status.state is CaseState.SEALED
        # Nobody answers the own question, nor one that never came.
        for known in (asked.question, case):
            assert code_of(lambda known=known: station.light.answer(known, signer)) == (
                "QUESTION_UNKNOWN"
            )
        assert code_of(lambda: station.light.ask(asked.question, signer)) == "CASE_UNKNOWN"
    async with at(unit, "checker", ReceiptsScreen, (150, 72)) as person:
        assert "已用印" in person.screen
    # Another station knows less of it, or nothing.
    for post, state in (("officer", CaseState.APPROVED), ("authority", None)):
        with station_of(unit, post) as station, station.signing(pin_of(unit, post)) as signer:
            station.import_light(question.parcel)
            (came,) = station.light.questions()
            station.light.answer(came.question, signer)
            assert [one.state for one in station.light.questions()[0].told] == [state]
    assert not faults(unit, "authority")


async def test_a_receipt_that_is_late_is_told(unit: DemoUnit, tmp_path: Path) -> None:
    """TX-10, E-08: after the hours of the pack, by the sender's own clock; a receipt ends it."""
    use_language("zh_CN")
    bundle = send(unit, "custodian", tmp_path / "1")
    with station_of(unit, "custodian") as station:
        hours = station.rules.pack.settings.late_hours
        sent = {one.bundle: one.at for one in station.sent}
        assert bundle.stem in sent and not station.overdue
    soon = parse_moment(sent[bundle.stem]) + timedelta(hours=hours)
    just_before = time_machine.travel(soon - timedelta(seconds=1), tick=False)
    with just_before, station_of(unit, "custodian") as station:
        assert bundle.stem not in station.overdue
    with time_machine.travel(soon, tick=False):
        async with at(unit, "custodian", ReceiptsScreen, (150, 72)) as person:
            assert "逾期" in person.screen
        with station_of(unit, "custodian") as station:
            assert bundle.stem in station.overdue
        with station_of(unit, "checker") as station:
            station.import_file(bundle)
        receipt = sign(unit, "checker", tmp_path / "2")
        with station_of(unit, "custodian") as station:
            station.import_file(receipt)
            assert bundle.stem not in station.overdue


async def test_signed_by_keys_with_one_pin(unit: DemoUnit, tmp_path: Path) -> None:
    use_language("zh_CN")
    with station_of(unit, "checker") as station:
        station.import_file(unit.waiting(2))
    async with at_home(unit, "checker") as person:
        await person.press("i", "s")
        assert person.name == "ReceiptsScreen"
        assert "待签收" in person.screen
        await person.press("asterisk", "s")
        assert person.name == "ExportScreen"
        await person.press("enter")
        await give_pin(person, unit.person("checker")["pin"])
        await person.press("escape")
        assert "待签收" not in person.screen
    listed = unit.run("checker", "receipt", "list").json
    assert all(row["receipt"] for row in listed if row["direction"] == "came")
