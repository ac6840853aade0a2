"""Time stamps (RFC 3161): asked for and answered by file, by an authority that openssl plays."""

import base64
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import zxingcpp
from demo_pilot import at_home
from demo_unit import DemoUnit, copied
from guard_kit import GUARD, appoint_guard, at_guard
from hypothesis import given
from hypothesis import strategies as st
from screens_kit import LARGE, SMALL
from station_kit import lasting_jail, pin_of, station_of
from test_screens_light import screen_shot

from airseal.evidence.enrolled import Compared
from airseal.keys.timestamps import (
    MAX_RESPONSE,
    check_token,
    make_request,
    open_response,
    read_nonce,
)
from airseal.model.digest import sha256
from airseal.model.problem import Problem
from airseal.model.request import Sealing
from airseal.model.secret import Secret
from airseal.model.stamp import Timestamp
from airseal.model.verdict import Overall, Word
from airseal.text import use_language

CONFIGURATION = """
[req]
distinguished_name = dn
prompt = no
[dn]
CN = {name}
[ca]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
[tsa]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[other]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, emailProtection
[tsa_config]
serial = {place}/serial
default_policy = 1.2.3.4.1
digests = sha256, sha512
signer_digest = sha256
ess_cert_id_alg = sha256
accuracy = secs:1
"""


@dataclass(frozen=True)
class Authority:
    """A time stamping authority in a directory: a root and a stamper's certificate."""

    place: Path

    @classmethod
    def made(cls, place: Path, name: str, purpose: str = "tsa") -> "Authority":
        place.mkdir()
        self = cls(place)
        (place / "config").write_text(CONFIGURATION.format(name=name, place=place))
        new = ("-newkey", "rsa:2048", "-nodes", "-config", "config")
        self._run("req", "-x509", *new, "-keyout", "ca.key", "-out", "ca.pem", "-extensions", "ca")
        self._run("req", *new, "-keyout", "tsa.key", "-out", "tsa.csr", "-subj", f"/CN={name} TSA")
        self._run(
            *("x509", "-req", "-in", "tsa.csr", "-CA", "ca.pem", "-CAkey", "ca.key"),
            *("-CAcreateserial", "-extfile", "config", "-extensions", purpose, "-out", "tsa.pem"),
        )
        return self

    @property
    def root(self) -> bytes:
        return self._run("x509", "-in", "ca.pem", "-outform", "DER")

    def answer(self, query: bytes, *, name: str = "answer") -> bytes:
        (self.place / f"{name}.tsq").write_bytes(query)
        self._run(
            *("ts", "-reply", "-config", "config", "-section", "tsa_config"),
            *("-queryfile", f"{name}.tsq", "-signer", "tsa.pem", "-inkey", "tsa.key"),
            *("-chain", "ca.pem", "-out", f"{name}.tsr"),
        )
        return (self.place / f"{name}.tsr").read_bytes()

    def signed(self, info: bytes) -> bytes:
        """A token over any TSTInfo, which openssl's own responder would not make."""
        (self.place / "info").write_bytes(info)
        return self._run(
            *("cms", "-sign", "-cades", "-binary", "-nodetach", "-outform", "DER", "-in", "info"),
            *("-econtent_type", "id-smime-ct-TSTInfo", "-signer", "tsa.pem", "-inkey", "tsa.key"),
        )

    def verifies(self, response: bytes, data: bytes) -> bool:
        """What openssl itself says."""
        (self.place / "check.tsr").write_bytes(response)
        (self.place / "check.data").write_bytes(data)
        told = self._run(
            "ts", "-verify", "-in", "check.tsr", "-data", "check.data", "-CAfile", "ca.pem"
        )
        return b"OK" in told

    def _run(self, *command: str) -> bytes:
        openssl = shutil.which("openssl")
        assert openssl is not None
        done = subprocess.run([openssl, *command], cwd=self.place, capture_output=True, timeout=60)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.made(tmp_path_factory.mktemp("tsa") / "honest", "Honest")


@pytest.fixture(scope="module")
def answered(authority: Authority) -> bytes:
    return authority.answer(make_request(IMPRINT, NONCE))


DATA = b"a signed statement"
IMPRINT = sha256(DATA)
NONCE = 0x1234_5678_9ABC_DEF0


def test_openssl_answers_our_request_and_we_believe_it(authority: Authority, answered: bytes):
    assert authority.verifies(answered, DATA)
    assert read_nonce(answered) == NONCE
    stamp = open_response(answered, IMPRINT, NONCE, [authority.root])
    assert abs(stamp.time - datetime.now().astimezone()) < timedelta(minutes=5)
    assert check_token(stamp.token, IMPRINT, [authority.root]) == stamp


