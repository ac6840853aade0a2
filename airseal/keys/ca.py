"""The unit's own certification authority: an offline root, an issuing CA, their CRLs.

The keys live in tokens, so certificates (RFC 5280) are built here and signed through a
``KeySigner``. Names are UTF8String, serial numbers 20 random bytes, times whole seconds in
UTC. No certificate points at an address: CRLs travel with the registry.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha1

from asn1crypto import core, crl, keys, x509

from airseal.keys.algorithms import verify
from airseal.keys.signing import KeySigner
from airseal.model.problem import Problem

_SERIAL_BYTES = 20
_AUTHORITY_USAGE = {"digital_signature", "key_cert_sign", "crl_sign"}
_PERSON_USAGE = {"digital_signature", "non_repudiation"}


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a certificate names: X.520 attributes, those left empty are left out."""

    common_name: str
    organization: str = ""
    organizational_unit: str = ""
    serial_number: str = ""
    country: str = "CN"

    def name(self) -> x509.Name:
        """The distinguished name, most general attribute first."""
        parts = {
            "country_name": self.country,
            "organization_name": self.organization,
            "organizational_unit_name": self.organizational_unit,
            "common_name": self.common_name,
            "serial_number": self.serial_number,
        }
        return x509.Name.build({kind: text for kind, text in parts.items() if text})


@dataclass(frozen=True, slots=True)
class Revoked:
    """One line of a CRL; ``reason`` as asn1crypto names it (``key_compromise`` …)."""

    serial: int
    at: datetime
    reason: str = "unspecified"


@dataclass(frozen=True, slots=True)
class Validity:
    """From when until when a certificate holds, both ends included."""

    not_before: datetime
    not_after: datetime


def new_serial() -> int:
    """A positive random serial number that fits into 20 bytes (RFC 5280 §4.1.2.2)."""
    return int.from_bytes(secrets.token_bytes(_SERIAL_BYTES)) >> 1 | 1 << (8 * _SERIAL_BYTES - 2)


def self_signed_root(
    subject: Subject, public_key: bytes, signer: KeySigner, validity: Validity
) -> bytes:
    """The root's own certificate; ``public_key`` is the signer's (DER SubjectPublicKeyInfo).

    It may sign certificates, CRLs and, as a person would, the charter of the unit.
    Raises ``Problem("CA_SIGNATURE")`` when signer and public key do not belong together.
    """
    name = subject.name()
    extensions = _extensions(public_key, public_key, _AUTHORITY_USAGE, authority=True)
    return _certificate(name, name, public_key, public_key, signer, validity, extensions)


def issue_ca(
    subject: Subject, public_key: bytes, issuer: bytes, signer: KeySigner, validity: Validity
) -> bytes:
    """An issuing CA's certificate under the root ``issuer``; it cannot make further CAs.

    Raises ``Problem("CA_SIGNATURE")`` when signer and issuer do not belong together.
    """
    usage = _AUTHORITY_USAGE - {"digital_signature"}
    return _issue(subject, public_key, issuer, signer, validity, usage, authority=True)


def issue_person(
    subject: Subject, public_key: bytes, issuer: bytes, signer: KeySigner, validity: Validity
) -> bytes:
    """A person's signing certificate: digitalSignature and nonRepudiation, nothing else.

    Raises ``Problem("CA_SIGNATURE")`` when signer and issuer do not belong together.
    """
    return _issue(subject, public_key, issuer, signer, validity, _PERSON_USAGE, authority=False)


