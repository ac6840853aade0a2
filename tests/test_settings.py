"""Every setting is obeyed at its one place, or said aloud not to be (SU-08)."""

import ast
import importlib
import inspect
import textwrap
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit import PaperUnit

from airseal.evidence.packs import READY, ready_pack
from airseal.model.allowance import AllowanceState
from airseal.model.channel import Channel, Leaving, judge_channel
from airseal.model.level import Level
from airseal.model.obeyed import DECIDED, READ, RULE_ONLY
from airseal.model.people import Post
from airseal.model.periods import is_due, months_after, waiting
from airseal.model.settings import Settings, table


def named(place: str) -> Any:
    module, _, path = place.partition(":")
    found = importlib.import_module(module)
    for part in path.split("."):
        found = getattr(found, part)
    return found


def read_by(place: str) -> set[str]:
    """The attributes that the code at ``place`` reads, by its own source."""
    found = named(place)
    found = found.fget if isinstance(found, property) else found
    tree = ast.parse(textwrap.dedent(inspect.getsource(inspect.unwrap(found))))
    return {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}


def test_each_setting_has_exactly_one_entry() -> None:
    names = [*READ, *RULE_ONLY, *DECIDED]
    assert len(names) == len(set(names))
    assert set(names) == {line.field for line in table()}


@pytest.mark.parametrize("setting", [*READ, *RULE_ONLY])
def test_the_place_reads_the_setting(setting: str) -> None:
    place = READ[setting] if setting in READ else RULE_ONLY[setting][0]
    assert setting in read_by(place), place


@pytest.mark.parametrize("setting", DECIDED)
def test_what_is_decided_is_embodied(setting: str) -> None:
    assert named(DECIDED[setting]) is not None
    (line,) = (one for one in table() if one.field == setting)
    assert len(line.options) == 1 or setting == "impression_after_make"


def test_what_is_not_driven_yet_says_why() -> None:
    assert all(len(reason) > 30 for _, reason in RULE_ONLY.values())


# the rules themselves


@pytest.fixture
def paper() -> PaperUnit:
    return PaperUnit()


@pytest.mark.parametrize(
    ("channel", "level", "code"),
    [
        (Channel.MEDIUM, Level.CONFIDENTIAL, None),
        (Channel.MEDIUM, Level.SECRET, "CHANNEL_LEVEL"),
        (Channel.NETWORK, Level.INTERNAL, None),
        (Channel.NETWORK, Level.CONFIDENTIAL, "CHANNEL_LEVEL"),
        (Channel.QR, Level.INTERNAL, None),
        (Channel.QR, Level.CONFIDENTIAL, "QR_LEVEL"),
    ],
)
def test_each_channel_has_its_ceiling(
    paper: PaperUnit, channel: Channel, level: Level, code: str | None
) -> None:
    leaving = Leaving(level, frozenset({"request"}), documents=True)
    problem = judge_channel(channel, leaving, paper.pack.ceilings, Level.CONFIDENTIAL)
    assert (problem and problem.code) == code


def test_the_pack_sets_the_ceilings(paper: PaperUnit) -> None:
    strict = paper.with_settings(channel_network=Level.PUBLIC, channel_qr=Level.PUBLIC)
    leaving = Leaving(Level.INTERNAL, frozenset({"request"}), documents=True)
    for channel in (Channel.NETWORK, Channel.QR):
        assert judge_channel(channel, leaving, paper.pack.ceilings, Level.SECRET) is None
        assert judge_channel(channel, leaving, strict.ceilings, Level.SECRET) is not None


def test_who_prints_beyond_the_allowance(paper: PaperUnit) -> None:
    """C-08, C-09: never where it was sealed; degraded where it was received, if the pack says."""
    over = AllowanceState.EXHAUSTED
    for issuing, code in ((True, "PRINT_QUOTA"), (False, None)):
        problem = paper.pack.judge_print(over, Post.PRINTER, issuing=issuing)
        assert (problem and problem.code) == code
    strict = paper.with_settings(over_quota_receiving="block", printing_operator="custodian")
    assert strict.judge_print(over, Post.CUSTODIAN, issuing=False) is not None
    assert strict.judge_print(AllowanceState.ACTIVE, Post.CUSTODIAN, issuing=True) is None
    assert strict.judge_print(AllowanceState.ACTIVE, Post.PRINTER, issuing=True) is not None


