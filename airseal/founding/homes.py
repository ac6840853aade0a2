"""What is done at a home by somebody who has no station open: ways in, and checks of the store.

Everything else goes through an open :class:`airseal.station.Station`.
"""

from collections.abc import Mapping
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

from airseal.duties import arriving, backing, enrolling, recovering
from airseal.evidence.described import describe
from airseal.evidence.held import reverify
from airseal.evidence.records import project
from airseal.evidence.tombstones import carry_out
from airseal.keys.tokenhost import TokenHost
from airseal.model.problem import Problem
from airseal.model.secret import Secret
from airseal.ports import Clock, Progress, silent
from airseal.station import LocalClock, Station
from airseal.store import Store


def open_with_token(
    home: Path, person: str, pin: Secret, module: Path | None, *, clock: Clock | None = None
) -> Station:
    """:meth:`Station.open` with the token that was enrolled for it; the PIN is tried once.

    Raises ``TOKEN_LOGIN_ABSENT`` besides, and what the token raises.
    """
    with (
        TokenHost(module) as tokens,
        enrolling.key_at_the_door(home, person, tokens, pin) as key,
    ):
        return Station.open(home, person, key, clock=clock)


def enrol_token(
    home: Path, person: str, password: Secret, pin: Secret, module: Path | None
) -> None:
    """Enrol the only token plugged in; where a password alone opens nothing, the way in (X-13).

    Raises what :func:`airseal.duties.enrolling.enrol` raises.
    """
    with TokenHost(module) as tokens:
        enrolling.enrol(home, person, password, tokens, pin, LocalClock().now())


def recover(
    home: Path, first: tuple[str, Secret], second: tuple[str, Secret], lost: recovering.Lost
) -> Secret:
    """Two administrators issue a one-time password; see :func:`recovering.recover`."""
    return recovering.recover(home, first, second, lost, LocalClock().now())


def change_password(
    home: Path, person: str, old: Secret, new: Secret, *, clock: Clock | None = None
) -> None:
    """All that somebody can do whose password must be changed first (AC-05, AC-06).

    Raises as :meth:`Station.open` and :meth:`Station.change_password`.
    """
    now = (clock or LocalClock()).now()
    with Store.open(home, person, old, project=project, describe=describe) as store:
        arrival = arriving.arrive(store, person, now)
        arriving.change_password(store, arrival.rule, person, old, new, now)


def check_signatures(
    home: Path, person: str, password: Secret, progress: Progress = silent
) -> Mapping[str, object]:
    """What ``airseal store check --signatures`` tells: every statement verified anew.

    Raises ``Problem("STATEMENTS_DIFFER", count=…, first=…)``.
    """
    with Store.open(home, person, password, project=project, describe=describe) as store:
        told = reverify(store, progress)
    if told.differing:
        raise Problem("STATEMENTS_DIFFER", count=len(told.differing), first=told.differing[0])
    return asdict(told)


def check_store(
    home: Path, person: str, password: Secret, progress: Progress = silent
) -> Mapping[str, object]:
    """What ``airseal store check`` tells: the store verified from its first entry."""
    report = Store.check(home, person, password, project=project, progress=progress)
    return asdict(report)


def check_hashes(home: Path, progress: Progress = silent) -> Mapping[str, object]:
    """What ``airseal store check --hashes`` tells, to be compared with a head somebody noted."""
    head = Store.verify_hashes(home, progress)
    return {"entries": head.sequence, "head": head.hash.hex()}


def migrate_store(
    home: Path, person: str, password: Secret, medium: Path, progress: Progress = silent
) -> Mapping[str, int]:
    """Bring a home of an older format up to date, after a backup to ``medium`` (BK-04)."""
    now, program = LocalClock().now(), version("airseal")
    done = backing.migrate_home(home, person, password, medium, now, program, progress)
    return {"before": done.before, "after": done.after, "backup": done.backup.number}


def rebuild_store(
    home: Path, person: str, password: Secret, progress: Progress = silent
) -> Mapping[str, object]:
    """Rebuild desk (TinyDB) and index from the ledger, then check the store.

    A destroying of documents that was interrupted is ended on the way (DC-11).
    ``progress`` may stop it at any time: a desk that was not replaced is the one it was.
    """
    Store.rebuild(home, person, password, project=project, progress=progress)
    with Store.open(home, person, password, project=project, describe=describe) as store:
        if (problem := store.wait(progress).problem) is not None:
            raise problem
        carry_out(store, person, LocalClock().now())
    return check_store(home, person, password, progress)
