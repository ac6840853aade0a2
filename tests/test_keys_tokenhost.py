"""The token host: one try of a PIN, death and removal are answers, nothing leaks."""

import os
import resource
import select
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography import x509
from hypothesis import given
from hypothesis import strategies as st
from pki import PIN, Holder, Pki, add_key

from airseal.keys import algorithms, softtoken, tokenhost, tokenwire
from airseal.keys.token import pin_state
from airseal.keys.tokenhost import PinState, TokenHost
from airseal.model.problem import Problem
from airseal.model.secret import Secret

SPY = Path("/usr/lib/x86_64-linux-gnu/pkcs11-spy.so")


@pytest.fixture
def host(pki: Pki) -> Iterator[TokenHost]:
    with TokenHost(environment=pki.environment) as own:
        yield own


def code(action: object, *arguments: object, **named: object) -> str:
    with pytest.raises(Problem) as caught:
        action(*arguments, **named)  # type: ignore[operator]
    return caught.value.code


def fits(holder: Holder, signature: bytes, data: bytes) -> bool:
    key = x509.load_der_x509_certificate(holder.certificate).public_key()
    return algorithms.verify(key, signature, data)


def child_of(host: TokenHost) -> int:
    assert host.process_id is not None
    return host.process_id


@pytest.mark.parametrize("who", ["custodian", "officer"])
def test_a_signature_fits_the_certificate(pki: Pki, host: TokenHost, who: str) -> None:
    holder: Holder = getattr(pki, who)
    with host.login(holder.certificate, holder.pin) as signer:
        for data in (b"", b"x", b"y" * 100_000):
            assert fits(holder, signer.sign(data), data)
        assert not fits(holder, signer.sign(b"one"), b"other")


def test_ecdsa_values_are_always_the_low_ones(pki: Pki, host: TokenHost) -> None:
    with host.login(pki.officer.certificate, pki.officer.pin) as signer:
        assert all(fits(pki.officer, signer.sign(bytes([n])), bytes([n])) for n in range(40))


def test_tokens_tell_what_they_are(pki: Pki, host: TokenHost) -> None:
    status = host.status(pki.custodian.certificate)
    assert (status.serial, status.label) == (pki.custodian.serial, "custodian")
    assert status.soft
    assert status.pin is PinState.OK
    assert status.certificates == (pki.custodian.certificate,)
    assert {token.label for token in host.tokens()} >= {"root", "issuing", "drafter", "officer"}


def test_private_keys_stay_in_the_token(pki: Pki) -> None:
    tool = ["pkcs11-tool", "--module", str(softtoken.module()), "--token-label", "custodian"]
    listed = subprocess.run(
        [*tool, "--login", "--pin", PIN, "--list-objects", "--type", "privkey"],
        env={"PATH": os.defpath, **pki.environment},
        capture_output=True,
        text=True,
    ).stdout
    (access,) = [line for line in listed.splitlines() if "Access:" in line]
    assert "sensitive" in access
    assert "never extractable" in access
    (usage,) = [line for line in listed.splitlines() if "Usage:" in line]
    assert usage.split(":")[1].strip() == "sign"


def test_leaving_logs_out(pki: Pki, host: TokenHost) -> None:
    with host.login(pki.officer.certificate, pki.officer.pin) as signer:
        signer.sign(b"x")
    assert code(signer.sign, b"x") == "TOKEN_LOGGED_OUT"
    signer.logout()


def test_a_second_login_ends_the_first(pki: Pki, host: TokenHost) -> None:
    first = host.login(pki.officer.certificate, pki.officer.pin)
    second = host.login(pki.custodian.certificate, pki.custodian.pin)
    assert code(first.sign, b"x") == "TOKEN_LOGGED_OUT"
    first.logout()
    assert fits(pki.custodian, second.sign(b"x"), b"x")


