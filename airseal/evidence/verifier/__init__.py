"""The one verifier: from statements and bytes to a verdict with reasons (VF-01…VF-03).

Import, screens, command line and library all ask here. ``policy`` says what a question is,
``subjects`` what it is asked about; ``bundles``, ``documents``, ``signatures`` and ``cases``
hold the questions, ``profiles`` names the sets of them, ``judge`` asks.
"""

from airseal.evidence.verifier.judge import Verifier
from airseal.evidence.verifier.profiles import ARCHIVE, FOREIGN, OWN, Profile
from airseal.evidence.verifier.subjects import digest_of

__all__ = ["ARCHIVE", "FOREIGN", "OWN", "Profile", "Verifier", "digest_of"]
