"""The statement profile: what OpenSSL accepts, and that nothing but it is accepted."""

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from asn1crypto import cms as asn1cms
from asn1crypto import core
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from hypothesis import given
from hypothesis import strategies as st
from pki import Holder, Pki, openssl

from airseal.keys import cms
from airseal.keys.algorithms import P256_ORDER, Algorithm
from airseal.keys.signing import Signer
from airseal.model.problem import Problem

AT = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)
PAYLOAD = '{"kind":"request","title":"关于用印的请示"}'.encode()


@dataclass(frozen=True)
class Made:
    attached: bytes
    detached: bytes


@pytest.fixture(scope="module", params=["custodian", "officer"])
def holder(pki: Pki, request: pytest.FixtureRequest) -> Holder:
    found: Holder = getattr(pki, request.param)
    return found


@pytest.fixture(scope="module")
def made(pki: Pki, holder: Holder) -> Made:
    with pki.login(holder) as signer:
        return Made(cms.sign_attached(PAYLOAD, signer, AT), cms.sign_detached(PAYLOAD, signer, AT))


def refused(der: bytes) -> str:
    with pytest.raises(Problem) as caught:
        cms.open_attached(der)
    return caught.value.code


def test_what_was_signed_comes_back(made: Made, holder: Holder) -> None:
    expected = cms.Opened(PAYLOAD, holder.certificate, AT)
    assert cms.open_attached(made.attached) == expected
    assert cms.open_detached(made.detached, PAYLOAD) == expected


def test_openssl_verifies_both_kinds(made: Made, pki: Pki, tmp_path: Path) -> None:
    (tmp_path / "a.p7m").write_bytes(made.attached)
    (tmp_path / "d.p7s").write_bytes(made.detached)
    (tmp_path / "content").write_bytes(PAYLOAD)
    common = ["cms", "-verify", "-inform", "DER", "-CAfile", pki.trust_pem]
    attached = openssl(*common, "-in", tmp_path / "a.p7m")
    assert (attached.returncode, attached.stdout) == (0, PAYLOAD), attached.stderr
    content = ["-content", tmp_path / "content", "-binary"]
    detached = openssl(*common, "-in", tmp_path / "d.p7s", *content)
    assert detached.returncode == 0, detached.stderr
    # CAdES: the signing-certificate-v2 attribute names the certificate that signed.
    assert openssl(*common, "-cades", "-in", tmp_path / "a.p7m").returncode == 0


def test_openssl_verifies_a_charter_signed_by_the_root(pki: Pki, tmp_path: Path) -> None:
    with pki.login(pki.root) as signer:
        (tmp_path / "c.p7m").write_bytes(cms.sign_attached(b"charter", signer, AT))
    arguments = ["-inform", "DER", "-CAfile", pki.trust_pem, "-in", tmp_path / "c.p7m"]
    done = openssl("cms", "-verify", *arguments)
    assert (done.returncode, done.stdout) == (0, b"charter"), done.stderr


def test_the_form_is_the_one_cades_b_b_asks_for(made: Made) -> None:
    signed = asn1cms.ContentInfo.load(made.attached)["content"]
    (info,) = signed["signer_infos"]
    assert [attribute["type"].dotted for attribute in info["signed_attrs"]] == [
        "1.2.840.113549.1.9.3",  # content-type
        "1.2.840.113549.1.9.5",  # signing-time
        "1.2.840.113549.1.9.4",  # message-digest
        "1.2.840.113549.1.9.16.2.47",  # signing-certificate-v2
    ]
    assert len(signed["certificates"]) == 1
    assert not info["unsigned_attrs"]
    assert not signed["crls"]


@pytest.mark.parametrize("bits", [1, pytest.param(8, marks=pytest.mark.soak)])
def test_a_flipped_bit_in_every_byte_is_refused(made: Made, bits: int) -> None:
    for position in range(len(made.attached)):
        for bit in range(position, position + bits):
            forged = bytearray(made.attached)
            forged[position] ^= 1 << bit % 8
            refused(bytes(forged))


def test_every_cut_and_every_addition_is_refused(made: Made) -> None:
    for length in range(0, len(made.attached), 7):
        refused(made.attached[:length])
    refused(made.attached + b"\0")
    refused(made.detached)


def test_a_detached_signature_fits_its_content_only(made: Made) -> None:
    for content in (b"", PAYLOAD[:-1], PAYLOAD + b" "):
        with pytest.raises(Problem) as caught:
            cms.open_detached(made.detached, content)
        assert caught.value.code == "CMS_DIGEST"
    with pytest.raises(Problem) as caught:
        cms.open_detached(made.attached, PAYLOAD)
    assert caught.value.code == "CMS_FORM"


def test_a_changed_payload_and_a_changed_value_have_their_own_codes(made: Made) -> None:
    assert refused(made.attached.replace(b"request", b"reQuest")) == "CMS_DIGEST"
    info = asn1cms.ContentInfo.load(made.attached)["content"]["signer_infos"][0]
    attribute = info["signed_attrs"][2].dump()
    changed = attribute[:-1] + bytes([attribute[-1] ^ 1])
    assert refused(made.attached.replace(attribute, changed)) == "CMS_SIGNATURE"


