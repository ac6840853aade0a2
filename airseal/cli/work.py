"""Commands whose work is a function of the options and the open station, and prints rows."""

import argparse
from typing import Any

from airseal.cli.login import opened
from airseal.cli.output import EXIT_OK, print_list
from airseal.text import safe_text


def run_work(options: argparse.Namespace) -> int:
    """Open the station, do ``options.work`` and print what it hands back, a line for a row."""
    with opened(options) as (station, secrets):
        options.secrets = secrets
        rows = options.work(options, station)
    print_list(options, rows, _line)
    return EXIT_OK


def _line(row: dict[str, Any]) -> str:
    return "  ".join(safe_text(str(value)) for value in row.values())
