"""The tables of all rooms, and how a parameter is said in words."""

from collections.abc import Callable, Mapping
from typing import Final

from airseal.errors.accounts import ACCOUNTS, change_reason, right_name
from airseal.errors.duties import DUTIES
from airseal.errors.evidence import EVIDENCE
from airseal.errors.flows import FLOWS, act_name
from airseal.errors.keys import KEYS
from airseal.errors.model import MODEL
from airseal.errors.paper import PAPER
from airseal.errors.policy import POLICY, fault_words
from airseal.errors.screens import SCREENS
from airseal.errors.sentence import Sentence
from airseal.errors.stations import STATIONS
from airseal.errors.store import STORE
from airseal.errors.transfer import TRANSFER
from airseal.model.account import MustChange
from airseal.model.level import Level
from airseal.model.machine import Act
from airseal.model.matter import Special
from airseal.model.people import Post, Role
from airseal.model.rights import Right
from airseal.text import Shown, level_name, post_name, role_name, said, special_name, when

TABLES: Final[tuple[Mapping[str, Sentence], ...]] = (
    MODEL,
    POLICY,
    EVIDENCE,
    KEYS,
    PAPER,
    STORE,
    TRANSFER,
    ACCOUNTS,
    STATIONS,
    DUTIES,
    FLOWS,
    SCREENS,
)


def told(code: str, given: Mapping[str, str | int]) -> tuple[Sentence, Mapping[str, object]]:
    """The sentence and hint for ``code``, and the parameters of both in words."""
    params: dict[str, object] = {name: _worded(name, value) for name, value in given.items()}
    cause = given.get("because")
    if isinstance(cause, str) and (reason := sentence_for(cause)) is not None:
        # A problem that another one led to carries that one's parameters too.
        params["because"] = said(reason.what, dict(params))
    sentence = sentence_for(code)
    if sentence is None:
        return SCREENS["INTERNAL_ERROR"], {"reference": code}
    return sentence, params


def sentence_for(code: str) -> Sentence | None:
    """The table's entry for ``code``, or None."""
    return next((table[code] for table in TABLES if code in table), None)


_WORDS: Final[Mapping[str, Callable[[str], Shown]]] = {
    "act": lambda value: act_name(Act(value)),
    "at": when,
    "until": when,
    "mark": when,
    "post": lambda value: post_name(Post(value)),
    "one": lambda value: post_name(Post(value)),
    "other": lambda value: post_name(Post(value)),
    "role": lambda value: role_name(Role(value)),
    "special": lambda value: special_name(Special(value)),
    "right": lambda value: right_name(Right(value)),
    "why": lambda value: _reason_words(value),
    "level": lambda value: level_name(Level(value)),
}


def _reason_words(value: str) -> Shown:
    """Why a password must be changed, or what is wrong with a pack."""
    known = value in set(MustChange)
    return change_reason(MustChange(value)) if known else fault_words(value)


def _worded(name: str, value: str | int) -> object:
    """A parameter that is a value of ours by its name, in words."""
    if name not in _WORDS:
        return value
    try:
        return _WORDS[name](str(value))
    except ValueError:
        return value
