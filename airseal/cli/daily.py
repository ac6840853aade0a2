"""The commands of every day: request, import, list, decide, seal, export; the own password."""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from airseal.cli.login import Secrets, home_of, opened
from airseal.cli.output import EXIT_OK, print_json, print_list, print_made, print_results
from airseal.cli.requesting import add_request_arguments, request
from airseal.text import tr


def add_commands(commands: Any) -> None:
    """Each with its arguments."""

    def add(name: str, command: Callable[[argparse.Namespace], int], summary: str) -> Any:
        sub = commands.add_parser(name, help=summary, description=summary)
        sub.add_argument("--json", action="store_true", help=tr("print JSON"))
        sub.set_defaults(command=command)
        return sub

    one = add("request", request, tr("freeze a document and request seals for it"))
    add_request_arguments(one)
    one.set_defaults(replaces=None)

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
    add("password", _password, tr("change the own password: line 1 the old, line 2 the new"))


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
