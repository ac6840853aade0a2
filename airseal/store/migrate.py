"""Migration (升级): an older home becomes one of today, and a backup is made first (BK-04).

A home of an older format is not opened; whoever may back it up brings it up to date. Each step
is safe to do again, and the keyslot file, which holds the format of the home, is written last: a
home whose migration was interrupted is still an older one, whose migration can be repeated.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from airseal.model.problem import Problem
from airseal.store import backup, durable, framing, instant, opening, slotfile, upkeep
from airseal.store.backup import Made
from airseal.store.cipher import Keys
from airseal.store.commit import Store
from airseal.store.desk import DeskView, Projection
from airseal.store.door import Now
from airseal.store.keyslots import Keyslots
from airseal.store.lock import HomeLock
from airseal.store.opening import Opened
from airseal.store.records import EntryIn
from airseal.store.search import Describe, plain
from airseal.store.slots import Credential
from airseal.store.upkeep import Progress

Authorise = Callable[[DeskView], tuple[int, str, str]]
"""What the backup is about (number at least, at, by); raises when this person may not migrate."""

Account = Callable[["Migrated"], Sequence[EntryIn]]
"""What the ledger is told of it."""


@dataclass(frozen=True, slots=True)
class Migrated:
    """From which format to which, and the backup that was made before.

    ``named`` documents, which no entry named before, are missed from now on when they are taken
    away; ``unnamed`` ones, which whoever migrates cannot open, still are not.
    """

    before: int
    after: int
    backup: Made
    named: int = 0
    unnamed: int = 0


def migrate(
    home: Path,
    person: str,
    credential: Credential,
    medium: Path,
    *,
    project: Projection,
    authorise: Authorise,
    account: Account,
    describe: Describe = plain,
    now: Now = instant.now,
    report: Progress = upkeep.silent,
) -> Migrated:
    """Back the home up to ``medium``, then bring it to today's format.

    Raises ``Problem("HOME_CURRENT")`` when there is nothing to do, what ``authorise`` raises,
    and as ``Store.open`` and ``Store.back_up``. Whatever interrupts it, calling it again goes on.
    """
    opening.refuse_stranger(home)
    lock = HomeLock(home)
    try:
        before = slotfile.format_of(home)
        if before == framing.FORMAT:
            raise Problem("HOME_CURRENT", version=before)
        keys, slots, visit = opening.unlock(home, person, credential, now, older=True)
        parts = opening.settle(home, keys, slots, project)
        about = authorise(parts.desk)
        made = backup.make(home, keys, parts.ledger.head, medium, about, report)
        parts = bring_up(home, before, parts, project, report)
        with Store(home, lock, parts, project, describe, visit=visit, now=now) as store:
            documents, more = store.unnamed()
            done = Migrated(before, framing.FORMAT, made, len(documents), more)
            store.commit(account(done), beside=documents)
            with durable.writing("keyslots"):
                slots.save(home)
        return done
    finally:
        lock.release()


def bring_up(
    home: Path, before: int, parts: Opened, project: Projection, report: Progress
) -> Opened:
    """Every step from format ``before`` to today's, but for the keyslot file; the parts anew."""
    for version in range(before, framing.FORMAT):
        _STEPS[version](home, parts.keys, parts.slots, project, report)
    parts.ledger.close()
    return opening.settle(home, parts.keys, parts.slots, project)


_STEPS: Final[Mapping[int, Callable[[Path, Keys, Keyslots, Projection, Progress], object]]] = {
    # Format 2 asks that the desk is what *today's* projection makes of the ledger.
    1: upkeep.fold_again,
}
"""What leads from a format to the next."""
