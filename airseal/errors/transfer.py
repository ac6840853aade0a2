"""What the codes of ``transfer`` mean."""

from collections.abc import Mapping
from typing import Final

from airseal.errors.sentence import Sentence

TRANSFER: Final[Mapping[str, Sentence]] = {}
