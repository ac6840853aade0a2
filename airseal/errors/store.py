"""What the codes of ``store`` mean."""

from collections.abc import Mapping
from typing import Final

from airseal.errors.sentence import Sentence

STORE: Final[Mapping[str, Sentence]] = {}
