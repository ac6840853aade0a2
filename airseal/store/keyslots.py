"""Who can open the home, and how far: the people, their slots, and what each is granted.

Everybody has an age key pair: slots wrap its private half (see ``slots``), and grants are keys
encrypted to its public half (see ``grants``). So keys can be rotated, and clearances changed,
without anybody else's password. ``slotfile`` says what is on the disk.
"""

import os
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import TypeVar

import msgspec
import pyrage

from airseal.model.level import Level
from airseal.model.problem import Problem
from airseal.model.secret import Secret
from airseal.store import grants, slotfile, slots
from airseal.store.cipher import DOOR, STATION, Keys
from airseal.store.slotfile import Content, Pair, Person, Recovery, Wrapped
from airseal.store.slots import Credential, PasswordSlot, Slot
from airseal.store.slotsheld import SlotsHeld

_HOME_LENGTH = 16

_Holder = TypeVar("_Holder", Person, Recovery)


@dataclass(frozen=True, slots=True)
class Keyslots(SlotsHeld):
    """The file as it stands in one generation; never changed, only replaced.

    Whoever changes it hands in the keys they hold: nobody can grant what they do not have.
    """

    @classmethod
    def new(
        cls, people: Mapping[str, Credential], *, demo: bool, level: Level
    ) -> tuple["Keyslots", Keys]:
        """A new home's id and keys for every level up to ``level``, all given to ``people``."""
        door = pyrage.x25519.Identity.generate()
        rings = {STATION: (grants.fresh(),), DOOR: (Secret(str(door)),)}
        rings |= {each.value: (grants.fresh(),) for each in Level if level.covers(each)}
        keys = Keys(os.urandom(_HOME_LENGTH), rings)
        content = Content(
            home=keys.home,
            demo=demo,
            generation=0,
            salt=os.urandom(slots.SALT_LENGTH),
            door=str(door.to_public()),
            links=[],
            people=[],
            recovery=None,
            stale=[],
            mac=b"",
        )
        blank = cls(content)
        founders = [blank._person(keys, *each, level) for each in people.items()]
        return blank._next(keys, people=founders), keys

    @classmethod
    def load(cls, home: Path) -> "Keyslots":
        """What is in the file.

        Raises ``Problem("KEYSLOTS_DAMAGED")``, ``HOME_NEWER`` and ``STORE_READ_FAILED``.
        """
        return cls(slotfile.load(home))

    def save(self, home: Path) -> None:
        """Replace the file durably; raises ``OSError``."""
        slotfile.save(home, self._content)

    # the next generation

    def with_person(
        self, keys: Keys, person: str, credential: Credential, clearance: Level
    ) -> "Keyslots":
        """``person`` opens the home with ``credential`` only, as far as ``clearance``.

        A person who is here already gets a new key pair: what else opened it does not any
        more. Raises ``Problem("CLEARANCE_LOW", level=…)`` when ``keys`` do not reach that far.
        """
        _require(keys, clearance)
        return self._placed(keys, person, credential, clearance)

    def with_new_password(self, keys: Keys, person: str, password: Secret) -> "Keyslots":
        """A forgotten password: as :meth:`with_person`, with the clearance as it was.

        Levels that ``keys`` do not reach have to be granted again (:meth:`with_clearance`).
        """
        return self._placed(keys, person, password, self._get(person).clearance)

    def with_credential(
        self, keys: Keys, person: str, own: Credential, fresh: Credential
    ) -> "Keyslots":
        """``fresh`` takes the place of what ``person`` had of its kind; the other kind stays."""
        wrapped = self._unwrap(person, own)
        record = self._get(person)
        kept = [s for s in record.slots if isinstance(s, PasswordSlot) != isinstance(fresh, Secret)]
        slot = self._slot(keys, record.name, wrapped.identity, fresh)
        return self._next(
            keys, people=self._put(msgspec.structs.replace(record, slots=[*kept, slot]))
        )

    def with_clearance(self, keys: Keys, person: str, clearance: Level) -> "Keyslots":
        """``person`` is granted every level up to ``clearance`` and no other, from now on.

        What was granted before may have been copied, so levels they lose are stale now. Raises
        ``Problem("CLEARANCE_LOW", level=…)`` when ``keys`` do not reach that far.
        """
        _require(keys, clearance)
        record = self._get(person)
        grant = grants.grant(record.recipient, grants.within(keys.rings, clearance))
        changed = msgspec.structs.replace(record, clearance=clearance, grants=[grant])
        lost = [each for each in Level if record.clearance.covers(each)]
        stale = self._stale_and(each for each in lost if not clearance.covers(each))
        return self._next(keys, people=self._put(changed), stale=stale)

    def without(self, keys: Keys, person: str) -> "Keyslots":
        """``person`` opens nothing here; their recovery pairs end, their levels are stale.

        Raises ``Problem("PERSON_UNKNOWN")``, and ``PERSON_LAST`` when nobody would be left.
        """
        record = self._get(person)
        others = [each for each in self._content.people if each.name != record.name]
        if not others:
            raise Problem("PERSON_LAST")
        stale = self._stale_and(each for each in Level if record.clearance.covers(each))
        recovery = self._unpaired(record.name)
        return self._next(keys, people=others, recovery=recovery, stale=stale)

    def with_recovery(self, keys: Keys, administrators: Collection[str]) -> "Keyslots":
        """Any two of ``administrators`` can open the home together, with all of ``keys``.

        Raises ``Problem("RECOVERY_PAIR")`` for fewer than two, and ``PERSON_UNKNOWN``.
        """
        if len(set(administrators)) < 2:
            raise Problem("RECOVERY_PAIR")
        identity = pyrage.x25519.Identity.generate()
        recipient = str(identity.to_public())
        pairs = []
        for one, other in combinations(
            [self._get(each) for each in sorted(set(administrators))], 2
        ):
            inner = grants.encrypted(str(identity).encode(), other.recipient)
            pairs.append(Pair(one.name, other.name, grants.encrypted(inner, one.recipient)))
        reach = max(keys.levels, key=lambda level: level.rank)
        granted = [grants.grant(recipient, keys.rings)]
        return self._next(keys, recovery=Recovery(recipient, reach, granted, pairs))

    def rotated(self, keys: Keys, levels: Iterable[Level]) -> tuple["Keyslots", Keys]:
        """New keys for the station, the door and ``levels``; everybody who had the old has them.

        Levels that ``keys`` do not reach are remembered as stale, for the next who does.
        """
        wanted = set(levels)
        fresh = {each.value: grants.fresh() for each in wanted & keys.levels}
        fresh[STATION] = grants.fresh()
        door = pyrage.x25519.Identity.generate()
        fresh[DOOR] = Secret(str(door))
        more = {name: (key,) for name, key in fresh.items()}
        rings = {name: (*ring, *more.get(name, ())) for name, ring in keys.rings.items()}
        following = Keys(keys.home, rings)
        recovery = self._content.recovery
        link = grants.link(keys.ring(STATION)[-1], fresh[STATION])
        stale = [each for each in self._stale_and(wanted) if each not in keys.levels]
        changed = self._next(
            following,
            people=[_extended(each, more) for each in self._content.people],
            recovery=recovery and _extended(recovery, more),
            door=str(door.to_public()),
            links=[*self._content.links, link],
            stale=stale,
        )
        return changed, following

    # parts

    def _placed(
        self, keys: Keys, person: str, credential: Credential, clearance: Level
    ) -> "Keyslots":
        record = self._person(keys, person, credential, clearance)
        known = self.has(person)
        recovery = self._unpaired(record.name) if known else self._content.recovery
        return self._next(keys, people=self._put(record), recovery=recovery)

    def _person(self, keys: Keys, person: str, credential: Credential, clearance: Level) -> Person:
        identity = pyrage.x25519.Identity.generate()
        name, recipient = self.name(person), str(identity.to_public())
        slot = self._slot(keys, name, str(identity), credential)
        return Person(
            name,
            recipient,
            clearance,
            [grants.grant(recipient, grants.within(keys.rings, clearance))],
            [slot],
        )

    def _slot(self, keys: Keys, name: bytes, identity: str, credential: Credential) -> Slot:
        secret = msgspec.msgpack.encode(Wrapped(identity, grants.witness(keys.ring(STATION)[-1])))
        return slots.make(credential, secret, self.home + name, self._salt, self._cost)

    def _put(self, record: Person) -> list[Person]:
        return [*(each for each in self._content.people if each.name != record.name), record]

    def _stale_and(self, more: Iterable[Level]) -> list[Level]:
        stale = {*self._content.stale, *more}
        return [level for level in Level if level in stale]

    def _unpaired(self, name: bytes) -> Recovery | None:
        """Recovery without the pairs of somebody who left or has a new key pair."""
        recovery = self._content.recovery
        if recovery is None:
            return None
        pairs = [pair for pair in recovery.pairs if name not in (pair.first, pair.second)]
        return msgspec.structs.replace(recovery, pairs=pairs) if pairs else None

    def _next(self, keys: Keys, **changes: object) -> "Keyslots":
        changes |= {"generation": self.generation + 1, "mac": b""}
        content = msgspec.structs.replace(self._content, **changes)
        return Keyslots(msgspec.structs.replace(content, mac=slotfile.mac(keys, content)))


def _require(keys: Keys, clearance: Level) -> None:
    if clearance not in keys.levels:
        raise Problem("CLEARANCE_LOW", level=clearance.value)


def _extended(holder: _Holder, more: Mapping[str, tuple[Secret, ...]]) -> _Holder:
    """``holder`` with one grant more, of what their clearance allows."""
    grant = grants.grant(holder.recipient, grants.within(more, holder.clearance))
    return msgspec.structs.replace(holder, grants=[*holder.grants, grant])
