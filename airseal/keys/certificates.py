"""What the signing layers need to know of a certificate, read strictly and once."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from airseal.keys.algorithms import Algorithm, algorithm_of
from airseal.keys.der import Reader, Tag, tlv
from airseal.model.problem import Problem

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes

MAX_CERTIFICATE = 16 << 10


@dataclass(frozen=True, slots=True)
class Certificate:
    """An X.509 certificate that is well formed; nothing says it is trusted.

    ``issuer_and_serial``, ``subject`` and ``spki`` (SubjectPublicKeyInfo) are DER exactly
    as they stand in it; ``digest`` is the SHA-256 of the whole.
    """

    issuer_and_serial: bytes
    subject: bytes
    spki: bytes
    digest: bytes
    public_key: "CertificatePublicKeyTypes"
    algorithm: Algorithm


@lru_cache(maxsize=256)
def read_certificate(der: bytes) -> Certificate:
    """Read a certificate.

    Raises ``Problem("CERT_FORM")``, and ``Problem("KEY_ALGORITHM")`` when its key is of a
    kind, size or curve we do not use.
    """
    from cryptography import x509
    from cryptography.exceptions import UnsupportedAlgorithm

    if len(der) > MAX_CERTIFICATE:
        raise Problem("CERT_FORM")
    try:
        whole = Reader(der).enter(Tag.SEQUENCE)
        tbs = whole.enter(Tag.SEQUENCE).skip(Tag.CONTEXT_0)
        if whole.skip(Tag.SEQUENCE).take(Tag.BITS)[:1] != b"\x00":
            # Readers forgive "unused bits" that are zero: one certificate in two spellings.
            raise ValueError
        number = tbs.take(Tag.INTEGER)
        if int.from_bytes(number, signed=True) <= 0:
            raise ValueError  # RFC 5280 §4.1.2.2
        issuer = tlv(Tag.SEQUENCE, tbs.skip(Tag.SEQUENCE).take(Tag.SEQUENCE))
        subject = tlv(Tag.SEQUENCE, tbs.skip(Tag.SEQUENCE).take(Tag.SEQUENCE))
        spki = tlv(Tag.SEQUENCE, tbs.take(Tag.SEQUENCE))
        public_key = x509.load_der_x509_certificate(der).public_key()
    except UnsupportedAlgorithm:
        raise Problem("KEY_ALGORITHM") from None
    except Exception:  # cryptography has many exceptions for bad certificates, not one root
        raise Problem("CERT_FORM") from None
    return Certificate(
        issuer_and_serial=tlv(Tag.SEQUENCE, issuer, tlv(Tag.INTEGER, number)),
        subject=subject,
        spki=spki,
        digest=hashlib.sha256(der).digest(),
        public_key=public_key,
        algorithm=algorithm_of(public_key),
    )


def valid_until(der: bytes) -> datetime:
    """The last moment at which a certificate holds; raises ``Problem("CERT_FORM")``."""
    from cryptography import x509

    read_certificate(der)
    return x509.load_der_x509_certificate(der).not_valid_after_utc
