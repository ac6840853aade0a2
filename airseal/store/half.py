"""What the halves of a ``Store`` share: an open home that one writer at a time may change."""

from abc import ABC, abstractmethod
from contextlib import AbstractContextManager
from pathlib import Path

from airseal.store.desk import Projection
from airseal.store.opening import Opened


class Half(ABC):
    """The open home as its halves see it; the ``Store`` itself fills it in."""

    _home: Path
    _parts: Opened
    _project: Projection

    @abstractmethod
    def _writing(self) -> AbstractContextManager[None]:
        """One writer at a time, on a home that is known to be in order."""

    @abstractmethod
    def _open_parts(self) -> Opened:
        """The parts; raises ``Problem("STORE_CLOSED")``."""
