"""Sealing many small documents with one login."""

from functools import partial
from time import process_time
from typing import Final

from airseal.keys.tokenhost import TokenKey
from airseal.model.people import Post
from airseal.paper.papers import Papers
from airseal.store import Store
from bench import documents
from bench.peers import Peers
from bench.stopwatch import watching
from bench.table import Row, Section, once
from bench.unit import Unit

COUNT: Final = 100
_BATCH: Final = 10
_TBS: Final = bytes(200)
"""About as much as the signed attributes of a seal signature."""


def measure(unit: Unit) -> Section:
    """Seal ``COUNT`` PDFs of 3 KB; the parts are timed inside the duty itself."""
    paths = []
    for number in range(COUNT):
        path = unit.directory / f"letter-{number}.pdf"
        path.write_bytes(documents.letter(number))
        paths.append(path)
    cases = unit.approved(paths)
    peers = Peers(unit.directory)
    by_library, by_pdfsig = peers.pyhanko(), peers.pdfsig()
    target = unit.directory / "signed.pdf"
    signatures: list[float] = []
    token: list[float] = []
    duty: list[float] = []
    library: list[float] = []
    process: list[float] = []
    own = 0.0
    with (
        unit.at(Post.CUSTODIAN) as (station, pin),
        station.signing(pin) as signer,
        watching(Papers, "session") as sessions,
        watching(Papers, "seal") as steps,
        watching(Papers, "verify") as checks,
        watching(Store, "commit") as commits,
    ):
        # In turns, so that foreign load falls on all alike; ours in batches, as in life.
        for first in range(0, COUNT, _BATCH):
            token += [once(partial(signer.sign, _TBS)) for _ in range(2 * _BATCH)]
            with watching(TokenKey, "sign") as signed:
                before = process_time()
                duty += [
                    once(partial(station.seal, case, signer))
                    for case in cases[first : first + _BATCH]
                ]
                own += process_time() - before
            signatures += signed
            batch = paths[first : first + _BATCH]
            library += [once(partial(by_library, path.read_bytes())) for path in batch]
            if by_pdfsig is not None:
                process += [once(partial(by_pdfsig, path, target)) for path in batch[:2]]
    rows = [Row("pyHanko library", library)]
    notes = [
        "pyHanko library: in this process, RSA key in memory, PAdES B-LT, no picture, no jail, no",
        "  verification, no statement, nothing written; what `pyhanko sign` does once started.",
    ]
    if process:
        rows.append(Row("pdfsig -add-signature", process))
        notes += [
            "pdfsig: a whole process each, NSS software key, plain CMS: no revocation lists, no",
            "  picture, no verification.",
        ]
    rows.append(Row("token alone, one signature through the token host", token))
    in_step = signatures[0::2]
    step = [
        session + seal - sign for session, seal, sign in zip(sessions, steps, in_step, strict=True)
    ]
    saved = [sum(commits[at : at + 3]) for at in range(0, len(commits), 3)]
    rows += [
        Row("PAdES step over the token's own time", step, target=15, peer=rows[0]),
        Row("verification of the own output", checks),
        Row("three commits", saved),
        Row("the whole duty", duty, target=60, peer=rows[1] if process else rows[0]),
        Row("CPU time of the program itself in it, mean", [own * 1_000 / COUNT]),
    ]
    size = len(documents.letter(0))
    return Section(f"Seal {COUNT} PDFs ({size / 1e3:.1f} KB, RSA-2048), one login", rows, notes)
