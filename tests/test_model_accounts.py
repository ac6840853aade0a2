"""Accounts, passwords, rights and use rights: the pure rules, exhaustively."""

from datetime import datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airseal.model.account import (
    AccountAct,
    AccountFacts,
    AccountState,
    MustChange,
    admit,
    after,
    must_change,
)
from airseal.model.level import Level
from airseal.model.password import PasswordRule, judge_password, rule_for
from airseal.model.people import Post
from airseal.model.problem import Problem
from airseal.model.rights import KEPT_APART, Right, clash, may, posts_with, rights_of
from airseal.model.use import Operator, UseRight, judge_use

NOW = datetime.fromisoformat("2026-11-22T20:00:00+08:00")
RULE = PasswordRule(min_length=8, max_age_days=60)


def account(state: AccountState = AccountState.ACTIVE, **changes: object) -> AccountFacts:
    facts = {
        "person": "sun",
        "name": "孙新人",
        "phone": "13800001111",
        "post": Post.CUSTODIAN,
        "clearance": Level.INTERNAL,
        "state": state,
        "since": NOW,
    }
    return AccountFacts(**{**facts, **changes})  # type: ignore[arg-type]  # a table of values


# States


def test_a_closed_account_has_no_way_out():
    for act in AccountAct:
        with pytest.raises(Problem, match="ACCOUNT_CLOSED"):
            after(AccountState.CLOSED, act)


@pytest.mark.parametrize(
    ("state", "act"),
    list(product([s for s in AccountState if s is not AccountState.CLOSED], AccountAct)),
)
def test_every_other_state_knows_every_act(state, act):
    assert after(state, act) in AccountState


def test_only_a_new_password_makes_an_account_active():
    active = {(s, a) for s in AccountState for a in AccountAct if _goes(s, a, AccountState.ACTIVE)}
    assert {act for _, act in active} == {AccountAct.CHANGE_PASSWORD}


def _goes(state: AccountState, act: AccountAct, to: AccountState) -> bool:
    try:
        return after(state, act) is to
    except Problem:
        return False


def test_reporting_a_leak_does_not_make_an_initial_password_good():
    leaked = account(AccountState.INITIAL).done(AccountAct.REPORT_LEAK, NOW)
    assert must_change(leaked, RULE, NOW) is MustChange.INITIAL


@pytest.mark.parametrize(
    ("facts", "later", "code"),
    [
        (account(), timedelta(days=59), None),
        (account(), timedelta(days=60), "PASSWORD_MUST_CHANGE"),
        (account(known=True), timedelta(days=6000), None),
        (account(AccountState.INITIAL), timedelta(0), "PASSWORD_MUST_CHANGE"),
        (account(AccountState.LEAKED), timedelta(0), "PASSWORD_MUST_CHANGE"),
        (account(AccountState.LEAKED, known=True), timedelta(0), "PASSWORD_MUST_CHANGE"),
        (account(AccountState.CLOSED), timedelta(0), "ACCOUNT_CLOSED"),
        (account(post=None), timedelta(0), "ACCOUNT_NO_POST"),
        (account(AccountState.INITIAL, post=None), timedelta(0), "PASSWORD_MUST_CHANGE"),
    ],
)
def test_who_comes_in(facts, later, code):
    if code is None:
        assert admit(facts, RULE, NOW + later) is Post.CUSTODIAN
        return
    with pytest.raises(Problem) as refused:
        admit(facts, RULE, NOW + later)
    assert refused.value.code == code


def test_a_password_of_a_demonstration_ages_once_it_was_changed():
    changed = account(known=True).done(AccountAct.CHANGE_PASSWORD, NOW)
    assert must_change(changed, RULE, NOW + timedelta(days=61)) is MustChange.EXPIRED


# Passwords


@pytest.mark.parametrize(
    ("level", "length", "days"),
    [
        (Level.PUBLIC, 8, 60),
        (Level.INTERNAL, 8, 60),
        (Level.CONFIDENTIAL, 8, 30),
        (Level.SECRET, 10, 7),
        (Level.TOP_SECRET, 10, 7),
    ],
)
def test_the_table_of_x13(level, length, days):
    rule = rule_for(level, None)
    assert (rule.min_length, rule.max_age_days) == (length, days)


@given(st.sampled_from(Level), st.integers(1, 40), st.integers(1, 400))
def test_the_stricter_of_pack_and_machine_wins(level, length, days):
    machine, both = rule_for(level, None), rule_for(level, PasswordRule(length, days))
    assert both.min_length == max(machine.min_length, length)
    assert both.max_age_days == min(machine.max_age_days, days)


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("Sh0rt-x", "PASSWORD_SHORT"),
        ("password123", "PASSWORD_COMMON"),
        ("WoAiNi1314!", "PASSWORD_COMMON"),
        ("20261122", "PASSWORD_COMMON"),
        ("xx1111yy", "PASSWORD_REPEATED"),
        ("Ab3Ab3Ab3", "PASSWORD_REPEATED"),
        ("a1a1a1a1", "PASSWORD_REPEATED"),
        ("x-abcd-77", "PASSWORD_SEQUENCE"),
        ("k9-4321-p", "PASSWORD_SEQUENCE"),
        ("Zq-asdf-7", "PASSWORD_SEQUENCE"),
        ("1qaz2wsx", "PASSWORD_SEQUENCE"),
        ("kdjfhgir", "PASSWORD_ONE_KIND"),
        ("My-sun-77", "PASSWORD_PERSONAL"),
        ("x13912350769y", "PASSWORD_PERSONAL"),
        ("孙新人-2026k", "PASSWORD_PERSONAL"),
        ("Keep-Safe-2026", None),
        ("correct horse 电池", None),
        ("8yb9-duas-w23q-q4kt", None),
    ],
)
def test_the_rule_that_failed_is_named(password, code):
    problem = judge_password(password, RULE, "sun", "孙新人", "13912350769")
    assert (problem.code if problem else None) == code


