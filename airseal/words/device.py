"""Cameras and scanners as a person writes them: ``/dev/video0=内部``."""

from collections.abc import Iterable
from typing import Final

from airseal.model.channel import Device
from airseal.model.level import Level
from airseal.model.problem import Problem
from airseal.text import marking

_MARKS: Final = {marking(level).partition("★")[0]: level for level in Level}
_LEVELS: Final = _MARKS | {level.value: level for level in Level}


def device_text(device: Device) -> str:
    """A device with its level, in the regulation's own term."""
    return f"{device.name}={marking(device.level).partition('★')[0]}"


def devices_of(texts: Iterable[str]) -> tuple[Device, ...]:
    """The devices that were written; blank ones are passed over.

    A level is the regulation's term or our name of it. Raises ``Problem("DEVICE_FORM", device)``
    for one without a level, and for one that is named twice.
    """
    found: dict[str, Device] = {}
    for text in filter(None, map(str.strip, texts)):
        name, _, term = text.rpartition("=")
        level = _LEVELS.get(term.strip())
        if level is None or not name.strip() or name.strip() in found:
            raise Problem("DEVICE_FORM", device=text)
        found[name.strip()] = Device(name.strip(), level)
    return tuple(found.values())
