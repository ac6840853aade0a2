"""A home that is being made appears under its name whole, or not at all.

It is made in a directory beside, whose name begins with a dot. A kill leaves that, which is no
home, and the next who makes one there takes it away.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from airseal.model.problem import Problem
from airseal.store import durable

_UNFINISHED = ".unfinished"


@contextmanager
def appearing(home: Path) -> Iterator[Path]:
    """Where to make ``home``; it takes its name, durably, when the block ends well.

    Raises ``Problem("HOME_EXISTS")`` unless nothing or an empty directory is there, and
    ``STORE_WRITE_FAILED``.
    """
    with durable.writing("home"):
        if home.is_symlink() or (home.exists() and (not home.is_dir() or any(home.iterdir()))):
            raise Problem("HOME_EXISTS")
        home.parent.mkdir(parents=True, exist_ok=True)
    beside = home.with_name(f".{home.name}{_UNFINISHED}")
    shutil.rmtree(beside, ignore_errors=True)
    try:
        yield beside
        with durable.writing("home"):
            durable.move(beside, home)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
