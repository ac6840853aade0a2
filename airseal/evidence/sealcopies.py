"""The archive of seal copies (副本档案) as the ledger tells it: which seals have one (BK-01)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from airseal.model.digest import Digest, parse_digest
from airseal.store import DeskView, DeskWrite, Entry

COPY_KEPT: Final = "seal-copy-kept"
COPY_TAKEN_OUT: Final = "seal-copy-taken-out"

KIND_COPY: Final = "seal-copy"
"""What the cover sheet of such a copy says it is; no station imports one."""

_TABLE: Final = "seal-copies"


@dataclass(frozen=True, slots=True)
class SealCopy:
    """The newest copy of a seal: of entry ``number`` of the register, ``digest`` in the vault."""

    seal: str
    number: int
    digest: Digest
    size: int
    at: str
    by: str


def project_copies(entry: Entry) -> Iterable[DeskWrite]:
    """The newest copy of each seal."""
    if entry.kind == COPY_KEPT:
        told = {**entry.facts, "at": entry.at, "by": entry.by}
        yield DeskWrite(_TABLE, str(entry.facts["seal"]), told)


def seal_copies(desk: DeskView) -> dict[str, SealCopy]:
    """The newest copies, by seal."""
    return {key: _copy(row) for key, row in desk.items(_TABLE) if isinstance(row, dict)}


def _copy(row: object) -> SealCopy:
    assert isinstance(row, dict)
    return SealCopy(
        seal=str(row["seal"]),
        number=int(row["number"]),
        digest=parse_digest(str(row["digest"])),
        size=int(row["size"]),
        at=str(row["at"]),
        by=str(row["by"]),
    )
