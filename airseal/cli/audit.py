"""The commands of the auditor: query the ledger, copy it out, compare a copy (AC-12, RE-11)."""

import argparse
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airseal.cli.login import opened
from airseal.cli.output import EXIT_OK, EXIT_REFUSED, print_json
from airseal.model.problem import Problem
from airseal.text import tr

if TYPE_CHECKING:
    from airseal.store import Query

_PAGE = 1_000


def add_commands(commands: Any) -> None:
    """``audit query|check|export|compare|take|logs``."""
    audit = commands.add_parser("audit", help=tr("the ledger, for the auditor"))
    audits = audit.add_subparsers(required=True, metavar=tr("COMMAND"))

    def add(name: str, command: Any, summary: str) -> Any:
        sub = audits.add_parser(name, help=summary, description=summary)
        sub.add_argument("--json", action="store_true", help=tr("print JSON"))
        sub.set_defaults(command=command)
        return sub

    for name, command, summary in (
        ("query", _query, tr("list entries of the ledger, newest first")),
        ("export", _export, tr("copy entries of the ledger to a medium, signed")),
    ):
        one = add(name, command, summary)
        one.add_argument("--text", default="", help=tr("words in titles, purposes and reasons"))
        one.add_argument("--person", dest="about", metavar="PERSON")
        one.add_argument("--seal")
        one.add_argument("--document", metavar="DIGEST")
        one.add_argument("--case", metavar="ID")
        one.add_argument("--kind", action="append", default=[])
        one.add_argument("--since", metavar="TIME")
        one.add_argument("--until", metavar="TIME")
        if name == "query":
            one.add_argument("--before", type=int, metavar="NO")
            one.add_argument("--limit", type=int, default=50, metavar="N")
        else:
            one.add_argument("--out", type=Path, required=True, metavar="DIR")
    add("check", _check, tr("read the whole ledger and check that it is whole"))
    one = add("compare", _compare, tr("compare a copy with the ledger: 0 the same, 1 different"))
    one.add_argument("path", type=Path)
    one = add("take", _take, tr("keep a copy of another station's ledger"))
    one.add_argument("path", type=Path)
    add("logs", _logs, tr("list the copies of other stations' ledgers"))


def _query(options: argparse.Namespace) -> int:
    from airseal.text import safe_text, shown
    from airseal.words.event import kind_words

    query = _asked(options)
    limit = max(1, min(options.limit, _PAGE))
    with opened(options) as (station, _):
        page = station.audit.page(query, options.before, limit)
        titles = station.audit.titles(page.rows)
        total = station.audit.count(query)
    rows = [
        {
            "sequence": row.sequence,
            "at": row.at.isoformat(),
            "by": row.by,
            "kind": row.kind,
            "case": row.case,
            "title": titles.get(row.case) if row.case else None,
        }
        for row in page.rows
    ]
    if options.json:
        print_json(
            {
                "entries": rows,
                "count": total,
                "following": page.following,
                "complete": page.complete,
            }
        )
        return EXIT_OK
    for row in rows:
        words = shown(kind_words(str(row["kind"])))
        title = safe_text(str(row["title"] or ""))
        print(row["sequence"], row["at"], safe_text(str(row["by"])), words, title)
    return EXIT_OK


def _export(options: argparse.Namespace) -> int:
    query = _asked(options)
    with opened(options) as (station, secrets):
        station.audit.may_export(options.out)
        with station.signing(secrets.pin()) as signer:
            made = station.audit.export(signer, query, options.out)
    told = {
        "path": str(made.path),
        "signature": str(made.signature),
        "digest": made.digest,
        "entries": made.entries,
    }
    print_json(told) if options.json else print(made.path)
    return EXIT_OK


def _check(options: argparse.Namespace) -> int:
    with opened(options) as (station, _):
        entries = station.audit.check_chain()
    print_json({"entries": entries}) if options.json else print(tr("The ledger is whole."))
    return EXIT_OK


def _compare(options: argparse.Namespace) -> int:
    with opened(options) as (station, _):
        found = station.audit.compare(options.path)
    if options.json:
        print_json(
            {
                "at": found.at,
                "same": found.same,
                "changed": list(found.changed),
                "missing": list(found.missing),
                "added": list(found.added),
                "differences": found.differences,
                "first": found.first,
                "newer": found.since,
                "signer": found.signer,
            }
        )
    elif found.first is None:
        print(tr("The copy and the ledger agree."))
    else:
        print(tr("The copy and the ledger differ, first at No. {first}.", first=found.first))
    return EXIT_OK if found.first is None else EXIT_REFUSED


def _take(options: argparse.Namespace) -> int:
    with opened(options) as (station, _):
        log = station.audit.take(options.path)
    told = _log(log)
    print_json(told) if options.json else print(*told.values())
    return EXIT_OK


def _logs(options: argparse.Namespace) -> int:
    with opened(options) as (station, _):
        rows = [_log(one) for one in station.audit.foreign()]
    if options.json:
        print_json(rows)
    else:
        for row in rows:
            print(*row.values())
    return EXIT_OK


def _log(log: Any) -> dict[str, object]:
    return {
        "unit": log.unit,
        "station": log.station,
        "as_of": log.at,
        "entries": log.entries,
        "signer": log.signer,
        "digest": log.digest,
    }


def _asked(options: argparse.Namespace) -> "Query":
    from airseal.model.digest import parse_digest
    from airseal.store import Query

    return Query(
        text=options.text,
        kinds=frozenset(options.kind),
        person=options.about,
        seal=options.seal,
        document=parse_digest(options.document) if options.document else None,
        case=parse_digest(options.case) if options.case else None,
        since=_moment(options.since),
        until=_moment(options.until),
    )


def _moment(text: str | None) -> datetime | None:
    """RFC 3339 or a day of this machine's calendar; raises ``Problem("TIME_FORM")``."""
    if text is None:
        return None
    try:
        return datetime.fromisoformat(text).astimezone()
    except (ValueError, OverflowError):
        raise Problem("TIME_FORM") from None
