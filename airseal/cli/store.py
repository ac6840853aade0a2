"""``airseal store …``: check a home, or make again what follows from its ledger."""

import argparse
import sys
from pathlib import Path
from typing import Any

from airseal.cli.login import home_login, home_of
from airseal.cli.output import EXIT_OK, EXIT_REFUSED, print_json
from airseal.model.problem import Problem
from airseal.text import ntr, tr


def add_commands(commands: Any) -> None:
    """``store check`` and ``store rebuild``."""
    store = commands.add_parser("store", help=tr("check or rebuild the station's store"))
    stores = store.add_subparsers(required=True, metavar=tr("COMMAND"))

    def add(name: str, summary: str, work: object) -> Any:
        sub = stores.add_parser(name, help=summary, description=summary)
        sub.add_argument("--json", action="store_true", help=tr("print JSON"))
        sub.set_defaults(command=work)
        return sub

    check = add("check", tr("verify ledger, work table and documents"), _check)
    check.add_argument(
        "--signatures", action="store_true", help=tr("verify the signature of every statement anew")
    )
    check.add_argument(
        "--hashes",
        action="store_true",
        help=tr("only the chain of hashes; nobody has to log in; prints the head"),
    )
    one = add("migrate", tr("bring a station of an older version up to date"), _migrate)
    one.add_argument(
        "--backup",
        type=Path,
        required=True,
        metavar="DIR",
        help=tr("where the backup goes that is made first"),
    )
    add("rebuild", tr("make work table and index again from the ledger"), _rebuild)


def _check(options: argparse.Namespace) -> int:
    from airseal.founding.homes import check_hashes, check_signatures, check_store

    with _Meter(options) as meter:
        if options.hashes:
            report = dict(check_hashes(home_of(options), meter))
        else:
            login = home_login(options)
            report = dict(check_store(*login, meter))
            if options.signatures:
                report["signatures"] = check_signatures(*login, meter)
    return _tell(options, report)


def _tell(options: argparse.Namespace, report: dict[str, Any]) -> int:
    """The report; what was found is told like any refusal."""
    from airseal.errors import explain

    found = [explain(problem) for problem in report.get("problems", ())]
    if options.json:
        rows = [{"code": one.code, "error": one.what, "hint": one.hint} for one in found]
        print_json({**report, "problems": rows} if "problems" in report else report)
    elif "head" in report:
        print(
            ntr(
                "{n} entry, head {head}",
                "{n} entries, head {head}",
                report["entries"],
                head=report["head"],
            )
        )
    else:
        for one in found:
            print(f"{one.what} {one.hint} [{one.code}]", file=sys.stderr)
        for one in report.get("lost", ()):
            print(tr("Lost: {digest}, kept with entry {sequence} of the ledger.", **one))
        if not found:
            print(tr("The store is whole."))
        if waiting := report.get("unfinished"):
            print(
                ntr(
                    "A deletion was interrupted: {n} document is still to be destroyed. "
                    "The next login does it.",
                    "A deletion was interrupted: {n} documents are still to be destroyed. "
                    "The next login does it.",
                    waiting,
                )
            )
    return EXIT_REFUSED if found else EXIT_OK


def _rebuild(options: argparse.Namespace) -> int:
    from airseal.founding.homes import rebuild_store

    with _Meter(options) as meter:
        report = dict(rebuild_store(*home_login(options), meter))
    if not (options.json or report["problems"]):
        print(tr("The desk was rebuilt from the ledger."))
    return _tell(options, report)


def _migrate(options: argparse.Namespace) -> int:
    from airseal.founding.homes import migrate_store

    with _Meter(options) as meter:
        done = migrate_store(*home_login(options), options.backup, meter)
    if options.json:
        print_json(done)
    else:
        print(tr("Format {before} became {after}; backup No. {backup} was made first.", **done))
    return EXIT_OK


class _Meter:
    """Counts on a terminal's stderr; Ctrl+C ends the work between two steps."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._shown = sys.stderr.isatty() and not options.json
        self._last = -1

    def __enter__(self) -> "_Meter":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self._last >= 0:
            print(file=sys.stderr)
        if kind is KeyboardInterrupt:
            raise Problem("CANCELLED")

    def __call__(self, done: int, total: int, what: str) -> None:
        """See ``ports.Progress``."""
        del what
        percent = 100 * done // max(total, 1)
        if self._shown and percent != self._last:
            self._last = percent
            print(f"\r{percent:3} %", end="", file=sys.stderr, flush=True)