def test_an_unknown_certificate_is_an_absent_token(pki: Pki, tmp_path: Path) -> None:
    empty = softtoken.create_store(tmp_path)
    with TokenHost(environment={"SOFTHSM2_CONF": str(empty)}) as host:
        assert host.tokens() == ()
        assert code(host.login, pki.officer.certificate, pki.officer.pin) == "TOKEN_ABSENT"
        assert code(host.status, pki.officer.certificate) == "TOKEN_ABSENT"
        assert code(host.generate, "0000", Secret(PIN), "p-256") == "TOKEN_ABSENT"
        assert code(host.login, b"no certificate", pki.officer.pin) == "CERT_FORM"


def test_a_certificate_goes_only_beside_its_key(pki: Pki, host: TokenHost) -> None:
    arguments = (pki.officer.serial, Secret(PIN), pki.custodian.certificate)
    assert code(host.store_certificate, *arguments) == "TOKEN_KEY_ABSENT"
    assert code(host.store_certificate, pki.officer.serial, Secret(PIN), b"x") == "CERT_FORM"


class Spied:
    """A host whose calls into the PKCS#11 module are written down by OpenSC's spy."""

    def __init__(self, pki: Pki, log: Path) -> None:
        self._log = log
        self.host = TokenHost(
            SPY,
            environment={
                **pki.environment,
                "PKCS11SPY": str(softtoken.module()),
                "PKCS11SPY_OUTPUT": str(log),
            },
        )

    def calls(self, name: str) -> int:
        return sum(line.endswith(f": {name}") for line in self._log.read_text().splitlines())


@pytest.fixture
def spied(pki: Pki, tmp_path: Path) -> Iterator[Spied]:
    spy = Spied(pki, tmp_path / "spy.log")
    with spy.host:
        yield spy


def test_a_wrong_pin_is_tried_exactly_once(pki: Pki, spied: Spied) -> None:
    with pytest.raises(Problem) as caught:
        spied.host.login(pki.officer.certificate, Secret("000000"))
    assert (caught.value.code, caught.value.params) == ("PIN_WRONG", {"state": "low"})
    assert spied.calls("C_Login") == 1
    assert spied.host.status(pki.officer.certificate).pin is PinState.LOW
    with spied.host.login(pki.officer.certificate, pki.officer.pin) as signer:
        signer.sign(b"x")
        assert spied.calls("C_Login") == 2
        assert spied.calls("C_Logout") == 0
    assert spied.calls("C_Logout") == 1
    assert spied.host.status(pki.officer.certificate).pin is PinState.OK


@pytest.mark.parametrize("pin", [b"", b"\xff\xfe123456", b"12\x0034", b"1" * 256, b"12\n34"])
def test_a_pin_no_token_can_have_costs_no_try(pki: Pki, spied: Spied, pin: bytes) -> None:
    assert code(spied.host.login, pki.officer.certificate, Secret(pin)) == "PIN_FORM"
    spied.host.tokens()
    assert spied.calls("C_Login") == 0


def test_a_pin_is_changed_with_one_try_of_the_old(pki: Pki, spied: Spied) -> None:
    certificate, host = pki.drafter.certificate, spied.host
    assert code(host.change_pin, certificate, Secret("999999"), Secret("135791")) == "PIN_WRONG"
    assert code(host.change_pin, certificate, Secret(PIN), Secret("1")) == "PIN_FORM"
    assert (spied.calls("C_SetPIN"), spied.calls("C_Login")) == (2, 0)
    host.change_pin(certificate, Secret(PIN), Secret("135791"))
    assert code(host.login, certificate, Secret(PIN)) == "PIN_WRONG"
    host.login(certificate, Secret("135791")).logout()
    host.change_pin(certificate, Secret("135791"), Secret(PIN))


@pytest.mark.parametrize(
    ("flags", "state"),
    [
        (0x0000040D, PinState.OK),
        (0x0001040D, PinState.LOW),
        (0x0003040D, PinState.FINAL_TRY),
        (0x0007040D, PinState.LOCKED),
        (0x0008040D, PinState.INITIAL),
        (0x000A040D, PinState.FINAL_TRY),
    ],
)
def test_pin_states_are_read_from_the_flags(flags: int, state: PinState) -> None:
    assert pin_state(flags) is state


