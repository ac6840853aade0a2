"""The program's own process: its files are the owner's, its memory is nobody else's."""

import os
import subprocess
import sys
from pathlib import Path

ASK = """
import ctypes, os, resource
from airseal.hardening import harden_process
os.umask(0)
harden_process()
print(oct(os.umask(0)), resource.getrlimit(resource.RLIMIT_CORE), ctypes.CDLL(None).prctl(3))
"""


def test_no_core_no_tracing_no_open_files() -> None:
    said = subprocess.run(
        [sys.executable, "-c", ASK], capture_output=True, text=True, check=True, timeout=60
    )
    assert said.stdout.split("\n")[0] == "0o77 (0, 0) 0"


def test_every_command_is_hardened_before_its_arguments_are_read() -> None:
    ask = (
        "import ctypes\n"
        "from airseal.cli import main as cli\n"
        "try:\n"
        "    cli.run(['no-such-command'])\n"
        "except SystemExit:\n"
        "    print(ctypes.CDLL(None).prctl(3))\n"
    )
    said = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, timeout=60)
    assert said.stdout == "0\n"


def test_the_program_itself(tmp_path: Path) -> None:
    (tmp_path / "not empty").write_text("")
    said = subprocess.run(
        [sys.executable, "-m", "airseal", "demo", "build", tmp_path],
        env={**os.environ, "AIRSEAL_LANG": "en"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (said.returncode, said.stdout) == (1, "")
    assert said.stderr.endswith("[DEMO_EXISTS]\n")
