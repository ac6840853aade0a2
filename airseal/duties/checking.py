"""Checking: the checker's word on a bundle, a PDF or a case held here (VF-01…VF-07)."""

from contextlib import ExitStack, closing
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from airseal.evidence.opening import KIND_REGISTRY, open_signed_bundle
from airseal.evidence.outside import name_of, taken_in
from airseal.evidence.partners import remembered
from airseal.evidence.records import VERIFIED
from airseal.evidence.stamps import stampers
from airseal.evidence.trusted import Anchor, TrustedSet
from airseal.evidence.verifier import Verifier
from airseal.keys.roots import unit_of_root
from airseal.model.checkpoint import Remembered
from airseal.model.digest import Digest
from airseal.model.problem import Problem
from airseal.model.verdict import Verdict
from airseal.paper.jail import Jail
from airseal.paper.papers import Papers
from airseal.ports import Ports

ROOT_SUFFIXES = (".pem", ".crt", ".cer", ".der")
_PDF_MARK = b"%PDF-"
_ZIP_MARK = b"PK\x03\x04"


def verify_case(ports: Ports, case: Digest) -> Verdict:
    """The verdict on a case held here; asking is recorded."""
    with ExitStack() as open_documents:

        def document(digest: Digest) -> BinaryIO | None:
            if not ports.store.has_blob(digest):
                return None
            return open_documents.enter_context(ports.store.blob(digest))

        verdict = _verifier(ports).case(case, document)
    _record(ports, verdict)
    return verdict


def verify_file(ports: Ports, path: Path) -> Verdict:
    """The verdict on a bundle or PDF from outside; recorded, nothing imported (VF-07)."""
    with taken_in(path) as (source, _):
        verdict = _judge(_verifier(ports), source, name_of(path))
    _record(ports, verdict)
    return verdict


def verify_with_trust(path: Path, trust: Path) -> Verdict:
    """The verdict by the roots and registries in the directory ``trust``, without a station.

    Roots are certificates (PEM or DER), registries are ``*.airseal`` bundles under those
    roots. Whoever names the directory vouches for the roots in it.
    """
    trusted = _trusted_by(trust)
    jail = Jail(formal=False)
    jail.start()
    with closing(jail), taken_in(path) as (source, _):
        now = datetime.now().astimezone()
        return _judge(Verifier(trusted, Papers(jail), now), source, name_of(path))


def _trusted_by(trust: Path) -> TrustedSet:
    found = [trust, trust / "trust"]
    names = [path for folder in found if folder.is_dir() for path in sorted(folder.iterdir())]
    anchors = []
    for path in names:
        if path.suffix in ROOT_SUFFIXES and path.is_file():
            unit, root = unit_of_root(path.read_bytes()[: 1 << 16])
            anchors.append(Anchor(unit, root))
    if not anchors:
        raise Problem("TRUST_MISSING")
    trusted = TrustedSet(anchors)
    for path in names:
        if path.suffix == ".airseal" and path.is_file():
            with taken_in(path) as (source, _):
                opened = open_signed_bundle(source, trusted)
                if opened.cover.kind == KIND_REGISTRY:
                    trusted = opened.trusted
    return trusted


def _judge(verifier: Verifier, source: BinaryIO, subject: str) -> Verdict:
    start = source.read(1_024)
    source.seek(0)
    # A bundle soon shows a document of its own, so its own mark is asked for first.
    if not start.startswith(_ZIP_MARK) and _PDF_MARK in start:
        return verifier.pdf(source, subject)
    return verifier.bundle(source, subject)


def _verifier(ports: Ports) -> Verifier:
    desk = ports.store.desk

    def known(unit: str, station: str) -> Remembered | None:
        return remembered(desk, unit, station)

    return Verifier(ports.evidence, ports.papers, ports.clock.now(), stampers(desk), known)


def _record(ports: Ports, verdict: Verdict) -> None:
    event = ports.event(
        VERIFIED,
        subject=verdict.subject,
        overall=verdict.overall.value,
        failed=[check.code for check in verdict.checks if check.word == "fail"],
    )
    ports.store.commit([event])
