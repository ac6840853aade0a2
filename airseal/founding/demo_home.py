"""A demonstration that was built: who is in it, and where. Light, so that it paints at once."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from airseal.model.people import Post
from airseal.model.problem import Problem

TOLD: Final = "demo.json"
"""The file in the demonstration's directory that holds what ``airseal demo build`` told."""


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody of the demo unit; password and PIN are no secrets."""

    id: str
    name: str
    post: Post
    password: str
    pin: str


@dataclass(frozen=True, slots=True)
class DemoHome:
    """The people, the home of each post's station, and the directory that stands for a stick."""

    people: tuple[DemoPerson, ...]
    stations: Mapping[Post, Path]
    usb: Path

    def person(self, person: str) -> DemoPerson:
        """A person by id; raises ``Problem("DEMO_MISSING")``."""
        found = next((one for one in self.people if one.id == person), None)
        if found is None:
            raise Problem("DEMO_MISSING")
        return found


def is_built(directory: Path) -> bool:
    """Whether a demonstration was built in ``directory``."""
    return (directory / TOLD).is_file()


def load(directory: Path) -> dict[str, Any]:
    """What ``airseal demo build`` told about ``directory``; raises ``Problem("DEMO_MISSING")``.

    From now on this process uses the demonstration's software tokens.
    """
    try:
        told = json.loads((directory.absolute() / TOLD).read_text(encoding="utf-8"))
        os.environ["SOFTHSM2_CONF"] = str(told["SOFTHSM2_CONF"])
    except (OSError, ValueError, TypeError, KeyError):
        raise Problem("DEMO_MISSING") from None
    assert isinstance(told, dict)
    return told


def opened(directory: Path) -> DemoHome:
    """The same as values; raises ``Problem("DEMO_MISSING")``."""
    told = load(directory)
    try:
        return DemoHome(
            people=tuple(
                DemoPerson(**{**row, "post": Post(row["post"])}) for row in told["people"]
            ),
            stations={Post(post): Path(home) for post, home in told["stations"].items()},
            usb=Path(told["usb"]),
        )
    except (ValueError, TypeError, KeyError, AttributeError):
        raise Problem("DEMO_MISSING") from None
