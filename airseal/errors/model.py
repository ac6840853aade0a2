"""What the codes of ``model`` mean."""

from collections.abc import Mapping
from typing import Final

from airseal.errors.sentence import Sentence

MODEL: Final[Mapping[str, Sentence]] = {}
