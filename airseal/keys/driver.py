"""The driver of the real tokens: the PKCS#11 library a station is told to use (TK-01)."""

import os
import stat
from pathlib import Path

from airseal.keys.tokenhost import TokenHost
from airseal.model.problem import Problem

_WRITABLE_BY_OTHERS = stat.S_IWGRP | stat.S_IWOTH


def check_driver(module: str) -> None:
    """Raise why ``module`` cannot be a station's driver.

    ``TOKEN_MODULE_MISSING`` for no absolute path of a library that loads, ``TOKEN_MODULE_OPEN``
    for a file that others on this machine could replace: it is going to see every PIN.
    """
    path = Path(module)
    if not path.is_absolute() or not path.is_file():
        raise Problem("TOKEN_MODULE_MISSING")
    state = path.stat()
    if state.st_uid not in (0, os.getuid()) or state.st_mode & _WRITABLE_BY_OTHERS:
        raise Problem("TOKEN_MODULE_OPEN")
    with TokenHost(path) as tokens:
        tokens.tokens()
