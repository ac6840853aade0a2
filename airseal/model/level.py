"""Levels of secrecy (密级), lowest first, and the rule that compares them (SC-01)."""

from enum import StrEnum


class Level(StrEnum):
    """公开 < 内部 < 秘密 < 机密 < 绝密. Only the last three are state secrets."""

    PUBLIC = "public"
    INTERNAL = "internal"
    CONFIDENTIAL = "confidential"
    SECRET = "secret"
    TOP_SECRET = "top-secret"

    @property
    def rank(self) -> int:
        """0 for 公开 up to 4 for 绝密."""
        return _RANKS[self]

    def covers(self, other: "Level") -> bool:
        """Whether a person, station or medium of this level may hold what is ``other``."""
        return self.rank >= other.rank

    @property
    def is_state_secret(self) -> bool:
        """Whether the level is 秘密 or above."""
        return self.rank >= Level.CONFIDENTIAL.rank


_RANKS = {one: rank for rank, one in enumerate(Level)}
