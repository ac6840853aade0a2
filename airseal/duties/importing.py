"""Importing: what a bundle brings becomes held, all of it or nothing (SE-12, TX-07).

Importing is set union: in any order, twice does no harm (DESIGN §1). A bundle that fails
stays in quarantine with the code, and nothing else is stored.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from airseal.evidence.opening import OpenedBundle, open_signed_bundle
from airseal.evidence.records import IMPORT_REFUSED, IMPORTED, statement_entry
from airseal.evidence.trusted import TrustedSet
from airseal.model.digest import Digest, from_hex
from airseal.model.problem import Problem
from airseal.model.request import Request
from airseal.ports import Ports
from airseal.store import BlobIn
from transfer import media
from transfer.errors import TransferError


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import brought. ``again`` says that nothing in it was new."""

    bundle: str
    kind: str
    sender: str
    cases: tuple[Digest, ...]
    statements: tuple[Digest, ...]
    parked: tuple[Digest, ...]
    again: bool


def import_file(ports: Ports, path: Path) -> tuple[Imported, TrustedSet]:
    """Import one bundle file; returns what it brought and the set that now is trusted.

    Raises the ``TransferError`` or ``Problem`` of the first thing that is wrong, after the
    file was put into quarantine (unless it could not even be read, or is over the cap).
    """
    with _taken_in(path) as (copy, digest):
        try:
            opened = open_signed_bundle(copy, ports.evidence)
            _check_level(ports, opened)
            _check_documents(ports, opened)
        except (Problem, TransferError) as error:
            copy.seek(0)
            event = ports.event(
                IMPORT_REFUSED, bundle=digest, code=error.code, name=path.name[:200]
            )
            ports.store.commit([event], [BlobIn(digest, copy)])
            raise
        return _commit(ports, opened, digest), opened.trusted


class _taken_in:
    """A private copy of an outside file in memory, so that it cannot change under us."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: BinaryIO = os.fdopen(os.memfd_create("import", os.MFD_CLOEXEC), "w+b")

    def __enter__(self) -> tuple[BinaryIO, Digest]:
        copied = media.copy_in(self._path, self._file)
        self._file.flush()
        self._file.seek(0)
        return self._file, from_hex(copied.sha256)

    def __exit__(self, *_: object) -> None:
        self._file.close()


def _check_level(ports: Ports, opened: OpenedBundle) -> None:
    """Nothing above the station's own level comes in (SC-01)."""
    for signed in opened.statements:
        if not ports.station.level.covers(signed.statement.level):
            raise Problem("LEVEL_ABOVE_STATION", level=signed.statement.level)


def _check_documents(ports: Ports, opened: OpenedBundle) -> None:
    """Every document is a PDF that the jail could read and finds nothing forbidden in."""
    asked = {
        document.digest: document
        for signed in opened.statements
        if isinstance(signed.statement.body, Request)
        for document in signed.statement.body.grant.documents
    }
    total = sum(1 for _ in opened.documents())
    for done, (digest, document) in enumerate(opened.documents()):
        ports.progress(done, total, "import-document")
        report = ports.papers.preflight(document, sealed=digest not in asked)
        if (blocked := report.first_block) is not None:
            raise blocked
        frozen = asked.get(digest)
        if frozen is not None and (frozen.size, frozen.pages) != (report.size, report.pages):
            raise Problem("DOCUMENT_MISMATCH")


def _commit(ports: Ports, opened: OpenedBundle, digest: Digest) -> Imported:
    new = [signed for signed in opened.statements if signed.id not in set(opened.offered.known)]
    at = ports.clock.now()
    event = ports.event(
        IMPORTED,
        bundle=opened.cover.id,
        digest=digest,
        kind=opened.cover.kind,
        sender=f"{opened.cover.unit}/{opened.cover.station}",
        by=opened.cover.person,
        new=len(new),
        cases=list(opened.cases),
    )
    entries = [statement_entry(signed, ports.account.person, at) for signed in new]
    blobs = [
        BlobIn(name, document)
        for name, document in opened.documents()
        if not ports.store.has_blob(name)
    ]
    ports.store.commit([*entries, event], blobs)
    return Imported(
        bundle=opened.cover.id,
        kind=opened.cover.kind,
        sender=f"{opened.cover.unit}/{opened.cover.station}",
        cases=opened.cases,
        statements=tuple(signed.id for signed in opened.statements),
        parked=tuple(opened.offered.parked),
        again=not new,
    )
