"""Passwords: how long, how old, and which are too simple (AC-06, AC-07, C-10, X-13)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from airseal.model.level import Level
from airseal.model.problem import Problem

WARN_DAYS: Final = 7
"""How many days before its end an ageing password is announced (AC-06)."""


@dataclass(frozen=True, slots=True)
class PasswordRule:
    """``min_length`` in characters, ``max_age_days``, and how many old ones may not come back."""

    min_length: int
    max_age_days: int
    history: int = 5

    def stricter(self, other: "PasswordRule") -> "PasswordRule":
        """The stricter of both in each point (C-10)."""
        return PasswordRule(
            max(self.min_length, other.min_length),
            min(self.max_age_days, other.max_age_days),
            max(self.history, other.history),
        )


_BY_LEVEL: Final[Mapping[Level, PasswordRule]] = {
    Level.PUBLIC: PasswordRule(min_length=8, max_age_days=60),
    Level.INTERNAL: PasswordRule(min_length=8, max_age_days=60),
    Level.CONFIDENTIAL: PasswordRule(min_length=8, max_age_days=30),
    Level.SECRET: PasswordRule(min_length=10, max_age_days=7),
    Level.TOP_SECRET: PasswordRule(min_length=10, max_age_days=7),
}
"""The table of X-13. 绝密 asks for more than a password; as a password, it is held to 机密."""


def needs_token(level: Level) -> bool:
    """Whether a password alone opens no station of ``level`` (X-13: 绝密)."""
    return level is Level.TOP_SECRET


def rule_for(level: Level, pack: PasswordRule | None) -> PasswordRule:
    """The rule at a station of ``level``: the stricter of the machine's and the policy pack's."""
    machine = _BY_LEVEL[level]
    return machine if pack is None else machine.stricter(pack)


# fmt: off
_COMMON: Final = frozenset(
    {
        "password", "passw0rd", "passwort", "admin", "administrator", "root", "system",
        "letmein", "welcome", "iloveyou", "monkey", "dragon", "football", "baseball", "master",
        "superman", "batman", "trustno", "login", "access", "changeme", "default", "secret",
        "qwerty", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qazwsx", "qazwsxedc", "zaq", "xsw",
        "admin@", "p@ssw0rd", "p@ssword", "woaini", "woaiwojia", "wodemima", "mima", "mimamima",
        "nihao", "nihaoma", "zhongguo", "beijing", "shanghai", "airseal", "yinzhang",
        "gongzhang", "seal", "gongwen", "aini", "wangluo", "jisuanji", "diannao", "zhanghao",
        "kaimen", "guanliyuan"
    }
)
# fmt: on
"""The stems of passwords that everybody tries first; what stands around them changes little."""

_ROWS: Final = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
)
_LONGEST_RUN: Final = 4
_SHORTEST_NAME: Final = 3
_SHORTEST_CHINESE_NAME: Final = 2


def judge_password(
    password: str, rule: PasswordRule, person: str, name: str, phone: str
) -> Problem | None:
    """The rule that a new password fails, or None (AC-07).

    ``PASSWORD_SHORT`` (``length``), ``PASSWORD_COMMON``, ``PASSWORD_REPEATED``,
    ``PASSWORD_SEQUENCE``, ``PASSWORD_ONE_KIND``, ``PASSWORD_PERSONAL``. Whether it was used
    before cannot be seen from the password itself.
    """
    plain = password.casefold()
    if len(password) < rule.min_length:
        return Problem("PASSWORD_SHORT", length=rule.min_length)
    if plain.strip("0123456789!@#$%^&*()_+-=.,?~ ") in _COMMON | {""}:
        return Problem("PASSWORD_COMMON")
    if _has_repetition(plain):
        return Problem("PASSWORD_REPEATED")
    if _has_sequence(plain):
        return Problem("PASSWORD_SEQUENCE")
    if _kinds(password) < 2:
        return Problem("PASSWORD_ONE_KIND")
    if any(word in plain for word in _personal(person, name, phone)):
        return Problem("PASSWORD_PERSONAL")
    return None


def _has_repetition(plain: str) -> bool:
    """Four of the same in a row, a short piece over and over, or hardly any variety."""
    if any(plain[i] * _LONGEST_RUN == plain[i : i + _LONGEST_RUN] for i in range(len(plain))):
        return True
    # A text is a repetition of a shorter one exactly if it occurs in itself, shifted.
    return plain in (plain + plain)[1:-1] or len(set(plain)) < _LONGEST_RUN


def _has_sequence(plain: str) -> bool:
    rows = [row for forward in _ROWS for row in (forward, forward[::-1])]
    pieces = (plain[i : i + _LONGEST_RUN] for i in range(len(plain) - _LONGEST_RUN + 1))
    return any(piece in row for piece in pieces for row in rows)


def _kinds(password: str) -> int:
    kinds = {
        "digit" if c.isdigit() else "upper" if c.isupper() else "letter" if c.isalpha() else "sign"
        for c in password
    }
    return len(kinds)


def _personal(person: str, name: str, phone: str) -> list[str]:
    words = [person.casefold(), phone, name.casefold()]
    return [
        word
        for word in words
        if len(word) >= (_SHORTEST_NAME if word.isascii() else _SHORTEST_CHINESE_NAME)
    ]
