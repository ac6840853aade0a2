"""The CMS inside a PDF signature: PAdES baseline B (ETSI EN 319 142-1 §6.3, CAdES detached).

Built by the program itself, never by the jail: what the token signs is made here, from a
digest computed here, so a subverted parser cannot have anything else signed. The signing
time stands in ``/M``, and the signer's certificate is bound by signing-certificate-v2.
"""

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from asn1crypto import algos, cms, core, tsp, x509

from airseal.model.problem import Problem

DIGEST: Final = "sha256"
_SIGNATURES: Final = {"rsa": "sha256_rsa", "ec": "sha256_ecdsa"}


def signed_attributes(document_digest: bytes, certificate: bytes) -> bytes:
    """The DER bytes the token signs: content type, message digest, signing certificate."""
    essential = tsp.SigningCertificateV2.load(_signing_certificate(certificate))
    attributes: tuple[tuple[str, object], ...] = (
        ("content_type", "data"),
        ("message_digest", document_digest),
        ("signing_certificate_v2", essential),
    )
    encoded = [
        cms.CMSAttribute({"type": kind, "values": [value]}).dump() for kind, value in attributes
    ]
    # Encoded one by one: asn1crypto sorts a SET by encoding everything again and again.
    der: bytes = cms.CMSAttributes(map(cms.CMSAttribute.load, encoded)).dump()
    return der


@lru_cache(maxsize=16)
def _signing_certificate(certificate: bytes) -> bytes:
    """The signing-certificate-v2 attribute's value, which binds one certificate by its hash."""
    digest = hashlib.sha256(certificate).digest()
    der: bytes = tsp.SigningCertificateV2(
        {"certs": [tsp.ESSCertIDv2({"cert_hash": digest})]}
    ).dump()
    return der


@lru_cache(maxsize=16)
def largest_size(certificate: bytes, issuers: tuple[bytes, ...]) -> int:
    """Bytes a container of this signer needs at most; known before anything is signed."""
    key = x509.Certificate.load(certificate).public_key
    # RSA signatures are as long as the modulus; ECDSA ones are two integers in a sequence.
    signature = bytes(2 * key.byte_size + 16 if key.algorithm == "ec" else key.byte_size)
    attributes = signed_attributes(bytes(hashlib.sha256().digest_size), certificate)
    return len(signed_data(attributes, signature, certificate, issuers))


def signed_data(
    attributes: bytes, signature: bytes, certificate: bytes, issuers: Sequence[bytes]
) -> bytes:
    """The detached SignedData with the signer's certificate and those of its issuers (DER).

    Raises ``Problem("KEY_ALGORITHM")`` for a key this profile has no name for.
    """
    signer = x509.Certificate.load(certificate)
    mechanism = _SIGNATURES.get(signer.public_key.algorithm)
    if mechanism is None:
        raise Problem("KEY_ALGORITHM")
    digest = algos.DigestAlgorithm({"algorithm": DIGEST})
    info = cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier(
                "issuer_and_serial_number",
                cms.IssuerAndSerialNumber(
                    {"issuer": signer.issuer, "serial_number": signer.serial_number}
                ),
            ),
            "digest_algorithm": digest,
            "signed_attrs": cms.CMSAttributes.load(attributes),
            "signature_algorithm": {"algorithm": mechanism},
            "signature": core.OctetString(signature),
        }
    )
    content = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [digest],
            "encap_content_info": {"content_type": "data"},
            "certificates": [signer, *(x509.Certificate.load(der) for der in issuers)],
            "signer_infos": [info],
        }
    )
    der: bytes = cms.ContentInfo({"content_type": "signed_data", "content": content}).dump()
    return der
