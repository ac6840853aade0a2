"""The summary tables (汇总表) that this station made, as its ledger tells them (RE-04)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from airseal.model.digest import Digest, parse_digest
from airseal.model.moment import parse_moment
from airseal.model.periods import Period, lacking
from airseal.model.policy import PolicyPack
from airseal.model.request import Sealing
from airseal.model.statement import Statement
from airseal.store import DeskView, DeskWrite, Entry

SUMMARY_MADE: Final = "summary-made"
SUMMARY_RECEIVED: Final = "summary-received"

_TABLE: Final = "summaries"


@dataclass(frozen=True, slots=True)
class Made:
    """The newest table of a period: ``digest`` and ``signature`` are in the vault.

    ``receiver`` took it for the office on ``day``; both are empty before.
    """

    period: Period
    number: str
    edition: int
    sealings: int
    digest: Digest
    signature: Digest
    at: str
    by: str
    receiver: str = ""
    day: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a period stands: its newest table, if there is one, and whether a table is missing.

    It is ``missing`` too where that table lacks sealings which are on record here by now.
    """

    period: Period
    made: Made | None
    missing: bool


def project_summaries(desk: DeskView, entry: Entry) -> Iterable[DeskWrite]:
    """The newest table of each period, and who took it."""
    if entry.kind == SUMMARY_MADE:
        yield DeskWrite(
            _TABLE, str(entry.facts["name"]), {**entry.facts, "at": entry.at, "by": entry.by}
        )
    elif entry.kind == SUMMARY_RECEIVED:
        name = str(entry.facts["name"])
        row = desk.get(_TABLE, name)
        if isinstance(row, dict) and row["number"] == entry.facts["number"]:
            told = {"receiver": entry.facts["receiver"], "day": entry.facts["day"]}
            yield DeskWrite(_TABLE, name, {**row, **told})


def tables(desk: DeskView) -> dict[str, Made]:
    """The newest tables, by the name of their period."""
    return {key: _made(row) for key, row in desk.items(_TABLE)}


def sealings(statements: Iterable[Statement], unit: str, station: str) -> Iterator[Statement]:
    """Those of ``statements`` that are sealings made at ``station`` of ``unit``."""
    for one in statements:
        if isinstance(one.body, Sealing) and (one.unit, one.station) == (unit, station):
            yield one


def sealed_on(statement: Statement) -> date:
    """The local day of a sealing."""
    assert isinstance(statement.body, Sealing)
    return parse_moment(statement.body.sealed_at).date()


def standing(
    desk: DeskView, sealed: Mapping[int, int], pack: PolicyPack, today: date
) -> tuple[Standing, ...]:
    """Every period that is over since the first sealing here, and every table; newest first.

    ``sealed`` is how many sealings were made here in each month. A table that has fewer of its
    period does not stand for it: one that was interrupted is ended later, a clock was wrong, a
    home was restored.
    """
    made = tables(desk)
    over = pack.summary_periods(Period(min(sealed), 1).first, today) if sealed else ()
    lacks = {*lacking(over, (one.period for one in made.values()))}
    for one in made.values():
        if sum(sealed.get(month, 0) for month in one.period.over) > one.sealings:
            lacks.add(one.period)
    known = {*over, *(one.period for one in made.values())}
    rows = (Standing(one, made.get(one.name), one in lacks) for one in known)
    return tuple(sorted(rows, key=lambda row: row.period, reverse=True))


def _made(row: object) -> Made:
    assert isinstance(row, dict)
    return Made(
        period=Period(int(row["start"]), int(row["months"])),
        number=str(row["number"]),
        edition=int(row["edition"]),
        sealings=int(row["sealings"]),
        digest=parse_digest(str(row["digest"])),
        signature=parse_digest(str(row["signature"])),
        at=str(row["at"]),
        by=str(row["by"]),
        receiver=str(row.get("receiver", "")),
        day=str(row.get("day", "")),
    )
