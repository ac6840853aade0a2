"""Passwords that were used before, as salted slow hashes (AC-06, AC-10).

A hash is a PHC string, so it carries its own salt and cost; it can only be compared with.
"""

import os

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from airseal.model.secret import Secret
from airseal.store import slots

_LENGTH = 32


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
