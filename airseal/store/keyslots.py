"""Who can open the home: per person one slot that wraps the station key.

The file is header ‖ MessagePack (:class:`_Content`) ‖ SHA-256 of both. A slot tells nothing
about whose it is except to someone who guesses the person's id: its name is an HMAC of the id
under a salt of this file. Slots are a tagged union and the wrapped grant is a map of keys, so
that token (RSA-OAEP) and recovery slots and keys per level can be added.

The checksum tells damage from a wrong password before there is a key; the MAC under the
station key stops anyone without that key from adding, removing or weakening slots.
"""

import hashlib
import hmac
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from airseal.model.problem import Problem
from airseal.model.secret import Secret
from airseal.store import cipher, durable, framing
from airseal.store.cipher import Keys, Tampered

NAME = "keyslots"
_STAGE = "keyslots"
_STATION = "station"

_MAX_FILE = 1 << 20
_CHECKSUM_LENGTH = 32
_SALT_LENGTH = 16
_HOME_LENGTH = 16


class _Cost(msgspec.Struct, frozen=True, array_like=True):
    """Argon2id parameters (RFC 9106): memory in KiB, passes, lanes."""

    memory: int
    passes: int
    lanes: int


_FORMAL = _Cost(memory=64 * 1024, passes=3, lanes=4)
"""RFC 9106, second recommended option: 64 MiB."""

_DEMO = _Cost(memory=8, passes=1, lanes=1)
"""The least Argon2id allows. It protects nothing; demonstration homes only."""

_LIMIT = _Cost(memory=1024 * 1024, passes=16, lanes=16)
"""What a file may ask of this machine: at most 1 GiB."""


class _PasswordSlot(msgspec.Struct, frozen=True, array_like=True, tag="password"):
    name: bytes
    salt: bytes
    cost: _Cost
    wrapped: bytes


class _Content(msgspec.Struct, frozen=True, array_like=True):
    home: bytes
    demo: bool
    generation: int
    salt: bytes
    slots: list[_PasswordSlot]
    mac: bytes


