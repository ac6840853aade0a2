"""Policy packs as files: the three that ship, and what a person edited outside.

A pack file is the body of a ``policy`` statement as JSON. Nothing in it counts until the
seal department signs it (SU-08).
"""

from importlib import resources
from typing import Final

import msgspec

from airseal.model.policy import PolicyPack
from airseal.model.problem import Problem

READY: Final = ("bureau", "group", "enterprise")
"""The packs that ship: a government bureau, a group company, a single enterprise."""

MAX_PACK: Final = 1 << 20
"""Bytes of a pack file."""


def ready_pack(name: str) -> PolicyPack:
    """One of ``READY``; raises ``Problem("PACK_UNKNOWN")``."""
    if name not in READY:
        raise Problem("PACK_UNKNOWN", name=name)
    return read_pack(resources.files("airseal").joinpath("packs", f"{name}.json").read_bytes())


def read_pack(content: bytes) -> PolicyPack:
    """The pack in ``content``; unknown fields are refused, missing settings have defaults.

    Raises ``Problem("PACK_FORM", why=…)``; ``why`` names the row or the field.
    """
    if len(content) > MAX_PACK:
        raise Problem("PACK_FORM", why="1 MiB")
    try:
        _refuse_unknown(raw := msgspec.json.decode(content), pack := _convert(raw))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, ValueError) as error:
        raise Problem("PACK_FORM", why=str(error)[:200]) from None
    return pack


def write_pack(pack: PolicyPack) -> bytes:
    """``pack`` as a file for people: indented, Chinese as it is."""
    return msgspec.json.format(msgspec.json.encode(pack), indent=2) + b"\n"


def _convert(raw: object) -> PolicyPack:
    return msgspec.convert(raw, PolicyPack)


def _refuse_unknown(raw: object, pack: PolicyPack) -> None:
    """A misspelt name must not pass for a default."""
    _compare(raw, msgspec.to_builtins(pack), "")


def _compare(raw: object, known: object, where: str) -> None:
    if isinstance(raw, dict) and isinstance(known, dict):
        for name, value in raw.items():
            if name not in known:
                raise ValueError(f"unknown: {where}{name}")
            _compare(value, known[name], f"{where}{name}.")
    elif isinstance(raw, list) and isinstance(known, list):
        for index, (one, other) in enumerate(zip(raw, known, strict=True)):
            _compare(one, other, f"{where}{index}.")
