"""Verifying a sealed document."""

from functools import partial
from pathlib import Path
from typing import Final
from zipfile import ZipFile

from airseal.duties.sealing import CHECKS
from airseal.model.digest import to_hex
from airseal.model.people import Post
from airseal.paper.papers import Papers
from bench import documents
from bench.peers import pdfsig_verify
from bench.stopwatch import watching
from bench.table import Row, Section, in_turn, once
from bench.unit import Unit

TIMES: Final = 50


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
    peer = Row("pdfsig, whole process", process)
    rows = [
        peer,
        Row("PDF signature, fresh session of a warm jail", checks[1:], target=20, peer=peer),
        Row("whole verdict on the case, recorded in the ledger", verdict, peer=peer),
    ]
    notes = [
        "pdfsig -nocert: digest and signature value only; no certificate path, no revocation, no",
        "  statements. Ours checks all of them and that nothing was added after signing.",
    ]
    return Section("Verify a sealed PDF of three pages", rows, notes)


def _member(bundle: Path, ending: str) -> bytes:
    """The document in an exported bundle, as a checker without airseal would take it out."""
    with ZipFile(bundle) as archive:
        [name] = [name for name in archive.namelist() if name.endswith(ending)]
        return archive.read(name)
