"""``airseal stamp …``: time stamps of an outside authority, asked for and attached (E-04)."""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airseal.cli.accepting import add_readings, enrolled_row, print_enrolled, second_reading
from airseal.cli.login import opened
from airseal.cli.output import EXIT_OK, print_list
from airseal.text import tr

if TYPE_CHECKING:
    from airseal.evidence.stamps import EnrolledStamper
    from airseal.model.facts import Facts
    from airseal.model.statement import Statement

Options = argparse.Namespace


def add_commands(commands: Any) -> None:
    """``stamp trust``, ``revoke``, ``authorities``, ``request`` and ``attach``."""
    group = commands.add_parser("stamp", help=tr("time stamps of an outside authority"))
    parts = group.add_subparsers(required=True, metavar=tr("COMMAND"))

    def add(name: str, command: Callable[[Options], int], summary: str) -> Any:
        sub = parts.add_parser(name, help=summary, description=summary)
        sub.add_argument("--json", action="store_true", help=tr("print JSON"))
        sub.set_defaults(command=command)
        return sub

    one = add("trust", _trust, tr("trust an authority: line 2 the second person's password"))
    one.add_argument("root", type=Path, metavar="FILE")
    add_readings(one)
    one = add("revoke", _revoke, tr("trust an authority's time stamps no more"))
    one.add_argument("fingerprint")
    one.add_argument("--reason", required=True)
    add("authorities", _authorities, tr("list the authorities that were ever trusted"))
    one = add("request", _request, tr("write a request for the last act of a case"))
    one.add_argument("case")
    one.add_argument("--out", type=Path, required=True, metavar="DIR")
    one = add("attach", _attach, tr("attach the answer of the authority to its case"))
    one.add_argument("path", type=Path, metavar="FILE.tsr")


def _trust(options: Options) -> int:
    with opened(options) as (station, secrets):
        second, password = second_reading(options), secrets.second_password()
        made = station.trust.enrol_stamper(options.root, options.fingerprint, second, password)
    return _told(options, [made])


def _revoke(options: Options) -> int:
    with opened(options) as (station, _):
        return _told(options, [station.trust.revoke_stamper(options.fingerprint, options.reason)])


def _authorities(options: Options) -> int:
    with opened(options) as (station, _):
        return _told(options, station.trust.stampers())


def _told(options: Options, stampers: "Sequence[EnrolledStamper]") -> int:
    rows = [{"name": one.name, **enrolled_row(one)} for one in stampers]
    return print_enrolled(options, rows, "name")


def _request(options: Options) -> int:
    with opened(options) as (station, _):
        facts = station.case(station.find_case(options.case)).facts
        act = _last_act(facts)
        name = station.stamps.request(act.id, options.out)
        rows = [{"file": name, "statement": act.id, "demo": station.demo}]
    print_list(options, rows, lambda row: str(row["file"]))
    return EXIT_OK


def _attach(options: Options) -> int:
    with opened(options) as (station, secrets):
        station.stamps.may_attach(options.path)
        with station.signing(secrets.pin()) as signer:
            signed = station.stamps.attach(options.path, signer)
        rows = [{"statement": signed.id, "case": signed.statement.case, "demo": station.demo}]
    print_list(options, rows, lambda row: str(row["statement"]))
    return EXIT_OK


def _last_act(facts: "Facts") -> "Statement":
    """What a stamp proves most with: the newest sealing, else decision, else the request."""
    acts = facts.sealings or facts.decisions or (facts.request,)
    return max(acts, key=lambda one: (one.time, one.id))
