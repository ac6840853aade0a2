"""What the codes of ``duties`` mean."""

from collections.abc import Mapping
from typing import Final

from airseal.errors.sentence import Sentence

DUTIES: Final[Mapping[str, Sentence]] = {}
