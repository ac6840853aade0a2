"""The people of stations as the ledger tells them: responsibilities, and lists that were filed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from airseal.model.digest import Digest, parse_digest
from airseal.model.people import Post
from airseal.model.staff import Responsibility, StaffList, StaffRow
from airseal.model.statement import Statement
from airseal.store import DeskView, DeskWrite, Entry, JsonValue

_TAKEN: Final = "responsibilities"
"""Table: ``unit/station person`` → the newest responsibility statement."""

_FILED: Final = "staff"
"""Table: ``unit/station`` → the newest list of its people."""

_CHANGED: Final = "staff-changed"
"""Table: since when the own people are others than those last filed."""

_CHANGES: Final = frozenset({"account-opened", "appointed", "account-closed", "phone-changed"})


@dataclass(frozen=True, slots=True)
class Taken:
    """A responsibility that was taken on: for which post, and by which rules."""

    statement: Digest
    post: Post
    scope: str
    rules: int
    at: str


@dataclass(frozen=True, slots=True)
class Filed:
    """A list of people as a station has filed it."""

    unit: str
    station: str
    by: str
    at: str
    reason: str
    people: tuple[StaffRow, ...]
    vacant: tuple[Post, ...]


def staff_facts(statement: Statement) -> dict[str, JsonValue]:
    """What the ledger's entry of such a statement says in the open."""
    told: dict[str, JsonValue] = {
        "unit": statement.unit,
        "station": statement.station,
        "author": statement.by,
        "post": statement.post,
        "signed": statement.at,
    }
    match statement.body:
        case Responsibility(scope=scope, rules=rules):
            return {**told, "scope": scope, "rules": rules}
        case StaffList(people=people, vacant=vacant, reason=reason):
            rows: list[JsonValue] = [
                [row.person, row.name, row.mobile, row.post, row.since] for row in people
            ]
            return {**told, "people": rows, "vacant": list(vacant), "reason": reason}
        case _:
            return {}


def project_staff(desk: DeskView, entry: Entry) -> Iterator[DeskWrite]:
    """What an entry changes in the three tables."""
    facts = entry.facts
    if entry.kind in _CHANGES:
        yield DeskWrite(_CHANGED, "own", entry.at)
    if entry.kind != "statement" or facts.get("kind") not in ("responsibility", "staff"):
        return
    place = f"{facts['unit']}/{facts['station']}"
    told: dict[str, JsonValue] = {**facts, "statement": entry.statement_id}
    if facts["kind"] == "responsibility":
        key = f"{place} {facts['author']}"
        if _is_newer(desk.get(_TAKEN, key), told):
            yield DeskWrite(_TAKEN, key, told)
        return
    if _is_newer(desk.get(_FILED, place), told):
        yield DeskWrite(_FILED, place, told)
    own = desk.get("station", "facts")
    if isinstance(own, dict) and place == f"{own['unit']}/{own['id']}":
        yield DeskWrite(_CHANGED, "own", None)


def taken_by(desk: DeskView, unit: str, station: str, person: str) -> Taken | None:
    """The newest responsibility statement of a person at a station, if one is held."""
    row = desk.get(_TAKEN, f"{unit}/{station} {person}")
    if not isinstance(row, dict):
        return None
    rules = row["rules"]
    assert isinstance(rules, int)
    return Taken(
        statement=parse_digest(str(row["statement"])),
        post=Post(str(row["post"])),
        scope=str(row["scope"]),
        rules=rules,
        at=str(row["signed"]),
    )


def filed_lists(desk: DeskView) -> tuple[Filed, ...]:
    """The newest list of each station that filed one, by station."""
    return tuple(_filed(row) for _, row in desk.items(_FILED) if isinstance(row, dict))


def changed_since(desk: DeskView) -> str | None:
    """Since when the own people are others than those last filed (PE-02); None when filed."""
    row = desk.get(_CHANGED, "own")
    return None if row is None else str(row)


def _is_newer(held: JsonValue, told: Mapping[str, JsonValue]) -> bool:
    """Whoever signed later is right; copies of older lists change nothing."""
    return not isinstance(held, dict) or str(held["signed"]) <= str(told["signed"])


def _filed(row: Mapping[str, JsonValue]) -> Filed:
    people, vacant = row["people"], row["vacant"]
    assert isinstance(people, list)
    assert isinstance(vacant, list)
    rows = []
    for one in people:
        assert isinstance(one, list)
        person, name, mobile, post, since = map(str, one)
        rows.append(StaffRow(person, name, mobile, Post(post), since))
    return Filed(
        unit=str(row["unit"]),
        station=str(row["station"]),
        by=str(row["author"]),
        at=str(row["signed"]),
        reason=str(row["reason"]),
        people=tuple(rows),
        vacant=tuple(Post(str(post)) for post in vacant),
    )
