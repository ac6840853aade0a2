"""Writes docs/state-machines.md from the tables that the program itself asks.

    uv run python packaging/state_machines.py [--check]

With ``--check`` nothing is written; the exit status is 1 if the page is not what the tables
say.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from airseal.model.machine import CASE_MACHINE, DOCUMENT_STATES, CaseState, Transition

PAGE: Final = Path(__file__).parent.parent / "docs" / "state-machines.md"

_MANY: Final = 8
"""Conflicts reach and leave nearly every state: the table tells, arrows would hide."""

_HEAD: Final = """# State machines

Written by `packaging/state_machines.py` from `airseal/model/machine.py`, which is the table the
program asks before every act and judges every statement by; do not edit. "Nobody" means that the
change follows of itself. The last column names the requirements behind a transition.
"""


def page() -> str:
    """The whole page."""
    return "\n".join(
        [
            _HEAD,
            "## The case (用印事项)\n",
            "```mermaid",
            "stateDiagram-v2",
            *_diagram(),
            "```\n",
            "| From | Act | To | Who | Needs | Leaves | Source |",
            "|---|---|---|---|---|---|---|",
            *(_row(row) for row in CASE_MACHINE),
            "",
            "## The document (文件)\n",
            "A document has no state of its own: it follows from the case.\n",
            "| Case | Document |",
            "|---|---|",
            *(f"| {case} | {document} |" for case, document in DOCUMENT_STATES.items()),
            "",
        ]
    )


def _diagram() -> Iterator[str]:
    arrows: dict[tuple[str, str], list[str]] = {}
    for row in CASE_MACHINE:
        if len(row.sources) > _MANY or len(row.targets) > _MANY:
            continue
        for source in row.sources or (None,):
            for target in row.targets:
                if target not in row.sources:
                    pair = ("[*]" if source is None else _name(source), _name(target))
                    arrows.setdefault(pair, []).append(row.act)
    for (source_name, target_name), acts in arrows.items():
        yield f"    {source_name} --> {target_name}: {', '.join(dict.fromkeys(acts))}"


def _name(state: CaseState) -> str:
    return state.value.replace("-", "_")


def _row(row: Transition) -> str:
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
