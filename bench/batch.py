"""Many sealed PDFs checked at once, and one very large one; ``pdfsig`` beside them."""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter
from typing import Final
from zipfile import ZipFile

from airseal.duties.sealing import CHECKS
from airseal.evidence.verifier.batch import WORKERS, judge_all
from airseal.evidence.verifier.offline import offline
from airseal.model.digest import to_hex
from airseal.model.people import Post
from bench import documents
from bench.peers import pdfsig_verify
from bench.table import Row, Section
from bench.unit import Unit

FILES: Final = 200
MEGABYTES: Final = 200
_NOTES: Final = ["milliseconds a file, wall clock; two files of one kind never share a child"]


def measure(unit: Unit) -> Section:
    """Documents a second in batch; then seconds for one document of 200 MB."""
    small, large = unit.directory / "batch.pdf", unit.directory / "large.pdf"
    small.write_bytes(documents.letter(3_000, pages=3))
    documents.scan(large, MEGABYTES)
    sealed = [_sealed(unit, path) for path in (small, large)]
    many = unit.directory / "many"
    many.mkdir()
    paths = [many / f"{number:03}.pdf" for number in range(FILES)]
    for path in paths:
        shutil.copy(sealed[0], path)
    with offline(unit.directory / "unit" / "trust") as judge:

        def ours(files: Sequence[Path]) -> None:
            assert all(one.items for one in judge_all(judge.verifier, files, _nobody))

        ours(paths[: 2 * WORKERS])
        peer = Row("pdfsig, one process after the other", [_each(_pdfsig, paths)])
        alone = Row(f"{MEGABYTES} MB: pdfsig", [_each(_pdfsig, sealed[1:])])
        rows = [
            peer,
            Row("airseal, a jailed child each", [_each(ours, paths)], target=20, peer=peer),
            alone,
            Row(f"{MEGABYTES} MB: airseal", [_each(ours, sealed[1:])], target=1_000, peer=alone),
        ]
    return Section(f"Check {FILES} sealed PDFs of three pages, and a large one", rows, _NOTES)


def _nobody(_done: int, _total: int, _what: str) -> None:
    """Nobody watches."""


def _pdfsig(paths: Sequence[Path]) -> None:
    for path in paths:
        pdfsig_verify(path)


def _each(work: Callable[[Sequence[Path]], None], paths: Sequence[Path]) -> float:
    """Milliseconds a file."""
    start = perf_counter()
    work(paths)
    return (perf_counter() - start) * 1_000 / len(paths)


def _sealed(unit: Unit, path: Path) -> Path:
    """``path`` requested, approved and sealed; the sealed PDF as a file."""
    [case] = unit.approved([path])
    with unit.at(Post.CUSTODIAN) as (station, pin):
        with station.signing(pin) as signer:
            station.seal(case, signer, checked=CHECKS)
            bundle = station.export([case], unit.stick, signer).path
        form = station.case(case).documents[0]
    target = path.with_name(f"sealed-{path.name}")
    with ZipFile(bundle) as archive:
        name = next(n for n in archive.namelist() if n.endswith(f"{to_hex(form)}.pdf"))
        with archive.open(name) as source, target.open("wb") as out:
            shutil.copyfileobj(source, out)
    bundle.unlink()
    path.unlink()
    return target
