"""The commands about backups: grammar and what each prints."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airseal.cli.work import run_work
from airseal.text import tr

if TYPE_CHECKING:
    from airseal.station import Station

Row = dict[str, Any]
Run = Callable[[argparse.Namespace], int]


def add_commands(commands: Any) -> None:
    """``backup …``."""
    backup = commands.add_parser("backup", help=tr("back the station up, test and restore it"))
    group = backup.add_subparsers(required=True, metavar=tr("COMMAND"))

    def add(name: str, command: Run, work: Any, summary: str) -> Any:
        sub = group.add_parser(name, help=summary, description=summary)
        sub.add_argument("medium", type=Path, metavar="DIR")
        sub.add_argument("--json", action="store_true", help=tr("print JSON"))
        sub.set_defaults(command=command, work=work)
        return sub

    add("make", run_work, _make, tr("write what is new to a directory or a stick"))
    add("list", run_work, _list, tr("list this station's backups"))
    one = add("test", run_work, _test, tr("restore a backup for a test and verify all of it"))
    one.add_argument("--number", type=int)
    one = add("prune", run_work, _prune, tr("remove all backups but the newest"))
    one.add_argument("--keep", type=int, required=True, metavar="N")
    one = add("restore", _restore, None, tr("make a station of a backup, two people together"))
    one.add_argument("--number", type=int)
    one.add_argument("--with", dest="second", required=True, metavar="PERSON")


def _make(options: argparse.Namespace, station: "Station") -> list[Row]:
    made = station.keeping.back_up(options.medium)
    return [
        {
            "number": made.number,
            "sequence": made.head.sequence,
            "size": made.size,
            "files": made.files,
            "pieces": made.pieces,
            "written": made.written,
            "demo": station.demo,
        }
    ]


def _list(options: argparse.Namespace, station: "Station") -> list[Row]:
    return [
        {
            "number": one.number,
            "at": one.at,
            "by": one.by,
            "sequence": one.head.sequence,
            "size": one.size,
            "deleted": one.deleted,
            "demo": station.demo,
        }
        for one in station.keeping.backups(options.medium)
    ]


def _test(options: argparse.Namespace, station: "Station") -> list[Row]:
    number, report = station.keeping.try_restore(options.medium, options.number)
    if report.problems:
        raise report.problems[0]
    return [
        {
            "number": number,
            "entries": report.entries,
            "documents": report.blobs,
            "demo": station.demo,
        }
    ]


def _prune(options: argparse.Namespace, station: "Station") -> list[Row]:
    removed, pieces = station.keeping.prune(options.medium, options.keep)
    return [{"removed": removed, "pieces": pieces, "demo": station.demo}]


def _restore(options: argparse.Namespace) -> int:
    from airseal.cli.login import Secrets, home_of
    from airseal.cli.output import EXIT_OK, print_json
    from airseal.model.problem import Problem
    from airseal.ports import silent
    from airseal.station import LocalClock
    from airseal.station.keeping import restore_home

    if options.person is None:
        raise Problem("LOGIN_INCOMPLETE")
    secrets = Secrets(options)
    people = (
        (options.person, secrets.password()),
        (options.second, secrets.second_password()),
    )
    number, head = restore_home(
        options.medium, options.number, home_of(options), people, LocalClock().now(), silent
    )
    if options.json:
        print_json({"number": number, "sequence": head.sequence})
    else:
        print(tr("The station was restored from backup No. {number}.", number=number))
        print(tr("Every station that knew more of it will be told so by its next bundle."))
    return EXIT_OK
