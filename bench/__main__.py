"""``python -m bench [SECTION …] [--million]``: measure everything, or the named sections only."""

import os
import sys
from collections.abc import Callable

from airseal import collecting
from bench import batch, keys, large, light, lists, office, sealing, starting, store, verifying
from bench.table import Section
from bench.unit import Unit, built

SECTIONS: dict[str, Callable[[Unit], Section]] = {
    "starting": starting.measure,
    "sealing": sealing.measure,
    "verifying": verifying.measure,
    "batch": batch.measure,
    "large": large.measure,
    "office": office.measure,
    "store": store.measure,
    "light": light.measure,
    "lists": lists.measure,
    "keys": keys.measure,
}


def main(wanted: list[str]) -> None:
    """Build a unit, measure at it, print the tables."""
    wanted = [name for name in wanted if name != store.MILLION]
    if unknown := set(wanted) - set(SECTIONS):
        raise SystemExit(f"no such section: {', '.join(sorted(unknown))}")
    collecting.seldom()  # as the program itself does
    print(f"{os.cpu_count()} CPUs, Python {sys.version.split()[0]}")
    with built() as unit:
        for name in wanted or SECTIONS:
            before = os.getloadavg()[0]
            SECTIONS[name](unit).show()
            print(f"  (load {before:.1f} before, {os.getloadavg()[0]:.1f} after)")


if __name__ == "__main__":
    main(sys.argv[1:])
