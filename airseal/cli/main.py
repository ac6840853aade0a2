"""The command line: argument parsing and printing only; the work is the station's.

Secrets come from ``--secrets-fd`` (line 1 password, line 2 PIN) or a prompt, never from
arguments or the environment. What a duty made is printed only after it is committed.
"""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airseal.cli.case import add_commands as add_case_commands
from airseal.cli.case import add_request_arguments, blank_forms, paper_attachments, window
from airseal.cli.login import Secrets, home_of, opened
from airseal.cli.output import (
    EXIT_OK,
    EXIT_REFUSED,
    print_json,
    print_list,
    print_made,
    print_results,
    refuse,
)
from airseal.hardening import harden_process
from airseal.model.problem import Problem
from airseal.text import tr
from transfer.errors import TransferError

if TYPE_CHECKING:
    pass

EXIT_USAGE = 2


def run(arguments: Sequence[str]) -> int:
    """Run one command; returns the exit status (``verify``: 0, 1 or 2 as its help says)."""
    harden_process()
    options = build_parser().parse_args(arguments)
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
    refuse(error, options)
    status: int = options.refused
    return status


def build_parser() -> argparse.ArgumentParser:
    """The whole grammar of the command line."""
    parser = argparse.ArgumentParser(prog="airseal", description=tr("Offline seal workstation"))
    parser.add_argument("--home", type=Path, help=tr("the station's directory"))
    parser.add_argument("--as", dest="person", help=tr("who logs in"))
    parser.add_argument(
        "--secrets-fd", type=int, help=tr("read password and PIN from this file descriptor")
    )
    parser.add_argument(
        "--token", action="store_true", help=tr("log in with the USBKey: line 1 is its PIN")
    )
    parser.set_defaults(command=_open_program, json=False, refused=EXIT_REFUSED)
    commands = parser.add_subparsers(metavar=tr("COMMAND"))

    def add(name: str, command: Callable[[argparse.Namespace], int], summary: str) -> Any:
        sub = commands.add_parser(name, help=summary, description=summary)
        sub.add_argument("--json", action="store_true", help=tr("print JSON"))
        sub.set_defaults(command=command)
        return sub

    request = add("request", _request, tr("freeze a document and request seals for it"))
    add_request_arguments(request)
    request.set_defaults(replaces=None)

    add("import", _import, tr("import a bundle")).add_argument("path", type=Path)
    add("cases", _cases, tr("list the cases held here"))

    decide = add("decide", _decide, tr("decide requests"))
    decide.add_argument("cases", nargs="+", metavar="CASE")
    outcome = decide.add_mutually_exclusive_group(required=True)
    for name in ("approve", "return", "deny"):
        outcome.add_argument(f"--{name}", dest="outcome", action="store_const", const=name)
    decide.add_argument("--reason", default="")
    decide.add_argument("--copies", type=int, help=tr("approve fewer copies than were asked"))
    decide.add_argument("--to", action="append", metavar="UNIT", help=tr("approve fewer units"))
    decide.add_argument("--until", metavar="YYYY-MM-DD", help=tr("approve a shorter term"))

    seal = add("seal", _seal, tr("apply the approved seals"))
    seal.add_argument("cases", nargs="+", metavar="CASE")
    seal.add_argument(
        "--checked",
        action="append",
        choices=("content", "copies", "approvals", "all"),
        help=tr("what was checked before the PIN, recorded with the sealing"),
    )
    seal.add_argument("--abandon", metavar="REASON", help=tr("give up an unfinished sealing"))

    export = add("export", _export, tr("write cases to a medium"))
    export.add_argument("cases", nargs="+", metavar="CASE")
    export.add_argument("--out", type=Path, required=True, metavar="DIR")
    export.add_argument(
        "--channel",
        choices=("medium", "network"),
        default="medium",
        help=tr("whether the medium is bound for a machine on a network"),
    )

    from airseal.cli import verify

    verify.add_command(add)

    from airseal.cli import rejudge

    rejudge.add_command(add)

    add("password", _password, tr("change the own password: line 1 the old, line 2 the new"))

    from airseal.cli import (
        accounts,
        audit,
        backup,
        pin,
        qr,
        quarantine,
        receipt,
        roots,
        stamp,
        station,
        store,
        unit,
    )

    audit.add_commands(commands)
    add_case_commands(commands, _request)
    from airseal.cli.policy import add_commands as add_policy_commands

    add_policy_commands(commands)
    accounts.add_commands(commands, _people)
    station.add_commands(commands, _people)
    unit.add_commands(commands, _people)
    store.add_commands(commands)
    pin.add_commands(commands, _people)
    roots.add_commands(commands, _people)
    qr.add_commands(commands)
    quarantine.add_commands(commands)
    receipt.add_commands(commands)
    stamp.add_commands(commands)
    backup.add_commands(commands, _people)
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


