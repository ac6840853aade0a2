"""The home's keys and the one way small things are encrypted: AES-256-GCM.

Keys come in rings, one for the station and one for each level (密级): a ring holds every
epoch of its key, oldest first. What is written is written with the newest; what was written
before a rotation stays readable.
"""

import hashlib
import hmac
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from airseal.model.level import Level
from airseal.model.problem import Problem
from airseal.model.secret import Secret

KEY_LENGTH = 32
NONCE_LENGTH = 12
OVERHEAD = NONCE_LENGTH + 16
"""How many bytes longer than its plaintext a ciphertext is."""

STATION: Final = "station"
"""The ring everybody at this station holds."""

DOOR: Final = "door"
"""The ring of age identities that read the door log."""


class Tampered(Exception):
    """A ciphertext is not one that was made with this key and this associated data."""


class Cipher(Protocol):
    """An AEAD as ``cryptography`` spells it: an AESGCM, or a whole ring of them."""

    def encrypt(self, nonce: bytes, data: bytes, associated: bytes, /) -> bytes:
        """Ciphertext ‖ tag."""

    def decrypt(self, nonce: bytes, data: bytes, associated: bytes, /) -> bytes:
        """The plaintext; raises ``InvalidTag``."""


@dataclass(frozen=True, slots=True)
class Ring:
    """One purpose's ciphers, newest first: encrypts with the newest, decrypts with any."""

    ciphers: tuple[AESGCM, ...] = field(repr=False)

    @property
    def newest(self) -> AESGCM:
        """The one that encrypts."""
        return self.ciphers[0]

    def encrypt(self, nonce: bytes, data: bytes, associated: bytes, /) -> bytes:
        """See :class:`Cipher`."""
        return self.newest.encrypt(nonce, data, associated)

    def decrypt(self, nonce: bytes, data: bytes, associated: bytes, /) -> bytes:
        """See :class:`Cipher`."""
        for cipher in self.ciphers[:-1]:
            try:
                return cipher.decrypt(nonce, data, associated)
            except InvalidTag:
                continue
        return self.ciphers[-1].decrypt(nonce, data, associated)


@dataclass(frozen=True, slots=True)
class Keys:
    """An unlocked home: its id, and the rings its holder is cleared for, oldest key first."""

    home: bytes
    rings: Mapping[str, tuple[Secret, ...]] = field(repr=False)

    @property
    def levels(self) -> frozenset[Level]:
        """The levels whose documents and statements these keys open."""
        return frozenset(level for level in Level if level in self.rings)

    def ring(self, name: str) -> Sequence[Secret]:
        """The keys of one ring, oldest first; empty when the holder is not cleared for it."""
        return self.rings.get(name, ())

    def lasting(self, purpose: str) -> bytes:
        """A key for ``purpose`` that no rotation changes: names must stay findable."""
        return self._derive(self.rings[STATION][0], purpose)

    def cipher(self, purpose: str, level: Level | None = None) -> Ring:
        """The ciphers for ``purpose``: of the station, or of one level.

        Raises ``Problem("CLEARANCE_LOW", level=…)`` when these keys do not reach the level.
        """
        ring = self.ring(STATION if level is None else level)
        if not ring:
            raise Problem("CLEARANCE_LOW", level=str(level))
        return Ring(tuple(AESGCM(self._derive(key, purpose)) for key in reversed(ring)))

    def tag(self, purpose: str, data: bytes) -> bytes:
        """HMAC-SHA-256 of ``data`` under the station's newest key for ``purpose``."""
        return self.tags(purpose, data)[0]

    def tags(self, purpose: str, data: bytes) -> list[bytes]:
        """The same under each of the station's keys, newest first."""
        ring = reversed(self.rings[STATION])
        return [hmac.digest(self._derive(key, purpose), data, hashlib.sha256) for key in ring]

    def wipe(self) -> None:
        """Overwrite what this object holds; libraries may keep copies of their own."""
        for ring in self.rings.values():
            for key in ring:
                key.wipe()

    def _derive(self, key: Secret, purpose: str) -> bytes:
        """HKDF-Expand (RFC 5869), bound to this home."""
        info = b"airseal/1/" + purpose.encode() + b"/" + self.home
        return HKDFExpand(SHA256(), KEY_LENGTH, info).derive(key.reveal())


def encrypt(cipher: Cipher, data: bytes, associated: bytes) -> bytes:
    """Nonce (96 random bits) ‖ ciphertext ‖ tag."""
    nonce = os.urandom(NONCE_LENGTH)
    return nonce + cipher.encrypt(nonce, data, associated)


def decrypt(cipher: Cipher, data: bytes, associated: bytes) -> bytes:
    """The inverse of :func:`encrypt`; raises :class:`Tampered`."""
    if len(data) < OVERHEAD:
        raise Tampered
    try:
        return cipher.decrypt(data[:NONCE_LENGTH], data[NONCE_LENGTH:], associated)
    except InvalidTag:
        raise Tampered from None