def issue_crl(
    issuer: bytes,
    signer: KeySigner,
    number: int,
    this_update: datetime,
    next_update: datetime,
    revoked: Sequence[Revoked] = (),
) -> bytes:
    """The numbered list of what ``issuer`` has revoked, DER.

    Give every certificate ever revoked, also those expired since: old papers are judged by
    the newest list. Raises ``Problem("CA_SIGNATURE")`` when signer and issuer differ.
    """
    authority = x509.Certificate.load(issuer)
    algorithm = _identifier(signer)
    body = {
        "version": "v2",
        "signature": algorithm,
        "issuer": authority.subject,
        "this_update": _time(this_update),
        "next_update": _time(next_update),
        "crl_extensions": [
            _extension("authority_key_identifier", _authority_key(authority.public_key.dump())),
            _extension("crl_number", number),
        ],
    }
    if revoked:
        body["revoked_certificates"] = [
            {
                "user_certificate": one.serial,
                "revocation_date": _time(one.at),
                "crl_entry_extensions": [_extension("crl_reason", one.reason)],
            }
            for one in sorted(revoked, key=lambda one: one.serial)
        ]
    tbs = crl.TbsCertList(body)
    signature = _sign(tbs.dump(), authority.public_key.dump(), signer)
    return bytes(
        crl.CertificateList(
            {"tbs_cert_list": tbs, "signature_algorithm": algorithm, "signature": signature}
        ).dump()
    )


def _issue(
    subject: Subject,
    public_key: bytes,
    issuer: bytes,
    signer: KeySigner,
    validity: Validity,
    usage: set[str],
    *,
    authority: bool,
) -> bytes:
    parent = x509.Certificate.load(issuer)
    parent_key: bytes = parent.public_key.dump()
    extensions = _extensions(
        public_key, parent_key, usage, authority=authority, path_length=0 if authority else None
    )
    return _certificate(
        subject.name(), parent.subject, public_key, parent_key, signer, validity, extensions
    )


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    public_key: bytes,
    issuer_key: bytes,
    signer: KeySigner,
    validity: Validity,
    extensions: Sequence[Mapping[str, object]],
) -> bytes:
    algorithm = _identifier(signer)
    tbs = x509.TbsCertificate(
        {
            "version": "v3",
            "serial_number": new_serial(),
            "signature": algorithm,
            "issuer": issuer,
            "validity": {
                "not_before": _time(validity.not_before),
                "not_after": _time(validity.not_after),
            },
            "subject": subject,
            "subject_public_key_info": keys.PublicKeyInfo.load(public_key),
            "extensions": extensions,
        }
    )
    signature = _sign(tbs.dump(), issuer_key, signer)
    return bytes(
        x509.Certificate(
            {
                "tbs_certificate": tbs,
                "signature_algorithm": algorithm,
                "signature_value": signature,
            }
        ).dump()
    )


def _sign(tbs: bytes, public_key: bytes, signer: KeySigner) -> bytes:
    """Sign, and make sure the signature is the issuer's before anything relies on it."""
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    signature = signer.sign(tbs)
    if not verify(load_der_public_key(public_key), signature, tbs):
        raise Problem("CA_SIGNATURE")
    return signature


def _identifier(signer: KeySigner) -> Mapping[str, str]:
    return {"algorithm": signer.algorithm.asn1}


def _extensions(
    public_key: bytes,
    issuer_key: bytes,
    usage: set[str],
    *,
    authority: bool,
    path_length: int | None = None,
) -> list[Mapping[str, object]]:
    constraints: dict[str, object] = {"ca": authority}
    if path_length is not None:
        constraints["path_len_constraint"] = path_length
    return [
        _extension("basic_constraints", constraints, critical=True),
        _extension("key_usage", usage, critical=True),
        _extension("key_identifier", _key_identifier(public_key)),
        _extension("authority_key_identifier", _authority_key(issuer_key)),
    ]


def _extension(kind: str, value: object, *, critical: bool = False) -> Mapping[str, object]:
    return {"extn_id": kind, "critical": critical, "extn_value": value}


def _key_identifier(public_key: bytes) -> bytes:
    # RFC 5280 §4.2.1.2 method 1: a name for the key, not a protection, hence SHA-1.
    bits = bytes(keys.PublicKeyInfo.load(public_key)["public_key"])
    return sha1(bits, usedforsecurity=False).digest()


def _authority_key(public_key: bytes) -> Mapping[str, bytes]:
    return {"key_identifier": _key_identifier(public_key)}


def _time(moment: datetime) -> x509.Time:
    """UTCTime until 2049, GeneralizedTime after (RFC 5280 §4.1.2.5)."""
    moment = moment.astimezone(UTC).replace(microsecond=0)
    if moment.year < 2050:
        return x509.Time("utc_time", core.UTCTime(moment))
    return x509.Time("general_time", core.GeneralizedTime(moment))
