"""``airseal policy …`` and ``airseal delegation …``: the rules of the office by command line."""

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airseal.cli.login import opened
from airseal.cli.output import EXIT_OK, print_json, print_list
from airseal.model.problem import Problem
from airseal.text import safe_text, tr

if TYPE_CHECKING:
    from airseal.model.matter import Matter
    from airseal.model.policy import PolicyPack
    from airseal.station import Station

Options = argparse.Namespace


def add_commands(commands: Any) -> None:
    """Both groups."""
    policy = commands.add_parser("policy", help=tr("the policy pack: rules, matrix, catalogue"))
    group = policy.add_subparsers(required=True, metavar=tr("COMMAND"))

    def add(group: Any, name: str, command: Callable[[Options], int], summary: str) -> Any:
        sub = group.add_parser(name, help=summary, description=summary)
        sub.add_argument("--json", action="store_true", help=tr("print JSON"))
        sub.set_defaults(command=command)
        return sub

    one = add(group, "show", _show, tr("print the pack in force, or one that ships"))
    one.add_argument("--ready", metavar="NAME", help="bureau, group, enterprise")
    for name, command, summary in (
        ("diff", _diff, tr("what a pack file would change")),
        ("check", _check, tr("whether a pack file could be published")),
        ("publish", _publish, tr("sign a pack file as the next policy pack")),
    ):
        add(group, name, command, summary).add_argument("file", type=Path, metavar="PACK.json")
    one = add(group, "dry-run", _dry_run, tr("who would have to approve this?"))
    one.add_argument("--pack", type=Path, metavar="PACK.json")
    one.add_argument("--type", action="append", required=True, metavar="SEAL-TYPE")
    one.add_argument("--level", default="internal")
    add_matter_arguments(one)

    delegation = commands.add_parser("delegation", help=tr("representatives who may approve"))
    group = delegation.add_subparsers(required=True, metavar=tr("COMMAND"))
    add(group, "list", _delegations, tr("list the delegations"))
    one = add(group, "grant", _delegate, tr("let somebody approve in the own place"))
    one.add_argument("who", metavar="PERSON")
    one.add_argument("--role", required=True)
    one.add_argument("--type", action="append", default=[], metavar="SEAL-TYPE")
    one.add_argument("--kind", action="append", default=[])
    one.add_argument("--level", default="internal")
    one.add_argument("--from", dest="start", required=True, metavar="YYYY-MM-DD")
    one.add_argument("--until", required=True, metavar="YYYY-MM-DD")
    one.add_argument("--reason", required=True)
    one = add(group, "end", _end, tr("end an own delegation"))
    one.add_argument("delegation", metavar="ID")
    one.add_argument("--reason", required=True)


def add_matter_arguments(parser: Any) -> None:
    """What the authority matrix is asked about."""
    parser.add_argument("--kind", default="official", help=tr("kind of paper, by its id"))
    parser.add_argument("--symbol", default="", help=tr("the document's number as printed"))
    parser.add_argument("--importance", default="general", help="general, important, critical")
    parser.add_argument("--subject", action="append", default=[], help="finance, legal")
    parser.add_argument("--way", default="electronic", help="electronic, traditional")
    parser.add_argument("--special", help="offsite, loan, transfer")
    parser.add_argument("--flow", default="", help=tr("its number in the flow system"))
    parser.add_argument(
        "--origin",
        default="own",
        help="own, drafted-for-others, forwarded",
    )


def matter_of(options: Options) -> "Matter":
    """What was said of the matter; raises ``Problem("MATTER_FORM")``."""
    from airseal.model.matter import Importance, Matter, Origin, Special, Subject, Way

    try:
        return Matter(
            kind=options.kind,
            symbol=options.symbol.strip(),
            importance=Importance(options.importance),
            subjects=tuple(sorted({Subject(one) for one in options.subject})),
            way=Way(options.way),
            special=Special(options.special) if options.special else None,
            flow_ref=options.flow.strip(),
            origin=Origin(options.origin),
        )
    except ValueError:
        raise Problem("MATTER_FORM") from None


def _show(options: Options) -> int:
    from airseal.station.rules import ready_pack, write_pack

    if options.ready is not None:
        pack = ready_pack(options.ready)
    else:
        with opened(options) as (station, _):
            pack = station.rules.pack
    if options.json:
        print(write_pack(pack).decode(), end="")
        return EXIT_OK
    from airseal.model.settings import table, written
    from airseal.text import Phrase
    from airseal.words.policy import SETTINGS, demand_words, keys_words, value_words

    print(f"{safe_text(pack.title)} / {pack.number} / {pack.effective}")
    for line in table():
        value = value_words(line.field, written(pack.settings, line.field))
        print(f"{line.name} {line.key}: {value}  ({Phrase(SETTINGS[line.field])} {line.clauses})")
    for row in pack.matrix:
        asked = demand_words(row.demand)
        print(safe_text(f"{row.id} [{row.clause}] {keys_words(row, pack)}: {asked}", 500))
    return EXIT_OK


