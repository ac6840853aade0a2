"""The jail holds what it is given, and the program outlives whatever happens inside."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from paper_kit import simple

from airseal.model.problem import Problem
from airseal.paper import jail as jail_module
from airseal.paper import wire
from airseal.paper.jail import Jail, Session
from airseal.paper.memfd import freeze, hold, is_frozen
from airseal.paper.papers import Papers
from airseal.paper.report import PdfReport


@pytest.fixture(scope="module")
def jail() -> Iterator[Jail]:
    made = Jail(formal=True)
    yield made
    made.close()


def pid_of(session: Session) -> int:
    """The process behind a session's pidfd, as the kernel tells it."""
    text = Path(f"/proc/self/fdinfo/{session._process}").read_text()
    return int(next(line.split()[1] for line in text.splitlines() if line.startswith("Pid:")))


def parent_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])


def ended(pid: int) -> bool:
    deadline = time.monotonic() + 5
    while Path(f"/proc/{pid}").exists():
        if time.monotonic() > deadline:
            return False
        os.sched_yield()
    return True


def code_of(call: object, *args: object, **kwargs: object) -> str:
    with pytest.raises(Problem) as caught:
        call(*args, **kwargs)  # type: ignore[operator]
    return caught.value.code


def test_starting_does_not_block_and_a_session_waits() -> None:
    jail = Jail(formal=True)
    before = time.monotonic()
    jail.start()
    assert time.monotonic() - before < 0.2
    assert Papers(jail).preflight(BytesIO(simple())).pages == 1
    assert jail.confined
    jail.close()


def test_a_started_jail_outlives_the_thread_that_started_it() -> None:
    """--die-with-parent means the thread: a worker's end must not take the jail with it."""
    jail = Jail(formal=True)
    sessions: list[Session] = []
    worker = threading.Thread(target=lambda: sessions.append(jail.session()))
    worker.start()
    worker.join()
    zygote = parent_of(pid_of(sessions[0]))
    with hold(simple(), 10_000) as document:
        assert sessions[0].ask(wire.ReadText(1), [document], str).startswith("Hello")
    with jail.session() as again:
        assert parent_of(pid_of(again)) == zygote
    jail.close()


def test_every_session_is_a_process_of_its_own_and_ends_with_it(jail: Jail) -> None:
    with jail.session() as one, jail.session() as two:
        first, second = pid_of(one), pid_of(two)
        assert first != second
    assert ended(first) and ended(second)


def test_a_session_has_no_privileges_left(jail: Jail) -> None:
    with jail.session() as session, hold(simple(), 10_000) as document:
        session.ask(wire.ReadText(1), [document], str)
        pid = pid_of(session)
        status = Path(f"/proc/{pid}/status").read_text()
        limits = Path(f"/proc/{pid}/limits").read_text()
        namespaces = {
            kind: (os.readlink(f"/proc/{pid}/ns/{kind}"), os.readlink(f"/proc/self/ns/{kind}"))
            for kind in ("net", "mnt", "pid", "ipc", "uts")
        }
    assert "NoNewPrivs:\t1" in status
    assert "CapEff:\t0000000000000000" in status
    rows = {line[:26].strip(): line[26:].split()[1] for line in limits.splitlines()[1:]}
    assert rows["Max core file size"] == "0"
    assert rows["Max processes"] == "0"
    assert int(rows["Max address space"]) <= 2 << 30
    assert int(rows["Max cpu time"]) <= 120
    assert all(inside != outside for inside, outside in namespaces.values()), namespaces


def test_inside_the_walls_there_is_no_network_no_home_and_nothing_to_write() -> None:
    probe = """
import os, socket
def refused(call, *args):
    try:
        call(*args)
    except OSError:
        return True
    return False
home = os.path.expanduser("~root")
print(
    refused(socket.create_connection, ("127.0.0.1", 22), 1),
    not os.path.exists("/etc/passwd") and "HOME" not in os.environ,
    all(refused(open, name, "w") for name in ("/x", "/usr/x", home + "/x", os.getcwd() + "x")),
    # A program installed below one of these is bound there; nothing else of it may be seen.
    [n for n in os.listdir("/") if n in {"home", "tmp", "var", "proc", "sys", "dev"} - {BOUND}],
    socket.if_nameindex()[1:],
)
"""
    bound = Path(jail_module.__file__).resolve().parts[1]
    probe = probe.replace("BOUND", repr(bound))
    command = ["bwrap", *jail_module._walls(), sys.executable, "-I", "-c", probe]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=30, env={"SECRET": "1", "PATH": "/usr/bin"}
    )
    assert done.stdout.strip() == "True True True [] []", done.stderr


def test_a_killed_child_harms_only_its_own_session(jail: Jail) -> None:
    with jail.session() as doomed, jail.session() as other, hold(simple(), 10_000) as document:
        os.kill(pid_of(doomed), signal.SIGKILL)
        assert code_of(doomed.ask, wire.ReadText(1), [document], str) == "JAIL_DIED"
        assert code_of(doomed.ask, wire.ReadText(1), [document], str) == "JAIL_DIED"
        assert other.ask(wire.ReadText(1), [document], str).startswith("Hello")


