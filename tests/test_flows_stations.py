"""The flows of a case at real stations: signed here, carried, seen by the others (FL, DC-12)."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from demo_unit import DemoUnit
from flow_kit import Office
from paper_kit import simple
from station_kit import code_of, lasting_jail, pin_of, station_of

from airseal.duties.flowing import Build, confirmation, resolution
from airseal.model.case import CaseState
from airseal.model.facts import contentions, outcome_of
from airseal.model.flow import (
    Fallback,
    Reconciliation,
    Review,
    SendBack,
    SendBackReason,
    VoidConsent,
    Voiding,
    Withdrawal,
)
from airseal.model.grant import Less
from airseal.model.machine import Act
from airseal.model.recall import CopyCount
from airseal.model.request import Outcome, PaperAttachment


@pytest.fixture(autouse=True, scope="module")
def jail() -> Iterator[object]:
    with lasting_jail() as jail:
        yield jail


@pytest.fixture
def office(demo_unit: DemoUnit, tmp_path: Path) -> Office:
    return Office(demo_unit, tmp_path / "stick")


def slip(category: SendBackReason = SendBackReason.LAYOUT) -> Build:
    return lambda _: SendBack(category, "落款日期有误")


def withdrawal(_: object) -> Withdrawal:
    return Withdrawal("会议改期")


def test_sent_back_corrected_and_the_ban_reaches_every_holder(office: Office) -> None:
    """FL-01…FL-04, E-01: 退签, 重印, and nobody seals the old version any more."""
    old = office.approved()
    office.act("custodian", old, Act.SEND_BACK, slip())
    office.send("custodian", old, "drafter")
    assert office.state("drafter", old) is CaseState.SENT_BACK

    new = office.request(title="关于测试的通知（更正）", replaces=old)
    assert office.state("drafter", old) is CaseState.SUPERSEDED
    office.send("drafter", new, "officer")
    assert office.state("officer", old) is CaseState.SUPERSEDED
    office.decide(new)
    office.send("officer", new, "custodian")
    assert office.state("custodian", old) is CaseState.SUPERSEDED
    assert code_of(lambda: office.seal(old)) == "CASE_SUPERSEDED"
    office.seal(new)
    office.send("custodian", new, "checker")
    assert office.state("checker", new) is CaseState.SEALED
    assert office.state("checker", old) is CaseState.SUPERSEDED
    with station_of(office.unit, "checker") as station:
        assert station.verify_case(new).exit_status == 0
        assert not station.holds(station.case(old).documents[0])


def test_the_corrected_version_waits_for_the_ban(office: Office) -> None:
    old = office.approved()
    new = office.request(replaces=old)
    office.send("drafter", new, "officer")
    office.decide(new)
    folder = office.stick / "alone"
    folder.mkdir()
    with station_of(office.unit, "officer") as station:
        with station.signing(pin_of(office.unit, "officer")) as signer:
            made = station.export([new], folder, signer)
        assert made.bans is not None
    with station_of(office.unit, "custodian") as station:
        station.import_file(made.path)
        assert code_of(lambda: station.ready_to_seal(new)) == "PREDECESSOR_OPEN"
        station.import_file(made.bans)
        station.ready_to_seal(new)


def test_withdrawn_while_it_was_sealed_then_voided(office: Office) -> None:
    """DESIGN §4: the sealing did not know, so the case is frozen and then voided (FL-08)."""
    case = office.approved()
    office.act("drafter", case, Act.WITHDRAW, withdrawal)
    assert office.state("drafter", case) is CaseState.WITHDRAWN
    office.seal(case)
    office.send("custodian", case, "authority")
    office.send("drafter", case, "authority")
    with station_of(office.unit, "authority") as station:
        assert [p.code for p in station.case(case).status.problems] == [
            "CASE_FROZEN",
            "CASE_WITHDRAWN",
        ]
        assert (
            code_of(
                lambda: station.may_act(
                    case, Act.VOID, lambda _: Voiding("误盖", CopyCount(3, 1, 1, "遗失"), None)
                )
            )
            == "FLOW_FORM"
        )

    def void(_: object) -> Voiding:
        return Voiding("误盖", CopyCount(2, 1, 1, "遗失"), None)

    assert code_of(lambda: office.act("authority", case, Act.VOID, void)) == "VOID_UNAPPROVED"
    office.send("authority", case, "officer")
    office.act("officer", case, Act.CONSENT_VOID, lambda _: VoidConsent("情况属实"))
    office.send("officer", case, "authority")
    office.act("authority", case, Act.VOID, void)
    office.send("authority", case, "custodian", "checker")
    for post in ("custodian", "checker"):
        assert office.state(post, case) is CaseState.VOIDED
    with station_of(office.unit, "checker") as station:
        verdict = station.verify_case(case)
        assert verdict.exit_status == 1
        assert "CASE_VOIDED" in {c.reason.code for c in verdict.checks if c.reason}


def test_two_confirmations(office: Office) -> None:
    """DC-12, also where the pack does not ask for them."""
    case = office.approved()
    office.send("officer", case, "drafter")
    assert code_of(lambda: office.act("clerk", case, Act.CHECK, confirmation(""))) == "FLOW_NOT_NOW"
    office.act("drafter", case, Act.CHECK, confirmation("与定稿一致"))
    office.send("drafter", case, "custodian")
    office.act("clerk", case, Act.CHECK, confirmation("已核实"))
    assert office.state("custodian", case) is CaseState.CLERK_VERIFIED
    office.seal(case)
    assert office.state("custodian", case) is CaseState.SEALED


def test_less_than_what_was_asked(office: Office) -> None:
    """E-11: fewer copies and units, said by the officer, seen by the custodian."""
    case = office.request()
    office.send("drafter", case, "officer")
    for more in (Less(copies=4), Less(recipients=("bureau",)), Less(copies=0)):
        assert code_of(lambda more=more: office.decide(case, less=more)) == "GRANT_NOT_LESS"  # type: ignore[misc]  # bound
    office.decide(case, less=Less(copies=2, recipients=("finance",)))
    office.send("officer", case, "custodian")
    office.seal(case)
    with station_of(office.unit, "custodian") as station:
        grant = station.case(case).status.grant
        assert (grant.copies, [one.unit for one in grant.recipients]) == (2, ["finance"])


def test_over_to_paper_and_never_back(office: Office) -> None:
    """BK-06, BK-07."""
    case = office.approved()
    fallback: Build = lambda _: Fallback("G-1", "读卡器损坏", "办公室", "今日须发")  # noqa: E731
    office.act("clerk", case, Act.FALL_BACK, fallback)
    assert code_of(lambda: office.seal(case)) == "CASE_ON_PAPER"
    more: Build = lambda _: Reconciliation("老化", "更换", 4)  # noqa: E731
    assert code_of(lambda: office.act("clerk", case, Act.RECONCILE, more)) == "RECONCILE_COPIES"
    end: Build = lambda _: Reconciliation("老化", "更换", 3)  # noqa: E731
    office.act("custodian", case, Act.RECONCILE, end)
    assert code_of(lambda: office.act("clerk", case, Act.RECONCILE, end)) == "FLOW_TWICE"
    office.send("custodian", case, "drafter")
    with station_of(office.unit, "drafter") as station:
        assert station.case(case).status.state is CaseState.ON_PAPER
        assert station.case(case).retention.last_day is not None, "a seal was used (RE-09)"
    assert code_of(lambda: office.act("clerk", case, Act.FALL_BACK, fallback)) == "CASE_ON_PAPER"


def test_an_emergency_is_reviewed_later(office: Office) -> None:
    """SE-14."""
    case = office.approved(emergency="防汛抢险")
    office.seal(case)
    office.send("custodian", case, "authority", "officer")
    with station_of(office.unit, "officer") as station:
        assert station.case(case).status.review_due
        review: Build = lambda _: Review(True, "情况属实")  # noqa: E731
        assert code_of(lambda: station.may_act(case, Act.REVIEW, review)) == "FLOW_OWN_ACT"
    office.act("authority", case, Act.REVIEW, review)
    with station_of(office.unit, "authority") as station:
        assert not station.case(case).status.review_due


def test_a_conflict_is_resolved(office: Office) -> None:
    """A copy of the officer's station decided otherwise; the seal department settles it."""
    case = office.contended()
    assert office.state("authority", case) is CaseState.CONFLICT
    with station_of(office.unit, "authority") as station:
        (group,) = contentions(station.case(case).facts)
        unknown = resolution("0000", "核实")
        assert code_of(lambda: station.may_act(case, Act.RESOLVE, unknown)) == "FLOW_NOT_CONTENDED"
    denial = next(s for s in group if outcome_of(s) is Outcome.DENY)
    office.act("authority", case, Act.RESOLVE, resolution(denial.id, "本人书面确认"))
    assert office.state("authority", case) is CaseState.DENIED


