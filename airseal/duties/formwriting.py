"""Writing a paper form of a case to a medium: it leaves in the clear, so the ledger says so.

AP-11, AP-12, BK-07.
"""

from pathlib import Path
from typing import BinaryIO

from airseal.evidence.records import FORM_WRITTEN
from airseal.model.digest import Digest, sha256, to_hex
from airseal.ports import Ports
from transfer import media


def write_form(ports: Ports, case: Digest, name: str, content: bytes, medium: Path) -> str:
    """Write ``content`` as ``name`` and read it back; returns the file's name.

    Raises the ``TransferError`` of the medium, after which nothing is there.
    """

    def copy(out: BinaryIO) -> None:
        out.write(content)

    digest = sha256(content)
    written = media.write_file(medium, name, copy).name
    media.confirm(medium, written, sha256=to_hex(digest), size=len(content))
    ports.store.commit([ports.event(FORM_WRITTEN, case=case, file=written, digest=digest)])
    return written
