"""The commands about the PIN of a token: changing the own one, unlocking one by two people."""

import argparse
from collections.abc import Callable
from typing import Any

from airseal.cli.login import opened
from airseal.cli.output import EXIT_OK, print_json
from airseal.text import tr


def add_commands(commands: Any) -> None:
    """``pin …``."""
    pin = commands.add_parser("pin", help=tr("the PIN of a USBKey"))
    pins = pin.add_subparsers(required=True, metavar=tr("COMMAND"))

    def add(name: str, command: Callable[[argparse.Namespace], int], summary: str) -> Any:
        sub = pins.add_parser(name, help=summary, description=summary)
        sub.add_argument("--json", action="store_true", help=tr("print JSON"))
        sub.set_defaults(command=command)
        return sub

    add("status", _status, tr("tell how the own USBKey stands"))
    add("change", _change, tr("change the own PIN: line 2 the old, line 3 the new"))
    one = add(
        "unlock",
        _unlock,
        tr("unlock a USBKey: line 2 the second person's password, line 3 the key's admin PIN"),
    )
    one.add_argument("who", metavar="PERSON")
    one.add_argument("--second", required=True, metavar="PERSON")
    one.add_argument("--identity", required=True)
    one.add_argument("--reason", required=True)


def _status(options: argparse.Namespace) -> int:
    with opened(options) as (station, _):
        status = station.token()
    row = {"label": status.label, "soft": status.soft, "pin": status.pin}
    print_json(row) if options.json else print(status.label, status.pin)
    return EXIT_OK


def _change(options: argparse.Namespace) -> int:
    with opened(options) as (station, secrets):
        old = secrets.get(1, tr("PIN of now: "))
        new = secrets.chosen(2, tr("New PIN: "), tr("New PIN again: "))
        station.own.change_pin(old, new)
    _done(options, tr("The PIN was changed."))
    return EXIT_OK


def _unlock(options: argparse.Namespace) -> int:
    from airseal.duties.pins import Unlocking

    with opened(options) as (station, secrets):
        password = secrets.get(1, tr("Password of the second person: "))
        so_pin = secrets.get(2, tr("Administrator's PIN of the USBKey: "))
        wanted = Unlocking(options.who, options.second, options.identity, options.reason)
        pin = station.offices.unlock_pin(wanted, password, so_pin).reveal().decode()
    if options.json:
        print_json({"person": options.who, "pin": pin})
    else:
        print(tr("One-time PIN, shown only this once: {pin}", pin=pin))
    return EXIT_OK


def _done(options: argparse.Namespace, words: str) -> None:
    print_json({"done": True}) if options.json else print(words)
