"""Verifying a sealed document."""

from functools import partial
from pathlib import Path
from typing import Final
from zipfile import ZipFile

from airseal.duties.sealing import CHECKS
from airseal.model.digest import to_hex
from airseal.model.people import Post
from airseal.paper.papers import Papers
from bench import documents, memory
from bench.peers import pdfsig_verify
from bench.stopwatch import watching
from bench.table import Row, Section, in_turn, once
from bench.unit import Unit, command

TIMES: Final = 50
BATCH: Final = 200
MEGABYTES: Final = 200


def measure(unit: Unit) -> Section:
    """The verdict on a sealed three-page PDF, the jail being warm; ``pdfsig`` beside it."""
    path = unit.directory / "three-pages.pdf"
    path.write_bytes(documents.letter(2_000, pages=3))
    [case] = unit.approved([path])
    sealed = unit.directory / "sealed.pdf"
    with unit.at(Post.CUSTODIAN) as (station, pin):
        with station.signing(pin) as signer:
            station.seal(case, signer, checked=CHECKS)
            bundle = station.export([case], unit.stick, signer).path
        form = station.case(case).documents[0]
        sealed.write_bytes(_member(bundle, f"{to_hex(form)}.pdf"))
        station.verify_case(case)
        with watching(Papers, "verify") as checks:
            verdict, process = in_turn(
                TIMES,
                partial(once, partial(station.verify_case, case)),
                partial(once, partial(pdfsig_verify, sealed)),
            )
        batch = once(partial(station.verify_files, [sealed] * BATCH)) / BATCH
    peer = Row("pdfsig, whole process", process)
    rows = [
        peer,
        Row("PDF signature, fresh session of a warm jail", checks[1:], target=20, peer=peer),
        Row("whole verdict on the case, recorded in the ledger", verdict, peer=peer),
        Row(f"one of {BATCH} files in a batch, recorded", [batch], target=20, peer=peer),
        *_large(unit),
    ]
    notes = [
        "pdfsig -nocert: digest and signature value only; no certificate path, no revocation, no",
        "  statements. Ours checks all of them and that nothing was added after signing.",
    ]
    return Section("Verify a sealed PDF of three pages", rows, notes)


def _large(unit: Unit) -> list[Row]:
    """A sealed PDF of 200 MB: time in an open station, memory as a process."""
    path = unit.directory / "large.pdf"
    documents.scan(path, MEGABYTES)
    [case] = unit.approved([path])
    with unit.at(Post.CUSTODIAN) as (station, pin):
        with station.signing(pin) as signer:
            station.seal(case, signer)
            bundle = station.export([case], unit.stick, signer).path
        form = station.case(case).documents[0]
        path.write_bytes(_member(bundle, f"{to_hex(form)}.pdf"))
        seconds = [once(partial(station.verify_file, path)) / 1_000 for _ in range(4)][1:]
    size = f"{path.stat().st_size / 1e6:.0f} MB"
    with command(unit, Post.CUSTODIAN, "verify", str(path)) as process:
        peaks = memory.watch(process)
    path.unlink()
    bundle.unlink()
    return [
        Row(f"{size}: verdict with its case, recorded in the ledger", seconds, "s", target=1),
        *(
            Row(f"{size}: {kind}, RSS less shared memory", [peaks.own[kind]], "MB", target=120)
            for kind in ("program", "jail")
        ),
    ]


def _member(bundle: Path, ending: str) -> bytes:
    """The document in an exported bundle, as a checker without airseal would take it out."""
    with ZipFile(bundle) as archive:
        [name] = [name for name in archive.namelist() if name.endswith(ending)]
        return archive.read(name)
