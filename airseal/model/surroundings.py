"""The surroundings of a sealing (操作环境): who and what else is at the machine (SE-07).

What is found is recorded with the sealing, whatever it was.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from airseal.model.problem import Problem


@dataclass(frozen=True, slots=True)
class Medium:
    """A removable medium that is mounted now: every name it is known by, sorted."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is around just now.

    ``media`` are mounted removable media, ``users`` the other people who have a session open at
    the machine, ``sharing`` the programs that show the screen elsewhere.
    """

    media: tuple[Medium, ...] = ()
    users: tuple[str, ...] = ()
    sharing: tuple[str, ...] = ()


SHARING: Final = frozenset(
    (
        *("x11vnc", "x0vncserver", "vncserver", "wayvnc", "Xvnc", "Xtigervnc", "krfb"),
        *("vino-server", "xrdp", "gnome-remote-de", "teamviewerd", "anydesk", "rustdesk"),
        *("todesk", "sunloginclient", "tmate", "ttyd", "obs", "recordmydesktop", "wf-recorder"),
    )
)
"""Programs that show or record the screen, by the name the kernel tells (15 letters)."""


def result_of(found: Surroundings) -> str:
    """The result of a check that a sealing passed, as it is recorded (SE-07).

    ``clear``: nothing was around; ``allowed``: only what may be, such as a registered medium.
    """
    return "allowed" if found.media or found.users or found.sharing else "clear"


def judge_surroundings(found: Surroundings, registered: Collection[str] | None) -> Problem | None:
    """Why nobody should seal in these surroundings, or None.

    ``registered`` are the names of the media this station may be used with; None lets any in,
    as in a demonstration where none was registered. ``MEDIUM_AROUND`` (``name``),
    ``SESSION_AROUND`` (``name``) and ``SHARING_AROUND`` (``name``).
    """
    for medium in found.media:
        if registered is not None and not set(medium.names) & set(registered):
            return Problem("MEDIUM_AROUND", name=medium.names[0])
    if found.users:
        return Problem("SESSION_AROUND", name=found.users[0])
    if found.sharing:
        return Problem("SHARING_AROUND", name=found.sharing[0])
    return None
