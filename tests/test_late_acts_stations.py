"""Later acts at real stations and on the command line: bans, forms, what the drafter is told."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from demo_unit import DemoUnit
from flow_kit import Office, pack_of, publish, words_of
from station_kit import lasting_jail, pin_of, station_of

from airseal.duties.accounts import Newcomer
from airseal.duties.flowing import Build
from airseal.duties.sealing import CHECKS
from airseal.evidence.editions import next_edition
from airseal.evidence.signed import Author
from airseal.founding.homes import change_password
from airseal.model.bans import track
from airseal.model.case import CaseState
from airseal.model.channel import Channel
from airseal.model.current import Registry
from airseal.model.flow import Acknowledgement, Fallback, Handout, TakeBack
from airseal.model.level import Level
from airseal.model.machine import Act
from airseal.model.matter import Matter, Special
from airseal.model.people import Post
from airseal.model.policy import PolicyPack
from airseal.model.problem import Problem
from airseal.model.registry import Appointment, RegistryBody, SealRecord
from airseal.model.request import Window
from airseal.model.secret import Secret
from airseal.model.use import Operator
from airseal.station import Station


@pytest.fixture(autouse=True, scope="module")
def jail() -> Iterator[object]:
    with lasting_jail() as jail:
        yield jail


@pytest.fixture
def office(demo_unit: DemoUnit, tmp_path: Path) -> Office:
    return Office(demo_unit, tmp_path / "stick")


def waiting(office: Office, post: str, case: object) -> set[str]:
    """The stations that have not acknowledged the ban, as ``post`` sees it."""
    with station_of(office.unit, post) as station:
        told = track(station.case(case).facts)  # type: ignore[arg-type]  # a digest
        return {one.station for one in told.missing} if told else set()


def test_the_issuer_follows_a_ban_to_every_holder(office: Office) -> None:
    """E-01: the ban goes out, the acknowledgement comes back."""
    old = office.approved()
    office.send("officer", old, "drafter")
    new = office.request(title="关于测试的通知（更正）", replaces=old)
    assert waiting(office, "drafter", old) == {"officer"}
    office.send("drafter", new, "officer")
    office.act("officer", old, Act.ACKNOWLEDGE, lambda _: Acknowledgement("未留存印件"))
    office.send("officer", new, "drafter")
    assert waiting(office, "drafter", old) == set()
    shown = office.unit.run("drafter", "case", "show", old).json
    assert (shown["ban"]["missing"] == [] and "bureau/officer" in str(shown["ban"])) or shown["ban"]


def test_the_form_of_a_case_that_went_to_paper(office: Office) -> None:
    """BK-06, BK-07: everything the sheet of paper must say."""
    case = office.approved()
    body = Fallback("G-2026-7", "加密机断电", "办公室", "今日须发出")
    office.act("custodian", case, Act.FALL_BACK, lambda _: body)
    rows = office.unit.run("custodian", "case", "form", case).json
    told = "\n".join(f"{row['label']}: {row['value']}" for row in rows)
    for words in ("G-2026-7", "加密机断电", "关于测试的通知", "Copies: 3", "示范市财政局"):
        assert words in told


def test_the_drafter_is_told_what_to_correct(office: Office) -> None:
    """DC-16, FL-02: the officer's reason and what the paper lacks."""
    case = office.request(title="关于别事的通知")
    office.send("drafter", case, "officer")
    done = office.unit.run("officer", "decide", case, "--return", "--reason", "标题不符")
    assert done.status == 0, done
    rows = office.unit.run("officer", "case", "return-text", case).json
    told = [row["value"] for row in rows]
    assert "标题不符" in told and "the title is not on it" in told


def test_the_steps_of_the_physical_seal_are_told(office: Office) -> None:
    """AP-01."""
    case = office.approved()
    steps = office.unit.run("custodian", "case", "show", case).json["flow"]
    by = {step["step"]: step["by"] for step in steps}
    assert by["拟稿申请"] == "li" and by["科长、分管局领导审批"] and by["专管员盖章"] is None


