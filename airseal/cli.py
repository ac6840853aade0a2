"""The command line: argument parsing and printing only; the work is the station's.

Secrets come from ``--secrets-fd`` (line 1 password, line 2 PIN) or a prompt, never from
arguments or the environment. What a duty made is printed only after it is committed.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from airseal.hardening import harden_process
from airseal.model.problem import Problem
from airseal.model.secret import Secret
from airseal.text import tr
from transfer.errors import TransferError

if TYPE_CHECKING:
    from airseal.keys.tokenhost import Signer
    from airseal.station import Station

EXIT_OK = 0
EXIT_REFUSED = 1
EXIT_USAGE = 2
MAX_SECRET = 1_024
"""Bytes of one secret line; longer lines are cut off before they are held."""


def run(arguments: Sequence[str]) -> int:
    """Run one command; returns the exit status (``verify``: 0, 1 or 2 as its help says)."""
    harden_process()
    options = build_parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = options.command
    try:
        return command(options)
    except (Problem, TransferError) as error:
        return _refuse(error, options)
    except KeyboardInterrupt:
        return EXIT_USAGE
    except BrokenPipeError:
        # Whoever read our output went away; there is nobody left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_REFUSED
    except Exception:
        # A traceback may hold a secret or a path; the code alone is what a person can quote.
        return _refuse(Problem("INTERNAL_ERROR", reference=""), options)


def build_parser() -> argparse.ArgumentParser:
    """The whole grammar of the command line."""
    parser = argparse.ArgumentParser(prog="airseal", description=tr("Offline seal workstation"))
    parser.add_argument("--home", type=Path, help=tr("the station's directory"))
    parser.add_argument("--as", dest="person", help=tr("who logs in"))
    parser.add_argument(
        "--secrets-fd", type=int, help=tr("read password and PIN from this file descriptor")
    )
    parser.set_defaults(command=_open_program, json=False)
    commands = parser.add_subparsers(metavar=tr("COMMAND"))

    def add(name: str, command: Callable[[argparse.Namespace], int], summary: str) -> Any:
        sub = commands.add_parser(name, help=summary, description=summary)
        sub.add_argument("--json", action="store_true", help=tr("print JSON"))
        sub.set_defaults(command=command)
        return sub

    request = add("request", _request, tr("freeze a document and request seals for it"))
    request.add_argument("file", type=Path, metavar="FILE.pdf")
    request.add_argument("--title", required=True)
    request.add_argument("--purpose", default="")
    request.add_argument("--seal", action="append", required=True, metavar="SEAL[@PLACE]")
    request.add_argument("--copies", type=int, required=True)
    request.add_argument("--to", action="append", required=True, metavar="UNIT")
    request.add_argument("--until", metavar="YYYY-MM-DD")
    request.add_argument("--level", default="internal")
    request.add_argument("--out", type=Path, required=True, metavar="DIR")

    add("import", _import, tr("import a bundle")).add_argument("path", type=Path)
    add("cases", _cases, tr("list the cases held here"))

    decide = add("decide", _decide, tr("decide requests"))
    decide.add_argument("cases", nargs="+", metavar="CASE")
    outcome = decide.add_mutually_exclusive_group(required=True)
    for name in ("approve", "return", "deny"):
        outcome.add_argument(f"--{name}", dest="outcome", action="store_const", const=name)
    decide.add_argument("--reason", default="")

    seal = add("seal", _seal, tr("apply the approved seals"))
    seal.add_argument("cases", nargs="+", metavar="CASE")
    seal.add_argument("--abandon", metavar="REASON", help=tr("give up an unfinished sealing"))

    export = add("export", _export, tr("write cases to a medium"))
    export.add_argument("cases", nargs="+", metavar="CASE")
    export.add_argument("--out", type=Path, required=True, metavar="DIR")

    verify = add("verify", _verify, tr("judge a bundle or a PDF: 0 genuine, 1 not, 2 unknown"))
    verify.add_argument("path", type=Path)
    verify.add_argument("--trust", type=Path, metavar="DIR")

    add("password", _password, tr("change the own password: line 1 the old, line 2 the new"))

    store = commands.add_parser("store", help=tr("check or rebuild the station's store"))
    stores = store.add_subparsers(required=True)
    for name, work in (("check", _store_check), ("rebuild", _store_rebuild)):
        sub = stores.add_parser(name)
        sub.add_argument("--json", action="store_true")
        sub.set_defaults(command=work)

    from airseal.cli_accounts import add_commands

    add_commands(commands, _people)
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
    return parser


# Secrets


class _Secrets:
    """Password and PIN, read when they are first needed."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._lines: list[Secret] | None = None
        if options.secrets_fd is not None:
            self._lines = _read_secrets(options.secrets_fd)

    def password(self) -> Secret:
        """Line 1, or a prompt."""
        return self._get(0, tr("Password: "))

    def pin(self) -> Secret:
        """Line 2, or a prompt."""
        return self._get(1, tr("PIN: "))

    def new_password(self) -> Secret:
        """Line 2, or a prompt that is repeated: what nobody sees is easily mistyped."""
        new = self._get(1, tr("New password: "))
        if (
            self._lines is None
            and self._get(1, tr("New password again: ")).reveal() != new.reveal()
        ):
            raise Problem("PASSWORDS_DIFFER")
        return new

    def _get(self, index: int, prompt: str) -> Secret:
        if self._lines is None:
            import getpass

            return Secret(getpass.getpass(prompt))
        if index >= len(self._lines):
            raise Problem("SECRET_MISSING")
        return self._lines[index]


