"""Attacks on the rules of the office, one test each: what they must not get sealed."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from unit import DAY, DECIDED, NOW, SEALED, PaperUnit, asked, grant, place

from airseal.model.case import CaseState, Status
from airseal.model.catalogue import Catalogue, DocumentKind, SealType
from airseal.model.flow import Fallback, UseConfirmation
from airseal.model.level import Level
from airseal.model.matrix import Step
from airseal.model.matter import Matter, Way
from airseal.model.people import Post, Role
from airseal.model.request import Grant, Request
from airseal.model.routing import unfilled
from airseal.model.statement import Statement

OFFICIAL = SealType("official", "单位公章")
LETTER = DocumentKind("letter", "介绍信")


@pytest.fixture
def paper() -> PaperUnit:
    return PaperUnit()


def publish(paper: PaperUnit, *kinds: DocumentKind, **settings: Any) -> None:
    """A pack with more kinds of paper and other settings, and directors who hold their roles."""
    catalogue = Catalogue((*paper.pack.catalogue.kinds, *kinds), (OFFICIAL,))
    roles = {"chen": (Role.OFFICE_DIRECTOR,), "sun": (Role.WORKGROUP_DIRECTOR,)}
    rows: dict[str, Any] = {
        f"appointment_{who}": replace(paper.appointment(who), roles=held)
        for who, held in roles.items()
    }
    pack = replace(paper.with_settings(**settings), catalogue=catalogue)
    paper.publish(2, policy=pack, **rows)


def why_not(status: Status) -> list[str]:
    return [o.problem.code for o in status.opinions if o.problem is not None]


def test_a_stand_alone_seal_leaves_its_scope_only_with_two_directors(paper: PaperUnit) -> None:
    """SE-10, AP-18: outside the documents of its station one officer is not enough."""
    publish(paper, LETTER, standalone_kinds=("official",), double_director="outside")
    inside, outside = paper.request(), paper.request(matter=Matter("letter"))
    paper.seal(inside, paper.decide(inside))
    assert paper.status(inside).state is CaseState.SEALED
    approval = paper.decide(outside)
    assert paper.status(outside).missing_approvals == 2
    fork = paper.fork()
    fork.seal(outside, approval)
    assert fork.status(outside).state is CaseState.UNAUTHORISED
    first = paper.decide(outside, by="chen", role=Role.OFFICE_DIRECTOR, also=[approval.id])
    also = [approval.id, first.id]
    second = paper.decide(outside, by="sun", role=Role.WORKGROUP_DIRECTOR, also=also)
    paper.seal(outside, approval, first, second)
    assert paper.status(outside).state is CaseState.SEALED


def test_what_the_law_excludes_bears_no_electronic_seal(paper: PaperUnit) -> None:
    """X-03: whoever approves it."""
    publish(paper, replace(LETTER, excluded=True))
    request = paper.request(matter=Matter("letter"))
    approval = paper.decide(request)
    assert why_not(paper.status(request)) == ["KIND_EXCLUDED"]
    paper.seal(request, approval)
    assert paper.status(request).state is CaseState.UNAUTHORISED


def test_another_level_is_approved_anew(paper: PaperUnit) -> None:
    """SC-06, AP-08: the same paper at a higher level needs its own approval, and more of them."""
    secret = asked(Step(Role.OFFICE_DIRECTOR), name="涉密", level=Level.SECRET)
    publish(paper)
    paper.publish(3, policy=replace(paper.pack, number=2, matrix=(*paper.pack.matrix, secret)))
    low, high = paper.request(), paper.request(level=Level.SECRET)
    approval = paper.decide(low)
    assert paper.status(low).missing_approvals == 0
    assert paper.status(high).missing_approvals == 2
    paper.seal(high, approval, level=Level.SECRET)
    assert paper.status(high).state is CaseState.UNAUTHORISED


def test_a_confirmation_of_use_knows_the_sealing(paper: PaperUnit) -> None:
    """RE-16, AP-07: given beforehand, or by somebody who did not approve, it confirms nothing."""
    row = asked(Step(Role.OFFICER), confirmers=(Role.OFFICER,))
    paper.publish(2, policy=replace(paper.pack, matrix=(row,)))
    request = paper.request()
    approval = paper.decide(request)
    sealing = paper.seal(request, approval)
    said: dict[str, Any] = {"post": Post.OFFICER, "at": SEALED}
    body = UseConfirmation(Role.OFFICER, "")
    paper.flow(request, body, approval, by="wang", **said)
    paper.flow(request, body, approval, sealing, by="chen", **said)
    assert paper.status(request).unconfirmed == (Role.OFFICER,)
    paper.flow(request, body, approval, sealing, by="wang", **said)
    assert paper.status(request).unconfirmed == ()


def test_paper_only_with_a_reason(paper: PaperUnit) -> None:
    """C-20: for a traditional seal, and for what goes over to paper."""
    on_paper = Matter(way=Way.TRADITIONAL)
    with pytest.raises(ValueError, match="reason"):
        Request("公文", " ", grant(), matter=on_paper)
    assert Request("公文", "对方只收纸质件", grant(), matter=on_paper)
    with pytest.raises(ValueError):
        Fallback("G-1", "停电", "办公室", " ")


def narrowed(asked_for: Grant, **changes: Any) -> Grant:
    (document,) = asked_for.documents
    return replace(asked_for, documents=(replace(document, **changes),))


@pytest.mark.parametrize(
    ("part", "code"),
    [
        (lambda g: narrowed(g, seals=(place(1, x_um=10_000),)), "APPROVAL_OTHER_GRANT"),
        (lambda g: narrowed(g, seals=(place(1, seal="other"),)), "APPROVAL_OTHER_GRANT"),
        (lambda g: narrowed(g, pages=3), "APPROVAL_OTHER_GRANT"),
        (lambda g: replace(g, copies=g.copies + 1), "APPROVAL_OTHER_GRANT"),
        (lambda g: replace(g, until=None), "APPROVAL_OTHER_GRANT"),
        (lambda g: grant(content=b"another paper", until=SEALED), "APPROVAL_OTHER_GRANT"),
    ],
)
def test_no_part_of_an_approval_serves_for_something_else(
    paper: PaperUnit, part: Any, code: str
) -> None:
    """E-11: other place, seal, pages, copies, term, bytes: nothing of it is sealed."""
    request = paper.request(grant(until=SEALED))
    assert isinstance(request.body, Request)
    approval = paper.decide(request, grant=part(request.body.grant))
    assert why_not(paper.status(request)) == [code]
    paper.seal(request, approval)
    assert paper.status(request).state is CaseState.UNAUTHORISED


def test_neither_a_replayed_nor_a_stale_approval_counts(paper: PaperUnit) -> None:
    """E-11, E-12: one of another case, and one under lists that had run out, or after the term."""
    request, other = paper.request(grant(until=SEALED)), paper.request(grant(until=SEALED))
    replayed: Statement = paper.decide(other)
    paper.seal(request, replayed)
    assert paper.status(request).state is CaseState.UNAUTHORISED
    stale = paper.request()
    paper.decide(stale, at=NOW + timedelta(days=800))
    assert why_not(paper.status(stale)) == ["REGISTRY_EXPIRED"]
    late = paper.request(grant(until=DECIDED))
    paper.seal(late, paper.decide(late), at=SEALED + DAY)
    assert paper.status(late).state is CaseState.UNAUTHORISED


@pytest.mark.parametrize(
    ("roles", "lacking"),
    [
        ({"wang": (Role.SECTION_CHIEF,), "chen": (Role.UNIT_LEADER,)}, None),
        # Somebody with both roles is left for the one that nobody else holds.
        ({"wang": (Role.SECTION_CHIEF, Role.UNIT_LEADER), "chen": (Role.UNIT_LEADER,)}, None),
        ({"wang": (Role.SECTION_CHIEF, Role.UNIT_LEADER)}, Role.SECTION_CHIEF),
        ({"wang": (Role.SECTION_CHIEF,), "li": (Role.UNIT_LEADER,)}, Role.UNIT_LEADER),
    ],
)
def test_who_is_missing_in_the_roster_is_said_at_submission(
    paper: PaperUnit, roles: dict[str, tuple[Role, ...]], lacking: Role | None
) -> None:
    """AP-04: one person counts once; li is no officer, whatever the roster says beside."""
    demand = asked(Step(Role.SECTION_CHIEF), Step(Role.UNIT_LEADER)).demand
    people = [replace(paper.appointment(who), roles=held) for who, held in roles.items()]
    assert unfilled(demand, people) is lacking
