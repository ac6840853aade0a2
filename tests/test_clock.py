"""The clock's guard: set back it blocks, leapt ahead it is asked about (E-04)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from demo_unit import DemoUnit, copied
from guard_kit import appoint_guard, at_guard
from hypothesis import given
from hypothesis import strategies as st
from station_kit import lasting_jail, store_of

from airseal.errors import explain
from airseal.evidence.records import clock_mark
from airseal.model.case import CaseState
from airseal.model.clock import LEAP, SLACK, ClockState, clock_state, raised
from airseal.model.problem import Problem
from airseal.model.request import Outcome
from airseal.model.secret import Secret
from airseal.station import Station

NOON = datetime(2026, 11, 22, 12, tzinfo=timezone(timedelta(hours=8)))
SECOND = timedelta(seconds=1)
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))


@pytest.mark.parametrize(
    ("now", "state"),
    [
        (NOON, ClockState.STEADY),
        (NOON.astimezone(UTC), ClockState.STEADY),
        (NOON - SLACK, ClockState.STEADY),
        (NOON - SLACK - SECOND, ClockState.BEHIND),
        (NOON + LEAP, ClockState.STEADY),
        (NOON + LEAP + SECOND, ClockState.AHEAD),
    ],
)
def test_the_three_states(now: datetime, state: ClockState):
    assert clock_state(NOON, now) is state
    assert clock_state(None, now) is ClockState.STEADY


@given(st.lists(MOMENTS, min_size=1))
def test_the_mark_only_rises_and_never_leaps(moments: list[datetime]):
    mark: datetime | None = None
    for at in moments:
        before, mark = mark, raised(mark, at)
        assert before is None or before <= mark <= before + LEAP


@dataclass
class SetClock:
    """A clock that shows what a test sets, from then on."""

    offset: timedelta = timedelta(0)

    def now(self) -> datetime:
        return datetime.now().astimezone() + self.offset


@pytest.fixture(scope="module", autouse=True)
def _jail() -> Iterator[None]:
    with lasting_jail():
        yield


@pytest.fixture
def unit(built_demo: DemoUnit, tmp_path: Path) -> Iterator[DemoUnit]:
    with copied(built_demo, tmp_path / "unit") as copy:
        yield copy


def at_station(unit: DemoUnit, post: str, clock: SetClock) -> Station:
    person = unit.person(post)
    return Station.open(unit.home(post), person["id"], Secret(person["password"]), clock=clock)


def refused(unit: DemoUnit, clock: SetClock) -> str:
    """Why the officer cannot decide the case that waits; empty when nothing is against it."""
    with at_station(unit, "officer", clock) as station:
        case = next(row.id for row in station.cases() if row.state is CaseState.IN_APPROVAL)
        try:
            station.may_decide(case, Outcome.APPROVE, "同意")
        except Problem as problem:
            return problem.code
        return ""


def left_by(unit: DemoUnit, post: str) -> Path:
    """The bundle of one station that waits on the demo's stick."""
    return next(unit.usb.glob(f"{post}-*.airseal"))


def asked(unit: DemoUnit) -> None:
    with at_station(unit, "officer", SetClock()) as station:
        station.import_file(left_by(unit, "drafter"))


def test_a_clock_set_back_blocks_until_the_security_administrator_explains_it(unit: DemoUnit):
    asked(unit)
    appoint_guard(unit, "officer")
    back = SetClock(timedelta(hours=-3))
    assert refused(unit, back) == "CLOCK_BEHIND"
    with at_station(unit, "officer", back) as station:
        assert station.clock_state is ClockState.BEHIND
        problem = station.clock_problem
        assert problem is not None
        assert str(problem.params["mark"]) not in explain(problem).what, "a time for people"
        with pytest.raises(Problem, match="POST_WRONG"):
            station.accept_clock("时钟已校正")
    with at_guard(unit, "officer", clock=back) as station:
        with pytest.raises(Problem, match="REASON_MISSING"):
            station.accept_clock("  ")
        station.accept_clock("主板电池耗尽，已按标准时间校正")
        with pytest.raises(Problem, match="CLOCK_STEADY"):
            station.accept_clock("再说一次")
    assert refused(unit, back) == ""
    with store_of(unit, "officer") as store:
        last = [entry for entry in store.entries() if entry.kind == "clock-accepted"]
        assert [entry.by for entry in last] == ["guo"]
        assert last[0].facts["reason"] == "主板电池耗尽，已按标准时间校正"


def test_a_custodian_cannot_seal_in_the_past(unit: DemoUnit):
    back = SetClock(timedelta(minutes=-5))
    approved = left_by(unit, "officer")
    with at_station(unit, "custodian", SetClock()) as station:
        imported = station.import_file(approved)
    with (
        at_station(unit, "custodian", back) as station,
        pytest.raises(Problem, match="CLOCK_BEHIND"),
    ):
        station.ready_to_seal(imported.cases[0])
    with at_station(unit, "custodian", SetClock()) as station:
        assert station.ready_to_seal(imported.cases[0])


def test_a_leap_ahead_is_asked_about_and_leaves_no_mark_before_the_answer(unit: DemoUnit):
    asked(unit)
    ahead = SetClock(timedelta(days=8))
    assert refused(unit, ahead) == "CLOCK_AHEAD"
    # The machine was wrong: nothing is to be explained once the clock is right again.
    assert refused(unit, SetClock()) == ""
    # The machine was right: whoever is on duty says so, and the mark follows.
    with at_station(unit, "officer", ahead) as station:
        station.accept_clock("国庆放假，已与手表核对")
        assert station.clock_state is ClockState.STEADY
    assert refused(unit, ahead) == ""
    assert refused(unit, SetClock()) == "CLOCK_BEHIND"
    with store_of(unit, "officer") as store:
        mark = clock_mark(store.desk)
        assert mark is not None and mark > datetime.now().astimezone() + LEAP