def reencoded(der: bytes, change: str) -> bytes:
    """What a lenient parser takes for the same CMS."""
    info = asn1cms.ContentInfo.load(der)
    signed = info["content"]
    signer = signed["signer_infos"][0]
    match change:
        case "unsigned attribute":
            signer["unsigned_attrs"] = [
                {"type": "content_type", "values": [asn1cms.ContentType("data")]}
            ]
        case "second certificate":
            signed["certificates"].append(signed["certificates"][0])
        case "second signer":
            signed["signer_infos"].append(signer)
        case "no certificate":
            signed["certificates"] = None
        case "explicit null":
            signer["digest_algorithm"] = {"algorithm": "sha256", "parameters": core.Null()}
        case "other version":
            signed["version"] = "v3"
        case "empty crls":
            signed["crls"] = []
    return bytes(info.dump(force=True))


@pytest.mark.parametrize(
    "change",
    [
        "unsigned attribute",
        "second certificate",
        "second signer",
        "no certificate",
        "explicit null",
        "other version",
        "empty crls",
    ],
)
def test_another_encoding_of_the_same_signature_is_refused(made: Made, change: str) -> None:
    assert reencoded(made.attached, "nothing") == made.attached
    assert refused(reencoded(made.attached, change)) in {"CMS_FORM", "CERT_FORM"}


def test_open_lengths_are_refused(made: Made) -> None:
    header = 4
    assert refused(b"\x30\x80" + made.attached[header:] + b"\0\0") == "CMS_FORM"


def test_the_other_ecdsa_value_is_refused(pki: Pki) -> None:
    with pki.login(pki.officer) as signer:
        der = cms.sign_attached(PAYLOAD, signer, AT)
    value = asn1cms.ContentInfo.load(der)["content"]["signer_infos"][0]["signature"].native
    r, s = decode_dss_signature(value)
    high = encode_dss_signature(r, P256_ORDER - s)
    # OpenSSL takes both; a second valid spelling of one signature is what we must not take.
    info = asn1cms.ContentInfo.load(der)
    info["content"]["signer_infos"][0]["signature"] = high
    assert refused(info.dump(force=True)) == "CMS_SIGNATURE"


def test_time_is_whole_seconds_in_utc_and_survives_2050(pki: Pki) -> None:
    beijing = timezone(timedelta(hours=8))
    with pki.login(pki.officer) as signer:
        local = datetime(2026, 3, 1, 20, 0, 0, 999999, tzinfo=beijing)
        assert cms.open_attached(cms.sign_attached(b"x", signer, local)).signing_time == AT
        late = AT.replace(year=2061)
        assert cms.open_attached(cms.sign_attached(b"x", signer, late)).signing_time == late
        with pytest.raises(Problem) as caught:
            cms.sign_attached(b"x", signer, AT.replace(year=1970))
        assert caught.value.code == "CMS_TIME"


@dataclass(frozen=True)
class Mismatched:
    """A signer whose certificate is somebody else's."""

    certificate: bytes
    key: Signer

    @property
    def algorithm(self) -> Algorithm:
        return self.key.algorithm

    def sign(self, tbs: bytes) -> bytes:
        return self.key.sign(tbs)


def test_a_token_that_signs_with_another_key_is_noticed(pki: Pki) -> None:
    with pki.login(pki.custodian) as signer, pytest.raises(Problem) as caught:
        cms.sign_attached(PAYLOAD, Mismatched(pki.drafter.certificate, signer), AT)
    assert caught.value.code == "CMS_SIGNATURE"


def test_sizes_are_capped_before_anything_is_parsed(pki: Pki) -> None:
    assert refused(b"\x30" * (cms.MAX_PAYLOAD + (1 << 20))) == "CMS_SIZE"
    with pytest.raises(Problem) as caught:
        cms.open_detached(b"\x30" * (1 << 20), b"")
    assert caught.value.code == "CMS_SIZE"


@given(st.binary(max_size=200))
def test_noise_is_refused_by_a_problem(noise: bytes) -> None:
    refused(noise)
    refused(b"\x30\x82\x01\x00" + noise)


def test_wild_mutations_are_refused_by_a_problem(made: Made) -> None:
    dice = random.Random(20260301)
    for _ in range(3000):
        forged = bytearray(made.attached)
        for _ in range(dice.randint(1, 4)):
            start = dice.randrange(len(forged))
            match dice.randrange(3):
                case 0:
                    del forged[start : start + dice.randint(1, 40)]
                case 1:
                    forged[start:start] = dice.randbytes(dice.randint(1, 8))
                case _:
                    forged[start] = dice.randrange(256)
        if forged != made.attached:
            refused(bytes(forged))


def test_hostile_tags_and_lengths_cost_no_time() -> None:
    for hostile in (b"\x3f" + b"\xff" * (4 << 20), b"\x30\x80" * (2 << 20), b"\x30\xff" * 4096):
        assert refused(hostile) == "CMS_FORM"