@pytest.mark.parametrize(
    ("present", "missing"),
    [
        ([("wu", "secrecy"), ("li", "office"), ("he", "owner")], 0),
        ([("wu", "secrecy"), ("li", "office")], 1),
        ([("wu", "secrecy"), ("wu", "office"), ("wu", "owner")], 2),
        ([("wu", "secrecy"), ("li", "secrecy"), ("he", "secrecy")], 2),
        ([], 3),
    ],
)
def test_witnesses_are_different_people_for_different_things(
    paper: PaperUnit, present: list[tuple[str, str]], missing: int
) -> None:
    problem = paper.pack.judge_witnesses(present)
    assert (problem.params["missing"] if problem else 0) == missing


def test_makers_are_those_on_the_list(paper: PaperUnit) -> None:
    assert paper.pack.judge_maker("") is None
    assert paper.pack.judge_maker("市印章制作中心") is not None
    listed = paper.with_settings(makers=("市印章制作中心",))
    assert listed.judge_maker("市印章制作中心") is None
    assert listed.judge_maker("") is not None


def test_a_seal_that_is_not_filed_is_not_enabled(paper: PaperUnit) -> None:
    assert paper.pack.judge_enabling("") is None
    strict = paper.with_settings(filing_before_enabling=True)
    assert strict.judge_enabling(" ") is not None
    assert strict.judge_enabling("公备2026-7") is None


def test_periods_follow_the_pack(paper: PaperUnit) -> None:
    pack = paper.with_settings(check_cycle_months=3, training_months=12, late_hours=24)
    assert pack.checked_until("2026-05-01", "2026-08-29") == "2026-11-28"
    assert pack.trained("2025-11-30", "2026-11-29") and not pack.trained("2025-11-29", "2026-11-29")
    assert not pack.trained(None, "2026-11-29")


def test_a_seal_nobody_looks_after_is_stopped_where_the_pack_says_so(paper: PaperUnit) -> None:
    """LC-24: on the last day it may still be used; where the pack only reminds, always."""
    for rule, day, code in (
        ("block", "2026-11-28", None),
        ("block", "2026-11-29", "SEAL_CHECK_OVERDUE"),
        ("remind", "2027-11-29", None),
    ):
        pack = paper.with_settings(check_overdue=rule)
        problem = pack.judge_checked("公章", "2026-11-28", day)
        assert (problem and problem.code) == code
    assert ready_pack("bureau").settings.check_overdue == "block"


def test_the_end_of_a_month_stays_the_end_of_a_month() -> None:
    assert months_after("2026-01-31", 1) == "2026-02-28"
    assert months_after("2026-11-30", 3) == "2027-02-28"
    assert months_after("2026-12-15", 12) == "2027-12-15"


@given(st.dates(min_value=datetime(2000, 1, 1).date()), st.integers(1, 60), st.integers(0, 60))
def test_a_longer_period_is_never_due_earlier(day: Any, months: int, more: int) -> None:
    last, today = day.isoformat(), months_after(day.isoformat(), months)
    assert is_due(last, months, today)
    assert months_after(last, months) <= months_after(last, months + more)


SENT = datetime.fromisoformat("2026-11-01T08:00:00+08:00")


@given(st.integers(0, 400), st.integers(1, 200), st.none() | st.integers(0, 400))
def test_silence_is_late_and_then_missed(passed: int, late: int, deadline: int | None) -> None:
    last = None if deadline is None else SENT + timedelta(hours=deadline)
    state = waiting(SENT, SENT + timedelta(hours=passed), late, last)
    if passed < late:
        assert state == "sent"
    elif deadline is not None and passed > deadline:
        assert state == "missed"
    else:
        assert state == "overdue"


def test_the_defaults_are_those_of_the_regulations() -> None:
    told = Settings()
    assert (told.channel_qr, told.channel_network) == (Level.INTERNAL, Level.INTERNAL)
    assert told.over_quota_issuing == "block" and told.over_quota_receiving == "degrade"
    assert told.witnesses == 3 and told.ticks_before_sealing
    for name in READY:
        assert ready_pack(name).settings.consent_to_void
