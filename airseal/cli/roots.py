"""The commands about trusted roots: list, enrol by two people, revoke."""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airseal.cli.login import opened
from airseal.cli.output import EXIT_OK, print_list
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
    one.add_argument("--fingerprint", required=True, help=tr("as you read it off paper"))
    one.add_argument("--second", required=True, metavar="PERSON")
    one.add_argument("--second-fingerprint", required=True, help=tr("as the second person read it"))
    one = add("revoke", _revoke, tr("trust a unit's root no more"))
    one.add_argument("unit", metavar="UNIT")
    one.add_argument("--reason", required=True)


def _list(options: argparse.Namespace) -> int:
    with opened(options) as (station, _):
        return _told(options, station.trust.roots())


def _enrol(options: argparse.Namespace) -> int:
    from airseal.evidence.roots import Compared

    with opened(options) as (station, secrets):
        second = Compared(options.second, options.second_fingerprint)
        password = secrets.second_password()
        return _told(
            options, [station.trust.enrol(options.path, options.fingerprint, second, password)]
        )


def _revoke(options: argparse.Namespace) -> int:
    with opened(options) as (station, _):
        return _told(options, [station.trust.revoke(options.unit, options.reason)])


def _told(options: argparse.Namespace, roots: "Sequence[EnrolledRoot]") -> int:
    rows = [
        {
            "unit": one.unit,
            "fingerprint": one.fingerprint,
            "since": one.since,
            "compared_by": list(one.compared_by),
            "trusted": one.trusted,
            "ended": one.ended,
            "reason": one.reason,
        }
        for one in roots
    ]
    print_list(
        options, rows, lambda row: f"{row['unit']}  {row['fingerprint']}  {row['ended'] or 'OK'}"
    )
    return EXIT_OK
