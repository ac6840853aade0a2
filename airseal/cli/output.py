"""What the command line prints: JSON or a line of text for each thing made, and refusals."""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from typing import Any, TextIO

from airseal.model.problem import Problem
from transfer.errors import TransferError

EXIT_OK = 0
EXIT_REFUSED = 1


def print_results(options: argparse.Namespace, results: Sequence[Any], demo: bool) -> int:
    """One line or object per case; the exit status says whether all went well."""
    from airseal.errors import explain

    rows: list[dict[str, object]] = []
    for result in results:
        row: dict[str, object] = {
            "case": result.case,
            "bundle": None,
            "statements": [result.signed.id] if result.signed else [],
            "demo": demo,
        }
        if result.problem is not None:
            told = explain(result.problem)
            row |= {"code": told.code, "error": told.what, "hint": told.hint}
        rows.append(row)
    print_list(options, rows, lambda row: f"{str(row['case'])[7:19]} {row.get('error') or 'OK'}")
    return EXIT_OK if all(result.problem is None for result in results) else EXIT_REFUSED


def print_made(
    options: argparse.Namespace,
    case: str,
    bundle: str | None,
    statements: Sequence[str],
    demo: bool,
) -> None:
    """What a duty made, only after it was committed."""
    row = {"case": case, "bundle": bundle, "statements": list(statements), "demo": demo}
    print_list(options, [row], lambda row: f"{str(row['case'])[7:19]} {row['bundle'] or 'OK'}")


def print_list(
    options: argparse.Namespace,
    rows: Sequence[dict[str, Any]],
    line: Callable[[dict[str, Any]], str],
) -> None:
    """One row as an object, several as an array; or one line of text each."""
    if options.json:
        print_json(rows[0] if len(rows) == 1 else list(rows))
    else:
        for row in rows:
            print(line(row))


def print_json(value: object) -> None:
    """Indented JSON, Chinese as it is."""
    print(json.dumps(value, ensure_ascii=False, indent=2))


def refuse(error: Problem | TransferError, options: argparse.Namespace) -> None:
    """Say what was refused and what to do: on stderr, and as JSON where that was asked for."""
    from airseal.errors import explain

    told = explain(error)
    if getattr(options, "json", False):
        print_json({"code": told.code, "error": told.what, "hint": told.hint})
    _say(sys.stderr, f"{told.what} {told.hint} [{told.code}]")


def _say(stream: TextIO, line: str) -> None:
    print(line, file=stream)