def test_a_child_that_hangs_is_killed_when_its_time_is_up(jail: Jail) -> None:
    with jail.session() as session, hold(simple(), 10_000) as document:
        pid = pid_of(session)
        os.kill(pid, signal.SIGSTOP)
        assert code_of(session.ask, wire.ReadText(1), [document], str, 0.2) == "JAIL_TIMEOUT"
        assert ended(pid)


def test_a_killed_zygote_is_replaced(jail: Jail) -> None:
    with jail.session() as session:
        zygote = parent_of(pid_of(session))
        os.kill(zygote, signal.SIGKILL)
        assert ended(zygote)
    with jail.session() as session, hold(simple(), 10_000) as document:
        assert session.ask(wire.ReadText(1), [document], str).startswith("Hello")


def test_a_child_that_dies_while_waiting_is_replaced(jail: Jail) -> None:
    with jail.session() as session, hold(simple(), 10_000) as document:
        session.ask(wire.ReadText(1), [document], str)
        zygote = parent_of(pid_of(session))
        children = Path(f"/proc/{zygote}/task/{zygote}/children").read_text().split()
        waiting = {int(pid) for pid in children} - {pid_of(session)}
        for pid in waiting:
            os.kill(pid, signal.SIGKILL)
            assert ended(pid)
    assert waiting
    with jail.session() as session, hold(simple(), 10_000) as document:
        assert session.ask(wire.ReadText(1), [document], str).startswith("Hello")
        assert parent_of(pid_of(session)) == zygote


def test_a_document_that_wants_too_much_memory_is_survived(jail: Jail) -> None:
    huge = b"<< /Type /XObject /Subtype /Image /Width 60000 /Height 60000 /BitsPerComponent 8 "
    huge += b"/ColorSpace /DeviceRGB /Length 1 >>\nstream\nx\nendstream"
    document = BytesIO(
        simple(
            content=b"q 500 0 0 500 0 0 cm /I Do Q",
            resources="/XObject << /I 6 0 R >>",
            more={6: huge},
        )
    )
    # Drawn without the picture, refused, or the child dies of it: the program goes on.
    try:
        Papers(jail).render(document, 1, 200)
    except Problem as problem:
        assert problem.code in {"PDF_BROKEN", "JAIL_MEMORY", "JAIL_DIED"}
    assert Papers(jail).preflight(BytesIO(simple())).pages == 1


def test_without_bubblewrap_a_formal_station_refuses_and_a_demonstration_warns(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    formal = Jail(formal=True)
    with pytest.raises(Problem) as caught:
        formal.session()
    assert (caught.value.code, caught.value.params) == ("JAIL_UNAVAILABLE", {"reason": "missing"})
    formal.close()
    demo = Jail(formal=False)
    assert not demo.confined
    assert Papers(demo).preflight(BytesIO(simple())).pages == 1
    demo.close()


def test_a_bubblewrap_that_may_not_work_here_counts_as_unavailable(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fake = tmp_path / "bwrap"
    fake.write_text("#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2\nexit 1\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    jail = Jail(formal=True)
    for _ in range(2):
        with pytest.raises(Problem) as caught:
            jail.session()
        assert caught.value.params == {"reason": "refused"}
    jail.close()


def impostor(answer: bytes) -> Session:
    """A session whose other end already said ``answer`` and closed."""
    ours, theirs = socket.socketpair()
    child = subprocess.Popen(["/bin/true"])
    process = os.pidfd_open(child.pid)
    child.wait()
    theirs.sendall(answer)
    theirs.shutdown(socket.SHUT_WR)
    session = Session(ours, process)
    session.keep = theirs  # type: ignore[attr-defined]
    return session


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\xff\xff\xff\xff+",
        b"\x00\x00\x00\x02+{}",
        b"\x00\x00\x00\x02-{}",
        b"\x00\x00\x00\x04?null",
        b'\x00\x00\x00\x1e-{"code":"lower","params":{}}  ',
        b"\x00\x00\x01\x00+" + b"[" * 256,
        b"\x00\x00\x00\x09+{}",
    ],
)
def test_an_answer_outside_the_protocol_ends_the_session(answer: bytes) -> None:
    session = impostor(answer)
    assert code_of(session.ask, wire.Inspect(), [], PdfReport, 1) == "JAIL_DIED"


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(body=st.binary(max_size=200) | st.text(max_size=60).map(str.encode))
def test_no_answer_raises_anything_but_a_problem(body: bytes) -> None:
    session = impostor(len(body).to_bytes(4, "big") + b"+" + body)
    assert code_of(session.ask, wire.Inspect(), [], PdfReport, 1) == "JAIL_DIED"


def test_a_frozen_document_cannot_be_changed_by_anybody() -> None:
    with hold(b"abc", 10) as held:
        assert is_frozen(held)
        with pytest.raises(OSError):
            os.pwrite(held.fileno(), b"x", 0)
        with pytest.raises(OSError):
            os.ftruncate(held.fileno(), 0)
        freeze_again = code_of(freeze, held)
        assert freeze_again == "JAIL_DIED"
        assert code_of(hold, held, 2) == "PDF_TOO_LARGE"
    assert code_of(hold, b"abcd", 3) == "PDF_TOO_LARGE"
    assert code_of(hold, BytesIO(b"abcd"), 3) == "PDF_TOO_LARGE"
