"""``python -m bench [SECTION …]``: measure everything, or the named sections only."""

import os
import sys
from collections.abc import Callable

from bench import large, sealing, starting, verifying
from bench.table import Section
from bench.unit import Unit, built

SECTIONS: dict[str, Callable[[Unit], Section]] = {
    "starting": starting.measure,
    "sealing": sealing.measure,
    "verifying": verifying.measure,
    "large": large.measure,
}


def main(wanted: list[str]) -> None:
    """Build a unit, measure at it, print the tables."""
    if unknown := set(wanted) - set(SECTIONS):
        raise SystemExit(f"no such section: {', '.join(sorted(unknown))}")
    load = os.getloadavg()[0]
    print(f"{os.cpu_count()} CPUs, load {load:.1f}, Python {sys.version.split()[0]}")
    with built() as unit:
        for name in wanted or SECTIONS:
            SECTIONS[name](unit).show()


if __name__ == "__main__":
    main(sys.argv[1:])
