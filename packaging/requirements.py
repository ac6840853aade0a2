"""Which requirements of the groups AP, DC and FL the program names, and which are left out.

    uv run python packaging/requirements.py

Prints those left out with the reason for each (`make check` shows it), and the settings of a
policy pack that rule what is not there yet. The exit status is 1 if
one is neither named in the program nor left out here, or both.
"""

import re
import sys
from pathlib import Path
from typing import Final

from airseal.model.obeyed import RULE_ONLY

PROGRAM: Final = Path(__file__).parent.parent / "airseal"

GROUPS: Final = {"AP": 20, "DC": 17, "FL": 10}
"""How many requirements each group has; they count from 1."""

LEFT_OUT: Final = {
    "DC-09": "nothing turns a sealed file into another format; comes with printing, where the "
    "setting C-17 marks such copies",
    "FL-10": "correcting violations is a register of supervision (SU-01, SU-02) and moves no case; "
    "comes with supervision",
}
"""Requirements that no code is about yet, with the reason."""

MODEL_ONLY: Final = {
    "AP-19": "the delivery's table asks for 核准; the dispatch that asks it comes with delivery",
    "FL-05": "counted by airseal.model.recall and asked of voiding; copies come with printing",
    "FL-06": "counted by airseal.model.recall; copies to destroy come with printing",
    "FL-07": "counted by airseal.model.recall; copies to add come with printing",
    "FL-09": "in the delivery's table; bouncing comes with delivery",
}
"""Requirements whose rule is in the model, with tests, but which no screen drives yet."""

NO_SUBJECT: Final = {
    "LC-21": "代保管 of a seal is a table in airseal.model.custody; no statement asks for one "
    "yet, so none keeps an account open. What stands in for somebody today does: delegations "
    "(AP-05), use rights (AC-13), loans (RE-08)",
    "PR-04": "a print allowance is a table in airseal.model.allowance; nothing grants one before "
    "printing is there, so none keeps an account open. Batches of blank forms do (DC-05)",
}
"""Requirements of other groups that PE-01 asks about and whose subject nothing makes yet."""

_ID: Final = re.compile(r"\b(?:AP|DC|FL)-\d{2}\b")


def asked() -> list[str]:
    """Every requirement of the groups."""
    return [f"{group}-{one:02}" for group, most in GROUPS.items() for one in range(1, most + 1)]


def named() -> set[str]:
    """Those that the program's own source names."""
    return {
        found
        for path in PROGRAM.rglob("*.py")
        for found in _ID.findall(path.read_text(encoding="utf-8"))
    }


def faults() -> list[str]:
    """What is wrong with the program or with the list here."""
    held = named()
    lacking = [f"{one}: named nowhere in airseal, and not left out" for one in asked()]
    lacking = [line for line in lacking if line[:5] not in held | set(LEFT_OUT)]
    both = [f"{one}: left out, but named in airseal" for one in LEFT_OUT if one in held]
    strange = [
        f"{one}: no such requirement" for one in sorted(held | set(LEFT_OUT)) if one not in asked()
    ]
    return lacking + both + strange


def main() -> int:
    """Print the list; the exit status is that of the check."""
    done = len(asked()) - len(LEFT_OUT)
    print(f"Requirements AP, DC, FL: {done} of {len(asked())} named in airseal. Left out:")
    for one, reason in LEFT_OUT.items():
        print(f"  {one}: {reason}")
    print("In the model only:")
    for one, reason in MODEL_ONLY.items():
        print(f"  {one}: {reason}")
    print("Nothing to hand over before an account closes (PE-01), since nothing makes it yet:")
    for one, reason in NO_SUBJECT.items():
        print(f"  {one}: {reason}")
    print(f"Settings of a pack whose rule waits for what it rules ({len(RULE_ONLY)}):")
    for name, (_, why) in RULE_ONLY.items():
        print(f"  {name}: {why}")
    for line in faults():
        print(f"WRONG {line}")
    return int(bool(faults()))


if __name__ == "__main__":
    sys.exit(main())
