"""Restoring (恢复): a new home from a backup, by two people together (BK-03).

The home is laid out, verified, given new keys and told that it was restored beside the place
it is to have; only then it takes its name. So there is never a restored home that does not
say so.
"""

from collections.abc import Callable
from pathlib import Path

from airseal.model.problem import Problem
from airseal.store import backup, durable, framing, instant, manifest, opening, slotfile
from airseal.store.appearing import appearing
from airseal.store.backup import Progress
from airseal.store.cipher import Keys
from airseal.store.commit import Store
from airseal.store.desk import DeskView, Projection
from airseal.store.door import Now
from airseal.store.keyslots import Keyslots
from airseal.store.lock import HomeLock
from airseal.store.manifest import Manifest
from airseal.store.migrate import bring_up
from airseal.store.records import EntryIn, Head
from airseal.store.search import Describe, plain
from airseal.store.slots import Credential

Means = tuple[str, Credential]
"""A person and what proves that it is them."""

Account = Callable[[DeskView, Manifest], EntryIn]
"""What the ledger is told of a restore; raises when these two may not restore."""


def restore(
    place: Path,
    number: int,
    home: Path,
    people: tuple[Means, Means],
    *,
    project: Projection,
    account: Account,
    report: Progress,
    describe: Describe = plain,
    now: Now = instant.now,
) -> Head:
    """Make ``home`` of backup ``number`` in ``place``; returns the head of its ledger.

    Both people are those of the backup, with the passwords of then. All keys are rotated; levels
    neither of the two is cleared for, when somebody cleared logs in. Raises
    ``Problem("RESTORE_PAIR")`` for one person twice, ``HOME_EXISTS``, ``BACKUP_MISSING``,
    ``BACKUP_DAMAGED``, ``BACKUP_PIECE``, ``LOGIN_REFUSED``, what ``account`` raises, and as
    ``Store.open``. An interrupted restore leaves no home and can be repeated.
    """
    if people[0][0] == people[1][0]:
        raise Problem("RESTORE_PAIR")
    with appearing(home) as beside:
        return _restored(place, number, beside, people, project, describe, account, report, now)


def _restored(
    place: Path,
    number: int,
    beside: Path,
    people: tuple[Means, Means],
    project: Projection,
    describe: Describe,
    account: Account,
    report: Progress,
    now: Now,
) -> Head:
    with durable.writing("home"):
        durable.make_directory(beside)
        durable.replace(beside / "keyslots", manifest.keyslots(place, number))
    lock = HomeLock(beside)
    try:
        slots = Keyslots.load(beside)
        keys = _keys(slots, people)
        found = manifest.read(place, number, keys)
        backup.lay_out(place, found, beside, report)
        before = slotfile.format_of(beside)
        parts = opening.settle(beside, keys, slots, project)
        if parts.ledger.head != found.head:
            raise Problem("BACKUP_DAMAGED", number=number)
        # The rotation below writes keyslots of today's format, so the home has to be of it.
        parts = bring_up(beside, before, parts, project, report)
        with Store(beside, lock, parts, project, describe, now=now) as store:
            entry = account(store.desk, found)
            store.rotate_keys()
            documents = store.unnamed()[0] if before < framing.FORMAT else ()
            return store.commit([entry], beside=documents)
    finally:
        lock.release()


def _keys(slots: Keyslots, people: tuple[Means, Means]) -> Keys:
    """The keys of both: those of the recovery if they have one, else of who is cleared higher."""
    try:
        return slots.recover(*people)
    except Problem as problem:
        if problem.code != "RECOVERY_MISSING":
            raise
    return max((slots.unlock(*one) for one in people), key=lambda keys: len(keys.levels))
