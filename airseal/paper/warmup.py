"""Using everything on a sample before a document arrives. Runs inside the jail only.

The zygote does it so that imports, caches and specialised bytecode exist before it forks;
a waiting child does it again so that the memory it is going to write is already its own.
Without, the first answer of a session takes five times as long as the second.
"""

from datetime import UTC, datetime, timedelta
from typing import BinaryIO, Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from airseal.paper import cades, memfd, pades, pdfverify, preflight, preview, wire
from airseal.paper.canvas import page_of
from airseal.paper.placement import Place

_DAY: Final = timedelta(days=1)
_PLACE: Final = Place(1, 40_000, 40_000, 20_000, 20_000)


class Sample:
    """A tiny document, plain and sealed by a key that lived for a moment."""

    def __init__(self) -> None:
        now = datetime.now(UTC)
        root_key = ec.generate_private_key(ec.SECP256R1())
        key = ec.generate_private_key(ec.SECP256R1())
        root = _certificate("root", root_key, "root", root_key, now)
        signer = _certificate("root", root_key, "signer", key, now).public_bytes(Encoding.DER)
        lists = x509.CertificateRevocationListBuilder().issuer_name(_name("root"))
        lists = lists.last_update(now - _DAY).next_update(now + _DAY)
        crl = lists.sign(root_key, hashes.SHA256()).public_bytes(Encoding.DER)
        # Kept as bytes: forks would share the position of an open file.
        self._plain = page_of(300, "0 0 100 100 re f")
        self._plan = wire.Prepare(
            fields=(wire.FieldPlan("warm", _PLACE),),
            field="warm",
            signer_name="warm",
            reason="warm",
            location="",
            signing_time=now.isoformat(),
            issuers=(),
            crls=(crl,),
            gap_digits=4_096,
        )
        self._question = wire.Verify((root.public_bytes(Encoding.DER),), (), (), now.isoformat())
        with _held(self._plain) as plain, memfd.copy(plain) as output:
            gap = pades.prepare(self._plan, output.fileno(), plain.fileno())
            _, digest = memfd.digests(output, gap.start, gap.end)
            attributes = cades.signed_attributes(digest, signer)
            signature = key.sign(attributes, ec.ECDSA(hashes.SHA256()))
            container = cades.signed_data(attributes, signature, signer, ())
            output.seek(gap.start + 1)
            output.write(container.hex().upper().encode())
            output.seek(0)
            self._sealed = output.read()

    def exercise(self) -> bool:
        """Do with the sample all that is done with documents; whether it proved sound."""
        with _held(self._plain) as plain, memfd.copy(plain) as output:
            preflight.inspect(plain.fileno())
            preview.page_text(plain.fileno(), 1)
            pades.prepare(self._plan, output.fileno(), plain.fileno())
        with _held(self._sealed) as sealed:
            return pdfverify.verify(self._question, sealed.fileno()).sound


def _held(data: bytes) -> BinaryIO:
    return memfd.hold(data, len(data))


def _certificate(
    issuer: str,
    issuer_key: ec.EllipticCurvePrivateKey,
    subject: str,
    key: ec.EllipticCurvePrivateKey,
    now: datetime,
) -> x509.Certificate:
    is_authority = issuer == subject
    usage = x509.KeyUsage(
        digital_signature=not is_authority,
        content_commitment=not is_authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        encipher_only=False,
        decipher_only=False,
    )
    return (
        x509.CertificateBuilder()
        .issuer_name(_name(issuer))
        .subject_name(_name(subject))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _DAY)
        .not_valid_after(now + _DAY)
        .add_extension(x509.BasicConstraints(is_authority, None), critical=True)
        .add_extension(usage, critical=True)
        .sign(issuer_key, hashes.SHA256())
    )


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
