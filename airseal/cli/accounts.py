"""The commands about people: accounts, posts and use rights.

Grammar and what each prints; each work is a function of the options and the open station.
"""

import argparse
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airseal.cli.login import Secrets, home_of, token_module
from airseal.cli.output import EXIT_OK, print_list
from airseal.cli.work import run_work
from airseal.model.level import Level
from airseal.model.people import Post
from airseal.model.problem import Problem
from airseal.text import tr

if TYPE_CHECKING:
    from airseal.model.account import AccountFacts
    from airseal.station import Station

Row = dict[str, Any]
Work = Callable[[argparse.Namespace, "Station"], list[Row]]


def add_commands(commands: Any) -> None:
    """``account …``."""

    def add(group: Any, name: str, work: Work | None, summary: str) -> Any:
        sub = group.add_parser(name, help=summary, description=summary)
        sub.add_argument("--json", action="store_true", help=tr("print JSON"))
        sub.set_defaults(command=run_work, work=work)
        return sub

    account = commands.add_parser("account", help=tr("accounts, posts and use rights"))
    accounts = account.add_subparsers(required=True, metavar=tr("COMMAND"))
    add(accounts, "list", _list, tr("list the accounts"))
    one = add(accounts, "open", _open, tr("open an account; prints its initial password once"))
    one.add_argument("who", metavar="PERSON")
    one.add_argument("--name", required=True)
    one.add_argument("--phone", default="")
    one = add(accounts, "appoint", _appoint, tr("give a person a post and a clearance"))
    one.add_argument("who", metavar="PERSON")
    one.add_argument("--post", required=True)
    one.add_argument("--level", required=True)
    one = add(accounts, "phone", _phone, tr("enter the mobile number of a person"))
    one.add_argument("who", metavar="PERSON")
    one.add_argument("phone", metavar="NUMBER")
    add(accounts, "posts", _posts, tr("list who holds which post, and what they signed for"))
    one = add(accounts, "sign", _sign, tr("sign for the own post and the rules in force"))
    one.add_argument("--scope", required=True)
    one = add(accounts, "file", _file, tr("file the people of this station"))
    one.add_argument("--reason", required=True)
    one.add_argument("--out", type=Path, required=True, metavar="DIR")
    add(accounts, "filed", _filed, tr("list the people that stations have filed"))
    one = add(accounts, "reset", _reset, tr("issue a one-time password; prints it once"))
    one.add_argument("who", metavar="PERSON")
    one.add_argument("--reason", required=True)
    one = add(accounts, "close", _close, tr("close an account for good"))
    one.add_argument("who", metavar="PERSON")
    one.add_argument("--reason", required=True)
    one = add(
        accounts,
        "recover",
        None,
        tr("two administrators issue a one-time password: line 1 and 2 their passwords"),
    )
    one.add_argument("who", metavar="PERSON")
    one.add_argument("--second", required=True, metavar="PERSON")
    one.add_argument("--reason", required=True)
    one.set_defaults(command=_recover)
    add(accounts, "arrange-recovery", _arrange, tr("name the administrators of now for it"))
    one = add(
        accounts,
        "enrol-token",
        None,
        tr("open the station with the only USBKey plugged in: line 1 password, line 2 PIN"),
    )
    one.set_defaults(command=_enrol_token)
    one = add(accounts, "acts", _acts, tr("list what a person did since a time"))
    one.add_argument("who", metavar="PERSON")
    one.add_argument("--since", required=True, metavar="TIME")
    one = add(accounts, "leak", _leak, tr("report that the own password is known to others"))
    one.add_argument("--since", required=True, metavar="TIME")
    one = add(accounts, "grant", _grant, tr("authorise a person for the seals of one type"))
    one.add_argument("who", metavar="PERSON")
    one.add_argument("--type", required=True)
    one.add_argument("--from", dest="start", required=True, metavar="YYYY-MM-DD")
    one.add_argument("--until", required=True, metavar="YYYY-MM-DD")
    one.add_argument("--basis", required=True)
    one = add(accounts, "revoke", _revoke, tr("take a use right back"))
    one.add_argument("who", metavar="PERSON")
    one.add_argument("--type", required=True)
    one.add_argument("--reason", required=True)
    one = add(accounts, "stuck", _stuck, tr("record that a seal cannot be handed over"))
    one.add_argument("who", metavar="PERSON")
    one.add_argument("--seal", required=True)
    one.add_argument("--reason", required=True)


def _list(options: argparse.Namespace, station: "Station") -> list[Row]:
    del options
    return [_row(one) for one in station.offices.accounts()]


def _open(options: argparse.Namespace, station: "Station") -> list[Row]:
    from airseal.duties.accounts import Newcomer

    newcomer = Newcomer(options.who, options.name, options.phone)
    return [_issued(options.who, station.offices.open_account(newcomer).reveal())]