def test_death_between_calls_is_one_problem_and_then_over(pki: Pki, host: TokenHost) -> None:
    signer = host.login(pki.officer.certificate, pki.officer.pin)
    os.kill(child_of(host), signal.SIGKILL)
    assert code(signer.sign, b"x") == "TOKEN_HOST_DIED"
    assert code(signer.sign, b"x") == "TOKEN_LOGGED_OUT"
    with host.login(pki.officer.certificate, pki.officer.pin) as again:
        assert fits(pki.officer, again.sign(b"x"), b"x")


def test_death_during_a_call_is_one_problem_and_then_over(pki: Pki, host: TokenHost) -> None:
    signer = host.login(pki.custodian.certificate, pki.custodian.pin)
    child = child_of(host)
    os.kill(child, signal.SIGSTOP)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(signer.sign, b"x")
        assert not waiting.done()
        os.kill(child, signal.SIGKILL)
        error = waiting.exception(timeout=10)
    assert isinstance(error, Problem)
    assert error.code == "TOKEN_HOST_DIED"
    signer.logout()
    with host.login(pki.custodian.certificate, pki.custodian.pin) as again:
        assert fits(pki.custodian, again.sign(b"x"), b"x")


def test_closing_ends_the_child_and_a_call_starts_another(pki: Pki, host: TokenHost) -> None:
    host.tokens()
    first = os.pidfd_open(child_of(host))
    host.close()
    assert select.select([first], [], [], 5)[0]
    os.close(first)
    assert host.process_id is None
    assert host.tokens()


def test_closing_logs_out(pki: Pki, spied: Spied) -> None:
    spied.host.login(pki.officer.certificate, pki.officer.pin)
    spied.host.close()
    assert spied.calls("C_Logout") == 1


def test_a_token_that_hangs_is_given_up(
    pki: Pki, host: TokenHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    signer = host.login(pki.officer.certificate, pki.officer.pin)
    os.kill(child_of(host), signal.SIGSTOP)
    monkeypatch.setattr(tokenhost, "REPLY_SECONDS", 0.05)
    assert code(signer.sign, b"x") == "TOKEN_HOST_DIED"
    monkeypatch.undo()
    assert host.status(pki.officer.certificate).pin is PinState.OK


def test_a_pulled_token_is_said_and_may_return(tmp_path: Path, pki: Pki) -> None:
    configuration = softtoken.create_store(tmp_path / "store")
    with TokenHost(environment={"SOFTHSM2_CONF": str(configuration)}) as host:
        _, public_key = add_key(configuration, host, "甲", "p-256")
        (token,) = (tmp_path / "store" / "tokens").iterdir()
        signer = host.login_key(public_key, Secret(PIN))
        signer.sign(b"x")
        pulled = shutil.move(token, tmp_path / "pulled")
        assert code(signer.sign, b"x") == "TOKEN_PULLED"
        assert code(signer.sign, b"x") == "TOKEN_LOGGED_OUT"
        signer.logout()
        assert host.tokens() == ()
        assert code(host.login_key, public_key, Secret(PIN)) == "TOKEN_ABSENT"
        shutil.move(pulled, token)
        with host.login_key(public_key, Secret(PIN)) as again:
            again.sign(b"x")


def test_a_token_plugged_in_later_is_seen(tmp_path: Path) -> None:
    configuration = softtoken.create_store(tmp_path)
    with TokenHost(environment={"SOFTHSM2_CONF": str(configuration)}) as host:
        assert host.tokens() == ()
        softtoken.init_token(configuration, "later", "12345678", PIN)
        assert [token.label for token in host.tokens()] == ["later"]


def test_threads_take_turns(pki: Pki, host: TokenHost) -> None:
    signer = host.login(pki.officer.certificate, pki.officer.pin)
    with ThreadPoolExecutor(4) as pool:
        data = [str(n).encode() for n in range(60)]
        signatures = list(pool.map(signer.sign, data))
    assert all(map(fits, [pki.officer] * 60, signatures, data))


@pytest.mark.parametrize("module", [Path("/nowhere/token.so"), Path(__file__)])
def test_a_module_that_is_none_is_said(module: Path) -> None:
    with TokenHost(module, environment={}) as host:
        assert code(host.tokens) == "TOKEN_MODULE_MISSING"


def test_what_is_too_long_to_sign_is_refused(pki: Pki, host: TokenHost) -> None:
    with host.login(pki.officer.certificate, pki.officer.pin) as signer:
        assert code(signer.sign, bytes((2 << 20) + 1)) == "TOKEN_FAILED"
        assert fits(pki.officer, signer.sign(bytes(2 << 20)), bytes(2 << 20))


def test_the_child_has_a_clean_environment_and_cannot_be_dumped(
    pki: Pki, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOFTHSM2_CONF", str(pki.configuration))
    monkeypatch.setenv("LD_LIBRARY_PATH", "/nowhere")
    with TokenHost() as host, host.login(pki.officer.certificate, pki.officer.pin):
        child = child_of(host)
        assert resource.prlimit(child, resource.RLIMIT_CORE) == (0, 0)
        # The kernel gives the files of a process that cannot be dumped to root.
        assert Path(f"/proc/{child}/environ").stat().st_uid == 0
        assert PIN.encode() not in Path(f"/proc/{child}/cmdline").read_bytes()
        if os.geteuid() == 0:
            names = {
                line.partition(b"=")[0]
                for line in Path(f"/proc/{child}/environ").read_bytes().split(b"\0")
                if line
            }
            assert b"SOFTHSM2_CONF" in names
            assert names <= {b"SOFTHSM2_CONF", b"LANG", b"LC_ALL", b"LC_CTYPE"}


PARENT = """
import sys, threading
from airseal.keys.tokenhost import TokenHost
host = TokenHost()
started = threading.Thread(target=host.tokens)
started.start()
started.join()
first = host.process_id
host.tokens()
print(first, host.process_id, flush=True)
sys.stdin.read()
"""


def test_the_child_outlives_its_thread_but_not_its_parent(pki: Pki) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, **pki.environment},
        text=True,
    )
    assert parent.stdout is not None
    first, second = map(int, parent.stdout.readline().split())
    assert first == second
    child = os.pidfd_open(second)
    os.kill(second, signal.SIGSTOP)  # it cannot even see that its pipe ended
    parent.kill()
    parent.wait()
    assert select.select([child], [], [], 5)[0]
    os.close(child)


