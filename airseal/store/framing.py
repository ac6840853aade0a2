"""The header every file of a home begins with: what it is and which format it has.

The format of a *home* is that of its keyslot file, which is read before anything else. Files whose
layout has not changed keep their own older number, so that a home that was migrated is as it was
apart from what the migration was for (BK-04).
"""

from typing import Final

from airseal.model.problem import Problem

KEYSLOTS = b"airseal-keys"
SEGMENT = b"airseal-book"
DESK = b"airseal-desk"
BLOB = b"airseal-blob"
DOOR = b"airseal-door"
BACKUP = b"airseal-save"
INDEX = b"airseal-find"

FORMAT: Final = 2
"""The home format this program writes; older ones are migrated, newer ones refused."""

OLDEST: Final = 1
"""The oldest home format that can still be migrated."""

HEADER_LENGTH = 16

_VERSIONS: Final = {KEYSLOTS: FORMAT, SEGMENT: 2, DESK: 1, BLOB: 1, DOOR: 1, BACKUP: 1, INDEX: 1}


def header(kind: bytes) -> bytes:
    """16 bytes: the kind's 12 ASCII letters and the version as a big-endian u32."""
    return kind + _VERSIONS[kind].to_bytes(4)


def body(data: bytes, kind: bytes) -> bytes | None:
    """What follows the header, or None when the header is not that of ``kind``.

    Raises ``Problem("HOME_NEWER", version=…)`` when a newer program wrote the file (BK-04).
    """
    version = version_of(data, kind)
    return None if version is None or version < OLDEST else data[HEADER_LENGTH:]


def version_of(data: bytes, kind: bytes) -> int | None:
    """The version in the header, None when it is not that of ``kind``; raises ``HOME_NEWER``."""
    if len(data) < HEADER_LENGTH or not data.startswith(kind):
        return None
    version = int.from_bytes(data[len(kind) : HEADER_LENGTH])
    if version > _VERSIONS[kind]:
        raise Problem("HOME_NEWER", version=version)
    return version
