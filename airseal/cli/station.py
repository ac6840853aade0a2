"""The commands about stations: making a formal one, showing and changing its registration."""

import argparse
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airseal.cli.login import home_of
from airseal.cli.output import EXIT_OK, print_json, print_list
from airseal.cli.work import run_work
from airseal.model.level import Level
from airseal.model.people import Post
from airseal.model.problem import Problem
from airseal.text import safe_text, tr

if TYPE_CHECKING:
    from airseal.evidence.records import StationFacts
    from airseal.station import Station

Row = dict[str, Any]


def add_commands(commands: Any) -> None:
    """``station …``."""
    station = commands.add_parser("station", help=tr("set up or register a station"))
    stations = station.add_subparsers(required=True, metavar=tr("COMMAND"))

    def add(name: str, summary: str, **defaults: object) -> Any:
        sub = stations.add_parser(name, help=summary, description=summary)
        sub.add_argument("--json", action="store_true", help=tr("print JSON"))
        sub.set_defaults(**defaults)
        return sub

    one = add("create", tr("make a formal station; prints initial passwords once"), command=_create)
    one.add_argument("--id", required=True)
    one.add_argument("--name", required=True)
    one.add_argument("--unit", required=True)
    one.add_argument("--level", required=True)
    one.add_argument("--root", type=Path, required=True, metavar="root.pem")
    one.add_argument("--compared", action="append", default=[], metavar="PERSON=FINGERPRINT")
    for post in (Post.SYSTEM_ADMIN, Post.SECURITY_ADMIN, Post.AUDITOR):
        one.add_argument(f"--{post.value}", dest=post.name, required=True, metavar="PERSON=NAME")
    _add_registration(one)
    one.add_argument("--module", required=True, metavar="PKCS11.so")
    add("show", tr("show the registration"), command=run_work, work=_show)
    one = add(
        "register",
        tr("register place, person, printers, media and driver"),
        command=run_work,
        work=_register,
    )
    _add_registration(one)
    one.add_argument("--module", metavar="PKCS11.so")


def _add_registration(parser: Any) -> None:
    parser.add_argument("--place", required=True)
    parser.add_argument("--manager", required=True, metavar="PERSON")
    parser.add_argument("--printer", action="append", default=[])
    parser.add_argument("--medium", action="append", default=[])
    parser.add_argument(
        "--device",
        action="append",
        default=[],
        metavar="NAME=LEVEL",
        help=tr("a wired camera or scanner, and the level up to which it may look"),
    )


def _create(options: argparse.Namespace) -> int:
    from airseal.duties.administering import FIRST_POSTS, Plan, establish
    from airseal.evidence.enrolled import Compared
    from airseal.evidence.outside import taken_in
    from airseal.evidence.records import Account, StationFacts
    from airseal.keys.roots import MAX_ROOT
    from airseal.words.device import devices_of

    try:
        level = Level(options.level)
    except ValueError:
        raise Problem("LEVEL_UNKNOWN") from None
    with taken_in(options.root, MAX_ROOT) as (file, _):
        root = file.read()
    named = [(post, *_pair(getattr(options, post.name))) for post in FIRST_POSTS]
    plan = Plan(
        facts=StationFacts(
            id=options.id,
            name=options.name,
            unit=options.unit,
            level=level,
            place=options.place,
            manager=options.manager,
            printers=tuple(options.printer),
            media=tuple(options.medium),
            module=options.module,
            devices=devices_of(options.device),
        ),
        root=root,
        compared=tuple(Compared(*_pair(text)) for text in options.compared),
        people=tuple(Account(person, name, post, level) for post, person, name in named),
    )
    issued = establish(home_of(options), plan, datetime.now().astimezone())
    rows = [
        {"person": person, "name": name, "post": post, "password": issued[person].reveal().decode()}
        for post, person, name in named
    ]
    if options.json:
        print_json({"station": options.id, "people": rows})
    else:
        print(tr("The station is made. Each password is shown only this once:"))
        print_list(options, rows, lambda row: "  ".join(safe_text(str(v)) for v in row.values()))
    return EXIT_OK


def _pair(text: str) -> tuple[str, str]:
    before, _, after = text.partition("=")
    return before.strip(), after.strip()


def _show(options: argparse.Namespace, station: "Station") -> list[Row]:
    del options
    return [_row(station.facts, station)]


def _register(options: argparse.Namespace, station: "Station") -> list[Row]:
    from airseal.words.device import devices_of

    printers, media = tuple(options.printer), tuple(options.medium)
    devices = devices_of(options.device)
    facts = station.offices.register_station(
        options.place, options.manager, printers, media, options.module, devices
    )
    return [_row(facts, station)]


def _row(facts: "StationFacts", station: "Station") -> Row:
    row = {**facts.told(), "registered": facts.registered}
    if station.account.post is not Post.SYSTEM_ADMIN:
        # TK-09: paths are for whoever looks after the machine.
        del row["module"]
    return row
