"""The home's keys and the one way small things are encrypted: AES-256-GCM."""

import hashlib
import hmac
import os
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

KEY_LENGTH = 32
NONCE_LENGTH = 12
OVERHEAD = NONCE_LENGTH + 16
"""How many bytes longer than its plaintext a ciphertext is."""


class Tampered(Exception):
    """A ciphertext is not one that was made with this key and this associated data."""


@dataclass(frozen=True, slots=True)
class Keys:
    """An unlocked home: its id, and the station key from which all other keys come."""

    home: bytes
    station: bytes = field(repr=False)

    def derive(self, purpose: str) -> bytes:
        """The key for one purpose: HKDF-Expand (RFC 5869), bound to this home."""
        info = b"airseal/1/" + purpose.encode() + b"/" + self.home
        return HKDFExpand(SHA256(), KEY_LENGTH, info).derive(self.station)

    def cipher(self, purpose: str) -> AESGCM:
        """The cipher with the key for ``purpose``."""
        return AESGCM(self.derive(purpose))

    def tag(self, purpose: str, data: bytes) -> bytes:
        """HMAC-SHA-256 of ``data`` under the key for ``purpose``."""
        return hmac.digest(self.derive(purpose), data, hashlib.sha256)


def encrypt(cipher: AESGCM, data: bytes, associated: bytes) -> bytes:
    """Nonce (96 random bits) ‖ ciphertext ‖ tag."""
    nonce = os.urandom(NONCE_LENGTH)
    return nonce + cipher.encrypt(nonce, data, associated)


def decrypt(cipher: AESGCM, data: bytes, associated: bytes) -> bytes:
    """The inverse of :func:`encrypt`; raises :class:`Tampered`."""
    if len(data) < OVERHEAD:
        raise Tampered
    try:
        return cipher.decrypt(data[:NONCE_LENGTH], data[NONCE_LENGTH:], associated)
    except InvalidTag:
        raise Tampered from None
