"""What the codes of ``paper`` mean."""

from collections.abc import Mapping
from typing import Final

from airseal.errors.sentence import Sentence

PAPER: Final[Mapping[str, Sentence]] = {}