@dataclass(frozen=True, slots=True)
class Keyslots:
    """The slots as they stand in one generation of the file; never changed, only replaced."""

    _content: _Content

    @classmethod
    def new(cls, people: Mapping[str, Secret], *, demo: bool) -> tuple["Keyslots", Keys]:
        """A new home's id, its station key and a slot for each of ``people``."""
        keys = Keys(home=os.urandom(_HOME_LENGTH), station=os.urandom(cipher.KEY_LENGTH))
        content = _Content(keys.home, demo, 0, os.urandom(_SALT_LENGTH), [], b"")
        slots = cls(content)
        return slots._with(keys, [slots._slot(keys, *each) for each in people.items()]), keys

    @classmethod
    def load(cls, home: Path) -> "Keyslots":
        """The slots in the file.

        Raises ``Problem("KEYSLOTS_DAMAGED")``, ``HOME_NEWER`` and ``STORE_READ_FAILED``.
        """
        with durable.reading(_STAGE):
            data = durable.read_small(home / NAME, _MAX_FILE)
        body = framing.body(data, framing.KEYSLOTS)
        if body is None or _checksum(data[:-_CHECKSUM_LENGTH]) != data[-_CHECKSUM_LENGTH:]:
            raise Problem("KEYSLOTS_DAMAGED")
        try:
            content = msgspec.msgpack.decode(body[:-_CHECKSUM_LENGTH], type=_Content)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            raise Problem("KEYSLOTS_DAMAGED") from None
        if not content.slots or not all(_is_affordable(slot) for slot in content.slots):
            raise Problem("KEYSLOTS_DAMAGED")
        return cls(content)

    def save(self, home: Path) -> None:
        """Replace the file durably; raises ``OSError``."""
        data = framing.header(framing.KEYSLOTS) + msgspec.msgpack.encode(self._content)
        durable.replace(home / NAME, data + _checksum(data))

    @property
    def generation(self) -> int:
        """Counts the changes; the desk holds the same number, so an older file is noticed."""
        return self._content.generation

    @property
    def demo(self) -> bool:
        """Whether the home was created as a demonstration, with a worthless KDF cost."""
        return self._content.demo

    def unlock(self, person: str, password: Secret) -> Keys:
        """The keys, if ``password`` is that of ``person``.

        Raises ``Problem("LOGIN_REFUSED")``, alike and after the same work for an unknown
        person and a wrong password, and ``Problem("KEYSLOTS_DAMAGED")`` when somebody
        without the station key changed the file.
        """
        name = self._name(person)
        own = next((slot for slot in self._content.slots if slot.name == name), None)
        slot = own or self._decoy(name)
        try:
            grant = cipher.decrypt(
                _key_of(slot, password), slot.wrapped, _bound(self._content.home, slot)
            )
        except Tampered:
            raise Problem("LOGIN_REFUSED") from None
        station = msgspec.msgpack.decode(grant, type=dict[str, bytes])[_STATION]
        keys = Keys(self._content.home, station)
        self.prove(keys)
        return keys

    def prove(self, keys: Keys) -> None:
        """Raise ``Problem("KEYSLOTS_DAMAGED")`` unless somebody with ``keys`` wrote the file."""
        same_home = self._content.home == keys.home
        if not same_home or not hmac.compare_digest(self._content.mac, _mac(keys, self._content)):
            raise Problem("KEYSLOTS_DAMAGED")

    def has(self, person: str) -> bool:
        """Whether ``person`` has a slot."""
        return any(slot.name == self._name(person) for slot in self._content.slots)

    def with_person(self, keys: Keys, person: str, password: Secret) -> "Keyslots":
        """The next generation, where ``person`` opens the home with ``password`` only."""
        others = [slot for slot in self._content.slots if slot.name != self._name(person)]
        return self._with(keys, [*others, self._slot(keys, person, password)])

    def without(self, keys: Keys, person: str) -> "Keyslots":
        """The next generation, without ``person``.

        Raises ``Problem("PERSON_LAST")`` when nobody would be left to open the home.
        """
        others = [slot for slot in self._content.slots if slot.name != self._name(person)]
        if not others:
            raise Problem("PERSON_LAST")
        return self._with(keys, others)

    def _with(self, keys: Keys, slots: list[_PasswordSlot]) -> "Keyslots":
        content = msgspec.structs.replace(
            self._content, slots=slots, generation=self.generation + 1, mac=b""
        )
        return Keyslots(msgspec.structs.replace(content, mac=_mac(keys, content)))

    def _slot(self, keys: Keys, person: str, password: Secret) -> _PasswordSlot:
        cost = _DEMO if self.demo else _FORMAL
        empty = _PasswordSlot(self._name(person), os.urandom(_SALT_LENGTH), cost, b"")
        grant = msgspec.msgpack.encode({_STATION: keys.station})
        wrapped = cipher.encrypt(_key_of(empty, password), grant, _bound(keys.home, empty))
        return msgspec.structs.replace(empty, wrapped=wrapped)

    def _name(self, person: str) -> bytes:
        return hmac.digest(self._content.salt, person.encode(errors="replace"), hashlib.sha256)

    def _decoy(self, name: bytes) -> _PasswordSlot:
        """A slot that nothing opens, at the cost of a slot that exists."""
        like = self._content.slots[name[0] % len(self._content.slots)]
        return msgspec.structs.replace(like, name=name, wrapped=os.urandom(len(like.wrapped)))


def _key_of(slot: _PasswordSlot, password: Secret) -> AESGCM:
    kdf = Argon2id(
        salt=slot.salt,
        length=cipher.KEY_LENGTH,
        iterations=slot.cost.passes,
        lanes=slot.cost.lanes,
        memory_cost=slot.cost.memory,
    )
    return AESGCM(kdf.derive(password.reveal()))


def _bound(home: bytes, slot: _PasswordSlot) -> bytes:
    """What a wrapped grant is bound to: home, person and cost."""
    return home + slot.name + msgspec.msgpack.encode(slot.cost)


def _mac(keys: Keys, content: _Content) -> bytes:
    bare = msgspec.structs.replace(content, mac=b"")
    return keys.tag("keyslots", msgspec.msgpack.encode(bare))


def _checksum(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def _is_affordable(slot: _PasswordSlot) -> bool:
    cost = slot.cost
    return (
        len(slot.salt) == _SALT_LENGTH
        and 1 <= cost.lanes <= _LIMIT.lanes
        and 1 <= cost.passes <= _LIMIT.passes
        and 8 * cost.lanes <= cost.memory <= _LIMIT.memory
    )
