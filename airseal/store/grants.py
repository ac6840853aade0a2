"""Granting keys: what somebody may have, encrypted to their age key (X25519).

Anybody can encrypt to a public key, so a grant proves nothing by itself. Each slot therefore
holds a witness of the station key its maker knew, and each rotation leaves a link from the old
station key to the new: a grant is believed only if it continues what the slot saw.
"""

import hashlib
import hmac
import os
from collections.abc import Mapping, Sequence
from itertools import pairwise

import msgspec
import pyrage

from airseal.model.level import Level
from airseal.model.problem import Problem
from airseal.model.secret import Secret
from airseal.store.cipher import DOOR, KEY_LENGTH, STATION, Keys, Tampered


def fresh() -> Secret:
    """A new key."""
    return Secret(os.urandom(KEY_LENGTH))


def within(
    rings: Mapping[str, tuple[Secret, ...]], clearance: Level
) -> dict[str, tuple[Secret, ...]]:
    """The rings that somebody of ``clearance`` may have."""
    allowed = {STATION, DOOR, *(level.value for level in Level if clearance.covers(level))}
    return {name: ring for name, ring in rings.items() if name in allowed}


def grant(recipient: str, rings: Mapping[str, tuple[Secret, ...]]) -> bytes:
    """``rings`` for the holder of ``recipient``'s private half."""
    raw = {name: [key.reveal() for key in ring] for name, ring in rings.items()}
    return encrypted(msgspec.msgpack.encode(raw), recipient)


def collected(home: bytes, grants: Sequence[bytes], identity: str) -> Keys:
    """What several grants give together, oldest first; raises ``KEYSLOTS_DAMAGED``."""
    rings: dict[str, tuple[Secret, ...]] = {}
    try:
        for each in grants:
            raw = msgspec.msgpack.decode(decrypted(each, identity), type=dict[str, list[bytes]])
            for name, keys in raw.items():
                rings[name] = rings.get(name, ()) + tuple(Secret(key) for key in keys)
    except (Tampered, msgspec.MsgspecError, UnicodeDecodeError):
        raise Problem("KEYSLOTS_DAMAGED") from None
    if not rings.get(STATION) or not rings.get(DOOR):
        raise Problem("KEYSLOTS_DAMAGED")
    return Keys(home, rings)


def encrypted(data: bytes, recipient: str) -> bytes:
    """``data`` as an age file."""
    return bytes(pyrage.encrypt(data, [pyrage.x25519.Recipient.from_str(recipient)]))


def decrypted(data: bytes, identity: str) -> bytes:
    """The inverse of :func:`encrypted`; raises ``Tampered``."""
    try:
        return bytes(pyrage.decrypt(data, [pyrage.x25519.Identity.from_str(identity)]))
    except (pyrage.DecryptError, pyrage.IdentityError):
        raise Tampered from None


def witness(station: Secret) -> bytes:
    """What a slot remembers of the station key its maker knew."""
    return hashlib.sha256(b"airseal-witness" + station.reveal()).digest()


def link(old: Secret, new: Secret) -> bytes:
    """What only a holder of the ``old`` station key can say of the ``new`` one."""
    return hmac.digest(old.reveal(), b"airseal-link" + new.reveal(), hashlib.sha256)


def continues(ring: Sequence[Secret], links: Sequence[bytes], seen: bytes) -> bool:
    """Whether the station's ``ring`` goes on, link by link, from the key that ``seen`` is of."""
    start = next((at for at, key in enumerate(ring) if witness(key) == seen), None)
    if start is None or len(links) != len(ring) - 1:
        return False
    steps = list(zip(pairwise(ring), links, strict=True))[start:]
    return all(hmac.compare_digest(link(old, new), said) for (old, new), said in steps)