def _read_secrets(descriptor: int) -> list[Secret]:
    try:
        with os.fdopen(descriptor, "rb", buffering=0, closefd=True) as source:
            data = bytearray()
            while len(data) < 2 * MAX_SECRET and (chunk := source.read(MAX_SECRET)):
                data += chunk
    except OSError:
        raise Problem("SECRETS_FD") from None
    lines = [Secret(line.removesuffix(b"\r")) for line in data.split(b"\n")[:2]]
    data[:] = bytes(len(data))
    return [line for line in lines if line]


def _home(options: argparse.Namespace) -> Path:
    """``--home``, or ``AIRSEAL_HOME``."""
    home: Path | None = options.home
    if home is None and "AIRSEAL_HOME" in os.environ:
        home = Path(os.environ["AIRSEAL_HOME"])
    if home is None:
        raise Problem("LOGIN_INCOMPLETE")
    return home


@contextmanager
def _station(options: argparse.Namespace) -> Iterator[tuple["Station", _Secrets]]:
    from airseal.station import Station

    home = _home(options)
    if options.person is None:
        raise Problem("LOGIN_INCOMPLETE")
    secrets = _Secrets(options)
    with Station.open(home, options.person, secrets.password()) as station:
        yield station, secrets


@contextmanager
def _signing(options: argparse.Namespace) -> Iterator[tuple["Station", "Signer"]]:
    with _station(options) as (station, secrets), station.signing(secrets.pin()) as signer:
        yield station, signer


# Duties


def _request(options: argparse.Namespace) -> int:
    from airseal.duties.drafting import Wish
    from airseal.model.level import Level

    try:
        level = Level(options.level)
    except ValueError:
        raise Problem("LEVEL_UNKNOWN") from None
    wish = Wish(
        title=options.title,
        purpose=options.purpose,
        seals=tuple(options.seal),
        copies=options.copies,
        recipients=tuple(options.to),
        until=options.until,
        level=level,
    )
    with _signing(options) as (station, signer):
        with station.take_in(options.file) as document:
            signed = station.request(document, wish, signer)
        exported = station.export([signed.id], options.out, signer)
        _print_made(options, signed.id, str(exported.path), exported.statements)
    return EXIT_OK


def _import(options: argparse.Namespace) -> int:
    with _station(options) as (station, _):
        paths = [options.path]
        if options.path.is_dir():
            paths = [options.path / found.name for found in station.bundles_on(options.path)]
        made = []
        for path in paths:
            imported = station.import_file(path)
            made.append(
                {
                    "case": imported.cases[0] if len(imported.cases) == 1 else None,
                    "cases": list(imported.cases),
                    "bundle": str(path),
                    "statements": list(imported.statements),
                    "parked": list(imported.parked),
                    "again": imported.again,
                    "demo": station.demo,
                }
            )
    _print_list(options, made, lambda row: tr("imported: {bundle}", bundle=row["bundle"]))
    return EXIT_OK


def _cases(options: argparse.Namespace) -> int:
    with _station(options) as (station, _):
        rows = [
            {
                "id": row.id,
                "title": row.title,
                "state": row.state.value,
                "level": row.level,
                "drafter": row.drafter,
                "at": row.at,
                "unfinished": row.unfinished,
                "demo": station.demo,
            }
            for row in station.cases()
        ]
    if options.json:
        _print_json(rows)
    else:
        from airseal.model.case import CaseState
        from airseal.text import Phrase, safe_text
        from airseal.words import CASE_STATES

        for row in rows:
            state = Phrase(CASE_STATES[CaseState(str(row["state"]))])
            print(str(row["id"])[7:19], state, safe_text(str(row["title"])))
    return EXIT_OK


def _decide(options: argparse.Namespace) -> int:
    from airseal.model.request import Outcome

    outcome = Outcome(options.outcome)
    with _station(options) as (station, secrets):
        cases = [station.find_case(text) for text in options.cases]
        for case in cases:
            station.may_decide(case, outcome, options.reason)
        with station.signing(secrets.pin()) as signer:
            results = station.decide(cases, outcome, options.reason, signer)
        return _print_results(options, results, station.demo)


def _seal(options: argparse.Namespace) -> int:
    with _station(options) as (station, secrets):
        cases = [station.find_case(text) for text in options.cases]
        if options.abandon is not None:
            for case in cases:
                station.abandon(case, options.abandon)
                _print_made(options, case, None, [])
            return EXIT_OK
        for case in cases:
            station.ready_to_seal(case)
        with station.signing(secrets.pin()) as signer:
            results = station.seal_all(cases, signer)
        return _print_results(options, results, station.demo)


