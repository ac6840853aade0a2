"""Sealing one very large document: memory and time."""

from time import perf_counter
from typing import Final

from airseal.model.people import Post
from bench import documents, memory
from bench.table import Row, Section
from bench.unit import Unit, command

MEGABYTES: Final = 200
_TARGET: Final = 120.0


def measure(unit: Unit) -> Section:
    """``airseal seal`` as a process, watched with its children; and a small one for comparison."""
    big, small = unit.directory / "scan.pdf", unit.directory / "small.pdf"
    documents.scan(big, MEGABYTES)
    small.write_bytes(documents.letter(1_000))
    size = big.stat().st_size / 1e6
    rows = []
    for path, label in ((small, "3 KB"), (big, f"{size:.0f} MB")):
        [case] = unit.approved([path])
        start = perf_counter()
        with command(unit, Post.CUSTODIAN, "seal", case) as process:
            peaks = memory.watch(process)
        seconds = perf_counter() - start
        target = _TARGET if path is big else None
        rows.append(Row(f"{label}: airseal seal, whole process", [seconds], "s"))
        rows += [
            Row(f"{label}: {kind}, RSS less shared memory", [peaks.own[kind]], "MB", target)
            for kind in ("program", "jail")
        ]
        rows.append(Row(f"{label}: memfd mapped in the jail", [peaks.shared["jail"]], "MB"))
        path.unlink()
    notes = [
        "RssAnon + RssFile, sampled every 4 ms; the jail's session shares most of it with its",
        "  zygote. The document itself is in memfds (shared memory), never on the disk in clear.",
    ]
    return Section(f"Seal a PDF of {size:.0f} MB", rows, notes)
