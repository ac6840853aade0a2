"""``airseal training …``: who was trained, and recording a training (SU-05, SU-06)."""

import argparse
from typing import TYPE_CHECKING, Any

from airseal.cli.work import run_work
from airseal.model.problem import Problem
from airseal.text import tr

if TYPE_CHECKING:
    from airseal.duties.training import Trained
    from airseal.model.training import Training
    from airseal.station import Station

Row = dict[str, Any]


def add_commands(commands: Any) -> None:
    """``training …``."""
    training = commands.add_parser("training", help=tr("trainings and assessments of people"))
    group = training.add_subparsers(required=True, metavar=tr("COMMAND"))

    def add(name: str, work: Any, summary: str) -> Any:
        sub = group.add_parser(name, help=summary, description=summary)
        sub.add_argument("--json", action="store_true", help=tr("print JSON"))
        sub.set_defaults(command=run_work, work=work)
        return sub

    one = add("list", _list, tr("list who was trained, and until when it holds"))
    one.add_argument("--all", action="store_true", help=tr("every training, not only the newest"))
    add("own", _own, tr("print the own trainings"))
    one = add("record", _record, tr("certify a training or an assessment of people"))
    one.add_argument("--topic", required=True)
    one.add_argument("--day", required=True, metavar="YYYY-MM-DD")
    one.add_argument("--kind", default="training", help="training, assessment")
    one.add_argument("--passed", action="append", default=[], metavar="PERSON[=REMARK]")
    one.add_argument("--failed", action="append", default=[], metavar="PERSON[=REMARK]")


def _list(options: argparse.Namespace, station: "Station") -> list[Row]:
    people = station.trainings.people()
    if options.all:
        return [row for one in people for row in _rows(one)]
    return [_rows(one)[0] if one.results else _standing(one) for one in people]


def _own(options: argparse.Namespace, station: "Station") -> list[Row]:
    del options
    own = station.own.training
    return [] if own is None else _rows(own) or [_standing(own)]


def _record(options: argparse.Namespace, station: "Station") -> list[Row]:
    body = _training(options)
    station.trainings.may_record(body)
    with station.signing(options.secrets.pin()) as signer:
        signed = station.trainings.record(body, signer)
    return [{"statement": signed.id, "people": [row.person for row in body.rows]}]


def _training(options: argparse.Namespace) -> "Training":
    """What was said; raises ``Problem("TRAINING_FORM")``."""
    from airseal.model.training import Training, TrainingKind, TrainingRow

    told = [(one, True) for one in options.passed] + [(one, False) for one in options.failed]
    try:
        rows = [
            TrainingRow(person, passed, remark.strip())
            for (person, _, remark), passed in (
                (one.partition("="), passed) for one, passed in told
            )
        ]
        return Training(
            kind=TrainingKind(options.kind),
            topic=options.topic.strip(),
            day=options.day,
            rows=tuple(sorted(rows, key=lambda row: row.person)),
        )
    except ValueError:
        raise Problem("TRAINING_FORM") from None


def _rows(one: "Trained") -> list[Row]:
    """Every result of a person, the newest first."""
    return [
        {
            **_standing(one),
            "kind": held.kind.value,
            "day": held.day,
            "topic": held.topic,
            "passed": held.passed,
            "remark": held.remark,
            "by": held.by,
        }
        for held in one.results
    ]


def _standing(one: "Trained") -> Row:
    return {
        "person": one.person,
        "name": one.name,
        "holds": one.holds,
        "until": one.until.isoformat() if one.until else "",
    }
