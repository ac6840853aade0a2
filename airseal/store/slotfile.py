"""The keyslot file: header ‖ MessagePack (:class:`Content`) ‖ SHA-256 of both.

A record tells nothing about whose it is except to someone who guesses the person's id: its name
is an HMAC of the id under a salt of this file. The checksum tells damage from a wrong password
before there is a key; the MAC under the station key stops anyone without it from changing the
file.
"""

import hashlib
from pathlib import Path

import msgspec

from airseal.model.level import Level
from airseal.model.problem import Problem
from airseal.store import durable, framing, slots
from airseal.store.cipher import Keys
from airseal.store.slots import Slot

NAME = "keyslots"
_STAGE = "keyslots"
_MAX_FILE = 1 << 20
_CHECKSUM_LENGTH = 32


class Person(msgspec.Struct, frozen=True, array_like=True):
    """One person: the public key their grants are encrypted to, and the slots of its other half."""

    name: bytes
    recipient: str
    clearance: Level
    grants: list[bytes]
    slots: list[Slot]


class Pair(msgspec.Struct, frozen=True, array_like=True):
    """The recovery identity, encrypted to the second administrator and that to the first."""

    first: bytes
    second: bytes
    sealed: bytes


class Recovery(msgspec.Struct, frozen=True, array_like=True):
    """Grants that two administrators open together; one pair is enough."""

    recipient: str
    clearance: Level
    grants: list[bytes]
    pairs: list[Pair]


class Content(msgspec.Struct, frozen=True, array_like=True):
    """The whole file. ``stale`` are levels whose rotation waits for somebody who has them."""

    home: bytes
    demo: bool
    generation: int
    salt: bytes
    door: str
    links: list[bytes]
    people: list[Person]
    recovery: Recovery | None
    stale: list[Level]
    mac: bytes


class Wrapped(msgspec.Struct, frozen=True, array_like=True):
    """What a slot gives: the person's age identity, and the witness of the station key."""

    identity: str
    witness: bytes


def load(home: Path) -> Content:
    """What is in the file.

    Raises ``Problem("KEYSLOTS_DAMAGED")``, ``HOME_NEWER`` and ``STORE_READ_FAILED``.
    """
    data = _read(home)
    body = framing.body(data, framing.KEYSLOTS)
    if body is None or checksum(data[:-_CHECKSUM_LENGTH]) != data[-_CHECKSUM_LENGTH:]:
        raise Problem("KEYSLOTS_DAMAGED")
    try:
        content = msgspec.msgpack.decode(body[:-_CHECKSUM_LENGTH], type=Content)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise Problem("KEYSLOTS_DAMAGED") from None
    sound = all(slots.is_sound(slot) for person in content.people for slot in person.slots)
    if not content.people or not sound:
        raise Problem("KEYSLOTS_DAMAGED")
    return content


def format_of(home: Path) -> int:
    """The format of the home (BK-04); raises as :func:`load`."""
    version = framing.version_of(_read(home), framing.KEYSLOTS)
    if version is None or version < framing.OLDEST:
        raise Problem("KEYSLOTS_DAMAGED")
    return version


def _read(home: Path) -> bytes:
    with durable.reading(_STAGE):
        return durable.read_small(home / NAME, _MAX_FILE)


def save(home: Path, content: Content) -> None:
    """Replace the file durably; raises ``OSError``."""
    data = framing.header(framing.KEYSLOTS) + msgspec.msgpack.encode(content)
    durable.replace(home / NAME, data + checksum(data))


def mac(keys: Keys, content: Content) -> bytes:
    """What only a holder of the newest station key can say of ``content``."""
    bare = msgspec.structs.replace(content, mac=b"")
    return keys.tag("keyslots", msgspec.msgpack.encode(bare))


def checksum(data: bytes) -> bytes:
    """Tells damage, not tampering."""
    return hashlib.sha256(data).digest()
