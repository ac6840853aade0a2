"""Writes docs/state-machines.md from the tables that the program itself asks.

    uv run python packaging/state_machines.py [--check]

With ``--check`` nothing is written; the exit status is 1 if the page is not what the tables
say.
"""

import argparse
import sys
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from airseal.model.machines import MACHINES
from airseal.model.transition import Machine, Transition
from airseal.model.version import VERSION_OF_CASE

PAGE: Final = Path(__file__).parent.parent / "docs" / "state-machines.md"

_MANY: Final = 8
"""Conflicts reach and leave nearly every state: the table tells, arrows would hide."""

_HEAD: Final = """# State machines

Written by `packaging/state_machines.py` from the tables in `airseal/model` (all of them are in
`airseal/model/machines.py`), which the program asks before every act and judges every statement
by; do not edit. "Nobody" means that the change follows of itself. The last column names the
requirements behind a transition. What nothing leaves ends in a point.
"""


def page() -> str:
    """The whole page."""
    return "\n".join([_HEAD, *(line for one in MACHINES for line in _chapter(one)), *_versions()])


def _chapter(machine: Machine[Any, Any, Any]) -> Iterator[str]:
    yield f"## {machine.name.capitalize()} ({machine.title}), {machine.clauses}\n"
    yield "```mermaid"
    yield "stateDiagram-v2"
    yield from _diagram(machine)
    yield "```\n"
    yield "| From | Act | To | Who | Needs | Leaves | Source |"
    yield "|---|---|---|---|---|---|---|"
    yield from (_row(row) for row in machine.table)
    yield ""


def _versions() -> Iterator[str]:
    yield "## What the case's state means for its documents\n"
    yield "| Case | Version |"
    yield "|---|---|"
    yield from (f"| {case} | {version} |" for case, version in VERSION_OF_CASE.items())
    yield ""


def _diagram(machine: Machine[Any, Any, Any]) -> Iterator[str]:
    arrows: dict[tuple[str, str], list[str]] = {}
    for row in machine.table:
        if len(row.sources) > _MANY or len(row.targets) > _MANY:
            continue
        for source in row.sources or (None,):
            for target in row.targets:
                if target not in row.sources:
                    pair = ("[*]" if source is None else _name(source), _name(target))
                    arrows.setdefault(pair, []).append(row.act)
    for (source_name, target_name), acts in arrows.items():
        yield f"    {source_name} --> {target_name}: {', '.join(dict.fromkeys(acts))}"
    yield from (f"    {_name(one)} --> [*]" for one in machine.states if one in machine.final)


def _name(state: StrEnum) -> str:
    return state.value.replace("-", "_")


def _row(row: Transition[Any, Any, Any]) -> str:
    cells = (
        ", ".join(row.sources) or "(new)",
        row.act,
        ", ".join(row.targets),
        ", ".join(row.actors) or "nobody",
        row.evidence,
        row.record,
        row.clauses,
    )
    return f"| {' | '.join(cells)} |"


def main() -> int:
    """Write the page, or check it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    if parser.parse_args().check:
        return int(PAGE.read_text(encoding="utf-8") != page())
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
