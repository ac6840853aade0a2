"""What the codes of ``evidence`` mean."""

from collections.abc import Mapping
from typing import Final

from airseal.errors.sentence import Sentence

EVIDENCE: Final[Mapping[str, Sentence]] = {}
