"""Signed PDFs as other software makes them: pyHanko with keys in memory, no token, no station."""

import io
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

from asn1crypto import crl as asn1_crl
from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID as Purpose
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, PdfSigner, PdfTimeStamper, SimpleSigner, fields
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

DAY = timedelta(days=1)
NOW = datetime.now(UTC).replace(microsecond=0)


class _Lawless(PdfSigner):
    """Signs whatever an earlier signature forbids."""

    def _enforce_certification_constraints(self, reader: Any) -> None:
        return None


@dataclass(frozen=True)
class Holder:
    """A key with its certificate."""

    key: rsa.RSAPrivateKey
    certificate: x509.Certificate

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)


class Elsewhere:
    """A root, signers under it good and bad, a time stamper, and their list."""

    def __init__(self) -> None:
        self.root = self._holder("elsewhere root", None, authority=True)
        self.signer = self._holder("elsewhere signer", self.root)

    @cached_property
    def revoked(self) -> Holder:
        return self._holder("revoked signer", self.root)

    @cached_property
    def expired(self) -> Holder:
        return self._holder("expired signer", self.root, until=NOW - DAY)

    @cached_property
    def unsuitable(self) -> Holder:
        return self._holder("cipher only", self.root, signs=False)

    @cached_property
    def stamper(self) -> Holder:
        return self._holder("elsewhere tsa", self.root, purpose=Purpose.TIME_STAMPING)

    @cached_property
    def server(self) -> Holder:
        return self._holder("elsewhere web", self.root, purpose=Purpose.SERVER_AUTH)

    @cached_property
    def crl(self) -> bytes:
        return self.list_of(self.revoked, at=NOW - DAY)

    def list_of(self, *revoked: Holder, at: datetime, by: Holder | None = None) -> bytes:
        """A list of the root's as of ``at``, under the signature of ``by``."""
        lists = x509.CertificateRevocationListBuilder().issuer_name(self.root.certificate.subject)
        lists = lists.last_update(at).next_update(NOW + 30 * DAY)
        for one in revoked:
            row = x509.RevokedCertificateBuilder().revocation_date(at)
            row = row.serial_number(one.certificate.serial_number)
            lists = lists.add_revoked_certificate(row.build())
        return lists.sign((by or self.root).key, hashes.SHA256()).public_bytes(Encoding.DER)

    def context(self) -> ValidationContext:
        return ValidationContext(
            trust_roots=[asn1_x509.Certificate.load(self.root.der)],
            crls=[asn1_crl.CertificateList.load(self.crl)],
            allow_fetching=False,
            revocation_mode="soft-fail",
        )

    def timestamper(self, at: datetime | None = None) -> DummyTimeStamper:
        key = self.stamper.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        return DummyTimeStamper(
            tsa_cert=asn1_x509.Certificate.load(self.stamper.der),
            tsa_key=asn1_keys.PrivateKeyInfo.load(key),
            certs_to_embed=self._store(),
            fixed_dt=at,
        )

    def _store(self) -> SimpleCertificateStore:
        store = SimpleCertificateStore()
        store.register(asn1_x509.Certificate.load(self.root.der))
        return store

    def sign(
        self,
        document: bytes,
        *,
        by: Holder | None = None,
        field: str = "Signature1",
        stamped: bool = False,
        box: tuple[int, int, int, int] | None = None,
        forbidden: bool = False,
        **metadata: Any,
    ) -> bytes:
        """``document`` with one more signature, visible in ``box``, ``forbidden`` or not."""
        who = by or self.signer
        key = who.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        signer = SimpleSigner(
            signing_cert=asn1_x509.Certificate.load(who.der),
            signing_key=asn1_keys.PrivateKeyInfo.load(key),
            cert_registry=self._store(),
        )
        settings = {"md_algorithm": "sha256", "subfilter": fields.SigSeedSubFilter.PADES}
        if metadata.get("embed_validation_info") or metadata.get("use_pades_lta"):
            settings["validation_context"] = self.context()
        made = PdfSigner if not forbidden else _Lawless
        signed = made(
            PdfSignatureMetadata(field_name=field, **{**settings, **metadata}),
            signer,
            timestamper=self.timestamper() if stamped else None,
            new_field_spec=fields.SigFieldSpec(field, box=box) if box else None,
        ).sign_pdf(IncrementalPdfFileWriter(io.BytesIO(document), strict=False))
        return bytes(signed.getvalue())

    def stamp(self, document: bytes) -> bytes:
        """``document`` with a document time stamp behind it."""
        stamper = PdfTimeStamper(self.timestamper())
        writer = IncrementalPdfFileWriter(io.BytesIO(document))
        return bytes(stamper.timestamp_pdf(writer, "sha256", self.context()).getvalue())

    def _holder(
        self,
        name: str,
        issuer: Holder | None,
        *,
        authority: bool = False,
        signs: bool = True,
        purpose: x509.ObjectIdentifier | None = None,
        until: datetime = NOW + 30 * DAY,
    ) -> Holder:
        key = rsa.generate_private_key(65537, 2048)
        subject = _name(name)
        usage = x509.KeyUsage(
            digital_signature=signs and not authority,
            content_commitment=signs and not authority,
            key_encipherment=not signs,
            data_encipherment=False,
            key_agreement=False,
            key_cert_sign=authority,
            crl_sign=authority,
            encipher_only=False,
            decipher_only=False,
        )
        builder = (
            x509.CertificateBuilder()
            .issuer_name(issuer.certificate.subject if issuer else subject)
            .subject_name(subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(NOW - 90 * DAY)
            .not_valid_after(until)
            .add_extension(x509.BasicConstraints(authority, None), critical=True)
            .add_extension(usage, critical=True)
        )
        if purpose is not None:
            builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical=True)
        return Holder(key, builder.sign(issuer.key if issuer else key, hashes.SHA256()))


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def incremental(document: bytes, *changes: Any) -> bytes:
    """``document`` with one more revision that makes ``changes``."""
    writer = IncrementalPdfFileWriter(io.BytesIO(document))
    for change in changes:
        change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
