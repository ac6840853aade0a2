"""The commands of who keeps a seal: its periodic check, the summary tables (LC-24, RE-04)."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airseal.cli.login import opened
from airseal.cli.output import EXIT_OK, EXIT_REFUSED, print_json, print_list
from airseal.model.level import Level
from airseal.text import safe_text, tr

if TYPE_CHECKING:
    from airseal.duties.checking_seals import Checked
    from airseal.evidence.sealchecks import Planned
    from airseal.keys.tokenhost import Signer
    from airseal.model.summary import Summary
    from airseal.station import Station
    from airseal.station.summaries import Made, Standing


def add_commands(commands: Any) -> None:
    """``custody …``."""
    custody = commands.add_parser(
        "custody", help=tr("keep a seal: its periodic check, the summary tables")
    )
    acts = custody.add_subparsers(required=True, metavar=tr("COMMAND"))

    def add(name: str, command: Callable[[argparse.Namespace], int], summary: str) -> Any:
        sub = acts.add_parser(name, help=summary, description=summary)
        sub.add_argument("--json", action="store_true", help=tr("print JSON"))
        sub.set_defaults(command=command)
        return sub

    add("checks", _checks, tr("list by when each seal kept here must be checked"))
    one = add("check", _check, tr("check a seal and record what was found; exit status 1: failed"))
    one.add_argument("seal", metavar="SEAL")
    one.add_argument("--stored", action="store_true", help=tr("it is stored as it must be"))
    one.add_argument("--undamaged", action="store_true", help=tr("the USBKey is undamaged"))
    one.add_argument("--note", default="")
    add("summaries", _summaries, tr("list the periods that need a summary table of sealing"))
    one = add("summary", _summary, tr("make, sign and write the summary table of a period"))
    one.add_argument("period", metavar="YYYY-MM")
    one.add_argument(
        "--reader",
        choices=[*Level],
        default=Level.INTERNAL,
        help=tr("up to which level its readers are cleared; titles above are withheld"),
    )
    one.add_argument("--out", type=Path, required=True, metavar="DIR")
    one = add("write-summary", _write_summary, tr("write a summary table that was made again"))
    one.add_argument("period", metavar="YYYY-MM")
    one.add_argument("--out", type=Path, required=True, metavar="DIR")
    one = add("hand-over", _hand_over, tr("record who took a summary table for the office"))
    one.add_argument("period", metavar="YYYY-MM")
    one.add_argument("--receiver", required=True, metavar="NAME")
    one.add_argument("--day", metavar="YYYY-MM-DD", help=tr("today unless another day is given"))


def _checks(options: argparse.Namespace) -> int:
    with opened(options) as (station, _):
        today = station.now().date().isoformat()
        rows = [_planned_row(one, today) for one in station.seals.checks()]
    print_list(options, rows, _planned_line)
    return EXIT_OK


def _planned_row(one: "Planned", today: str) -> dict[str, Any]:
    last = {"last": one.last.at, "by": one.last.by} if one.last else {"last": None, "by": None}
    return {"seal": one.record.seal, **last, "until": one.until, "overdue": today > one.until}


def _planned_line(row: dict[str, Any]) -> str:
    state = tr("OVERDUE") if row["overdue"] else tr("in time")
    return f"{row['seal']} {row['until']} {state}"


def _check(options: argparse.Namespace) -> int:
    ticked = [
        point
        for point, holds in (("storage", options.stored), ("device", options.undamaged))
        if holds
    ]
    with opened(options) as (station, secrets):
        # Where no PIN opens the token, none is asked.
        seal = station.seals.look(options.seal)
        pin = secrets.pin() if seal.openable else None
        found = station.check_seal(options.seal, pin, ticked, options.note)
    _tell(options, found)
    return EXIT_REFUSED if found.failed else EXIT_OK


def _tell(options: argparse.Namespace, found: "Checked") -> None:
    if options.json:
        points = dict(found.points)
        print_json({"seal": found.seal, "points": points, "passed": not found.failed})
        return
    from airseal.text import Phrase
    from airseal.words.seals import CHECK_POINTS, holds_words

    for point, holds in found.points:
        print(Phrase(CHECK_POINTS[point]), holds_words(holds))


def _summaries(options: argparse.Namespace) -> int:
    with opened(options) as (station, _):
        rows = [_standing_row(one) for one in station.summaries.periods()]
    print_list(options, rows, _standing_line)
    return EXIT_OK


def _standing_row(one: "Standing") -> dict[str, Any]:
    made = _made_row(one.made) if one.made else {}
    return {"period": one.period.name, "missing": one.missing, **made}


def _made_row(made: "Made") -> dict[str, Any]:
    return {
        "number": made.number,
        "edition": made.edition,
        "sealings": made.sealings,
        "digest": made.digest,
        "at": made.at,
        "by": made.by,
        "receiver": made.receiver,
        "day": made.day,
    }


def _standing_line(row: dict[str, Any]) -> str:
    number, state = row.get("number"), ""
    if row["missing"]:
        state = tr("INCOMPLETE") if number else tr("MISSING")
    told = (row["period"], state, number, row.get("receiver"))
    return safe_text(" ".join(one for one in told if one))


def _summary(options: argparse.Namespace) -> int:
    reader = Level(options.reader)
    with opened(options) as (station, secrets):
        station.summaries.prepare(options.period, reader, options.out)
        with station.signing(secrets.pin()) as signer:
            made = _make(station, options.period, reader, signer)
        file = station.summaries.write(options.period, options.out)
    return _written(options, {"file": str(options.out / file), **_made_row(made)})


def _make(station: "Station", period: str, reader: Level, signer: "Signer") -> "Made":
    from airseal.paper.formsheets import draw_form
    from airseal.words.summary import summary_table

    def draw(table: "Summary") -> bytes:
        return draw_form(summary_table(table, station, station.now(), demo=station.demo))

    return station.summaries.make(period, reader, draw, signer)


def _write_summary(options: argparse.Namespace) -> int:
    with opened(options) as (station, _):
        file = station.summaries.write(options.period, options.out)
    return _written(options, {"file": str(options.out / file)})


def _written(options: argparse.Namespace, row: dict[str, Any]) -> int:
    print_list(options, [row], lambda row: str(row["file"]))
    return EXIT_OK


def _hand_over(options: argparse.Namespace) -> int:
    with opened(options) as (station, _):
        day = options.day or station.now().date().isoformat()
        made = station.summaries.receive(options.period, options.receiver, day)
    print_list(
        options, [_made_row(made)], lambda row: safe_text(f"{row['number']} {row['receiver']}")
    )
    return EXIT_OK
