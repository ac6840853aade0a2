"""The commands of a new unit: its keys and charter, its first registry, the registry's stick."""

import argparse
import getpass
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airseal.cli.login import opened, read_secrets
from airseal.cli.output import EXIT_OK, print_json, print_list
from airseal.model.secret import Secret
from airseal.text import tr

if TYPE_CHECKING:
    from airseal.evidence.sealcopies import SealCopy
    from airseal.founding.unit import UnitPlan


def add_commands(commands: Any) -> None:
    """``unit …``."""
    unit = commands.add_parser("unit", help=tr("set up a new unit"))
    units = unit.add_subparsers(required=True, metavar=tr("COMMAND"))

    def add(name: str, command: Callable[[argparse.Namespace], int], summary: str) -> Any:
        sub = units.add_parser(name, help=summary, description=summary)
        sub.add_argument("--json", action="store_true", help=tr("print JSON"))
        sub.set_defaults(command=command)
        return sub

    one = add("tokens", _tokens, tr("list the tokens that are plugged in"))
    one.add_argument("--module", type=Path, required=True, metavar="PKCS11.so")
    one = add("found", _found, tr("make root, issuing key, certificates and charter"))
    one.add_argument("plan", type=Path, metavar="PLAN.json")
    one.add_argument("--module", type=Path, required=True, metavar="PKCS11.so")
    one.add_argument("--out", type=Path, required=True, metavar="DIR")
    one = add("publish", _publish, tr("sign the first registry at the authority's station"))
    one.add_argument("plan", type=Path, metavar="PLAN.json")
    one.add_argument("folder", type=Path, metavar="DIR")
    one = add("export", _export, tr("write the registry to a medium"))
    one.add_argument("--out", type=Path, required=True, metavar="DIR")
    add("copies", _copies, tr("list the copies of seals that are kept"))
    one = add("keep-copy", _keep_copy, tr("keep a copy of a seal as it is registered now"))
    one.add_argument("seal", metavar="SEAL")
    one = add(
        "take-copy",
        _take_copy,
        tr("write the copy of a seal to a medium: line 2 the second person's password"),
    )
    one.add_argument("seal", metavar="SEAL")
    one.add_argument("--second", required=True, metavar="PERSON")
    one.add_argument("--reason", required=True)
    one.add_argument("--out", type=Path, required=True, metavar="DIR")


def _plan(options: argparse.Namespace) -> "UnitPlan":
    from airseal.evidence.outside import taken_in
    from airseal.founding.unit import MAX_PLAN, read_plan

    with taken_in(options.plan, MAX_PLAN) as (file, _):
        return read_plan(file.read())


def _tokens(options: argparse.Namespace) -> int:
    from airseal.keys.tokenhost import TokenHost

    with TokenHost(options.module) as tokens:
        rows = [
            {"serial": one.serial, "label": one.label, "model": one.model, "soft": one.soft}
            for one in tokens.tokens()
        ]
    if options.json:
        print_json(rows)
    else:
        for row in rows:
            print(row["serial"], row["label"], row["model"])
    return EXIT_OK


def _found(options: argparse.Namespace) -> int:
    from airseal.founding.unit import found
    from airseal.keys.tokenhost import TokenHost

    plan = _plan(options)
    if options.secrets_fd is not None:
        pins = read_secrets(options.secrets_fd, len(plan.tokens))
    else:
        pins = [
            Secret(getpass.getpass(tr("PIN of the token {serial}: ", serial=one)))
            for one in plan.tokens
        ]
    with TokenHost(options.module) as tokens:
        fingerprint = found(tokens, plan, pins, options.out, datetime.now().astimezone())
    if options.json:
        print_json({"unit": plan.unit, "fingerprint": fingerprint, "demo": plan.demo})
    else:
        print(tr("Fingerprint of the root, to be compared by two people at each station:"))
        print(fingerprint)
    return EXIT_OK


def _publish(options: argparse.Namespace) -> int:
    from airseal.founding.unit import publish

    plan = _plan(options)
    with opened(options) as (station, secrets):
        signed = publish(station, secrets.pin(), plan, options.folder)
        demo = station.demo
    if options.json:
        print_json({"statements": [one.id for one in signed], "demo": demo})
    else:
        print(tr("The first registry is signed. Export it for the other stations."))
    return EXIT_OK


def _copies(options: argparse.Namespace) -> int:
    with opened(options) as (station, _):
        rows = [_copy_row(one) for one in station.seals.copies().values()]
    print_list(options, rows, _copy_line)
    return EXIT_OK


def _keep_copy(options: argparse.Namespace) -> int:
    with opened(options) as (station, secrets):
        seal = station.seals.may_keep_copy(options.seal).seal
        with station.signing(secrets.pin()) as signer:
            row = _copy_row(station.seals.keep_copy(seal, signer))
    print_list(options, [row], _copy_line)
    return EXIT_OK


def _take_copy(options: argparse.Namespace) -> int:
    with opened(options) as (station, secrets):
        password = secrets.second_password()
        name = station.seals.take_copy_out(
            options.seal, options.second, password, options.reason, options.out
        )
    print_list(options, [{"file": str(options.out / name)}], lambda row: str(row["file"]))
    return EXIT_OK


def _copy_row(one: "SealCopy") -> dict[str, Any]:
    row = {"seal": one.seal, "number": one.number, "digest": one.digest, "size": one.size}
    return {**row, "at": one.at, "by": one.by}


def _copy_line(row: dict[str, Any]) -> str:
    return f"{row['seal']} {row['number']} {row['at']} {row['size']}"


def _export(options: argparse.Namespace) -> int:
    with opened(options) as (station, secrets):
        station.may_export_registry(options.out)
        with station.signing(secrets.pin()) as signer:
            exported = station.export_registry(options.out, signer)
        demo = station.demo
    if options.json:
        print_json({"bundle": str(exported.path), "demo": demo})
    else:
        print(exported.path)
    return EXIT_OK
