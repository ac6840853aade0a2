"""Backing up and restoring a station (备份与恢复, BK-02, BK-03).

Everything that was done is in the ledger; a restored ledger says so, and the next checkpoint
tells every partner.
"""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from airseal.evidence.accounts import account_facts
from airseal.evidence.backups import (
    BACKUP_MADE,
    BACKUP_TESTED,
    BACKUPS_PRUNED,
    MIGRATED,
    RESTORED,
    backup_state,
)
from airseal.evidence.described import describe
from airseal.evidence.records import project
from airseal.model.account import AccountState
from airseal.model.problem import Problem
from airseal.model.rights import Right, may
from airseal.model.secret import Secret
from airseal.ports import Ports, Progress
from airseal.store import (
    Backup,
    DeskView,
    EntryIn,
    Head,
    JsonValue,
    Made,
    Manifest,
    Migrated,
    Report,
    migrate,
    places_on,
    restore,
)

_DAMAGE: Final = ("BACKUP_DAMAGED", "BACKUP_PIECE", "KEYSLOTS_DAMAGED", "LEDGER_DAMAGED")


def back_up(ports: Ports, medium: Path) -> Made:
    """Back this station up to ``medium``; raises as :func:`airseal.store.backup.make`."""
    at = ports.clock.now().replace(microsecond=0).isoformat()
    following = backup_state(ports.store.desk).number + 1
    made = ports.store.back_up(medium, (following, at, ports.account.person), ports.progress)
    ports.store.commit([ports.event(BACKUP_MADE, **_told(made))])
    return made


def _told(made: Made) -> dict[str, JsonValue]:
    return {
        "number": made.number,
        "sequence": made.head.sequence,
        "hash": made.head.hash.hex(),
        "size": made.size,
        "pieces": made.pieces,
        "written": made.written,
    }


def listed(ports: Ports, medium: Path) -> list[Backup]:
    """The backups of this station on ``medium``, newest first."""
    return ports.store.backups(medium)


def try_restore(ports: Ports, medium: Path, number: int | None) -> tuple[int, Report]:
    """Restore a backup (None: the newest) for a test; its number and what was found.

    That it failed is recorded too. Raises ``BACKUP_NONE``, ``BACKUP_MISSING``,
    ``STORE_READ_FAILED``, ``STORE_WRITE_FAILED``; damage is in the report.
    """
    wanted = ports.store.newest_backup(medium) if number is None else number
    try:
        report = ports.store.test_backup(medium, wanted, ports.progress)
    except Problem as problem:
        if problem.code not in _DAMAGE:
            raise
        report = Report(0, 0, (problem,))
    event = ports.event(
        BACKUP_TESTED,
        number=wanted,
        entries=report.entries,
        blobs=report.blobs,
        codes=[problem.code for problem in report.problems],
    )
    ports.store.commit([event])
    return wanted, report


def prune(ports: Ports, medium: Path, keep: int) -> tuple[list[int], int]:
    """Keep the newest ``keep`` backups on ``medium``; the numbers and pieces that went."""
    removed, pieces = ports.store.prune_backups(medium, keep)
    if removed:
        ports.store.commit([ports.event(BACKUPS_PRUNED, removed=list(removed), pieces=pieces)])
    return removed, pieces


def restore_home(
    medium: Path,
    number: int | None,
    home: Path,
    people: tuple[tuple[str, Secret], tuple[str, Secret]],
    at: datetime,
    progress: Progress,
) -> tuple[int, Head]:
    """Make ``home`` of a backup (None: the newest); both people are administrators of it.

    Returns its number and the new ledger's head. Raises ``Problem("BACKUP_NONE")``,
    ``BACKUP_SEVERAL`` when the medium holds backups of more homes than one, ``RESTORE_POST``
    (``person``), and as :func:`airseal.store.restore.restore`.
    """
    places = places_on(medium)
    if not places:
        raise Problem("BACKUP_NONE")
    if len(places) > 1:
        raise Problem("BACKUP_SEVERAL")
    (place, numbers) = places[0]
    wanted = numbers[-1] if number is None else number
    names = [person for person, _ in people]

    def account(desk: DeskView, backup: Manifest) -> EntryIn:
        _check_posts(desk, names)
        facts: dict[str, JsonValue] = {
            "number": backup.number,
            "made": backup.at,
            "sequence": backup.head.sequence,
            "second": names[1],
        }
        return EntryIn(RESTORED, names[0], at.replace(microsecond=0).isoformat(), facts)

    head = restore(
        place,
        wanted,
        home,
        people,
        project=project,
        describe=describe,
        account=account,
        report=progress,
    )
    return wanted, head


def migrate_home(
    home: Path,
    person: str,
    password: Secret,
    medium: Path,
    at: datetime,
    program: str,
    progress: Progress,
) -> Migrated:
    """Bring a home of an older format up to date after a backup to ``medium`` (BK-04).

    ``program`` is the version that does it; it is in the ledger with operator and time. Raises
    ``Problem("MIGRATE_POST")`` and as :func:`airseal.store.migrate`.
    """
    moment = at.replace(microsecond=0).isoformat()

    def authorise(desk: DeskView) -> tuple[int, str, str]:
        if not _may_back_up(desk, person):
            raise Problem("MIGRATE_POST")
        return backup_state(desk).number + 1, moment, person

    def account(done: Migrated) -> list[EntryIn]:
        facts: dict[str, JsonValue] = {
            "before": done.before,
            "after": done.after,
            "program": program,
            "backup": done.backup.number,
            "named": done.named,
            "unnamed": done.unnamed,
        }
        return [
            EntryIn(BACKUP_MADE, person, moment, _told(done.backup)),
            EntryIn(MIGRATED, person, moment, facts),
        ]

    return migrate(
        home,
        person,
        password,
        medium,
        project=project,
        describe=describe,
        authorise=authorise,
        account=account,
        report=progress,
    )


def _may_back_up(desk: DeskView, person: str) -> bool:
    held = account_facts(desk, person)
    able = held.post is not None and may(held.post, Right.BACK_UP)
    return able and held.state is not AccountState.CLOSED


def _check_posts(desk: DeskView, names: Sequence[str]) -> None:
    for person in names:
        if not _may_back_up(desk, person):
            raise Problem("RESTORE_POST", person=person)
