"""What a PKCS#11 token holds: key pairs, certificates, notes; found and made in an open session.

Runs inside the token host process only; see :mod:`airseal.keys.token`.
"""

import contextlib
import secrets
from collections.abc import Iterator

import pkcs11
from asn1crypto import keys, x509
from pkcs11 import Attribute, KeyType, Mechanism, ObjectClass
from pkcs11.util.ec import encode_ec_public_key, encode_named_curve_parameters

from airseal.keys.certificates import MAX_CERTIFICATE, read_certificate
from airseal.keys.tokenwire import LOGIN_LABEL, KeyKind, KeyUse
from airseal.model.problem import Problem

MAX_CERTIFICATES = 32
MAX_NOTES = 8
MAX_NOTE = 4096
NOTE_APPLICATION = "airseal"
_SECRET_KEY = {
    Attribute.TOKEN: True,
    Attribute.PRIVATE: True,
    Attribute.SENSITIVE: True,
    Attribute.EXTRACTABLE: False,
    Attribute.UNWRAP: False,
    Attribute.DERIVE: False,
}
_USES: dict[KeyUse, dict[Attribute, bool]] = {
    "sign": {Attribute.SIGN: True, Attribute.DECRYPT: False},
    "decrypt": {Attribute.SIGN: False, Attribute.DECRYPT: True},
}


def make_key_pair(session: pkcs11.Session, kind: KeyKind, label: str, use: KeyUse) -> bytes:
    """A new key pair; returns the DER SubjectPublicKeyInfo.

    The private key is sensitive, cannot be taken out and can only do its ``use``.
    """
    identifier = secrets.token_bytes(16)
    private = _SECRET_KEY | _USES[use]
    match kind:
        case "rsa-2048":
            public, _ = session.generate_keypair(
                KeyType.RSA,
                2048,
                id=identifier,
                label=label,
                store=True,
                private_template=private,
            )
        case "p-256":
            curve = session.create_domain_parameters(
                KeyType.EC,
                {Attribute.EC_PARAMS: encode_named_curve_parameters("secp256r1")},
                local=True,
            )
            public, _ = curve.generate_keypair(
                id=identifier,
                label=label,
                store=True,
                mechanism=Mechanism.EC_KEY_PAIR_GEN,
                private_template=private,
            )
    return _spki(public)


def put_certificate(session: pkcs11.Session, identifier: bytes, certificate: bytes) -> None:
    """Keep a certificate (DER) beside the key pair of this CKA_ID."""
    parsed = x509.Certificate.load(certificate)
    session.create_object(
        {
            Attribute.CLASS: ObjectClass.CERTIFICATE,
            Attribute.CERTIFICATE_TYPE: pkcs11.CertificateType.X_509,
            Attribute.TOKEN: True,
            Attribute.PRIVATE: False,
            Attribute.ID: identifier,
            Attribute.VALUE: certificate,
            Attribute.SUBJECT: parsed.subject.dump(),
            Attribute.ISSUER: parsed.issuer.dump(),
            Attribute.SERIAL_NUMBER: parsed["tbs_certificate"]["serial_number"].dump(),
        }
    )


def certificates(session: pkcs11.Session) -> Iterator[bytes]:
    """The certificates in the token."""
    wanted = {Attribute.CLASS: ObjectClass.CERTIFICATE}
    for _, found in zip(range(MAX_CERTIFICATES), session.get_objects(wanted), strict=False):
        value: bytes = found[Attribute.VALUE]
        if len(value) <= MAX_CERTIFICATE:
            yield value


def login_keys(session: pkcs11.Session) -> Iterator[bytes]:
    """Public keys (DER SubjectPublicKeyInfo) of key pairs that open homes."""
    wanted = {Attribute.CLASS: ObjectClass.PUBLIC_KEY, Attribute.LABEL: LOGIN_LABEL}
    for _, found in zip(range(MAX_NOTES), session.get_objects(wanted), strict=False):
        if spki := _spki(found):
            yield spki


def notes(session: pkcs11.Session, label: str) -> tuple[bytes, ...]:
    """The private data objects of ``label``: one, or two when a writing was cut off."""
    found = zip(range(MAX_NOTES), session.get_objects(_note(label)), strict=False)
    values = [bytes(one[Attribute.VALUE]) for _, one in found]
    return tuple(value for value in values if len(value) <= MAX_NOTE)


def replace_note(session: pkcs11.Session, label: str, value: bytes) -> None:
    """Put ``value`` in the place of all private data objects of ``label``.

    The new one is there before the old ones go. ``session`` may write.
    """
    old = list(session.get_objects(_note(label)))
    private = {Attribute.TOKEN: True, Attribute.PRIVATE: True, Attribute.VALUE: value}
    session.create_object({**_note(label), **private})
    for one in old:
        one.destroy()


def _note(label: str) -> dict[Attribute, object]:
    """What our data objects of one label have in common (PKCS#11 §4.5, CKO_DATA)."""
    return {
        Attribute.CLASS: ObjectClass.DATA,
        Attribute.APPLICATION: NOTE_APPLICATION,
        Attribute.LABEL: label,
    }


def identifier_of(session: pkcs11.Session, public_key: bytes) -> bytes | None:
    """The CKA_ID of the key pair whose public half is ``public_key``, if it is here."""
    for found in session.get_objects({Attribute.CLASS: ObjectClass.PUBLIC_KEY}):
        if _spki(found) == public_key:
            return bytes(found[Attribute.ID])
    for found in session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE}):
        with contextlib.suppress(Problem):
            if read_certificate(found[Attribute.VALUE]).spki == public_key:
                return bytes(found[Attribute.ID])
    return None


def private_key(session: pkcs11.Session, identifier: bytes) -> pkcs11.PrivateKey:
    """The private key of this CKA_ID; raises ``Problem("TOKEN_KEY_ABSENT")``."""
    wanted = {Attribute.CLASS: ObjectClass.PRIVATE_KEY, Attribute.ID: identifier}
    for found in session.get_objects(wanted):
        assert isinstance(found, pkcs11.PrivateKey)
        return found
    raise Problem("TOKEN_KEY_ABSENT")


def _spki(public: pkcs11.Object) -> bytes:
    """The DER SubjectPublicKeyInfo of a public key object; empty for kinds we do not use."""
    match public[Attribute.KEY_TYPE]:
        case KeyType.RSA:
            numbers = keys.RSAPublicKey(
                {
                    "modulus": int.from_bytes(public[Attribute.MODULUS]),
                    "public_exponent": int.from_bytes(public[Attribute.PUBLIC_EXPONENT]),
                }
            )
            return bytes(keys.PublicKeyInfo.wrap(numbers, "rsa").dump())
        case KeyType.EC:
            assert isinstance(public, pkcs11.PublicKey)
            return encode_ec_public_key(public)
        case _:
            return b""