def _export(options: argparse.Namespace) -> int:
    with _signing(options) as (station, signer):
        cases = [station.find_case(text) for text in options.cases]
        exported = station.export(cases, options.out, signer)
    made = [
        {
            "case": case,
            "bundle": str(exported.path),
            "statements": list(exported.statements),
        }
        for case in exported.cases
    ]
    _print_list(options, made, lambda row: str(row["bundle"]))
    return EXIT_OK


def _verify(options: argparse.Namespace) -> int:
    from airseal.words import verdict_json, verdict_lines

    if options.trust is not None:
        from airseal.duties.checking import verify_with_trust

        verdict = verify_with_trust(options.path, options.trust)
    elif options.home is not None or options.person is not None:
        with _station(options) as (station, _):
            verdict = station.verify_file(options.path)
    else:
        raise Problem("TRUST_MISSING")
    if options.json:
        _print_json(verdict_json(verdict))
    else:
        print("\n".join(verdict_lines(verdict)))
    return verdict.exit_status


def _password(options: argparse.Namespace) -> int:
    from airseal.station import change_password

    secrets = _Secrets(options)
    old, new = secrets.password(), secrets.new_password()
    change_password(_home(options), options.person or "", old, new)
    if not options.json:
        print(tr("The password was changed. Log in with the new one."))
    return EXIT_OK


def _people(options: argparse.Namespace) -> int:
    """One of the commands of :mod:`airseal.cli_accounts`."""
    with _station(options) as (station, _):
        rows = options.work(options, station)
    _print_list(options, rows, _line)
    return EXIT_OK


def _line(row: dict[str, Any]) -> str:
    from airseal.text import safe_text

    return "  ".join(safe_text(str(value)) for value in row.values())


def _store_check(options: argparse.Namespace) -> int:
    from airseal.station import check_store

    report = check_store(*_home_login(options))
    _print_json(report) if options.json else print(tr("The store is whole."))
    return EXIT_OK


def _store_rebuild(options: argparse.Namespace) -> int:
    from airseal.station import rebuild_store

    report = rebuild_store(*_home_login(options))
    _print_json(report) if options.json else print(tr("The desk was rebuilt from the ledger."))
    return EXIT_OK


def _home_login(options: argparse.Namespace) -> tuple[Path, str, Secret]:
    if options.home is None or options.person is None:
        raise Problem("LOGIN_INCOMPLETE")
    return options.home, options.person, _Secrets(options).password()


def _demo_build(options: argparse.Namespace) -> int:
    from airseal.demo import build

    _print_json(build(options.directory))
    return EXIT_OK


def _demo_open(options: argparse.Namespace) -> int:
    from airseal.app import run_demo

    return run_demo(options.directory, options.post)


def _open_program(options: argparse.Namespace) -> int:
    from airseal.app import run_station

    return run_station(_home(options))


# Printing


def _print_results(options: argparse.Namespace, results: Sequence[Any], demo: bool) -> int:
    """One line or object per case; the exit status says whether all went well."""
    from airseal.errors import explain

    rows: list[dict[str, object]] = []
    for result in results:
        row: dict[str, object] = {
            "case": result.case,
            "bundle": None,
            "statements": [result.signed.id] if result.signed else [],
            "demo": demo,
        }
        if result.problem is not None:
            told = explain(result.problem)
            row |= {"code": told.code, "error": told.what, "hint": told.hint}
        rows.append(row)
    _print_list(options, rows, lambda row: f"{str(row['case'])[7:19]} {row.get('error') or 'OK'}")
    return EXIT_OK if all(result.problem is None for result in results) else EXIT_REFUSED


def _print_made(
    options: argparse.Namespace, case: str, bundle: str | None, statements: Sequence[str]
) -> None:
    row = {"case": case, "bundle": bundle, "statements": list(statements)}
    _print_list(options, [row], lambda row: f"{str(row['case'])[7:19]} {row['bundle'] or 'OK'}")


def _print_list(
    options: argparse.Namespace,
    rows: Sequence[dict[str, Any]],
    line: Callable[[dict[str, Any]], str],
) -> None:
    """One row as an object, several as an array; or one line of text each."""
    if options.json:
        _print_json(rows[0] if len(rows) == 1 else list(rows))
    else:
        for row in rows:
            print(line(row))


def _print_json(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))


def _refuse(error: Problem | TransferError, options: argparse.Namespace) -> int:
    from airseal.errors import explain

    told = explain(error)
    if getattr(options, "json", False):
        _print_json({"code": told.code, "error": told.what, "hint": told.hint})
    _say(sys.stderr, f"{told.what} {told.hint} [{told.code}]")
    return EXIT_USAGE if options.command is _verify else EXIT_REFUSED


def _say(stream: TextIO, line: str) -> None:
    print(line, file=stream)
