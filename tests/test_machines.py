"""Every state machine is its table: what is not in it is refused, whoever asks."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airseal.model.allowance import AllowanceState, judge_print
from airseal.model.custody import CustodyState, delegation_state, endable, stands
from airseal.model.delivery import DELIVERY_MACHINE, DeliveryAct, DeliveryState
from airseal.model.machine import CASES, Act, CaseState
from airseal.model.machines import MACHINES
from airseal.model.people import Post
from airseal.model.problem import Problem
from airseal.model.seal import SEAL_MACHINE, SealAct, SealState, seal_state, usable
from airseal.model.token import TOKEN_MACHINE, TokenAct, TokenState, judge_token, token_state
from airseal.model.transition import Machine, Party
from airseal.model.version import VERSION_MACHINE, VERSION_OF_CASE, VersionState

ACTORS = (*Post, *Party, None)

FINAL = {
    "seal": {SealState.REFUSED, SealState.SUPERSEDED, SealState.DESTROYED},
    "version of a document": {VersionState.TOMBSTONE},
    "print allowance": {AllowanceState.REVOKED},
    "delivery": {
        DeliveryState.CLOSED,
        DeliveryState.CLOSED_BOUNCED,
        DeliveryState.RETURNED_UNREAD,
    },
    "delegation and handover": {
        CustodyState.REFUSED,
        CustodyState.CLOSED,
        CustodyState.COMPLETED,
        CustodyState.IMPOSSIBLE,
    },
    "token": {TokenState.BLOCKED, TokenState.DESTROYED},
}
"""The bold states of REQUIREMENTS Part 2; a tombstone may still follow any version."""


def every(machine: Machine[Any, Any, Any]) -> Iterator[tuple[Any, Any, Any]]:
    acts = type(machine.table[0].act)
    return (
        (state, act, who) for state in (*machine.states, None) for act in acts for who in ACTORS
    )


def in_table(machine: Machine[Any, Any, Any], state: Any, act: Any, who: Any) -> set[Any]:
    """The rows read the plain way, to hold ``targets`` to."""
    found: set[Any] = set()
    for row in machine.table:
        begins = not row.sources if state is None else any(state is one for one in row.sources)
        acts = not row.actors if who is None else any(who is one for one in row.actors)
        if row.act is act and begins and acts:
            found |= set(row.targets)
    return found


@pytest.mark.parametrize("machine", MACHINES, ids=lambda one: one.name)
def test_what_is_not_in_the_table_is_refused(machine: Machine[Any, Any, Any]) -> None:
    refused = 0
    for state, act, who in every(machine):
        wanted = in_table(machine, state, act, who)
        assert machine.targets(state, act, who) == wanted
        problem = machine.judge(state, act, who)
        assert (problem is None) == bool(wanted)
        if problem is not None:
            refused += 1
            assert problem.code == "MOVE_ILLEGAL"
            with pytest.raises(Problem, match="MOVE_ILLEGAL"):
                machine.after(state, act, who)
    assert refused > len(machine.table)


@pytest.mark.parametrize("machine", MACHINES, ids=lambda one: one.name)
def test_every_state_is_reached_and_every_act_and_row_has_its_source(
    machine: Machine[Any, Any, Any],
) -> None:
    reached = {target for row in machine.table if not row.sources for target in row.targets}
    assert reached, "nothing begins"
    while new := {
        target
        for row in machine.table
        if reached & set(row.sources)
        for target in row.targets
        if target not in reached
    }:
        reached |= new
    assert reached == set(machine.states)
    assert {row.act for row in machine.table} == set(type(machine.table[0].act))
    assert all(row.clauses and row.evidence and row.record for row in machine.table)


@pytest.mark.parametrize("machine", MACHINES, ids=lambda one: one.name)
def test_what_is_final_by_the_requirements_is_final(machine: Machine[Any, Any, Any]) -> None:
    assert FINAL.get(machine.name, set()) <= machine.final


@given(st.data())
def test_a_walk_never_leaves_the_table(data: st.DataObject) -> None:
    """Whatever is tried, by whomever: the state is the old one, or one the table leads to."""
    machine = data.draw(st.sampled_from(MACHINES))
    state = None
    tried = st.tuples(st.sampled_from(type(machine.table[0].act)), st.sampled_from(ACTORS))
    for act, who in data.draw(st.lists(tried, max_size=30)):
        allowed = in_table(machine, state, act, who)
        if machine.judge(state, act, who) is None:
            state = data.draw(st.sampled_from(sorted(machine.targets(state, act, who))))
            assert state in allowed
        else:
            assert not allowed


@pytest.mark.parametrize("act", [one for one in Act if one not in (Act.REQUEST,)])
def test_documents_follow_their_case(act: Act) -> None:
    """What a case's act does to its version is in the version's table too."""
    steps = {
        (source, target)
        for row in VERSION_MACHINE.table
        for source in row.sources
        for target in row.targets
    }
    for row in CASES.table:
        if row.act is act and act is not Act.RESOLVE:
            for source in row.sources:
                for target in row.targets:
                    pair = (VERSION_OF_CASE[source], VERSION_OF_CASE[target])
                    assert pair[0] is pair[1] or pair in steps, (source, act, target)
    assert set(VERSION_OF_CASE) == set(CaseState)


DAYS = st.sampled_from(["2026-01-01", "2026-06-01", "2026-06-02", "2026-12-31", "2027-01-01"])


@given(DAYS, DAYS, DAYS, st.booleans(), st.booleans())
def test_a_seal_is_used_only_while_it_is_enabled(
    day: str, first: str, last: str, enabled: bool, retiring: bool
) -> None:
    state = seal_state(enabled=enabled, first=first, last=last, day=day, retiring=retiring)
    assert usable(state) == (enabled and not retiring and first <= day <= last)
    may_retire = SEAL_MACHINE.judge(state, SealAct.RETIRE, Post.SECURITY_ADMIN) is None
    assert may_retire == (state not in (SealState.RETIRING, SealState.FILED))


@given(DAYS, DAYS, DAYS, st.booleans())
def test_a_delegation_stands_in_its_term_until_it_is_ended(
    day: str, first: str, last: str, ended: bool
) -> None:
    state = delegation_state(first=first, last=max(first, last), day=day, ended=ended)
    assert stands(state) == (not ended and first <= day <= max(first, last))
    assert endable(state) == (not ended and day <= max(first, last))


@given(st.booleans(), st.booleans(), st.sampled_from(Post))
def test_a_token_opens_only_with_a_pin_of_its_holders_own(
    locked: bool, initial: bool, post: Post
) -> None:
    state = token_state(locked=locked, initial=initial)
    problem = judge_token(state, TokenAct.OPEN_SESSION, post)
    if locked:
        assert problem is not None and problem.code == "PIN_LOCKED"
    elif initial:
        assert problem is not None and problem.code == "PIN_INITIAL"
    else:
        assert (problem is None) == (post is not Post.ROOT)
    unlocked = judge_token(state, TokenAct.UNLOCK, post)
    assert (unlocked is None) == (post is Post.SYSTEM_ADMIN)


def test_unlocking_leads_to_a_pin_that_must_be_changed() -> None:
    state = TOKEN_MACHINE.after(TokenState.PIN_LOCKED, TokenAct.UNLOCK, Post.SYSTEM_ADMIN)
    assert TOKEN_MACHINE.judge(state, TokenAct.OPEN_SESSION, Post.CUSTODIAN) is not None
    state = TOKEN_MACHINE.after(state, TokenAct.CHANGE_PIN, Post.CUSTODIAN)
    assert TOKEN_MACHINE.after(state, TokenAct.OPEN_SESSION, Post.CUSTODIAN) == "in-session"


def test_what_was_sent_is_not_sent_again() -> None:
    """TX-08: sending again wants a new serial."""
    sent = DELIVERY_MACHINE.after(DeliveryState.PREPARED, DeliveryAct.SEND, Post.CLERK)
    assert DELIVERY_MACHINE.judge(sent, DeliveryAct.SEND, Post.CLERK) is not None


@pytest.mark.parametrize(
    ("state", "post", "operator", "over", "code"),
    [
        ("active", "printer", "printer", "block", None),
        ("active", "custodian", "printer", "block", "PRINT_OPERATOR"),
        ("active", "custodian", "custodian", "block", None),
        ("active", "printer", "custodian", "block", "PRINT_OPERATOR"),
        ("exhausted", "printer", "printer", "block", "PRINT_QUOTA"),
        ("exhausted", "printer", "printer", "degrade", None),
        ("frozen", "printer", "printer", "degrade", "MOVE_ILLEGAL"),
        ("revoked", "custodian", "custodian", "degrade", "MOVE_ILLEGAL"),
        ("granted", "printer", "printer", "degrade", "MOVE_ILLEGAL"),
    ],
)
def test_who_prints_and_how_much(
    state: str, post: str, operator: Any, over: Any, code: str | None
) -> None:
    """C-08 and C-09: never by the wrong person, never a normal copy beyond the allowance."""
    problem = judge_print(AllowanceState(state), Post(post), operator=operator, over_quota=over)
    assert (problem and problem.code) == code
