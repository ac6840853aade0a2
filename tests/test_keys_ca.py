"""The CA's certificates and lists, as OpenSSL and cryptography read them."""

from pathlib import Path

import pytest
from cryptography import x509
from pki import NOW, YEAR, Pki, openssl, pem

from airseal.keys import ca
from airseal.model.problem import Problem


def write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def check(tmp_path: Path, pki: Pki, certificate: bytes, crls: list[bytes]) -> bytes:
    lists = write(tmp_path / "crls.pem", b"".join(pem(crl, "X509 CRL") for crl in crls))
    done = openssl(
        "verify",
        "-x509_strict",
        "-crl_check_all",
        "-CAfile",
        write(tmp_path / "root.pem", pem(pki.root.certificate)),
        "-untrusted",
        write(tmp_path / "issuing.pem", pem(pki.issuing.certificate)),
        "-CRLfile",
        lists,
        write(tmp_path / "leaf.pem", pem(certificate)),
    )
    return done.stdout + done.stderr


@pytest.mark.parametrize("who", ["drafter", "officer", "custodian", "issuing"])
def test_openssl_accepts_every_certificate_with_all_lists(
    tmp_path: Path, pki: Pki, who: str
) -> None:
    assert b"leaf.pem: OK" in check(tmp_path, pki, getattr(pki, who).certificate, pki.crls)


def test_openssl_sees_a_revocation(tmp_path: Path, pki: Pki) -> None:
    serial = x509.load_der_x509_certificate(pki.drafter.certificate).serial_number
    with pki.login(pki.issuing) as signer:
        newer = ca.issue_crl(
            pki.issuing.certificate,
            signer,
            2,
            NOW,
            NOW + YEAR,
            [ca.Revoked(serial, NOW, "key_compromise"), ca.Revoked(7, NOW)],
        )
    assert b"certificate revoked" in check(
        tmp_path, pki, pki.drafter.certificate, [pki.root_crl, newer]
    )
    assert b"leaf.pem: OK" in check(tmp_path, pki, pki.officer.certificate, [pki.root_crl, newer])
    read = x509.load_der_x509_crl(newer)
    assert read.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number == 2
    entry = read.get_revoked_certificate_by_serial_number(serial)
    assert entry is not None
    assert entry.extensions.get_extension_for_class(x509.CRLReason).value.reason.name == (
        "key_compromise"
    )


def test_a_person_may_sign_and_nothing_else(pki: Pki) -> None:
    read = x509.load_der_x509_certificate(pki.officer.certificate)
    usage = read.extensions.get_extension_for_class(x509.KeyUsage).value
    assert usage.digital_signature
    assert usage.content_commitment
    assert not usage.key_cert_sign
    assert not read.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert "王审批" in read.subject.rfc4514_string()
    assert read.serial_number.bit_length() == 8 * 20 - 1


def test_the_issuing_authority_makes_no_further_authorities(pki: Pki) -> None:
    read = x509.load_der_x509_certificate(pki.issuing.certificate)
    assert read.extensions.get_extension_for_class(x509.BasicConstraints).value.path_length == 0


def test_a_signer_that_is_not_the_issuer_makes_nothing(pki: Pki) -> None:
    with pki.login(pki.drafter) as signer, pytest.raises(Problem) as caught:
        ca.issue_crl(pki.issuing.certificate, signer, 3, NOW, NOW + YEAR)
    assert caught.value.code == "CA_SIGNATURE"


def test_times_after_2049_are_written_as_rfc_5280_asks(pki: Pki) -> None:
    late = ca.Validity(NOW, NOW.replace(year=2051, month=1, day=1))
    with pki.login(pki.issuing) as signer:
        certificate = ca.issue_person(
            ca.Subject("远"), pki.drafter.public_key, pki.issuing.certificate, signer, late
        )
    assert x509.load_der_x509_certificate(certificate).not_valid_after_utc == late.not_after
    assert b"20510101" in certificate