def code(response: bytes, authorities: list[bytes], nonce: int = NONCE, data: bytes = DATA) -> str:
    with pytest.raises(Problem) as raised:
        open_response(response, sha256(data), nonce, authorities)
    return raised.value.code


def test_the_answer_to_something_else_is_refused(authority: Authority, answered: bytes):
    assert code(answered, [authority.root], nonce=NONCE + 1) == "TIMESTAMP_OTHER"
    assert code(answered, [authority.root], data=b"another") == "TIMESTAMP_OTHER"
    assert code(answered, []) == "TIMESTAMP_UNTRUSTED"


def test_an_authority_nobody_enrolled_is_refused(authority: Authority, tmp_path: Path):
    stranger = Authority.made(tmp_path / "stranger", "Honest")
    foreign = stranger.answer(make_request(IMPRINT, NONCE))
    assert code(foreign, [authority.root]) == "TIMESTAMP_UNTRUSTED"
    assert open_response(foreign, IMPRINT, NONCE, [stranger.root])


@pytest.mark.parametrize(("purpose", "believed"), [("tsa", True), ("other", False)])
def test_a_certificate_for_another_purpose_stamps_nothing(
    authority: Authority, tmp_path: Path, purpose: str, believed: bool
):
    made = Authority.made(tmp_path / "made", "Made", purpose)
    said = token_info(authority.answer(make_request(IMPRINT, NONCE), name="later"))
    token = made.signed(said)
    if believed:
        assert check_token(token, IMPRINT, [made.root])
        return
    with pytest.raises(Problem, match="TIMESTAMP_UNTRUSTED"):
        check_token(token, IMPRINT, [made.root])


def token_info(response: bytes) -> bytes:
    """The TSTInfo in an answer."""
    from asn1crypto import tsp

    token = tsp.TimeStampResp.load(response)["time_stamp_token"]
    return bytes(token["content"]["encap_content_info"]["content"].parsed.dump())


def test_a_refusal_is_told(authority: Authority):
    from asn1crypto import tsp

    query = tsp.TimeStampReq.load(make_request(IMPRINT, NONCE))
    query["message_imprint"]["hash_algorithm"] = {"algorithm": "sha1"}
    query["message_imprint"]["hashed_message"] = b"\0" * 20
    with pytest.raises(Problem, match="TIMESTAMP_REFUSED"):
        read_nonce(authority.answer(query.dump()))


@given(st.data())
def test_no_changed_byte_stamps_anything_else(
    authority: Authority, answered: bytes, data: st.DataObject
):
    at = data.draw(st.integers(0, len(answered) - 1))
    changed = bytearray(answered)
    changed[at] ^= 1 << data.draw(st.integers(0, 7))
    try:
        stamp = open_response(bytes(changed), IMPRINT, NONCE, [authority.root])
    except Problem as problem:
        assert problem.code.startswith("TIMESTAMP_")
    else:
        # Bytes outside the signature (status text, the order of certificates) may differ.
        honest = open_response(answered, IMPRINT, NONCE, [authority.root])
        assert (stamp.time, stamp.imprint) == (honest.time, honest.imprint)


@given(st.binary(max_size=200))
def test_what_is_no_answer_is_said(data: bytes):
    for ask in (lambda: read_nonce(data), lambda: check_token(data, IMPRINT, [])):
        with pytest.raises(Problem, match="TIMESTAMP_FORM"):
            ask()


def test_an_answer_too_long_is_not_even_parsed():
    with pytest.raises(Problem, match="TIMESTAMP_FORM"):
        read_nonce(b"\x30" * (MAX_RESPONSE + 1))


@pytest.fixture(scope="module", autouse=True)
def _jail() -> Iterator[None]:
    with lasting_jail():
        yield


@pytest.fixture(autouse=True)
def chinese() -> Iterator[None]:
    yield
    use_language("zh_CN")


@pytest.fixture
def unit(built_demo: DemoUnit, tmp_path: Path) -> Iterator[DemoUnit]:
    with copied(built_demo, tmp_path / "unit") as copy:
        yield copy


def digits(root: bytes) -> str:
    return sha256(root).removeprefix("sha256:")


def enrolled(unit: DemoUnit, post: str, root: bytes) -> None:
    """The security administrator of a station and the holder of ``post`` accept a stamper."""
    appoint_guard(unit, post)
    path = unit.directory / "tsa.der"
    path.write_bytes(root)
    other, read = unit.person(post), digits(root)
    second, agreed = Compared(other["id"], read), Secret(other["password"])
    with station_of(unit, post) as station, pytest.raises(Problem, match="RIGHT_MISSING"):
        station.trust.enrol_stamper(path, read, second, agreed)
    with at_guard(unit, post) as station:
        made = station.trust.enrol_stamper(path, read, second, agreed)
        assert (made.name, made.compared_by) == ("Honest", tuple(sorted((GUARD, other["id"]))))