@given(st.text(max_size=60))
def test_judging_never_fails_and_short_is_always_refused(password):
    problem = judge_password(password, RULE, "sun", "孙新人", "")
    if len(password) < 8:
        assert problem is not None and problem.code == "PASSWORD_SHORT"


# Rights


def test_each_act_of_the_way_of_a_case_has_one_post():
    for right, post in [
        (Right.REQUEST, Post.DRAFTER),
        (Right.DECIDE, Post.OFFICER),
        (Right.SEAL, Post.CUSTODIAN),
        (Right.PUBLISH, Post.AUTHORITY),
        (Right.APPOINT, Post.SECURITY_ADMIN),
        (Right.AUDIT, Post.AUDITOR),
    ]:
        assert posts_with(right) == (post,)
    assert rights_of(Post.ROOT) == frozenset()


HARMLESS = {
    Right.SEE_ACCOUNTS,
    Right.SEE_ROOTS,
    Right.CONFIRM_CLOCK,
    Right.BACK_UP,
    Right.IMPORT,
}
"""What more than one of the three may do: it only shows, asks, keeps or takes in."""


def test_the_three_administrators_share_no_power_over_accounts():
    powers = [
        {r for r in rights_of(post) if r not in HARMLESS}
        for post in (Post.SYSTEM_ADMIN, Post.SECURITY_ADMIN, Post.AUDITOR)
    ]
    assert not powers[0] & powers[1] and not powers[1] & powers[2] and not powers[0] & powers[2]


def test_no_administrator_touches_a_case():
    for post in (Post.SYSTEM_ADMIN, Post.SECURITY_ADMIN, Post.AUDITOR):
        for right in (Right.REQUEST, Right.DECIDE, Right.SEAL, Right.EXPORT, Right.PUBLISH):
            assert not may(post, right)


@given(st.sets(st.sampled_from(Post)))
def test_a_pair_kept_apart_is_found_however_many_posts_there_are(posts):
    found = clash(posts)
    assert bool(found) == any(pair <= posts for pair in KEPT_APART)
    assert not found or frozenset(found) in KEPT_APART


# Use rights


def right(**changes: str) -> UseRight:
    facts = {"person": "sun", "seal_type": "official", "start": "2026-01-01", "end": "2026-06-30"}
    return UseRight(**{**facts, "basis": "授权书1号", **changes})


@pytest.mark.parametrize(
    ("operator", "rights", "day", "code"),
    [
        (Operator.CUSTODIAN, [], "2026-03-01", None),
        (Operator.AUTHORISED_USER, [], "2026-03-01", "USE_RIGHT_MISSING"),
        (Operator.AUTHORISED_USER, [right()], "2026-03-01", None),
        (Operator.AUTHORISED_USER, [right()], "2026-01-01", None),
        (Operator.AUTHORISED_USER, [right()], "2026-06-30", None),
        (Operator.AUTHORISED_USER, [right()], "2026-07-01", "USE_RIGHT_ENDED"),
        (Operator.CUSTODIAN, [right()], "2025-12-31", "USE_RIGHT_ENDED"),
        (Operator.BORROWER, [], "2026-03-01", "USE_RIGHT_MISSING"),
        (Operator.BORROWER, [right()], "2026-03-01", None),
        (Operator.AUTHORISED_USER, [right(person="li")], "2026-03-01", "USE_RIGHT_MISSING"),
        (Operator.AUTHORISED_USER, [right(seal_type="finance")], "2026-03-01", "USE_RIGHT_MISSING"),
    ],
)
def test_use_rights_are_dated(operator, rights, day, code):
    problem = judge_use(operator, rights, "sun", "official", day)
    assert (problem.code if problem else None) == code


def test_a_borrower_seals_by_the_loan_and_not_against_a_term():
    day = "2026-07-01"
    assert judge_use(Operator.BORROWER, [], "sun", "official", day, lent=True) is None
    for operator in Operator:
        problem = judge_use(operator, [right()], "sun", "official", day, lent=True)
        assert problem is not None and problem.code == "USE_RIGHT_ENDED"
    problem = judge_use(Operator.AUTHORISED_USER, [], "sun", "official", day, lent=True)
    assert problem is not None and problem.code == "USE_RIGHT_MISSING"


def test_a_right_taken_back_ends_at_once():
    taken = UseRight("sun", "official", "2026-01-01", "2026-06-30", "授权书1号", ended=True)
    problem = judge_use(Operator.CUSTODIAN, [taken], "sun", "official", "2026-03-01")
    assert problem is not None and problem.code == "USE_RIGHT_ENDED"


@pytest.mark.parametrize("changes", [{"end": "2025-12-31"}, {"start": "1.1.2026"}, {"end": ""}])
def test_a_term_must_be_a_term(changes):
    with pytest.raises(Problem, match="USE_RIGHT_FORM"):
        right(**changes)
