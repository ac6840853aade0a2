"""Garbage is looked for seldom, and not at all until the first screen is painted.

Everything that is imported and built for it stays: looking through it for garbage again and again
took 30 of 510 ms of computing. Once it is painted, it is not looked through any more either.
"""

import gc
from typing import Final

_OBJECTS: Final = 20_000
"""New objects between two looks, instead of Python's 700: of ten thousand statements that are
imported nearly nothing is garbage, and looking for it took a tenth of the time."""


def seldom() -> None:
    """Look for garbage in this process no more often than is worth it."""
    gc.set_threshold(_OBJECTS)


def put_off() -> None:
    """Collect nothing from now on."""
    gc.disable()


def begin() -> None:
    """Collect from now on, if that was put off; what was made until now is left out."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()
