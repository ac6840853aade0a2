"""What a keyslot file says, and how it opens: nothing here makes the next generation."""

import hashlib
import hmac
import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import msgspec

from airseal.model.level import Level
from airseal.model.problem import Problem
from airseal.store import grants, slotfile, slots
from airseal.store.cipher import STATION, Keys, Tampered
from airseal.store.slotfile import Content, Person, Wrapped
from airseal.store.slots import Credential, PasswordSlot


@dataclass(frozen=True, slots=True)
class SlotsHeld:
    """The file as it stands in one generation."""

    _content: Content

    @property
    def generation(self) -> int:
        """Counts the changes; the desk holds the same number, so an older file is noticed."""
        return self._content.generation

    @property
    def demo(self) -> bool:
        """Whether the home was created as a demonstration, with a worthless KDF cost."""
        return self._content.demo

    @property
    def home(self) -> bytes:
        """The home's id."""
        return self._content.home

    @property
    def door(self) -> str:
        """The public key (age recipient) the door log is encrypted to."""
        return self._content.door

    @property
    def recoverable(self) -> bool:
        """Whether two administrators together could open the home."""
        return self._content.recovery is not None

    def name(self, person: str) -> bytes:
        """What ``person`` is called in files that anybody can read."""
        raw = person.encode(errors="replace")
        return hmac.digest(self._content.salt, raw, hashlib.sha256)

    def has(self, person: str) -> bool:
        """Whether ``person`` can open the home."""
        return self._find(person) is not None

    def clearance(self, person: str) -> Level:
        """How far ``person`` is cleared; raises ``Problem("PERSON_UNKNOWN")``."""
        return self._get(person).clearance

    def has_token(self, person: str) -> bool:
        """Whether ``person`` can open the home with a token; raises ``PERSON_UNKNOWN``."""
        return any(not isinstance(slot, PasswordSlot) for slot in self._get(person).slots)

    def fitting_key(self, person: str, public_keys: Collection[bytes]) -> bytes | None:
        """Which of these tokens' keys (DER) opens the home for ``person``; None for none."""
        record = self._find(person)
        salt = self._content.salt
        return next(
            (
                key
                for key in public_keys
                for slot in (record.slots if record else ())
                if slots.is_for_key(slot, key, salt)
            ),
            None,
        )

    def is_outdated(self, person: str) -> bool:
        """Whether the password slot of ``person`` costs less than a slot made today."""
        return any(
            isinstance(slot, PasswordSlot) and slot.cost.work < self._cost.work
            for slot in self._get(person).slots
        )

    def stale(self, keys: Keys) -> frozenset[Level]:
        """Levels whose rotation was put off and can be done now, by a holder of them."""
        return frozenset(self._content.stale) & keys.levels

    # opening

    def unlock(self, person: str, credential: Credential) -> Keys:
        """The keys granted to ``person``, if ``credential`` is theirs.

        Raises ``Problem("LOGIN_REFUSED")``, alike and after the same work for an unknown
        person and a wrong password; ``Problem("KEYSLOTS_DAMAGED")`` when somebody without the
        station key changed the file; and what the token raises.
        """
        wrapped = self._unwrap(person, credential)
        record = self._get(person)
        keys = self._granted(record.grants, wrapped.identity)
        self._believe(keys, wrapped.witness)
        return keys

    def recover(self, first: tuple[str, Credential], second: tuple[str, Credential]) -> Keys:
        """All keys, for two administrators together.

        Raises what :meth:`unlock` raises for either, and ``Problem("RECOVERY_MISSING")`` when
        no recovery was arranged for these two.
        """
        held = dict([first, second])
        for each in held.items():
            self.unlock(*each)
        recovery = self._content.recovery
        names = {self.name(person): person for person in held}
        pair = next(
            (p for p in (recovery.pairs if recovery else ()) if {p.first, p.second} == set(names)),
            None,
        )
        if recovery is None or pair is None or len(held) < 2:
            raise Problem("RECOVERY_MISSING")
        sealed = pair.sealed
        for name in (pair.first, pair.second):
            person = names[name]
            sealed = grants.decrypted(sealed, self._unwrap(person, held[person]).identity)
        return self._granted(recovery.grants, sealed.decode())

    def prove(self, keys: Keys) -> None:
        """Raise ``Problem("KEYSLOTS_DAMAGED")`` unless somebody with ``keys`` wrote the file."""
        if not self.is_by(keys):
            raise Problem("KEYSLOTS_DAMAGED")

    def as_of(self, keys: Keys) -> Keys:
        """``keys`` of today as they were when this file was written, before later rotations."""
        station = keys.ring(STATION)[: len(self._content.links) + 1]
        return Keys(keys.home, {**keys.rings, STATION: tuple(station)})

    def is_by(self, keys: Keys) -> bool:
        """Whether somebody with ``keys`` wrote the file."""
        same_home = self._content.home == keys.home
        return same_home and hmac.compare_digest(
            self._content.mac, slotfile.mac(keys, self._content)
        )

    @property
    def _cost(self) -> slots.Cost:
        return slots.DEMO if self.demo else slots.FORMAL

    def _find(self, person: str) -> Person | None:
        name = self.name(person)
        return next((each for each in self._content.people if each.name == name), None)

    def _get(self, person: str) -> Person:
        found = self._find(person)
        if found is None:
            raise Problem("PERSON_UNKNOWN", person=person)
        return found

    def _unwrap(self, person: str, credential: Credential) -> Wrapped:
        name = self.name(person)
        record = self._find(person)
        own = [s for s in (record.slots if record else ()) if slots.fits(s, credential, self._salt)]
        slot = own[0] if own else self._decoy(name)
        try:
            raw = slots.opened(slot, credential, self.home + name)
        except Tampered:
            raise Problem("LOGIN_REFUSED") from None
        return msgspec.msgpack.decode(raw, type=Wrapped)

    @property
    def _salt(self) -> bytes:
        return self._content.salt

    def _decoy(self, name: bytes) -> PasswordSlot:
        """A slot that nothing opens, at the cost of a slot that exists."""
        every = [s for each in self._content.people for s in each.slots]
        passwords = [s for s in every if isinstance(s, PasswordSlot)]
        cost = passwords[name[0] % len(passwords)].cost if passwords else self._cost
        return PasswordSlot(name[: slots.SALT_LENGTH], cost, os.urandom(256))

    def _granted(self, held: Sequence[bytes], identity: str) -> Keys:
        keys = grants.collected(self.home, held, identity)
        self.prove(keys)
        return keys

    def _believe(self, keys: Keys, witness: bytes) -> None:
        """Raise unless the station's keys continue the one the slot's maker knew."""
        if not grants.continues(keys.ring(STATION), self._content.links, witness):
            raise Problem("KEYSLOTS_DAMAGED")
