"""Rules at real stations: a pack is published and carried, requests are routed by it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from demo_unit import DemoUnit
from flow_kit import pack_of, publish
from station_kit import code_of, lasting_jail, pin_of, station_of
from unit import ASKED, DECIDED, NOW, SignedUnit, asked, day

from airseal.duties.drafting import Wish
from airseal.evidence.packs import write_pack
from airseal.evidence.trusted import TrustedSet
from airseal.model.delegation import Delegation, DelegationEnd
from airseal.model.level import Level
from airseal.model.matrix import Step
from airseal.model.matter import Importance, Matter, Way
from airseal.model.people import Post, Role
from airseal.model.request import Outcome
from airseal.model.statement import Statement


@pytest.fixture(autouse=True, scope="module")
def jail() -> Iterator[object]:
    with lasting_jail() as jail:
        yield jail


def wish(matter: Matter | None = None, **more: Any) -> Wish:
    return Wish(
        title="关于测试的通知",
        purpose="印发",
        seals=("bureau-official",),
        copies=1,
        recipients=("finance",),
        until=None,
        level=Level.INTERNAL,
        matter=matter or Matter(),
        **more,
    )


def request(unit: DemoUnit, matter: Matter | None = None, **more: Any) -> str:
    with (
        station_of(unit, "drafter") as station,
        station.signing(pin_of(unit, "drafter")) as signer,
        station.take_in(unit.document()) as document,
    ):
        return station.request(document, wish(matter, **more), signer).id


def carry(unit: DemoUnit, case: str, sender: str, receiver: str) -> None:
    stick = unit.directory / f"{sender}-{case[7:19]}"
    stick.mkdir()
    with station_of(unit, sender) as station, station.signing(pin_of(unit, sender)) as signer:
        path = station.export([case], stick, signer).path
    with station_of(unit, receiver) as station:
        station.import_file(path)


class TestPublishing:
    def test_the_next_number_reaches_everybody_and_an_older_one_never_returns(
        self, demo_unit: DemoUnit
    ) -> None:
        first = pack_of(demo_unit)
        old = next(demo_unit.trust.glob("*.airseal"))
        second = replace(first, settings=replace(first.settings, idle_minutes=3))
        publish(demo_unit, second)
        with station_of(demo_unit, "officer") as station:
            assert (station.rules.pack.number, station.idle_minutes) == (2, 3)
            station.import_file(old)
            assert (station.rules.pack.number, station.idle_minutes) == (2, 3)

    def test_what_is_refused_before_the_pin(self, demo_unit: DemoUnit) -> None:
        with station_of(demo_unit, "authority") as station:
            rules, pack = station.rules, station.rules.pack
            assert code_of(lambda: rules.check(pack)) == "PACK_UNCHANGED"
            ahead = replace(pack, number=7, title="另一份")
            assert code_of(lambda: rules.check(ahead)) == "PACK_NOT_NEWER"
            types = tuple(one for one in pack.catalogue.seal_types if one.id != "official")
            rows = tuple(row for row in pack.matrix if "official" not in row.seal_types)
            lacking = replace(
                pack, catalogue=replace(pack.catalogue, seal_types=types), matrix=rows
            )
            assert code_of(lambda: rules.check(lacking)) == "PACK_SEAL_TYPE"

    def test_only_the_seal_department(self, demo_unit: DemoUnit) -> None:
        with station_of(demo_unit, "officer") as station:
            pack = replace(station.rules.pack, title="我的制度")
            with station.signing(pin_of(demo_unit, "officer")) as signer:
                assert code_of(lambda: station.rules.publish(pack, signer)) == "RIGHT_MISSING"

    def test_by_command_line(self, demo_unit: DemoUnit, tmp_path: Path) -> None:
        pack = pack_of(demo_unit)
        file = tmp_path / "pack.json"
        changed = replace(pack, settings=replace(pack.settings, retention_years=30))
        file.write_bytes(write_pack(changed))
        diff = demo_unit.run("authority", "policy", "diff", file).json
        assert [(one["field"], one["before"], one["after"]) for one in diff] == [
            ("retention_years", "10", "30")
        ]
        assert demo_unit.run("authority", "policy", "check", file).json["number"] == 2
        made = demo_unit.run("authority", "policy", "publish", file).json
        assert (made["number"], len(made["statements"])) == (2, 2)
        again = demo_unit.run("authority", "policy", "publish", file)
        assert (again.status, again.json["code"]) == (1, "PACK_NOT_NEWER")
        asked_for = ("--type", "official", "--importance", "critical", "--subject", "finance")
        dry = demo_unit.run("authority", "policy", "dry-run", *asked_for).json
        assert [step["role"] for step in dry["steps"]] == [
            "section-chief",
            "division-leader",
            "unit-leader",
        ]
        assert (dry["countersigners"], dry["delegable"]) == (["finance"], False)


class TestRouting:
    @pytest.mark.parametrize(
        ("matter", "code"),
        [
            (Matter(kind="contract"), "KIND_FORBIDDEN"),
            (Matter(kind="party"), "PARTY_DOCUMENT"),
            (Matter(kind="personal-status"), "KIND_EXCLUDED"),
        ],
    )
    def test_wrong_routing_is_refused_at_submission(
        self, demo_unit: DemoUnit, matter: Matter, code: str
    ) -> None:
        assert code_of(lambda: request(demo_unit, matter)) == code

    def test_the_officer_is_told_before_the_pin_whose_turn_it_is(self, demo_unit: DemoUnit) -> None:
        case = request(demo_unit, Matter(importance=Importance.IMPORTANT))
        carry(demo_unit, case, "drafter", "officer")
        with station_of(demo_unit, "officer") as station:
            ladder = station.case(case).status.ladder
            assert [rung.role for rung in ladder.rungs] == [
                Role.SECTION_CHIEF,
                Role.DIVISION_LEADER,
            ]
            with station.signing(pin_of(demo_unit, "officer")) as signer:
                station.decide([case], Outcome.APPROVE, "", signer)
            ladder = station.case(case).status.ladder
            assert [(rung.role, rung.missing) for rung in ladder.open] == [
                (Role.DIVISION_LEADER, 1)
            ]
        carry(demo_unit, case, "officer", "custodian")
        with station_of(demo_unit, "custodian") as station:
            assert code_of(lambda: station.ready_to_seal(case)) == "APPROVAL_MISSING"

    def test_nobody_gives_a_pin_for_an_approval_that_would_not_count(
        self, demo_unit: DemoUnit
    ) -> None:
        row = asked(Step(Role.UNIT_LEADER), name="只由主要领导")
        publish(demo_unit, replace(pack_of(demo_unit), matrix=(row,)))
        case = request(demo_unit)
        carry(demo_unit, case, "drafter", "officer")
        with station_of(demo_unit, "officer") as station:
            assert (
                code_of(lambda: station.may_decide(case, Outcome.APPROVE, ""))
                == "APPROVAL_NOT_ASKED"
            )

    def test_a_traditional_request_is_never_sealed_electronically(
        self, demo_unit: DemoUnit
    ) -> None:
        case = request(demo_unit, Matter(way=Way.TRADITIONAL))
        carry(demo_unit, case, "drafter", "officer")
        with (
            station_of(demo_unit, "officer") as station,
            station.signing(pin_of(demo_unit, "officer")) as signer,
        ):
            station.decide([case], Outcome.APPROVE, "", signer)
        carry(demo_unit, case, "officer", "custodian")
        with station_of(demo_unit, "custodian") as station:
            assert code_of(lambda: station.ready_to_seal(case)) == "CASE_TRADITIONAL"


def leave(**changes: Any) -> Delegation:
    body = Delegation(
        delegate="wang",
        role=Role.UNIT_LEADER,
        seal_types=(),
        kinds=(),
        level=Level.INTERNAL,
        start=day(ASKED),
        end=day(NOW),
        reason="出差",
    )
    return replace(body, **changes)


class TestDelegationsAtStations:
    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"role": Role.UNIT_LEADER}, "APPROVAL_ROLE_NOT_HELD"),
            ({"role": Role.SECTION_CHIEF, "delegate": "wang"}, "DELEGATION_FORM"),
            ({"role": Role.SECTION_CHIEF, "delegate": "nobody"}, "PERSON_UNKNOWN"),
            ({"role": Role.SECTION_CHIEF, "delegate": "li"}, "POST_NOT_HELD"),
        ],
    )
    def test_who_can_be_given_what(self, demo_unit: DemoUnit, changes: Any, code: str) -> None:
        with station_of(demo_unit, "officer") as station:
            assert code_of(lambda: station.rules.may_delegate(leave(**changes))) == code


class TestDelegationsAsStatements:
    """What every station accepts, whoever brings it."""

    @pytest.fixture
    def unit(self, bureau: SignedUnit) -> SignedUnit:
        unit: SignedUnit = bureau.fork()
        unit.publish(
            2,
            appointment_chen=replace(unit.appointment("chen"), roles=(Role.UNIT_LEADER,)),
            policy=replace(unit.pack, matrix=(asked(Step(Role.UNIT_LEADER)),)),
        )
        return unit

    def say(self, unit: SignedUnit, body: Any, by: str = "chen", **more: Any) -> Statement:
        on = [*unit.basis(by), *more.pop("also", ())]
        facts = {"post": Post.OFFICER, "at": ASKED, **more}
        return unit.say(by, body, on=on, **facts)

    def test_a_representatives_approval_is_accepted_and_counts(self, unit: SignedUnit) -> None:
        request = unit.request()
        given = self.say(unit, leave())
        also = [given.id, unit.registry["appointment/chen"].id]
        approval = unit.decide(
            request, role=Role.UNIT_LEADER, delegation=given.id, also=also, at=DECIDED
        )
        trusted = unit.trusted(request, given, approval)
        assert trusted.office == (given,)
        end = self.say(unit, DelegationEnd(given.id, "返回"), also=[given.id], at=NOW)
        assert trusted.ends_of([given.id]) == ()
        trusted.offer([unit[end]])
        assert trusted.ends_of([given.id]) == (end.id,)
        assert trusted.context().ended_at(given.id) == end.time

    def refusal(self, unit: SignedUnit, *statements: Statement) -> list[str]:
        trusted = TrustedSet([unit.anchor])
        offered = trusted.offer([*unit.basics, *(unit[one] for one in statements)])
        return [problem.code for problem in offered.refused.values()]

    def test_only_an_officer_delegates(self, unit: SignedUnit) -> None:
        said = self.say(unit, leave(), by="li", post=Post.DRAFTER)
        assert self.refusal(unit, said) == ["POST_WRONG"]

    def test_nobody_ends_the_delegation_of_another(self, unit: SignedUnit) -> None:
        given = self.say(unit, leave())
        end = self.say(unit, DelegationEnd(given.id, ""), by="wang", also=[given.id])
        assert self.refusal(unit, given, end) == ["STATEMENT_BASIS"]

    def test_an_end_relies_on_what_it_ends(self, unit: SignedUnit) -> None:
        given = self.say(unit, leave())
        assert self.refusal(unit, given, self.say(unit, DelegationEnd(given.id, ""))) == [
            "STATEMENT_BASIS"
        ]

    def test_it_belongs_to_no_case(self, unit: SignedUnit) -> None:
        request = unit.request()
        said = self.say(unit, leave(), case=request.id, also=[request.id])
        assert self.refusal(unit, request, said) == ["STATEMENT_CASE"]
