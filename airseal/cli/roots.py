"""The commands about trusted roots: list, enrol by two people, revoke."""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airseal.cli.accepting import add_readings, enrolled_row, print_enrolled, second_reading
from airseal.cli.login import opened
from airseal.text import tr

if TYPE_CHECKING:
    from airseal.evidence.roots import EnrolledRoot


def add_commands(commands: Any) -> None:
    """``root …``."""
    root = commands.add_parser("root", help=tr("the roots of units that this station trusts"))
    roots = root.add_subparsers(required=True, metavar=tr("COMMAND"))

    def add(name: str, command: Callable[[argparse.Namespace], int], summary: str) -> Any:
        sub = roots.add_parser(name, help=summary, description=summary)
        sub.add_argument("--json", action="store_true", help=tr("print JSON"))
        sub.set_defaults(command=command)
        return sub

    add("list", _list, tr("list the trusted roots"))
    one = add("enrol", _enrol, tr("trust another unit's root: line 2 the second person's password"))
    one.add_argument("path", type=Path, metavar="FILE")
    add_readings(one)
    one = add("revoke", _revoke, tr("trust a unit's root no more"))
    one.add_argument("unit", metavar="UNIT")
    one.add_argument("--reason", required=True)


def _list(options: argparse.Namespace) -> int:
    with opened(options) as (station, _):
        return _told(options, station.trust.roots())


def _enrol(options: argparse.Namespace) -> int:
    with opened(options) as (station, secrets):
        second, password = second_reading(options), secrets.second_password()
        made = station.trust.enrol(options.path, options.fingerprint, second, password)
        return _told(options, [made])


def _revoke(options: argparse.Namespace) -> int:
    with opened(options) as (station, _):
        return _told(options, [station.trust.revoke(options.unit, options.reason)])


def _told(options: argparse.Namespace, roots: "Sequence[EnrolledRoot]") -> int:
    rows = [{"unit": one.unit, **enrolled_row(one)} for one in roots]
    return print_enrolled(options, rows, "unit")