def _appoint(options: argparse.Namespace, station: "Station") -> list[Row]:
    try:
        post = Post(options.post)
    except ValueError:
        raise Problem("POST_UNKNOWN", name=options.post) from None
    try:
        level = Level(options.level)
    except ValueError:
        raise Problem("LEVEL_UNKNOWN") from None
    station.offices.appoint(options.who, post, level)
    return [_row(station.offices.account(options.who))]


def _phone(options: argparse.Namespace, station: "Station") -> list[Row]:
    station.offices.set_phone(options.who, options.phone)
    return [_row(station.offices.account(options.who))]


def _posts(options: argparse.Namespace, station: "Station") -> list[Row]:
    del options
    return [asdict(one) for one in station.offices.register()]


def _sign(options: argparse.Namespace, station: "Station") -> list[Row]:
    station.own.may_take_on(options.scope)
    with station.signing(options.secrets.pin()) as signer:
        signed = station.own.take_on(options.scope, signer)
    return [{"statement": signed.id}]


def _file(options: argparse.Namespace, station: "Station") -> list[Row]:
    station.offices.may_file_people(options.out, options.reason)
    with station.signing(options.secrets.pin()) as signer:
        exported = station.offices.file_people(options.out, signer, options.reason)
    return [{"bundle": str(exported.path), "statements": list(exported.statements)}]


def _filed(options: argparse.Namespace, station: "Station") -> list[Row]:
    del options
    return [
        {"station": f"{one.unit}/{one.station}", "at": one.at, **asdict(row)}
        for one in station.offices.filed()
        for row in one.people
    ]


def _reset(options: argparse.Namespace, station: "Station") -> list[Row]:
    password = station.offices.reset_password(options.who, options.reason)
    return [_issued(options.who, password.reveal())]


def _close(options: argparse.Namespace, station: "Station") -> list[Row]:
    station.offices.close_account(options.who, options.reason)
    return [_row(station.offices.account(options.who))]


def _recover(options: argparse.Namespace) -> int:
    from airseal.duties.recovering import Lost
    from airseal.founding.homes import recover

    secrets = Secrets(options)
    first = (options.person or "", secrets.password())
    second = (options.second, secrets.get(1, tr("Password of the second person: ")))
    password = recover(home_of(options), first, second, Lost(options.who, options.reason))
    row = _issued(options.who, password.reveal())
    print_list(options, [row], lambda row: "  ".join(map(str, row.values())))
    return EXIT_OK


def _arrange(options: argparse.Namespace, station: "Station") -> list[Row]:
    del options
    return [{"people": list(station.offices.arrange_recovery())}]


def _enrol_token(options: argparse.Namespace) -> int:
    from airseal.founding.homes import enrol_token

    secrets = Secrets(options)
    person = options.person or ""
    enrol_token(home_of(options), person, secrets.password(), secrets.pin(), token_module())
    print_list(options, [{"person": person}], lambda row: str(row["person"]))
    return EXIT_OK


def _acts(options: argparse.Namespace, station: "Station") -> list[Row]:
    return [_act(one) for one in station.offices.acts_since(options.who, _since(options))]


def _leak(options: argparse.Namespace, station: "Station") -> list[Row]:
    return [_act(one) for one in station.own.report_leak(_since(options))]


def _grant(options: argparse.Namespace, station: "Station") -> list[Row]:
    from airseal.model.use import UseRight

    right = UseRight(options.who, options.type, options.start, options.until, options.basis)
    station.offices.grant_use(right)
    return [{"person": options.who, "type": options.type, "until": options.until}]


def _revoke(options: argparse.Namespace, station: "Station") -> list[Row]:
    station.offices.end_use(options.who, options.type, options.reason)
    return [{"person": options.who, "type": options.type}]


def _stuck(options: argparse.Namespace, station: "Station") -> list[Row]:
    station.offices.handover_impossible(options.who, options.seal, options.reason)
    return [{"person": options.who, "seal": options.seal}]


def _row(one: "AccountFacts") -> Row:
    return {
        "person": one.person,
        "name": one.name,
        "post": one.post,
        "level": one.clearance,
        "state": one.state,
        "since": one.since.isoformat(),
    }


def _issued(person: str, password: bytes) -> Row:
    return {"person": person, "password": password.decode()}


def _act(one: Any) -> Row:
    return {"sequence": one.sequence, "kind": one.kind, "at": one.at}


def _since(options: argparse.Namespace) -> datetime:
    try:
        since = datetime.fromisoformat(options.since)
    except ValueError:
        raise Problem("TIME_FORM") from None
    return since.astimezone()
