"""A child that hangs fails its test and says where; one that uses the jail never hangs on it."""

import os
import signal
from dataclasses import replace
from threading import Lock

import pytest
from forked import fork
from station_kit import LastingJail, children, lasting_jail

lock = Lock()


def waiting_for_ever(_: int) -> None:
    with lock:
        lock.acquire()


def test_a_child_that_hangs_is_killed_and_says_where() -> None:
    child = replace(fork(waiting_for_ever), silence=0.3)
    with pytest.raises(pytest.fail.Exception, match="waiting_for_ever"):
        child.everything()
    with pytest.raises(ProcessLookupError):
        os.kill(child.pid, 0)


def ask(jail: LastingJail, pipe: int) -> None:
    jail.session().close()
    os.write(pipe, b"answered")


def test_a_jail_that_is_just_starting_serves_a_child() -> None:
    with lasting_jail() as jail:
        child = fork(lambda pipe: ask(jail, pipe))
        assert child.everything() == b"answered"
        assert child.status() == 0


def test_a_child_starts_a_jail_of_its_own_when_the_one_it_had_is_dead() -> None:
    with lasting_jail() as jail:
        jail.settle()
        for pid in children("airseal.paper.jailed"):
            os.kill(pid, signal.SIGKILL)
        child = fork(lambda pipe: ask(jail, pipe))
        assert child.everything() == b"answered"
        assert child.status() == 0
