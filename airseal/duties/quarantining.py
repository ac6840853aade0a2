"""Quarantine (隔离区): what was refused on import is looked at, copied out, or cleared away.

Nothing in it counts. Whoever answers for alarms answers for it too, with a reason.
"""

from pathlib import Path
from typing import BinaryIO

from airseal.evidence.quarantine import (
    QUARANTINE_CLEARED,
    QUARANTINE_COPIED,
    Refused,
    refused_file,
)
from airseal.evidence.tombstones import carry_out
from airseal.model.digest import Digest, to_hex
from airseal.model.problem import Problem
from airseal.ports import Ports
from transfer import media

SUFFIX = ".refused"
"""What a copy is called: no station takes it for a bundle."""


def copy_out(ports: Ports, file: Digest, medium: Path) -> Path:
    """The file as it came, on ``medium`` and read back, for its sender or for whoever examines it.

    Raises ``Problem("QUARANTINE_UNKNOWN")``, ``BLOB_MISSING`` and the ``TransferError`` of the
    medium.
    """
    refused_file(ports.store.desk, file)
    with ports.store.blob(file) as source:

        def copy(out: BinaryIO) -> None:
            while chunk := source.read(1 << 20):
                out.write(chunk)

        size = source.seek(0, 2)
        source.seek(0)
        written = media.write_file(medium, f"{to_hex(file)[:16]}{SUFFIX}", copy)
        media.confirm(medium, written.name, sha256=to_hex(file), size=size)
    ports.store.commit([ports.event(QUARANTINE_COPIED, bundle=file, file=written.name)])
    return medium / written.name


def clear(ports: Ports, file: Digest, reason: str) -> Refused:
    """Destroy the file; that it was refused, why, and who cleared it stays in the ledger.

    Raises ``Problem("QUARANTINE_UNKNOWN")`` and ``REASON_MISSING``.
    """
    found = refused_file(ports.store.desk, file)
    if not reason.strip():
        raise Problem("REASON_MISSING")
    event = ports.event(
        QUARANTINE_CLEARED, bundle=file, code=found.problem.code, reason=reason.strip()
    )
    ports.store.commit([event])
    carry_out(ports.store, ports.account.person, ports.clock.now())
    return found