@pytest.mark.parametrize(
    ("post", "act", "build"),
    [
        ("officer", Act.WITHDRAW, withdrawal),
        ("checker", Act.SEND_BACK, slip()),
        ("drafter", Act.VOID, lambda _: Voiding("误盖", CopyCount(0, 0, 0, ""), None)),
    ],
)
def test_the_right_is_asked_first(office: Office, post: str, act: Act, build: Build) -> None:
    """AC-03: whoever reaches for a flow that is not theirs is refused, and on record."""
    case = office.request()
    office.send("drafter", case, post)
    assert code_of(lambda: office.act(post, case, act, build)) == "RIGHT_MISSING"


def test_a_finding_stands_only_if_the_drafter_says_so(office: Office) -> None:
    """DC-03, DC-04: a comment keeps the request back until it is confirmed by name."""
    annotated = simple(page="/Annots [<< /Subtype /Text /Rect [0 0 9 9] >>]")
    place = ("bureau-official@p1,100,150",)
    with station_of(office.unit, "drafter") as station:
        with station.signing(pin_of(office.unit, "drafter")) as signer:
            document = io.BytesIO(annotated)
            wish = office.wish(seals=place)
            assert code_of(lambda: station.request(document, wish, signer)) == (
                "FINDINGS_UNCONFIRMED"
            )
            wish = office.wish(
                seals=place,
                confirmed=("PDF_COMMENT",),
                paper_attachments=(PaperAttachment("图册", 120, 2),),
            )
            case = station.request(document, wish, signer).id
        asked = station.case(case).facts.asked
        assert "PDF_COMMENT" in asked.confirmed
        assert asked.paper_attachments[0].title == "图册"


def test_the_command_line(office: Office) -> None:
    case = office.request()
    unit = office.unit
    shown = unit.run("drafter", "case", "show", case)
    assert (shown.json["state"], shown.json["acts"]) == ("in-approval", [])
    done = unit.run("drafter", "case", "withdraw", case, "--reason", "会议改期")
    assert done.status == 0, done
    assert done.json["demo"] is True
    shown = unit.run("drafter", "case", "show", case)
    assert shown.json["state"] == "withdrawn"
    (act,) = shown.json["acts"]
    assert (act["kind"], act["by"], act["refused"]) == ("withdrawal", "li", None)
    again = unit.run("drafter", "case", "withdraw", case, "--reason", "会议改期")
    assert (again.status, again.json["code"]) == (1, "CASE_WITHDRAWN")
