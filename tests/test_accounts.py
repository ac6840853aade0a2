"""Accounts at a station: who gets in, who may do what to whom, and what the ledger says of it."""

from datetime import timedelta

import pytest
from office_kit import PASSWORDS, office_in
from station_kit import code_of

from airseal.duties.accounts import Newcomer
from airseal.founding.homes import change_password
from airseal.model.account import AccountState
from airseal.model.level import Level
from airseal.model.people import Post
from airseal.model.problem import Problem
from airseal.model.secret import Secret
from airseal.model.use import UseRight

FRESH = "Wide-River-88k"


@pytest.fixture
def office(tmp_path):
    with office_in(tmp_path / "home") as made:
        yield made


def opened(office, person="sun", name="孙新人", phone="13912350769"):
    with office.at("chen") as station:
        return station.offices.open_account(Newcomer(person, name, phone)).reveal().decode()


def appointed(office, post=Post.CUSTODIAN, level=Level.INTERNAL, person="sun"):
    with office.at("wu") as station:
        station.offices.appoint(person, post, level)


def changed(office, old, new=FRESH, person="sun"):
    change_password(office.home, person, Secret(old), Secret(new), clock=office.clock)


def enters(office, person, password):
    def enter():
        with office.at(person, password):
            pass

    return code_of(enter)


def working(office):
    """An account with a post and a password of its own."""
    initial = opened(office)
    appointed(office)
    changed(office, initial)
    return FRESH


# Initial passwords


def test_an_initial_password_is_good_for_one_thing(office):
    initial = opened(office)
    assert enters(office, "sun", initial) == "PASSWORD_MUST_CHANGE"
    appointed(office)
    assert enters(office, "sun", initial) == "PASSWORD_MUST_CHANGE"
    changed(office, initial)
    assert enters(office, "sun", FRESH) is None
    assert enters(office, "sun", initial) == "LOGIN_REFUSED"
    assert office.faults() == []


def test_without_a_post_nobody_works_here(office):
    changed(office, opened(office))
    assert enters(office, "sun", FRESH) == "ACCOUNT_NO_POST"


@pytest.mark.parametrize(
    ("new", "code"),
    [("kurz", "PASSWORD_SHORT"), ("sun-Wide-77", "PASSWORD_PERSONAL"), (None, "PASSWORD_USED")],
)
def test_a_simple_or_the_initial_password_is_refused_and_nothing_changes(office, new, code):
    initial = opened(office)
    assert code_of(lambda: changed(office, initial, new or initial)) == code
    assert enters(office, "sun", initial) == "PASSWORD_MUST_CHANGE"


def test_none_of_the_last_five_comes_back(office):
    now = working(office)
    for number in range(1, 6):
        new = f"Wide-River-{number}7k"
        changed(office, now, new)
        assert code_of(lambda new=new: changed(office, new, FRESH)) == (
            "PASSWORD_USED" if number < 5 else None
        )
        now = new


@pytest.mark.parametrize(("level", "days"), [(Level.INTERNAL, 60), (Level.SECRET, 7)])
def test_a_password_ends_when_the_machine_says(tmp_path, level, days):
    with office_in(tmp_path / "home", level) as office:
        password = working(office)
        office.clock.wait(days=days - 1)
        with office.at("sun", password) as station:
            assert station.own.days_left == 1
        office.clock.wait(days=1)
        assert enters(office, "sun", password) == "PASSWORD_MUST_CHANGE"
        changed(office, password, "Other-Shore-5t")
        assert enters(office, "sun", "Other-Shore-5t") is None


def test_the_passwords_a_demonstration_shows_go_on_working(office):
    office.clock.wait(days=400)
    assert all(enters(office, who, password) is None for who, password in PASSWORDS.items())


# Forgotten and leaked


