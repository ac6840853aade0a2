"""Sealing: the custodian applies the seal, and the program proves what was done (SE-01…SE-08).

The order is DESIGN §4 Sealing: intent committed, document signed, own output verified and
committed, statement signed and committed. A crash leaves either nothing, or an open intent
that a person finishes or abandons; nothing is ever signed again silently.
"""

from airseal.duties.sealing.checks import (
    CHECKS,
    Intent,
    Position,
    Ready,
    check,
    check_position,
    open_intent,
)
from airseal.duties.sealing.signing import abandon, field_name, seal

__all__ = [
    "CHECKS",
    "Intent",
    "Position",
    "Ready",
    "abandon",
    "check",
    "check_position",
    "field_name",
    "open_intent",
    "seal",
]
