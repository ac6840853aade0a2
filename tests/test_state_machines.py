"""The page of state machines is what the tables say, and the tables are what holds."""

import sys
from pathlib import Path

import pytest

from airseal.model.flow import FlowBody
from airseal.model.machine import CASE_MACHINE, Act, CaseState, actors_of
from airseal.model.rights import posts_with, right_to

sys.path.insert(0, str(Path(__file__).parent.parent / "packaging"))
import state_machines  # found by the line above

FLOWS = [
    Act.CHECK,
    Act.WITHDRAW,
    Act.SEND_BACK,
    Act.CORRECT,
    Act.FALL_BACK,
    Act.RECONCILE,
    Act.VOID,
    Act.RESOLVE,
    Act.REVIEW,
    Act.ACCOUNT_BLANKS,
    Act.CONFIRM_USE,
    Act.ASK_DELETION,
    Act.DELETE,
    Act.REFUSE_DELETION,
    Act.ACKNOWLEDGE,
    Act.CONSENT_VOID,
    Act.TRANSFER,
    Act.ATTEND,
    Act.HAND_OUT,
    Act.TAKE_BACK,
    Act.DELIVER_PAPER,
]


def test_the_page_is_what_the_table_says() -> None:
    assert state_machines.PAGE.read_text(encoding="utf-8") == state_machines.page()


def test_every_state_is_reached_and_every_act_is_somebodys() -> None:
    assert {state for row in CASE_MACHINE for state in row.targets} == set(CaseState)
    assert {row.act for row in CASE_MACHINE} == set(Act)
    for row in CASE_MACHINE:
        assert bool(row.actors) == (row.act not in (Act.EXPIRE, Act.CONTRADICT))
        assert row.clauses


def test_nothing_leaves_what_is_final() -> None:
    """REQUIREMENTS §2.2: voided, withdrawn and gone to paper are for good."""
    final = {CaseState.VOIDED, CaseState.WITHDRAWN, CaseState.ON_PAPER}
    for row in CASE_MACHINE:
        if row.act in (Act.ACKNOWLEDGE, Act.TAKE_BACK, Act.REFUSE_DELETION):
            assert row.sources == row.targets, "they leave the case where it is"
        elif row.act not in (Act.CONTRADICT, Act.RECONCILE, Act.ASK_DELETION, Act.DELETE):
            assert final.isdisjoint(row.sources), row.act


@pytest.mark.parametrize("act", FLOWS)
def test_whoever_may_by_the_table_has_the_right(act: Act) -> None:
    assert actors_of(act) <= set(posts_with(right_to(act)))


def test_every_flow_is_one_act() -> None:
    assert len(FlowBody.__args__) == len(FLOWS)