def _request(options: argparse.Namespace) -> int:
    from airseal.cli.policy import matter_of
    from airseal.duties.drafting import Source, Wish
    from airseal.model.level import Level

    try:
        level = Level(options.level)
    except ValueError:
        raise Problem("LEVEL_UNKNOWN") from None
    with opened(options) as (station, secrets):
        old = station.find_case(options.replaces) if options.replaces else None
        wish = Wish(
            title=options.title,
            purpose=options.purpose,
            seals=tuple(options.seal),
            copies=options.copies,
            recipients=tuple(options.to),
            until=options.until,
            level=level,
            replaces=old,
            emergency=options.emergency,
            matter=matter_of(options),
            blanks=blank_forms(options.blank_forms),
            confirmed=tuple(options.confirm),
            paper_attachments=paper_attachments(options.paper_attachment),
            window=window(options.window),
        )
        with ExitStack() as held:
            document = held.enter_context(station.take_in(options.file))
            source = None
            if options.source is not None:
                made_from = held.enter_context(station.take_in(options.source))
                source = Source(made_from, options.source.suffix)
            station.may_request(document, wish, source)
            signer = held.enter_context(station.signing(secrets.pin()))
            signed = station.request(document, wish, signer, source)
            exported = station.export([signed.id], options.out, signer)
        print_made(options, signed.id, str(exported.path), exported.statements, station.demo)
    return EXIT_OK


def _import(options: argparse.Namespace) -> int:
    with opened(options) as (station, _):
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
    print_list(options, made, lambda row: tr("imported: {bundle}", bundle=row["bundle"]))
    return EXIT_OK


def _cases(options: argparse.Namespace) -> int:
    with opened(options) as (station, _):
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
        print_json(rows)
    else:
        from airseal.model.case import CaseState
        from airseal.text import Phrase, safe_text
        from airseal.words.cases import CASE_STATES

        for row in rows:
            state = Phrase(CASE_STATES[CaseState(str(row["state"]))])
            print(str(row["id"])[7:19], state, safe_text(str(row["title"])))
    return EXIT_OK


def _decide(options: argparse.Namespace) -> int:
    from airseal.model.grant import Less
    from airseal.model.request import Outcome

    outcome = Outcome(options.outcome)
    with opened(options) as (station, secrets):
        cases = [station.find_case(text) for text in options.cases]
        less = Less(options.copies, tuple(options.to or ()), options.until)
        for case in cases:
            station.may_decide(case, outcome, options.reason, less)
        with station.signing(secrets.pin()) as signer:
            results = station.decide(cases, outcome, options.reason, signer, less)
        return print_results(options, results, station.demo)


def _seal(options: argparse.Namespace) -> int:
    with opened(options) as (station, secrets):
        cases = [station.find_case(text) for text in options.cases]
        if options.abandon is not None:
            for case in cases:
                station.abandon(case, options.abandon)
                print_made(options, case, None, [], station.demo)
            return EXIT_OK
        checked = _ticks(options.checked)
        for case in cases:
            station.ready_to_seal(case, checked)
        with station.signing(secrets.pin()) as signer:
            results = station.seal_all(cases, signer, checked)
        return print_results(options, results, station.demo)


def _ticks(checked: Sequence[str] | None) -> tuple[str, ...]:
    """What was ticked on the command line (SE-01)."""
    from airseal.duties.sealing import CHECKS

    wanted = checked or ()
    return CHECKS if "all" in wanted else tuple(tick for tick in CHECKS if tick in wanted)


def _export(options: argparse.Namespace) -> int:
    from airseal.model.channel import Channel

    channel = Channel(options.channel)
    with opened(options) as (station, secrets):
        cases = [station.find_case(text) for text in options.cases]
        station.leaving(cases, options.out, channel)
        with station.signing(secrets.pin()) as signer:
            exported = station.export(cases, options.out, signer, channel)
        demo = station.demo
    made = [
        {
            "case": case,
            "bundle": str(exported.path),
            "statements": list(exported.statements),
            "demo": demo,
        }
        for case in exported.cases
    ]
    print_list(options, made, lambda row: str(row["bundle"]))
    return EXIT_OK


def _password(options: argparse.Namespace) -> int:
    from airseal.founding.homes import change_password

    secrets = Secrets(options)
    old, new = secrets.password(), secrets.new_password()
    change_password(home_of(options), options.person or "", old, new)
    if options.json:
        print_json({"changed": options.person})
    else:
        print(tr("The password was changed. Log in with the new one."))
    return EXIT_OK


def _people(options: argparse.Namespace) -> int:
    """One of the commands of ``cli_accounts`` or ``cli_backup``."""
    with opened(options) as (station, secrets):
        options.secrets = secrets
        rows = options.work(options, station)
    print_list(options, rows, _line)
    return EXIT_OK


def _line(row: dict[str, Any]) -> str:
    from airseal.text import safe_text

    return "  ".join(safe_text(str(value)) for value in row.values())


def _demo_build(options: argparse.Namespace) -> int:
    from airseal.founding.demo import build

    print_json(build(options.directory))
    return EXIT_OK


def _demo_open(options: argparse.Namespace) -> int:
    from airseal.starting import run_demo

    return run_demo(options.directory, options.post)


def _open_program(options: argparse.Namespace) -> int:
    from airseal.starting import run_station

    return run_station(home_of(options))
