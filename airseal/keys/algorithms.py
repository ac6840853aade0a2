"""The signature algorithms: one table, and how a signature value is checked.

Every layer that signs or verifies asks here, so that another algorithm (SM2 with SM3) is
one more entry and one more branch in :func:`verify`. Signature values have exactly one
accepted form: RSA values are as long as the modulus (RFC 8017 §8.2.2), ECDSA values are
DER with the lower of the two equivalent ``s``, so that nobody can make a second valid
signature out of a first.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from airseal.model.problem import Problem

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes

RSA_BITS = range(2048, 4096 + 1)
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


@dataclass(frozen=True, slots=True)
class Algorithm:
    """One way to sign.

    ``mechanism`` is the PKCS#11 mechanism; when ``hashed_outside`` it is given the digest
    instead of the data. ``asn1`` is asn1crypto's ``SignedDigestAlgorithm``.
    """

    name: str
    key: Literal["rsa", "ec"]
    digest: Literal["sha256"]
    mechanism: str
    hashed_outside: bool
    asn1: str


RSA_SHA256 = Algorithm("rsa-sha256", "rsa", "sha256", "SHA256_RSA_PKCS", False, "sha256_rsa")
ECDSA_SHA256 = Algorithm("ecdsa-sha256", "ec", "sha256", "ECDSA", True, "sha256_ecdsa")

ALGORITHMS = {algorithm.name: algorithm for algorithm in (RSA_SHA256, ECDSA_SHA256)}


def algorithm_of(public_key: "PublicKeyTypes") -> Algorithm:
    """How the private half of ``public_key`` signs.

    Raises ``Problem("KEY_ALGORITHM")`` for kinds, sizes and curves not in the table.
    """
    from cryptography.hazmat.primitives.asymmetric import ec, rsa

    match public_key:
        case rsa.RSAPublicKey(key_size=bits) if bits in RSA_BITS:
            return RSA_SHA256
        case ec.EllipticCurvePublicKey(curve=ec.SECP256R1()):
            return ECDSA_SHA256
        case _:
            raise Problem("KEY_ALGORITHM")


def algorithm_of_spki(public_key: bytes) -> Algorithm:
    """The same for a DER ``SubjectPublicKeyInfo``; raises ``Problem("KEY_ALGORITHM")``."""
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    try:
        key = load_der_public_key(public_key)
    except Exception:  # whatever it is called, it is no key we use
        raise Problem("KEY_ALGORITHM") from None
    return algorithm_of(key)


def ecdsa_value(raw: bytes) -> bytes:
    """A token's ``r || s`` as DER ``ECDSA-Sig-Value`` with low ``s`` (P-256)."""
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

    half = len(raw) // 2
    r, s = int.from_bytes(raw[:half]), int.from_bytes(raw[half:])
    return encode_dss_signature(r, min(s, P256_ORDER - s))


def verify(public_key: "PublicKeyTypes", signature: bytes, data: bytes) -> bool:
    """Whether ``signature`` is *the* signature over ``data``, in its one accepted form.

    Raises ``Problem("KEY_ALGORITHM")`` for a key that is not in the table.
    """
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
    from cryptography.hazmat.primitives.hashes import SHA256

    algorithm_of(public_key)
    try:
        match public_key:
            case rsa.RSAPublicKey():
                _require_rsa_form(public_key, signature)
                public_key.verify(signature, data, padding.PKCS1v15(), SHA256())
            case ec.EllipticCurvePublicKey():
                _require_ecdsa_form(signature)
                public_key.verify(signature, data, ec.ECDSA(SHA256()))
    except (InvalidSignature, ValueError):
        return False
    return True


def _require_rsa_form(public_key: "PublicKeyTypes", signature: bytes) -> None:
    from cryptography.hazmat.primitives.asymmetric import rsa

    assert isinstance(public_key, rsa.RSAPublicKey)
    numbers = public_key.public_numbers()
    if len(signature) != (public_key.key_size + 7) // 8:
        raise ValueError
    if int.from_bytes(signature) >= numbers.n:
        raise ValueError


def _require_ecdsa_form(signature: bytes) -> None:
    from cryptography.hazmat.primitives.asymmetric.utils import (
        decode_dss_signature,
        encode_dss_signature,
    )

    r, s = decode_dss_signature(signature)
    if s > P256_ORDER // 2 or encode_dss_signature(r, s) != signature:
        raise ValueError
