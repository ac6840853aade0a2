"""The unit's flow of its physical seal, told again of each case (AP-01)."""

from dataclasses import replace

import pytest
from unit import NOW, PaperUnit, asked

from airseal.evidence.packs import READY, read_pack, ready_pack, write_pack
from airseal.model.case import Status, judge
from airseal.model.facts import Facts, fold
from airseal.model.machine import Act
from airseal.model.matrix import Step
from airseal.model.people import Post, Role
from airseal.model.physical import walked
from airseal.model.policydiff import Part, differences
from airseal.model.statement import Statement
from airseal.model.steps import FlowStep

FLOW = (
    FlowStep("申请", Act.REQUEST),
    FlowStep("处长审批", Act.APPROVE, roles=(Role.SECTION_CHIEF,)),
    FlowStep("局长审批", Act.APPROVE, roles=(Role.UNIT_LEADER,)),
    FlowStep("承办人核对", Act.CHECK, Post.DRAFTER),
    FlowStep("文书核实", Act.CHECK, Post.CLERK),
    FlowStep("盖章", Act.SEAL),
)


@pytest.fixture
def paper() -> PaperUnit:
    paper = PaperUnit()
    paper.publish(
        2,
        policy=replace(paper.pack, matrix=(asked(Step(Role.SECTION_CHIEF)),), flow=FLOW),
        appointment_wang=replace(paper.appointment("wang"), roles=(Role.SECTION_CHIEF,)),
    )
    return paper


def told(paper: PaperUnit, request: Statement, *acts: Statement) -> dict[str, str | None]:
    facts: Facts | None = fold(request.id, [request, *acts])
    assert facts is not None
    status: Status = judge(facts, paper.context, NOW)
    return {
        one.step.id: one.last.by if one.last else None
        for one in walked(paper.pack.flow, facts, status)
    }


def test_each_step_has_its_person_once_it_is_done(paper: PaperUnit) -> None:
    request = paper.request()
    assert told(paper, request) == {"申请": "li"} | dict.fromkeys(
        ["处长审批", "局长审批", "承办人核对", "文书核实", "盖章"]
    )
    approval = paper.decide(request, role=Role.SECTION_CHIEF)
    own = paper.confirm(request, approval)
    clerk = paper.confirm(request, approval, own, by="he", post=Post.CLERK)
    sealing = paper.seal(request, approval, own, clerk)
    assert told(paper, request, approval, own, clerk, sealing) == {
        "申请": "li",
        "处长审批": "wang",
        "局长审批": None,
        "承办人核对": "li",
        "文书核实": "he",
        "盖章": "zhang",
    }


def test_what_does_not_count_is_no_step(paper: PaperUnit) -> None:
    request = paper.request()
    forged = paper.decide(request, by="chen", role=Role.SECTION_CHIEF)
    sealing = paper.seal(request, forged)
    found = told(paper, request, forged, sealing)
    assert (found["处长审批"], found["盖章"]) == (None, None)


@pytest.mark.parametrize("name", READY)
def test_every_ready_pack_tells_a_flow_that_survives_its_file(name: str) -> None:
    pack = ready_pack(name)
    acts = [step.act for step in pack.flow]
    assert acts[0] is Act.REQUEST and Act.SEAL in acts
    assert read_pack(write_pack(pack)).flow == pack.flow


def test_the_person_who_signs_sees_what_changed(paper: PaperUnit) -> None:
    turned = replace(paper.pack, flow=(*FLOW[:2], *FLOW[3:], FLOW[2]))
    assert [change.part for change in differences(paper.pack, turned)] == [Part.STEP]
    renamed = replace(paper.pack, flow=(replace(FLOW[0], id="拟稿"), *FLOW[1:]))
    assert {change.part for change in differences(paper.pack, renamed)} == {Part.STEP}


def test_a_step_is_named_once(paper: PaperUnit) -> None:
    with pytest.raises(ValueError, match="two steps"):
        replace(paper.pack, flow=(FLOW[0], FLOW[0]))
    with pytest.raises(ValueError):
        FlowStep(" ", Act.SEAL)
