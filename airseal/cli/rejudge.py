"""``airseal rejudge``: which verdicts on cases held here newer lists changed."""

import argparse
from typing import TYPE_CHECKING, Any

from airseal.cli.login import opened
from airseal.cli.output import EXIT_OK, print_list
from airseal.text import tr

if TYPE_CHECKING:
    from airseal.evidence.rejudging import Change


def add_commands(commands: Any) -> None:
    """The command with its arguments."""
    summary = tr("judge again what newer lists are about; say which verdicts changed")
    rejudge = commands.add_parser("rejudge", help=summary, description=summary)
    rejudge.add_argument("--json", action="store_true", help=tr("print JSON"))
    rejudge.set_defaults(command=_run)
    rejudge.add_argument("--seen", action="store_true", help=tr("list them no more after this"))


def _run(options: argparse.Namespace) -> int:
    with opened(options) as (station, _):
        while station.rejudging.step():
            pass
        found = station.rejudging.unseen()
        rows = [{**_row(one), "demo": station.demo} for one in found]
        if options.seen:
            station.rejudging.see([one.case for one in found])
    print_list(options, rows, lambda row: "{label}: {before} > {after}. {error}".format(**row))
    return EXIT_OK


def _row(change: "Change") -> dict[str, Any]:
    from airseal.errors import explain
    from airseal.text import Phrase
    from airseal.words.verdict import OVERALLS

    told = explain(change.reason) if change.reason is not None else None
    return {
        "case": change.case,
        "label": change.case[7:19],
        "before": str(Phrase(OVERALLS[change.before])),
        "after": str(Phrase(OVERALLS[change.after])),
        "overall": change.after.value,
        "was": change.before.value,
        "code": told.code if told else "",
        "error": str(told.what) if told else "",
        "at": change.at,
    }
