"""The two kinds of keyslot: a password (Argon2id, RFC 9106) and a token (RSA-OAEP, RFC 8017).

A slot wraps one small secret of one person. Password and token both end in one AES-256-GCM
key, bound to home, person and the slot's own parameters.
"""

import hashlib
import hmac
import os
from typing import Literal, Protocol, TypeAlias

import msgspec
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.serialization import load_der_public_key

from airseal.model.problem import Problem
from airseal.model.secret import Secret
from airseal.store import cipher
from airseal.store.cipher import Tampered

SALT_LENGTH = 16

OaepDigest = Literal["sha256", "sha1"]
"""The digest of RSA-OAEP and of its mask; SHA-1 only where a token can do no better."""


class TokenKey(Protocol):
    """A decryption key in a token somebody is logged in to."""

    @property
    def public_key(self) -> bytes:
        """Its DER SubjectPublicKeyInfo (RSA)."""

    def oaep_digest(self) -> OaepDigest:
        """The best digest this token can do."""

    def decrypt(self, ciphertext: bytes, digest: OaepDigest) -> bytes:
        """RSA-OAEP decryption inside the token; raises ``Problem``."""


Credential: TypeAlias = Secret | TokenKey
"""What a person opens the home with: a password, or a token they are logged in to."""


class Cost(msgspec.Struct, frozen=True, array_like=True):
    """Argon2id parameters (RFC 9106): memory in KiB, passes, lanes."""

    memory: int
    passes: int
    lanes: int

    @property
    def work(self) -> int:
        """What an attacker pays for one guess, in KiB filled."""
        return self.memory * self.passes


FORMAL = Cost(memory=64 * 1024, passes=3, lanes=4)
"""RFC 9106, second recommended option: 64 MiB. Slots made at less are raised at login."""

DEMO = Cost(memory=8, passes=1, lanes=1)
"""The least Argon2id allows. It protects nothing; demonstration homes only."""

_LIMIT = Cost(memory=1024 * 1024, passes=16, lanes=16)
"""What a file may ask of this machine: at most 1 GiB."""


class PasswordSlot(msgspec.Struct, frozen=True, array_like=True, tag="password"):
    """Wrapped under a password; the cost is recorded, so that it can be raised."""

    salt: bytes
    cost: Cost
    wrapped: bytes


class TokenSlot(msgspec.Struct, frozen=True, array_like=True, tag="token"):
    """Wrapped under a random key that only the token can decrypt.

    ``key`` is an HMAC of the public key, so that the file does not tell whose token it is.
    """

    key: bytes
    digest: OaepDigest
    sealed: bytes
    wrapped: bytes


Slot: TypeAlias = PasswordSlot | TokenSlot


def make(credential: Credential, secret: bytes, bound: bytes, salt: bytes, cost: Cost) -> Slot:
    """A slot that gives ``secret`` to the holder of ``credential``.

    ``bound`` is what it belongs to, ``salt`` the file's. Raises ``Problem("TOKEN_KEY_KIND")``
    when the token's key is no RSA key of at least 2048 bits.
    """
    if isinstance(credential, Secret):
        empty = PasswordSlot(os.urandom(SALT_LENGTH), cost, b"")
        wrapped = cipher.encrypt(_stretched(empty, credential), secret, _place(bound, empty))
        return msgspec.structs.replace(empty, wrapped=wrapped)
    key, digest = os.urandom(cipher.KEY_LENGTH), credential.oaep_digest()
    public = _rsa(credential.public_key)
    blank = TokenSlot(
        _key_name(salt, credential.public_key), digest, public.encrypt(key, _oaep(digest)), b""
    )
    wrapped = cipher.encrypt(AESGCM(key), secret, _place(bound, blank))
    return msgspec.structs.replace(blank, wrapped=wrapped)


def opened(slot: Slot, credential: Credential, bound: bytes) -> bytes:
    """The secret; raises :class:`Tampered` when the credential is not the slot's."""
    match slot:
        case PasswordSlot() if isinstance(credential, Secret):
            key = _stretched(slot, credential)
        case TokenSlot() if not isinstance(credential, Secret):
            raw = credential.decrypt(slot.sealed, slot.digest)
            if len(raw) != cipher.KEY_LENGTH:
                raise Tampered
            key = AESGCM(raw)
        case _:
            raise Tampered
    return cipher.decrypt(key, slot.wrapped, _place(bound, slot))


def fits(slot: Slot, credential: Credential, salt: bytes) -> bool:
    """Whether ``credential`` is of the slot's kind, and for a token, whether it is its token."""
    match slot:
        case PasswordSlot():
            return isinstance(credential, Secret)
        case TokenSlot():
            return not isinstance(credential, Secret) and is_for_key(
                slot, credential.public_key, salt
            )


def is_for_key(slot: Slot, public_key: bytes, salt: bytes) -> bool:
    """Whether ``slot`` was made for the token key ``public_key`` (DER)."""
    return isinstance(slot, TokenSlot) and hmac.compare_digest(
        slot.key, _key_name(salt, public_key)
    )


def is_sound(slot: Slot) -> bool:
    """Whether opening the slot costs this machine no more than it may."""
    match slot:
        case PasswordSlot(salt, cost, _):
            return (
                len(salt) == SALT_LENGTH
                and 1 <= cost.lanes <= _LIMIT.lanes
                and 1 <= cost.passes <= _LIMIT.passes
                and 8 * cost.lanes <= cost.memory <= _LIMIT.memory
            )
        case TokenSlot(sealed=sealed):
            return len(sealed) <= 512


def _stretched(slot: PasswordSlot, password: Secret) -> AESGCM:
    kdf = Argon2id(
        salt=slot.salt,
        length=cipher.KEY_LENGTH,
        iterations=slot.cost.passes,
        lanes=slot.cost.lanes,
        memory_cost=slot.cost.memory,
    )
    return AESGCM(kdf.derive(password.reveal()))


def _rsa(public_key: bytes) -> rsa.RSAPublicKey:
    try:
        key = load_der_public_key(public_key)
    except Exception:  # whatever it is called, it is no key we use
        raise Problem("TOKEN_KEY_KIND") from None
    if not isinstance(key, rsa.RSAPublicKey) or key.key_size < 2048:
        raise Problem("TOKEN_KEY_KIND")
    return key


def _oaep(digest: OaepDigest) -> padding.OAEP:
    match digest:
        case "sha256":
            return padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
        case "sha1":
            # Collisions do not matter to OAEP, and SoftHSM can do no other.
            sha1 = hashes.SHA1()  # noqa: S303
            return padding.OAEP(padding.MGF1(sha1), sha1, None)


def _key_name(salt: bytes, public_key: bytes) -> bytes:
    return hmac.digest(salt, b"token" + public_key, hashlib.sha256)


def _place(bound: bytes, slot: Slot) -> bytes:
    """What a wrapped secret is bound to besides its owner: the slot's own parameters."""
    return bound + msgspec.msgpack.encode(msgspec.structs.replace(slot, wrapped=b""))
