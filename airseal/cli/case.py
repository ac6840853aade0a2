"""``airseal case …``: what can be done to a case beside deciding and sealing.

Grammar and printing; who may do what, and when, is the station's to say.
"""

import argparse
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airseal.cli import acts
from airseal.cli.login import opened
from airseal.cli.output import EXIT_OK, print_json, print_list, print_results
from airseal.cli.requesting import add_request_arguments, request
from airseal.model.machine import Act
from airseal.model.version import VERSION_OF_CASE
from airseal.text import tr

if TYPE_CHECKING:
    from airseal.duties.flowing import Build
    from airseal.model.loans import Loan
    from airseal.station import Station
    from airseal.words.paper_form import Names, Row

Options = argparse.Namespace
Made = Callable[[Options, "Station"], "Build"]


def add_commands(commands: Any) -> None:
    """The whole group."""
    group = commands.add_parser("case", help=tr("what can happen to a case"))
    parsers = group.add_subparsers(required=True, metavar=tr("COMMAND"))

    def add(name: str, command: Callable[[Options], int], summary: str) -> Any:
        sub = parsers.add_parser(name, help=summary, description=summary)
        sub.add_argument("--json", action="store_true", help=tr("print JSON"))
        sub.set_defaults(command=command)
        return sub

    def flow(name: str, act: Act, made: Made, summary: str) -> Any:
        sub = add(name, lambda options: _flow(options, act, made), summary)
        sub.add_argument("cases", nargs="+", metavar="CASE")
        return sub

    add("show", _show, tr("tell the state of a case and what happened to it")).add_argument("case")
    one = flow("check", Act.CHECK, acts.check, tr("confirm that the final file was compared"))
    one.add_argument("--note", default="")
    one = flow("withdraw", Act.WITHDRAW, acts.withdraw, tr("withdraw a request before sealing"))
    one.add_argument("--reason", required=True)
    one = flow(
        "return", Act.SEND_BACK, acts.send_back, tr("send a case back unsealed or unprinted")
    )
    one.add_argument("--category", choices=("content", "layout", "other"), required=True)
    one.add_argument("--reason", required=True)
    one = flow("void", Act.VOID, acts.void, tr("void a sealed document"))
    one.add_argument("--reason", required=True)
    for name in ("printed", "recalled", "lost"):
        one.add_argument(f"--{name}", type=int, default=0)
    one.add_argument("--explanation", default="")
    one.add_argument("--replaced-by", metavar="CASE")
    one = flow("resolve", Act.RESOLVE, acts.resolve, tr("say which of two statements stands"))
    one.add_argument("--stands", required=True, metavar="STATEMENT")
    one.add_argument("--reason", required=True)
    one = flow("paper", Act.FALL_BACK, acts.paper, tr("go over to paper after an incident"))
    for name in ("incident", "symptom", "told", "reason"):
        one.add_argument(f"--{name}", required=True)
    one = flow("reconcile", Act.RECONCILE, acts.reconcile, tr("close a matter that went to paper"))
    one.add_argument("--cause", required=True)
    one.add_argument("--repair", required=True)
    one.add_argument("--copies", type=int, required=True)
    one = flow("review", Act.REVIEW, acts.review, tr("review an emergency use"))
    proper = one.add_mutually_exclusive_group(required=True)
    proper.add_argument("--proper", action="store_true")
    proper.add_argument("--improper", dest="proper", action="store_false")
    one.add_argument("--reason", required=True)
    one = flow("blanks", Act.ACCOUNT_BLANKS, acts.blanks, tr("account for a batch of blank forms"))
    for name in ("issued", "used", "voided", "returned"):
        one.add_argument(f"--{name}", type=int, required=True)
    one.add_argument("--note", default="")
    one = flow("confirm-use", Act.CONFIRM_USE, acts.confirm_use, tr("confirm the use of a seal"))
    one.add_argument("--note", default="")
    one = flow(
        "ask-deletion", Act.ASK_DELETION, acts.ask_deletion, tr("ask that papers be deleted")
    )
    one.add_argument("--reason", required=True)
    one = flow(
        "refuse-deletion", Act.REFUSE_DELETION, acts.keep, tr("refuse a deletion as the leader")
    )
    one.add_argument("--reason", required=True)
    one = flow("delete", Act.DELETE, acts.delete, tr("agree to a deletion as the leader in charge"))
    one.add_argument("--reason", required=True)
    one = flow(
        "acknowledge",
        Act.ACKNOWLEDGE,
        acts.acknowledge,
        tr("say that a ban or a void notice is known"),
    )
    one.add_argument("--note", default="")
    one = flow(
        "agree-void", Act.CONSENT_VOID, acts.agree_void, tr("agree that a document is voided")
    )
    one.add_argument("--reason", required=True)
    one = flow("transfer", Act.TRANSFER, acts.transfer, tr("pass a pending decision on"))
    one.add_argument("--to", required=True, metavar="PERSON")
    one.add_argument("--role", default="officer")
    one.add_argument("--reason", required=True)
    one = flow("attend", Act.ATTEND, acts.attend, tr("be the second person of an off-site use"))
    one.add_argument("--note", default="")
    one = flow("hand-out", Act.HAND_OUT, acts.hand_out, tr("hand out the seal of an approved loan"))
    one.add_argument("--to", required=True, metavar="PERSON")
    one.add_argument("--note", default="")
    one = flow("take-back", Act.TAKE_BACK, acts.take_back, tr("take a lent seal back"))
    one.add_argument("--damaged", action="store_true")
    one.add_argument("--note", default="")
    one = flow(
        "deliver-paper",
        Act.DELIVER_PAPER,
        acts.deliver_paper,
        tr("record that an attachment on paper was handed over"),
    )
    one.add_argument("--attachment", required=True, metavar="TITLE")
    one.add_argument("--to", required=True, metavar="UNIT")
    one.add_argument("--copies", type=int, required=True)
    one.add_argument("--receiver", required=True, metavar="NAME")
    one.add_argument("--day", default="", metavar="YYYY-MM-DD")
    one.add_argument("--note", default="")
    add("paper-deliveries", _deliveries, tr("list attachments on paper and their delivery"))
    one = add("loans", _loans, tr("list every loan of a seal"))
    one.add_argument("--out", type=Path, metavar="DIR", help=tr("write the register there"))
    add("form", _form, tr("the use-approval form of a case")).add_argument("case")
    add("return-text", _return_text, tr("what the drafter is told")).add_argument("case")
    one = add("correct", request, tr("request the corrected version of a case; bans the old one"))
    one.add_argument("replaces", metavar="CASE")
    add_request_arguments(one)