def test_two_readings_of_one_fingerprint_and_nothing_less(
    unit: DemoUnit, authority: Authority
) -> None:
    """As a unit's root: nobody is named as a witness who did not read and agree."""
    path, read = unit.directory / "tsa.der", digits(authority.root)
    path.write_bytes(authority.root)
    auditor = unit.person("auditor")
    agreed = Secret(auditor["password"])
    with station_of(unit, "security-admin") as station:

        def refused(first: str, person: str, again: str, password: Secret = agreed) -> str:
            with pytest.raises(Problem) as caught:
                station.trust.enrol_stamper(path, first, Compared(person, again), password)
            return caught.value.code

        assert refused("0" * 64, auditor["id"], read) == "ROOT_FINGERPRINT"
        assert refused(read, auditor["id"], read[:16]) == "ROOT_FINGERPRINT"
        assert refused(read, station.account.person, read) == "WITNESSES_TWO"
        assert refused(read, "nobody", read) == "PERSON_UNKNOWN"
        assert refused(read, auditor["id"], read, Secret("guess")) == "LOGIN_REFUSED"
        assert station.trust.stampers() == ()
        station.trust.enrol_stamper(path, read, Compared(auditor["id"], read), agreed)
        assert refused(read, auditor["id"], read) == "STAMPER_KNOWN"
        path.write_bytes(b"no certificate")
        assert refused(read, auditor["id"], read) == "CERT_FORM"
        for fingerprint, reason, code in (
            (read, " ", "REASON_MISSING"),
            ("0" * 64, "x", "STAMPER_UNKNOWN"),
        ):
            with pytest.raises(Problem, match=code):
                station.trust.revoke_stamper(fingerprint, reason)
        station.trust.revoke_stamper(read.upper(), "their key is lost")
        with pytest.raises(Problem, match="STAMPER_UNKNOWN"):
            station.trust.revoke_stamper(read, "once more")
    with station_of(unit, "custodian") as station, pytest.raises(Problem, match="RIGHT_MISSING"):
        station.trust.revoke_stamper(read, "x")


def test_a_sealing_is_stamped_and_the_checker_sees_it(
    unit: DemoUnit, authority: Authority, tmp_path: Path
):
    stick = tmp_path / "stick"
    stick.mkdir()
    with station_of(unit, "custodian") as station:
        case = station.cases()[0].id
        sealing = station.case(case).facts.sealings[0]
        assert isinstance(sealing.body, Sealing)
        query = stick / station.stamps.request(sealing.id, stick)
    answer = stick / "answer.tsr"
    answer.write_bytes(authority.answer(query.read_bytes(), name="sealing"))
    pin = pin_of(unit, "custodian")
    with (
        station_of(unit, "custodian") as station,
        station.signing(pin) as s,
        pytest.raises(Problem, match="TIMESTAMP_UNTRUSTED"),
    ):
        station.stamps.attach(answer, s)
    enrolled(unit, "custodian", authority.root)
    with station_of(unit, "custodian") as station, station.signing(pin) as s:
        signed = station.stamps.attach(answer, s)
        assert isinstance(signed.statement.body, Timestamp)
        with pytest.raises(Problem, match="TIMESTAMP_UNKNOWN"):
            station.stamps.attach(answer, s)
        bundle = station.export([case], stick, s).path
        verdict = station.verify_case(case)
        assert verdict.overall is Overall.VALID
        assert [c.word for c in verdict.checks if c.code == "TIMESTAMP"] == [Word.PASS]
        # Who sealed cannot prove by their own ledger that it was before they were revoked.
        body, evidence = signed.statement.body, station._ports.evidence
        held = evidence.context().witnessed(sealing)
        assert held is not None and held == datetime.fromisoformat(body.stamped_at)
        assert evidence.context().witnessed(signed.statement) is None
    p7m = next(path for path in unpack(bundle, tmp_path / "out") if sealing.id[7:] in path.name)
    assert authority.verifies(answer.read_bytes(), p7m.read_bytes())
    with station_of(unit, "checker") as station:
        station.import_file(bundle)
        reasons = [c.reason for c in station.verify_case(case).checks if c.code == "TIMESTAMP"]
        assert [reason.code for reason in reasons if reason] == ["TIMESTAMP_UNVERIFIED"]
    enrolled(unit, "checker", authority.root)
    with station_of(unit, "checker") as station:
        words = [c.word for c in station.verify_case(case).checks if c.code == "TIMESTAMP"]
        assert words == [Word.PASS]
    with at_guard(unit, "checker") as station:
        station.trust.revoke_stamper(digits(authority.root), "their key is lost")
        (told,) = station.trust.stampers()
        assert (told.trusted, told.reason) == (False, "their key is lost")
    with station_of(unit, "checker") as station:
        reasons = [c.reason for c in station.verify_case(case).checks if c.code == "TIMESTAMP"]
        assert [reason.code for reason in reasons if reason] == ["TIMESTAMP_UNVERIFIED"]
    with at_guard(unit, "custodian") as station:
        station.trust.revoke_stamper(digits(authority.root), "their key is lost")
    with station_of(unit, "custodian") as station:
        assert station._ports.evidence.context().witnessed(sealing) is None


