"""What this station knows of the ledgers of others, and they of its own (fork and rollback).

Every bundle brings a checkpoint of its station. What it shows is compared with what was
remembered; a contradiction, a gap or a missing checkpoint becomes an *alarm* that stays on
the desk until it is explained. The tables ``partners``, ``acknowledged``, ``issued`` and
``alarms`` are written here alone, from the events named here.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from airseal.model.checkpoint import (
    REMEMBERED,
    Remembered,
    Shown,
    Sighting,
    contradicts,
    judge_doubt,
    judge_shown,
    remember,
)
from airseal.model.digest import Digest, parse_digest
from airseal.model.problem import Problem
from airseal.store import DeskView, DeskWrite, Entry, JsonValue

PARTNER_SEEN = "partner-seen"
ACKNOWLEDGED = "acknowledged"
ALARM = "alarm"
ALARM_SETTLED = "alarm-settled"

ISSUED = 32
"""Own checkpoints (count) from which every new one is proved to follow."""

_PASSING = ("CHECKPOINT_UNPROVEN", "CHECKPOINT_ABSENT")
"""Alarms that end by themselves when a later bundle brings what was missing."""

_DOUBTED = "doubted"
"""In ``partner-seen``: the bundle brought something new, but not what the alarm asks for."""

Facts = dict[str, JsonValue]


@dataclass(frozen=True, slots=True)
class Alarm:
    """A station whose history does not hold together; ``problem`` says how."""

    unit: str
    station: str
    problem: Problem
    bundle: str
    at: str


def key_of(unit: str, station: str) -> str:
    """The desk key of a station."""
    return f"{unit}/{station}"


def compare(
    desk: DeskView, shown: Shown | None, unit: str, station: str, bundle: str
) -> Iterator[tuple[str, Facts]]:
    """The events that follow from what a bundle of ``station`` showed of its ledger."""
    names: Facts = {"unit": unit, "station": station, "bundle": bundle}
    if shown is None:
        yield ALARM, {**names, "code": "CHECKPOINT_ABSENT", "params": {}}
        return
    known = remembered(desk, unit, station)
    doubted = _doubted(desk, unit, station)
    problem = judge_shown(known, shown)
    doubt = judge_doubt(doubted, shown) if problem is None and doubted is not None else None
    if doubt is not None and doubt.code == "CHECKPOINT_FORKED":
        problem = doubt
    if problem is not None:
        params: Facts = {"size": problem.params.get("size", shown.size)}
        if problem.code == "CHECKPOINT_RESTORED":
            params = {"at": shown.restored or "-"}
        offer = _row_of(remember(None, shown))
        yield ALARM, {**names, "code": problem.code, "params": params, "offer": offer}
        return
    now_known = remember(known, shown)
    if doubt is not None:
        if now_known != known:
            yield PARTNER_SEEN, {**names, **_row_of(now_known), _DOUBTED: True}
        return
    if now_known != known or desk.get("alarms", key_of(unit, station)) is not None:
        yield PARTNER_SEEN, {**names, **_row_of(now_known)}


def compare_sightings(
    desk: DeskView, seen: Iterable[Sighting], bundle: str
) -> Iterator[tuple[str, Facts]]:
    """The alarms about stations of which the sender was shown another history than we were."""
    for one in seen:
        if contradicts(remembered(desk, one.unit, one.station), one):
            yield (
                ALARM,
                {
                    "unit": one.unit,
                    "station": one.station,
                    "bundle": bundle,
                    "code": "CHECKPOINT_FORKED",
                    "params": {"size": one.size},
                },
            )


def remembered(desk: DeskView, unit: str, station: str) -> Remembered | None:
    """What is remembered of a station's ledger."""
    row = desk.get("partners", key_of(unit, station))
    return _remembered(row) if isinstance(row, dict) else None


def _doubted(desk: DeskView, unit: str, station: str) -> Remembered | None:
    """What a station showed that nothing joined yet to what is remembered of it."""
    alarm = desk.get("alarms", key_of(unit, station))
    if not isinstance(alarm, dict) or alarm["code"] != "CHECKPOINT_UNPROVEN":
        return None
    offer = alarm.get("offer")
    return _remembered(offer) if isinstance(offer, dict) else None


def _remembered(row: Mapping[str, JsonValue]) -> Remembered:
    heads = row["heads"]
    assert isinstance(heads, dict)
    return Remembered(
        size=_int(row["size"]),
        root=_digest(row["root"]),
        restores=_int(row["restores"]),
        heads={int(size): _digest(root) for size, root in heads.items()},
        restored=None if "restored" not in row else str(row["restored"]),
    )


def asks_from(desk: DeskView, unit: str, station: str, size: int) -> Iterator[tuple[str, Facts]]:
    """That a station was shown our ledger at ``size``, when this is news."""
    row = desk.get("acknowledged", key_of(unit, station))
    if not isinstance(row, dict) or row["size"] != size:
        yield ACKNOWLEDGED, {"unit": unit, "station": station, "size": size}