def _flow(options: Options, act: Act, made: Made) -> int:
    with opened(options) as (station, secrets):
        cases = [station.find_case(text) for text in options.cases]
        build = made(options, station)
        for case in cases:
            station.may_act(case, act, build)
        with station.signing(secrets.pin()) as signer:
            results = station.act(cases, act, build, signer)
        return print_results(options, results, station.demo)


def _loans(options: Options) -> int:
    with opened(options) as (station, _):
        loans = station.registers.loans()
        if options.out is not None:
            return _write_loans(options, station, loans)
        rows = [
            {
                "case": loan.case,
                "title": loan.title,
                "seals": list(loan.seals),
                "purpose": loan.purpose,
                "approvers": list(loan.approvers),
                "borrower": loan.borrower,
                "out": loan.out.at,
                "back": loan.back.at if loan.back else None,
                "sealed": list(loan.sealed),
                "demo": station.demo,
            }
            for loan in loans
        ]
    print_list(options, rows, _line)
    return EXIT_OK


def _write_loans(options: Options, station: "Station", loans: "Sequence[Loan]") -> int:
    from airseal.paper.formsheets import draw_form
    from airseal.words.registers import loan_register

    form = loan_register(loans, station, station.now(), demo=station.demo)
    name = station.registers.write_loans(form.name, draw_form(form), options.out)
    row = {"file": str(options.out / name), "loans": len(loans), "demo": station.demo}
    print_list(options, [row], lambda row: str(row["file"]))
    return EXIT_OK


