"""What can be found of a ledger entry: the one description the index is made with.

Change it only together with ``airseal.store.search.FORMAT``: an index is made again from the
ledger when it was described otherwise.
"""

from collections import defaultdict
from collections.abc import Mapping

import msgspec

from airseal.keys.cms import recall_payload
from airseal.model.digest import Digest, parse_digest
from airseal.model.problem import Problem
from airseal.store import Entry, Row

_FIELDS = {
    "by": "person",
    "person": "person",
    "holder": "person",
    "custodian": "person",
    "seal": "seal",
    "digest": "document",
    "document": "document",
    "impression": "document",
    "input": "document",
    "output": "document",
    "title": "text",
    "purpose": "text",
    "reason": "text",
    "name": "text",
}
"""The names under which statements and events carry what people look for."""

_DEPTH = 8


def describe(entry: Entry) -> Row:
    """What can be found of ``entry``; of a statement its reader cannot open, only its envelope."""
    facts = entry.facts
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for source in (dict(facts), _payload(entry)):
        _gather(source, _DEPTH, found)
    told = facts.get("kind") if entry.statement_id is not None else None
    return Row(
        kind=told if isinstance(told, str) else entry.kind,
        case=_digest(facts.get("case")),
        persons=tuple(found["person"]),
        seals=tuple(found["seal"]),
        documents=tuple(filter(None, map(_digest, found["document"]))),
        texts=tuple(found["text"]),
    )


def _payload(entry: Entry) -> Mapping[str, object]:
    """The statement's own words; it was verified before it came into the ledger."""
    if entry.statement is None:
        return {}
    try:
        read = msgspec.json.decode(recall_payload(entry.statement))
    except (Problem, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}
    return read if isinstance(read, dict) else {}


def _gather(value: object, depth: int, found: dict[str, dict[str, None]]) -> None:
    """Every text under one of the known names, in order, goes into ``found`` under its role."""
    if depth == 0:
        return
    if isinstance(value, dict):
        for name, inner in value.items():
            if isinstance(inner, str):
                if (role := _FIELDS.get(name)) is not None:
                    found[role][inner] = None
            elif isinstance(inner, (dict, list)):
                _gather(inner, depth - 1, found)
    elif isinstance(value, list):
        for inner in value:
            if isinstance(inner, (dict, list)):
                _gather(inner, depth - 1, found)


def _digest(value: object) -> Digest | None:
    try:
        return parse_digest(value) if isinstance(value, str) else None
    except Problem:
        return None