def test_a_forgotten_password_is_reset_by_another_and_both_are_named(office):
    old = working(office)
    with office.at("chen") as station:
        once = station.offices.reset_password("sun", "本人遗忘").reveal().decode()
    assert enters(office, "sun", old) == "LOGIN_REFUSED"
    assert enters(office, "sun", once) == "PASSWORD_MUST_CHANGE"
    entry = next(e for e in office.ledger() if e.kind == "password-reset")
    assert (entry.by, entry.facts["person"], entry.facts["reason"]) == ("chen", "sun", "本人遗忘")
    assert once not in str([dict(e.facts) for e in office.ledger()])
    assert code_of(lambda: changed(office, once, old)) == "PASSWORD_USED"


def test_a_leak_forces_a_change_and_lists_what_was_done_since(office):
    password = working(office)
    since = office.clock.now() + timedelta(hours=1)
    office.clock.wait(hours=2)
    with office.at("sun", password) as station:
        assert code_of(lambda: station.own.report_leak(since + timedelta(days=9))) == "LEAK_LATER"
        acts = station.own.report_leak(since)
    assert [act.kind for act in acts] == ["login"]
    assert enters(office, "sun", password) == "PASSWORD_MUST_CHANGE"
    with office.at("zheng") as station:
        kinds = [act.kind for act in station.offices.acts_since("sun", since)]
    assert kinds == ["login", "password-leaked", "login"]


# Who may do what


def test_a_refusal_names_the_right_and_is_written_down(office):
    def reach():
        with office.at("zhang") as station:
            station.offices.reset_password("wu", "试试")

    with pytest.raises(Problem) as refused:
        reach()
    assert refused.value.code == "RIGHT_MISSING"
    assert dict(refused.value.params) == {"right": "reset-password", "post": "custodian"}
    last = [entry for entry in office.ledger() if entry.kind == "overreach"]
    assert [(entry.by, dict(entry.facts)) for entry in last] == [
        ("zhang", {"right": "reset-password", "code": "RIGHT_MISSING"})
    ]


@pytest.mark.parametrize(
    ("person", "act"),
    [
        ("chen", lambda o: o.appoint("zhang", Post.AUDITOR, Level.INTERNAL)),
        ("wu", lambda o: o.open_account(Newcomer("sun", "孙", ""))),
        ("wu", lambda o: o.reset_password("zhang", "为什么不")),
        ("zheng", lambda o: o.close_account("zhang", "为什么不")),
        ("chen", lambda o: o.acts_since("zhang", None)),
        ("zhang", lambda o: o.accounts()),
        ("zhang", lambda o: o.grant_use(UseRight("zhang", "a", "2026-01-01", "2026-01-02", "x"))),
        ("chen", lambda o: o.handover_impossible("zhang", "seal", "x")),
        ("zhang", lambda o: o.register_station("501", "zhang", (), ())),
    ],
)
def test_no_administrator_does_anothers_part(office, person, act):
    with office.at(person) as station:
        assert code_of(lambda: act(station.offices)) == "RIGHT_MISSING"


def test_nobody_changes_their_own_account(office):
    with office.at("chen") as station:
        assert code_of(lambda: station.offices.reset_password("chen", "x")) == "ACCOUNT_OWN"
        assert code_of(lambda: station.offices.close_account("chen", "x")) == "ACCOUNT_OWN"
    with office.at("wu") as station:
        appoint = station.offices.appoint
        assert code_of(lambda: appoint("wu", Post.AUDITOR, Level.INTERNAL)) == "ACCOUNT_OWN"


def test_one_person_has_one_account(office):
    opened(office)
    with office.at("chen") as station:
        again = station.offices.open_account
        assert code_of(lambda: again(Newcomer("sun", "别人", "1"))) == "PERSON_EXISTS"
        assert code_of(lambda: again(Newcomer("sun2", "孙新人", "13912350769"))) == "ACCOUNT_TWICE"
        assert code_of(lambda: again(Newcomer("Sun 3", "某", ""))) == "ACCOUNT_FORM"
        assert code_of(lambda: again(Newcomer("sun3", " ", ""))) == "ACCOUNT_FORM"


