"""Garbage is not collected until the first screen is painted.

Everything that is imported and built for it stays: looking through it for garbage again and again
took 30 of 510 ms of computing. Once it is painted, it is not looked through any more either.
"""

import gc


def put_off() -> None:
    """Collect nothing from now on."""
    gc.disable()


def begin() -> None:
    """Collect from now on, if that was put off; what was made until now is left out."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()
