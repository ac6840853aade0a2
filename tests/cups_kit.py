"""A real CUPS of its own, with a queue that puts its jobs into a directory."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CONFIGURATION = """
Listen {place}/sock
WebInterface No
DefaultAuthType None
PreserveJobFiles No
BrowseLocalProtocols none
<Location />
Order allow,deny
Allow all
</Location>
<Policy default>
<Limit All>
Order deny,allow
</Limit>
</Policy>
"""
FILES = """
ServerRoot {place}
ServerBin {place}/bin
RequestRoot {place}/spool
CacheDir {place}/cache
StateDir {place}/state
AccessLog {place}/access
ErrorLog {place}/error
PageLog {place}/page
"""
BACKEND = """#!/bin/sh
[ $# -gt 0 ] || exit 0
cat ${6:+"$6"} > "${DEVICE_URI#dir:}/new" && mv "${DEVICE_URI#dir:}/new" "${DEVICE_URI#dir:}/$1.pdf"
"""


@contextmanager
def cups(place: Path, queue: str) -> Iterator[tuple[dict[str, str], Path]]:
    """The environment in which ``lp`` finds it, and where jobs of ``queue`` come out."""
    paper, backend = place / "paper", place / "bin" / "backend" / "dir"
    for directory in ("bin/backend", "bin/daemon", "spool/tmp", "cache", "state", "paper"):
        (place / directory).mkdir(parents=True)
    (place / "bin/daemon/cups-exec").symlink_to("/usr/lib/cups/daemon/cups-exec")
    backend.write_text(BACKEND)
    backend.chmod(0o700)
    (place / "cupsd.conf").write_text(CONFIGURATION.format(place=place))
    (place / "cups-files.conf").write_text(FILES.format(place=place))
    command = ["/usr/sbin/cupsd", "-f", "-c", place / "cupsd.conf", "-s", place / "cups-files.conf"]
    environment = {**os.environ, "CUPS_SERVER": str(place / "sock")}
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as server:
        try:
            until(lambda: (place / "sock").exists())
            subprocess.run(
                ["lpadmin", "-p", queue, "-E", "-v", f"dir:{paper}", "-m", "raw"],
                env=environment,
                check=True,
                capture_output=True,
            )
            yield environment, paper
        finally:
            server.terminate()


def until(ready) -> None:
    deadline = time.monotonic() + 20
    while not ready():
        assert time.monotonic() < deadline
        os.sched_yield()
