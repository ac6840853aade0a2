"""The header every file of a home begins with: what it is and which format it has."""

from airseal.model.problem import Problem

VERSION = 1
"""The home format this program writes, and the newest it reads."""

KEYSLOTS = b"airseal-keys"
SEGMENT = b"airseal-book"
DESK = b"airseal-desk"
BLOB = b"airseal-blob"
DOOR = b"airseal-door"
BACKUP = b"airseal-save"
INDEX = b"airseal-find"

HEADER_LENGTH = 16


def header(kind: bytes) -> bytes:
    """16 bytes: the kind's 12 ASCII letters and the version as a big-endian u32."""
    return kind + VERSION.to_bytes(4)


def body(data: bytes, kind: bytes) -> bytes | None:
    """What follows the header, or None when the header is not that of ``kind``.

    Raises ``Problem("HOME_NEWER", version=…)`` when a newer program wrote the file (BK-04).
    """
    if len(data) < HEADER_LENGTH or not data.startswith(kind):
        return None
    version = int.from_bytes(data[len(kind) : HEADER_LENGTH])
    if version > VERSION:
        raise Problem("HOME_NEWER", version=version)
    if version < VERSION:
        return None
    return data[HEADER_LENGTH:]