def test_a_change_of_post_is_told_with_old_and_new_and_holds_from_the_next_login(office):
    password = working(office)
    appointed(office, Post.CHECKER)
    with office.at("sun", password) as station:
        assert station.account.post is Post.CHECKER
    last = [e for e in office.ledger() if e.kind == "appointed"][-1]
    assert (last.by, last.facts["post_before"], last.facts["post"]) == (
        "wu",
        "custodian",
        "checker",
    )


def test_a_clearance_is_given_and_taken_with_its_keys(tmp_path):
    with office_in(tmp_path / "home", Level.SECRET) as office:
        initial = opened(office)
        appointed(office, level=Level.SECRET)
        changed(office, initial, "Wide-River-88kx")
        with office.at("sun", "Wide-River-88kx") as station:
            assert station.account.clearance is Level.SECRET
        appointed(office, level=Level.INTERNAL)
        with office.at("sun", "Wide-River-88kx") as station:
            assert station.account.clearance is Level.INTERNAL
        assert office.faults() == []


# Closing


def test_a_closed_account_opens_nothing_and_stays_in_the_books(office):
    password = working(office)
    with office.at("chen") as station:
        assert code_of(lambda: station.offices.close_account("sun", " ")) == "REASON_MISSING"
        station.offices.close_account("sun", "调离")
        assert station.offices.account("sun").state is AccountState.CLOSED
        assert code_of(lambda: station.offices.close_account("sun", "再")) == "ACCOUNT_CLOSED"
        assert code_of(lambda: station.offices.reset_password("sun", "再")) == "ACCOUNT_CLOSED"
    assert enters(office, "sun", password) == "LOGIN_REFUSED"
    assert office.faults() == []


def test_a_close_cut_short_lets_nobody_in_and_is_finished_later(office, monkeypatch):
    password = working(office)

    def power_cut(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("airseal.store.Store.remove_person", power_cut)
        with pytest.raises(KeyboardInterrupt), office.at("chen") as station:
            station.offices.close_account("sun", "调离")
    assert enters(office, "sun", password) == "LOGIN_REFUSED"
    with office.at("chen") as station:
        station.offices.close_account("sun", "调离")
        assert code_of(lambda: station.offices.close_account("sun", "再")) == "ACCOUNT_CLOSED"


def test_a_reset_cut_short_leaves_a_password_that_must_be_changed(office, monkeypatch):
    password = working(office)

    def power_cut(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("airseal.store.Store.reset_password", power_cut)
        with pytest.raises(KeyboardInterrupt), office.at("chen") as station:
            station.offices.reset_password("sun", "遗忘")
    assert enters(office, "sun", password) == "PASSWORD_MUST_CHANGE"


# The station and its rights


def test_registering_the_station(tmp_path):
    with office_in(tmp_path / "home", place="") as office:
        with office.at("chen") as station:
            assert not station.facts.registered
            register = station.offices.register_station
            assert code_of(lambda: register(" ", "zhang", (), ())) == "STATION_FORM"
            assert code_of(lambda: register("501室", "nobody", (), ())) == "PERSON_UNKNOWN"
            register("501室", "zhang", ("P1", " "), ("U1",))
            assert station.facts.registered
        with office.at("zhang") as station:
            assert (station.facts.manager, station.facts.printers) == ("zhang", ("P1",))


def test_one_session_at_a_time(office):
    with office.at("zhang"):
        assert enters(office, "zhang", None) == "HOME_BUSY"
        assert enters(office, "chen", None) == "HOME_BUSY"


def test_an_idle_lock_is_written_down(office):
    with office.at("zhang") as station:
        assert station.idle_minutes == 10
        station.record_lock()
    assert office.ledger()[-1].kind == "station-locked"
