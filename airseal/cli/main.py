"""The command line: the program itself, or one command.

Secrets come from ``--secrets-fd`` (line 1 password, line 2 PIN) or a prompt, never from
arguments or the environment. What a duty made is printed only after it is committed.

A command's module is imported when its command is named: the program must not wait for the
grammar of all the others before it can paint.
"""

import argparse
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Final

from airseal.hardening import harden_process
from airseal.model.problem import Problem
from airseal.text import tr
from transfer.errors import TransferError

EXIT_REFUSED: Final = 1
EXIT_USAGE: Final = 2

MODULES: Final[Mapping[str, tuple[str, ...]]] = {
    "daily": ("request", "import", "cases", "decide", "seal", "export", "password"),
    "verify": ("verify",),
    "rejudge": ("rejudge",),
    "audit": ("audit",),
    "case": ("case",),
    "policy": ("policy", "delegation"),
    "accounts": ("account",),
    "training": ("training",),
    "station": ("station",),
    "unit": ("unit",),
    "custody": ("custody",),
    "store": ("store",),
    "pin": ("pin",),
    "roots": ("root",),
    "qr": ("qr",),
    "quarantine": ("quarantine",),
    "receipt": ("receipt",),
    "stamp": ("stamp",),
    "backup": ("backup",),
    "demo": ("demo",),
}
"""Which module of the command line adds which commands."""


def run(arguments: Sequence[str]) -> int:
    """Run one command; returns the exit status (``verify``: 0, 1 or 2 as its help says)."""
    harden_process()
    options = _parsed(arguments)
    command: Callable[[argparse.Namespace], int] = options.command
    try:
        return command(options)
    except (Problem, TransferError) as error:
        return _refused(error, options)
    except KeyboardInterrupt:
        return EXIT_USAGE
    except BrokenPipeError:
        # Whoever read our output went away; there is nobody left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_REFUSED
    except Exception:
        # A traceback may hold a secret or a path; the code alone is what a person can quote.
        return _refused(Problem("INTERNAL_ERROR", reference="-"), options)


def _refused(error: Problem | TransferError, options: argparse.Namespace) -> int:
    from airseal.cli.output import refuse

    refuse(error, options)
    status: int = options.refused
    return status


def _parsed(arguments: Sequence[str]) -> argparse.Namespace:
    options, rest = _common(add_help=False).parse_known_args(arguments)
    if not rest:
        return options
    named = [module for module, commands in MODULES.items() if rest[0] in commands]
    return build_parser(named or MODULES).parse_args(arguments)


def build_parser(modules: Iterable[str] = MODULES) -> argparse.ArgumentParser:
    """The grammar of the commands that ``modules`` add; of the whole command line."""
    parser = _common(add_help=True)
    commands = parser.add_subparsers(metavar=tr("COMMAND"))
    for module in modules:
        import_module(f"airseal.cli.{module}").add_commands(commands)
    return parser


def _common(*, add_help: bool) -> argparse.ArgumentParser:
    """What stands before every command; without a command the program opens."""
    parser = argparse.ArgumentParser(
        prog="airseal", description=tr("Offline seal workstation"), add_help=add_help
    )
    parser.add_argument("--home", type=Path, help=tr("the station's directory"))
    parser.add_argument("--as", dest="person", help=tr("who logs in"))
    parser.add_argument(
        "--secrets-fd", type=int, help=tr("read password and PIN from this file descriptor")
    )
    parser.add_argument(
        "--token", action="store_true", help=tr("log in with the USBKey: line 1 is its PIN")
    )
    parser.set_defaults(command=_open_program, json=False, refused=EXIT_REFUSED)
    return parser


def _open_program(options: argparse.Namespace) -> int:
    from airseal import collecting
    from airseal.cli.login import home_of

    collecting.put_off()
    from airseal.starting import run_station

    return run_station(home_of(options))
