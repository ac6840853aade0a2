"""Approvals judged by the authority matrix: order, countersignature, representatives, use."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from unit import ASKED, DAY, DECIDED, NOW, SEALED, PaperUnit, asked, day, grant

from airseal.model.approvals import Approval, climb
from airseal.model.case import CaseState
from airseal.model.delegation import Delegation, DelegationEnd
from airseal.model.flow import UseConfirmation
from airseal.model.level import Level
from airseal.model.matrix import Demand, Step
from airseal.model.matter import Importance, Matter, Subject, Way
from airseal.model.people import Post, Role
from airseal.model.statement import Statement

TWO_STEPS = (asked(Step(Role.SECTION_CHIEF), Step(Role.UNIT_LEADER)),)


def office(paper: PaperUnit, *matrix: Any, roles: dict[str, tuple[Role, ...]]) -> PaperUnit:
    """The unit with another matrix and roster, in its second edition."""
    rows = {
        f"appointment_{person}": replace(paper.appointment(person), roles=held)
        for person, held in roles.items()
    }
    paper.publish(2, policy=replace(paper.pack, matrix=matrix or paper.pack.matrix), **rows)
    return paper


@pytest.fixture
def ladder(paper: PaperUnit) -> PaperUnit:
    """科长 王, 主要领导 陈; sun is the leader too."""
    held = {
        "wang": (Role.SECTION_CHIEF,),
        "chen": (Role.UNIT_LEADER,),
        "sun": (Role.UNIT_LEADER, Role.LEGAL),
    }
    return office(paper, *TWO_STEPS, roles=held)


def why_not(paper: PaperUnit, request: Statement) -> list[str]:
    return [o.problem.code for o in paper.status(request).opinions if o.problem is not None]


class TestOrder:
    def test_step_by_step(self, ladder: PaperUnit) -> None:
        request = ladder.request()
        assert [r.role for r in ladder.status(request).ladder.open] == [Role.SECTION_CHIEF]
        first = ladder.decide(request, role=Role.SECTION_CHIEF)
        assert [r.role for r in ladder.status(request).ladder.open] == [Role.UNIT_LEADER]
        second = ladder.decide(request, by="chen", role=Role.UNIT_LEADER, also=[first.id])
        assert ladder.status(request).missing_approvals == 0
        ladder.seal(request, first, second)
        assert ladder.status(request).state is CaseState.SEALED

    def test_a_later_step_does_not_count_before_the_earlier_one(self, ladder: PaperUnit) -> None:
        """AP-10: not when it came first, and not when it merely did not know of it."""
        request = ladder.request()
        second = ladder.decide(request, by="chen", role=Role.UNIT_LEADER)
        first = ladder.decide(request, role=Role.SECTION_CHIEF)
        assert why_not(ladder, request) == ["APPROVAL_OUT_OF_TURN"]
        assert ladder.status(request).state is CaseState.IN_APPROVAL
        ladder.seal(request, first, second)
        assert ladder.status(request).state is CaseState.UNAUTHORISED

    def test_the_time_written_on_it_does_not_help(self, ladder: PaperUnit) -> None:
        request = ladder.request()
        ladder.decide(request, role=Role.SECTION_CHIEF)
        ladder.decide(request, by="chen", role=Role.UNIT_LEADER, at=DECIDED + DAY)
        assert why_not(ladder, request) == ["APPROVAL_OUT_OF_TURN"]

    def test_a_step_on_top_of_a_replaced_one_falls_with_it(self, ladder: PaperUnit) -> None:
        request = ladder.request()
        first = ladder.decide(request, role=Role.SECTION_CHIEF)
        ladder.decide(request, by="chen", role=Role.UNIT_LEADER, also=[first.id])
        ladder.decide(request, role=Role.SECTION_CHIEF, replaces=first)
        assert why_not(ladder, request) == ["APPROVAL_OUT_OF_TURN"]

    def test_a_step_below_named_by_somebody_else_only(self, ladder: PaperUnit) -> None:
        request, other = ladder.request(), ladder.request(title="另一件")
        elsewhere = ladder.decide(other, role=Role.SECTION_CHIEF)
        ladder.decide(request, role=Role.SECTION_CHIEF)
        ladder.decide(request, by="chen", role=Role.UNIT_LEADER, also=[elsewhere.id])
        assert "APPROVAL_OUT_OF_TURN" in why_not(ladder, request)


class TestWhoCounts:
    def test_a_role_that_the_roster_does_not_give(self, ladder: PaperUnit) -> None:
        request = ladder.request()
        ladder.decide(request, by="chen", role=Role.SECTION_CHIEF)
        assert why_not(ladder, request) == ["APPROVAL_ROLE_NOT_HELD"]

    def test_a_role_that_nobody_asked(self, ladder: PaperUnit) -> None:
        request = ladder.request()
        ladder.decide(request, by="sun", role=Role.LEGAL)
        assert why_not(ladder, request) == ["APPROVAL_NOT_ASKED"]

    def test_two_roles_do_not_make_two_approvals(self, paper: PaperUnit) -> None:
        both = (Role.SECTION_CHIEF, Role.UNIT_LEADER)
        unit = office(paper, *TWO_STEPS, roles={"wang": both})
        request = unit.request()
        first = unit.decide(request, role=Role.SECTION_CHIEF)
        unit.decide(request, role=Role.UNIT_LEADER, replaces=first)
        assert unit.status(request).missing_approvals >= 1

    def test_an_approval_of_another_version_is_none_of_this(self, ladder: PaperUnit) -> None:
        """AP-08: a request of lower importance or level is another request (E-11 replay)."""
        high = ladder.request(matter=Matter(importance=Importance.CRITICAL))
        low = ladder.request(matter=Matter(importance=Importance.GENERAL))
        approval = ladder.decide(high, role=Role.SECTION_CHIEF)
        assert ladder.status(low).opinions == ()
        ladder.seal(low, approval, by="zhang")
        assert ladder.status(low).state is CaseState.UNAUTHORISED


class TestCountersign:
    @pytest.fixture
    def unit(self, paper: PaperUnit) -> PaperUnit:
        both = asked(name="会签", countersigners=(Role.FINANCE,), subjects=(Subject.FINANCE,))
        rows = (asked(Step(Role.OFFICER)), both)
        return office(paper, *rows, roles={"chen": (Role.FINANCE,)})

    def test_only_papers_that_touch_it(self, unit: PaperUnit) -> None:
        assert unit.status(unit.request()).missing_approvals == 1
        request = unit.request(matter=Matter(subjects=(Subject.FINANCE,)))
        assert unit.status(request).missing_approvals == 2

    @pytest.mark.parametrize("finance_first", [True, False])
    def test_in_any_order(self, unit: PaperUnit, finance_first: bool) -> None:
        request = unit.request(matter=Matter(subjects=(Subject.FINANCE,)))
        people = [("wang", Role.OFFICER), ("chen", Role.FINANCE)]
        approvals = [
            unit.decide(request, by=person, role=role)
            for person, role in (people[::-1] if finance_first else people)
        ]
        assert unit.status(request).state is not CaseState.IN_APPROVAL
        unit.seal(request, *approvals)
        assert unit.status(request).state is CaseState.SEALED

    def test_missing_it_blocks_the_sealing(self, unit: PaperUnit) -> None:
        request = unit.request(matter=Matter(subjects=(Subject.FINANCE,)))
        unit.seal(request, unit.decide(request))
        codes = [problem.code for problem in unit.status(request).problems]
        assert codes == ["APPROVAL_MISSING"]


def given_leave(paper: PaperUnit, grantor: str = "chen", **changes: Any) -> Statement:
    """``grantor`` lets wang approve as the leader."""
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
    return paper.say(
        grantor,
        replace(body, **changes),
        post=Post.OFFICER,
        at=ASKED,
        on=paper.basis(grantor),
    )


class TestDelegation:
    @pytest.fixture
    def unit(self, paper: PaperUnit) -> PaperUnit:
        leader = (Role.UNIT_LEADER,)
        rows = (asked(Step(Role.UNIT_LEADER)),)
        return office(paper, *rows, roles={"chen": leader, "wang": ()})

    def approve(self, unit: PaperUnit, request: Statement, leave: Statement, **more: Any):
        also = [leave.id, unit.registry["appointment/chen"].id]
        return unit.decide(request, role=Role.UNIT_LEADER, delegation=leave.id, also=also, **more)

    def test_a_representative_approves(self, unit: PaperUnit) -> None:
        request = unit.request()
        approval = self.approve(unit, request, given_leave(unit))
        assert why_not(unit, request) == []
        unit.seal(request, approval)
        assert unit.status(request).state is CaseState.SEALED

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"end": day(ASKED)}, "DELEGATION_EXPIRED"),
            ({"start": day(NOW)}, "DELEGATION_EXPIRED"),
            ({"delegate": "sun"}, "DELEGATION_OTHER"),
            ({"role": Role.LEGAL}, "DELEGATION_OTHER"),
            ({"seal_types": ("contract",)}, "DELEGATION_SCOPE"),
            ({"kinds": ("contract",)}, "DELEGATION_SCOPE"),
            ({"level": Level.PUBLIC}, "DELEGATION_SCOPE"),
            ({"grantor": "sun"}, "APPROVAL_ROLE_NOT_HELD"),
        ],
    )
    def test_outside_what_was_given(self, unit: PaperUnit, changes: Any, code: str) -> None:
        request = unit.request()
        self.approve(unit, request, given_leave(unit, **changes))
        assert why_not(unit, request) == [code]

    def test_the_grantor_must_still_hold_the_role(self, unit: PaperUnit) -> None:
        leave = given_leave(unit)
        unit.publish(3, appointment_chen=replace(unit.appointment("chen"), roles=()))
        request = unit.request()
        self.approve(unit, request, leave)
        assert why_not(unit, request) == ["APPROVAL_ROLE_NOT_HELD"]

    def test_not_when_it_is_not_named(self, unit: PaperUnit) -> None:
        request = unit.request()
        leave = given_leave(unit)
        unit.decide(request, role=Role.UNIT_LEADER, delegation=leave.id)
        assert why_not(unit, request) == ["DELEGATION_MISSING"]

    def test_a_request_is_not_another_statement(self, unit: PaperUnit) -> None:
        request = unit.request()
        self.approve(unit, request, request)
        assert why_not(unit, request) == ["DELEGATION_MISSING"]

    def test_ended_by_the_grantor(self, unit: PaperUnit) -> None:
        request = unit.request()
        leave = given_leave(unit)
        self.approve(unit, request, leave)
        end = unit.say(
            "chen",
            DelegationEnd(leave.id, "已返回"),
            post=Post.OFFICER,
            at=DECIDED + DAY,
            on=[leave.id, *unit.basis("chen")],
        )
        unit.ended[leave.id] = end.time
        assert why_not(unit, request) == []
        unit.ended[leave.id] = DECIDED
        assert why_not(unit, request) == ["DELEGATION_ENDED"]

    def test_a_stolen_key_delegates_nothing(self, unit: PaperUnit) -> None:
        request = unit.request()
        self.approve(unit, request, given_leave(unit))
        unit.revoked["chen"] = ASKED
        assert why_not(unit, request) == ["SIGNER_REVOKED"]

    def test_not_for_ones_own_request(self, unit: PaperUnit) -> None:
        unit.publish(3, appointment_sun=replace(unit.appointment("sun"), roles=(Role.UNIT_LEADER,)))
        request = unit.request(by="sun")
        leave = given_leave(unit, "sun")
        also = [leave.id, unit.registry["appointment/sun"].id]
        unit.decide(request, role=Role.UNIT_LEADER, delegation=leave.id, also=also)
        assert why_not(unit, request) == ["APPROVAL_OWN_REQUEST"]

    def test_not_where_the_paper_must_be_approved_in_person(self, unit: PaperUnit) -> None:
        rows = (asked(Step(Role.UNIT_LEADER), delegable=False),)
        unit.publish(3, policy=replace(unit.pack, matrix=rows))
        request = unit.request()
        self.approve(unit, request, given_leave(unit))
        assert why_not(unit, request) == ["APPROVAL_PERSONAL"]

    def test_grantor_and_representative_count_once(self, unit: PaperUnit) -> None:
        rows = (asked(Step(Role.UNIT_LEADER, 2)),)
        unit.publish(3, policy=replace(unit.pack, matrix=rows))
        request = unit.request()
        unit.decide(request, by="chen", role=Role.UNIT_LEADER)
        self.approve(unit, request, given_leave(unit))
        assert why_not(unit, request) == ["APPROVAL_TWICE"]
        assert unit.status(request).missing_approvals == 1

    def test_whose_place_was_taken_may_not_seal(self, unit: PaperUnit) -> None:
        held = replace(unit.appointment("sun"), roles=(Role.UNIT_LEADER,))
        unit.publish(3, appointment_sun=held)
        request = unit.request()
        leave = given_leave(unit, "sun")
        also = [leave.id, unit.registry["appointment/sun"].id]
        approval = unit.decide(request, role=Role.UNIT_LEADER, delegation=leave.id, also=also)
        unit.seal(request, approval, by="sun")
        assert [p.code for p in unit.status(request).problems] == ["SEALER_APPROVED"]


class TestUseConfirmation:
    @pytest.fixture
    def unit(self, paper: PaperUnit) -> PaperUnit:
        rows = (asked(Step(Role.DEPARTMENT_HEAD), confirmers=(Role.DEPARTMENT_HEAD,)),)
        held = {"wang": (Role.DEPARTMENT_HEAD,), "chen": (Role.DEPARTMENT_HEAD,)}
        return office(paper, *rows, roles=held)

    def confirm(self, unit: PaperUnit, request: Statement, *on: Statement, by: str = "wang"):
        known = [*unit.basis(by), request.id, *(one.id for one in on)]
        body = UseConfirmation(Role.DEPARTMENT_HEAD, "")
        more = {"post": Post.OFFICER, "at": NOW, "case": request.id}
        return unit.say(by, body, on=known, **more)

    def test_open_until_the_same_head_confirms(self, unit: PaperUnit) -> None:
        request = unit.request()
        approval = unit.decide(request, role=Role.DEPARTMENT_HEAD)
        assert unit.status(request).unconfirmed == ()
        sealing = unit.seal(request, approval)
        assert unit.status(request).unconfirmed == (Role.DEPARTMENT_HEAD,)
        self.confirm(unit, request, approval, sealing, by="chen")
        assert unit.status(request).unconfirmed == (Role.DEPARTMENT_HEAD,)
        self.confirm(unit, request, approval, sealing)
        assert unit.status(request).unconfirmed == ()
        assert unit.status(request).state is CaseState.SEALED

    def test_not_before_the_use(self, unit: PaperUnit) -> None:
        request = unit.request()
        approval = unit.decide(request, role=Role.DEPARTMENT_HEAD)
        self.confirm(unit, request, approval)
        unit.seal(request, approval)
        assert unit.status(request).unconfirmed == (Role.DEPARTMENT_HEAD,)


def test_traditional_closes_the_electronic_way(paper: PaperUnit) -> None:
    request = paper.request(matter=Matter(way=Way.TRADITIONAL))
    paper.seal(request, paper.decide(request))
    assert [p.code for p in paper.status(request).problems] == ["CASE_TRADITIONAL"]


def test_the_seal_department_reviews_last(paper: PaperUnit) -> None:
    """AP-14: between the approvals and the use."""
    paper.publish(
        2,
        policy=paper.with_settings(seal_department_review=True),
        appointment_chen=replace(paper.appointment("chen"), roles=(Role.SEAL_DEPARTMENT,)),
    )
    request = paper.request()
    first = paper.decide(request)
    paper.seal(request, first)
    assert [p.code for p in paper.status(request).problems] == ["APPROVAL_MISSING"]
    request = paper.request()
    first = paper.decide(request)
    review = paper.decide(request, by="chen", role=Role.SEAL_DEPARTMENT, also=[first.id])
    paper.seal(request, first, review)
    assert paper.status(request).state is CaseState.SEALED


def test_an_unused_approval_runs_out(paper: PaperUnit) -> None:
    request = paper.request(grant(until=SEALED - DAY))
    paper.seal(request, paper.decide(request))
    assert [p.code for p in paper.status(request).problems] == ["APPROVAL_EXPIRED"]


PEOPLE = ("wang", "chen", "sun", "wu")
DEMANDS = st.builds(
    Demand,
    st.sampled_from(
        [
            (Step(Role.OFFICER),),
            (Step(Role.SECTION_CHIEF), Step(Role.UNIT_LEADER)),
            (Step(Role.SECTION_CHIEF, 2), Step(Role.UNIT_LEADER)),
        ]
    ),
    st.sampled_from([(), (Role.LEGAL,)]),
)


@given(DEMANDS, st.data())
@settings(max_examples=200, deadline=None)
def test_nobody_counts_twice_and_steps_stand_on_steps(demand: Demand, data: st.DataObject) -> None:
    """However approvals are thrown together, and in whatever order they are looked at."""
    paper = PAPER
    roles = [*demand.asked, Role.FINANCE]
    made = []
    for _ in range(data.draw(st.integers(0, 6))):
        person = data.draw(st.sampled_from(PEOPLE))
        grantor = data.draw(st.sampled_from([person, *PEOPLE]))
        knows = data.draw(st.sets(st.sampled_from(made), max_size=3)) if made else set()
        role = data.draw(st.sampled_from(roles))
        on = [one.statement.id for one in knows]
        statement = paper.decide(REQUEST, by="wang", also=on)
        made.append(Approval(statement, role, frozenset({person, grantor})))
    ladder = climb(demand, made, lambda later, earlier: earlier.id in later.on)
    again = climb(
        demand, data.draw(st.permutations(made)), lambda later, earlier: earlier.id in later.on
    )
    assert (again.rungs, again.persons) == (ladder.rungs, ladder.persons)
    assert [(key, why.code) for key, why in again.unfit] == [
        (key, why.code) for key, why in ladder.unfit
    ]
    by_id = {one.statement.id: one for one in made}
    counted = [by_id[one.id] for one in ladder.given]
    people = [person for one in counted for person in one.persons]
    assert len(people) == len(set(people))
    below = None
    for rung in ladder.rungs:
        if rung.aside:
            continue
        for one in rung.given:
            if below is not None:
                assert sum(e.id in one.on for e in below.given) >= below.count
        below = rung
    assert (ladder.missing == 0) == all(
        sum(one.role is role for one in counted) >= count for role, count in demand.asked.items()
    )


PAPER = PaperUnit()
REQUEST = PAPER.request()
