"""SoftHSM2 as a stand-in for USBKeys: for the demonstration and for tests only (TK-01).

The PINs of a token made here pass through the arguments of ``softhsm2-util`` and are
therefore visible on this machine for a moment. That is acceptable for demonstration PINs,
which are shown to everybody, and for nothing else.
"""

import os
import subprocess
from pathlib import Path

from airseal.model.problem import Problem

MODULES = (
    Path("/usr/lib/softhsm/libsofthsm2.so"),
    Path("/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so"),
    Path("/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so"),
    Path("/usr/lib64/pkcs11/libsofthsm2.so"),
    Path("/usr/local/lib/softhsm/libsofthsm2.so"),
)
_TOOL_SECONDS = 60
_CONFIGURATION = """\
directories.tokendir = {tokens}
objectstore.backend = file
log.level = ERROR
slots.removable = false
"""


def module() -> Path:
    """Where the SoftHSM2 library is; raises ``Problem("TOKEN_MODULE_MISSING")``."""
    found = next((path for path in MODULES if path.exists()), None)
    if found is None:
        raise Problem("TOKEN_MODULE_MISSING")
    return found


def create_store(directory: Path) -> Path:
    """Make an empty token store; returns the ``SOFTHSM2_CONF`` that names it.

    The store may be read by its owner only. Creating it again keeps the tokens in it.
    """
    directory = directory.absolute()
    tokens = directory / "tokens"
    tokens.mkdir(mode=0o700, parents=True, exist_ok=True)
    configuration = directory / "softhsm2.conf"
    configuration.write_text(_CONFIGURATION.format(tokens=tokens), encoding="utf-8")
    return configuration


def init_token(configuration: Path, label: str, so_pin: str, pin: str) -> None:
    """Add an initialised token to the store.

    Raises ``Problem("TOKEN_INIT_FAILED", label=…)`` when SoftHSM refuses, for instance a
    label over 32 bytes or a PIN under 4 characters.
    """
    command = ["softhsm2-util", "--init-token", "--free", "--label", label]
    command += ["--so-pin", so_pin, "--pin", pin, "--module", str(module())]
    environment = {"PATH": os.defpath, "SOFTHSM2_CONF": str(configuration)}
    try:
        subprocess.run(  # noqa: S603  # a fixed program, no shell, arguments are demo values
            command, env=environment, check=True, capture_output=True, timeout=_TOOL_SECONDS
        )
    except (OSError, subprocess.SubprocessError):
        raise Problem("TOKEN_INIT_FAILED", label=label) from None
