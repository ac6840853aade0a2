"""``airseal quarantine …``: what was refused on import, copied out or cleared away."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airseal.cli.login import opened
from airseal.cli.output import EXIT_OK, print_list
from airseal.model.problem import Problem
from airseal.text import tr

if TYPE_CHECKING:
    from airseal.evidence.quarantine import Refused
    from airseal.station import Station

Options = argparse.Namespace


def add_commands(commands: Any) -> None:
    """``quarantine list``, ``copy`` and ``clear``."""
    group = commands.add_parser("quarantine", help=tr("files that were refused on import"))
    parts = group.add_subparsers(required=True, metavar=tr("COMMAND"))

    def add(name: str, command: Callable[[Options], int], summary: str) -> Any:
        sub = parts.add_parser(name, help=summary, description=summary)
        sub.add_argument("--json", action="store_true", help=tr("print JSON"))
        sub.set_defaults(command=command)
        return sub

    add("list", _list, tr("what was refused, why, and what to do"))
    one = add("copy", _copy, tr("copy a refused file out as it came"))
    one.add_argument("file", metavar="DIGEST")
    one.add_argument("--out", type=Path, required=True, metavar="DIR")
    one = add("clear", _clear, tr("clear a refused file away for good"))
    one.add_argument("file", metavar="DIGEST")
    one.add_argument("--reason", required=True)


def _list(options: Options) -> int:
    from airseal.errors import explain

    with opened(options) as (station, _):
        rows = []
        for one in station.quarantine:
            told = explain(one.problem)
            rows.append(
                {
                    "file": one.file,
                    "name": one.name,
                    "code": one.problem.code,
                    "error": told.what,
                    "hint": told.hint,
                    "by": one.by,
                    "at": one.at,
                    "demo": station.demo,
                }
            )
    line = "{file} {at} {name}: {error} {hint} [{code}]"
    print_list(options, rows, lambda row: line.format(**{**row, "file": row["file"][7:19]}))
    return EXIT_OK


def _copy(options: Options) -> int:
    with opened(options) as (station, _):
        path = station.copy_refused(_find(station, options.file).file, options.out)
        rows = [{"path": str(path), "demo": station.demo}]
    print_list(options, rows, lambda row: str(row["path"]))
    return EXIT_OK


def _clear(options: Options) -> int:
    with opened(options) as (station, _):
        found = _find(station, options.file)
        station.clear_refused(found.file, options.reason)
        rows = [{"file": found.file, "name": found.name, "demo": station.demo}]
    print_list(options, rows, lambda row: tr("cleared away: {name}", name=row["name"]))
    return EXIT_OK


def _find(station: "Station", text: str) -> "Refused":
    """By its digest or an unambiguous beginning; raises ``Problem("QUARANTINE_UNKNOWN")``."""
    wanted = text.removeprefix("sha256:")
    found = [one for one in station.quarantine if one.file[7:].startswith(wanted)]
    if len(found) != 1 or len(wanted) < 4:
        raise Problem("QUARANTINE_UNKNOWN")
    return found[0]
