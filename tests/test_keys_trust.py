"""Path validation: every reason to refuse, at every moment that matters, without a socket."""

import socket
import time
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from cryptography import x509
from hypothesis import given
from hypothesis import strategies as st
from pki import NOW, YEAR, Holder, Pki

from airseal.keys import ca
from airseal.keys.trust import PathValidator
from airseal.model.problem import Problem

SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def no_sockets(pki: Pki, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def refuse(*arguments: object, **named: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "socketpair", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    yield


def validator(pki: Pki, crls: list[bytes] | None = None) -> PathValidator:
    return PathValidator(
        [pki.root.certificate], [pki.issuing.certificate], pki.crls if crls is None else crls
    )


def verdict(judge: PathValidator, certificate: bytes, at: datetime) -> str:
    try:
        judge.validate(certificate, at)
    except Problem as problem:
        return problem.code
    return "OK"


def serial_of(certificate: bytes) -> int:
    return x509.load_der_x509_certificate(certificate).serial_number


def issuing_crl(
    pki: Pki, number: int, this_update: datetime, *revoked: ca.Revoked, days: int = 365
) -> bytes:
    with pki.login(pki.issuing) as signer:
        next_update = this_update + timedelta(days=days)
        return ca.issue_crl(
            pki.issuing.certificate, signer, number, this_update, next_update, revoked
        )


@pytest.mark.parametrize("who", ["drafter", "officer", "custodian", "root"])
def test_good_certificates_are_good(pki: Pki, who: str) -> None:
    holder: Holder = getattr(pki, who)
    assert verdict(validator(pki), holder.certificate, NOW) == "OK"


def test_validity_ends_are_inside(pki: Pki) -> None:
    judge, certificate = validator(pki), pki.officer.certificate
    read = x509.load_der_x509_certificate(certificate)
    first, last = read.not_valid_before_utc, read.not_valid_after_utc
    assert verdict(judge, certificate, first - SECOND) == "CERT_NOT_YET_VALID"
    assert verdict(judge, certificate, first) == "OK"
    assert verdict(judge, certificate, last + SECOND) == "CERT_EXPIRED"
    late = validator(pki, [long_root_crl(pki), issuing_crl(pki, 9, NOW, days=6 * 365)])
    assert verdict(late, certificate, last) == "OK"


def long_root_crl(pki: Pki) -> bytes:
    with pki.login(pki.root) as signer:
        return ca.issue_crl(pki.root.certificate, signer, 9, NOW, NOW + 30 * YEAR)


def test_the_root_expires_too(pki: Pki) -> None:
    judge = validator(pki)
    assert verdict(judge, pki.root.certificate, NOW + 21 * YEAR) == "CERT_EXPIRED"
    assert verdict(judge, pki.root.certificate, NOW - 2 * YEAR) == "CERT_NOT_YET_VALID"


def test_an_expired_root_carries_nobody(pki: Pki) -> None:
    with pki.login(pki.root) as signer:
        short = ca.self_signed_root(
            ca.Subject("测试根证书", "测试单位"),
            pki.root.public_key,
            signer,
            ca.Validity(NOW - YEAR, NOW),
        )
    judge = PathValidator([short], [pki.issuing.certificate], pki.crls)
    assert verdict(judge, pki.officer.certificate, NOW) == "OK"
    assert verdict(judge, pki.officer.certificate, NOW + SECOND) == "CERT_UNTRUSTED"


def test_an_issuer_that_is_not_held_is_not_trusted(pki: Pki) -> None:
    certificate = pki.officer.certificate
    assert verdict(PathValidator([], [], []), certificate, NOW) == "CERT_UNTRUSTED"
    without = PathValidator([pki.root.certificate], [], pki.crls)
    assert verdict(without, certificate, NOW) == "CERT_UNTRUSTED"
    with pki.login(pki.custodian) as signer:
        own = ca.self_signed_root(
            ca.Subject("冒名"), pki.custodian.public_key, signer, ca.Validity(NOW, NOW + YEAR)
        )
    assert verdict(validator(pki), own, NOW) == "CERT_UNTRUSTED"


def test_a_person_cannot_issue(pki: Pki) -> None:
    with pki.login(pki.custodian) as signer:
        forged = ca.issue_person(
            ca.Subject("冒名"),
            pki.drafter.public_key,
            pki.custodian.certificate,
            signer,
            ca.Validity(NOW, NOW + YEAR),
        )
    judge = PathValidator(
        [pki.root.certificate], [pki.issuing.certificate, pki.custodian.certificate], pki.crls
    )
    assert verdict(judge, forged, NOW) in {"CERT_UNTRUSTED", "CERT_STATUS_UNKNOWN"}


def test_an_authority_that_only_issues_cannot_sign(pki: Pki) -> None:
    assert verdict(validator(pki), pki.issuing.certificate, NOW) == "CERT_USAGE"


@pytest.mark.parametrize("kept", [[], ["root_crl"], ["issuing_crl"]])
def test_without_its_lists_the_status_is_unknown(pki: Pki, kept: list[str]) -> None:
    judge = validator(pki, [getattr(pki, name) for name in kept])
    assert verdict(judge, pki.officer.certificate, NOW) == "CERT_STATUS_UNKNOWN"


def test_a_stale_list_leaves_the_status_unknown(pki: Pki) -> None:
    short = issuing_crl(pki, 2, NOW - timedelta(days=10), days=5)
    judge = validator(pki, [pki.root_crl, short])
    limit = NOW - timedelta(days=5)
    assert verdict(judge, pki.officer.certificate, limit - SECOND) == "OK"
    assert verdict(judge, pki.officer.certificate, limit + SECOND) == "CERT_STATUS_UNKNOWN"


def test_revocation_counts_from_its_moment_on(pki: Pki) -> None:
    since = NOW - timedelta(days=30)
    revoked = ca.Revoked(serial_of(pki.officer.certificate), since, "key_compromise")
    judge = validator(pki, [*pki.crls, issuing_crl(pki, 2, NOW, revoked)])
    assert verdict(judge, pki.officer.certificate, since - SECOND) == "OK"
    assert verdict(judge, pki.officer.certificate, since) == "CERT_REVOKED"
    with pytest.raises(Problem) as caught:
        judge.validate(pki.officer.certificate, NOW)
    assert caught.value.params == {"at": since.isoformat()}
    assert verdict(judge, pki.custodian.certificate, NOW) == "OK"


def test_the_newest_list_decides_in_any_order(pki: Pki) -> None:
    revoked = ca.Revoked(serial_of(pki.officer.certificate), NOW - YEAR)
    newer = issuing_crl(pki, 2, NOW, revoked)
    for crls in ([*pki.crls, newer], [newer, *pki.crls]):
        assert verdict(validator(pki, crls), pki.officer.certificate, NOW) == "CERT_REVOKED"


def test_a_list_of_another_signer_counts_for_nothing(pki: Pki) -> None:
    """A forged newer list must neither revoke nor push the real one aside."""
    genuine = issuing_crl(pki, 2, NOW, ca.Revoked(serial_of(pki.officer.certificate), NOW))
    forged = bytearray(genuine)
    forged[-1] ^= 1
    crls = [*pki.crls, bytes(forged), b"", b"noise"]
    assert verdict(validator(pki, crls), pki.officer.certificate, NOW) == "OK"


def test_a_revoked_authority_takes_its_people_with_it(pki: Pki) -> None:
    revoked = ca.Revoked(serial_of(pki.issuing.certificate), NOW - SECOND)
    with pki.login(pki.root) as signer:
        root_crl = ca.issue_crl(pki.root.certificate, signer, 2, NOW, NOW + YEAR, [revoked])
    judge = validator(pki, [root_crl, pki.issuing_crl])
    assert verdict(judge, pki.officer.certificate, NOW) == "CERT_REVOKED"
    assert verdict(judge, pki.officer.certificate, NOW - 2 * SECOND) == "OK"


@given(st.binary(max_size=100), st.integers(0, 10_000), st.integers(1, 255))
def test_hostile_certificates_are_refused_by_a_problem(
    pki: Pki, noise: bytes, position: int, flip: int
) -> None:
    judge = validator(pki)
    assert verdict(judge, noise, NOW) == "CERT_FORM"
    changed = bytearray(pki.officer.certificate)
    changed[position % len(changed)] ^= flip
    assert verdict(judge, bytes(changed), NOW) != "OK"


def test_unreadable_roots_are_refused_when_given() -> None:
    with pytest.raises(Problem) as caught:
        PathValidator([b"not a certificate"], [], [])
    assert caught.value.code == "CERT_FORM"


def test_ten_thousand_statements_cost_a_handful_of_validations(pki: Pki) -> None:
    judge = validator(pki)
    people = [pki.drafter, pki.officer, pki.custodian]
    for person in people:
        judge.validate(person.certificate, NOW)
    begun = time.process_time()
    for number in range(10_000):
        judge.validate(people[number % 3].certificate, NOW - timedelta(minutes=number))
    assert time.process_time() - begun < 1.0  # 10,000 validations would take over ten