def test_a_host_that_is_never_closed_keeps_no_program_from_ending(pki: Pki) -> None:
    program = "from airseal.keys.tokenhost import TokenHost; host = TokenHost(); host.tokens()"
    environment = {**os.environ, **pki.environment}
    subprocess.run([sys.executable, "-c", program], env=environment, timeout=10, check=True)


def received(data: bytes) -> tokenwire.Reply:
    reader, writer = os.pipe()
    feed = threading.Thread(target=lambda: (os.write(writer, data), os.close(writer)))
    feed.start()
    try:
        return tokenwire.receive_reply(reader, 5)
    finally:
        feed.join()
        os.close(reader)


@given(st.binary(max_size=300))
def test_a_host_that_talks_nonsense_is_a_wire_error(noise: bytes) -> None:
    for data in (noise, len(noise).to_bytes(4) + noise, b"\xff\xff\xff\xff" + noise):
        with pytest.raises(tokenwire.WireError):
            received(data)


def test_replies_come_through_whole_and_late_ones_do_not() -> None:
    reply = tokenwire.Value(bytes(range(256)))
    reader, writer = os.pipe()
    tokenwire.send(writer, reply)
    assert tokenwire.receive_reply(reader, 1) == reply
    with pytest.raises(tokenwire.WireError):
        tokenwire.receive_reply(reader, 0.01)
    os.close(reader)
    with pytest.raises(tokenwire.WireError):
        tokenwire.send(writer, reply)
    os.close(writer)


def test_soft_tokens_that_cannot_be_made_are_said(tmp_path: Path) -> None:
    configuration = softtoken.create_store(tmp_path)
    assert code(softtoken.init_token, configuration, "x", "1", "1") == "TOKEN_INIT_FAILED"
    assert (tmp_path / "tokens").stat().st_mode & 0o077 == 0
