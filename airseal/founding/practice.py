"""Practice (练习): a unit of TEST seals in a place of its own, gone when it ends (SU-05, LC-37).

It is the demonstration unit with another overprint: the same duties, soft tokens, a charter
that says it is none of the formal ones. No home outside knows its root, so nothing that is
made in it is ever accepted there (TK-01).
"""

import os
import shutil
import tempfile
from pathlib import Path
from typing import Final

from airseal.founding import demo, demo_home
from airseal.founding.demo_home import DemoHome
from airseal.ports import Progress, silent

_TOKENS: Final = "SOFTHSM2_CONF"


class Practice:
    """A practice unit that was built. Close it, or its files stay until the machine clears them."""

    def __init__(self, directory: Path, tokens_before: str | None) -> None:
        """Use :meth:`begin`."""
        self._directory = directory
        self._tokens_before = tokens_before
        self._home: DemoHome | None = None

    @classmethod
    def begin(cls, progress: Progress = silent) -> "Practice":
        """Build it; this process uses its soft tokens until it is closed.

        Raises what :func:`airseal.founding.demo.build` raises, and ``CANCELLED`` from
        ``progress``; nothing is left behind then.
        """
        directory = Path(tempfile.mkdtemp(prefix="airseal-practice-"))
        practice = cls(directory, os.environ.get(_TOKENS))
        try:
            demo.build(directory / "unit", practice=True, progress=progress)
            practice._home = demo_home.opened(directory / "unit")
        except BaseException:
            practice.close()
            raise
        return practice

    @property
    def home(self) -> DemoHome:
        """Its people, stations and stick."""
        assert self._home is not None
        return self._home

    def close(self) -> None:
        """Delete everything that was made, and go back to the tokens of before."""
        if self._tokens_before is None:
            os.environ.pop(_TOKENS, None)
        else:
            os.environ[_TOKENS] = self._tokens_before
        shutil.rmtree(self._directory, ignore_errors=True)
