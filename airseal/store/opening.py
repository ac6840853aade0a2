"""From the files of a home to a ledger and a desk that agree.

A crash leaves at most one commit in the ledger that the desk does not know; it is completed.
What the ledger holds beyond that, whole or not, tells of more than a crash and is reported.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from airseal.model.problem import Problem
from airseal.model.secret import Secret
from airseal.store import durable, framing, segments, slotfile, vault
from airseal.store.cipher import Keys
from airseal.store.desk import Anchor, Desk, Draft, Projection
from airseal.store.door import Door, Now, Visit
from airseal.store.keyslots import Keyslots
from airseal.store.ledger import Ledger
from airseal.store.records import Mark
from airseal.store.slots import Credential
from airseal.store.vault import Vault

DIRECTORIES = (segments.DIRECTORY, vault.DIRECTORY)


@dataclass(frozen=True, slots=True)
class Opened:
    """A home's parts, unlocked and in agreement."""

    keys: Keys
    slots: Keyslots
    ledger: Ledger
    desk: Desk
    vault: Vault
    since: Mark
    """Where verifying began; whoever has the time proves what comes before it."""


def refuse_stranger(home: Path) -> None:
    """Raise ``Problem("HOME_MISSING")`` unless a home was completed here.

    ``Problem("KEYSLOTS_MISSING")`` when there is a ledger that nobody can open.
    """
    if _has_keyslots(home):
        return
    if _has_ledger(home):
        raise Problem("KEYSLOTS_MISSING")
    raise Problem("HOME_MISSING")


def _refuse_older(home: Path) -> None:
    """Nothing is written to a home of an older format but by its migration."""
    version = slotfile.format_of(home)
    if version < framing.FORMAT:
        raise Problem("HOME_OLDER", version=version)


def refuse_existing(home: Path) -> None:
    """Raise ``Problem("HOME_EXISTS")`` when a home, or what is left of one, is here."""
    if _has_keyslots(home) or _has_ledger(home):
        raise Problem("HOME_EXISTS")


def lay_out(home: Path) -> None:
    """The home and its directories; their names are durable when it is furnished.

    Raises ``OSError``.
    """
    durable.make_directory(home)
    for name in DIRECTORIES:
        durable.make_directory(home / name)
    durable.sync_names(home.parent)


def furnish(home: Path, keys: Keys, slots: Keyslots, now: Now) -> None:
    """Make an empty home of a laid-out directory; the keyslots come last; raises ``OSError``."""
    desk = Desk(home, keys)
    desk.save(Draft(desk), Anchor(Ledger(home, keys).head, slots.generation))
    Door(home, slots, now).hang(keys)
    slots.save(home)


def unlock(
    home: Path, person: str, credential: Credential, now: Now, *, older: bool = False
) -> tuple[Keys, Keyslots, Visit]:
    """The keys of a home, and what its door tells.

    Raises what :meth:`Keyslots.load`, :meth:`Door.knock` and :meth:`Keyslots.unlock` raise, and
    unless ``older`` is welcome ``Problem("HOME_OLDER", version=…)`` (BK-04).
    """
    if not older:
        _refuse_older(home)
    slots = Keyslots.load(home)
    door = Door(home, slots, now)
    door.knock(person, _means(credential))
    keys = slots.unlock(person, credential)
    return keys, slots, door.admit(person, keys)


def recover(
    home: Path, first: tuple[str, Credential], second: tuple[str, Credential], now: Now
) -> tuple[Keys, Keyslots, Visit]:
    """As :func:`unlock`, by two administrators together; raises ``RECOVERY_MISSING`` too."""
    _refuse_older(home)
    slots = Keyslots.load(home)
    door = Door(home, slots, now)
    for person, credential in (first, second):
        door.knock(person, _means(credential))
        door.admit(person, slots.unlock(person, credential))
    keys = slots.recover(first, second)
    door.knock(first[0], "recovery")
    return keys, slots, door.admit(first[0], keys)


def settle(home: Path, keys: Keys, slots: Keyslots, project: Projection) -> Opened:
    """Verify the end of the ledger, complete or cut what a crash left, and hand out the parts.

    What comes before :attr:`Opened.since` is only known to be what it was when it has been
    proven (:meth:`Ledger.prove`).

    Raises ``Problem`` ``DESK_MISSING``, ``DESK_DAMAGED``, ``DESK_OLDER`` (``behind`` commits or
    keyslot changes), ``KEYSLOTS_OLDER``, ``LEDGER_DAMAGED``, ``LEDGER_SHORT``,
    ``STORE_READ_FAILED``, ``STORE_WRITE_FAILED``; nothing is changed then.
    """
    desk, vault_ = Desk(home, keys), Vault(home, keys)
    anchor = desk.load()
    changed = slots.generation - anchor.keyslots
    if changed < 0:
        raise Problem("KEYSLOTS_OLDER", behind=-changed)
    if not (changed or anchor.newest):
        # Only a rotation that a crash interrupted leaves a desk under an older key.
        raise Problem("DESK_OLDER", behind=1)
    book = Ledger(home, keys)
    with durable.reading("ledger"):
        tail = book.verify(anchor.head, anchor.since)
    if slots.generation < tail.keyslots:
        # Keyslots and desk were set back together, to before the last commit.
        raise Problem("KEYSLOTS_OLDER", behind=tail.keyslots - slots.generation)
    if tail.commits > 1 or changed > 1:
        raise Problem("DESK_OLDER", behind=max(tail.commits, changed))
    with durable.reading("ledger"):
        # Nobody begins a commit under a key that a rotation has ended, save who left with it.
        if tail.commits and not book.is_current(tail.whole.segment):
            raise Problem("LEDGER_DAMAGED", sequence=anchor.head.sequence + 1)
    with durable.writing("ledger"):
        book.settle(tail)
    if tail.commits or changed:
        draft = Draft(desk).follow(project, book.entries(anchor.head.sequence))
        with durable.writing("desk"):
            desk.save(draft, Anchor(book.head, slots.generation, book.milestone))
    vault_.sweep()
    return Opened(keys, slots, book, desk, vault_, anchor.since or book.genesis)


def settle_again(home: Path, candidates: Sequence[Keys], project: Projection) -> Opened:
    """As :func:`settle`, for a home whose keys are held: trust nothing but the disk.

    Of the ``candidates``, those keys are taken that the keyslots on the disk were written with:
    a rotation that failed half-way may have left either.
    """
    slots = Keyslots.load(home)
    keys = next((each for each in candidates if slots.is_by(each)), candidates[-1])
    slots.prove(keys)
    return settle(home, keys, slots, project)


def _means(credential: Credential) -> str:
    return "password" if isinstance(credential, Secret) else "token"


def _has_keyslots(home: Path) -> bool:
    with durable.reading("home"):
        return (home / slotfile.NAME).exists()


def _has_ledger(home: Path) -> bool:
    with durable.reading("home"):
        try:
            return any((home / segments.DIRECTORY).iterdir())
        except (FileNotFoundError, NotADirectoryError):
            return False
