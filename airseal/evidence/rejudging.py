"""What newer lists may change in the verdicts on cases held here, and what they did (VF-11).

A verdict on a sealed case rests on its bytes and statements, which never change, and on what is
known of its signers, seals and root. *News* is what an import or a root says about those; only
the cases it is about are judged again. That they must be is in the ledger together with the news
itself, so a station that is switched off in between goes on where it stopped.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from airseal.evidence.trusted import Offered, TrustedSet
from airseal.evidence.wire import GENERAL_KINDS
from airseal.model.delegation import Delegation, DelegationEnd
from airseal.model.digest import Digest
from airseal.model.level import Level
from airseal.model.problem import Problem
from airseal.model.registry import SealRecord
from airseal.model.verdict import Overall
from airseal.store import DeskView, DeskWrite, Entry, JsonValue

LISTS_NEWER = "lists-newer"
REJUDGED = "rejudged"
CHANGES_SEEN = "changes-seen"

_PENDING = "rejudging"
_CHANGED = "verdicts-changed"


@dataclass(frozen=True, slots=True)
class News:
    """What is new of ``units``: certificates of ``persons``, ``seals``, or their ``roots``.

    Or of ``stampers``, time stamping authorities by their fingerprint: they stamp for every unit.
    """

    units: tuple[str, ...] = ()
    persons: tuple[str, ...] = ()
    seals: tuple[str, ...] = ()
    roots: bool = False
    stampers: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.persons or self.seals or self.roots or self.stampers)

    def told(self) -> dict[str, JsonValue]:
        """The facts of the ledger entry that says so."""
        return {
            "persons": list(self.persons),
            "seals": list(self.seals),
            "units": list(self.units),
            "roots": self.roots,
            "stampers": list(self.stampers),
        }


@dataclass(frozen=True, slots=True)
class Pending:
    """News whose cases are not all judged again.

    ``key`` names it; before entry ``before`` of the ledger it was not known. ``todo`` are the
    levels whose cases nobody went through; the reader of ``levels`` has come to ``step``, and in
    it down to entry ``down``.
    """

    key: str
    news: News
    before: int
    todo: frozenset[Level]
    levels: frozenset[Level]
    step: int
    down: int | None


@dataclass(frozen=True, slots=True)
class Change:
    """A verdict on a case held here that newer lists changed; ``reason`` is why it is so now."""

    case: Digest
    before: Overall
    after: Overall
    reason: Problem | None
    at: str


def news_of(before: TrustedSet, after: TrustedSet, offered: Offered) -> News:
    """What ``offered`` says about signers and seals that ``before`` did not know."""
    accepted = (after.statement(one) for one in offered.accepted)
    told = [one for one in accepted if one is not None and one.kind in GENERAL_KINDS]
    persons: set[str] = set()
    seals: set[str] = set()
    units = sorted({one.unit for one in told})
    for unit in units:
        persons |= after.people_revoked_otherwise(before, unit)
        seals |= _seals_changed(before, after, unit)
    for one in told:
        if isinstance(one.body, DelegationEnd):
            given = after.statement(one.body.delegation)
            if given is not None and isinstance(given.body, Delegation):
                persons.add(given.body.delegate)
    return News(tuple(units), tuple(sorted(persons)), tuple(sorted(seals)))


def _seals_changed(before: TrustedSet, after: TrustedSet, unit: str) -> set[str]:
    old, new = before.registry(unit), after.registry(unit)
    known = old.seals if old is not None else {}
    told = new.seals if new is not None else {}
    # A seal nobody has heard of has sealed nothing yet; a new number alone says nothing new.
    return {seal for seal, row in known.items() if _said(told.get(seal)) != _said(row)}


def _said(row: tuple[Digest, SealRecord] | None) -> SealRecord | None:
    return None if row is None else replace(row[1], number=0)


def newer(news: News, station: Level, before: int) -> Iterator[tuple[str, dict[str, JsonValue]]]:
    """The event, if there is any, that something is to be judged again.

    ``station`` is the level of the station, ``before`` the entry with which the ledger ends as
    long as nobody knows of the news.
    """
    if news:
        todo: list[JsonValue] = [level for level in Level if station.covers(level)]
        yield LISTS_NEWER, {**news.told(), "before": before, "todo": todo}


def pending(desk: DeskView) -> tuple[Pending, ...]:
    """The news that is not worked off, oldest first."""
    rows = [_pending(key, row) for key, row in desk.items(_PENDING) if isinstance(row, dict)]
    return tuple(sorted(rows, key=lambda one: one.before))


def changes(desk: DeskView) -> tuple[Change, ...]:
    """The verdicts that changed and that nobody has seen, newest first."""
    rows = [_change(case, row) for case, row in desk.items(_CHANGED) if isinstance(row, dict)]
    return tuple(sorted(rows, key=lambda one: (one.at, one.case), reverse=True))


def change_told(change: Change) -> dict[str, JsonValue]:
    """A change as the ledger keeps it."""
    params: dict[str, JsonValue] = dict(change.reason.params) if change.reason else {}
    return {
        "case": change.case,
        "before": change.before.value,
        "after": change.after.value,
        "code": change.reason.code if change.reason else "",
        "params": params,
    }


def project_rejudging(desk: DeskView, entry: Entry) -> Iterator[DeskWrite]:
    """What one entry changes in the tables of what is to be judged again, and of what changed."""
    facts = dict(entry.facts)
    match entry.kind:
        case "lists-newer":
            yield DeskWrite(_PENDING, str(entry.sequence), {**facts, "levels": [], "step": 0})
        case "rejudged":
            yield from _gone_on(desk, facts)
            yield from _found(desk, facts["changes"], entry.at)
        case "changes-seen":
            seen = facts["cases"]
            assert isinstance(seen, list)
            yield from (DeskWrite(_CHANGED, str(case), None) for case in seen)
        case _:
            return


def _gone_on(desk: DeskView, facts: Mapping[str, JsonValue]) -> Iterator[DeskWrite]:
    key = str(facts["news"])
    row = desk.get(_PENDING, key)
    if not isinstance(row, dict):
        return
    if not facts["finished"]:
        place = {name: facts[name] for name in ("levels", "step", "down")}
        yield DeskWrite(_PENDING, key, {**row, **place})
        return
    done, todo = facts["levels"], row["todo"]
    assert isinstance(done, list)
    assert isinstance(todo, list)
    left: list[JsonValue] = [level for level in todo if level not in done]
    begun = {**row, "todo": left, "levels": [], "step": 0, "down": None}
    yield DeskWrite(_PENDING, key, begun if left else None)


def _found(desk: DeskView, rows: JsonValue, at: str) -> Iterator[DeskWrite]:
    """What changed twice before anybody saw it changed from the first to the last."""
    assert isinstance(rows, list)
    for row in rows:
        assert isinstance(row, dict)
        case = str(row["case"])
        known = desk.get(_CHANGED, case)
        first = known["before"] if isinstance(known, dict) else row["before"]
        back = first == row["after"]
        yield DeskWrite(_CHANGED, case, None if back else {**row, "before": first, "at": at})


def _pending(key: str, row: Mapping[str, JsonValue]) -> Pending:
    down, step, before = row.get("down"), row["step"], row["before"]
    assert isinstance(step, int)
    assert isinstance(before, int)
    return Pending(
        key=key,
        news=News(
            units=_texts(row["units"]),
            persons=_texts(row["persons"]),
            seals=_texts(row["seals"]),
            roots=row["roots"] is True,
            stampers=_texts(row.get("stampers", [])),
        ),
        before=before,
        todo=frozenset(map(Level, _texts(row["todo"]))),
        levels=frozenset(map(Level, _texts(row["levels"]))),
        step=step,
        down=down if isinstance(down, int) else None,
    )


def _change(case: str, row: Mapping[str, JsonValue]) -> Change:
    params = row["params"]
    assert isinstance(params, dict)
    told = {name: one for name, one in params.items() if isinstance(one, str | int)}
    return Change(
        case=Digest(case),
        before=Overall(str(row["before"])),
        after=Overall(str(row["after"])),
        reason=Problem(str(row["code"]), **told) if row["code"] else None,
        at=str(row["at"]),
    )


def _texts(value: JsonValue) -> tuple[str, ...]:
    assert isinstance(value, list)
    return tuple(map(str, value))
