"""The people of an open home: who can open it, how far, and with what.

Each change replaces the keyslot file and then the desk, which holds its generation; a
rotation of keys is finished by the same settling that finishes it after a crash.
"""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from airseal.model.level import Level
from airseal.model.problem import Problem
from airseal.model.secret import Secret
from airseal.store import durable, opening
from airseal.store.cipher import Keys
from airseal.store.desk import Anchor, Draft
from airseal.store.door import Door, Now, Visit
from airseal.store.half import Half
from airseal.store.index import Index
from airseal.store.keyslots import Keyslots
from airseal.store.slots import Credential, TokenKey


class People(Half):
    """The half of a ``Store`` that changes who can open it."""

    _visit: Visit
    _now: Now
    _doubtful: bool
    _keys: tuple[Keys, ...]
    _index: Index

    @property
    def visit(self) -> Visit:
        """What the door told at this login."""
        return self._visit

    def forget_knocks(self) -> None:
        """What :attr:`visit` told is in the ledger now; raises ``STORE_WRITE_FAILED``."""
        with self._writing():
            Door(self._home, self._parts.slots, self._now).forget(self._parts.keys)

    @property
    def levels(self) -> frozenset[Level]:
        """The levels that can be read and written in this login."""
        return self._open_parts().keys.levels

    def clearance(self, person: str) -> Level:
        """How far ``person`` is cleared; raises ``Problem("PERSON_UNKNOWN", person=…)``."""
        return self._open_parts().slots.clearance(person)

    def opens_for(self, person: str) -> bool:
        """Whether ``person`` can open the home, by what is on the disk.

        What an earlier change that failed left there is settled first; raises as ``commit``.
        """
        with self._writing():
            return self._parts.slots.has(person)

    def has_token(self, person: str) -> bool:
        """Whether ``person`` can log in with a token; raises ``PERSON_UNKNOWN``."""
        return self._open_parts().slots.has_token(person)

    @property
    def recoverable(self) -> bool:
        """Whether two administrators together could open the home."""
        return self._open_parts().slots.recoverable

    def add_person(
        self, person: str, credential: Credential, clearance: Level | None = None
    ) -> None:
        """``person`` can open the home from now on, as far as ``clearance`` (None: as this login).

        Raises ``Problem("PERSON_EXISTS")``, and ``CLEARANCE_LOW`` (``level``) when this login
        does not reach so far itself.
        """
        with self._writing():
            slots, keys = self._parts.slots, self._parts.keys
            if slots.has(person):
                raise Problem("PERSON_EXISTS", person=person)
            reach = clearance or max(keys.levels, key=lambda level: level.rank)
            self._replace_slots(slots.with_person(keys, person, credential, reach))

    def remove_person(self, person: str) -> None:
        """``person`` cannot open the home any more, and all keys they had are rotated.

        Raises ``Problem("PERSON_UNKNOWN", person=…)`` and ``PERSON_LAST``.
        """
        with self._writing():
            keys = self._parts.keys
            self._replace_slots(self._parts.slots.without(keys, person))
            self._rotate(self._parts.slots.stale(keys))

    def set_clearance(self, person: str, clearance: Level) -> None:
        """``person`` is cleared for ``clearance``; levels they lose are rotated.

        Raises ``Problem("PERSON_UNKNOWN")`` and ``CLEARANCE_LOW`` (``level``).
        """
        with self._writing():
            keys = self._parts.keys
            self._replace_slots(self._parts.slots.with_clearance(keys, person, clearance))
            self._end_rotation()

    def confirm(self, person: str, credential: Credential) -> None:
        """``person`` is here and agrees: they gave what opens the home for them.

        Trying here counts like trying at the door: raises ``Problem("LOGIN_REFUSED")``,
        ``LOGIN_LOCKED`` (``seconds``) and those of the token.
        """
        with self._writing(), self._tried(person, "confirm"):
            self._parts.slots.unlock(person, credential)

    def change_password(self, person: str, old: Credential, new: Secret) -> None:
        """Only ``new`` is the password of ``person``.

        Trying here counts like trying at the door: raises ``Problem("LOGIN_REFUSED")`` and
        ``LOGIN_LOCKED`` (``seconds``). A token as ``old`` sets a password for one who had none.

        When the disk refuses, what is raised says which password counts: after
        ``STORE_WRITE_FAILED`` the old one, after ``PASSWORD_UNRECORDED`` the new one, and after
        ``PASSWORD_DOUBTFUL`` nobody can say, for the disk does not.
        """
        try:
            with self._writing(), self._tried(person, "change"):
                slots = self._parts.slots
                self._replace_slots(slots.with_credential(self._parts.keys, person, old, new))
        except Problem as problem:
            if problem.code == "STORE_WRITE_FAILED" and self._counts(person, new):
                raise Problem("PASSWORD_UNRECORDED") from problem
            raise

    def add_token(self, person: str, own: Credential, token: TokenKey) -> None:
        """``person`` can open the home with ``token`` too, and with no earlier token.

        Raises ``Problem("LOGIN_REFUSED")``, ``LOGIN_LOCKED`` (``seconds``), ``TOKEN_KEY_KIND`` and
        those of the token.
        """
        with self._writing(), self._tried(person, "change"):
            slots = self._parts.slots
            self._replace_slots(slots.with_credential(self._parts.keys, person, own, token))

    def reset_password(self, person: str, password: Secret) -> None:
        """A forgotten password (AC-08): only ``password`` opens the home for ``person``.

        Tokens and recovery pairs of theirs end. Levels this login does not reach come back with
        :meth:`set_clearance` by somebody who has them. Raises ``PERSON_UNKNOWN``.
        """
        with self._writing():
            slots = self._parts.slots
            self._replace_slots(slots.with_new_password(self._parts.keys, person, password))

    def arrange_recovery(self, administrators: Collection[str]) -> None:
        """Any two of ``administrators`` can open the home together, as far as this login.

        Raises ``Problem("RECOVERY_PAIR")`` for fewer than two, and ``PERSON_UNKNOWN``.
        """
        with self._writing():
            slots = self._parts.slots
            self._replace_slots(slots.with_recovery(self._parts.keys, administrators))

    def rotate_keys(self) -> None:
        """New keys for everything that is written from now on, as after a restore."""
        with self._writing():
            self._rotate(Level)

    def _counts(self, person: str, password: Secret) -> bool:
        """Whether ``password`` opens the home, by what the disk shows now."""
        try:
            Keyslots.load(self._home).unlock(person, password)
        except Problem as problem:
            if problem.code == "LOGIN_REFUSED":
                return False
            raise Problem("PASSWORD_DOUBTFUL") from problem
        return True

    @contextmanager
    def _tried(self, person: str, means: str) -> Iterator[None]:
        door = Door(self._home, self._parts.slots, self._now)
        door.knock(person, means)
        yield
        Door(self._home, self._parts.slots, self._now).admit(person, self._parts.keys)

    def _freshen(self, person: str, credential: Credential) -> None:
        slots, keys = self._parts.slots, self._parts.keys
        if isinstance(credential, Secret) and slots.is_outdated(person):
            self._replace_slots(slots.with_credential(keys, person, credential, credential))
        self._end_rotation()

    def _end_rotation(self) -> None:
        """What a crash, a refusing disk or somebody of a lower clearance left to rotate."""
        if stale := self._parts.slots.stale(self._parts.keys):
            self._rotate(stale)

    def _rotate(self, levels: Iterable[Level]) -> None:
        """The desk is written anew with the newest key by settling, as after a crash."""
        slots, keys = self._parts.slots.rotated(self._parts.keys, levels)
        self._doubtful = True
        self._keys = (keys, self._parts.keys)
        with durable.writing("keyslots"):
            slots.save(self._home)
        self._parts.ledger.close()
        self._parts = opening.settle(self._home, keys, slots, self._project)
        self._keys = (keys,)
        self._doubtful = False
        self._index.save_all_again()

    def _replace_slots(self, slots: Keyslots) -> None:
        self._doubtful = True
        with durable.writing("keyslots"):
            slots.save(self._home)
        with durable.writing("desk"):
            desk = self._parts.desk
            book = self._parts.ledger
            desk.save(Draft(desk), Anchor(book.head, slots.generation, book.milestone))
        self._parts = replace(self._parts, slots=slots)
        self._doubtful = False
