"""Request templates (申请模板): what is the same in many requests, kept at the station (BK-08).

A template is a convenience of this station, not a statement: it lies in the ledger like a draft,
encrypted, and nobody else relies on it. It never holds a title or a document, and no purpose
either where the station may hold state secrets, as facts are for everybody at the station.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from airseal.evidence.records import TEMPLATE_DROPPED, TEMPLATE_KEPT, TEMPLATES
from airseal.model.problem import Problem
from airseal.ports import Ports
from airseal.store import JsonValue

MAX_TEMPLATES: Final = 200
MAX_NAME: Final = 60
MAX_VALUE: Final = 2_000
"""Characters of one value."""

_NEVER: Final = frozenset({"title", "file", "place", "source", "emergency", "symbol", "flow"})
"""What belongs to one paper alone."""


@dataclass(frozen=True, slots=True)
class Template:
    """``values`` are those of the fields of the request, by their keys."""

    name: str
    by: str
    values: Mapping[str, str]


def templates(ports: Ports) -> tuple[Template, ...]:
    """Every template of this station, by name."""
    found = []
    for name, row in ports.store.desk.items(TEMPLATES):
        assert isinstance(row, dict)
        values = row["values"]
        assert isinstance(values, dict)
        texts = {key: str(value) for key, value in values.items()}
        found.append(Template(name, str(row["by"]), texts))
    return tuple(sorted(found, key=lambda one: one.name))


def keep_template(ports: Ports, name: str, values: Mapping[str, str]) -> Template:
    """Keep what a request would say, under ``name``; the same name replaces the one before.

    Raises ``Problem("TEMPLATE_FORM")`` for a name or a value that is too long, or no name, and
    ``TEMPLATE_TOO_MANY``.
    """
    name = name.strip()
    never = _NEVER | ({"purpose"} if ports.station.level.is_state_secret else set())
    kept = {key: value for key, value in values.items() if value and key not in never}
    if not 1 <= len(name) <= MAX_NAME or any(len(value) > MAX_VALUE for value in kept.values()):
        raise Problem("TEMPLATE_FORM")
    held = {one.name for one in templates(ports)}
    if name not in held and len(held) >= MAX_TEMPLATES:
        raise Problem("TEMPLATE_TOO_MANY")
    facts: dict[str, JsonValue] = dict(kept)
    ports.store.commit([ports.event(TEMPLATE_KEPT, name=name, values=facts)])
    return Template(name, ports.account.person, kept)


def drop_template(ports: Ports, name: str) -> None:
    """Forget a template; raises ``Problem("TEMPLATE_UNKNOWN")``."""
    if all(one.name != name for one in templates(ports)):
        raise Problem("TEMPLATE_UNKNOWN")
    ports.store.commit([ports.event(TEMPLATE_DROPPED, name=name)])