def unpack(bundle: Path, target: Path) -> list[Path]:
    shutil.unpack_archive(bundle, target, "zip")
    return list(target.rglob("*.p7m"))


def test_asked_for_and_attached_by_command_line(
    unit: DemoUnit, authority: Authority, tmp_path: Path
):
    """E-04 through the doors that people have: trust, request, attach."""
    root = tmp_path / "root.der"
    root.write_bytes(authority.root)
    rows = unit.run("custodian", "cases").json
    case = next(row["id"] for row in rows if row["state"] == "sealed")
    asked = unit.run("custodian", "stamp", "request", case, "--out", tmp_path).json
    answer = tmp_path / "answer.tsr"
    answer.write_bytes(authority.answer((tmp_path / asked["file"]).read_bytes(), name="cli"))
    refused = unit.run("custodian", "stamp", "attach", answer)
    assert refused.json["code"] == "TIMESTAMP_UNTRUSTED"
    auditor, read = unit.person("auditor"), digits(authority.root)
    trust = ("stamp", "trust", root, "--fingerprint", read, "--second", auditor["id"])
    for second, password, code in (
        ("0" * 64, auditor["password"], "ROOT_FINGERPRINT"),
        (read, "guess", "LOGIN_REFUSED"),
        (read, auditor["password"], None),
    ):
        made = unit.run("security-admin", *trust, "--second-fingerprint", second, pin=password).json
        assert made.get("code") == code, made
    assert made["trusted"], made
    attached = unit.run("custodian", "stamp", "attach", answer)
    assert attached.json["case"] == case
    with station_of(unit, "custodian") as station:
        checks = station.verify_case(case).checks
        assert [c.word for c in checks if c.code == "TIMESTAMP"] == [Word.PASS]
    ended = unit.run("security-admin", "stamp", "revoke", read, "--reason", "lost").json
    assert (ended["trusted"], ended["reason"]) == (False, "lost")
    assert unit.run("checker", "stamp", "authorities").json == []
    listed = unit.run("security-admin", "stamp", "authorities").json
    assert (listed["name"], listed["trusted"]) == ("Honest", False)
    with station_of(unit, "custodian") as station:
        checks = station.verify_case(case).checks
        assert [c.word for c in checks if c.code == "TIMESTAMP"] == [Word.NOTE]


async def test_asked_for_and_attached_on_the_screens(
    unit: DemoUnit, authority: Authority, tmp_path: Path
):
    """E-04: from the case to the medium or a QR code, and back; the case says how far it is."""
    use_language("en")
    enrolled(unit, "custodian", authority.root)
    async with at_home(unit, "custodian") as person:
        await person.press("3", "enter", "f8")
        assert person.name == "StampsScreen", person.screen
        await person.press("q")
        assert person.name == "StampCodeScreen"
        assert "LIGHT_SCREEN" in person.screen, "a code that does not fit is not cut"
        await person.resize(LARGE)
        assert "LIGHT_SCREEN" not in person.screen
        (code,) = zxingcpp.read_barcodes(screen_shot(person.app))
        asked = base64.b64decode(code.text)
        assert read_nonce(authority.answer(asked, name="light"))
        await person.resize(SMALL)
        await person.press("escape", "enter")
        (query,) = unit.usb.glob("*.tsq")
        assert query.name in person.screen
        answer = unit.usb / "answer.tsr"
        answer.write_bytes(authority.answer(query.read_bytes(), name="screen"))
        await person.press("i", "enter")
        await person.type(unit.person("custodian")["pin"])
        await person.press("enter")
        assert "+ stamped at" in person.screen, person.screen
        await person.press("escape")
        assert "+ stamped at" in person.screen, person.screen
    with station_of(unit, "custodian") as station:
        (stamped, *_) = (c for c in station.cases() if c.state.value == "sealed")
        words = [c.word for c in station.verify_case(stamped.id).checks if c.code == "TIMESTAMP"]
        assert words == [Word.PASS]
