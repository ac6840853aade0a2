"""The commands of a demonstration unit."""

import argparse
from pathlib import Path
from typing import Any

from airseal.cli.output import EXIT_OK, print_json
from airseal.text import tr


def add_commands(commands: Any) -> None:
    """``demo …``."""
    demo = commands.add_parser("demo", help=tr("a demonstration unit on a soft token"))
    demos = demo.add_subparsers(required=True)
    build = demos.add_parser("build", help=tr("build the demonstration unit"))
    build.add_argument("directory", type=Path, metavar="DIR")
    build.add_argument("--json", action="store_true")
    build.set_defaults(command=_demo_build)
    opened = demos.add_parser("open", help=tr("build it if needed and open one station"))
    opened.add_argument("directory", type=Path, metavar="DIR")
    opened.add_argument("--post", default="custodian")
    opened.set_defaults(command=_demo_open, json=False)


def _demo_build(options: argparse.Namespace) -> int:
    from airseal.founding.demo import build

    print_json(build(options.directory))
    return EXIT_OK


def _demo_open(options: argparse.Namespace) -> int:
    from airseal import collecting

    collecting.put_off()
    from airseal.starting import run_demo

    return run_demo(options.directory, options.post)
