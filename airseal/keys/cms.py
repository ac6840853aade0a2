"""The one form a signature has here: CMS SignedData as CAdES-B-B (RFC 5652, EN 319 122-1).

One signer; SHA-256; the signed attributes content-type, signing-time, message-digest and
signing-certificate-v2, in DER order; no unsigned attributes; the signer's certificate and
nothing else inside; no CRLs. A signature is fully described by five facts, the payload,
the certificate, the time, the digest and the signature value, so opening one takes these
facts out, writes the CMS again from them and refuses any byte that differs. What parsers
forgive (other lengths, other orders, extra parts) thus never passes, and changing any bit
of an accepted signature makes it refused.

The checks go in the order of GM/T 0031 §6.2.3 (X-07): form, signature value, digest. Whether
the certificate is trusted is the question of ``airseal.keys.trust``.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from airseal.keys.algorithms import ECDSA_SHA256, RSA_SHA256, verify
from airseal.keys.certificates import MAX_CERTIFICATE, Certificate, read_certificate
from airseal.keys.der import Reader, Tag, tlv
from airseal.keys.signing import Signer
from airseal.model.problem import Problem

MAX_PAYLOAD = 8 << 20
_MAX_FRAME = MAX_CERTIFICATE + (8 << 10)

_VERSION_1 = bytes.fromhex("020101")
_DATA = bytes.fromhex("06092a864886f70d010701")
_SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
_CONTENT_TYPE = bytes.fromhex("06092a864886f70d010903")
_MESSAGE_DIGEST = bytes.fromhex("06092a864886f70d010904")
_SIGNING_TIME = bytes.fromhex("06092a864886f70d010905")
_SIGNING_CERTIFICATE_V2 = bytes.fromhex("060b2a864886f70d010910022f")
_SHA256 = bytes.fromhex("300b0609608648016503040201")  # no parameters, RFC 5754 §2
_ALGORITHMS = {
    RSA_SHA256: bytes.fromhex("300d06092a864886f70d01010b0500"),
    ECDSA_SHA256: bytes.fromhex("300a06082a8648ce3d040302"),
}


@dataclass(frozen=True, slots=True)
class Opened:
    """A signature that fits its content and its certificate.

    ``certificate`` is DER and not yet trusted; ``signing_time`` is what the signer's
    machine said, in UTC.
    """

    payload: bytes
    certificate: bytes
    signing_time: datetime


def sign_attached(payload: bytes, signer: Signer, signing_time: datetime) -> bytes:
    """``payload`` inside a CMS, DER (``*.p7m``); one operation of the signer.

    ``signing_time`` is aware and cut to whole seconds. Raises CMS_SIZE, CMS_TIME,
    CERT_FORM, KEY_ALGORITHM and what the signer raises.
    """
    return _sign(payload, signer, signing_time, inside=payload)


def sign_detached(content: bytes, signer: Signer, signing_time: datetime) -> bytes:
    """A CMS that signs ``content`` without holding it (``*.p7s``); otherwise the same."""
    return _sign(content, signer, signing_time, inside=None)


def open_attached(der: bytes) -> Opened:
    """Open a CMS that holds its payload.

    Raises CMS_SIZE, CMS_FORM when it is not exactly our form, CERT_FORM, KEY_ALGORITHM,
    CMS_SIGNATURE when the value does not fit the certificate, CMS_DIGEST when the payload
    is not what was signed.
    """
    if len(der) > MAX_PAYLOAD + _MAX_FRAME:
        raise Problem("CMS_SIZE")
    found = _read(der, attached=True)
    assert found.payload is not None
    return _check(der, found, found.payload)


def recall_attached(der: bytes) -> Opened:
    """What :func:`open_attached` said of a CMS when it was checked; nothing is checked again.

    Only for bytes whose integrity something else shows. Raises CMS_FORM.
    """
    found = _read(der, attached=True)
    assert found.payload is not None
    return Opened(found.payload, found.certificate, found.signing_time)


def recall_payload(der: bytes) -> bytes:
    """The payload alone, likewise; raises CMS_FORM."""
    try:
        return _inside(_signed_data(der)).enter(Tag.CONTEXT_0).take(Tag.OCTETS)
    except ValueError:
        raise Problem("CMS_FORM") from None


def signature_of(der: bytes) -> tuple[bytes, bytes]:
    """The payload and the signature value of a CMS that was checked; raises CMS_FORM."""
    found = _read(der, attached=True)
    assert found.payload is not None
    return found.payload, found.signature


def assemble(payload: bytes, certificate: bytes, signing_time: datetime, signature: bytes) -> bytes:
    """The CMS of these facts, as :func:`sign_attached` wrote it; nothing is checked.

    Raises CERT_FORM, KEY_ALGORITHM, CMS_SIZE and CMS_TIME.
    """
    if len(payload) + len(signature) > MAX_PAYLOAD:
        raise Problem("CMS_SIZE")
    moment = signing_time.astimezone(UTC).replace(microsecond=0)
    read = read_certificate(certificate)
    digest = hashlib.sha256(payload).digest()
    facts = _Facts(payload, certificate, moment, digest, signature)
    return _write(facts, read, _attributes(read, moment, digest))


def open_detached(der: bytes, content: bytes) -> Opened:
    """Check a CMS over ``content``; raises the same, CMS_DIGEST for other content."""
    if len(der) > _MAX_FRAME:
        raise Problem("CMS_SIZE")
    return _check(der, _read(der, attached=False), content)


@dataclass(frozen=True, slots=True)
class _Facts:
    """Everything that differs between two signatures; ``payload`` is None when detached."""

    payload: bytes | None
    certificate: bytes
    signing_time: datetime
    digest: bytes
    signature: bytes


def _sign(content: bytes, signer: Signer, signing_time: datetime, inside: bytes | None) -> bytes:
    if len(content) > MAX_PAYLOAD:
        raise Problem("CMS_SIZE")
    moment = signing_time.astimezone(UTC).replace(microsecond=0)
    certificate = read_certificate(signer.certificate)
    digest = hashlib.sha256(content).digest()
    attributes = _attributes(certificate, moment, digest)
    tbs = tlv(Tag.SET, attributes)
    signature = signer.sign(tbs)
    # A token that signs with another key than its certificate says must not go unnoticed.
    if not verify(certificate.public_key, signature, tbs):
        raise Problem("CMS_SIGNATURE")
    facts = _Facts(inside, signer.certificate, moment, digest, signature)
    return _write(facts, certificate, attributes)


def _check(der: bytes, found: _Facts, content: bytes) -> Opened:
    certificate = read_certificate(found.certificate)
    attributes = _attributes(certificate, found.signing_time, found.digest)
    if _write(found, certificate, attributes) != der:
        raise Problem("CMS_FORM")
    tbs = tlv(Tag.SET, attributes)
    if not verify(certificate.public_key, found.signature, tbs):
        raise Problem("CMS_SIGNATURE")
    if hashlib.sha256(content).digest() != found.digest:
        raise Problem("CMS_DIGEST")
    return Opened(content, found.certificate, found.signing_time)


def _write(facts: _Facts, certificate: Certificate, attributes: bytes) -> bytes:
    """The CMS these facts make."""
    inside = b"" if facts.payload is None else tlv(Tag.CONTEXT_0, tlv(Tag.OCTETS, facts.payload))
    signer_info = tlv(
        Tag.SEQUENCE,
        _VERSION_1,
        certificate.issuer_and_serial,
        _SHA256,
        tlv(Tag.CONTEXT_0, attributes),
        _ALGORITHMS[certificate.algorithm],
        tlv(Tag.OCTETS, facts.signature),
    )
    signed_data = tlv(
        Tag.SEQUENCE,
        _VERSION_1,
        tlv(Tag.SET, _SHA256),
        tlv(Tag.SEQUENCE, _DATA, inside),
        tlv(Tag.CONTEXT_0, facts.certificate),
        tlv(Tag.SET, signer_info),
    )
    return tlv(Tag.SEQUENCE, _SIGNED_DATA, tlv(Tag.CONTEXT_0, signed_data))


def _attributes(certificate: Certificate, moment: datetime, digest: bytes) -> bytes:
    """The signed attributes; their encodings are in ascending order, as DER sets are."""
    return b"".join(
        (
            _OF_DATA,
            _attribute(_SIGNING_TIME, _time(moment)),
            _attribute(_MESSAGE_DIGEST, tlv(Tag.OCTETS, digest)),
            _of_signer(certificate.digest),
        )
    )


def _attribute(kind: bytes, value: bytes) -> bytes:
    return tlv(Tag.SEQUENCE, kind, tlv(Tag.SET, value))


_OF_DATA = _attribute(_CONTENT_TYPE, _DATA)


@lru_cache(maxsize=256)
def _of_signer(digest: bytes) -> bytes:
    """The attribute that names a certificate; one signer signs many statements."""
    certificate_id = tlv(Tag.SEQUENCE, tlv(Tag.OCTETS, digest))
    return _attribute(_SIGNING_CERTIFICATE_V2, tlv(Tag.SEQUENCE, tlv(Tag.SEQUENCE, certificate_id)))


def _time(moment: datetime) -> bytes:
    """UTCTime until 2049, GeneralizedTime after (RFC 5652 §11.3)."""
    text = moment.strftime("%Y%m%d%H%M%SZ").encode()
    match moment.year:
        case year if 2000 <= year < 2050:
            return tlv(Tag.UTC_TIME, text[2:])
        case year if year >= 2050:
            return tlv(Tag.TIME, text)
        case _:
            raise Problem("CMS_TIME")


def _signed_data(der: bytes) -> Reader:
    return Reader(der).enter(Tag.SEQUENCE).skip(Tag.OID).enter(Tag.CONTEXT_0).enter(Tag.SEQUENCE)


def _inside(signed_data: Reader) -> Reader:
    """The content that is signed, after its type."""
    return signed_data.skip(Tag.INTEGER, Tag.SET).enter(Tag.SEQUENCE).skip(Tag.OID)


def _read(der: bytes, *, attached: bool) -> _Facts:
    """The facts a CMS states; whether it states them in our form is seen by writing it."""
    try:
        signed_data = _signed_data(der)
        inside = _inside(signed_data)
        payload = inside.enter(Tag.CONTEXT_0).take(Tag.OCTETS) if attached else None
        certificate = signed_data.take(Tag.CONTEXT_0)
        info = (
            signed_data.enter(Tag.SET)
            .enter(Tag.SEQUENCE)
            .skip(Tag.INTEGER, Tag.SEQUENCE, Tag.SEQUENCE)
        )
        attributes = info.enter(Tag.CONTEXT_0).skip(Tag.SEQUENCE)
        moment = attributes.enter(Tag.SEQUENCE).skip(Tag.OID).enter(Tag.SET).moment()
        digest = attributes.enter(Tag.SEQUENCE).skip(Tag.OID).enter(Tag.SET).take(Tag.OCTETS)
        signature = info.skip(Tag.SEQUENCE).take(Tag.OCTETS)
    except ValueError:
        raise Problem("CMS_FORM") from None
    return _Facts(payload, certificate, moment, digest, signature)
