"""One-time passwords, and those used before as salted slow hashes (AC-06, AC-08, AC-10).

A hash is a PHC string, so it carries its own salt and cost; it can only be compared with.
"""

import os
import secrets
from typing import Final

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from airseal.model.secret import Secret
from airseal.store import slots

_LENGTH = 32
_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
"""What cannot be misread when a one-time password is passed on by hand."""
_GROUPS: Final = 4


def one_time_password() -> Secret:
    """Four groups of four letters and digits, 79 bits, from the system's random source."""
    groups = ["".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(_GROUPS)]
    return Secret("-".join(groups))


def remember(password: Secret, *, demo: bool) -> str:
    """``password`` as a PHC string; ``demo`` makes it as cheap as the slots of a demonstration."""
    cost = slots.DEMO if demo else slots.FORMAL
    return Argon2id(
        salt=os.urandom(slots.SALT_LENGTH),
        length=_LENGTH,
        iterations=cost.passes,
        lanes=cost.lanes,
        memory_cost=cost.memory,
    ).derive_phc_encoded(password.reveal())


def is_remembered(password: Secret, hashed: str) -> bool:
    """Whether ``hashed`` was made of ``password``; text that is no hash was made of nothing."""
    try:
        Argon2id.verify_phc_encoded(password.reveal(), hashed)
    except (InvalidKey, ValueError):
        return False
    return True
