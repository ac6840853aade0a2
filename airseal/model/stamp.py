"""A time stamp of an outside authority (RFC 3161), attached to a statement (E-04, VF-10)."""

from dataclasses import dataclass

from airseal.model.digest import Digest
from airseal.model.moment import parse_moment

MAX_TOKEN = 96 << 10
"""Characters of base64: a token of 64 KiB and more."""


@dataclass(frozen=True, slots=True)
class Timestamp:
    """That an outside clock saw the signed bytes of ``subject`` at ``stamped_at``.

    ``imprint`` is the SHA-256 of its ``.p7m``; ``token`` is the RFC 3161 token (base64 DER),
    which says the same and proves it to whoever trusts the authority.
    """

    subject: Digest
    imprint: Digest
    stamped_at: str
    token: str

    def __post_init__(self) -> None:
        parse_moment(self.stamped_at)
        if not 0 < len(self.token) <= MAX_TOKEN:
            raise ValueError("token out of range")