def _diff(options: Options) -> int:
    pack = _read(options.file)
    with opened(options) as (station, _):
        changes = station.rules.diff(pack)
    _print_changes(options, changes)
    return EXIT_OK


def _print_changes(options: Options, changes: Any) -> None:
    rows = [
        {
            "part": one.part.value,
            "name": one.name,
            "field": one.field,
            "before": one.before,
            "after": one.after,
        }
        for one in changes
    ]
    if options.json:
        print_json(rows)
        return
    from airseal.text import shown
    from airseal.words.policy import change_words

    for one in changes:
        part, name, before, after = change_words(one)
        print(f"{part} {shown(name)}: {shown(before)} -> {shown(after)}")


def _check(options: Options) -> int:
    pack = _read(options.file)
    with opened(options) as (station, _):
        made = station.rules.check(pack)
        changes = len(station.rules.diff(pack))
        demo = station.demo
    row = {"number": made.number, "changes": changes, "demo": demo}
    print_list(options, [row], lambda row: tr("No. {number} can be published.", **row))
    return EXIT_OK


def _publish(options: Options) -> int:
    pack = _read(options.file)
    with opened(options) as (station, secrets):
        station.rules.check(pack)
        with station.signing(secrets.pin()) as signer:
            made = station.rules.publish(pack, signer)
        number = station.rules.pack.number
        demo = station.demo
    row = {"number": number, "statements": [one.id for one in made], "demo": demo}
    print_list(options, [row], lambda row: tr("No. {number} is published.", **row))
    return EXIT_OK


def _dry_run(options: Options) -> int:
    from airseal.model.level import Level
    from airseal.words.policy import demand_lines

    matter = matter_of(options)
    try:
        level = Level(options.level)
    except ValueError:
        raise Problem("LEVEL_UNKNOWN") from None
    if options.pack is not None:
        pack = _read(options.pack)
    else:
        with opened(options) as (station, _):
            pack = station.rules.pack
    demand = pack.route(matter, level, options.type)
    row = {
        "steps": [{"role": step.role.value, "count": step.count} for step in demand.steps],
        "countersigners": list(demand.countersigners),
        "delegable": demand.delegable,
        "confirmers": list(demand.confirmers),
        "rows": list(demand.rows),
    }
    if options.json:
        print_json(row)
    else:
        for number, line in enumerate(demand_lines(demand), start=1):
            print(f"{number}. {line}")
        print(safe_text(json.dumps(row["rows"], ensure_ascii=False)))
    return EXIT_OK


def _read(path: Path) -> "PolicyPack":
    from airseal.evidence.packs import MAX_PACK
    from airseal.station.rules import read_pack

    try:
        with path.open("rb") as file:
            return read_pack(file.read(MAX_PACK + 1))
    except OSError:
        raise Problem("PACK_UNREADABLE") from None


def _delegations(options: Options) -> int:
    with opened(options) as (station, _):
        rows = [_row(station, one) for one in station.rules.delegations]
    print_list(options, rows, _line)
    return EXIT_OK


def _delegate(options: Options) -> int:
    from airseal.model.delegation import Delegation
    from airseal.model.level import Level
    from airseal.model.people import Role

    try:
        role = Role(options.role)
    except ValueError:
        raise Problem("ROLE_UNKNOWN", name=options.role) from None
    try:
        body = Delegation(
            delegate=options.who,
            role=role,
            seal_types=tuple(options.type),
            kinds=tuple(options.kind),
            level=Level(options.level),
            start=options.start,
            end=options.until,
            reason=options.reason.strip(),
        )
    except ValueError:
        raise Problem("DELEGATION_FORM") from None
    with opened(options) as (station, secrets):
        station.rules.may_delegate(body)
        with station.signing(secrets.pin()) as signer:
            made = station.rules.delegate(body, signer)
        print_list(options, [_row(station, made.statement)], _line)
    return EXIT_OK


def _end(options: Options) -> int:
    with opened(options) as (station, secrets):
        wanted = options.delegation.removeprefix("sha256:")
        found = [
            one.id
            for one in station.rules.delegations
            if len(wanted) >= 8 and one.id.removeprefix("sha256:").startswith(wanted)
        ]
        if len(found) != 1:
            raise Problem("DELEGATION_UNKNOWN")
        station.rules.may_end(found[0], options.reason)
        with station.signing(secrets.pin()) as signer:
            station.rules.end_delegation(found[0], options.reason, signer)
        held = next(one for one in station.rules.delegations if one.id == found[0])
        print_list(options, [_row(station, held)], _line)
    return EXIT_OK


def _row(station: "Station", statement: Any) -> dict[str, Any]:
    body = statement.body
    return {
        "id": statement.id,
        "grantor": statement.by,
        "delegate": body.delegate,
        "role": body.role.value,
        "seal_types": list(body.seal_types),
        "kinds": list(body.kinds),
        "level": body.level.value,
        "from": body.start,
        "until": body.end,
        "ended": station.rules.ended(statement.id),
        "demo": station.demo,
    }


def _line(row: dict[str, Any]) -> str:
    return "  ".join(safe_text(str(value)) for value in row.values())
