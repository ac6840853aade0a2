"""Looks around at the machine before a seal is applied (SE-07): media, people, programs.

Everything is read from the kernel's and logind's own files; what a machine does not have is
not there. Nothing here raises.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from airseal.model.surroundings import SHARING, Medium, Surroundings
from transfer.identity import names_of

_MOUNTS = Path("proc/self/mountinfo")
_BLOCK = Path("sys/dev/block")
_SESSIONS = Path("run/systemd/sessions")
_PROCESSES = Path("proc")


def look(root: Path = Path("/")) -> Surroundings:
    """What is around now; ``root`` is where the machine's files are."""
    return Surroundings(
        media=tuple(sorted(set(_media(root)), key=lambda one: one.names)),
        users=tuple(sorted(set(_users(root)))),
        sharing=tuple(sorted(set(_sharing(root)))),
    )


def _media(root: Path) -> Iterator[Medium]:
    """Mounted file systems on a removable disk, or on one that hangs on USB."""
    with suppress(OSError):
        lines = (root / _MOUNTS).read_text(encoding="utf-8", errors="replace").splitlines()
        for parts in (line.split(" ") for line in lines):
            if len(parts) > 4 and _removable(root, parts[2]):
                place = parts[4].encode().decode("unicode_escape", errors="replace")
                yield Medium(tuple(sorted(names_of(Path(place)))))


def _removable(root: Path, device: str) -> bool:
    disk = root / _BLOCK / device
    with suppress(OSError):
        real = disk.resolve(strict=True)
        if "/usb" in str(real):
            return True
        for each in (real, real.parent):
            with suppress(OSError):
                if (each / "removable").read_text(encoding="ascii").strip() == "1":
                    return True
    return False


def _users(root: Path) -> Iterator[str]:
    """People other than this one with a session of their own (logind)."""
    with suppress(OSError):
        for path in (root / _SESSIONS).iterdir():
            with suppress(OSError):
                lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
                told = dict(line.split("=", 1) for line in lines if "=" in line)
                other = told.get("UID") not in (None, str(os.getuid()))
                open_now = told.get("STATE") in ("active", "online")
                if told.get("CLASS", "user") == "user" and open_now and other:
                    yield told.get("USER", told["UID"])


def _sharing(root: Path) -> Iterator[str]:
    with suppress(OSError):
        for path in (root / _PROCESSES).iterdir():
            if path.name.isdigit():
                with suppress(OSError):
                    name = (path / "comm").read_text(encoding="utf-8", errors="replace").strip()
                    if name in SHARING:
                        yield name
