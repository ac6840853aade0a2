"""Writing a paper form to a medium: it leaves in the clear, so the ledger says so.

AP-11, AP-12, BK-07 for a case, RE-08 for the register of loans.
"""

from pathlib import Path
from typing import BinaryIO

from airseal.evidence.records import FORM_WRITTEN
from airseal.model.digest import Digest, sha256, to_hex
from airseal.ports import Ports
from transfer import media


def write_form(ports: Ports, case: Digest | None, name: str, content: bytes, medium: Path) -> str:
    """Write ``content`` as ``name`` and read it back; returns the file's name.

    ``case`` is None for what is of no single case.

    Raises the ``TransferError`` of the medium, after which nothing is there.
    """

    def copy(out: BinaryIO) -> None:
        out.write(content)

    digest = sha256(content)
    written = media.write_file(medium, name, copy).name
    media.confirm(medium, written, sha256=to_hex(digest), size=len(content))
    about = {} if case is None else {"case": case}
    ports.store.commit([ports.event(FORM_WRITTEN, file=written, digest=digest, **about)])
    return written