def _deliveries(options: Options) -> int:
    with opened(options) as (station, _):
        rows = [
            {
                "case": row.case,
                "attachment": row.attachment.title,
                "pages": row.attachment.pages,
                "copies": row.attachment.copies,
                "left": row.left,
                "delivered": [
                    {
                        "to": body.unit,
                        "copies": body.copies,
                        "receiver": body.receiver,
                        "day": body.day,
                        "by": said.by,
                        "note": body.note,
                    }
                    for said, body in row.delivered
                ],
                "demo": station.demo,
            }
            for row in station.registers.paper_deliveries()
        ]
    print_list(options, rows, _line)
    return EXIT_OK


def _form(options: Options) -> int:
    from airseal.words.paper_form import use_form

    with opened(options) as (station, _):
        view = station.case(station.find_case(options.case))
        return _print_rows(options, use_form(view.facts, view.status, _names(station)))


def _return_text(options: Options) -> int:
    from airseal.words.paper_form import return_text

    with opened(options) as (station, _):
        view = station.case(station.find_case(options.case))
        lacking = station.format_faults(view.facts.case)
        return _print_rows(options, return_text(view.facts, view.status, lacking, _names(station)))


def _names(station: "Station") -> "Names":
    from airseal.words.paper_form import Names

    return Names(station.person_name, station.unit_name, station.seal_name, station.kind_name)


def _print_rows(options: Options, rows: "Iterable[Row]") -> int:
    from airseal.text import safe_text, shown

    told = [{"label": str(shown(label)), "value": str(shown(value))} for label, value in rows]
    print_list(options, told, lambda row: safe_text(f"{row['label']}: {row['value']}", 4_000))
    return EXIT_OK


def _line(row: dict[str, Any]) -> str:
    from airseal.text import safe_text

    return "  ".join(safe_text(str(value)) for value in row.values())


def _show(options: Options) -> int:
    from airseal.screens.case_facts import case_facts
    from airseal.text import shown

    with opened(options) as (station, _):
        view = station.case(station.find_case(options.case))
        if options.json:
            print_json(_told(view, station.demo) | {"flow": _steps(station, view)})
            return EXIT_OK
        for fact in case_facts(station, view):
            print(f"{shown(fact.label)}: {shown(fact.value)}")
    return EXIT_OK


def _ban(facts: Any) -> dict[str, Any] | None:
    """Who holds a stopped version, and who has acknowledged that (E-01)."""
    from airseal.model.bans import track

    told = track(facts)
    if told is None:
        return None
    known = [one for one in told.holders if one not in told.missing]
    return {
        "acknowledged": [f"{one.unit}/{one.station}" for one in known],
        "missing": [f"{one.unit}/{one.station}" for one in told.missing],
    }


def _steps(station: "Station", view: Any) -> list[dict[str, Any]]:
    """The unit's own steps, each with person and time (AP-01)."""
    from airseal.model.physical import walked

    found = walked(station.flow_of(view.facts), view.facts, view.status)
    return [
        {
            "step": taken.step.id,
            "by": taken.last.by if taken.last else None,
            "at": taken.last.at if taken.last else None,
        }
        for taken in found
    ]


def _told(view: Any, demo: bool) -> dict[str, Any]:
    """A case for scripts: its state, what happened, and whether each act counts."""
    status = view.status
    return {
        "case": view.facts.case,
        "state": status.state.value,
        "document": VERSION_OF_CASE[status.state].value,
        "sealable": status.sealable,
        "reference": [
            document.digest
            for document in view.facts.asked.grant.documents
            if view.facts.is_reference(document.digest)
        ],
        "replaces": view.facts.asked.replaces,
        "emergency": view.facts.asked.emergency,
        "confirmed": list(view.facts.asked.confirmed),
        "review_due": status.review_due,
        "missing_checks": [post.value for post in status.missing_checks],
        "copies": status.grant.copies,
        "kept_until": view.retention.last_day,
        "kept_forever": view.retention.forever,
        "problems": [problem.code for problem in status.problems],
        "ban": _ban(view.facts),
        "acts": [
            {
                "id": opinion.statement.id,
                "kind": opinion.statement.kind,
                "by": opinion.statement.by,
                "at": opinion.statement.at,
                "refused": opinion.problem.code if opinion.problem else None,
            }
            for opinion in (*status.opinions, *status.flows)
        ],
        "demo": demo,
    }
