"""What others need for the same work, in the same run, with a key of the same kind."""

import io
import logging
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import which
from typing import Final

from asn1crypto import crl as asn1_crl
from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, SimpleSigner, fields, sign_pdf
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

_DAY: Final = timedelta(days=1)
_NICK: Final = "signer"
_PASSWORD: Final = b"bench"


class Peers:
    """A root, a signer under it and a revocation list, all RSA-2048 and in memory."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        now = datetime.now(UTC)
        self._root_key, self._key = (rsa.generate_private_key(65537, 2048) for _ in range(2))
        self._root = _certificate("root", self._root_key, "root", self._root_key, now)
        self._signer = _certificate("root", self._root_key, "signer", self._key, now)
        empty = x509.CertificateRevocationListBuilder().issuer_name(_name("root"))
        dated = empty.last_update(now - _DAY).next_update(now + _DAY)
        self._crl = dated.sign(self._root_key, hashes.SHA256()).public_bytes(Encoding.DER)

    def pyhanko(self) -> Callable[[bytes], bytes]:
        """Signs with the pyHanko library: in this process, key in memory, PAdES B-LT, no picture.

        What ``pyhanko sign addsig --use-pades --with-validation-info`` does, less the start
        of its process.
        """
        # It warns at every signature that nothing will be fetched, which is what we want.
        logging.getLogger("pyhanko").setLevel(logging.ERROR)
        root = asn1_x509.Certificate.load(self._root.public_bytes(Encoding.DER))
        store = SimpleCertificateStore()  # type: ignore[no-untyped-call]  # pyHanko
        store.register(root)
        key = self._key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        signer = SimpleSigner(
            signing_cert=asn1_x509.Certificate.load(self._signer.public_bytes(Encoding.DER)),
            signing_key=asn1_keys.PrivateKeyInfo.load(key),
            cert_registry=store,
        )

        def sign(document: bytes) -> bytes:
            metadata = PdfSignatureMetadata(
                field_name="peer",
                md_algorithm="sha256",
                subfilter=fields.SigSeedSubFilter.PADES,
                embed_validation_info=True,
                validation_context=ValidationContext(
                    trust_roots=[root],
                    crls=[asn1_crl.CertificateList.load(self._crl)],
                    allow_fetching=False,
                    revocation_mode="hard-fail",
                ),
            )
            signed = sign_pdf(IncrementalPdfFileWriter(io.BytesIO(document)), metadata, signer)
            return bytes(signed.getvalue())

        return sign

    def pdfsig(self) -> Callable[[Path, Path], None] | None:
        """Signs with ``pdfsig -add-signature``: a whole process, NSS software key, plain CMS.

        No revocation data, no picture, no check of what it made. None where it is missing.
        """
        if which("pdfsig") is None or which("certutil") is None or which("pk12util") is None:
            return None
        database = self._directory / "nss"
        database.mkdir()
        bundle = self._directory / "signer.p12"
        bundle.write_bytes(
            pkcs12.serialize_key_and_certificates(
                _NICK.encode(),
                self._key,
                self._signer,
                [self._root],
                BestAvailableEncryption(_PASSWORD),
            )
        )
        where = f"sql:{database}"
        _run("certutil", "-N", "-d", where, "--empty-password")
        _run("pk12util", "-i", str(bundle), "-d", where, "-W", _PASSWORD.decode())

        def sign(source: Path, target: Path) -> None:
            target.unlink(missing_ok=True)
            identity = ["-nssdir", str(database), "-nick", _NICK]
            _run("pdfsig", *identity, "-add-signature", str(source), str(target))
            assert target.exists()

        return sign


def pdfsig_verify(document: Path) -> None:
    """``pdfsig`` checks digest and signature value; it is given no root, so it trusts nobody."""
    _run("pdfsig", "-nocert", str(document))


def _run(*command: str) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _certificate(
    issuer: str,
    issuer_key: rsa.RSAPrivateKey,
    subject: str,
    key: rsa.RSAPrivateKey,
    now: datetime,
) -> x509.Certificate:
    authority = issuer == subject
    usage = x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=not authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
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
        .add_extension(x509.BasicConstraints(authority, None), critical=True)
        .add_extension(usage, critical=True)
        .sign(issuer_key, hashes.SHA256())
    )


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
