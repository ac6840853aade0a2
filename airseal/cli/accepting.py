"""What the commands share in which two people accept a root certificate (TX-16, E-04)."""

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from airseal.cli.output import EXIT_OK, print_list
from airseal.text import tr

if TYPE_CHECKING:
    from airseal.evidence.enrolled import Compared, Enrolled


def add_readings(command: Any) -> None:
    """What two people read off paper, which :func:`second_reading` takes up."""
    command.add_argument("--fingerprint", required=True, help=tr("as you read it off paper"))
    command.add_argument("--second", required=True, metavar="PERSON")
    command.add_argument(
        "--second-fingerprint", required=True, help=tr("as the second person read it")
    )


def second_reading(options: argparse.Namespace) -> "Compared":
    """Who the second person is and what they read."""
    from airseal.evidence.enrolled import Compared

    return Compared(options.second, options.second_fingerprint)


def enrolled_row(one: "Enrolled") -> dict[str, object]:
    """What is told of anything that two people accepted."""
    return {
        "fingerprint": one.fingerprint,
        "since": one.since,
        "compared_by": list(one.compared_by),
        "trusted": one.trusted,
        "ended": one.ended,
        "reason": one.reason,
    }


def print_enrolled(
    options: argparse.Namespace, rows: Sequence[dict[str, object]], name: str
) -> int:
    """``rows`` as JSON, or a line each that begins with the field ``name``."""
    print_list(
        options,
        rows,
        lambda row: f"{row[name]}  {row['fingerprint']}  {row['ended'] or 'OK'}",
    )
    return EXIT_OK
