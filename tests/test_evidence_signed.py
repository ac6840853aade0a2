"""A signed statement: the signature, the certificate and the payload name each other."""

import random
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pki import openssl
from unit import ASKED, SignedUnit, draft

from airseal.evidence.signed import Signed, read
from airseal.evidence.wire import encode
from airseal.keys.cms import open_attached, sign_attached
from airseal.model.people import Post
from airseal.model.problem import Problem


@pytest.fixture(scope="module")
def said(bureau: SignedUnit) -> Signed:
    unit = bureau.fork()
    return unit[unit.request()]


def forge(unit: SignedUnit, person: str, payload: bytes, seconds: int = 0) -> bytes:
    """Any payload, signed by ``person``."""
    with unit.keys.pki.login(unit.keys.people[person]) as signer:
        return sign_attached(payload, signer, ASKED + timedelta(seconds=seconds))


def code(p7m: bytes) -> str:
    with pytest.raises(Problem) as caught:
        read(p7m)
    return caught.value.code


def test_reads_what_was_said(said: Signed) -> None:
    assert read(said.p7m) == said
    assert open_attached(said.p7m).payload == encode(said.statement)


def test_openssl_reads_it_too(said: Signed, bureau: SignedUnit, tmp_path: Path) -> None:
    (tmp_path / "s.p7m").write_bytes(said.p7m)
    arguments = ["cms", "-verify", "-binary", "-inform", "DER"]
    trust = bureau.keys.pki.trust_pem
    done = openssl(*arguments, "-in", tmp_path / "s.p7m", "-CAfile", trust)
    assert done.returncode == 0, done.stderr
    assert done.stdout == encode(said.statement)


def test_the_certificate_must_be_the_one_it_names(bureau: SignedUnit, said: Signed) -> None:
    assert code(forge(bureau, "wang", encode(said.statement))) == "STATEMENT_SIGNER"
    assert read(forge(bureau, "li", encode(said.statement))).id == said.id


def test_both_times_are_the_same(bureau: SignedUnit, said: Signed) -> None:
    assert code(forge(bureau, "li", encode(said.statement), seconds=1)) == "STATEMENT_TIME"


def test_a_signed_payload_that_is_no_statement(bureau: SignedUnit) -> None:
    assert code(forge(bureau, "li", b"{}")) == "STATEMENT_FORM"
    assert code(forge(bureau, "li", b"")) == "STATEMENT_FORM"


def test_a_kind_that_is_not_its_body(bureau: SignedUnit, said: Signed) -> None:
    certificate = bureau.certificates["li"]
    made = draft("bureau", "li", certificate, said.statement.body, post=Post.DRAFTER, at=ASKED)
    payload = encode(replace(made, kind="decision"))
    assert code(forge(bureau, "li", payload)) == "STATEMENT_FORM"


def test_no_flipped_bit_is_accepted(said: Signed) -> None:
    chosen = random.Random(20261122)  # the same bits every time
    for _ in range(400):
        spoiled = bytearray(said.p7m)
        spoiled[chosen.randrange(len(spoiled))] ^= 1 << chosen.randrange(8)
        with pytest.raises(Problem):
            read(bytes(spoiled))


@given(st.data())
def test_no_cut_or_addition_is_accepted(said: Signed, data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(said.p7m) - 1))
    more = data.draw(st.binary(min_size=1, max_size=20))
    for spoiled in (said.p7m[:cut], said.p7m[cut:] if cut else b"", said.p7m + more):
        with pytest.raises(Problem):
            read(spoiled)


@given(st.binary(max_size=300))
def test_noise_is_refused(noise: bytes) -> None:
    with pytest.raises(Problem):
        read(noise)
