"""``airseal receipt …``: sign for what came, see who signed for what was sent."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from airseal.cli.login import opened
from airseal.cli.output import EXIT_OK, print_list
from airseal.text import tr

Options = argparse.Namespace


def add_commands(commands: Any) -> None:
    """``receipt list`` and ``receipt sign``."""
    group = commands.add_parser("receipt", help=tr("receipts for bundles"))
    parts = group.add_subparsers(required=True, metavar=tr("COMMAND"))

    def add(name: str, command: Callable[[Options], int], summary: str) -> Any:
        sub = parts.add_parser(name, help=summary, description=summary)
        sub.add_argument("--json", action="store_true", help=tr("print JSON"))
        sub.set_defaults(command=command)
        return sub

    add("list", _list, tr("what came and what was sent, with their receipts"))
    one = add("sign", _sign, tr("sign for bundles that came; without names, for all of them"))
    one.add_argument("bundles", nargs="*", metavar="BUNDLE")
    one.add_argument("--out", type=Path, required=True, metavar="DIR")


def _list(options: Options) -> int:
    with opened(options) as (station, _):
        late = station.overdue
        rows: list[dict[str, Any]] = [
            {
                "direction": "came",
                "bundle": one.bundle,
                "stations": [f"{one.unit}/{one.station}"],
                "at": one.imported,
                "receipt": one.signed,
                "demo": station.demo,
            }
            for one in station.arrived
        ]
        rows += [
            {
                "direction": "sent",
                "bundle": one.bundle,
                "stations": list(one.receipts),
                "at": one.at,
                "receipt": max(one.receipts.values(), default=None),
                "late": one.bundle in late,
                "demo": station.demo,
            }
            for one in station.sent
        ]
    line = "{direction} {bundle} {at} {receipt}"
    print_list(options, rows, lambda row: line.format(**{**row, "receipt": row["receipt"] or "-"}))
    return EXIT_OK


def _sign(options: Options) -> int:
    with opened(options) as (station, secrets):
        waiting = [one.bundle for one in station.arrived if one.waits]
        bundles = options.bundles or waiting
        station.may_sign_receipts(bundles, options.out)
        with station.signing(secrets.pin()) as signer:
            made = station.sign_receipts(bundles, options.out, signer)
        rows = [
            {
                "bundle": str(made.path),
                "statements": list(made.statements),
                "demo": station.demo,
            }
        ]
    print_list(options, rows, lambda row: str(row["bundle"]))
    return EXIT_OK