def sightings(desk: DeskView) -> tuple[Sighting, ...]:
    """The latest head remembered of each station: what the next checkpoint acknowledges."""
    found = []
    for key, row in desk.items("partners"):
        unit, _, station = key.partition("/")
        assert isinstance(row, dict)
        found.append(Sighting(unit, station, _int(row["size"]), _digest(row["root"])))
    return tuple(sorted(found, key=lambda one: (one.unit, one.station)))


def restores(desk: DeskView) -> int:
    """How often this home was restored from a backup: the rows of ``restores``."""
    return sum(1 for _ in desk.items("restores"))


def restored_at(desk: DeskView) -> str | None:
    """When this home was restored the last time (RFC 3339), or None for never."""
    rows = {int(sequence): str(at) for sequence, at in desk.items("restores")}
    return rows[max(rows)] if rows else None


def provable_sizes(desk: DeskView) -> list[int]:
    """The sizes from which a new checkpoint is proved to follow, ascending.

    The last that each partner acknowledged, and the own latest ones, which a partner may have
    seen without our knowing.
    """
    acknowledged = [row["size"] for _, row in desk.items("acknowledged") if isinstance(row, dict)]
    issued = [int(key) for key, _ in desk.items("issued")]
    return sorted({_int(size) for size in acknowledged} | set(issued))


def alarms(desk: DeskView) -> tuple[Alarm, ...]:
    """Every open alarm, ordered by station."""
    found = []
    for _, row in desk.items("alarms"):
        assert isinstance(row, dict)
        unit, station, params = str(row["unit"]), str(row["station"]), row["params"]
        assert isinstance(params, dict)
        told: dict[str, str | int] = {"at": "-"} if row["code"] == "CHECKPOINT_RESTORED" else {}
        for name, value in params.items():
            assert isinstance(value, int | str)
            told[name] = value
        problem = Problem(str(row["code"]), unit=unit, station=station, **told)
        found.append(Alarm(unit, station, problem, str(row["bundle"]), str(row["at"])))
    return tuple(found)


def project_partners(desk: DeskView, entry: Entry) -> Iterator[DeskWrite]:
    """What one entry changes in the tables of this module."""
    facts = dict(entry.facts)
    match entry.kind:
        case "partner-seen":
            key = key_of(str(facts["unit"]), str(facts["station"]))
            names = ("size", "root", "restores", "heads", "restored")
            row = {name: facts[name] for name in names if name in facts}
            yield DeskWrite("partners", key, {**row, "at": entry.at})
            alarm = desk.get("alarms", key)
            if isinstance(alarm, dict) and alarm["code"] in _PASSING and _DOUBTED not in facts:
                yield DeskWrite("alarms", key, None)
        case "acknowledged":
            key = key_of(str(facts["unit"]), str(facts["station"]))
            yield DeskWrite("acknowledged", key, {**facts, "at": entry.at})
        case "alarm":
            key = key_of(str(facts["unit"]), str(facts["station"]))
            held = desk.get("alarms", key)
            if not isinstance(held, dict) or held["code"] in _PASSING:
                yield DeskWrite("alarms", key, {**facts, "at": entry.at})
        case "alarm-settled":
            key = key_of(str(facts["unit"]), str(facts["station"]))
            held = desk.get("alarms", key)
            if isinstance(held, dict) and isinstance(offer := held.get("offer"), dict):
                yield DeskWrite("partners", key, {**offer, "at": entry.at})
            yield DeskWrite("alarms", key, None)
            if _is_own(desk, facts):
                # Going on after a roll-back is a restore, and partners are told of it as one.
                yield DeskWrite("restores", str(entry.sequence), entry.at)
        case "restored":
            yield DeskWrite("restores", str(entry.sequence), entry.at)
        case "statement" if facts["kind"] == "checkpoint" and _is_own(desk, facts):
            # Fixed width, so that the order of the keys is the order of the sizes.
            earlier = [key for key, _ in desk.items("issued")]
            yield DeskWrite("issued", f"{_int(facts['size']):015}", facts["root"])
            for key in earlier[: -(ISSUED - 1)]:
                yield DeskWrite("issued", key, None)
        case _:
            return


def _is_own(desk: DeskView, facts: Facts) -> bool:
    own = desk.get("station", "facts")
    return isinstance(own, dict) and (own["unit"], own["id"]) == (facts["unit"], facts["station"])


def _row_of(known: Remembered) -> Facts:
    assert len(known.heads) <= REMEMBERED
    return {
        "size": known.size,
        "root": known.root,
        "restores": known.restores,
        "heads": {str(size): root for size, root in known.heads.items()},
        **({} if known.restored is None else {"restored": known.restored}),
    }


def _int(value: JsonValue) -> int:
    assert isinstance(value, int)
    return value


def _digest(value: JsonValue) -> Digest:
    return parse_digest(str(value))
