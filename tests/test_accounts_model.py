"""Accounts and locks against a model: any order of acts, waits and wrong passwords."""

import os
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from office_kit import office_in

from airseal.duties.accounts import Newcomer
from airseal.founding.homes import change_password
from airseal.model.level import Level
from airseal.model.people import Post
from airseal.model.problem import Problem
from airseal.model.secret import Secret

WHO = ("sun", "qian")
LIFE = timedelta(days=60)


@dataclass
class Person:
    """What the model knows: the one password that fits, and what must happen."""

    password: str = ""
    state: str = "none"
    post: Post | None = None
    since: timedelta = timedelta()
    refused: int = 0
    last: timedelta = timedelta()


def wait_of(refused: int) -> timedelta:
    """None for two, then 30 s, doubling to an hour: written anew, not taken from the program."""
    return timedelta(seconds=0 if refused < 3 else min(30 * 2 ** (refused - 3), 3600))


class Accounts(RuleBasedStateMachine):
    """The station must say of every try exactly what the model says."""

    @initialize()
    def found(self) -> None:
        self.stack = ExitStack()
        folder = self.stack.enter_context(tempfile.TemporaryDirectory())
        self.office = self.stack.enter_context(office_in(Path(folder) / "home"))
        self.people = {who: Person() for who in WHO}
        self.count = 0
        # One person at work already, so that few steps reach what happens to such people.
        self.open("sun")
        with self.office.at("wu") as station:
            station.offices.appoint("sun", Post.CUSTODIAN, Level.INTERNAL)
        self.people["sun"].post = Post.CUSTODIAN
        self.change("sun", True, False)

    def teardown(self) -> None:
        if hasattr(self, "stack"):
            assert self.office.faults() == []
            self.stack.close()

    # what the model expects

    def expected(self, who: str, right: bool) -> str | None:
        person, now = self.people[who], self.office.clock.passed
        if now - person.last < wait_of(person.refused):
            return "LOGIN_LOCKED"
        if not right or person.state in ("none", "closed"):
            person.refused, person.last = person.refused + 1, now
            return "LOGIN_REFUSED"
        person.refused = 0
        if person.state in ("initial", "leaked") or now - person.since >= LIFE:
            return "PASSWORD_MUST_CHANGE"
        return None if person.post else "ACCOUNT_NO_POST"

    # what happens

    @rule(who=st.sampled_from(WHO), right=st.booleans())
    def log_in(self, who: str, right: bool) -> None:
        person = self.people[who]
        password = person.password if right and person.password else "Wrong-Door-31x"
        told = None
        try:
            with self.office.at(who, password) as station:
                assert station.account.post is person.post
        except Problem as problem:
            told = problem.code
        assert told == self.expected(who, password == person.password)

    @rule(who=st.sampled_from(WHO), right=st.booleans(), simple=st.booleans())
    def change(self, who: str, right: bool, simple: bool) -> None:
        person = self.people[who]
        self.count += 1
        old = person.password if right and person.password else "Wrong-Door-31x"
        new = "password" if simple else f"Wide-River-{self.count * 7}k"
        told = None
        try:
            change_password(
                self.office.home, who, Secret(old), Secret(new), clock=self.office.clock
            )
        except Problem as problem:
            told = problem.code
        expected = self.expected(who, old == person.password)
        if expected in ("LOGIN_LOCKED", "LOGIN_REFUSED"):
            assert told == expected
        elif simple:
            assert told == "PASSWORD_COMMON"
        else:
            assert told is None
            person.password, person.state = new, "active"
            person.since = self.office.clock.passed

    @rule(who=st.sampled_from(WHO))
    def open(self, who: str) -> None:
        person = self.people[who]
        with self.office.at("chen") as station:
            try:
                issued = station.offices.open_account(Newcomer(who, f"{who}某"))
            except Problem as problem:
                assert problem.code == "PERSON_EXISTS" and person.state != "none"
                return
        assert person.state == "none"
        person.password, person.state = issued.reveal().decode(), "initial"
        person.since = self.office.clock.passed

    @precondition(lambda self: any(p.state != "none" for p in self.people.values()))
    @rule(data=st.data())
    def administer(self, data: st.DataObject) -> None:
        known = [who for who in WHO if self.people[who].state != "none"]
        who = data.draw(st.sampled_from(known))
        act = data.draw(st.sampled_from(["appoint", "reset", "close", "reset", "appoint"]))
        person = self.people[who]
        told, issued = None, None
        with self.office.at("wu" if act == "appoint" else "chen") as station:
            try:
                match act:
                    case "appoint":
                        post = data.draw(st.sampled_from([Post.CHECKER, Post.CUSTODIAN]))
                        station.offices.appoint(who, post, Level.INTERNAL)
                    case "reset":
                        issued = station.offices.reset_password(who, "遗忘")
                    case "close":
                        station.offices.close_account(who, "调离")
            except Problem as problem:
                told = problem.code
        assert told == ("ACCOUNT_CLOSED" if person.state == "closed" else None)
        if told is None:
            match act:
                case "appoint":
                    person.post = post
                case "reset":
                    assert issued is not None
                    person.password, person.state = issued.reveal().decode(), "initial"
                    person.since = self.office.clock.passed
                case "close":
                    person.password, person.state = "", "closed"

    @precondition(lambda self: any(p.state == "active" and p.post for p in self.people.values()))
    @rule()
    def leak(self) -> None:
        who = next(w for w in WHO if self.people[w].state == "active" and self.people[w].post)
        expected = self.expected(who, True)
        try:
            with self.office.at(who, self.people[who].password) as station:
                station.own.report_leak(self.office.clock.now())
            assert expected is None
            self.people[who].state = "leaked"
        except Problem as problem:
            assert problem.code == expected

    @rule(by=st.sampled_from([1, 29, 31, 600, 3601, 86_400 * 7, 86_400 * 59]))
    def wait(self, by: int) -> None:
        self.office.clock.wait(seconds=by)


SOAK = bool(os.environ.get("AIRSEAL_SOAK"))
ANYTHING = settings(
    max_examples=300 if SOAK else 20,
    stateful_step_count=50 if SOAK else 25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


def test_accounts_and_locks_as_the_model_says():
    from hypothesis.stateful import run_state_machine_as_test

    run_state_machine_as_test(Accounts, settings=ANYTHING)


def test_a_lock_outlives_the_program_and_grows(tmp_path):
    with office_in(tmp_path / "home") as office:

        def code(password: str) -> str | None:
            try:
                with office.at("zhang", password):
                    return None
            except Problem as problem:
                return problem.code

        assert [code("no") for _ in range(4)] == [*["LOGIN_REFUSED"] * 3, "LOGIN_LOCKED"]
        assert code("Keep-Safe-2026") == "LOGIN_LOCKED", "the right password waits too"
        office.clock.wait(seconds=31)
        assert [code("no"), code("no")] == ["LOGIN_REFUSED", "LOGIN_LOCKED"]
        office.clock.wait(seconds=31)
        assert code("Keep-Safe-2026") == "LOGIN_LOCKED", "the second wait is longer"
        office.clock.wait(seconds=31)
        assert code("Keep-Safe-2026") is None
        refused = [e.facts["person"] for e in office.ledger() if e.kind == "login-refused"]
        assert refused == ["zhang"] * 4


@pytest.mark.soak
def test_accounts_and_locks_for_long():
    test_accounts_and_locks_as_the_model_says()
