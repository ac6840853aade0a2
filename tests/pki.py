"""A small real PKI on SoftHSM2 tokens, shared by every test that needs signatures.

The ``pki`` fixture (see ``conftest``) is made once per test session, in about two seconds;
types and helpers come from here: ``from pki import Pki``.

    def test_something(pki: Pki) -> None:
        with pki.host.login(pki.officer.certificate, pki.officer.pin) as signer:
            ...
"""

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from airseal.keys import ca, softtoken
from airseal.keys.tokenhost import KeyKind, TokenHost, TokenSigner
from airseal.model.secret import Secret

SO_PIN = "12345678"
PIN = "246810"
NOW = datetime.now(UTC).replace(microsecond=0)
YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Holder:
    """A token with its key pair and certificate."""

    label: str
    serial: str
    certificate: bytes
    public_key: bytes

    @property
    def pin(self) -> Secret:
        return Secret(PIN)


@dataclass(frozen=True)
class Pki:
    """Root and issuing CA, three persons (custodian and drafter RSA, officer P-256), CRLs."""

    directory: Path
    configuration: Path
    host: TokenHost
    root: Holder
    issuing: Holder
    drafter: Holder
    officer: Holder
    custodian: Holder
    root_crl: bytes
    issuing_crl: bytes

    @property
    def environment(self) -> dict[str, str]:
        """For a TokenHost of one's own."""
        return {"SOFTHSM2_CONF": str(self.configuration)}

    @property
    def crls(self) -> list[bytes]:
        return [self.root_crl, self.issuing_crl]

    def login(self, holder: Holder) -> TokenSigner:
        return self.host.login(holder.certificate, holder.pin)

    @property
    def trust_pem(self) -> Path:
        """Root and issuing certificate as PEM, for ``openssl -CAfile``."""
        path = self.directory / "trust.pem"
        if not path.exists():
            path.write_bytes(pem(self.root.certificate) + pem(self.issuing.certificate))
        return path


def pem(der: bytes, label: str = "CERTIFICATE") -> bytes:
    from asn1crypto import pem as asn1pem

    return bytes(asn1pem.armor(label, der))


def openssl(*arguments: str | Path) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["openssl", *map(str, arguments)], capture_output=True, timeout=30)


def add_key(configuration: Path, host: TokenHost, label: str, kind: KeyKind) -> tuple[str, bytes]:
    """A new token with one key pair: its serial and public key."""
    softtoken.init_token(configuration, label, SO_PIN, PIN)
    serial = next(token.serial for token in host.tokens() if token.label == label)
    return serial, host.generate(serial, Secret(PIN), kind, label=label)


def build_pki(directory: Path) -> Pki:
    configuration = softtoken.create_store(directory)
    host = TokenHost(environment={"SOFTHSM2_CONF": str(configuration)})
    long, short = ca.Validity(NOW - YEAR, NOW + 20 * YEAR), ca.Validity(NOW - YEAR, NOW + 5 * YEAR)
    pin = Secret(PIN)

    root_serial, root_key = add_key(configuration, host, "root", "rsa-2048")
    issuing_serial, issuing_key = add_key(configuration, host, "issuing", "rsa-2048")
    with host.login_key(root_key, pin) as signer:
        root_cert = ca.self_signed_root(
            ca.Subject("测试根证书", "测试单位"), root_key, signer, long
        )
        issuing_cert = ca.issue_ca(
            ca.Subject("测试签发机构", "测试单位"), issuing_key, root_cert, signer, long
        )
        root_crl = ca.issue_crl(root_cert, signer, 1, NOW - YEAR, NOW + YEAR)
    people = {
        label: (name, *add_key(configuration, host, label, kind))
        for label, name, kind in (
            ("drafter", "李承办", "rsa-2048"),
            ("officer", "王审批", "p-256"),
            ("custodian", "张保管", "rsa-2048"),
        )
    }
    with host.login_key(issuing_key, pin) as signer:
        certificates = {
            label: ca.issue_person(
                ca.Subject(name, "测试单位"), public_key, issuing_cert, signer, short
            )
            for label, (name, _, public_key) in people.items()
        }
        issuing_crl = ca.issue_crl(issuing_cert, signer, 1, NOW - YEAR, NOW + YEAR)
    holders = {
        "root": Holder("root", root_serial, root_cert, root_key),
        "issuing": Holder("issuing", issuing_serial, issuing_cert, issuing_key),
    }
    for label, (_, serial, public_key) in people.items():
        holders[label] = Holder(label, serial, certificates[label], public_key)
    for holder in holders.values():
        host.store_certificate(holder.serial, pin, holder.certificate)
    return Pki(
        directory, configuration, host, root_crl=root_crl, issuing_crl=issuing_crl, **holders
    )


@pytest.fixture(scope="session")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pki]:
    built = build_pki(tmp_path_factory.mktemp("pki"))
    with built.host:
        yield built
