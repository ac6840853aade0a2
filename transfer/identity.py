"""Which medium a path lies on, by the names a register can hold.

A label can be imitated; the UUID of a file system is harder to come by, and still no proof.
"""

import os
from pathlib import Path
from typing import Final

_BY_UUID: Final = Path("/dev/disk/by-uuid")


def names_of(path: Path) -> frozenset[str]:
    """The name of the mounted medium that ``path`` lies on, and the UUID of its file system.

    What lies on no medium mounted by itself is known by the name of its directory.
    """
    place = path.absolute()
    place = place if place.is_dir() else place.parent
    mounted = next((each for each in (place, *place.parents) if each.is_mount()), Path("/"))
    if mounted == Path("/"):
        return frozenset({place.name})
    return frozenset({mounted.name, *_uuids(place)})


def _uuids(place: Path) -> frozenset[str]:
    try:
        device = os.stat(place).st_dev
        links = list(_BY_UUID.iterdir())
        return frozenset(link.name for link in links if link.stat().st_rdev == device)
    except OSError:
        return frozenset()
