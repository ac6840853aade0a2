"""What the codes of ``keys`` mean."""

from collections.abc import Mapping
from typing import Final

from airseal.errors.sentence import Sentence

KEYS: Final[Mapping[str, Sentence]] = {}
