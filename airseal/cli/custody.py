"""The commands of who keeps a seal: its periodic check (LC-24)."""

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from airseal.cli.login import opened
from airseal.cli.output import EXIT_OK, EXIT_REFUSED, print_json, print_list
from airseal.text import tr

if TYPE_CHECKING:
    from airseal.duties.checking_seals import Checked
    from airseal.evidence.sealchecks import Planned


def add_commands(commands: Any) -> None:
    """``custody …``."""
    custody = commands.add_parser("custody", help=tr("keep a seal: its periodic check"))
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
