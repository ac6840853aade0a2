"""Things put aside: derived data that would only take time to derive again.

One encrypted file each. Losing one loses nothing, so a file that is missing, damaged, of another
home or of another format is simply not there; what is read was once written by this home, but
may be an older copy: whoever derives from the ledger binds it to the entry it had come to.
"""

from contextlib import suppress
from pathlib import Path

from airseal.store import cipher, durable
from airseal.store.cipher import Keys, Tampered

DIRECTORY = "aside"
_MAX_FILE = 1 << 28


def keep(home: Path, keys: Keys, name: str, data: bytes) -> None:
    """Put ``data`` aside as ``name`` (short ASCII); raises ``OSError``."""
    directory = home / DIRECTORY
    durable.make_directory(directory)
    sealed = cipher.encrypt(keys.cipher("aside"), data, _associated(keys, name))
    durable.replace(directory / name, sealed)


def find(home: Path, keys: Keys, name: str) -> bytes | None:
    """What was put aside as ``name``, if it can be read."""
    with suppress(OSError, Tampered):
        sealed = durable.read_small(home / DIRECTORY / name, _MAX_FILE)
        return cipher.decrypt(keys.cipher("aside"), sealed, _associated(keys, name))
    return None


def _associated(keys: Keys, name: str) -> bytes:
    return keys.home + name.encode()