def test_what_is_bound_for_a_network_stays_below_its_ceiling(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C-25, SC-02: refused before anything is signed; the same case leaves to its own level."""
    case = office.request()
    with (
        station_of(office.unit, "drafter") as station,
        station.signing(pin_of(office.unit, "drafter")) as signer,
    ):
        station.export([case], office.stick, signer, Channel.NETWORK)
        lower = property(lambda _: {Channel.NETWORK: Level.PUBLIC})
        monkeypatch.setattr(PolicyPack, "ceilings", lower)
        entries = station.entries
        with pytest.raises(Problem, match="CHANNEL_LEVEL"):
            station.export([case], office.stick, signer, Channel.NETWORK)
        assert station.entries == entries
        station.export([case], office.stick, signer)


BORROWER = Secret("Borrow-Once-2026")


def edit(office: Office, *changes: Callable[[Registry], RegistryBody]) -> None:
    """The seal department signs new documents of the registry, and carries them to everybody."""
    unit, folder = office.unit, office.stick / "".join(change.__name__ for change in changes)
    folder.mkdir()
    writer = Author("bureau", "authority", "zhou", Post.AUTHORITY)
    with (
        station_of(unit, "authority") as station,
        station.signing(pin_of(unit, "authority")) as signer,
    ):
        for change in changes:
            registry, at = station.registry, station.now()
            assert registry is not None
            station.hold(next_edition(writer, signer, registry, change(registry), at), [])
        path = station.export_registry(folder, signer).path
    for post in ("drafter", "officer", "custodian", "checker"):
        with station_of(unit, post) as station:
            station.import_file(path)


def custody(registry: Registry) -> Appointment:
    row = registry.people["zhao"][1]
    return replace(row, number=row.number + 1, posts=(Post.CUSTODIAN, Post.CHECKER))


def two_keepers(registry: Registry) -> SealRecord:
    record, row = registry.seals["bureau-official"][1], registry.people["zhao"][1]
    both = (*record.custodians, row.fingerprint)
    return replace(record, number=record.number + 1, custodians=both)


def one_keeper(registry: Registry) -> SealRecord:
    record = registry.seals["bureau-official"][1]
    return replace(record, number=record.number + 1, custodians=record.custodians[:1])


def second_custodian(office: Office) -> None:
    """The checker keeps seals too from now on: roster, seal and an account where the seal is."""
    edit(office, custody, two_keepers)
    with station_of(office.unit, "system-admin") as station:
        first = station.offices.open_account(Newcomer("zhao", "赵核验"))
    with station_of(office.unit, "security-admin") as station:
        station.offices.appoint("zhao", Post.CUSTODIAN, Level.INTERNAL)
    change_password(office.unit.home("custodian"), "zhao", first, BORROWER)


@contextmanager
def borrowing(office: Office) -> Iterator[Station]:
    """The borrower at the station of the seal."""
    with Station.open(office.unit.home("custodian"), "zhao", BORROWER) as station:
        yield station


def test_a_seal_is_lent_to_one_at_a_time(office: Office) -> None:
    """SE-10, RE-08, AP-18, C-07: three approve, the seal goes out once, only the borrower seals.

    It comes back before the next loan, and another station believes what was sealed. Two cases
    with three approvals each: this takes two dozen stations.
    """
    pack = pack_of(office.unit)
    lending = replace(pack.settings, lending="approved-loan", operator=Operator.BORROWER)
    publish(office.unit, replace(pack, number=pack.number + 1, settings=lending))
    second_custodian(office)
    now = datetime.now().astimezone().replace(microsecond=0)
    hours = Window(now.isoformat(), (now + timedelta(hours=8)).isoformat())
    loan: dict[str, Any] = {"matter": Matter(special=Special.LOAN), "window": hours, "copies": 1}
    first, second = office.request(**loan), office.request(title="另一次借用的通知", **loan)
    both = [first, second]

    def lend(to: str = "zhao") -> Build:
        return lambda _: Handout(to, "")

    office.send("drafter", both, "officer", "custodian")
    with station_of(office.unit, "custodian") as station, pytest.raises(Problem) as refused:
        station.may_act(first, Act.HAND_OUT, lend())
    assert refused.value.code == "APPROVAL_MISSING" and refused.value.params["missing"] == 3
    office.decide(*both)
    office.decide(*both, by="yang")
    office.decide(*both, by="sun")
    office.send("officer", both, "custodian")
    with borrowing(office) as station, pytest.raises(Problem, match="LOAN_NOT_OUT"):
        station.ready_to_seal(first)
    with station_of(office.unit, "custodian") as station:
        for stranger, code in (("stranger", "LOAN_NOBODY"), ("wang", "LOAN_NOT_KEEPER")):
            with pytest.raises(Problem, match=code):
                station.may_act(first, Act.HAND_OUT, lend(stranger))
        with station.signing(pin_of(office.unit, "custodian")) as signer:
            assert station.act([first], Act.HAND_OUT, lend(), signer)[0].problem is None
        with pytest.raises(Problem, match="LOAN_STILL_OUT"):
            station.may_act(second, Act.HAND_OUT, lend())
        with pytest.raises(Problem, match="LOAN_OTHER"):
            station.ready_to_seal(first)
    with borrowing(office) as station, station.signing(pin_of(office.unit, "checker")) as signer:
        station.seal(first, signer, checked=CHECKS)
    with (
        station_of(office.unit, "custodian") as station,
        station.signing(pin_of(office.unit, "custodian")) as signer,
    ):
        back = station.act([first], Act.TAKE_BACK, lambda _: TakeBack(True, "完好"), signer)
        assert back[0].problem is None
        assert station.act([second], Act.HAND_OUT, lend(), signer)[0].problem is None
        told = [(row.case, row.borrower, row.back is not None) for row in station.registers.loans()]
    assert sorted(told) == sorted([(first, "zhao", True), (second, "zhao", False)])
    out = office.unit.run("custodian", "case", "loans", "--out", office.stick)
    words = words_of(Path(out.json["file"]))
    for said in ("Registeroflent", "赵核验Lentby张保管", "STILLOUT", "关于测试的通知", "孙局长"):
        assert said in words, words
    office.send("custodian", first, "checker")
    with station_of(office.unit, "checker") as station:
        verdict = station.verify_case(first)
        assert verdict.exit_status == 0, [one.reason for one in verdict.checks if one.reason]
    edit(office, one_keeper)
    with station_of(office.unit, "system-admin") as station:
        assert station.offices.ties("zhao").seals, "who has a lent seal cannot leave (PE-01)"
    assert office.state("custodian", first) is CaseState.SEALED


def test_everything_else_is_refused_before_the_pin(office: Office) -> None:
    """AP-20, AP-04: a wrong PIN is not noticed, because nobody asks for it."""
    facts = ("--title", "关于测试的通知", "--copies", "1", "--to", "finance", "--out", office.stick)
    wanted = ("request", office.unit.document(), "--seal", "bureau-official", *facts)
    hours = ("--window", "2026-11-29T08:00:00+08:00", "2026-11-29T18:00:00+08:00")
    done = office.unit.run("drafter", *wanted, "--special", "loan", *hours, pin="000000")
    assert done.json["code"] == "SPECIAL_FORBIDDEN"
    gone = office.unit.run(
        "officer", "export", "0" * 12, "--out", office.stick / "absent", pin="000000"
    )
    assert gone.json["code"] == "CASE_UNKNOWN"
