"""Root certificates as two people enrol them: the DER bytes and whom they name."""

import re
from typing import TYPE_CHECKING

from airseal.keys.ca import Subject
from airseal.keys.certificates import read_certificate
from airseal.model.problem import Problem

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

MAX_ROOT = 1 << 16
"""Bytes of a root certificate file."""

_LONGEST_NAME = 80
_UNIT = re.compile(r"[a-z0-9][a-z0-9-]{0,63}\Z")


def root_subject(unit: str, name: str) -> Subject:
    """The subject of a unit's root: the unit's id is its organizational unit."""
    return Subject(f"{name} 根证书", organization=name, organizational_unit=unit)


def unit_of_root(data: bytes) -> tuple[str, bytes]:
    """The unit id that a root certificate (PEM or DER) names, and its DER bytes.

    Raises ``Problem("ROOT_FORM")`` for anything that is not one self-issued CA certificate
    naming one unit.
    """
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding
    from cryptography.x509.oid import NameOID

    try:
        certificate = _loaded(data)
        certificate.verify_directly_issued_by(certificate)
        constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints)
        units = certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATIONAL_UNIT_NAME)
        names = [str(unit.value) for unit in units]
    except Exception:
        # The parser raises many kinds of errors on hostile bytes; all mean the same here.
        raise Problem("ROOT_FORM") from None
    if not constraints.value.ca or len(names) != 1 or not _UNIT.match(names[0]):
        raise Problem("ROOT_FORM")
    return names[0], certificate.public_bytes(Encoding.DER)


def stamper_of_root(data: bytes) -> tuple[str, bytes]:
    """What the root of a time stamping authority (PEM or DER) calls it, and its DER bytes.

    Raises ``Problem("CERT_FORM")`` for anything that is not one certificate.
    """
    from cryptography.hazmat.primitives.serialization import Encoding
    from cryptography.x509.oid import NameOID

    try:
        certificate = _loaded(data)
        kinds = (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME)
        named = [one for kind in kinds for one in certificate.subject.get_attributes_for_oid(kind)]
        name = str(named[0].value) if named else ""
        der = certificate.public_bytes(Encoding.DER)
    except Exception:
        # As above: hostile bytes have many ways to be no certificate.
        raise Problem("CERT_FORM") from None
    read_certificate(der)
    return name[:_LONGEST_NAME], der


def _loaded(data: bytes) -> "Certificate":
    """The certificate in PEM or DER; raises whatever the parser raises."""
    from cryptography import x509

    if len(data) > MAX_ROOT:
        raise ValueError("too long")
    if b"-----BEGIN" in data:
        return x509.load_pem_x509_certificate(data)
    return x509.load_der_x509_certificate(data)
