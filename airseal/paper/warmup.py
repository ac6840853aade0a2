"""Using everything once before the zygote forks. Runs inside the jail only.

A fork shares memory until it writes; imports, caches and specialised bytecode that already
exist need not be made again by every session. This halves the first answer of each one. The
sample is made here, with keys that live for a moment; no document has arrived yet.
"""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from airseal.paper import cades, memfd, pades, pdfverify, preflight, preview, wire
from airseal.paper.canvas import page_of
from airseal.paper.placement import Place

_ROUNDS: Final = 3
_DAY: Final = timedelta(days=1)


def warm_up() -> None:
    """Inspect, draw, prepare and verify a sample a few times; what fails does no harm."""
    with suppress(Exception):
        for _ in range(_ROUNDS):
            _exercise()


def _exercise() -> None:
    now = datetime.now(UTC)
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root = _certificate("root", root_key, "root", root_key, now)
    signer = _certificate("root", root_key, "signer", key, now)
    empty = x509.CertificateRevocationListBuilder().issuer_name(_name("root"))
    crl = empty.last_update(now - _DAY).next_update(now + _DAY).sign(root_key, hashes.SHA256())
    sample = page_of(300, "0 0 100 100 re f")
    plan = wire.Prepare(
        fields=(wire.FieldPlan("warm", Place(1, 40_000, 40_000, 20_000, 20_000)),),
        field="warm",
        signer_name="warm",
        reason="warm",
        location="",
        signing_time=now.isoformat(),
        gap_digits=4_096,
        issuers=(),
        crls=(crl.public_bytes(Encoding.DER),),
    )
    with memfd.hold(sample, len(sample)) as document, memfd.copy(document) as output:
        preflight.inspect(document.fileno())
        preview.page_text(document.fileno(), 1)
        gap = pades.prepare(plan, output.fileno(), document.fileno())
        der = signer.public_bytes(Encoding.DER)
        _, digest = memfd.digests(output, gap.start, gap.end)
        attributes = cades.signed_attributes(digest, der)
        signature = key.sign(attributes, ec.ECDSA(hashes.SHA256()))
        container = cades.signed_data(attributes, signature, der, ())
        output.seek(gap.start + 1)
        output.write(container.hex().encode())
        question = wire.Verify((root.public_bytes(Encoding.DER),), (), (), now.isoformat())
        pdfverify.verify(question, output.fileno())


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
